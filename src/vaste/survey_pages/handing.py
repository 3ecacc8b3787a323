"""The store of a process that hands its writes over to the one that writes for several (`shared_writer.py`)."""

import socket
from collections import deque
from contextlib import closing, suppress

import msgspec

from vaste.survey_pages.connections import Result
from vaste.survey_pages.line import Line
from vaste.survey_pages.shared_writer import Ending, read_ending
from vaste.survey_pages.store import PATIENCE_SECONDS, SqliteStore, StoreUnavailable
from vaste.survey_pages.writes import PageWrite

_write = msgspec.msgpack.Encoder()


class WriteFailed(RuntimeError):
    """The writer met a fault of ours; its own log says which."""


class HandingStore(SqliteStore):
    """Hands writes over to the shared writer at an address.

    While no writer is there, and where the writer ended before it told, this process does them itself: that is slower where many
    come, and as sure.
    """

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self._idle = deque[Line]()  # each thread takes one, and puts it back once it has been told

    def write(self, what: PageWrite[Result]) -> Result:
        """See store.Store. Raises WriteFailed."""
        try:
            told = self._told(_write.encode(what))
        except TimeoutError as error:
            raise StoreUnavailable from error
        except (OSError, EOFError):
            return super().write(what)
        ending, result = read_ending(told)
        if ending is Ending.DONE:
            done: Result = result
            return done
        raise WriteFailed if ending is Ending.FAILED else StoreUnavailable

    def close(self) -> None:
        """Hang up."""
        while self._idle:
            self._idle.pop().close()

    def _told(self, message: bytes) -> bytes:
        """Hand a message over and return what is told of it. Raises OSError or EOFError."""
        line = self._line()
        try:
            line.send(message)
            while (told := line.receive()) is None:
                pass
        except (OSError, EOFError):
            line.close()  # what comes on it later would answer something else
            raise
        self._idle.append(line)
        return told

    def _line(self) -> Line:
        """Return a line to the writer on which nothing is awaited. Raises OSError."""
        with suppress(IndexError):
            return self._idle.pop()
        return Line(connect(self.address, patience=PATIENCE_SECONDS))


def connect(address: str, *, patience: float) -> socket.socket:
    """Return a socket to the writer at an address. Raises OSError where none is."""
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(patience)
        line.connect(address)
    except OSError:
        line.close()
        raise
    return line


def is_writer_there(address: str) -> bool:
    """Tell whether a writer takes writes at an address."""
    try:
        with closing(connect(address, patience=1.0)):
            return True
    except OSError:
        return False
