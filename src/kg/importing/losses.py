"""What a file would lose when it is written again: that is told, and not done unasked."""

from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from kg.importing.checked import Surroundings, in_order, listed
from kg.importing.complaints import Complaint
from kg.importing.origins import Origins
from kg.spoken import gettext as _
from kg.vocabulary import RDF, WK, shorten

_WHOLE = ("study:", "publication:")


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


def _things(triples: Iterable[ox.Triple]) -> set[str]:
    kind, estimate = ox.NamedNode(f"{RDF}type"), ox.NamedNode(f"{WK}EffectEstimate")
    return {
        shorten(triple.subject.value)
        for triple in triples
        if triple.predicate == kind and triple.object != estimate and isinstance(triple.subject, ox.NamedNode)
    }
