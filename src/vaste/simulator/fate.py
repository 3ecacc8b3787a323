"""What becomes of one message, and of one reply, at the simulated operator under the faults it is told to make. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from vaste.messaging.gateway import Coding, Concat, Incoming, Outgoing, Receipt, SubmitEnd, SubmitOutcome
from vaste.messaging.rules import Event
from vaste.simulator.faults import Fault, Luck
from vaste.simulator.people import Habit, Person
from vaste.simulator.reactions import Reaction

_UNDELIVERED_SHARE = 0.02
_ARRIVES_WITHIN = (0.2, 0.8)
_TURNED_ON_AFTER_SECONDS = 20.0
_UNANSWERED_SECONDS = 2.0
_OUTAGE_SECONDS = 3.0
# Some operators give a text that they bring twice the same id, some another.
_SAME_ID_SHARE = 0.5
_FIRST, _OTHER = "first connection", "other connection"

_TAKEN, _DELIVERED = Event.RECEIPT_TAKEN, Event.RECEIPT_DELIVERED
_UNDELIVERED, _EXPIRED = Event.RECEIPT_UNDELIVERED, Event.RECEIPT_EXPIRED


@dataclass(frozen=True)
class Fate:
    """What becomes of a message. Times are in seconds of people at the demo's pace.

    is_taken: the operator has it. arrives: it comes to the screen, `after_seconds` after the submit; its receipts come then too,
    or, where they are early, before the answer. outage_seconds: how long the account is not connected from now on.
    """

    outcomes: tuple[SubmitOutcome, ...]
    is_taken: bool = False
    arrives: bool = False
    after_seconds: float = 0.0
    receipts: tuple[Receipt, ...] = ()
    is_early: bool = False
    answer_after_seconds: float = 0.0
    outage_seconds: float = 0.0


@dataclass(frozen=True)
class _Course:
    """How a message that was taken goes on. events: what its receipts say, one after the other."""

    arrives: bool
    after_seconds: float
    events: tuple[Event, ...]


_NOT_TAKEN = {
    Fault.THROTTLED: Fate((SubmitOutcome(SubmitEnd.REJECTED, status="throttled", temporary=True, pause_seconds=1.0),)),
    Fault.VENDOR_STATUS: Fate((SubmitOutcome(SubmitEnd.REJECTED, status="status_0x4ff"),)),
    Fault.UNBOUND: Fate((SubmitOutcome(SubmitEnd.NOT_SENT),), outage_seconds=_OUTAGE_SECONDS),
    Fault.DEAD_PEER: Fate((SubmitOutcome(SubmitEnd.UNKNOWN),), answer_after_seconds=_UNANSWERED_SECONDS, outage_seconds=_OUTAGE_SECONDS),
}
_PHONE_IS_OFF = (
    _Course(arrives=True, after_seconds=_TURNED_ON_AFTER_SECONDS, events=(_TAKEN, _DELIVERED)),
    _Course(arrives=True, after_seconds=_TURNED_ON_AFTER_SECONDS, events=()),
    _Course(arrives=False, after_seconds=_TURNED_ON_AFTER_SECONDS, events=(_TAKEN, _EXPIRED)),
    _Course(arrives=False, after_seconds=_TURNED_ON_AFTER_SECONDS, events=()),
)


def fate_of(outgoing: Outgoing, ids: Mapping[int, int], *, account: str, is_visitors: bool, luck: Luck) -> Fate:
    """Return what becomes of a message. ids: the operator's number for each part to send. is_visitors: its phone is never off."""
    for fault, fate in _NOT_TAKEN.items():
        if luck.meets(fault):
            return replace(fate, outcomes=tuple(replace(fate.outcomes[0], part=part) for part in ids))
    course = _course(is_visitors=is_visitors, luck=luck)
    given, in_receipt = _spellings(ids, luck)
    number = _spelled_number(outgoing.to, luck)
    fate = Fate(
        outcomes=tuple(SubmitOutcome(SubmitEnd.ACCEPTED, part, given[part]) for part in ids),
        is_taken=True,
        arrives=course.arrives,
        after_seconds=course.after_seconds,
    )
    fate = _without_answer(fate, luck)
    stories = _stories(course, ids, luck)
    receipts = [Receipt(account, in_receipt[part], event, number=number) for part, events in stories.items() for event in events]
    is_whole = all(_UNDELIVERED not in events[-1:] for events in stories.values())
    is_early = bool(receipts) and luck.meets(Fault.EARLY_RECEIPT)
    return replace(fate, arrives=fate.arrives and is_whole, receipts=tuple(receipts), is_early=is_early)


def _course(*, is_visitors: bool, luck: Luck) -> _Course:
    if not is_visitors and luck.meets(Fault.PHONE_OFF):
        return luck.rng.choice(_PHONE_IS_OFF)
    is_delivered = is_visitors or luck.rng.random() >= _UNDELIVERED_SHARE
    return _Course(is_delivered, luck.rng.uniform(*_ARRIVES_WITHIN), (_DELIVERED if is_delivered else _UNDELIVERED,))


