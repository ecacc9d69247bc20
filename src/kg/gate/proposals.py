"""What visitors suggest: files that wait for a maintainer, and are never served before one accepts them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.durable import beside, flush
from kg.errors import Busy, NoRoom, NotFound
from kg.settings import Settings
from kg.vocabulary import DCT, ID, RDF, RDFS, WK, XSD
from kg.writing import turtle

FOLDER: Final = "proposals"
_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST: Final = 60
_YEAR: Final = 4


@dataclass(frozen=True, slots=True)
class Study:
    """A study as a visitor tells of it.

    Attributes:
        title: of its publication, as printed.
        spoken: language of the title.
        kind: IRI of the kind of publication.
        design: IRI of the design.
        year: of the publication; empty when it is not known.
        url: its address; empty when there is none.
        doi: its DOI without an address around it; empty when there is none.
        why: what the visitor says about it; for the maintainer, no statement.
    """

    title: str
    spoken: str
    kind: str
    design: str
    year: str = ""
    url: str = ""
    doi: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A suggestion that waits.

    Attributes:
        name: of its file, and of the study in it.
        since: when it came, in UTC.
        text: Turtle.
    """

    name: str
    since: str
    text: str


class Proposals:
    """The suggestions in a folder.

    Args:
        folder: where they are; it need not exist.
        most: how many may wait.
    """

    def __init__(self, folder: Path, most: int) -> None:
        self._folder = folder
        self._most = most

    @classmethod
    def of(cls, config: Settings) -> "Proposals":
        """Return the suggestions that the settings name."""
        return cls(config.var / FOLDER, config.proposals)

    def all(self) -> list[Proposal]:
        """Return what waits, the oldest first."""
        files = [path for path in self._folder.glob("*.ttl") if _NAME.fullmatch(path.stem)]
        return sorted((_read(path) for path in files), key=lambda each: (each.since, each.name))

    def find(self, name: str) -> Proposal:
        """Return a suggestion.

        Raises:
            NotFound: there is none of that name.
        """
        path = self._folder / f"{name}.ttl"
        if not _NAME.fullmatch(name) or not path.is_file():
            raise NotFound(f"no suggestion is called {name}; kg proposals names all")
        return _read(path)

    def add(self, name: str, text: str) -> str:
        """Keep a suggestion, so that it lasts, and return its name, which may have a number behind it.

        Raises:
            Busy: as many wait as may.
            NoRoom: it cannot be kept.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if sum(1 for _ in self._folder.glob("*.ttl")) >= self._most:
                raise Busy("as many suggestions wait as may; try again when the maintainers have looked at them")
            with beside(self._folder / f"{name}.ttl", text.encode(), 0o600) as new:
                # A link is made only where nothing has the name: two of one name both stay.
                for number in range(1, self._most + 2):
                    given = name if number == 1 else f"{name}-{number}"
                    try:
                        (self._folder / f"{given}.ttl").hardlink_to(new)
                        break
                    except FileExistsError:
                        continue
        except OSError as error:
            raise NoRoom("this cannot be kept now; try again later") from error
        return given

    def remove(self, name: str) -> None:
        """Take a suggestion away.

        Raises:
            NotFound: there is none of that name.
        """
        self.find(name)
        (self._folder / f"{name}.ttl").unlink()
        flush(self._folder)


def name_for(title: str) -> str:
    """Return a title as the name of a thing: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    name = ""
    for word in words:
        if len(name) + len(word) > _LONGEST:
            break
        name = f"{name}-{word}" if name else word
    return name or (words[0][:_LONGEST] if words else "study")


def text_of(study: Study, name: str) -> str:
    """Return a study and its publication as Turtle, with what the visitor says about it as a comment.

    Nothing is made up: the labels are the title, and the rigour is unknown, until a maintainer has read the study.
    """

    def node(iri: str) -> ox.NamedNode:
        return ox.NamedNode(iri)

    own, document = node(f"{ID}study/{name}"), node(f"{ID}publication/{name}")
    triples = [
        ox.Triple(own, node(f"{RDF}type"), node(f"{WK}Study")),
        ox.Triple(own, node(f"{WK}design"), node(study.design)),
        ox.Triple(own, node(f"{WK}rigour"), node(f"{ID}rigour/unknown")),
        ox.Triple(own, node(f"{WK}reportedIn"), document),
        ox.Triple(document, node(f"{RDF}type"), node(f"{WK}Publication")),
        ox.Triple(document, node(f"{DCT}title"), ox.Literal(study.title, language=study.spoken)),
        ox.Triple(document, node(f"{DCT}type"), node(study.kind)),
    ]
    triples += [
        ox.Triple(thing, node(f"{RDFS}label"), ox.Literal(study.title, language=language))
        for thing in (own, document)
        for language in ("nl", "en")
    ]
    if study.year:
        day = ox.Literal(f"{study.year}-01-01", datatype=node(f"{XSD}date"))
        triples += [
            ox.Triple(document, node(f"{DCT}issued"), day),
            ox.Triple(document, node(f"{WK}datePrecision"), ox.Literal("year")),
        ]
    if study.url:
        triples.append(ox.Triple(document, node(f"{WK}url"), node(study.url)))
    if study.doi:
        triples.append(ox.Triple(document, node(f"{WK}doi"), ox.Literal(study.doi)))
    return turtle(
        triples, header="\n".join(["Suggested by a visitor; not read by a maintainer yet.", *_said(study.why)])
    )


def _said(why: str) -> list[str]:
    """Return what a visitor says in lines that are nothing but a comment."""
    plain = "".join(letter if letter.isprintable() else " " for letter in why.replace("\r", "").replace("\n", " / "))
    return [f"The visitor says: {plain}"] if plain.strip() else []


def _read(path: Path) -> Proposal:
    since = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).isoformat(timespec="seconds")
    return Proposal(path.stem, since.replace("+00:00", "Z"), path.read_text("utf-8"))
