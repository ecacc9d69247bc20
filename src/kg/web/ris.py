"""References in RIS, which reference managers read."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from kg.web.references import Reference

_KINDS: Final = {
    "report": "RPRT",
    "journal-article": "JOUR",
    "trade-article": "MGZN",
    "web-page": "ELEC",
    "database": "DBASE",
}
"""Types of references by kind of publication; any other kind is of no type in particular."""


def write(references: Iterable["Reference"]) -> str:
    """Return references in RIS."""
    import rispy  # type: ignore[import-untyped]  # noqa: PLC0415 - only for those who ask for it

    class Writer(rispy.RisWriter):  # type: ignore[misc]
        def set_header(self, count: int) -> str:  # noqa: ARG002 - that is how the library asks
            """Write no number before a reference: the format has none."""
            return ""

    return str(rispy.dumps([_told(reference) for reference in references], implementation=Writer))


def _told(reference: "Reference") -> dict[str, Any]:
    date = reference.date
    told = {
        "type_of_reference": _KINDS.get(reference.kind, "GEN"),
        "id": reference.key,
        "title": reference.heading,
        "authors": [f"{one.family}, {one.given}" if one.given else one.family for one in reference.authors],
        "year": "".join(date[:1]),
        # Year, month and day with a stroke after each; what is not known stays empty.
        "date": "/".join([*date, "", "", ""][:3]) + "/" if date else "",
        "publisher": "; ".join(reference.publishers),
        "note": "; ".join(reference.numbers),
        "language": "; ".join(reference.languages),
        "doi": reference.doi,
        "urls": reference.urls,
        "notes": reference.notes,
    }
    return {name: value for name, value in told.items() if value}
