"""One writer for several processes, on SQLite.

SQLite lets one writer in at a time, and a writer that takes turns with another must read anew whatever the other has changed. So
the processes that serve hand what they write over a local socket (`handing.py`) to a process that does nothing else: it commits
together whatever has come, and tells each how that ended. See docs/adr/0048.
"""

import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from enum import Enum
from pathlib import Path
from typing import Any, Protocol

import msgspec
import structlog

from vaste.survey_pages.connections import LOST, own_database
from vaste.survey_pages.group_commit import MOST_IN_A_GROUP, Folder, Write, commit
from vaste.survey_pages.line import Line
from vaste.survey_pages.writes import AnyWrite

_MOST_WAITING = 512
# Where several came at once more are coming: waiting for them this long makes fewer, larger commits.
_GATHERING_SECONDS = 0.002

_log = structlog.get_logger(__name__)


class HasFileno(Protocol):
    """What can be waited for: a socket, a pipe."""

    def fileno(self) -> int: ...


class Ending(Enum):
    """How a write ended, as whoever handed it over is told."""

    DONE = "done"
    UNAVAILABLE = "unavailable"
    FAILED = "failed"


_read = msgspec.msgpack.Decoder(AnyWrite)
_tell = msgspec.msgpack.Encoder()
read_ending = msgspec.msgpack.Decoder(tuple[Ending, Any]).decode


def write_for_others(address: Path, *, until: HasFileno, is_ready: Callable[[], None] = lambda: None) -> None:
    """Write what is handed over at an address, until something can be read from `until`, which may be that it was closed.

    is_ready: called once writes can be handed over.
    """
    folder, handed = Folder(), 0
    with (
        closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as door,
        selectors.DefaultSelector() as selector,
        closing(own_database()),
    ):
        address.unlink(missing_ok=True)  # what a writer leaves behind that was killed
        door.bind(str(address))
        door.listen(_MOST_WAITING)
        is_ready()
        selector.register(door, selectors.EVENT_READ)
        selector.register(until, selectors.EVENT_READ)
        while True:
            if handed > 1:
                time.sleep(_GATHERING_SECONDS)
            ready = [key for key, _ in selector.select()]
            if any(key.fileobj is until for key in ready):
                break
            try:
                if any(key.fileobj is door for key in ready):
                    _let_in(door, selector)
                handed = _write_all(list(_received(selector, [key for key in ready if key.data])))
                folder.fold_after(handed)
            except Exception as error:  # noqa: BLE001 - whoever waits for this round is told by time; the next must not suffer
                _log.error("survey_writer.round_failed", error=type(error).__name__)
        for key in list(selector.get_map().values()):
            if key.data:
                _hang_up(selector, key)


def _let_in(door: socket.socket, selector: selectors.BaseSelector) -> None:
    peer, _ = door.accept()
    selector.register(peer, selectors.EVENT_READ, Line(peer))


def _hang_up(selector: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
    selector.unregister(key.fileobj)
    key.data.close()


def _received(selector: selectors.BaseSelector, ready: Sequence[selectors.SelectorKey]) -> Iterator[tuple[Line, Write]]:
    """Return the writes that have come whole, with their lines; who hangs up, or speaks what we do not, is hung up on."""
    for key in ready:
        try:
            message = key.data.receive()
            write = Write(_read.decode(message)) if message is not None else None
        except (OSError, EOFError, msgspec.DecodeError):
            _hang_up(selector, key)
        else:
            if write:
                yield key.data, write


def _write_all(handed: Sequence[tuple[Line, Write]]) -> int:
    for start in range(0, len(handed), MOST_IN_A_GROUP):
        _write_together(handed[start : start + MOST_IN_A_GROUP])
    return len(handed)


def _write_together(handed: Sequence[tuple[Line, Write]]) -> None:
    commit([write for _, write in handed])
    for line, write in handed:
        with suppress(OSError):  # whoever has gone meanwhile is not told
            line.send(_tell.encode((_ending(write), write.result)))


def _ending(write: Write) -> Ending:
    if isinstance(write.error, LOST):
        return Ending.UNAVAILABLE
    if write.error:
        _log.error("survey_writer.failed", what=type(write.what).__name__, error=type(write.error).__name__)
        return Ending.FAILED
    return Ending.DONE
