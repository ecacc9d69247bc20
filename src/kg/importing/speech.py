"""Say sentences in the language of the call: English as they are written here, Dutch from the catalogue of the site."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from gettext import NullTranslations, translation
from importlib.resources import files
from typing import Final

_SPOKEN: Final[ContextVar[str]] = ContextVar("spoken", default="en")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say all that is said within in a language, ``nl`` or ``en``; English outside of any."""
    token = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def language() -> str:
    """Return the language that is spoken now."""
    return _SPOKEN.get()


def gettext(message: str, **values: object) -> str:
    """Return a sentence with its values, in the language that is spoken now."""
    return _catalogue().gettext(message) % values


def ngettext(one: str, more: str, count: int, **values: object) -> str:
    """Return a sentence about a number of things; ``%(count)s`` in it is the number."""
    return _catalogue().ngettext(one, more, count) % {"count": count, **values}


def _catalogue() -> NullTranslations:
    return translation("messages", str(files("kg.web") / "translations"), [_SPOKEN.get()], fallback=True)
