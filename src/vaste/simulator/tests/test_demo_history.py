"""The demo county has a past: two years of its lobbies' devices, apart from what the invited answer."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from vaste.responses.models import Response
from vaste.results.calendar import Period
from vaste.results.latest import read_answers_of
from vaste.simulator.demo.actions import prepare_demo_county
from vaste.simulator.demo.history import load_history

pytestmark = pytest.mark.django_db
BEGINS = date(2026, 9, 28)


def test_the_devices_of_two_years_come_once_and_stand_by_themselves(tmp_path: Path) -> None:
    county = prepare_demo_county(data_dir=tmp_path, now=datetime(2026, 11, 26, tzinfo=UTC))

    taken = load_history(county, begins=BEGINS)
    again = load_history(county, begins=BEGINS)

    assert (taken > 1000, again) == (True, 0)
    assert set(Response.objects.values_list("channel", "period_start__year").distinct()) == {("device", 2024), ("device", 2025)}
    answers = read_answers_of(county, list(county.units.all()), "2026-11")
    before, after = (answers.other_figures("all", Period(year), "device").nps for year in ("2024", "2025"))
    assert before
    assert after
    assert 20 < before.value < after.value < 60
    assert answers.figures("all", Period("2025")).responses is None
