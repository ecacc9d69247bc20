"""The log: one line of JSON on standard error for each thing that happened, ours and gunicorn's.

What a visitor asks, and from where, is nobody's business: query text, addresses and the messages of unexpected errors
(which may quote a query) are only written at the level ``debug``.
"""

import logging
import re
import sys
import traceback
from typing import Any, Final

import structlog
from gunicorn.glogging import Logger
from structlog.typing import EventDict, Processor

_CLIENT: Final = re.compile(r"\bip=\S+.*", re.DOTALL)
_ASKED: Final = re.compile(r"\?\S+")
_FRAMES: Final = 8


class ServerLog(Logger):  # type: ignore[misc]
    """Gunicorn's log, through ours."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401 - gunicorn has no types
        """Leave the writing to the root of the log."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    def exception(self, msg: str, *args: object, **kwargs: object) -> None:
        """Write an error of the server, but not that a client was too slow: that is counted."""
        if not isinstance(sys.exc_info()[1], TimeoutError):
            super().exception(msg, *args, **kwargs)


def configure(level: str) -> None:
    """Send all of this process's log to standard error.

    Args:
        level: the least that is written: debug, info, warning or error.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    line = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*before, line],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    discreet: list[Processor] = [] if number <= logging.DEBUG else [_hide]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*before, structlog.stdlib.add_logger_name, _fault(number), *discreet],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, line],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(number)
    # At info the client of an engine elsewhere writes a line for each query; ours are written already.
    logging.getLogger("httpx").setLevel(number if number <= logging.DEBUG else max(number, logging.WARNING))


def _fault(level: int) -> Processor:
    """Make the processor that says of an exception what it is and where it came from."""

    def tell(_logger: object, _method: str, event: EventDict) -> EventDict:
        given: Any = event.pop("exc_info", None)
        error = given[1] if isinstance(given, tuple) else given
        if isinstance(error, BaseException):
            event["error"] = type(error).__name__
            frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
            event["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
            if level <= logging.DEBUG:
                event["message"] = str(error)
        return event

    return tell


def _hide(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Take addresses and what was asked out of the sentences of others."""
    event["event"] = _ASKED.sub("?…", _CLIENT.sub("ip=…", str(event["event"])))
    return event
