"""One writer for the answers of several processes, on SQLite.

SQLite lets one writer in at a time, and a writer that takes turns with another must read anew whatever the other has changed. So
the processes that serve hand their answers, ready to be filed, over a local socket to a process that does nothing else: it files
together whatever has come, and tells each how that ended. See docs/adr/0048.
"""

import selectors
import socket
import struct
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from enum import Enum
from pathlib import Path
from typing import Protocol

import msgspec
import structlog

from vaste.invitations.burning import Burning, burn_all
from vaste.survey_pages.connections import LOST, own_database
from vaste.survey_pages.group_commit import MOST_IN_A_GROUP, Folder, Write, commit
from vaste.survey_pages.store import PATIENCE_SECONDS, SqliteStore, StoreUnavailable

_LENGTH = struct.Struct("!I")
_MOST_OCTETS = 64 * 1024
_MOST_WAITING = 512
# Where several answers came at once more are coming: waiting for them this long makes fewer, larger commits.
_GATHERING_SECONDS = 0.002

_read = msgspec.msgpack.Decoder(Burning)
_write = msgspec.msgpack.Encoder()

_log = structlog.get_logger(__name__)


class HasFileno(Protocol):
    """What can be waited for: a socket, a pipe."""

    def fileno(self) -> int: ...


class _Outcome(bytes, Enum):
    """How the filing of an answer ended, as one octet."""

    FILED = b"f"
    BURNT_BEFORE = b"b"
    UNAVAILABLE = b"u"
    FAILED = b"x"


class FilingFailed(RuntimeError):
    """The writer met a fault of ours; its own log says which."""


class HandingStore(SqliteStore):
    """Hands answers to the shared writer at an address; what else is written, which is rare, this process writes itself.

    An answer for which no writer can be reached it files itself too: that is slower where many come, and as sure.
    """

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self._idle = deque[socket.socket]()  # each thread takes one, and puts it back once it has been told

    def file(self, ready: Burning) -> bool:
        """See store.Store. Raises FilingFailed."""
        try:
            line = self._handed_over(_write.encode(ready))
        except OSError:  # not all of it went, so nobody else files it
            return super().file(ready)
        outcome = self._told(line)
        if outcome in {_Outcome.FILED, _Outcome.BURNT_BEFORE}:
            return outcome == _Outcome.FILED
        raise FilingFailed if outcome == _Outcome.FAILED else StoreUnavailable

    def close(self) -> None:
        """Hang up."""
        while self._idle:
            self._idle.pop().close()

    def _handed_over(self, octets: bytes) -> socket.socket:
        """Hand an answer over, and return the line on which its outcome will be told. Raises OSError."""
        line = self._line()
        try:
            line.sendall(_LENGTH.pack(len(octets)) + octets)
        except OSError:
            line.close()
            raise
        return line

    def _line(self) -> socket.socket:
        """Return a line to the writer on which nothing is awaited. Raises OSError."""
        with suppress(IndexError):
            return self._idle.pop()
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.settimeout(PATIENCE_SECONDS)
            line.connect(self.address)
        except OSError:
            line.close()
            raise
        return line

    def _told(self, line: socket.socket) -> bytes:
        """Return the outcome that is told on a line. Raises StoreUnavailable where none is: the writer ended, or took too long."""
        try:
            outcome = line.recv(1)
        except OSError as error:
            line.close()  # what comes on it later would answer something else
            raise StoreUnavailable from error
        if not outcome:
            line.close()
            raise StoreUnavailable
        self._idle.append(line)
        return outcome


class _Peer:
    """A thread that hands answers over, one at a time."""

    def __init__(self, peer: socket.socket) -> None:
        self._socket = peer
        self._received = b""

    def receive(self) -> Burning | None:
        """Take what has come; return an answer once all of it has. Raises OSError, EOFError or msgspec.DecodeError."""
        octets = self._socket.recv(_MOST_OCTETS)
        if not octets:
            raise EOFError
        self._received += octets
        if len(self._received) < _LENGTH.size:
            return None
        end = _LENGTH.size + _LENGTH.unpack_from(self._received)[0]
        if end > _MOST_OCTETS:
            raise EOFError
        if len(self._received) < end:
            return None
        whole, self._received = self._received[_LENGTH.size : end], self._received[end:]
        return _read.decode(whole)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def tell(self, outcome: _Outcome) -> None:
        """Say how the filing ended; whoever has gone meanwhile is not told."""
        with suppress(OSError):
            self._socket.sendall(outcome)


def write_answers(address: Path, *, until: HasFileno) -> None:
    """File what is handed over at an address, until something can be read from `until`, which may be that it was closed."""
    folder, handed = Folder(), 0
    with (
        closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as door,
        selectors.DefaultSelector() as selector,
        closing(own_database()),
    ):
        door.bind(str(address))
        door.listen(_MOST_WAITING)
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
                handed = _file_all(list(_received(selector, [key for key in ready if key.data])))
                folder.fold_after(handed)
            except Exception as error:  # noqa: BLE001 - whoever waits for this round is told by time; the next must not suffer
                _log.error("survey_answer.round_failed", error=type(error).__name__)
        for key in list(selector.get_map().values()):
            if key.data:
                _hang_up(selector, key)


def _let_in(door: socket.socket, selector: selectors.BaseSelector) -> None:
    peer, _ = door.accept()
    selector.register(peer, selectors.EVENT_READ, _Peer(peer))


def _hang_up(selector: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
    selector.unregister(key.fileobj)
    key.data.close()


def _received(selector: selectors.BaseSelector, ready: Sequence[selectors.SelectorKey]) -> Iterator[tuple[_Peer, Burning]]:
    """Return the answers that have come whole, with their peers; who hangs up, or speaks what we do not, is hung up on."""
    for key in ready:
        try:
            answer = key.data.receive()
        except (OSError, EOFError, msgspec.DecodeError):
            _hang_up(selector, key)
        else:
            if answer:
                yield key.data, answer


def _file_all(handed: Sequence[tuple[_Peer, Burning]]) -> int:
    for start in range(0, len(handed), MOST_IN_A_GROUP):
        _file(handed[start : start + MOST_IN_A_GROUP])
    return len(handed)


def _file(handed: Sequence[tuple[_Peer, Burning]]) -> None:
    group = [Write(burn_all, answer) for _, answer in handed]
    commit(group)
    for (peer, _), write in zip(handed, group, strict=True):
        peer.tell(_outcome(write))


def _outcome(write: Write) -> _Outcome:
    if isinstance(write.error, LOST):
        return _Outcome.UNAVAILABLE
    if write.error:
        _log.error("survey_answer.not_filed", error=type(write.error).__name__)
        return _Outcome.FAILED
    return _Outcome.FILED if write.result else _Outcome.BURNT_BEFORE
