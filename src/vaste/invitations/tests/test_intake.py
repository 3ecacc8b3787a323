"""Visits taken in on the real database: how each ends, once, whatever the order in which they come."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import (
    COUNTY,
    HEALTH_STATION,
    SMALL_UNIT,
    SOCIAL_UNIT,
    UNITS,
    at,
    make_county,
    make_soite,
    phone,
    stored_outcomes,
    take_in_visits,
    visit_fields,
)

from vaste.invitations.actions import forget_what_has_ended
from vaste.invitations.intake import Refused, take_in
from vaste.invitations.models import Invitation, InvitedCount, OutcomeCount, Quarantine
from vaste.invitations.opt_outs import opt_out
from vaste.invitations.rules import OptOutWay
from vaste.messaging.models import OutboundMessage
from vaste.messaging.rules import MessageState
from vaste.organisations.actions import save_county, save_units
from vaste.organisations.models import County
from vaste.organisations.rules import parse_county, parse_units
from vaste.visits.formats import Row
from vaste.visits.models import SeenEvent

pytestmark = pytest.mark.django_db
NOW = at("2026-05-04 12:00")


def nothing_is_stored() -> bool:
    tables = (Invitation, OutboundMessage, Quarantine, SeenEvent, OutcomeCount, InvitedCount)
    return not any(table.objects.exists() for table in tables)


# Rows that are refused


def test_a_wrong_row_is_refused_by_its_number_and_the_others_go_on():
    make_county()
    report = take_in_visits(
        visit_fields(), visit_fields(age="x"), visit_fields(diagnosis="J06"), visit_fields(phone="010594Y9032"), visit_fields()
    )
    assert [(refused.row, refused.field) for refused in report.refused] == [(2, "age"), (3, "diagnosis"), (4, "phone")]
    assert report.outcomes == {"invited": 2}
    assert report.received == 5


def test_a_unit_that_nobody_loaded_is_refused():
    make_county()
    report = take_in_visits(visit_fields(unit_oid="1.2.246.10.99999999.10.77"))
    assert report.refused == [Refused(1, "unit_oid", "there is no such unit; load it first with `vaste units load`")]


def test_of_two_rows_with_the_same_event_the_first_counts():
    make_county()
    report = take_in_visits(visit_fields(event_id="E1", phone=phone(1)), visit_fields(event_id="E1", phone=phone(2)))
    assert report.outcomes == {"invited": 1}
    assert Invitation.objects.count() == 1


def test_a_refused_row_may_be_corrected_and_sent_again():
    make_county()
    take_in_visits(visit_fields(event_id="E1", age="x"))
    assert take_in_visits(visit_fields(event_id="E1")).outcomes == {"invited": 1}


def test_the_report_as_json_has_the_shape_that_others_rely_on():
    make_county()
    assert take_in_visits(visit_fields(), visit_fields(age="12"), visit_fields(age="x")).as_json() == {
        "received": 3,
        "refused": [{"row": 3, "field": "age", "reason": "it must be a whole number"}],
        "outcomes": {"invited": 1, "under_age": 1},
    }


# Several visits of one person

MORNING, NOON, EVENING = "2026-05-04T08:00:00+03:00", "2026-05-04T12:00:00+03:00", "2026-05-04T18:00:00+03:00"
NEXT_DAY = "2026-05-05T10:00:00+03:00"
LATER = at("2026-05-06 12:00")


def of_one_person(*moments: str, **changes) -> list[dict]:
    return [visit_fields(phone=phone(1), visited_at=moment, **changes) for moment in moments]


def test_of_several_visits_in_a_day_the_last_is_asked_about():
    make_county()
    visits = of_one_person(NOON, EVENING, MORNING)
    assert take_in_visits(*visits, now=LATER).outcomes == {"invited": 1, "later_visit_same_day": 2}


@pytest.mark.parametrize(
    "moments", [[MORNING, EVENING], [EVENING, MORNING], [NOON, EVENING, MORNING], [EVENING, NOON, MORNING], [MORNING, NOON, EVENING]]
)
def test_also_across_calls_the_last_visit_of_the_day_is_asked_about_while_nothing_is_sent(moments):
    make_county()
    visits = of_one_person(*moments)
    for visit in visits:
        take_in_visits(visit, now=LATER)
    assert stored_outcomes() == {"invited": 1, "later_visit_same_day": len(moments) - 1}
    assert Invitation.objects.count() == OutboundMessage.objects.count() == Quarantine.objects.count() == 1
    assert sum(InvitedCount.objects.values_list("invited", flat=True)) == 1
    assert take_in_visits(*visits, now=LATER).outcomes == {"invited": 1, "later_visit_same_day": len(moments) - 1}
    assert take_in_visits(visits[moments.index(EVENING)], now=LATER).outcomes == {"invited": 1}


def test_once_the_invitation_is_sent_a_later_visit_does_not_bring_another():
    make_county()
    first, second = of_one_person(MORNING, EVENING)
    take_in_visits(first, now=LATER)
    OutboundMessage.objects.update(state=MessageState.ACCEPTED.value, sealed=None)
    assert take_in_visits(second, now=LATER).outcomes == {"asked_recently": 1}
    assert Invitation.objects.count() == 1


def test_a_later_visit_that_nobody_may_ask_about_does_not_count_as_the_last():
    make_county()
    first, second = of_one_person(MORNING, EVENING)
    assert take_in_visits(first, {**second, "visit_type": "abortion"}, now=LATER).outcomes == {"invited": 1, "sensitive_visit": 1}


def test_a_visit_of_the_same_moment_is_settled_by_its_event_so_that_every_order_gives_the_same():
    make_county()
    first, second = of_one_person(NOON, NOON)
    assert take_in_visits(second, first, now=LATER).outcomes == {"invited": 1, "later_visit_same_day": 1}


def test_a_visit_of_the_next_day_is_within_the_quarantine_in_every_unit():
    make_county()
    first, second = of_one_person(MORNING, NEXT_DAY)
    report = take_in_visits({**second, "unit_oid": SOCIAL_UNIT}, first, now=LATER)
    assert report.outcomes == {"invited": 1, "asked_recently": 1}


def test_the_day_is_that_of_the_county():
    make_county()
    before, after = of_one_person("2026-05-03T20:59:00+00:00", "2026-05-03T21:01:00+00:00")  # midnight in Finland lies between
    assert take_in_visits(before, after, now=LATER).outcomes == {"invited": 1, "asked_recently": 1}


def test_a_number_is_the_same_however_it_is_written():
    make_county()
    first, second = of_one_person(MORNING, EVENING)
    assert take_in_visits({**first, "phone": "040 000 0001"}, second, now=LATER).outcomes == {"invited": 1, "later_visit_same_day": 1}


def test_the_quarantine_ends_by_itself():
    make_county()
    take_in_visits(visit_fields(phone=phone(1)), now=NOW)
    forget_what_has_ended(today=at("2026-06-02").date())
    assert Quarantine.objects.count() == 1
    forget_what_has_ended(today=at("2026-06-06").date())
    assert Quarantine.objects.count() == 0


# Settings of the county


def county_with(*lines: str) -> County:
    return make_county(COUNTY + "\n".join(lines))


def test_a_person_who_opted_out_is_not_asked():
    make_county()
    opt_out(phone=phone(1), way=OptOutWay.SMS, today=NOW.date())
    assert take_in_visits(visit_fields(phone=phone(1))).outcomes == {"opted_out": 1}


def test_a_daily_cap_holds_for_each_unit_and_day_also_across_calls():
    county_with("daily_cap_per_unit = 2")
    take_in_visits(visit_fields())
    report = take_in_visits(visit_fields(), visit_fields(), visit_fields(unit_oid=SMALL_UNIT), visit_fields(visited_at=NEXT_DAY), now=LATER)
    assert report.outcomes == {"invited": 3, "daily_cap": 1}


def test_an_invitation_that_gives_way_leaves_its_place_under_the_cap_to_the_later_visit():
    county_with("daily_cap_per_unit = 1")
    first, second = of_one_person(MORNING, EVENING)
    take_in_visits(first, now=LATER)
    assert take_in_visits(second, now=LATER).outcomes == {"invited": 1}
    assert stored_outcomes() == {"invited": 1, "later_visit_same_day": 1}


def test_a_sample_is_drawn_the_same_for_the_same_visit():
    county_with("sample_share = 0.5")
    visits = [visit_fields() for _ in range(200)]
    first = take_in_visits(*visits, dry_run=True).outcomes
    assert take_in_visits(*reversed(visits)).outcomes == first
    assert 60 < first["invited"] < 140
    assert first["invited"] + first["sampled_out"] == 200


def test_when_the_later_visit_is_not_drawn_the_earlier_is_still_not_the_last():
    county_with()
    first, second = of_one_person(MORNING, EVENING)
    take_in_visits(first, now=LATER)
    save_county(settings=parse_county(COUNTY + "sample_share = 0.0"), actor="test", now=LATER)
    assert take_in_visits(second, now=LATER).outcomes == {"sampled_out": 1}
    assert stored_outcomes() == {"later_visit_same_day": 1, "sampled_out": 1}
    assert not Invitation.objects.exists()
    assert not OutboundMessage.objects.exists()
    assert not Quarantine.objects.exists()


def test_a_feed_of_one_county_knows_no_units_of_another():
    make_county()
    other = save_county(settings=parse_county(COUNTY.replace('"18"', '"17"')), actor="test", now=NOW)
    rows = [Row(1, visit_fields())]
    report = take_in(rows, now=NOW, actor="test", county=other)
    assert [refused.field for refused in report.refused] == ["unit_oid"]
    assert take_in(rows, now=NOW, actor="test", county=County.objects.get(code="18")).outcomes == {"invited": 1}


def test_two_counties_may_count_their_visits_alike():
    make_county()
    other = save_county(settings=parse_county(COUNTY.replace('"18"', '"17"')), actor="test", now=NOW)
    save_units(county=other, units=parse_units(UNITS.replace("99999999", "88888888")), actor="test")
    first = visit_fields(event_id="1")
    second = visit_fields(event_id="1", unit_oid=HEALTH_STATION.replace("99999999", "88888888"), age="12")
    assert take_in_visits(first, second).outcomes == {"invited": 1, "under_age": 1}
    assert take_in_visits(second).outcomes == {"under_age": 1}


def test_by_default_an_invitation_waits_for_the_next_day_at_noon():
    make_soite()
    take_in_visits(visit_fields(visited_at="2026-05-04T10:00:00+03:00"), now=at("2026-05-04 12:00"))
    planned = at("2026-05-05 09:00")
    assert Invitation.objects.get().planned_at == planned
    assert OutboundMessage.objects.get().due_at == planned


def test_a_visit_that_comes_late_is_asked_about_as_soon_as_messages_may_be_sent():
    make_soite()
    take_in_visits(visit_fields(visited_at="2026-05-04T10:00:00+03:00"), now=at("2026-05-06 20:00"))
    assert Invitation.objects.get().planned_at == at("2026-05-07 06:00")


def test_a_feed_may_repeat_itself_for_60_days():
    make_county()
    visit = visit_fields(visited_at="2026-05-04T10:00:00+03:00", age="12")
    take_in_visits(visit, now=NOW)
    forget_what_has_ended(today=at("2026-07-03").date())
    assert SeenEvent.objects.count() == 1
    forget_what_has_ended(today=at("2026-07-04").date())
    assert SeenEvent.objects.count() == 0


# Any set of visits


@st.composite
def few_people(draw: st.DrawFn) -> list[dict]:
    moments = st.builds("2026-05-{:02}T{:02}:00:00+03:00".format, st.integers(1, 4), st.integers(8, 17))
    visits = draw(
        st.lists(
            st.tuples(
                st.integers(1, 3),
                moments,
                st.sampled_from([HEALTH_STATION, SMALL_UNIT, "1.2.246.10.99999999.10.8"]),
                st.sampled_from(["45", "45", "45", "17"]),
                st.sampled_from(["reception", "reception", "abortion"]),
            ),
            min_size=1,
            max_size=8,
        )
    )
    return [
        visit_fields(phone=phone(person), visited_at=moment, unit_oid=unit, age=age, visit_type=kind)
        for person, moment, unit, age, kind in visits
    ]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(few_people(), st.randoms())
def test_whatever_visits_come_in_whatever_order_they_end_the_same(visits, random):
    if not County.objects.exists():
        county_with("daily_cap_per_unit = 2", "sample_share = 0.7")
    turned = random.sample(visits, len(visits))
    assert take_in_visits(*visits, now=LATER, dry_run=True).outcomes == take_in_visits(*turned, now=LATER, dry_run=True).outcomes


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(few_people(), st.randoms())
def test_whatever_visits_come_one_at_a_time_each_ends_once_and_nobody_is_asked_twice(visits, random):
    if not County.objects.exists():
        make_county()
    for table in (Invitation, OutboundMessage, Quarantine, SeenEvent, OutcomeCount, InvitedCount):
        table.objects.all().delete()
    for visit in random.sample(visits, len(visits)):
        take_in_visits(visit, now=LATER)
    stored = stored_outcomes()
    people = Invitation.objects.values_list("person_hash", flat=True)
    assert sum(stored.values()) == len(visits)
    assert len({bytes(person) for person in people}) == len(people) == stored.get("invited", 0)
    assert take_in_visits(*visits, now=LATER).outcomes == stored


# Nothing half-written


def test_a_crash_while_writing_leaves_nothing_half_written():
    make_county()
    visit = visit_fields(visited_at="2026-05-04T10:00:00+03:00")
    nobody: Any = None  # the audit entry, which is written last, must name who did it: the database refuses it
    with pytest.raises(DatabaseError), transaction.atomic():
        take_in([Row(1, visit)], now=NOW, actor=nobody)
    assert nothing_is_stored()
    assert take_in_visits(visit).outcomes == {"invited": 1}
