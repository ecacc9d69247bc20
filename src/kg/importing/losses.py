"""What a file would lose when it is written again: that is told, and not done unasked."""

from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from kg.importing.checked import Surroundings, in_order, listed
from kg.importing.complaints import Complaint
from kg.importing.origins import Origins
from kg.spoken import gettext as _
from kg.vocabulary import RDF, RDFS, WK, shorten

_WHOLE = ("study:", "publication:")
_LABEL = ox.NamedNode(f"{RDFS}label")


def find(triples: Sequence[ox.Triple], around: Surroundings, origins: Origins) -> list[Complaint]:
    """Return a complaint where things would go that the file has now; with how to go on.

    A whole study that goes is another table under the same name. A finding that goes, while its study stays, is one that
    was corrected so that it would be called differently, or one whose row went. An estimate is a part of its finding and
    may go when the finding stays.

    Args:
        triples: what is to be written.
        around: the graph, with what the file says now.
        origins: rows from which the triples came.
    """
    before = _things(quad.triple for quad in around.before)
    after = _things(triples)
    lost = in_order(before - after)
    if not lost or not triples:
        return []
    told = {"file": around.target.path, "things": listed(lost)}
    if any(name.startswith(_WHOLE) for name in lost):
        sentence = _(
            "%(file)s would lose %(things)s. Is this another table? Say --out with another file, or give the table "
            "another name. Must they go? Say --replace",
            **told,
        )
        return [Complaint(0, "", "", sentence)]
    new = [name for name in in_order(after - before) if name.startswith("finding:")]
    rows = ", ".join(str(origins.rows[iri][0]) for iri in origins.rows if shorten(iri) in new)
    sentence = _("%(file)s would lose %(things)s.", **told)
    if new:
        key = lost[0].partition(":")[2]
        sentence += " " + _(
            "Is one of these what row %(rows)s says now? Then write its name in the column key, so that it keeps its "
            "address: %(key)s.",
            rows=rows,
            key=key,
        )
    return [Complaint(0, "", "", sentence + " " + _("Must it go? Say --replace"))]


def changed(triples: Sequence[ox.Triple], around: Surroundings, origins: Origins) -> list[str]:
    """Return a line for each cell that says something else than the file does now: 1.45 becomes 1.5.

    Args:
        triples: what is to be written.
        around: the graph, with what the file says now.
        origins: rows and columns from which the triples came.
    """
    before, after = _values(quad.triple for quad in around.before), _values(triples)
    found: dict[tuple[int, str, str], None] = {}
    for key, now in after.items():
        row, column = origins.row(key[0]), origins.column(key[0], key[1])
        old = before.get(key, set())
        if row and column and old and old != now:
            change = f"{_said(old - now)} → {_said(now - old)}"
            found[row, column, change] = None
    return [
        _("row %(row)s, column %(column)s: %(change)s", row=row, column=column, change=change)
        for row, column, change in sorted(found)
    ]


def _said(values: Iterable[str]) -> str:
    return ", ".join(sorted(values)) or "\N{EN DASH}"


def _values(triples: Iterable[ox.Triple]) -> dict[tuple[str, str], set[str]]:
    """Return what is said of each thing on each property; names that are made follow from other cells."""
    found: dict[tuple[str, str], set[str]] = {}
    for triple in triples:
        said = triple.object
        if not isinstance(triple.subject, ox.NamedNode) or triple.predicate == _LABEL:
            continue
        if isinstance(said, ox.NamedNode | ox.Literal):
            text = said.value if isinstance(said, ox.Literal) else shorten(said.value)
            found.setdefault((triple.subject.value, triple.predicate.value), set()).add(text)
    return found


def _things(triples: Iterable[ox.Triple]) -> set[str]:
    kind, estimate = ox.NamedNode(f"{RDF}type"), ox.NamedNode(f"{WK}EffectEstimate")
    return {
        shorten(triple.subject.value)
        for triple in triples
        if triple.predicate == kind and triple.object != estimate and isinstance(triple.subject, ox.NamedNode)
    }
