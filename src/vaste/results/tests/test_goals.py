"""Goals are loaded from a file, and the answers of the record are held against them."""

from datetime import date, timedelta

import pytest
from tests.factories import HEALTH_STATION, SMALL_UNIT, SOCIAL_UNIT, at, make_county
from tests.record import record

from vaste.core.models import AuditEntry
from vaste.indicators.display import GoalState
from vaste.organisations.models import County, Unit
from vaste.responses.models import Response
from vaste.results.goal_actions import save_goals
from vaste.results.goal_queries import Judged, goals_held, judge_goals
from vaste.results.goal_rules import GoalsFile, parse_goals
from vaste.results.latest import latest_answers
from vaste.results.models import Goal

pytestmark = pytest.mark.django_db
NOW = at("2024-08-10")
WORDS = '{ fi = "Tavoite", sv = "Mål", en = "Goal" }'


@pytest.fixture
def county() -> County:
    return make_county()


def goals(**kinds: str) -> GoalsFile:
    """Return a file of goals by key; each is given by what differs from a goal of NPS 50 for the county, every quarter."""
    text = ""
    for key, lines in kinds.items():
        given = dict(line.split(" = ", 1) for line in lines.split("; ") if line)
        fields = {"name": WORDS, "owner": WORDS, "indicator": '"nps"', "target": "50", "valid_from": "2024-01-01", **given}
        text += f"[goals.{key}]\n" + "".join(f"{name} = {value}\n" for name, value in fields.items())
    units = Unit.objects.all()
    return parse_goals(
        text,
        units=[unit.oid for unit in units],
        services=[unit.service for unit in units],
        statements=["access", "own-language"],
        channels=["device", "questionnaire"],
    )


def load(county: County, **kinds: str):
    return save_goals(county=county, file=goals(**kinds), actor="test")


def judged(county: County, *oids: str) -> list[Judged]:
    """Return how the goals stand for who sees the whole county, or only some units."""
    units = tuple(county.units.filter(oid__in=oids) if oids else county.units.all())
    return judge_goals(county, units, latest_answers(county, units, NOW), is_whole_county=not oids)


def states(found: Judged) -> dict[str, GoalState | None]:
    return {period.key: standing.state for period, standing in found.periods}


def test_the_same_file_again_changes_nothing(county):
    load(county, nps="", mean='indicator = "mean"; target = 4.0')
    loaded = load(county, nps="", mean='indicator = "mean"; target = 4.0')

    assert (loaded.added, loaded.changed, loaded.removed, loaded.unchanged) == (0, 0, 0, 2)
    assert AuditEntry.objects.filter(action="goals.loaded").count() == 1


def test_the_file_is_the_whole_list(county):
    load(county, nps="", mean='indicator = "mean"; target = 4.0')
    loaded = load(county, nps="target = 60", other="")

    assert (loaded.added, loaded.changed, loaded.removed) == (1, 1, 1)
    assert {goal.key: goal.settings.target for goal in Goal.objects.all()} == {"nps": 60, "other": 50}
    assert AuditEntry.objects.filter(action="goals.loaded").count() == 2


def test_each_quarter_is_judged_by_itself_the_newest_first(county):
    load(county, nps="")
    record(60, on="2024-02-12", nps=10)
    record(60, on="2024-05-13", nps=2)

    (found,) = judged(county)

    assert list(states(found).items()) == [("2024-Q2", GoalState.MISSED), ("2024-Q1", GoalState.MET)]


def test_a_goal_may_be_judged_by_the_year(county):
    load(county, nps='every = "year"')
    record(60, on="2024-02-12", nps=10)

    assert states(judged(county)[0]) == {"2024": GoalState.MET}


def test_quarters_in_which_a_goal_did_not_hold_are_not_judged(county):
    load(county, nps="valid_from = 2024-04-01")
    record(60, on="2024-02-12", nps=10)
    record(60, on="2024-05-13", nps=10)

    assert list(states(judged(county)[0])) == ["2024-Q2"]


def test_few_answers_have_no_state(county):
    load(county, nps="")
    record(9, on="2024-05-13", nps=10)

    assert states(judged(county)[0]) == {"2024-Q2": None}


