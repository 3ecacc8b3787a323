"""Operators that nobody here wrote, started for a test and ended with it."""

import fcntl
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.ports import free_port

# How many seconds a test waits for what must come, on a machine that has a lot to do.
PATIENCE = 60
HERE = Path(__file__).parent
NODE_SMSC = HERE / "node_smsc"


def missing(what: str) -> None:
    """End the test: on CI as a failure, elsewhere as not run, with a sentence that says what is missing."""
    sentence = f"Not run: {what}."
    if os.environ.get("CI"):
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


class Smsc:
    """A running SMSC: `do` orders something, `wait_for` waits until it tells something."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.told: list[dict[str, Any]] = []
        self._unread: list[dict[str, Any]] = []
        self._process = process
        self._lines: queue.Queue[dict[str, Any]] = queue.Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self.port: int = self.wait_for("listening")["port"]

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.endswith("\n"):  # the last one may be cut off when the process is ended
                self._lines.put(json.loads(line))

    def do(self, what: str, **order: Any) -> None:
        """Order something and wait until it is done."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": what, **order}) + "\n")
        self._process.stdin.flush()
        self.wait_for("done", did=what)

    def wait_for(self, event: str, seconds: float = PATIENCE, **facts: Any) -> dict[str, Any]:
        """Return the first thing told that fits and was not returned before."""
        deadline = time.monotonic() + seconds
        while True:
            for one in self._unread:
                if one["event"] == event and all(one.get(name) == value for name, value in facts.items()):
                    self._unread.remove(one)
                    return one
            try:
                self._take_in(self._lines.get(timeout=max(0.01, deadline - time.monotonic())))
            except queue.Empty:
                raise AssertionError(f"The SMSC did not tell {event} {facts}; it told {self.told}") from None

    def heard(self, event: str) -> list[dict[str, Any]]:
        """Return everything of a kind told until now."""
        while not self._lines.empty():
            self._take_in(self._lines.get())
        return [one for one in self.told if one["event"] == event]

    def forget(self) -> None:
        """Begin anew: nothing was told."""
        self.heard("")
        self.told.clear()
        self._unread.clear()

    def end(self) -> None:
        """End the process and stop listening to it."""
        self._process.kill()
        self._listener.join()

    def _take_in(self, told: dict[str, Any]) -> None:
        self.told.append(told)
        self._unread.append(told)

    def freeze(self) -> None:
        """Let the SMSC fall silent without closing anything."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._process.send_signal(signal.SIGCONT)


def install_node_smsc() -> None:
    if shutil.which("node") is None or shutil.which("npm") is None:
        missing("node and npm are not installed, which the npm package smpp needs")
    with (NODE_SMSC / "package.json").open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # two test runs side by side must not install over each other
        if (NODE_SMSC / "node_modules" / "smpp").exists():
            return
        install = ["npm", "ci", "--no-audit", "--no-fund"]
        done = subprocess.run(install, cwd=NODE_SMSC, capture_output=True, timeout=600, check=False)
        if done.returncode != 0:
            missing("the npm package smpp could not be installed")


@contextmanager
def node_smsc(*, tls: tuple[Path, Path] | None = None) -> Iterator[Smsc]:
    """Run the SMSC of the npm package `smpp`. tls: certificate and key files."""
    install_node_smsc()
    arguments = ["node", "smsc.js", *(str(file) for file in tls or ())]
    with subprocess.Popen(arguments, cwd=NODE_SMSC, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            smsc = Smsc(process)
        except AssertionError:
            process.kill()
            raise
        try:
            yield smsc
        finally:
            smsc.end()


def _runs(*command: str) -> bool:
    return shutil.which(command[0]) is not None and subprocess.run(command, capture_output=True, check=False).returncode == 0


@contextmanager
def perl_smsc() -> Iterator[Smsc]:
    """Run the SMSC of Debian's libnet-smpp-perl."""
    if not _runs("perl", "-MNet::SMPP", "-e", "1"):
        missing("the Perl module Net::SMPP is not installed (Debian: libnet-smpp-perl)")
    with _running(["perl", "perl_smsc.pl"]) as smsc:
        yield smsc


@contextmanager
def rust_smsc() -> Iterator[Smsc]:
    """Run the SMSC of the package `smpp34`."""
    if not _runs(sys.executable, "-c", "import smpp34"):
        missing("the package smpp34 is not installed")
    with _running([sys.executable, "rust_smsc.py", str(free_port())]) as smsc:
        yield smsc


@contextmanager
def _running(command: list[str]) -> Iterator[Smsc]:
    with subprocess.Popen(command, cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Smsc(process)
        finally:
            process.kill()
