import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.responses.tally import Tally
from vaste.results.figures import Figures, Part, what_is_shown
from vaste.results.figures import figures as figures_of

HIDDEN = Figures(None, 0, None, None, None, {"access": None})


def part(responses: int, *, scored: int | None = None, agreeing: int = 0, invited: int | None = 0) -> Part:
    scores = [0] * 11
    scores[10] = responses if scored is None else scored
    return Part(Tally(responses, scores, {"access": [0, 0, 0, 0, agreeing]}), invited)


def figures(whole: Part, items: list[str], too_few_below: int) -> Figures:
    return figures_of(whole, (), what_is_shown({(): whole.tally}, items, too_few_below))


def breakdown(rows: dict[str, Part], items: list[str], too_few_below: int) -> dict[str, Figures]:
    shown = what_is_shown({(key,): row.tally for key, row in rows.items()}, items, too_few_below)
    return {key: figures_of(row, (key,), shown) for key, row in rows.items()}


@pytest.mark.parametrize("responses", [0, 1, 4])
def test_few_answers_look_the_same_as_none(responses):
    assert figures(part(responses), ["access"], 5) == HIDDEN


def test_five_answers_are_shown_with_the_response_rate():
    shown = figures(part(5, invited=20), [], 5)

    assert (shown.responses, shown.response_rate) == (5, 0.25)
    assert shown.nps is not None
    assert shown.nps.n == 5


def test_a_statement_is_judged_by_its_own_answers():
    assert figures(part(30, agreeing=4), ["access"], 5).statements == {"access": None}
    assert figures(part(30, agreeing=5), ["access"], 5).statements["access"] is not None


def test_a_score_is_judged_by_its_own_answers_and_its_distribution_goes_with_it():
    shown = figures(part(30, scored=4), [], 5)

    assert (shown.responses, shown.nps, shown.scores) == (30, None, None)


def test_a_channel_has_no_response_rate():
    assert figures(part(30, invited=None), [], 5).response_rate is None


def test_a_row_that_would_give_a_hidden_one_away_is_hidden_whole():
    rows = breakdown({"a": part(40), "b": part(3), "c": part(20)}, ["access"], 5)

    assert [key for key, row in rows.items() if row.is_hidden] == ["b", "c"]
    assert rows["c"] == HIDDEN


def test_a_statement_that_would_give_a_hidden_one_away_is_hidden_in_the_next_row_too():
    rows = breakdown({"a": part(40, agreeing=40), "b": part(30, agreeing=3), "c": part(20, agreeing=20)}, ["access"], 5)

    assert [key for key, row in rows.items() if row.statements["access"] is None] == ["b", "c"]
    assert not rows["c"].is_hidden


def test_a_statement_that_a_channel_never_asks_hides_nothing_in_the_others():
    rows = breakdown({"sms": part(40, agreeing=0), "link": part(30, agreeing=30)}, ["access"], 5)

    assert rows["sms"].statements["access"] is None
    assert rows["link"].statements["access"] is not None


tallies = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=8)


@given(tallies, st.integers(2, 8))
def test_no_shown_figure_rests_on_too_few_answers(rows, threshold):
    parts = {str(place): part(max(row), scored=row[1], agreeing=row[2]) for place, row in enumerate(rows)}

    for row in breakdown(parts, ["access"], threshold).values():
        assert row.responses is None or row.responses >= threshold
        assert row.nps is None or row.nps.n >= threshold
        assert row.statements["access"] is None or row.statements["access"].n >= threshold


@pytest.mark.parametrize(
    ("count", "is_shown"),
    [
        (lambda each: each.tally.responses, lambda row: row.responses is not None),
        (lambda each: sum(each.tally.nps), lambda row: row.nps is not None),
        (lambda each: sum(each.tally.statement("access")), lambda row: row.statements["access"] is not None),
    ],
    ids=["responses", "score", "statement"],
)
@given(rows=tallies, threshold=st.integers(2, 8))
def test_what_the_shown_rows_leave_of_the_total_is_nothing_or_enough(rows, threshold, count, is_shown):
    parts = {str(place): part(max(row), scored=row[1], agreeing=row[2]) for place, row in enumerate(rows)}
    total = sum(count(each) for each in parts.values())

    left = sum(count(parts[key]) for key, row in breakdown(parts, ["access"], threshold).items() if not is_shown(row))

    assert left == 0 or left >= threshold or left == total
