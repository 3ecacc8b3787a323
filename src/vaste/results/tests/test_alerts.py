"""Alerts are raised from the record, once each, and a person of staff acknowledges them."""

from datetime import date, timedelta

import pytest
from tests.factories import HEALTH_STATION, SMALL_UNIT, SOCIAL_UNIT, make_county
from tests.record import record

from vaste.core.models import AuditEntry
from vaste.organisations.models import County, User
from vaste.responses.models import Response
from vaste.results.alert_actions import acknowledge, open_note, raise_alerts
from vaste.results.alert_queries import open_alerts, watch_units
from vaste.results.alert_rules import AlertKind, Basis
from vaste.results.models import Alert

pytestmark = pytest.mark.django_db
TODAY = date(2024, 5, 10)


@pytest.fixture
def county() -> County:
    """Return a county whose health station has had ten answers a week for a year, one of them a detractor's each fortnight."""
    made = make_county()
    for week in range(52):
        on = (date(2023, 1, 2) + timedelta(weeks=week)).isoformat()
        record(8, on=on, nps=10)
        record(1, on=on, nps=7)
        record(1, on=on, nps=3 if week % 2 else 8)
    return made


def worse(weeks: int = 2, first: str = "2024-04-08", unit: str = HEALTH_STATION) -> None:
    for week in range(weeks):
        on = (date.fromisoformat(first) + timedelta(weeks=week)).isoformat()
        record(6, on=on, nps=2, unit=unit)
        record(4, on=on, nps=9, unit=unit)


def test_when_detractors_become_more_frequent_an_alert_is_raised(county):
    record(10, on="2024-04-01", nps=9)
    worse()

    assert raise_alerts(today=TODAY) == 1

    alert = Alert.objects.get()
    assert (alert.unit_id, alert.kind, alert.raised_on) == (HEALTH_STATION, "warning", TODAY)
    assert (alert.begins, alert.run_from, alert.run_to) == (date(2024, 1, 1), date(2024, 4, 8), date(2024, 4, 14))
    assert (alert.basis, alert.baseline_answers) == ("unit", 520)
    assert alert.baseline == pytest.approx(26 / 520, abs=0.005)
    assert AuditEntry.objects.filter(action="alert.raised", subject=str(alert.id)).count() == 1


def test_what_called_yesterday_is_found_again_and_not_doubled(county):
    worse()
    raise_alerts(today=TODAY)

    assert raise_alerts(today=TODAY + timedelta(days=1)) == 0
    assert Alert.objects.get().raised_on == TODAY


def test_while_all_is_as_before_nobody_is_called(county):
    for week in range(6):
        record(9, on=(date(2024, 4, 1) + timedelta(weeks=week)).isoformat(), nps=9)
        record(1, on=(date(2024, 4, 1) + timedelta(weeks=week)).isoformat(), nps=7)

    assert raise_alerts(today=TODAY) == 0
    assert watch_units(county).units == {HEALTH_STATION}


def test_promoters_becoming_more_frequent_is_good_news(county):
    for week in range(16):
        record(20, on=(date(2024, 1, 8) + timedelta(weeks=week)).isoformat(), nps=10)

    raise_alerts(today=TODAY)

    assert [alert.kind for alert in Alert.objects.all()] == ["good_news"]


def test_two_detractors_call_nobody(county):
    record(2, on="2024-04-08", nps=0)
    record(3, on="2024-04-15", nps=9)

    assert raise_alerts(today=TODAY) == 0


def test_a_unit_of_a_service_without_a_year_of_answers_is_not_watched(county):
    worse(unit=SOCIAL_UNIT)

    assert raise_alerts(today=TODAY) == 0


def test_a_small_unit_is_held_against_its_service(county):
    record(6, on="2024-04-15", nps=1, unit=SMALL_UNIT)

    found = watch_units(county).found[SMALL_UNIT, AlertKind.WARNING]

    assert (found.baseline.basis, found.baseline.answers) == (Basis.SERVICE, 520)
    assert [(each.first, each.last, each.n) for each in found.stretches] == [(date(2024, 4, 1), date(2024, 4, 30), 6)]


def test_answers_that_came_over_other_channels_are_not_mixed_in(county):
    worse()
    Response.objects.filter(period_start__gte=date(2024, 4, 1)).update(channel="device")

    assert raise_alerts(today=TODAY) == 0


def test_without_answers_nothing_is_watched():
    assert watch_units(make_county()).units == frozenset()
    assert raise_alerts(today=TODAY) == 0


def test_an_acknowledged_alert_keeps_who_when_and_the_note_sealed(county):
    worse()
    raise_alerts(today=TODAY)
    alert, user = Alert.objects.get(), User.objects.create_user("head@example.fi")

    assert acknowledge(alert=alert, by=user, note="Two nurses were ill.", today=TODAY)

    alert.refresh_from_db()
    assert (alert.acknowledged_on, alert.acknowledged_by, alert.counted_to) == (TODAY, user, date(2024, 4, 15))
    assert open_note(alert) == "Two nurses were ill."
    assert b"nurses" not in bytes(alert.sealed_note)
    assert AuditEntry.objects.filter(action="alert.acknowledged", actor=str(user.pk)).count() == 1
    assert open_alerts(county.units.all()) == []


def test_an_alert_is_acknowledged_once(county):
    worse()
    raise_alerts(today=TODAY)
    alert, user = Alert.objects.get(), User.objects.create_user("head@example.fi")
    acknowledge(alert=alert, by=user, note="", today=TODAY)

    assert not acknowledge(alert=alert, by=user, note="Again", today=TODAY)
    alert.refresh_from_db()
    assert open_note(alert) == ""


def test_after_an_acknowledgement_only_what_comes_later_calls(county):
    worse()
    raise_alerts(today=TODAY)
    acknowledge(alert=Alert.objects.get(), by=User.objects.create_user("head@example.fi"), note="", today=TODAY)
    worse(weeks=1, first="2024-04-15")  # late answers of a week that has been acknowledged

    assert raise_alerts(today=TODAY) == 0

    worse(first="2024-04-22")
    assert raise_alerts(today=TODAY) == 1
    assert Alert.objects.get(acknowledged_on=None).run_from == date(2024, 4, 22)


def test_open_alerts_come_warnings_first(county):
    for unit, kind in ((HEALTH_STATION, "good_news"), (SMALL_UNIT, "warning")):
        Alert.objects.create(
            unit_id=unit,
            kind=kind,
            raised_on=TODAY,
            begins=TODAY,
            run_from=TODAY,
            run_to=TODAY,
            baseline=0.1,
            basis="unit",
            baseline_answers=100,
            limit=4,
        )

    assert [alert.kind for alert in open_alerts(county.units.all())] == ["warning", "good_news"]
