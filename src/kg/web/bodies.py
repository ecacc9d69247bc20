"""The body of a request, whole or refused: never cut, never unpacked, never guessed."""

from typing import Final

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from kg.errors import PayloadTooLarge, UnsupportedMediaType

_HEARD_OUT: Final = 64_000_000
_CHUNK: Final = 65_536
_CHARSETS: Final = {"utf-8", "utf8", "us-ascii", "ascii"}


def whole(limit: int) -> bytes:
    """Return the whole body.

    Raises:
        PayloadTooLarge: it is larger than the limit.
        UnsupportedMediaType: it is packed, or in another character set than UTF-8.
    """
    plain()
    request.max_content_length = limit
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        hear_out()
        raise PayloadTooLarge(f"the body may have {limit:,} bytes") from error
    # A body without a length beforehand is cut at the limit without a word.
    if request.content_length is None and len(body) >= limit:
        hear_out()
        raise PayloadTooLarge(f"a body whose length is not told may have fewer than {limit:,} bytes")
    return body


def form(limit: int) -> None:
    """Make sure that the form in the body can be read whole; ``request.form`` and ``request.files`` then hold it.

    Raises:
        PayloadTooLarge: it is larger than the limit, or does not tell its length.
        UnsupportedMediaType: it is packed.
    """
    plain()
    request.max_content_length = request.max_form_memory_size = limit
    if request.content_length is None:
        hear_out()
        raise PayloadTooLarge(f"a form must tell its length (Content-Length), which may be {limit:,} bytes")
    try:
        request.form  # noqa: B018 - reads it
    except RequestEntityTooLarge as error:
        hear_out()
        raise PayloadTooLarge(f"the form may have {limit:,} bytes") from error


def plain() -> None:
    """Make sure that a body is what it seems.

    Raises:
        UnsupportedMediaType: it is packed, or in another character set than UTF-8.
    """
    if request.content_encoding not in {None, "", "identity"}:
        raise UnsupportedMediaType(f"a body packed with {request.content_encoding} is not read here; send it plain")
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in _CHARSETS:
        raise UnsupportedMediaType(f"the character set {charset} is not read here; send UTF-8")


def hear_out() -> None:
    """Read on for a while: who is still sending when the connection closes sees a broken pipe and not the answer."""
    left = _HEARD_OUT
    while left > 0 and (chunk := request.environ["wsgi.input"].read(_CHUNK)):
        left -= len(chunk)
