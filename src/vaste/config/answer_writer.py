"""The process that files the answers which several serving processes hand over to it (`survey_pages/shared_writer.py`)."""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from vaste.core.collector import keep_what_is_loaded

_PROGRAM = "from vaste.config.answer_writer import main; main()"
_STOPS_WITHIN_SECONDS = 20


@contextmanager
def answer_writer() -> Iterator[str]:
    """Run the process for as long as the context lasts; give the address at which it takes answers.

    The folder of the socket is open to this account alone, and not the data folder, whose path can be too long for a socket.
    """
    with tempfile.TemporaryDirectory(prefix="vaste-writer-") as folder:
        address = str(Path(folder) / "answers")
        with subprocess.Popen([sys.executable, "-c", _PROGRAM, address], stdin=subprocess.PIPE) as process:  # noqa: S603
            try:
                yield address
            finally:
                _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Close the pipe, on which the process ends by itself; kill one that does not."""
    assert process.stdin
    process.stdin.close()
    try:
        process.wait(_STOPS_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def main() -> None:
    """Write until the pipe is closed: by the process above, or, where that was killed, by the end of those it started, who hold it too.

    What asks all processes of the service to stop is for the others: they still have answers to hand over.
    """
    for asking in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(asking, signal.SIG_IGN)
    django.setup()
    from vaste.survey_pages.shared_writer import write_for_others  # needs the set-up above

    keep_what_is_loaded()
    write_for_others(Path(sys.argv[1]), until=sys.stdin)
