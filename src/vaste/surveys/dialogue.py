"""The survey as a conversation by text message: a pure function from where it stands and what came in to what to say next."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec
from msgspec.structs import replace as restated

from vaste.surveys import understanding
from vaste.surveys.instrument import FREE_TEXT, Branch, Instrument, ItemKind
from vaste.surveys.numbers import Marks, read_marks
from vaste.surveys.texts import TextName, Texts
from vaste.surveys.tokens import tokens_in

# The last step, after every item: the offer to be contacted.
CONTACT = "contact"
STATEMENTS_BY_SMS = 2

# After two misunderstood replies to one question the dialogue goes on: nobody is trapped.
_MISUNDERSTOOD_AT_MOST = 2
# More replies than these without an answer are most likely another robot's.
_FRUITLESS_AT_MOST = 5
# A longer comment beside a mark is kept as feedback.
_SMALL_TALK_WORDS = 3

Answers = Mapping[str, int | str]


@dataclass(frozen=True)
class Script:
    """What is asked of one person, and how. item_ids: in the order asked; working_days: the county's promise to those who want contact."""

    instrument: Instrument
    branch: Branch
    item_ids: tuple[str, ...]
    texts: Texts
    sender: str
    working_days: int
    offer_contact: bool = True


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a dialogue stands. ahead: the items still to be asked, the one now open first; empty when it is over.

    answers: marks and free text by item id, skipped items missing. remarks: comments that came beside marks, until they
    join the free text. fruitless: replies since the last answer. contact: None until the person has said.
    """

    language: str
    ahead: tuple[str, ...] = ()
    answers: dict[str, int | str] = {}
    misunderstood: int = 0
    fruitless: int = 0
    remarks: tuple[str, ...] = ()
    contact: bool | None = None
    stopped: bool = False

    @property
    def current(self) -> str:
        """Return the id of the item now open, CONTACT at the offer, or nothing when the dialogue is over."""
        return self.ahead[0] if self.ahead else ""

    def to_bytes(self) -> bytes:
        return msgspec.json.encode(self)

    @classmethod
    def from_bytes(cls, stored: bytes) -> "State":
        return _read_state.decode(stored)


_read_state = msgspec.json.Decoder(State)


@dataclass(frozen=True)
class Turn:
    """What one incoming text led to.

    say: the text to send, empty for silence. complete: every survey question is behind, so the answers can be handed over
    now; told once. done: nothing more is asked. stopped, opted_in, contact: the person asked for it in this very text.
    flagged_stop: an answer that holds a stop word without asking to stop, for people to read.
    """

    state: State
    say: str = ""
    complete: bool = False
    done: bool = False
    stopped: bool = False
    opted_in: bool = False
    contact: bool = False
    flagged_stop: bool = False


def make_script(
    instrument: Instrument,
    branch: Branch,
    *,
    texts: Texts,
    sender: str,
    working_days: int,
    statements_by_sms: int = STATEMENTS_BY_SMS,
    offer_contact: bool = True,
) -> Script:
    """Return the script of a unit's branch: NPS, the first statements of the instrument, free text."""
    asked = {item.id for item in instrument.statements_for(branch)[:statements_by_sms]}
    item_ids = tuple(item.id for item in instrument.items_for(branch) if item.id in asked or not item.is_statement)
    return Script(instrument, branch, item_ids, texts, sender, working_days, offer_contact)


def begin(script: Script, language: str) -> State:
    """Return the state after the invitation, which has asked the NPS question."""
    return State(language, script.item_ids + ((CONTACT,) if script.offer_contact else ()))


def contact_state(language: str) -> State:
    """Return the state at the contact offer, for when the answers have been handed over and nothing else is left."""
    return State(language, (CONTACT,))


def with_answers(state: State, answers: Answers) -> State:
    """Return a dialogue with answers given elsewhere meanwhile; the open question stays open, for its reply may be on the way."""
    ahead = state.ahead[:1] + tuple(item_id for item_id in state.ahead[1:] if item_id not in answers)
    return restated(state, ahead=ahead, answers={**state.answers, **answers})


def final_answers(state: State) -> dict[str, int | str]:
    """Return the answers so far, with remarks joined into the free text, as they are handed over when no more will come."""
    if not state.remarks:
        return dict(state.answers)
    given = [str(state.answers[FREE_TEXT])] if FREE_TEXT in state.answers else []
    return {**state.answers, FREE_TEXT: "\n".join([*state.remarks, *given])}


def question(script: Script, state: State) -> str:
    """Return what the open step asks, in the language of the dialogue; nothing when it is over."""
    if not state.ahead:
        return ""
    if state.current == CONTACT:
        return script.texts.say(TextName.CONTACT_OFFER, state.language)
    item = script.instrument.item(state.current)
    words = item.text(state.language, script.branch)
    if item.kind is ItemKind.NPS:
        high = script.instrument.end_labels(state.language)[1]
        return script.texts.say(TextName.NPS_QUESTION, state.language, question=words, high=high)
    if item.kind is ItemKind.FREE_TEXT:
        return script.texts.say(TextName.FREE_TEXT_QUESTION, state.language, question=words)
    (_, agree), *_, (_, disagree) = script.instrument.scale_labels(state.language)
    return script.texts.say(TextName.STATEMENT_QUESTION, state.language, question=words, agree=agree, disagree=disagree)


