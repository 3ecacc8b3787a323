"""What may be published of a period, beside what was published before, judged by an audit that works from the published rows alone."""

from dataclasses import replace

import pytest

from vaste.national.cubes.auditing import Audit, audit
from vaste.national.cubes.groups import is_sensitive
from vaste.national.cubes.levels import ALL
from vaste.national.cubes.plan import Cell, Leaf
from vaste.national.cubes.protecting import DeliveryStopped, Protected, protect_tables
from vaste.national.cubes.tabling import facts_of, published, release_of, rows_of
from vaste.national.cubes.tests.attacker import narrowest
from vaste.national.cubes.tests.facts import drawn, person, with_more

K = 5
UNIT = "1.2.246.10.99999999.10.0"


def audited(*deliveries: Protected, tables=None) -> Audit:
    """Return the audit of the last of some deliveries. tables: its rows, where they are not those that protection gives."""
    packages = []
    for number, delivery in enumerate(deliveries, start=1):
        rows = tables if tables is not None and number == len(deliveries) else rows_of(delivery)
        packages.append(published(f"spring {number}", rows, release_of(f"spring {number}", delivery)))
    return audit(packages, K)


def shown(protected: Protected, *, but: set[Cell] = frozenset()):
    """Return the rows of a delivery as they would be if only some of the hidden cells were hidden."""
    return rows_of(replace(protected, hidden=protected.hidden & but))


@pytest.fixture(scope="module")
def spring() -> Protected:
    return protect_tables(drawn(answers=900), [], K)


def test_every_shown_cell_has_enough_respondents_who_did_not_all_answer_alike(spring):
    telling = {cell for cell, numbers in spring.planned.numbers.items() if is_sensitive(numbers, K)}
    assert telling
    assert telling <= spring.hidden


@pytest.mark.parametrize("seed", [2, 3])
@pytest.mark.parametrize("answers", [300, 2500])
def test_what_is_published_passes_the_audit(seed, answers):
    found = audited(protect_tables(drawn(seed, answers=answers), [], K))
    assert found.failures == ()
    assert found.narrowest is None or found.narrowest >= K - 1


def test_four_quarters_and_their_year_narrow_no_hidden_cell_below_k():
    quarters = tuple(f"2026-Q{number}" for number in range(1, 5))
    whole = drawn(answers=500, units=4, services=2, quarters=quarters)
    deliveries, releases = [], []
    for number, quarter in enumerate(quarters):
        own = {leaf: numbers for leaf, numbers in whole.answered.items() if leaf.quarter == quarter}
        invited = {leaf: numbers for leaf, numbers in whole.invited.items() if leaf.quarter == quarter}
        deliveries.append(protect_tables(replace(whole, quarters=(quarter,), answered=own, invited=invited), releases, K))
        releases.append(release_of(f"spring {number + 1}", deliveries[-1]))
    deliveries.append(protect_tables(whole, releases, K))

    found = audited(*deliveries)

    assert found.failures == ()
    assert found.hidden > 0
    assert found.narrowest >= K - 1
    assert found.differences > 0


def test_another_solver_with_all_tables_of_four_quarters_and_the_year_narrows_no_hidden_cell_below_k():
    quarters = tuple(f"2026-Q{number}" for number in range(1, 5))
    whole = drawn(5, answers=600, units=5, services=2, quarters=quarters)
    tables, releases = [], []
    for number, chosen in enumerate([*((quarter,) for quarter in quarters), quarters]):
        own = {leaf: numbers for leaf, numbers in whole.answered.items() if leaf.quarter in chosen}
        invited = {leaf: numbers for leaf, numbers in whole.invited.items() if leaf.quarter in chosen}
        protected = protect_tables(replace(whole, quarters=chosen, answered=own, invited=invited), releases, K)
        releases.append(release_of(f"spring {number + 1}", protected))
        tables.append(rows_of(protected))

    widths = narrowest(tables, most=3000)

    assert len(widths) > 10
    assert min(widths) >= K - 1 - 1e-6


def test_the_audit_finds_a_small_cell_hidden_alone(spring):
    small = {cell for cell, numbers in spring.planned.numbers.items() if cell.people == "answered" and is_sensitive(numbers, K)}
    found = audited(spring, tables=shown(spring, but=small))
    assert any("is hidden, and must be between" in failure for failure in found.failures)


