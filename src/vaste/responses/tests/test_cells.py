from vaste.responses.cells import cells_of
from vaste.responses.tally import Tally


def scores(**times: int) -> list[int]:
    return [times.get(f"s{score}", 0) for score in range(11)]


def tally(responses: int, nps: list[int], **statements: list[int]) -> Tally:
    return Tally(responses, nps, statements)


HERE = tally(3, scores(s10=2, s0=1), access=[0, 0, 0, 0, 3])
THERE = tally(2, scores(s8=2), benefit=[1, 0, 0, 0, 1])


def test_tallies_come_back_as_they_were():
    assert cells_of({("a", "x"): HERE, ("b", "x"): THERE}).tallies() == {("a", "x"): HERE, ("b", "x"): THERE}


def test_no_tallies_are_no_cells():
    assert cells_of({}).tallies() == {}


def test_cells_of_two_places_add_up_where_their_keys_are_the_same():
    both = cells_of({("a",): HERE}) + cells_of({("a",): THERE, ("b",): HERE})

    assert both.tallies() == {
        ("a",): tally(5, scores(s10=2, s8=2, s0=1), access=[0, 0, 0, 0, 3], benefit=[1, 0, 0, 0, 1]),
        ("b",): HERE,
    }


def test_cells_told_apart_by_fewer_values_add_up():
    assert cells_of({("a", "x"): HERE, ("a", "y"): HERE}).by(0).tallies() == {("a",): HERE + HERE}


def test_chosen_cells_alone():
    assert cells_of({("a",): HERE, ("b",): THERE}).only([False, True]).tallies() == {("b",): THERE}


def test_a_statement_that_nobody_was_asked_has_zeros_in_its_place():
    counts = cells_of({("a",): HERE}).counts_of(["benefit", "access"])

    assert counts.tolist() == [[3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]]
