"""Whatever mix of faults the simulated operator makes: nothing is lost or doubled, every reply is read once, every STOP holds."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.factories import make_county, take_in_visits, visit_fields
from vaste.config.working import hooks
from vaste.core import clock
from vaste.messaging.gateway import Outgoing, Reply, SubmitEnd, SubmitOutcome
from vaste.messaging.models import InboundPart, OutboundMessage
from vaste.messaging.rules import FINAL, MessageState
from vaste.messaging.worker import Timing, Worker
from vaste.simulator.faults import Fault, Faults
from vaste.simulator.operator import SimulatedOperator
from vaste.simulator.people import SimulatedSettings, number_of
from vaste.simulator.phones import Side
from vaste.sms_survey.actions import handle_reply
from vaste.surveys.understanding import asks_to_stop

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 25
TIMING = Timing(poll_seconds=0.01, settle_seconds=0.05, hold=timedelta(seconds=0.4))
HAS_ENDED = {*FINAL, MessageState.ACCEPTED}
COUNTY_NUMBER = "+3584573960275"
_first_person = count(0, PEOPLE)


class Watched(SimulatedOperator):
    """A simulated operator whose answers are remembered."""

    def __init__(self, faults: Faults, seed: int) -> None:
        # Nobody serves pages here, so people open none.
        super().__init__(SimulatedSettings(0.9, seed, 1_000.0, faults), base_url="http://127.0.0.1:34998")
        self.ends: dict[UUID, list[set[SubmitEnd]]] = {}
        self.numbers: dict[UUID, str] = {}

    async def submit(self, outgoing: Outgoing) -> list[SubmitOutcome]:
        outcomes = await super().submit(outgoing)
        self.ends.setdefault(outgoing.reference, []).append({outcome.end for outcome in outcomes})
        self.numbers[outgoing.reference] = outgoing.to
        return outcomes


class Rehearsal:
    """People who are asked through an operator that errs, and what was read of what they wrote."""

    def __init__(self, faults: Faults, seed: int) -> None:
        first = next(_first_person)
        self.phones = [number_of(index) for index in range(first, first + PEOPLE)]
        self.operator = Watched(faults, seed)
        self.read: Counter[tuple[str, str]] = Counter()
        self.stopped_at: dict[str, datetime] = {}
        # Messages to conversations that were let through to the operator, but for confirmations of a stop.
        self.let_through: list[tuple[UUID, datetime]] = []
        make_county()
        visited_at = (clock.now() - timedelta(hours=1)).isoformat()
        report = take_in_visits(*(visit_fields(phone=phone, visited_at=visited_at) for phone in self.phones))
        assert report.outcomes == {"invited": PEOPLE}
        waiting = OutboundMessage.objects.filter(state=MessageState.QUEUED)
        self.invitations = dict(waiting.values_list("conversation", "id"))

    def live(self) -> None:
        with self._working():
            self._until(lambda: sum(self.read.values()) >= 3)
            for phone in self.phones[::6]:  # in the middle of whatever is under way
                assert self.operator.write_as(phone, COUNTY_NUMBER, "Stop. Kiitos!")
            self._until(self._is_quiet)

    def written(self) -> Counter[tuple[str, str]]:
        screens = {phone: self.operator.phones.screen(phone) for phone in self.phones}
        return Counter((phone, line.text) for phone, screen in screens.items() for line in screen if line.side is Side.PERSON)

    def phone_of(self, conversation: UUID) -> str | None:
        return self.operator.numbers.get(self.invitations[conversation])

    def _why_not_send(self, conversations: Sequence[UUID], now: datetime) -> Mapping[UUID, str]:
        refused = hooks().why_not_send(conversations, now)
        self.let_through += [(conversation, now) for conversation in conversations if conversation not in refused]
        return refused

    def _on_reply(self, reply: Reply) -> None:
        now = clock.now()
        handle_reply(reply, now=now)
        self.read[reply.from_number, reply.text] += 1
        if asks_to_stop(reply.text):
            self.stopped_at.setdefault(reply.from_number, now)

    @contextmanager
    def _working(self) -> Iterator[None]:
        stop = threading.Event()
        watched = replace(hooks(), why_not_send=self._why_not_send, on_reply=self._on_reply)
        worker = Worker(self.operator, hooks=watched, timing=TIMING)
        thread = threading.Thread(target=worker.run_forever, args=[stop])
        thread.start()
        try:
            while not self.operator.is_ready():
                time.sleep(0.005)
            yield
        finally:
            stop.set()
            thread.join(60)
            assert not thread.is_alive()

    def _until(self, truth: Callable[[], bool], *, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while not truth():
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.02)

    def _is_quiet(self) -> bool:
        """Tell whether every message has ended, and nothing has happened for a while: somebody may still write."""
        before = (self.operator.happened.total(), self.operator.injected.total(), self.read.total())
        if not self._is_still():
            return False
        time.sleep(0.3)
        return self._is_still() and before == (self.operator.happened.total(), self.operator.injected.total(), self.read.total())

    def _is_still(self) -> bool:
        if not self.operator.is_idle() or InboundPart.objects.exists():
            return False
        return not OutboundMessage.objects.exclude(state__in=HAS_ENDED).exists() and self.operator.is_idle()


MAYBE_TAKEN = {SubmitEnd.ACCEPTED, SubmitEnd.UNKNOWN}


def check_nothing_may_have_gone_too_often(rehearsal: Rehearsal) -> None:
    invitations = set(rehearsal.invitations.values())
    for message, tries in rehearsal.operator.ends.items():
        times = sum(bool(ends & MAYBE_TAKEN) for ends in tries)
        assert times <= (1 if message in invitations else 2)


def check_nothing_was_lost(rehearsal: Rehearsal) -> None:
    submitted = set(rehearsal.operator.numbers.values())
    assert set(rehearsal.phones) - submitted <= rehearsal.stopped_at.keys()
    for message in OutboundMessage.objects.filter(id__in=rehearsal.operator.ends):  # conversations that are over are erased
        tries = rehearsal.operator.ends[message.id]
        ended_rightly = {
            MessageState.FAILED: tries[-1] == {SubmitEnd.REJECTED},
            MessageState.ABANDONED: any(SubmitEnd.UNKNOWN in ends for ends in tries),
            MessageState.DROPPED: rehearsal.operator.numbers[message.id] in rehearsal.stopped_at,
        }
        assert message.state in HAS_ENDED
        assert ended_rightly.get(MessageState(message.state), any(ends & MAYBE_TAKEN for ends in tries))


def check_every_reply_was_read_once(rehearsal: Rehearsal) -> None:
    written, read = rehearsal.written(), rehearsal.read
    assert read.keys() == written.keys()
    for said, times in written.items():
        # The same words again on the same connection within a minute, without an id, cannot be told from a repeat.
        assert 1 <= read[said] <= times


def check_every_stop_was_honoured(rehearsal: Rehearsal) -> None:
    assert set(rehearsal.phones[::6]) <= rehearsal.stopped_at.keys()
    for conversation, at in rehearsal.let_through:
        phone = rehearsal.phone_of(conversation)
        assert phone not in rehearsal.stopped_at or at <= rehearsal.stopped_at[phone]


FAULTS = st.dictionaries(st.sampled_from(Fault), st.sampled_from([0.02, 0.1, 0.4]), min_size=3)


@settings(max_examples=5, deadline=None, phases=[Phase.generate])  # what two threads do cannot be shrunk
@given(FAULTS, st.integers(0, 10**9))
def test_with_any_mix_of_faults_nothing_is_lost_or_doubled_replies_are_read_once_and_stops_hold(shares: dict[Fault, float], seed: int):
    rehearsal = Rehearsal(Faults.of(shares), seed)
    rehearsal.live()
    check_nothing_may_have_gone_too_often(rehearsal)
    check_nothing_was_lost(rehearsal)
    check_every_reply_was_read_once(rehearsal)
    check_every_stop_was_honoured(rehearsal)
