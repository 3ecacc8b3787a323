import numpy as np
import pytest

from vaste.national.cubes.levels import ALL
from vaste.national.cubes.plan import PEOPLE_INVITED, Cell, Coarseness, Leaf, lay_out
from vaste.national.cubes.tests.facts import drawn


@pytest.mark.parametrize("quarters", [("2026-Q1",), ("2026-Q1", "2026-Q2")])
@pytest.mark.parametrize("coarseness", [Coarseness(), Coarseness(services=("age",), strata=(), units=False, channels=False)])
def test_every_sum_of_the_plan_is_exact(quarters, coarseness):
    planned = lay_out(drawn(answers=300, quarters=quarters), coarseness)
    assert planned.sums
    for total, parts in planned.sums:
        assert np.array_equal(planned.numbers[total], sum(planned.numbers[part] for part in parts)), total


def test_totals_are_the_same_however_coarse():
    facts = drawn(answers=300)
    fine, coarse = (lay_out(facts, coarseness) for coarseness in (Coarseness(), Coarseness((), (), units=False, channels=False)))
    everybody = Cell("answered", ALL, "2026-Q1")
    assert int(fine.numbers[everybody][0]) == int(coarse.numbers[everybody][0]) == 300
    assert int(fine.numbers[everybody._replace(people=PEOPLE_INVITED)][0]) == 1200


def test_each_table_holds_every_meeting_of_its_marks():
    planned = lay_out(drawn(answers=300, units=8, services=3), Coarseness())
    sizes = {table: len(cells) for table, cells in planned.tables.items()}
    # 3 services, 3 ages, 3 languages and 2 channels, each with its margin
    assert sizes == {"services": 4 * 4 * 4, "strata": 4 * 4 * 3, "units": 8, "invited": 4 * 4 * 4, "channels": 4 * 3}


def test_a_year_has_its_quarters_and_their_sum():
    planned = lay_out(drawn(answers=100, quarters=("2026-Q1", "2026-Q2")), Coarseness())
    assert {cell.quarter for cell in planned.tables["units"]} == {"2026-Q1", "2026-Q2", ALL}


def test_a_leaf_is_counted_in_its_unit_its_service_and_everything():
    facts = drawn(answers=1)
    (leaf,) = facts.answered
    planned = lay_out(facts, Coarseness())
    cells = {cell for cell, numbers in planned.numbers.items() if cell.people == "answered" and numbers[0]}
    assert isinstance(leaf, Leaf)
    assert {cell.area for cell in cells} == {leaf.unit, facts.service_of[leaf.unit], ALL}
