"""What the command line says, in the language that was chosen: the texts of the catalogue that the site has too."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from gettext import NullTranslations, translation
from pathlib import Path
from typing import Final

# Not by the package's name: that would import the whole site for one sentence.
_TRANSLATIONS: Final = str(Path(__file__).parent / "web" / "translations")
_LANGUAGE: Final = ContextVar("language", default="en")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say what is said inside in a language; outside it is English, as in a log.

    Args:
        language: ``nl`` or ``en``.
    """
    before = _LANGUAGE.set(language)
    try:
        yield
    finally:
        _LANGUAGE.reset(before)


def spoken() -> str:
    """Return the language that is spoken."""
    return _LANGUAGE.get()


def gettext(text: str, /, **values: object) -> str:
    """Return the catalogue's text in the language that is spoken, with the values in it."""
    found = _catalogue(_LANGUAGE.get()).gettext(text)
    return found % values if values else found


def ngettext(one: str, many: str, num: int, /, **values: object) -> str:
    """Return the catalogue's text for a number (``num``), with the number and the values in it."""
    return _catalogue(_LANGUAGE.get()).ngettext(one, many, num) % {"num": num, **values}


def _catalogue(language: str) -> NullTranslations:
    return translation("messages", _TRANSLATIONS, [language], fallback=True)
