"""In what portions replies are read."""

import pytest

from vaste.messaging import inbox
from vaste.messaging.gateway import Incoming
from vaste.messaging.tests.outbox import NOW


@pytest.mark.django_db
def test_replies_are_read_in_portions_and_in_the_order_they_came() -> None:
    read: list[str] = []
    inbox.store([Incoming("a", f"35840{number:07}", "18588", str(number).encode(), heard_at=NOW) for number in range(5)], now=NOW)

    handled = [inbox.handle(on_reply=lambda reply: read.append(reply.text), now=NOW, limit=2) for _ in range(4)]

    assert handled == [2, 2, 1, 0]
    assert read == ["0", "1", "2", "3", "4"]
