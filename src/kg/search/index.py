"""The index: which things have the words that somebody looks for, the best first.

What counts is where a word stands (in the name, in another name or an author, in a text) and how it stands there (as
a word of its own, or in a compound), not how often: each place has a fixed score, so that an order can be explained.
The library's own measure (BM25) put everything with a Dutch name last when most things had English names only.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import tantivy
from tantivy import Occur, Query

from kg.search.cards import Card
from kg.search.fields import CARD, KIND, SCHEME, SEARCHED, SPELLED, TIER, WHOLE_NAME, filled, place, schema, terms
from kg.search.spelling import Spelling
from kg.search.words import LANGUAGES, WHOLE, Wanted, fold, root, wanted, words

_SCORES: Final = {"name": (16.0, 8.0), "also": (12.0, 6.0), "text": (4.0, 2.0)}
"""For each field: what a word of its own is worth, and one in a compound."""
_OTHER_LANGUAGE: Final = 0.9
_TIERS: Final = (9.0, 6.0, 1.0)
"""What a tier adds: a compound in the name of a concept comes before the word itself in the sentence of a finding."""
_IS_NAME, _IN_ORDER = 40.0, 6.0
_LONGEST_NAME: Final = 20
_MOST_WORDS: Final = 8
_MOST_FACETS: Final = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for.

    Attributes:
        query: anything; all there is when it holds no word.
        language: of the visitor; a match in it counts a little more, and names are sorted in it.
        kind: keep only things of this kind; all when empty.
        scheme: keep only concepts of this scheme; all when empty.
    """

    query: str
    language: str
    kind: str = ""
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a search.

    Attributes:
        cards: one page of things, the best first.
        total: how many there are.
        kinds: how many of each kind there are, whichever kind was chosen.
        schemes: the same for schemes.
        wanted: the words that were looked for.
        whole: whether each thing has all of them; else each has one at least.
        left_out: whether the query has more words than are looked for.
    """

    cards: list[Card]
    total: int
    kinds: Mapping[str, int]
    schemes: Mapping[str, int]
    wanted: list[Wanted]
    whole: bool
    left_out: bool


class Index:
    """An index in memory that does not change; threads may share it.

    Args:
        cards: what can be found.
    """

    def __init__(self, cards: Sequence[Card]) -> None:
        self._schema = schema()
        self._searcher = filled(self._schema, cards).searcher()
        self._roots = {language: self._all_roots(language) for language in LANGUAGES}
        self._spelling = Spelling(self._searcher.terms_with_prefix(SPELLED, ""))

    def __len__(self) -> int:
        """Count the things."""
        return self._searcher.num_docs

    def find(self, asked: Asked, offset: int = 0, limit: int = 20) -> Found:
        """Return the things that have all words; where none has, those that have some.

        Args:
            asked: what is looked for.
            offset: how many of the best to leave out.
            limit: how many to give at most.
        """
        looked_for = wanted(asked.query)
        found = self._find(asked, looked_for, Occur.Must, offset, limit)
        if found.total or len(looked_for) <= 1:
            return found
        return self._find(asked, looked_for, Occur.Should, offset, limit)

    def names(self, query: str, language: str, limit: int) -> list[Card]:
        """Return the things whose name has all words of a query; the last word need not be finished."""
        looked_for = wanted(query, unfinished=True)[-_MOST_WORDS:]
        if not looked_for:
            return []
        parts = [(Occur.Must, self._word(word, language, ("name", "also"))) for word in looked_for]
        asked = self._weighed(parts, Asked(query, language))
        found = [self._card(hit) for _score, hit in self._searcher.search(asked, limit * 3, count=False).hits]
        # Somebody who types sees first what begins as they do.
        begun = fold(query)
        return sorted(found, key=lambda card: not fold(card.name(language).text).startswith(begun))[:limit]

    def corrected(self, query: str) -> str:
        """Return the query with words that stand nowhere replaced by those they look like; empty where none does."""
        missing = [word for word in wanted(query)[:_MOST_WORDS] if not self._count(self._word(word, LANGUAGES[0]))]
        changed = {word.word: better for word in missing if (better := self._spelling.like(word.word))}
        if not changed:
            return ""
        return WHOLE.sub(lambda match: changed.get(fold(match[0]), match[0]), " ".join(query.split()))

    def _find(self, asked: Asked, every: list[Wanted], occur: Occur, offset: int, limit: int) -> Found:
        looked_for = every[:_MOST_WORDS]
        parts = [(occur, self._word(word, asked.language)) for word in looked_for]
        base = self._weighed([(Occur.Must, Query.boolean_query(parts))], asked) if parts else Query.all_query()
        kind, scheme = self._filter(KIND, asked.kind), self._filter(SCHEME, asked.scheme)
        all_of_it = _both(base, kind, scheme)
        by_name = None if parts else place(asked.language)
        order = tantivy.Order.Desc if parts else tantivy.Order.Asc
        hits = self._searcher.search(all_of_it, limit, offset=offset, order_by_field=by_name, order=order).hits
        return Found(
            [self._card(address) for _score, address in hits],
            self._count(all_of_it),
            *self._facets(base, kind, scheme),
            looked_for,
            occur == Occur.Must,
            len(every) > _MOST_WORDS,
        )

    def _weighed(self, parts: list[tuple[Occur, Query]], asked: Asked) -> Query:
        """Return a query that puts a name that is the query first, and among equals what stands in a nearer tier."""
        extra = [(self._is(TIER, str(tier)), score) for tier, score in enumerate(_TIERS)]
        said = " ".join(words(asked.query)[:_LONGEST_NAME])
        if said:
            extra.append((self._is(WHOLE_NAME, said), _IS_NAME))
        order = terms(said, asked.language)
        if len(order) > 1:
            phrase = Query.phrase_query(self._schema, f"name_{asked.language}", list(order))
            extra.append((phrase, _IN_ORDER))
        return Query.boolean_query([*parts, *((Occur.Should, Query.const_score_query(*one)) for one in extra)])

    def _word(self, word: Wanted, language: str, fields: Sequence[str] = SEARCHED) -> Query:
        """Return the query for one word: the best of all places where it may stand."""
        return Query.disjunction_max_query(list(self._places(word, language, fields)))

    def _places(self, word: Wanted, language: str, fields: Sequence[str]) -> Iterator[Query]:
        for spoken in LANGUAGES:
            factor = 1.0 if spoken == language else _OTHER_LANGUAGE
            compounds = word.compounds(self._roots[spoken], spoken)
            for field in fields:
                own, compound = (score * factor for score in _SCORES[field])
                name = f"{field}_{spoken}"
                exact = Query.term_query(self._schema, name, root(word.word, spoken))
                yield Query.const_score_query(exact, own)
                yield Query.const_score_query(Query.term_set_query(self._schema, name, compounds), compound)

    def _all_roots(self, language: str) -> list[str]:
        """Return every root in the index, of which a compound is one; going over them is faster than a pattern is."""
        fields = [f"{field}_{language}" for field in SEARCHED]
        return list({term for name in fields for term, _count in self._searcher.terms_with_prefix(name, "")})

    def _is(self, field: str, value: str) -> Query:
        return Query.term_query(self._schema, field, value)

    def _filter(self, field: str, value: str) -> Query | None:
        return Query.const_score_query(self._is(field, value), 0.0) if value else None

    def _facets(self, base: Query, kind: Query | None, scheme: Query | None) -> tuple[dict[str, int], dict[str, int]]:
        """Count by kind and by scheme, each without its own filter; at once where nothing is filtered."""
        if kind is None and scheme is None:
            found = self._counts(base, KIND, SCHEME)
            return found[KIND], found[SCHEME]
        return self._counts(_both(base, scheme), KIND)[KIND], self._counts(_both(base, kind), SCHEME)[SCHEME]

    def _counts(self, query: Query, *fields: str) -> dict[str, dict[str, int]]:
        asked = {name: {"terms": {"field": name, "size": _MOST_FACETS}} for name in fields}
        found = self._searcher.aggregate(query, asked)
        return {name: {one["key"]: one["doc_count"] for one in found[name]["buckets"]} for name in fields}

    def _count(self, query: Query) -> int:
        # The library's types leave out that a result knows its count.
        return int(self._searcher.search(query, 1).count)  # type: ignore[attr-defined]

    def _card(self, address: tantivy.DocAddress) -> Card:
        return Card.again(json.loads(self._searcher.doc(address)[CARD][0]))


def _both(*queries: Query | None) -> Query:
    return Query.boolean_query([(Occur.Must, query) for query in queries if query is not None])
