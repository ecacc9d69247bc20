"""Link sets (RFC 9264): the signposts of a page, at an address of their own."""

from flask import Blueprint, Response

from kg.errors import NotFound
from kg.web.negotiate import choose
from kg.web.resources import signs_of
from kg.web.signposting import LINKSET, LINKSET_JSON, as_json, as_links, of_ontology, of_rules

room = Blueprint("linkset", __name__)


@room.get("/linkset/<path:name>")
def show(name: str) -> Response:
    """Give the links of a page: ``doc/…``, ``def`` or ``shapes``, with ``.json`` or ``.txt`` behind it or by ``Accept``.

    Raises:
        NotFound: there is no such page.
    """
    stem, dot, suffix = name.rpartition(".")
    if not dot or suffix not in {"json", "txt"}:
        stem, media_type = name, choose((LINKSET_JSON, LINKSET))
    else:
        media_type = LINKSET_JSON if suffix == "json" else LINKSET
    room_name, _, rest = stem.partition("/")
    if stem == "def":
        signs = of_ontology()
    elif stem == "shapes":
        signs = of_rules()
    elif room_name == "doc" and "/" in rest:
        signs = signs_of(*rest.split("/", 1))
    else:
        raise NotFound("this is no page that has links of its own")
    body = as_json(signs) if media_type == LINKSET_JSON else as_links(signs)
    return Response(body, content_type=media_type)
