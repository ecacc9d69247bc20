"""Tokens: who may write to which graphs. Shown once, kept as a hash, in a file that only its owner can read."""

import base64
import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from kg.durable import write_atomically
from kg.errors import KgError, UsageProblem
from kg.settings import Settings
from kg.vocabulary import GRAPH, ID

_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_TOKEN: Final = re.compile(rf"kg_({_NAME.pattern})\.([A-Za-z0-9_-]{{43}})")
_PATTERN: Final = re.compile(r"data\.[A-Za-z0-9._*?%-]*|\*")
_CURATOR: Final = re.compile(rf"{re.escape(ID)}curator/[a-z0-9]+(-[a-z0-9]+)*")
_COST: Final = {"n": 1 << 14, "r": 8, "p": 1}
_NOBODY: Final = "A" * 24


@dataclass(frozen=True, slots=True)
class Token:
    """A right to write, without its secret.

    Attributes:
        name: who holds it; stands in the audit log.
        graphs: patterns (``*`` and ``?``) of what follows ``id/graph/`` in the IRIs of the graphs.
        curator: IRI of the curator to whom the graph attributes what is written; empty for none.
        created: the day on which it was made.
        expires: the last day on which it holds; empty when it does not end.
        withdrawn: the day on which it was withdrawn; empty while it holds.
        salt: of the hash.
        hash: of the secret (scrypt, RFC 7914).
    """

    name: str
    graphs: tuple[str, ...]
    curator: str = ""
    created: str = ""
    expires: str = ""
    withdrawn: str = ""
    salt: str = field(default="", repr=False)
    hash: str = field(default="", repr=False)

    def holds(self, today: str) -> bool:
        """Tell whether it can be used on a day."""
        return not self.withdrawn and (not self.expires or today <= self.expires)

    def allows(self, graph: str) -> bool:
        """Tell whether it gives a right to a named graph."""
        slug = graph.removeprefix(GRAPH)
        return graph.startswith(GRAPH) and any(fnmatchcase(slug, pattern) for pattern in self.graphs)


class Tokens:
    """The tokens in a file.

    Args:
        path: the file; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def of(cls, config: Settings) -> "Tokens":
        """Return the tokens that the settings name."""
        return cls(Path(config.tokens) if config.tokens else config.var / "tokens.json")

    def read(self) -> list[Token]:
        """Return all tokens, those that no longer hold as well.

        Raises:
            KgError: the file cannot be read, or others can read it too.
        """
        try:
            with self._path.open(encoding="utf-8") as file:
                if os.fstat(file.fileno()).st_mode & 0o077:
                    raise KgError("the file with the tokens can be read by others; let only its owner (chmod 600)")
                return [Token(**{**one, "graphs": tuple(one["graphs"])}) for one in json.load(file)["tokens"]]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise KgError(f"the file with the tokens cannot be read ({type(error).__name__})") from error

    def any(self, today: str) -> bool:
        """Tell whether there is a token that can be used."""
        return any(token.holds(today) for token in self.read())

    def find(self, given: str, today: str) -> Token | None:
        """Return the token that somebody shows; None when it is none that holds. Takes as long either way."""
        match = _TOKEN.fullmatch(given)
        name, secret = match.groups() if match else ("", "")
        known = next((token for token in self.read() if token.name == name and token.holds(today)), None)
        same = hmac.compare_digest(_hash(secret, known.salt if known else _NOBODY), known.hash if known else "")
        return known if same else None

    def new(self, name: str, graphs: tuple[str, ...], expires: str = "", curator: str = "") -> str:
        """Make a token and return it; it is never shown again.

        Raises:
            UsageProblem: a name, pattern, date or curator is none, or the name is taken.
            KgError: the file cannot be read or written.
        """
        _refuse(name, graphs, expires, curator)
        with self._changing() as tokens:
            if any(token.name == name for token in tokens):
                raise UsageProblem(f"there is a token {name}, or was one; choose another name")
            secret = secrets.token_urlsafe(32)
            salt = base64.b64encode(secrets.token_bytes(16)).decode()
            today = datetime.now(tz=UTC).date().isoformat()
            tokens.append(Token(name, graphs, curator, today, expires, "", salt, _hash(secret, salt)))
        return f"kg_{name}.{secret}"

    def withdraw(self, name: str) -> None:
        """Take a token back, from this moment on.

        Raises:
            UsageProblem: there is no such token.
            KgError: the file cannot be read or written.
        """
        with self._changing() as tokens:
            found = next((number for number, token in enumerate(tokens) if token.name == name), None)
            if found is None or tokens[found].withdrawn:
                raise UsageProblem(f"there is no token {name} to withdraw; kg token list names all")
            today = datetime.now(tz=UTC).date().isoformat()
            tokens[found] = replace(tokens[found], withdrawn=today, salt="", hash="")

    @contextmanager
    def _changing(self) -> Iterator[list[Token]]:
        """Give the list to change, and write it when nothing goes wrong; one who changes it at a time."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with (self._path.parent / f".{self._path.name}.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                tokens = self.read()
                yield tokens
                text = json.dumps({"tokens": [asdict(token) for token in tokens]}, indent=2)
                write_atomically(self._path, text.encode(), 0o600)
        except OSError as error:
            raise KgError(f"cannot write {self._path}: {error.strerror or error}") from error


def _hash(secret: str, salt: str) -> str:
    return hashlib.scrypt(secret.encode(), salt=salt.encode(), dklen=32, **_COST).hex()


def _refuse(name: str, graphs: tuple[str, ...], expires: str, curator: str) -> None:
    if not _NAME.fullmatch(name):
        raise UsageProblem(f"{name!r} cannot name a token; take small letters, digits and hyphens: review-team")
    if not graphs:
        raise UsageProblem("a token needs the graphs that it may write to: --graphs 'data.studies.*'")
    for pattern in graphs:
        if not _PATTERN.fullmatch(pattern):
            raise UsageProblem(f"{pattern!r} is no pattern of data graphs; write it as 'data.studies.*'")
    if curator and not _CURATOR.fullmatch(curator):
        raise UsageProblem(f"{curator!r} is no curator; write it as {ID}curator/name")
    if expires:
        try:
            date.fromisoformat(expires)
        except ValueError as error:
            raise UsageProblem(f"{expires!r} is no date such as 2027-12-31") from error
