"""The whole way over a real wire: visits come in, phones behind a foreign SMSC answer, and a figure comes out."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.factories import COUNTY, UNITS, visit_fields
from tests.smsc.house import SENDER
from tests.smsc.peers import PATIENCE, Smsc, node_smsc
from vaste.core import clock
from vaste.core.ids import new_id
from vaste.messaging.rules import SOONEST_ANSWER

pytestmark = [pytest.mark.smsc, pytest.mark.database]

VASTE = Path(sys.executable).with_name("vaste")


class County:
    """A county on a machine of its own, worked by the `vaste` command alone."""

    def __init__(self, folder: Path, smsc: Smsc, database_url: str | None) -> None:
        self.folder = folder
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("VASTE_")}
        self._environment["VASTE_DATA_DIR"] = str(folder / "data")
        self._environment["VASTE_SMS_URL"] = f"smpp://vaste:secret@127.0.0.1:{smsc.port}?answer_seconds={PATIENCE}"
        if database_url:
            self._environment["VASTE_DATABASE_URL"] = database_url

    def vaste(self, *arguments: str) -> str:
        done = subprocess.run([VASTE, *arguments], env=self._environment, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def file(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Run `vaste work` meanwhile; its log lies in `work.log`."""
        with (self.folder / "work.log").open("w") as log, subprocess.Popen([VASTE, "work"], env=self._environment, stderr=log) as process:
            try:
                yield
            finally:
                process.terminate()
                process.wait(PATIENCE)


class Phone:
    """A phone behind the SMSC."""

    def __init__(self, smsc: Smsc, number: str) -> None:
        self._smsc = smsc
        self._digits = number.removeprefix("+")

    def reads(self) -> str:
        """Return the next text that comes, its parts joined."""
        parts = [self._smsc.wait_for("submit", to=self._digits)]
        if parts[0]["concat"]:
            total = int(parts[0]["concat"][0][6:8], 16)
            parts += [self._smsc.wait_for("submit", to=self._digits) for _ in range(total - 1)]
            parts.sort(key=lambda part: str(part["concat"][0][8:10]))
        return "".join(part["text"] for part in parts)

    def writes(self, text: str = "", **order: Any) -> None:
        self._smsc.do("reply", **{"from": self._digits, "to": SENDER, "text": text, **order})
        assert self._smsc.wait_for("acknowledged", **{"from": self._digits})["status"] == 0

    def writes_long(self, text: str) -> None:
        """Write a text in two UCS-2 parts, the second of which arrives first."""
        octets = text.encode("utf-16-be").hex()
        assert 67 * 4 < len(octets) <= 2 * 67 * 4
        for number, part in ((2, octets[67 * 4 :]), (1, octets[: 67 * 4])):
            self.writes(esm=0x40, coding=8, octets=f"0500030002{number:02x}" + part)


@pytest.fixture
def database_url() -> Iterator[str | None]:
    """Give the journey a PostgreSQL database of its own where the tests run on PostgreSQL; else it uses its own SQLite file."""
    server = os.environ.get("VASTE_DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield None
        return
    name = f"journey_{new_id().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield server.rpartition("/")[0] + "/" + name
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def visits_csv(languages: dict[str, str]) -> str:
    visits = [
        visit_fields(phone=phone, language=language, visited_at=clock.now().isoformat(timespec="seconds"))
        for phone, language in languages.items()
    ]
    return "\n".join([",".join(visits[0]), *(",".join(visit.values()) for visit in visits)])


def test_from_a_visit_to_a_figure_over_a_real_wire(tmp_path: Path, database_url: str | None) -> None:
    one, swedish, stops, *others = [f"+35840000{number:04}" for number in range(1, 9)]
    languages = {one: "fi", swedish: "sv", stops: "fi"} | dict.fromkeys(others, "en")
    with node_smsc() as smsc:
        county = County(tmp_path, smsc, database_url)
        county.vaste("migrate")
        county.vaste("county", "load", county.file("county.toml", COUNTY))
        county.vaste("units", "load", county.file("units.csv", UNITS))
        county.vaste("intake", county.file("visits.csv", visits_csv(languages)))
        with county.working():
            _answers_at_length(Phone(smsc, one))
            _changes_the_language(Phone(smsc, swedish))
            _opts_out(Phone(smsc, stops))
            for number in others:
                _answers_in_one_message(Phone(smsc, number))
        county.vaste("mix", "--now")
        figures = json.loads(county.vaste("results", "--json"))

    assert (figures["invited"], figures["responses"]) == (8, 7)
    assert (figures["nps"]["n"], figures["nps"]["promoters"], figures["nps"]["detractors"]) == (7, 6, 1)
    assert figures["statements"]["access"]["n"] == 7
    assert "8400000" not in (tmp_path / "work.log").read_text()


def _answers_at_length(phone: Phone) -> None:
    assert phone.reads().startswith("Soite: ")
    phone.writes("9, hyvää palvelua")
    assert "1-5" in phone.reads()
    phone.writes("5")
    assert "1-5" in phone.reads()
    time.sleep(SOONEST_ANSWER.total_seconds() + 1)  # as people do who read before they answer; sooner, it is the first "5" brought twice
    phone.writes("5")
    assert "sanoin" in phone.reads()
    phone.writes_long("Lääkäri kuunteli ja selitti kaiken ymmärrettävästi. 😀 " * 2)
    assert "KYLLÄ" in phone.reads()
    phone.writes("ei")


def _changes_the_language(phone: Phone) -> None:
    assert "0-10" in phone.reads()
    phone.writes("in English")
    assert "How likely" in phone.reads()
    phone.writes("3 1 2 I waited for two hours")
    assert "YES" in phone.reads()


def _opts_out(phone: Phone) -> None:
    assert "STOP" in phone.reads()
    phone.writes("Lopeta!")
    assert phone.reads()


def _answers_in_one_message(phone: Phone) -> None:
    assert phone.reads()
    phone.writes("10 5 5 thank you")
    assert "YES" in phone.reads()
