from vaste.indicators.measures import Tally
from vaste.national.comparison.calls import Call, calls
from vaste.national.comparison.delivered import Answers, Delivered, Method, UnitAnswers

METHOD = Method("2026.1", "national-adult", "2024-1", 5)


def county(code: str, *units: tuple[str, int, int]) -> Delivered:
    """Return a county of units: service, detractors, answers."""
    own = tuple(
        UnitAnswers(f"{code}.{number}", service, Answers(n, Tally((n - detractors, 0, detractors))))
        for number, (service, detractors, n) in enumerate(units)
    )
    return Delivered(code, "2026-Q3", METHOD, {}, own)


def test_a_unit_with_far_more_detractors_than_its_service_calls():
    ordinary = [county(f"{number:02}", ("care", 8, 100), ("care", 7, 100), ("dental", 30, 100)) for number in range(1, 6)]
    found = calls([*ordinary, county("18", ("care", 25, 100), ("dental", 31, 100))])
    assert found == (Call("18", "18.0", "care", 25, 100, 100 / 1100),)


def test_what_is_much_in_one_service_is_little_in_another():
    found = calls([county(f"{number:02}", ("care", 8, 100), ("emergency", 30, 100)) for number in range(1, 9)])
    assert found == ()


def test_units_of_few_or_hidden_answers_are_not_tested():
    hidden = Delivered("02", "2026-Q3", METHOD, {}, (UnitAnswers("02.0", "care", None),))
    assert calls([county("01", ("care", 9, 9)), hidden]) == ()


def test_they_stand_by_county_and_not_by_how_bad_they_are():
    ordinary = [county(f"{number:02}", *[("care", 8, 100)] * 6) for number in range(10, 20)]
    found = calls([county("05", ("care", 40, 100)), *ordinary, county("02", ("care", 30, 100))])
    assert [call.county for call in found] == ["02", "05"]
