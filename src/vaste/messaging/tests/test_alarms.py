"""When somebody must look at messaging."""

from dataclasses import replace
from datetime import timedelta

import pytest

from vaste.messaging.alarms import Alarm, Raised, Standing, Waiting, raised

WELL = Standing("a", False, True, timedelta(hours=1), "", "", 100, handed_over=100)
LIMIT = timedelta(minutes=15)


def alarms(standing=WELL, waiting=None):
    return raised([standing], waiting or Waiting(), queue_limit=LIMIT)


def test_an_account_that_works_raises_nothing():
    assert alarms() == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"is_silent": True}, Alarm.NOT_WORKING),
        ({"trouble": "credentials_refused"}, Alarm.CREDENTIALS_REFUSED),
        ({"trouble": "circuit_open", "status": "account_blocked"}, Alarm.CIRCUIT_OPEN),
        ({"is_connected": False}, Alarm.NOT_CONNECTED),
        ({"handed_over": 19, "unknown": 1}, Alarm.UNKNOWN_SHARE),
        ({"has_new_id_rule": True}, Alarm.ID_RULE_CHANGED),
    ],
)
def test_each_trouble_of_an_account_raises_its_alarm(facts, expected):
    assert alarms(replace(WELL, **facts)) == [Raised(expected, "a")]


@pytest.mark.parametrize(
    "facts",
    [
        {"is_connected": False, "unchanged_for": timedelta(seconds=60)},
        {"handed_over": 18, "unknown": 1},
        {"handed_over": 96, "unknown": 5},
    ],
)
def test_what_mends_by_itself_or_proves_nothing_raises_no_alarm(facts):
    assert alarms(replace(WELL, **facts)) == []


def test_without_any_account_that_ever_worked_the_worker_is_missing():
    assert raised([], Waiting(), queue_limit=LIMIT) == [Raised(Alarm.NOT_WORKING)]


def test_a_queue_older_than_the_limit_and_replies_unread_for_a_minute_raise_alarms():
    late = Waiting(1, LIMIT + timedelta(seconds=1), 1, timedelta(seconds=61))
    assert alarms(waiting=late) == [Raised(Alarm.QUEUE_OLD), Raised(Alarm.REPLIES_WAITING)]
    assert alarms(waiting=Waiting(1, LIMIT, 1, timedelta(seconds=60))) == []


def test_the_gravest_alarm_stands_first():
    troubled = replace(WELL, trouble="credentials_refused", has_new_id_rule=True)
    late = Waiting(messages=1, oldest_message=timedelta(hours=1))
    assert [one.alarm for one in alarms(troubled, late)] == [Alarm.CREDENTIALS_REFUSED, Alarm.ID_RULE_CHANGED, Alarm.QUEUE_OLD]
