"""What the running programs print and leave on the disk: a day through the real commands, server and worker."""

import csv
import json
import os
import re
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from tests.factories import COUNTY, UNITS, visit_fields
from tests.ports import free_port

from vaste.core import clock
from vaste.simulator.people import number_of

_PEOPLE = 40
# Whole numbers alone: ten digits of some number like theirs stand in hashes and ids by chance, once in some hundred runs.
_PHONE = re.compile("|".join(f"(?:358|0){number_of(index).removeprefix('+358')}" for index in range(_PEOPLE)).encode())
_LINK = re.compile(rb"/s/[1-9A-HJ-NP-Za-km-z]{12}")
_VASTE = str(Path(sys.executable).with_name("vaste"))


@dataclass(frozen=True)
class Day:
    """What was printed, what lies in the data folder beside the keys, and how many answered."""

    printed: bytes
    files: dict[str, bytes]
    responses: int


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    folder = tmp_path_factory.mktemp("day")
    data, port = folder / "data", free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VASTE_")}
    environment |= {"VASTE_DATA_DIR": str(data), "VASTE_PORT": str(port), "VASTE_BASE_URL": f"http://127.0.0.1:{port}"}
    environment |= {"VASTE_SMS_URL": "simulated://?answer_share=1&speed=100"}
    _write_inputs(folder)
    said = _run(environment, "migrate") + _run(environment, "county", "load", str(folder / "county.toml"))
    said += _run(environment, "units", "load", str(folder / "units.csv")) + _run(environment, "intake", str(folder / "visits.csv"))
    with (folder / "served.txt").open("wb") as served:
        server = subprocess.Popen([_VASTE, "serve", "--port", str(port)], env=environment, stdout=served, stderr=subprocess.STDOUT)
        try:
            _wait_for(port)
            said += _run(environment, "work", "--once")
            said += _run(environment, "mix", "--now")
            results = _run(environment, "results", "--json")
        finally:
            server.terminate()
            server.wait(60)
    files = {path.name: path.read_bytes() for path in data.rglob("*") if path.is_file() and "keys" not in path.parts}
    return Day(said + (folder / "served.txt").read_bytes(), files, json.loads(results[results.index(b"{") :])["responses"])


def _write_inputs(folder: Path) -> None:
    (folder / "county.toml").write_text(COUNTY, encoding="utf-8")
    (folder / "units.csv").write_text(UNITS, encoding="utf-8")
    visited_at = clock.now() - timedelta(hours=2)
    visits = [visit_fields(phone=number_of(index), visited_at=visited_at.isoformat()) for index in range(_PEOPLE)]
    with (folder / "visits.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(visits[0]))
        writer.writeheader()
        writer.writerows(visits)


def _run(environment: dict[str, str], *command: str) -> bytes:
    done = subprocess.run([_VASTE, *command], env=environment, check=True, timeout=300, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server did not start")


def test_a_day_through_the_real_programs_ends_in_the_record(day: Day):
    assert day.responses > _PEOPLE / 2


def test_nothing_printed_by_server_worker_and_commands_holds_a_number_or_a_link(day: Day):
    assert _PHONE.findall(day.printed) == []
    assert _LINK.findall(day.printed) == []


def test_nothing_in_the_data_folder_beside_the_keys_holds_a_number_or_a_link(day: Day):
    assert any(name.endswith("sqlite3") for name in day.files)
    assert [name for name, octets in day.files.items() if _PHONE.search(octets) or _LINK.search(octets)] == []


def test_the_patterns_would_find_a_number_and_a_link():
    assert _PHONE.findall(number_of(3).encode())
    assert _LINK.findall(b"http://127.0.0.1/s/5Kd3NBUAdUnh")
