"""The gap map, and one cell of it."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, current_app, render_template, request, url_for
from werkzeug.wrappers import Response

from kg import questions
from kg.errors import BadParameter, NotFound
from kg.questions import Question
from kg.store import Table
from kg.vocabulary import ID
from kg.web.answers import DATA, answer, page
from kg.web.cell import verdict
from kg.web.concepts import Dimension, dimensions, short, tree
from kg.web.grid import Grid, lay_out
from kg.web.language import language
from kg.web.negotiate import HTML, choose
from kg.web.parameters import complete, fields, given
from kg.web.site import records, site
from kg.web.tables import sheet

room = Blueprint("map", __name__)

FIRST_BRANCH: Final = {"targetGroup": "target-group/jobseekers", "outcome": "outcome/client-outcomes"}
FILTERS: Final = (
    "component", "contextFactor", "intervention", "targetGroup", "outcome", "horizon", "country", "sector", "theme",
)  # fmt: skip
_AXES: Final = {"rows": "component", "columns": "targetGroup"}
_TOPS: Final = {"rows": "rowTop", "columns": "columnTop"}
WHOLE: Final = "whole"