def test_the_goal_of_a_service_line_is_held_against_all_of_it(county):
    load(county, nps='scope = "service primary_care_reception"')
    record(60, on="2024-05-13", nps=10)
    record(40, on="2024-05-13", nps=0, unit=SMALL_UNIT)
    record(60, on="2024-05-13", nps=0, unit=SOCIAL_UNIT)

    (found,) = judged(county)

    assert found.unit is None
    assert (found.periods[0][1].figure.value, found.periods[0][1].figure.n) == (20, 100)


def test_who_sees_some_units_of_a_service_line_sees_each_held_against_its_goal(county):
    Unit.objects.filter(oid=SOCIAL_UNIT).update(service="primary_care_reception")
    load(county, nps='scope = "service primary_care_reception"')
    record(60, on="2024-05-13", nps=10)
    record(60, on="2024-05-13", nps=0, unit=SMALL_UNIT)
    record(60, on="2024-05-13", nps=0, unit=SOCIAL_UNIT)

    found = judged(county, HEALTH_STATION, SMALL_UNIT)

    assert {each.unit and each.unit.oid: states(each)["2024-Q2"] for each in found} == {
        HEALTH_STATION: GoalState.MET,
        SMALL_UNIT: GoalState.MISSED,
    }


def test_a_unit_that_would_give_a_hidden_one_away_is_not_judged(county):
    Unit.objects.filter(oid=SOCIAL_UNIT).update(service="primary_care_reception")
    load(county, nps='scope = "service primary_care_reception"')
    record(60, on="2024-05-13", nps=10)
    record(3, on="2024-05-13", nps=10, unit=SMALL_UNIT)

    assert [states(each)["2024-Q2"] for each in judged(county, HEALTH_STATION, SMALL_UNIT)] == [None, None]


def test_a_goal_of_a_unit_is_seen_by_who_sees_the_unit(county):
    load(county, nps=f'scope = "unit {HEALTH_STATION}"')
    record(60, on="2024-05-13", nps=10)

    assert states(judged(county, HEALTH_STATION)[0]) == {"2024-Q2": GoalState.MET}
    assert judged(county, SOCIAL_UNIT) == []


def test_who_sees_one_unit_sees_the_county_s_goal_held_against_it_and_nothing_of_the_others(county):
    load(county, nps="")
    record(60, on="2024-05-13", nps=10)
    record(600, on="2024-05-13", nps=0, unit=SOCIAL_UNIT)

    (found,) = judged(county, HEALTH_STATION)

    assert found.unit is not None
    assert found.unit.oid == HEALTH_STATION
    assert states(found) == {"2024-Q2": GoalState.MET}


def test_old_answers_of_another_system_are_judged_only_by_a_goal_that_names_their_channel(county):
    load(county, nps="", old='channel = "device"')
    record(60, on="2024-05-13", nps=10)
    record(60, on="2024-05-13", nps=0, unit=SOCIAL_UNIT)
    Response.objects.filter(unit=SOCIAL_UNIT).update(channel="device")

    invited, old = judged(county)

    assert states(invited) == {"2024-Q2": GoalState.MET}
    assert states(old) == {"2024-Q2": GoalState.MISSED}


def test_a_mean_of_all_statements_is_of_the_statements_shown(county):
    load(county, mean='indicator = "mean"; target = 4.0')
    record(60, on="2024-05-13", answers={"access": 5, "own-language": 4})

    (found,) = judged(county)
    standing = found.periods[0][1]

    assert standing.figure is not None
    assert (standing.figure.value, standing.figure.n) == (4.5, 60)
    assert standing.state is GoalState.MET


def test_the_target_that_the_results_page_shows_is_that_of_the_nearest_goal(county):
    on = date(2024, 5, 1)
    assert goals_held(county, unit=HEALTH_STATION, service="", on=on).nps == 50

    load(county, nps="target = 55", unit=f'scope = "unit {HEALTH_STATION}"; target = 70', mean='indicator = "mean"; target = 4.2')

    assert goals_held(county, unit=HEALTH_STATION, service="primary_care_reception", on=on).nps == 70
    assert goals_held(county, unit=SMALL_UNIT, service="primary_care_reception", on=on).nps == 55
    assert goals_held(county, unit="", service="", on=on).statement_mean == 4.2
    assert goals_held(county, unit="", service="", on=on - timedelta(days=365)).nps == 50
