from vaste.indicators.measures import Tally
from vaste.indicators.standardised import ALL, Stratum
from vaste.national.comparison.delivered import Answers, Cell, Delivered, Method, delivered

METHOD = Method("2026.1", "national-adult", "2024-1", 5)
QUARTER = "2026-Q3"


def row(service: str, age: str, channel: str, promoters: int | None, detractors: int = 0, **more: Cell) -> dict[str, Cell]:
    """Return a row of strata where nobody is passive; promoters None: a hidden one."""
    counts = (None,) * 5 if promoters is None else (promoters + detractors, promoters + detractors, promoters, 0, detractors)
    names = ("n", "nps_n", "promoters", "passives", "detractors")
    marks = {"service": service, "quarter": QUARTER, "age": age, "channel": channel}
    return {**marks, "state": "hidden" if promoters is None else "shown", **dict(zip(names, counts, strict=True)), **more}


def read(*strata: dict[str, Cell], **tables: list[dict[str, Cell]]) -> Delivered:
    return delivered("18", METHOD, {"units": [], "invited": [], "channels": [], **tables, "strata": list(strata)}, QUARTER)


def answers(promoters: int, detractors: int = 0) -> Answers:
    return Answers(promoters + detractors, Tally((promoters, 0, detractors)), {})


def test_who_began_by_text_message_counts_as_text_message():
    found = read(
        row("care", "65+", "sms", 10), row("care", "65+", "sms+link", 6, 1), row("care", "65+", "link", 20), row("care", "65+", ALL, 36, 1)
    )
    assert found.strata[Stratum("care", "65+", "sms")] == answers(16, 1)
    assert found.strata[Stratum("care", "65+", "link")] == answers(20)


def test_channels_of_one_group_that_are_hidden_are_what_the_others_leave():
    found = read(
        row("care", "65+", "sms", None),
        row("care", "65+", "sms+link", None),
        row("care", "65+", "link", 20, 2),
        row("care", "65+", ALL, 36, 3),
    )
    assert found.strata[Stratum("care", "65+", "sms")] == answers(16, 1)


def test_hidden_channels_of_both_groups_stay_hidden():
    found = read(
        row("care", "65+", "sms", 20), row("care", "65+", "sms+link", None), row("care", "65+", "link", None), row("care", "65+", ALL, 36)
    )
    assert found.strata[Stratum("care", "65+", "sms")] is None
    assert found.strata[Stratum("care", "65+", "link")] is None
    assert found.strata[Stratum("care", "65+", ALL)] == answers(36)


def test_channels_that_were_given_up_are_not_taken_for_nobody():
    found = read(row("care", "65+", ALL, 36))
    assert found.strata[Stratum("care", "65+", "sms")] is None


def test_a_channel_that_nobody_used_holds_nobody():
    found = read(row("care", "65+", "link", 36), row("care", "65+", ALL, 36))
    assert found.strata[Stratum("care", "65+", "sms")] == answers(0)


def test_statements_channels_invited_and_units_are_read_of_the_quarter_alone():
    marks: dict[str, Cell] = {"service": ALL, "quarter": QUARTER}
    steps: dict[str, Cell] = {f"access_{step}": step for step in range(1, 6)}
    found = read(
        row(ALL, ALL, ALL, 40, 2, **steps),
        row(ALL, ALL, ALL, 7, 0, quarter="2026-Q2"),
        invited=[{**marks, "age": ALL, "language": ALL, "state": "shown", "invited": 200, "n": 42}],
        channels=[{**marks, "channel": "link", "state": "shown", "n": 30}, {**marks, "channel": "device", "state": "hidden", "n": None}],
        units=[
            {**row("care", ALL, ALL, 9, 1), "unit": "1.2.246.10.99999901.10.1"},
            {**row("care", ALL, ALL, None), "unit": "1.2.246.10.99999901.10.2"},
        ],
    )
    assert found.everybody is not None
    assert found.everybody.statement("access") == (1, 2, 3, 4, 5)
    assert found.everybody.n == 42
    assert found.invited == 200
    assert found.channels == {"link": 30, "device": None}
    assert found.method.channels == {"link", "device"}
    assert [(unit.unit[-1], unit.answers) for unit in found.units] == [("1", answers(9, 1)), ("2", None)]


def test_numbers_may_come_as_the_text_of_a_csv_file():
    found = read({name: value if isinstance(value, str) else str(value) for name, value in row("care", "65+", "link", 36).items()})
    assert found.strata[Stratum("care", "65+", "link")] == answers(36)
