from datetime import date

import pytest

from vaste.indicators.display import GoalState, Thresholds
from vaste.indicators.nps import nps
from vaste.indicators.statements import statement
from vaste.organisations.rules import SettingsRefused
from vaste.results.figures import Figures
from vaste.results.goal_rules import GoalSettings, Indicator, goal_for, parse_goals, standing

UNIT = "1.2.246.10.99999999.10.1"
WORDS = '{ fi = "Tavoite", sv = "Mål", en = "Goal" }'


def text(**changes: str) -> str:
    """Return a file of one goal; a change replaces the value of a key, an empty one leaves the key out."""
    lines = {"name": WORDS, "owner": WORDS, "indicator": '"nps"', "target": "50", "valid_from": "2024-01-01", **changes}
    return "[goals.nps]\n" + "\n".join(f"{key} = {value}" for key, value in lines.items() if value)


def read(file: str) -> GoalSettings:
    parsed = parse_goals(file, units=[UNIT], services=["dental"], statements=["access", "own-language"], channels=["questionnaire"])
    return parsed.goals["nps"]


def test_a_goal_needs_only_its_words_its_owner_what_it_is_about_and_from_when():
    goal = read(text())

    assert (goal.indicator, goal.target, goal.scope, goal.channel, goal.every) == (Indicator.NPS, 50, "county", "invited", "quarter")
    assert goal.owner["sv"] == "Mål"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"target": "101"}, "target"),
        ({"target": ""}, "target"),
        ({"indicator": '"mean"', "target": "5.1"}, "target"),
        ({"indicator": '"agree"', "target": "80"}, "target"),
        ({"indicator": '"csat"'}, "indicator"),
        ({"scope": '"service eyes"'}, "scope"),
        ({"scope": '"unit 1.2.3.4"'}, "scope"),
        ({"scope": '"everybody"'}, "scope"),
        ({"statement": '"access"'}, "statement"),
        ({"indicator": '"mean"', "target": "4", "statement": '"speed"'}, "statement"),
        ({"channel": '"sms"'}, "channel"),
        ({"valid_to": "2023-12-31"}, "valid_to"),
        ({"name": '{ fi = "Tavoite" }'}, "name"),
        ({"owner": '{ fi = "", sv = "x", en = "x" }'}, "owner"),
        ({"bands": f"[{{ from = 50, name = {WORDS} }}, {{ from = 0, name = {WORDS} }}]"}, "bands"),
        ({"bands": f"[{{ from = 50, name = {WORDS} }}, {{ name = {WORDS} }}]"}, "bands"),
        ({"bands": f"[{{ from = 200, name = {WORDS} }}]"}, "bands"),
        ({"every": '"month"'}, "every"),
        ({"colour": '"green"'}, "colour"),
    ],
)
def test_what_is_wrong_is_named_in_one_sentence(changes, named):
    with pytest.raises(SettingsRefused, match=rf"{named}.*Nothing was changed\.$"):
        read(text(**changes))


def test_a_goal_can_be_for_a_unit_a_service_line_or_the_county():
    county, service, unit = (read(text(scope=f'"{scope}"')) for scope in ("county", "service dental", f"unit {UNIT}"))

    assert [goal.covers(UNIT, "dental") for goal in (county, service, unit)] == [True, True, True]
    assert [goal.covers("1.2.3", "reception") for goal in (county, service, unit)] == [True, False, False]
    assert [goal.covers("", "dental") for goal in (county, service, unit)] == [True, True, False]
    assert [goal.covers("", "") for goal in (county, service, unit)] == [True, False, False]


def figures(*, scores: list[int] | None = None, **statements: list[int]) -> Figures:
    shown = {item: statement(counts) for item, counts in statements.items()}
    return Figures(100, None, None, nps(scores) if scores else None, None, shown)


def scores(promoters: int, detractors: int, n: int) -> list[int]:
    return [detractors, 0, 0, 0, 0, 0, 0, n - promoters - detractors, 0, 0, promoters]


BANDS = f"[{{ name = {WORDS} }}, {{ from = 0, name = {WORDS} }}, {{ from = 50, name = {WORDS} }}]"


@pytest.mark.parametrize(
    ("counts", "state", "band"),
    [
        ((740, 70, 1000), GoalState.MET, 2),
        ((20, 3, 30), GoalState.NOT_DISTINGUISHABLE, 2),
        ((300, 300, 1000), GoalState.MISSED, 1),
        ((100, 300, 1000), GoalState.MISSED, 0),
    ],
)
def test_a_goal_is_met_or_missed_when_the_whole_interval_says_so(counts, state, band):
    found = standing(read(text(bands=BANDS)), figures(scores=scores(*counts)), Thresholds())

    assert (found.state, found.band) == (state, band)


def test_few_answers_have_no_state():
    assert standing(read(text()), figures(scores=scores(9, 0, 9)), Thresholds()).state is None
    assert standing(read(text()), figures(), Thresholds()).state is None


def test_a_goal_for_one_statement_is_judged_by_it_alone():
    goal = read(text(indicator='"mean"', target="4.0", statement='"access"'))

    found = standing(goal, figures(access=[0, 0, 0, 0, 200], **{"own-language": [200, 0, 0, 0, 0]}), Thresholds())

    assert found.state is GoalState.MET


def test_a_goal_for_the_mean_is_judged_by_all_statements_together():
    goal = read(text(indicator='"mean"', target="4.0"))

    found = standing(goal, figures(access=[0, 0, 0, 0, 200], **{"own-language": [200, 0, 0, 0, 0]}), Thresholds())

    assert found.figure is not None
    assert found.figure.value == pytest.approx(3.0)
    assert found.figure.n == 200
    assert found.state is GoalState.MISSED


def test_a_share_agreeing_can_be_a_goal():
    goal = read(text(indicator='"agree"', target="0.8"))

    assert standing(goal, figures(access=[0, 0, 0, 100, 900]), Thresholds()).state is GoalState.MET


def test_the_goal_that_is_nearest_to_the_unit_holds():
    goals = [
        read(text(scope=f'"{scope}"', target=target))
        for scope, target in (("county", "50"), ("service dental", "60"), (f"unit {UNIT}", "70"))
    ]
    on = date(2024, 6, 1)

    def target(unit: str, service: str) -> float | None:
        found = goal_for(goals, Indicator.NPS, unit=unit, service=service, on=on)
        return found and found.target

    assert target(UNIT, "dental") == 70
    assert target("1.2.3", "dental") == 60
    assert target("", "dental") == 60
    assert target("", "") == 50
    assert goal_for(goals, Indicator.MEAN, unit="", service="", on=on) is None
    assert goal_for(goals, Indicator.NPS, unit="", service="", on=date(2023, 12, 31)) is None


def test_a_goal_on_another_channel_is_never_held_against_the_answers_of_the_invited():
    goal = read(text(channel='"questionnaire"'))

    assert goal_for([goal], Indicator.NPS, unit="", service="", on=date(2024, 6, 1)) is None


def test_a_goal_holds_until_its_last_day():
    goal = read(text(valid_to="2024-06-30"))

    assert goal.holds_in(date(2024, 4, 1), date(2024, 6, 30))
    assert goal.holds_in(date(2024, 6, 30), date(2024, 9, 30))
    assert not goal.holds_in(date(2024, 7, 1), date(2024, 9, 30))
    assert not goal.holds_in(date(2023, 10, 1), date(2023, 12, 31))
