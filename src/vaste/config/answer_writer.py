"""The process that writes what several serving processes hand over to it (`survey_pages/shared_writer.py`), and who watches over it."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import structlog

from vaste.core.collector import keep_what_is_loaded

_PROGRAM = "from vaste.config.answer_writer import main; main()"
_STOPS_WITHIN_SECONDS = 20
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 30.0
# A writer that lived so long did not die of what the last one died of.
_LIVED_LONG_SECONDS = 60.0

_log = structlog.get_logger(__name__)

# The server forks its processes. One that was forked while a writer is being started would hold a pipe whose closing tells that
# it has started.
_starting = threading.Lock()
os.register_at_fork(before=_starting.acquire, after_in_parent=_starting.release, after_in_child=_starting.release)


@contextmanager
def answer_writer() -> Iterator[str]:
    """Keep the process running for as long as the context lasts; give the address at which it takes writes.

    The folder of the socket is open to this account alone, and not the data folder, whose path can be too long for a socket.
    """
    with tempfile.TemporaryDirectory(prefix="vaste-writer-") as folder:
        address = str(Path(folder) / "answers")
        keeper = _Keeper(address)
        keeper.start()
        try:
            yield address
        finally:
            keeper.end()


class _Keeper(threading.Thread):
    """Starts the writer, and another one each time that it has ended, after pauses that grow; never two at once.

    One pipe goes through the lives of all of them: its closing asks for the end, see `main`.
    """

    def __init__(self, address: str) -> None:
        super().__init__(name="answer writer", daemon=True)
        self._address = address
        self._told, self._tells = os.pipe()
        self._is_ending = threading.Event()
        self._writer: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Keep a writer running."""
        pause = _FIRST_PAUSE_SECONDS
        ended_at: float | None = None
        while not self._is_ending.is_set():
            begun = time.monotonic()
            self._live_once(ended_at)
            ended_at = time.monotonic()
            self._is_ending.wait(pause)
            pause = _FIRST_PAUSE_SECONDS if ended_at - begun > _LIVED_LONG_SECONDS else min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def _live_once(self, last_ended_at: float | None) -> None:
        """Start a writer and return when it has ended. last_ended_at: when the one before it did, on the steady clock."""
        with _starting:
            command = [sys.executable, "-c", _PROGRAM, self._address]
            self._writer = subprocess.Popen(command, stdin=self._told, stdout=subprocess.PIPE)  # noqa: S603
        with self._writer as writer:
            assert writer.stdout
            if writer.stdout.read(1) and last_ended_at is not None:
                _log.warning("answer_writer.back", after_seconds=round(time.monotonic() - last_ended_at, 1))
        if not self._is_ending.is_set():
            _log.error("answer_writer.ended", status=writer.returncode)

    def end(self) -> None:
        """Ask the writer to end, and return when it has; kill one that does not."""
        self._is_ending.set()
        os.close(self._tells)
        self.join(_STOPS_WITHIN_SECONDS)
        if self.is_alive() and self._writer:
            self._writer.kill()
        self.join()
        os.close(self._told)


def main() -> None:
    """Write until the pipe is closed: by the process above, or, where that was killed, by the end of those it started, who hold it too.

    What asks all processes of the service to stop is for the others: they still have writes to hand over.
    """
    for asking in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(asking, signal.SIG_IGN)
    django.setup()
    from vaste.survey_pages.shared_writer import write_for_others  # needs the set-up above

    keep_what_is_loaded()
    write_for_others(Path(sys.argv[1]), until=sys.stdin, is_ready=_tell_that_it_has_started)


def _tell_that_it_has_started() -> None:
    os.write(sys.stdout.fileno(), b"!")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nobody reads more of it than that
