"""What waited for an operator, or is tried again, keeps the quiet hours and holidays of its county."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.factories import COUNTY, at, invite, make_county
from vaste.config.working import hooks
from vaste.messaging import ledger
from vaste.messaging.gateway import SubmitEnd, SubmitOutcome
from vaste.messaging.ledger import Leased
from vaste.messaging.models import OutboundMessage
from vaste.messaging.rules import MessageClass

pytestmark = pytest.mark.django_db

HELSINKI = ZoneInfo("Europe/Helsinki")
NEXT_DAY = COUNTY.replace("immediately", "next-day 12:00")


def take(local: str) -> list[Leased]:
    """Take what is due at a time of Finland's clocks, as a worker does."""
    now, asked = at(local).replace(tzinfo=HELSINKI), hooks()
    return ledger.lease(
        account="a",
        limit=10,
        until=now + timedelta(minutes=1),
        why_not_send=asked.why_not_send,
        postpone_until=asked.postpone_until,
        now=now,
    )


def due() -> str:
    return OutboundMessage.objects.get().due_at.astimezone(HELSINKI).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("visited_at", "back_at", "goes_at"),
    [
        ("2026-05-04 10:00", "2026-05-05 22:00", "2026-05-06 09:00"),
        ("2026-05-04 10:00", "2026-05-06 00:30", "2026-05-06 09:00"),
        ("2026-05-04 10:00", "2026-05-06 08:59", "2026-05-06 09:00"),
        ("2026-12-22 10:00", "2026-12-23 21:00", "2026-12-27 09:00"),  # Christmas Eve, Christmas Day, Boxing Day
        ("2026-04-30 10:00", "2026-05-01 12:00", "2026-05-02 12:00"),  # May Day, at noon
        ("2026-03-27 10:00", "2026-03-28 22:00", "2026-03-29 09:00"),  # the clocks go forward in that night
    ],
)
def test_a_worker_that_comes_back_in_a_quiet_hour_sends_the_invitation_when_it_is_over(visited_at: str, back_at: str, goes_at: str) -> None:
    make_county(NEXT_DAY)
    visited = at(visited_at).replace(tzinfo=HELSINKI)
    invite(now=visited, visited_at=visited.isoformat())

    assert take(back_at) == []
    assert due() == goes_at
    assert len(take(goes_at)) == 1


def test_an_invitation_that_is_tried_again_keeps_the_quiet_hours() -> None:
    make_county(NEXT_DAY)
    invite(now=at("2026-05-04 08:00"), visited_at="2026-05-04T10:00:00+03:00")
    now = at("2026-05-05 16:59:59")  # a second before eight in Helsinki
    refused = SubmitOutcome(SubmitEnd.REJECTED, status="throttled", temporary=True)
    ends = {one.outgoing.reference: [refused] for one in take("2026-05-05 19:59:59")}
    ledger.record(ends, account="a", hold_until=now, on_sent=lambda *_: None, now=now)

    assert take("2026-05-05 20:00") == []
    assert due() == "2026-05-06 09:00"


def test_somebody_who_waits_for_an_answer_gets_it_at_any_hour() -> None:
    make_county(NEXT_DAY)
    invite(now=at("2026-05-04 08:00"), visited_at="2026-05-04T10:00:00+03:00")
    OutboundMessage.objects.update(message_class=MessageClass.QUESTION.value)

    assert len(take("2026-05-05 23:00")) == 1


def test_a_rehearsal_knows_no_quiet_hours() -> None:
    make_county()
    invite(now=at("2026-05-05 09:00"))

    assert len(take("2026-05-05 23:00")) == 1
