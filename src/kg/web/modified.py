"""When a description last changed, from the data's own history; never from the clock of a build.

A page stands on more than the description — templates, the answers of questions, today's date — so that only data has
such a date. Where anything in it changed since the last release there is none, and a client that asks by date gets
the whole answer.

What is derived when a generation is built (the catalogue, who answers for a file) stands in no release, and the history
has no date of it. It follows from the files and from the releases: where a release is served, it is as old as that.

A description also holds the names of its neighbours, and changes with them. The sitemap tells of the thing alone, so
that its date can be earlier than ``Last-Modified``; it is never later.
"""

from collections.abc import Sequence
from datetime import datetime

from flask import Response

from kg.web.site import records, site


def of_thing(iri: str) -> datetime | None:
    """Return when the description of a thing, names of what it points to or is pointed to by included, last changed."""
    return _newest([row["modified"] or of_release() for row in records("modified", thing=iri)])


def of_document(iri: str) -> datetime | None:
    """Return when what a document defines, such as the ontology, last changed."""
    return _newest([row["modified"] for row in records("modified-document", document=iri)])


def of_release() -> str:
    """Return when that was released which is served, as ``xsd:dateTime``; the empty string where it is no release."""
    told = site().published
    return told.releases[-1].created if told and told.released else ""


def newest(*moments: datetime | None) -> datetime | None:
    """Return the last of some moments; None when one of them is not known."""
    known = [moment for moment in moments if moment is not None]
    return max(known) if known and len(known) == len(moments) else None


def dated(response: Response, *moments: datetime | None) -> Response:
    """Put the last of some moments on an answer; nothing where one of them is not known."""
    # The framework takes None for this very moment.
    if (moment := newest(*moments)) is not None:
        response.last_modified = moment
    return response


def _newest(moments: Sequence[str]) -> datetime | None:
    return datetime.fromisoformat(max(moments)) if moments and all(moments) else None
