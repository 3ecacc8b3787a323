"""`vaste serve` as a process: two processes serve, one files their answers on SQLite, and any of them may be killed."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from tests.ports import free_port
from tests.waiting import is_gone, wait_until

from vaste.config.commands.bench_results import scratch_database
from vaste.config.commands.bench_survey import database_url, key_settings
from vaste.config.commands.bench_survey_load import BODY
from vaste.config.commands.bench_survey_world import make_open_links
from vaste.responses.models import MailboxAnswer

_VASTE = Path(sys.executable).parent / "vaste"
_PATIENCE_SECONDS = 120
_CODE = re.compile(rb"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def serving(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Serve the scratch database; give the process and its address."""
    port = free_port()
    environment = {
        **os.environ,
        **key_settings(),
        "VASTE_DATA_DIR": str(folder),
        "VASTE_DATABASE_URL": database_url(),
        "TMPDIR": str(folder),
    }
    with subprocess.Popen([str(_VASTE), "serve", "--port", str(port)], env=environment, start_new_session=True) as process:
        try:
            wait_until(lambda: is_there(f"http://127.0.0.1:{port}/poista"))
            yield process, f"http://127.0.0.1:{port}"
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def is_there(address: str) -> bool:
    try:
        return bool(urllib.request.urlopen(address, timeout=10).status == 200)
    except OSError:
        return False


def is_thanked(address: str, token: str) -> bool:
    with urllib.request.urlopen(f"{address}/s/{token}", data=BODY, timeout=_PATIENCE_SECONDS) as answer:
        return _CODE.search(answer.read()) is not None


def test_answers_are_filed_also_when_the_writer_was_killed_and_all_processes_end_when_asked(tmp_path: Path) -> None:
    with scratch_database():
        tokens = make_open_links(6)
        connection.close()
        with serving(tmp_path) as (process, address):
            assert all(is_thanked(address, token) for token in tokens[:3])
            for writer in writers_below(process):
                os.kill(writer, signal.SIGKILL)
                wait_until(lambda ended=writer: state_of(ended) == "Z")
            assert all(is_thanked(address, token) for token in tokens[3:])
            process.terminate()
            assert process.wait(_PATIENCE_SECONDS) == 0
            wait_until(lambda: is_gone(process.pid))
        assert MailboxAnswer.objects.count() == len(tokens)
    assert not list(tmp_path.glob("vaste-writer-*"))


def state_of(process_id: int) -> str:
    return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]


def writers_below(process: subprocess.Popen[bytes]) -> list[int]:
    """Return the processes that file what others hand over: one on SQLite, none on PostgreSQL."""
    found = subprocess.run(["pgrep", "-P", str(process.pid), "-f", "answer_writer"], stdout=subprocess.PIPE, check=False)
    writers = [int(line) for line in found.stdout.split()]
    assert len(writers) == (connection.vendor == "sqlite")
    return writers
