"""Two intakes at the same time see each other's visits."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tests.factories import at, make_county, phone, stored_outcomes, take_in_visits, visit_fields

from vaste.invitations.models import Invitation
from vaste.messaging.models import OutboundMessage
from vaste.visits.models import SeenEvent

pytestmark = pytest.mark.django_db(transaction=True)
NOW = at("2026-05-06 12:00")


def at_once(*loads: list[dict]) -> Counter[str]:
    """Feed each load in a thread of its own and return the outcomes of all."""

    def feed(load: list[dict]) -> Counter[str]:
        try:
            return take_in_visits(*load, now=NOW).outcomes
        finally:
            connection.close()

    with ThreadPoolExecutor(len(loads)) as threads:
        return sum(threads.map(feed, loads), Counter())


def test_the_same_visits_fed_twice_at_once_are_taken_in_once():
    make_county()
    visits = [visit_fields() for _ in range(60)]
    assert at_once(visits, list(reversed(visits)), visits) == {"invited": 180}
    assert stored_outcomes() == {"invited": 60}
    assert Invitation.objects.count() == OutboundMessage.objects.count() == SeenEvent.objects.count() == 60


def test_visits_of_one_person_fed_at_once_bring_one_invitation():
    make_county()
    visits = [visit_fields(phone=phone(1), visited_at=f"2026-05-04T{hour:02}:00:00+03:00") for hour in range(8, 16)]
    at_once(*([visit] for visit in visits))
    assert stored_outcomes() == {"invited": 1, "later_visit_same_day": 7}
    assert Invitation.objects.count() == OutboundMessage.objects.count() == 1
