"""The index of this site, made in the background, once for each generation; and the words on what it finds."""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Final, cast

from flask import Flask, current_app, url_for

from kg import questions
from kg.errors import Busy
from kg.search import QUESTION, TERM, Card, Catalogue, Index, read
from kg.store import Store
from kg.vocabulary import PROV, SKOS
from kg.web.addresses import address
from kg.web.catalogue import LazyString
from kg.web.catalogue import lazy_gettext as _
from kg.web.language import language
from kg.web.site import page_query
from kg.web.terms import TERMS

_KEY: Final = "kg-search"
_PATIENCE: Final = 5.0
_MOST: Final = 3_000_000
"""Statements up to which all things can be found. The words of more do not fit into one answer, nor well in memory: on
2.2 million statements they are 130 MB."""
_GAP: Final = "KnowledgeGap"
_KINDS: Final[dict[str, LazyString]] = {
    QUESTION: _("Question"),
    TERM: _("Term of the ontology"),
    "Organization": TERMS["http://www.w3.org/ns/org#Organization"],
    "Concept": TERMS[f"{SKOS}Concept"],
    "ConceptScheme": TERMS[f"{SKOS}ConceptScheme"],
    "Collection": TERMS[f"{SKOS}Collection"],
    "Agent": TERMS[f"{PROV}Agent"],
}
"""Names of the kinds that our ontology does not define itself."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a search needs, made from one generation.

    Attributes:
        index: finds the things.
        catalogue: what kinds and schemes are called, in the order in which they are listed.
        whole: whether all things can be found, or all but studies, publications and what these say.
    """

    index: Index
    catalogue: Catalogue
    whole: bool

    def kind(self, kind: str) -> str:
        """Return what a kind is called in the language of the page."""
        return str(_KINDS.get(kind) or _said(self.catalogue.kinds.get(kind, {})) or kind)

    def scheme(self, scheme: str) -> str:
        """Return what a scheme is called in the language of the page."""
        return _said(self.catalogue.schemes.get(scheme, {})) or scheme


class _Maker:
    """Makes the index of one application when somebody first needs it.

    Args:
        store: the generation.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._made: Future[Lookup] | None = None

    def get(self) -> Lookup:
        """Return the index; wait for it a moment.

        Raises:
            Busy: it is not ready yet.
            KgError: the store does not give what it needs; the next who asks starts anew.
        """
        try:
            return self.begin().result(_PATIENCE)
        except TimeoutError as error:
            raise Busy("the index for searching is being made; try again in a moment") from error

    def begin(self) -> "Future[Lookup]":
        """Begin to make the index in a thread, unless it is made or being made."""
        with self._lock:
            if self._made is None or (self._made.done() and self._made.exception()):
                self._made = Future()
                Thread(target=self._make, args=(self._made,), name="search index", daemon=True).start()
            return self._made

    def _make(self, made: "Future[Lookup]") -> None:
        try:
            whole = len(self._store) <= _MOST
            catalogue = read(self._store.select(page_query("search" if whole else "search-brief")).rows)
            # The cards go into the index; here only their labels are kept.
            kept = Catalogue([], catalogue.kinds, catalogue.schemes)
            made.set_result(Lookup(Index(catalogue.cards), kept, whole))
        except BaseException as error:  # noqa: BLE001 - whoever waits is told
            made.set_exception(error)


def init_app(app: Flask) -> None:
    """Give an application its index, to be made when it is first needed."""
    app.extensions[_KEY] = _Maker(app.extensions["kg"].store)


def begin(app: Flask) -> "Future[Lookup]":
    """Begin to make the index of an application, so that who searches first need not wait for a large one."""
    return cast("_Maker", app.extensions[_KEY]).begin()


def lookup() -> Lookup:
    """Return the index of the current application.

    Raises:
        Busy: it is not ready yet.
        KgError: the store does not answer.
    """
    return cast("_Maker", current_app.extensions[_KEY]).get()


def link(card: Card) -> str:
    """Return the address of the page about a thing."""
    slug = card.iri.rpartition("/")[2]
    if card.kind == QUESTION:
        return url_for("questions.show", name=slug)
    if card.kind == _GAP:
        return url_for("gap.show", slug=slug)
    return address(card.iri)


def shown(card: Card) -> bool:
    """Tell whether there is a page about a thing: an engine elsewhere may hold questions that this site does not."""
    return card.kind != QUESTION or card.iri.rpartition("/")[2] in questions.names()


def _said(words: Mapping[str, str]) -> str:
    return words.get(language()) or next(iter(words.values()), "")
