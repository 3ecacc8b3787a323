"""Logs as JSON lines that carry ids and counts, never a number, a token, an identity code or an address.

Every line passes `refuse_personal_data`; what looks like personal data is replaced before the line is written, also in
the messages of libraries and in tracebacks.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from datetime import date
from typing import Any, TextIO
from uuid import UUID

import structlog
from django.http import HttpRequest

from vaste.core.identity_codes import mask_identity_codes

# What rightly holds many digits: UUIDs, moments and days, and the OIDs of units.
_KEPT = re.compile(
    r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Fa-f])"
    r"|(?<![0-9+-])(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]"
    r"(?:[T ][0-2][0-9]:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?(?:Z|[+-][0-2][0-9]:[0-5][0-9])?)?(?![0-9-])"
    r"|(?<![0-9.])[0-2](?:\.[0-9]+){4,}"
)
# Any other run of seven digits or more, however grouped, is a phone number until proven otherwise.
_NUMBER = re.compile(r"\+?[0-9](?:[ ()./\u00a0\u202f\u2013-]{0,3}[0-9]){6,}")
_LONGEST_COUNT = 99_999_999
# Also as people mistype it: such an address is no survey page, so the web server tells of it.
_LINK = re.compile(r"/s/+[^\s\"'?#/]+", re.IGNORECASE)
_MAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.[A-Za-z]{2,}")


def without_personal_data(text: str) -> str:
    """Return a text with phone numbers, survey links, e-mail addresses and identity codes taken out."""
    text = _MAIL.sub("[e-mail]", _LINK.sub("/s/[token]", text))
    others = [_NUMBER.sub("[number]", mask_identity_codes(piece)) for piece in _KEPT.split(text)]
    kept = _KEPT.findall(text)
    return "".join(other + keep for other, keep in zip(others, [*kept, ""], strict=True))


def _cleaned(value: Any) -> Any:
    if value is None or isinstance(value, bool | float | date | UUID):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _LONGEST_COUNT else "[number]"
    if isinstance(value, Mapping):
        return {_cleaned(key) if isinstance(key, str) else key: _cleaned(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_cleaned(part) for part in value]
    if isinstance(value, bytes | bytearray | memoryview):
        return "[bytes]"
    if isinstance(value, HttpRequest):  # its own text has the query, in which operators bring texts and secrets
        return without_personal_data(f"{value.method} {value.path}")
    return without_personal_data(str(value))  # an exception or a path says the same as its text


def refuse_personal_data(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Clean every value of a log line (a structlog processor)."""
    return {key: value if key == "timestamp" else _cleaned(value) for key, value in event.items()}


class _Handler(logging.StreamHandler[TextIO]):
    """Writes to standard error; a line that cannot be written is lost with its arguments, which nobody has cleaned."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        with suppress(OSError, ValueError):
            self.stream.write(f'{{"event": "log.line_lost", "logger": "{record.name}", "line": {record.lineno}}}\n')


def _without_traceback(record: logging.LogRecord) -> bool:
    """Keep the line of a request under a strange name short: strangers who scan addresses would fill the disk."""
    record.exc_info = None
    return True


def configure_logs(level: int = logging.INFO) -> None:
    """Send structlog and the standard library's logging through the same cleaning, as JSON lines to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        refuse_personal_data,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.ExtraAdder(), structlog.stdlib.add_logger_name],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *shared, structlog.processors.JSONRenderer()],
    )
    handler = _Handler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log every address, tokens too
    logging.getLogger("httpcore").setLevel(logging.WARNING)
    logging.getLogger("axes").setLevel(logging.WARNING)
    logging.getLogger("django.security.DisallowedHost").addFilter(_without_traceback)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
