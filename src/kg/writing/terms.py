"""Write a term in Turtle: the shortest form that everybody reads the same."""

import re
from collections.abc import Mapping
from typing import Final

import pyoxigraph as ox

from kg.vocabulary import XSD
from kg.writing.order import well_known

_BASE: Final = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
# Turtle 1.1, section 6.5: PN_LOCAL without escapes, and PN_PREFIX.
_LOCAL: Final = re.compile(
    rf"(?:[{_BASE}_0-9:](?:[{_BASE}_0-9:.\-\u00b7\u0300-\u036f\u203f-\u2040]*"
    rf"[{_BASE}_0-9:\-\u00b7\u0300-\u036f\u203f-\u2040])?)?"
)
_PREFIX: Final = re.compile(rf"[{_BASE}](?:[{_BASE}_0-9.\-]*[{_BASE}_0-9\-])?")
_BARE: Final = {
    XSD + "boolean": re.compile("true|false"),
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "double": re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)[eE][+-]?[0-9]+"),
}
_LONG_ESCAPES: Final = str.maketrans(
    {"\\": "\\\\", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}
    | {number: f"\\u{number:04X}" for number in (*range(8), 11, *range(14, 32), 127)}
)


class Names:
    """Knows how IRIs are shortened in one file; ``used`` says which prefixes were.

    Args:
        declared: prefix to namespace, as the file has them; they go before those that everybody knows.
    """

    def __init__(self, declared: Mapping[str, str]) -> None:
        self._declared = dict(declared)
        self._names: dict[str, str] = {}
        self.used: dict[str, str] = {}

    def iri(self, iri: str) -> str:
        """Return an IRI as a prefixed name where that is possible."""
        if iri not in self._names:
            self._names[iri] = self._shortened(iri)
        return self._names[iri]

    def term(self, term: ox.NamedNode | ox.Literal) -> str:
        """Return a term that has a name or is a text."""
        if isinstance(term, ox.NamedNode):
            return self.iri(term.value)
        datatype = term.datatype.value
        bare = _BARE.get(datatype)
        if bare and bare.fullmatch(term.value):
            return term.value
        written = str(term)
        if "\n" in term.value:
            # A text of several lines stands there as it reads.
            inner = re.sub(r'"(?="")|"$', r"\\\g<0>", term.value.translate(_LONG_ESCAPES))
            written = f'"""{inner}"""' + written[_end_of_string(written) :]
        if term.language or datatype == XSD + "string":
            return written
        return written.removesuffix(f"^^<{datatype}>") + "^^" + self.iri(datatype)

    def _shortened(self, iri: str) -> str:
        fitting = [
            (name, namespace)
            for name, namespace in self._declared.items()
            if namespace and iri.startswith(namespace) and _LOCAL.fullmatch(iri[len(namespace) :])
        ]
        known = well_known(iri)
        if (
            known
            and known[0] not in self._declared
            and _PREFIX.fullmatch(known[0])
            and _LOCAL.fullmatch(iri[len(known[1]) :])
            and all(len(known[1]) > len(namespace) for _, namespace in fitting)
        ):
            fitting.append(known)
        if not fitting:
            return str(ox.NamedNode(iri))
        name, namespace = min(fitting, key=lambda entry: (-len(entry[1]), entry[0]))
        self.used[name] = namespace
        return f"{name}:{iri[len(namespace) :]}"


def _end_of_string(written: str) -> int:
    """Return where the closing quote of a literal in N-Triples ends."""
    match = re.match(r'"(?:[^"\\]|\\.)*"', written, re.DOTALL)
    return match.end() if match else len(written)
