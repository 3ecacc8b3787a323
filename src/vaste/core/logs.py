"""Logs as JSON lines that carry ids and counts, never a number, a token, an identity code or an address.

Every line passes `refuse_personal_data`; what looks like personal data is replaced before the line is written, also in
the messages of libraries and in tracebacks.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from vaste.core.identity_codes import mask_identity_codes

# A run of seven digits or more, however grouped, is a phone number until proven otherwise. UUIDs and ISO moments are not.
_NUMBER = re.compile(r"(?<![0-9A-Za-z-])\+?[0-9](?:[ ()/-]?[0-9]){6,}(?![0-9A-Za-z]|-[0-9A-Fa-f])")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]+)?")
_LINK = re.compile(r"/s/[^\s\"'?#/]+")
_MAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.[A-Za-z]{2,}")


def without_personal_data(text: str) -> str:
    """Return a text with phone numbers, survey links, e-mail addresses and identity codes taken out."""
    text = mask_identity_codes(text)
    text = _LINK.sub("/s/[token]", text)
    text = _MAIL.sub("[e-mail]", text)
    kept = _MOMENT.findall(text)
    if kept:
        pieces = [_NUMBER.sub("[number]", piece) for piece in _MOMENT.split(text)]
        return "".join(piece + moment for piece, moment in zip(pieces, [*kept, ""], strict=True))
    return _NUMBER.sub("[number]", text)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return without_personal_data(value)
    if isinstance(value, dict):
        return {key: _cleaned(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set):
        return [_cleaned(part) for part in value]
    if isinstance(value, bytes):
        return "[bytes]"
    return value


def refuse_personal_data(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Clean every value of a log line (a structlog processor)."""
    return {key: value if key == "timestamp" else _cleaned(value) for key, value in event.items()}


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
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log every address, tokens too
    logging.getLogger("httpcore").setLevel(logging.WARNING)
    logging.getLogger("axes").setLevel(logging.WARNING)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
