"""What goes wrong with a reply is logged without the reply."""

from datetime import UTC, datetime

import pytest
import structlog

from vaste.messaging import inbox
from vaste.messaging.failures import place_of
from vaste.messaging.gateway import Coding, Incoming, Reply

NOW = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)


def quoting(reply: Reply) -> None:
    raise ValueError(f"cannot read {reply.text}")


@pytest.mark.django_db
def test_a_reply_that_cannot_be_handled_is_logged_by_type_and_place_alone() -> None:
    inbox.store([Incoming("a", "358400000001", "18588", b"Salaisuus", Coding.UTF8)], now=NOW)

    with structlog.testing.capture_logs() as lines:
        assert inbox.handle(on_reply=quoting, now=NOW) == 0

    (line,) = [line for line in lines if line["event"] == "inbox.reply_not_handled"]
    assert "ValueError in quoting" in line["error"]
    assert "Salaisuus" not in str(lines)
    assert "exc_info" not in line


def test_an_error_that_was_never_raised_has_a_type_and_no_place() -> None:
    assert place_of(KeyError("secret")) == "KeyError"