def test_the_audit_finds_a_cell_in_which_all_answered_alike():
    quarter = "2026-Q1"
    facts = with_more(drawn(answers=900), Leaf(UNIT, quarter, "unknown", "fi", "link"), *[person(5, 5)] * 12)
    protected = protect_tables(facts, [], K)
    alike = Cell("answered", "service_0", quarter, "unknown", "fi")
    assert alike in protected.hidden

    found = audited(protected, tables=rows_of(replace(protected, hidden=protected.hidden - {alike})))

    assert f"spring 1, services: service_0 / {quarter} / unknown / fi / all is shown, and may not be." in found.failures


def test_a_correction_hides_what_its_difference_would_tell(spring):
    late = Leaf(UNIT, "2026-Q1", "18-44", "fi", "link")
    changed = Cell("answered", "service_0", "2026-Q1", "18-44", "fi")
    assert changed not in spring.hidden
    correction = protect_tables(with_more(spring.planned.facts, late, person(1, 1, promoter=False)), [release_of("spring 1", spring)], K)

    assert changed in correction.hidden
    assert spring.hidden <= correction.hidden
    assert audited(spring, correction).failures == ()
    (against,) = facts_of(correction, rows_of(correction), audited(spring, correction), [release_of("spring 1", spring)])["earlier"]
    assert against["delivery"] == "spring 1"
    assert against["changed"] == against["hidden"] > 0


def test_a_third_version_stands_beside_what_the_second_hid_and_the_first_showed(spring):
    late = Leaf(UNIT, "2026-Q1", "18-44", "fi", "link")
    changed = with_more(spring.planned.facts, late, person(1, 1, promoter=False))
    first = release_of("spring 1", spring)
    second = protect_tables(changed, [first], K)
    third = protect_tables(changed, [first, release_of("spring 2", second)], K)

    assert rows_of(third) == rows_of(second)
    assert audited(spring, second, third).failures == ()


def test_the_audit_finds_one_late_answer_by_differencing(spring):
    late = Leaf(UNIT, "2026-Q1", "18-44", "fi", "link")
    correction = protect_tables(with_more(spring.planned.facts, late, person(1, 1, promoter=False)), [], K)

    found = audited(spring, correction)

    assert any("tells of those who answered in between" in failure for failure in found.failures)


def test_a_delivery_made_again_from_the_same_record_is_the_same(spring):
    again = protect_tables(spring.planned.facts, [release_of("spring 1", spring)], K)
    assert rows_of(again) == rows_of(spring)
    assert audited(spring, again).failures == ()


def test_an_earlier_delivery_of_another_quarter_changes_nothing(spring):
    other = release_of("winter 1", protect_tables(drawn(answers=900, quarters=("2025-Q4",)), [], K))
    assert protect_tables(spring.planned.facts, [other], K).hidden == spring.hidden


def test_tables_are_made_coarser_where_the_least_is_lost_before_anything_is_hidden():
    protected = protect_tables(drawn(answers=120), [], K)
    losses = {}
    for merge in protected.merges:
        losses.setdefault(merge.table, []).append(merge.loss)
    assert protected.merges
    assert all(found == sorted(found) for found in losses.values())
    assert all(cell.language == ALL for cell in protected.planned.tables["services"])


def test_an_earlier_delivery_with_other_units_of_the_same_name_stops_where_they_overlap_in_part(spring):
    earlier = release_of("winter 1", spring)
    swapped = {UNIT: "service_1", UNIT[:-1] + "1": "service_0"}
    moved = {**spring.planned.facts.service_of, **swapped}
    with pytest.raises(DeliveryStopped, match="with other units, of which only some are the same"):
        protect_tables(replace(spring.planned.facts, service_of=moved), [earlier], K)


def test_what_cannot_be_protected_stops_the_delivery_with_the_cells_and_the_reason():
    # Three people in all, asked and answered: whatever is hidden, no count can be more than three.
    facts = drawn(answers=3, units=1, services=1)
    facts = replace(facts, invited={leaf: number // 4 for leaf, number in facts.invited.items()})
    with pytest.raises(DeliveryStopped, match="could be worked out") as stopped:
        protect_tables(facts, [], K)
    assert stopped.value.cells
