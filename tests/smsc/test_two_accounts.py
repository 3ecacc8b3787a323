"""Two accounts at two SMSCs of the npm package `smpp`: what one does not take goes by the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from tests.smsc.house import until
from tests.smsc.peers import PATIENCE, Smsc, node_smsc

from vaste.config.gateways import gateways_from_urls
from vaste.config.working import Workers
from vaste.core import clock
from vaste.core.models import AuditEntry
from vaste.messaging.actions import NewMessage, enqueue
from vaste.messaging.models import AccountState, OutboundMessage
from vaste.messaging.rules import MessageClass, MessageState
from vaste.messaging.standing import Trouble, weigh_routes

pytestmark = [pytest.mark.smsc, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def other() -> Iterator[Smsc]:
    with node_smsc() as running:
        yield running


@contextmanager
def working(first: Smsc, second: Smsc, *, first_password: str = "secret") -> Iterator[Workers]:
    urls = [
        f"smpp://vaste:{first_password}@127.0.0.1:{first.port}?name=first&answer_seconds={PATIENCE}",
        f"smpp://vaste:secret@127.0.0.1:{second.port}?name=second&answer_seconds={PATIENCE}",
    ]
    workers = Workers(gateways_from_urls(urls, base_url="http://localhost"))
    workers.start()
    try:
        second.wait_for("bound")
        yield workers
    finally:
        workers.stop()


def plan(count: int) -> None:
    """Plan messages that stand alone, so that nothing above messaging asks after them."""
    now = clock.now()
    messages = [
        NewMessage(
            conversation=None,
            step="thanks",
            message_class=MessageClass.THANKS,
            to=f"+35840{number:07}",
            text="Kiitos",
            sender="18588",
            due_at=now,
            expires_at=now + timedelta(hours=1),
        )
        for number in range(count)
    ]
    enqueue(messages, now=now)


def _has_tried(smsc: Smsc) -> bool:
    """Plan some more, and tell whether an account has taken any: either may be quicker."""
    plan(10)
    return bool(smsc.heard("submit"))


def everything_has_left() -> bool:
    return not OutboundMessage.objects.exclude(state__in=[MessageState.ACCEPTED, MessageState.DELIVERED]).exists()


def test_what_a_blocked_account_refuses_goes_by_the_other_and_the_switch_is_audited(smsc: Smsc, other: Smsc) -> None:
    smsc.do("behave", status=1042)
    with working(smsc, other):
        smsc.wait_for("bound")
        until(lambda: _has_tried(smsc))
        until(lambda: AccountState.objects.filter(account="first", trouble=Trouble.CIRCUIT_OPEN, status="account_blocked").exists())
        until(everything_has_left)
        assert other.heard("submit")
        weigh_routes(now=clock.now())

    assert dict(AccountState.objects.values_list("account", "weight")) == {"first": 0, "second": 100}
    assert AuditEntry.objects.get(action="route.weighed").subject == "first"


def test_an_account_whose_password_is_refused_does_not_stop_the_other(smsc: Smsc, other: Smsc) -> None:
    with working(smsc, other, first_password="wrong") as workers:
        smsc.wait_for("refused")
        until(lambda: workers.failure is not None)
        plan(5)
        until(everything_has_left)
        assert workers.is_working()
        assert len(other.heard("submit")) == 5

    assert AccountState.objects.get(account="first").trouble == Trouble.CREDENTIALS_REFUSED
    assert not AccountState.objects.get(account="second").is_connected


def test_when_every_account_is_refused_the_workers_are_done(smsc: Smsc) -> None:
    url = f"smpp://vaste:wrong@127.0.0.1:{smsc.port}?name=first&answer_seconds={PATIENCE}"
    workers = Workers(gateways_from_urls([url], base_url="http://localhost"))
    workers.start()
    try:
        until(lambda: not workers.is_working())
        assert "refuses the user or the password" in str(workers.failure)
    finally:
        workers.stop()
