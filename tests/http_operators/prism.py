"""Twilio's public description of its API, fetched for the tests, under a server of another maker that checks requests by it."""

import base64
import fcntl
import hashlib
import json
import shutil
import socket
import subprocess
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_port
from tests.smsc.peers import missing

PRISM = Path(__file__).parent / "prism"
# Twilio carries its description in the package of its command line.
_PACKAGE = "@twilio/cli-core@8.3.2"
_INTEGRITY = "qRTAZS15i/nseKHu2zZIb1BD78WFRVOWM65iC9JqjZdNpz5KQaiEI1klsLcWDi1pwXH9JG6pbFXJrIiYRJw/dw=="
_MEMBER = "package/src/services/twilio-api/twilio_api_v2010.json"
_MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages.json"


@contextmanager
def twilio_by_description(folder: Path) -> Iterator[int]:
    """Run a Twilio that refuses what its description does not allow; yield its port."""
    _install()
    description = folder / "twilio.json"
    description.write_text(json.dumps(_messages_only(json.loads(_description(folder)))), encoding="utf-8")
    port = free_port()
    program = PRISM / "node_modules" / ".bin" / "prism"
    command = [str(program), "mock", "-h", "127.0.0.1", "-p", str(port), "--errors", str(description)]
    with (folder / "prism.txt").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log, cwd=folder) as process:
        try:
            _wait_for(port)
            yield port
        finally:
            process.kill()


def _install() -> None:
    if shutil.which("node") is None or shutil.which("npm") is None:
        missing("node and npm are not installed, which the npm package @stoplight/prism-cli needs")
    with (PRISM / "package.json").open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # two test runs side by side must not install over each other
        if (PRISM / "node_modules" / ".bin" / "prism").exists():
            return
        install = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(install, cwd=PRISM, capture_output=True, timeout=600, check=False)
        if done.returncode != 0:
            missing("the npm package @stoplight/prism-cli could not be installed")


def _description(folder: Path) -> bytes:
    """Return the description out of the package of the one version that was looked at."""
    done = subprocess.run(["npm", "pack", _PACKAGE, "--silent"], cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    package = folder / done.stdout.strip().splitlines()[-1] if done.returncode == 0 and done.stdout.strip() else None
    if package is None or not package.exists():
        missing(f"the npm package {_PACKAGE}, which carries Twilio's description, could not be fetched")
    assert package is not None
    assert base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode() == _INTEGRITY
    with tarfile.open(package) as archive:
        member = archive.extractfile(_MEMBER)
        assert member is not None
        return member.read()


def _messages_only(description: dict[str, object]) -> dict[str, object]:
    """Return the description of messages alone: the whole takes the server half a minute."""
    paths = description["paths"]
    assert isinstance(paths, dict)
    return {**description, "paths": {_MESSAGES: paths[_MESSAGES]}}


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 180
    while True:
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < deadline, "The server did not start"
        time.sleep(0.1)