def take_reply(script: Script, state: State, incoming: str) -> Turn:
    """Return what a text leads to: what it answers, what to say next and what it asks for. Any text at all is fine."""
    text = _storable(incoming)
    if understanding.asks_to_stop(text):
        return _stop(script, state)
    if understanding.asks_to_start(text):
        return _start(script, state)
    if not state.ahead:
        return Turn(state, done=True)
    language = understanding.language_asked(text)
    if language:
        return _switch_language(script, state, language)
    answered = _answered(script, state, text)
    turn = _misunderstood(script, state, text) if answered is None else _next_turn(script, state, answered)
    return replace(turn, flagged_stop=understanding.holds_stop_word(text))


def _storable(incoming: str) -> str:
    """Return a text without what no database takes: NUL, and halves of letters cut apart at a seam of message parts."""
    return incoming.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _stop(script: Script, state: State) -> Turn:
    say = "" if state.stopped else script.texts.say(TextName.STOP_CONFIRMED, state.language, sender=script.sender)
    return Turn(restated(state, ahead=(), stopped=True), say, done=True, stopped=True)


def _start(script: Script, state: State) -> Turn:
    if state.ahead:  # said in the middle of a survey it means "begin"
        return _fruitless(state, Turn(state, question(script, state), opted_in=True))
    say = script.texts.say(TextName.OPTED_IN, state.language, sender=script.sender)
    return Turn(restated(state, stopped=False), say, done=True, opted_in=True)


def _switch_language(script: Script, state: State, language: str) -> Turn:
    switched = restated(state, language=language)
    say = script.texts.say(TextName.LANGUAGE_SWITCHED, language, question=question(script, switched))
    return _fruitless(state, Turn(switched, say))


def _misunderstood(script: Script, state: State, text: str) -> Turn:
    remarked = state if state.current == CONTACT else _with_remark(state, text)
    if state.misunderstood + 1 < _MISUNDERSTOOD_AT_MOST:
        say = script.texts.say(TextName.NOT_UNDERSTOOD, state.language, question=question(script, state))
        return _fruitless(state, Turn(restated(remarked, misunderstood=state.misunderstood + 1), say))
    return _fruitless(state, _next_turn(script, state, restated(remarked, ahead=state.ahead[1:], misunderstood=0)))


def _fruitless(before: State, turn: Turn) -> Turn:
    """Return a turn that brought no answer; after too many of them nothing is said, and so nothing new is asked either."""
    count = before.fruitless + 1
    if count > _FRUITLESS_AT_MOST:
        return Turn(restated(before, fruitless=count), opted_in=turn.opted_in)
    return replace(turn, state=restated(turn.state, fruitless=count))


def _next_turn(script: Script, before: State, after: State) -> Turn:
    complete = before.current != CONTACT and after.current in ("", CONTACT)
    if complete:
        after = restated(after, answers=final_answers(after), remarks=())
    return Turn(after, _next_words(script, after, complete), complete, done=not after.ahead, contact=after.contact is True)


def _next_words(script: Script, state: State, complete: bool) -> str:
    if state.contact:
        return script.texts.say(TextName.CONTACT_CONFIRMED, state.language, sender=script.sender, working_days=script.working_days)
    if complete and not state.ahead:
        return script.texts.say(TextName.THANKS, state.language)
    return question(script, state)


def _answered(script: Script, state: State, text: str) -> State | None:
    """Return the state after a text that answers the open step, or None when it does not."""
    if state.current == CONTACT:
        consent = False if understanding.is_skip(text) else understanding.read_consent(text, state.language)
        return None if consent is None else restated(state, ahead=(), contact=consent)
    if script.instrument.item(state.current).answer_range is None:
        return _with_free_text(state, text)
    if understanding.is_skip(text):
        return _advanced(state, {})
    marks = _marks(script, state, text)
    return None if marks is None else _with_marks(state, marks)


def _marks(script: Script, state: State, text: str) -> Marks | None:
    ranges = _ranges_ahead(script, state)
    if script.instrument.item(state.current).is_statement:
        return understanding.read_agreement(text, ranges, script.instrument.step_values())
    return read_marks(text, ranges)


def _ranges_ahead(script: Script, state: State) -> list[tuple[int, int]]:
    """Return the range of marks of the open question and of those that follow it without another kind between."""
    ranges = []
    for item_id in state.ahead:
        span = None if item_id == CONTACT else script.instrument.item(item_id).answer_range
        if span is None:
            break
        ranges.append(span)
    return ranges


def _with_marks(state: State, marks: Marks) -> State | None:
    after = _advanced(state, dict(zip(state.ahead, marks.values, strict=False)))
    if len(marks.values) > 1 and after.current == FREE_TEXT and tokens_in(marks.rest):
        return _with_free_text(after, marks.rest)
    return _with_remark(after, marks.rest)


def _with_free_text(state: State, text: str) -> State | None:
    if understanding.has_nothing_to_add(text):
        return _advanced(state, {})
    if not text.strip():
        return None
    # What the page has saved meanwhile stays; this was written too.
    saved = [str(state.answers[FREE_TEXT])] if FREE_TEXT in state.answers else []
    return _advanced(state, {FREE_TEXT: "\n".join([*saved, text.strip()])})


def _with_remark(state: State, comment: str) -> State:
    is_small_talk = sum(not token.is_digits for token in tokens_in(comment)) <= _SMALL_TALK_WORDS
    return state if is_small_talk else restated(state, remarks=(*state.remarks, comment.strip()))


def _advanced(state: State, given: Answers) -> State:
    answers = {**state.answers, **given}
    return restated(state, ahead=state.ahead[max(1, len(given)) :], answers=answers, misunderstood=0, fruitless=0)
