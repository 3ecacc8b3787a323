"""`vaste run` as a process: where it says that it is, and how it ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.ports import free_port
from tests.waiting import is_gone, wait_until

_VASTE = Path(sys.executable).parent / "vaste"
_PATIENCE_SECONDS = 120


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Let the demo run on a port that only its option names, in a session of its own as a terminal's."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VASTE_")}
    environment |= {"VASTE_DATA_DIR": str(tmp_path), "VASTE_SMS_URL": "simulated://?answer_share=0", "VASTE_HUB_URL": "http://127.0.0.1:1"}
    port = free_port()
    command = [str(_VASTE), "run", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            yield process, port
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def test_the_demo_names_the_port_that_was_asked_for_and_ends_with_its_terminal(running: tuple[subprocess.Popen[str], int]) -> None:
    process, port = running
    assert process.stdout
    welcome = ""
    while not ("Press Ctrl+C" in welcome and f"http://localhost:{port}/s/" in welcome):  # on a slow machine the link comes last
        line = process.stdout.readline()
        assert line, welcome
        welcome += line
    assert f"http://localhost:{port}/staff/results" in welcome

    os.killpg(process.pid, signal.SIGHUP)

    assert process.wait(_PATIENCE_SECONDS) == 0
    wait_until(lambda: is_gone(process.pid))
