"""A line between two processes of this machine, on which whole messages go, each with its length before it."""

import socket
import struct

_LENGTH = struct.Struct("!I")
_PIECE = 64 * 1024
# Four times what a form can hold, for it is sealed, and may go along with a contact request.
_LONGEST = 256 * 1024


class Line:
    """One end of a line; its other end says nothing before it has been answered."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._received = b""

    def fileno(self) -> int:
        """Return the number of the socket."""
        return self._socket.fileno()

    def send(self, message: bytes) -> None:
        """Send a message. Raises OSError."""
        self._socket.sendall(_LENGTH.pack(len(message)) + message)

    def receive(self) -> bytes | None:
        """Take what has come, or wait for it; return a message once all of it has. Raises OSError, or EOFError where no more can come."""
        octets = self._socket.recv(_PIECE)
        if not octets:
            raise EOFError
        self._received += octets
        if len(self._received) < _LENGTH.size:
            return None
        end = _LENGTH.size + _LENGTH.unpack_from(self._received)[0]
        if end > _LONGEST:
            raise EOFError
        if len(self._received) < end:
            return None
        message, self._received = self._received[_LENGTH.size : end], self._received[end:]
        return message

    def close(self) -> None:
        """Hang up."""
        self._socket.close()
