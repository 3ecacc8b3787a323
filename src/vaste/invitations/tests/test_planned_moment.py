"""When an invitation goes: the next day at the county's time, never in quiet hours, never on a holiday."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.invitations.holidays import is_holiday
from vaste.invitations.rules import next_allowed, planned_moment
from vaste.organisations.rules import Sending, is_quiet

HELSINKI = ZoneInfo("Europe/Helsinki")
NOON = Sending()


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HELSINKI)


def planned(visited_at: str, sending: Sending = NOON) -> str:
    moment = planned_moment(local(visited_at), sending=sending, zone=HELSINKI, is_holiday=is_holiday)
    return moment.astimezone(HELSINKI).strftime("%Y-%m-%d %H:%M")


def allowed(moment: str, sending: Sending = NOON) -> str:
    found = next_allowed(local(moment), sending=sending, zone=HELSINKI, is_holiday=is_holiday)
    return found.astimezone(HELSINKI).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("visited_at", "sent_at"),
    [
        ("2024-04-08 13:19", "2024-04-09 12:00"),
        ("2024-04-08 00:00", "2024-04-09 12:00"),
        ("2024-04-08 23:59", "2024-04-09 12:00"),
        ("2024-04-12 10:00", "2024-04-13 12:00"),  # an ordinary Saturday is no holiday
        ("2024-12-05 10:00", "2024-12-07 12:00"),  # Independence Day
        ("2024-12-23 10:00", "2024-12-27 12:00"),  # Christmas Eve, Christmas Day, Boxing Day
        ("2024-12-24 10:00", "2024-12-27 12:00"),
        ("2024-12-31 10:00", "2025-01-02 12:00"),  # New Year's Day
        ("2025-01-05 10:00", "2025-01-07 12:00"),  # Epiphany
        ("2024-03-28 10:00", "2024-03-30 12:00"),  # Good Friday
        ("2024-03-30 10:00", "2024-04-02 12:00"),  # Easter Sunday and Monday
        ("2024-04-30 10:00", "2024-05-02 12:00"),  # May Day
        ("2024-05-08 10:00", "2024-05-10 12:00"),  # Ascension Day
        ("2024-06-20 10:00", "2024-06-23 12:00"),  # Midsummer Eve and Midsummer Day
        ("2024-11-01 10:00", "2024-11-03 12:00"),  # All Saints' Day
        ("2024-03-30 23:30", "2024-04-02 12:00"),
    ],
)
def test_an_invitation_goes_the_next_day_at_noon_or_after_the_holidays(visited_at, sent_at):
    assert planned(visited_at) == sent_at


def test_the_next_day_is_that_of_the_county_and_not_of_the_visits_clock():
    late_in_utc = datetime(2024, 4, 8, 21, 30, tzinfo=UTC)  # half past midnight of the 9th in Finland
    moment = planned_moment(late_in_utc, sending=NOON, zone=HELSINKI, is_holiday=is_holiday)
    assert moment == datetime(2024, 4, 10, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("visited_at", "in_utc"),
    [
        ("2024-03-29 10:00", "2024-03-30 10:00"),
        ("2025-03-29 10:00", "2025-03-30 09:00"),  # summer time begins in the night between
        ("2024-10-25 10:00", "2024-10-26 09:00"),
        ("2024-10-26 10:00", "2024-10-27 10:00"),  # and ends
    ],
)
def test_noon_stays_noon_when_the_clocks_are_changed(visited_at, in_utc):
    moment = planned_moment(local(visited_at), sending=NOON, zone=HELSINKI, is_holiday=is_holiday)
    assert moment.strftime("%Y-%m-%d %H:%M") == in_utc


@pytest.mark.parametrize(
    ("sending", "sent_at"),
    [
        (Sending(when="next-day 09:00"), "2024-12-07 09:00"),
        (Sending(when="next-day 16:30"), "2024-12-07 16:30"),
        (Sending(when="next-day 12:00", skip_holidays=False), "2024-12-06 12:00"),
    ],
)
def test_the_time_of_day_and_the_holidays_are_the_countys_to_decide(sending, sent_at):
    assert planned("2024-12-05 10:00", sending) == sent_at


def test_in_a_rehearsal_it_goes_at_once_even_on_a_holiday_night():
    assert planned("2024-12-25 03:00", Sending(when="immediately")) == "2024-12-25 03:00"
    assert allowed("2024-12-25 03:00", Sending(when="immediately")) == "2024-12-25 03:00"


@pytest.mark.parametrize(
    ("moment", "goes_at"),
    [
        ("2024-04-09 12:34", "2024-04-09 12:34"),
        ("2024-04-09 09:00", "2024-04-09 09:00"),
        ("2024-04-09 19:59", "2024-04-09 19:59"),
        ("2024-04-09 20:00", "2024-04-10 09:00"),
        ("2024-04-09 23:59", "2024-04-10 09:00"),
        ("2024-04-10 00:00", "2024-04-10 09:00"),
        ("2024-04-10 08:59", "2024-04-10 09:00"),
        ("2024-12-05 20:00", "2024-12-07 09:00"),  # the quiet hours end on a holiday
        ("2024-12-06 07:00", "2024-12-07 09:00"),
        ("2024-12-06 18:00", "2024-12-07 12:00"),  # a holiday's message waits for the county's time of the next day
        ("2024-12-06 21:00", "2024-12-07 12:00"),
        ("2024-03-31 03:30", "2024-04-02 09:00"),  # an hour that does not exist, on Easter Sunday
        ("2024-10-27 03:30", "2024-10-27 09:00"),  # an hour that comes twice
    ],
)
def test_what_is_late_goes_as_soon_as_messages_may_be_sent(moment, goes_at):
    assert allowed(moment) == goes_at


def test_quiet_hours_within_the_day_hold_too():
    siesta = Sending(when="next-day 15:00", quiet_hours=("12:00", "14:00"))
    assert allowed("2024-04-09 12:30", siesta) == "2024-04-09 14:00"
    assert allowed("2024-04-09 23:30", siesta) == "2024-04-09 23:30"


TIMES = st.times().map(lambda moment: moment.strftime("%H:%M"))


@st.composite
def sendings(draw: st.DrawFn) -> Sending:
    quiet_from, quiet_until = draw(st.lists(TIMES, min_size=2, max_size=2, unique=True))
    sending = Sending(when=f"next-day {draw(TIMES)}", quiet_hours=(quiet_from, quiet_until))
    return Sending() if is_quiet(sending.send_at, sending.quiet_from, sending.quiet_until) else sending


MOMENTS = st.integers(0, 8 * 365 * 24 * 60).map(lambda minutes: datetime(2023, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))


@given(MOMENTS, sendings())
def test_no_invitation_goes_in_quiet_hours_on_a_holiday_or_before_its_time(moment, sending):
    found = next_allowed(moment, sending=sending, zone=HELSINKI, is_holiday=is_holiday)
    at = found.astimezone(HELSINKI)
    assert not is_quiet(at.time(), sending.quiet_from, sending.quiet_until)
    assert not is_holiday(at.date())
    assert found >= moment
    assert found.utcoffset() == timedelta(0)


@given(MOMENTS, sendings())
def test_nobody_waits_longer_than_the_holidays_and_a_day(moment, sending):
    found = next_allowed(moment, sending=sending, zone=HELSINKI, is_holiday=is_holiday)
    assert found - moment < timedelta(days=6)


@given(MOMENTS, sendings())
def test_what_may_go_now_is_not_put_off(moment, sending):
    found = next_allowed(moment, sending=sending, zone=HELSINKI, is_holiday=is_holiday)
    assert next_allowed(found, sending=sending, zone=HELSINKI, is_holiday=is_holiday) == found


@given(MOMENTS, sendings())
def test_a_visit_is_never_asked_about_on_its_own_day(moment, sending):
    found = planned_moment(moment, sending=sending, zone=HELSINKI, is_holiday=is_holiday)
    assert found.astimezone(HELSINKI).date() > moment.astimezone(HELSINKI).date()