def _without_answer(fate: Fate, luck: Luck) -> Fate:
    """Return a fate whose answer is lost, with the connection or without, or the same one."""
    is_cut = luck.meets(Fault.LOST_ANSWER)
    if not is_cut and not luck.meets(Fault.TIMED_OUT):
        return fate
    unknown = tuple(SubmitOutcome(SubmitEnd.UNKNOWN, outcome.part) for outcome in fate.outcomes)
    if is_cut:
        return replace(fate, outcomes=unknown, outage_seconds=_OUTAGE_SECONDS)
    return replace(fate, outcomes=unknown, answer_after_seconds=_UNANSWERED_SECONDS)


def _stories(course: _Course, ids: Mapping[int, int], luck: Luck) -> dict[int, tuple[Event, ...]]:
    """Return what the receipts say of each part, one after the other."""
    events = course.events * (2 if Fault.TIMED_OUT in luck.met else 1)
    stories = dict.fromkeys(ids, events)
    if len(ids) > 1 and course.arrives and events and luck.meets(Fault.PART_FAILS):
        stories[max(ids)] = (_UNDELIVERED,)
    if events and luck.meets(Fault.DOUBLED_RECEIPTS):
        stories = {part: _doubled(story) for part, story in stories.items()}
    return stories


def _doubled(story: tuple[Event, ...]) -> tuple[Event, ...]:
    """Return receipts that come again, go backwards, and flip, as far as what was delivered stays delivered."""
    if story[-1] is _DELIVERED:
        return (_UNDELIVERED, *story, _TAKEN, *story)
    return (*story, _TAKEN, *story)


def _spellings(ids: Mapping[int, int], luck: Luck) -> tuple[dict[int, str], dict[int, str]]:
    """Return the ids as the answer gives them, and as the receipts write them."""
    plain = {part: f"{number:x}" for part, number in ids.items()}
    if luck.meets(Fault.HEX_IDS):
        return plain, {part: str(number) for part, number in ids.items()}
    if luck.meets(Fault.ODD_IDS):
        return plain, {part: f"00{given[:4]}-{given[4:]}".upper() for part, given in plain.items()}
    return plain, plain


def _spelled_number(number: str, luck: Luck) -> str:
    digits = number.removeprefix("+")
    if not digits.startswith("358") or not luck.meets(Fault.NUMBER_FORMS):
        return number
    return luck.rng.choice((digits, f"00{digits}", f"0{digits.removeprefix('358')}"))


def deliveries_of(reply: Incoming, luck: Luck, *, reference: int = 0) -> list[Incoming]:
    """Return a person's message in the pieces, and as often, as the operator brings it.

    reply: whole, in UTF-8. reference: what the phone would join its pieces by.
    """
    spelled = replace(reply, sender=_spelled_number(reply.sender, luck))
    text = reply.octets.decode()
    parts = _cut(spelled, text, reference) if len(text) > 1 and luck.meets(Fault.MIXED_PARTS) else [spelled]
    if luck.meets(Fault.UNACKNOWLEDGED):
        # Over SMPP a message has no id; an account with two connections gets it on the other one.
        bare = [replace(part, provider_id="") for part in parts]
        return [replace(part, bind=bind) for bind in (_FIRST, _OTHER) for part in bare]
    if not luck.meets(Fault.REPLY_TWICE):
        return parts
    again = "" if luck.rng.random() < _SAME_ID_SHARE else ".again"
    return parts + [replace(part, provider_id=f"{part.provider_id}{again}") for part in parts]


def _cut(reply: Incoming, text: str, reference: int) -> list[Incoming]:
    """Return two parts of a text, the second first."""
    halves: Sequence[str] = (text[: len(text) // 2], text[len(text) // 2 :])
    parts = [
        replace(
            reply,
            octets=half.encode("utf-16-be"),
            coding=Coding.UCS2,
            concat=Concat(reference, number, len(halves)),
            provider_id=f"{reply.provider_id}.{number}",
        )
        for number, half in enumerate(halves, start=1)
    ]
    return parts[::-1]


_DRESSED_STOPS = {"fi": ("Stop. Kiitos!", "SEIS!!"), "sv": ("Stopp, tack.", "Sluta nu!"), "en": ("Stop. Thank you", "unsubscribe!!")}
_BY_ITSELF = {
    "fi": "Automaattinen vastaus: olen lomalla.",
    "sv": "Autosvar: jag är på semester.",
    "en": "Automatic reply: I am on holiday.",
}


def worded(reaction: Reaction, somebody: Person, luck: Luck) -> Reaction:
    """Return a reaction in odd words: a refusal inside a sentence, or a phone that answers by itself where its owner does not."""
    is_refusal = bool(reaction.reply) and somebody.habit is Habit.STOPS
    is_silence = not reaction.reply and not reaction.link
    if not (is_refusal or is_silence) or not luck.meets(Fault.ODD_WORDS):
        return reaction
    if is_refusal:
        return replace(reaction, reply=luck.rng.choice(_DRESSED_STOPS[somebody.writes_in]))
    return Reaction(reply=_BY_ITSELF[somebody.writes_in], after_seconds=1.0)
