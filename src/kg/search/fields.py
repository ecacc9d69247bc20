"""What stands in the index of each thing, and how its words are cut."""

import json
from collections.abc import Sequence
from typing import Final

import tantivy

from kg.search.cards import Card
from kg.search.words import ENGLISH, LANGUAGES, fold, roots, words

SEARCHED: Final = ("name", "also", "text")
"""Fields with words, one of each per language: the name, other names and makers, what is said."""
KIND, SCHEME, TIER, WHOLE_NAME, SPELLED, CARD = "kind", "scheme", "tier", "whole", "spelled", "card"
_HEAP: Final = 64_000_000
_SPELLED: Final = r"[\p{L}\p{N}]+(?:[-'\x{2019}][\p{L}\p{N}]+)*"


def place(language: str) -> str:
    """Return the field with the place of a thing in the alphabet of a language."""
    return f"place_{language}"


def schema() -> tantivy.Schema:
    """Return the fields of the index."""
    builder = tantivy.SchemaBuilder()
    for field in SEARCHED:
        # Dutch comes as roots already.
        builder.add_text_field(f"{field}_nl", tokenizer_name="whitespace")
        builder.add_text_field(f"{field}_en", tokenizer_name="english")
    builder.add_text_field(SPELLED, tokenizer_name="spelled", index_option="basic")
    for field in (KIND, SCHEME):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic", fast=True)
    for field in (TIER, WHOLE_NAME):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    for language in LANGUAGES:
        builder.add_integer_field(place(language), fast=True)
    builder.add_bytes_field(CARD, stored=True)
    return builder.build()


def filled(fields: tantivy.Schema, cards: Sequence[Card]) -> tantivy.Index:
    """Return an index in memory that holds the cards."""
    index = tantivy.Index(fields)
    index.register_tokenizer("english", ENGLISH)
    spelled = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(_SPELLED)).filter(tantivy.Filter.lowercase())
    index.register_tokenizer("spelled", spelled.build())
    # One thread writes one segment: things that match equally well stay in the order in which they were added.
    writer = index.writer(_HEAP, 1)
    ordered = sorted(cards, key=lambda card: (card.tier, len(card.name(LANGUAGES[0]).text), card.iri))
    alphabets = [_alphabet(ordered, language) for language in LANGUAGES]
    for card, *places in zip(ordered, *alphabets, strict=True):
        writer.add_document(_document(card, dict(zip(LANGUAGES, places, strict=True))))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index


def terms(text: str, language: str) -> list[str]:
    """Return the words of a text as the index has them in a language."""
    return roots(text).split() if language == "nl" else ENGLISH.analyze(fold(text))


def _document(card: Card, places: dict[str, int]) -> tantivy.Document:
    said = {
        "name": list(card.names.items()),
        "also": [(one.language, one.text) for one in card.also],
        "text": [(one.language, one.text) for one in card.texts],
    }
    said["also"] += [("", code.replace("-", " ")) for code in card.notations]
    document = tantivy.Document()
    for field, passages in said.items():
        for language, text in passages:
            # What has no language, or another, is treated as Dutch: an author's name, a code.
            english = language == "en"
            document.add_text(f"{field}_{'en' if english else 'nl'}", fold(text) if english else roots(text))
            document.add_text(SPELLED, text)
    for name in card.names.values():
        document.add_text(WHOLE_NAME, " ".join(words(name)))
    for scheme in card.schemes:
        document.add_text(SCHEME, scheme)
    document.add_text(KIND, card.kind)
    document.add_text(TIER, str(card.tier))
    for language, number in places.items():
        document.add_integer(place(language), number)
    document.add_bytes(CARD, json.dumps(card.plain(), ensure_ascii=False).encode("utf-8", "surrogatepass"))
    return document


def _alphabet(cards: Sequence[Card], language: str) -> list[int]:
    """Return the place of each card in the alphabet of names."""
    order = sorted(range(len(cards)), key=lambda number: fold(cards[number].name(language).text))
    places = [0] * len(cards)
    for number, position in enumerate(order):
        places[position] = number
    return places
