"""The log: one line per event, JSON or for the eye. No values of records."""

import logging
import sys
import traceback
from collections.abc import Iterator

import psycopg2
import structlog
from sqlalchemy.exc import DBAPIError

from engine.base.settings import Settings

_QUIET = ("apscheduler", "dramatiq", "uvicorn")


def set_up_logging(settings: Settings) -> None:
    """Routes structlog and the standard library to standard error, once per process.

    Line breaks in values are escaped (D10).
    """
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_exception_text),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_format == "json"
        else structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"])
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _exception_text(exc_info: structlog.typing.ExcInfo) -> str:
    """The traceback, causes first. Of the database's errors only what they are and where: their
    text holds statements and values of rows (M8, D10)."""
    return "".join(_lines(exc_info[1])).rstrip()


def _lines(error: BaseException) -> Iterator[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _lines(cause)
        yield "\nwhich led to:\n\n"
    yield from traceback.format_tb(error.__traceback__)
    if isinstance(error, DBAPIError):
        yield f"{type(error).__name__}\n"
    elif isinstance(error, psycopg2.Error):
        told = error.diag
        yield f"{type(error).__name__} {error.pgcode} {told.table_name} {told.constraint_name}\n"
    else:
        yield from traceback.format_exception_only(error)
