import numpy as np

from vaste.indicators.table_plan import Areas, cover_classes, make_plan
from vaste.results.calendar import ended_times
from vaste.results.plans import covering_classes, plan_of

AREAS = Areas(3, ((0, 1, 2),))
TIMES = ended_times(["2024-01", "2024-02"])


def counts(january: list[int]) -> dict[str, np.ndarray]:
    return {"2024-01": np.array(january)[:, None], "2024-02": np.array([30, 20, 10])[:, None]}


def test_the_same_counts_have_the_same_plan_which_is_made_once():
    assert plan_of(counts([2, 9, 50]), TIMES, AREAS, 5).plan is plan_of(counts([2, 9, 50]), TIMES, AREAS, 5).plan


def test_a_plan_is_what_its_own_counts_threshold_and_frame_make_of_it():
    within = plan_of(counts([2, 9, 50]), TIMES, AREAS, 5)
    for numbers, too_few, frame in [([9, 9, 50], 5, None), ([9, 9, 50], 10, None), ([9, 9, 50], 5, within), ([2, 9, 50], 5, None)]:
        made = make_plan(counts(numbers), TIMES, AREAS, too_few, frame.plan if frame else None)

        kept = plan_of(counts(numbers), TIMES, AREAS, too_few, frame).plan

        assert {time: mask.tolist() for time, mask in kept.hidden.items()} == {time: mask.tolist() for time, mask in made.hidden.items()}


def test_a_plan_that_covers_classes_is_made_once_for_the_same_classes_and_anew_for_others():
    counted = {month: np.hstack([numbers, numbers]) for month, numbers in counts([2, 9, 50]).items()}
    plan = plan_of(counted, TIMES, AREAS, 5)
    one, other = ({month: np.array(rows) for month in counted} for rows in ([[1, 1], [0, 0], [2, 1]], [[0, 0], [0, 1], [2, 1]]))

    made = [covering_classes(plan, [each], TIMES, AREAS).plan for each in (one, other, one)]

    assert made[0] is made[2]
    for found, each in zip(made, (one, other, one), strict=True):
        expected = cover_classes(plan.plan, [each], TIMES, AREAS)
        assert {time: mask.tolist() for time, mask in found.hidden.items()} == {
            time: mask.tolist() for time, mask in expected.hidden.items()
        }
