"""`vaste simulate`: what it lists, where it refuses, and a rehearsal from visits to counts."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.factories import COUNTY, UNITS, visit_fields
from tests.waiting import wait_until

from vaste.config.command import vaste
from vaste.core import clock
from vaste.simulator.people import Habit, SimulatedSettings, number_of, person

VASTE = Path(sys.executable).with_name("vaste")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(vaste, ["simulate", *arguments])


def test_the_twenty_faults_are_listed_with_their_shares_or_the_tests_that_play_them():
    told = {row["name"]: row for row in json.loads(run("faults", "--json").stdout)}
    assert len(told) == 20
    assert told["phone_off"]["levels"] == {"none": 0.0, "quiet": 0.02, "busy": 0.02, "stormy": 0.05}
    assert (told["worker_killed"]["levels"], told["worker_killed"]["tested_by"]) == ({}, "tests/smsc/test_node_kills.py")


def test_the_list_is_read_by_people_too():
    lines = run("faults").stdout.splitlines()
    assert lines[0].split() == ["none", "quiet", "busy", "stormy"]
    assert lines[7].split() == ["4", "throttled", "0.0%", "0.0%", "0.2%", "1.0%"]
    assert lines[8].strip() == "The operator asked us to wait."


@pytest.mark.parametrize("urls", [["smpp://vaste:secret@127.0.0.1:34001"], ["simulated://", "smpp://vaste:secret@127.0.0.1:34001"]])
def test_where_a_real_operator_is_set_nothing_goes_to_a_simulated_one(settings: Any, urls: list[str]):
    settings.SMS_URLS = urls
    result = run("operator")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "VASTE_SMS_URL names a real operator" in result.stderr
    assert "secret" not in result.stderr


def test_a_fault_that_does_not_exist_is_refused_before_anything_is_sent(settings: Any):
    settings.SMS_URLS = ["simulated://"]
    result = run("operator", "--faults", "rain")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "No fault or level is called 'rain'." in result.stderr


def test_a_county_rehearses_in_a_folder_of_its_own_and_is_told_what_happened(tmp_path: Path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VASTE_")}
    environment |= {"VASTE_DATA_DIR": str(tmp_path / "data"), "VASTE_SMS_URL": "simulated://?speed=500&answer_share=0"}

    def call(*arguments: str) -> str:
        done = subprocess.run([VASTE, *arguments], env=environment, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def rehearse_until_all_have_ended(*arguments: str) -> str:
        command = [VASTE, "simulate", "operator", *arguments]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            try:
                wait_until(lambda: process.poll() is not None or has_ended(tmp_path / "data" / "vaste.sqlite3"))
            finally:
                process.send_signal(signal.SIGINT)
            told, _ = process.communicate(timeout=300)
        assert process.returncode == 0
        return told

    def file(name: str, text: str) -> str:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    visited_at = clock.now().isoformat()
    silent = [index for index in range(40) if person(index, SimulatedSettings(answer_share=0)).habit is Habit.SILENT][:20]
    visits = [visit_fields(phone=number_of(index), visited_at=visited_at) for index in silent]
    call("migrate")
    call("county", "load", file("county.toml", COUNTY))
    call("units", "load", file("units.csv", UNITS))
    call("intake", file("visits.jsonl", "\n".join(map(json.dumps, visits))))
    told = json.loads(rehearse_until_all_have_ended("--faults", "none,doubled_receipts:1", "--json"))
    assert told["faults"] == {"doubled_receipts": 20}
    assert set(told["messages"]) <= {"delivered", "undelivered"}
    assert told["people"] == {"delivered": told["messages"]["delivered"]}
    assert json.loads(call("simulate", "operator", "--minutes", "0.001", "--json"))["people"] == {}, "it ends by itself"


def has_ended(database: Path) -> bool:
    """Tell whether the phones of all messages have them, or cannot have them."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=60)) as connection:
        under_way = "SELECT COUNT(*) FROM messaging_outboundmessage WHERE state NOT IN ('delivered', 'undelivered')"
        return connection.execute(under_way).fetchone() == (0,)
