"""A phone in tests: invited, it sends texts, and what is planned to be sent back can be read."""

import msgspec
from tests.factories import at, invite, mailbox, open_session

from vaste.core.keys import ring
from vaste.messaging.actions import Letter
from vaste.messaging.gateway import Reply
from vaste.messaging.models import OutboundMessage
from vaste.messaging.rules import MessageClass, MessageState
from vaste.sms_survey.actions import handle_reply

NOW = at("2026-05-05 09:00")  # a Tuesday
OURS = "+3584573960275"


def invited(**changes) -> str:
    """Invite somebody whose message has been delivered, and return their phone."""
    number = invite(now=NOW, **changes)
    conversation = open_session(number, NOW).id
    OutboundMessage.objects.filter(conversation=conversation).update(state=MessageState.DELIVERED.value, sealed=None, person_hash=None)
    return number


def say(number: str, *texts: str, now=NOW) -> list[str]:
    """Let a phone send texts, one after the other, and return what was planned to be sent back."""
    said = []
    for text in texts:
        before = set(OutboundMessage.objects.values_list("id", flat=True))
        handle_reply(Reply("account", number, OURS, text, now), now=now)
        said += [letter(row) for row in OutboundMessage.objects.exclude(id__in=before)]
    return said


def letter(row: OutboundMessage) -> str:
    opened = msgspec.msgpack.decode(ring().open(row.sealed, bound_to=row.place), type=Letter)
    assert row.sender == OURS
    return opened.text


def answered() -> dict[str, object]:
    (answer,) = mailbox()
    return {
        "nps": answer.nps,
        "answers": answer.answers,
        "free_text": answer.free_text,
        "channel": answer.channel,
        "language": answer.language,
    }


def queued(kind: MessageClass) -> int:
    return OutboundMessage.objects.filter(message_class=kind.value, state=MessageState.QUEUED.value).count()
