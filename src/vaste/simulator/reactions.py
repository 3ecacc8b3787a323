"""How a person reacts to a text message: writes back, opens the link, or puts the phone away. Pure and repeatable by seed."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from vaste.simulator.opinions import Opinion
from vaste.simulator.people import Habit, Person

_LINK = re.compile(r"https?://\S+/s/[0-9A-Za-z]+")


class Asked(StrEnum):
    """What a message asks, as a person reads it."""

    SCORE = "a number from 0 to 10"
    STATEMENT = "a number from 1 to 5"
    FREE_TEXT = "something in one's own words"
    CONTACT = "whether to be contacted"
    NOTHING = "nothing"


_SIGNS = (
    (Asked.SCORE, re.compile(r"0\s?-\s?10")),
    (Asked.STATEMENT, re.compile(r"1\s?-\s?5")),
    (Asked.FREE_TEXT, re.compile(r"omin sanoin|egna ord|own words", re.IGNORECASE)),
    (Asked.CONTACT, re.compile(r"kyllä tai ei|ja eller nej|yes or no", re.IGNORECASE)),
)


def what_is_asked(text: str) -> Asked:
    """Return what a message asks, by the signs that a reader goes by: the scale, or the words to answer with."""
    return next((asked for asked, sign in _SIGNS if sign.search(text)), Asked.NOTHING)


def link_in(text: str) -> str:
    """Return the survey link in a message, or nothing."""
    match = _LINK.search(text)
    return match.group() if match else ""


@dataclass(frozen=True)
class Conversation:
    """What a person remembers of the messages since the last invitation."""

    link: str = ""
    replies: int = 0
    statements: int = 0
    is_over: bool = False


@dataclass(frozen=True)
class Reaction:
    """What a person does after a while: writes `reply`, or opens `link`, or, where both are empty, nothing."""

    reply: str = ""
    link: str = ""
    after_seconds: float = 0.0


_NO_REACTION = Reaction()
# A conversation ends here whatever is asked: nobody answers a machine for ever.
_PATIENCE = 12

_STOP_WORDS = {"fi": ("STOP", "Seis", "lopeta", "STOP kiitos"), "sv": ("STOPP", "Avsluta", "sluta"), "en": ("STOP", "Stop please")}
_NONSENSE = {
    "fi": ("??", "asdfgh", "Kuka siellä", "öööö", "väärä numero", ".."),
    "sv": ("??", "asdfgh", "Vem är det", "fel nummer", "hmm"),
    "en": ("??", "asdfgh", "Who is this", "wrong number", "hmm"),
}
_NUMBER_WORDS = {
    "fi": ("nolla", "yksi", "kaksi", "kolme", "neljä", "viisi", "kuusi", "seitsemän", "kahdeksan", "yhdeksän", "kymmenen"),
    "sv": ("noll", "ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
}
# From full disagreement to full agreement.
_AGREEMENT = {
    "fi": (
        "täysin eri mieltä",
        "jokseenkin eri mieltä",
        "ei samaa eikä eri mieltä",
        "jokseenkin samaa mieltä",
        "täysin samaa mieltä",
    ),
    "sv": (
        "helt av annan åsikt",
        "delvis av annan åsikt",
        "varken av samma eller annan åsikt",
        "delvis av samma åsikt",
        "helt av samma åsikt",
    ),
    "en": ("fully disagree", "partly disagree", "neither agree nor disagree", "partly agree", "fully agree"),
}
_YES = {"fi": "Kyllä", "sv": "Ja", "en": "Yes"}
_NO = {"fi": "Ei", "sv": "Nej", "en": "No"}


def react(person: Person, opinion: Opinion, conversation: Conversation, text: str, *, seed: int) -> tuple[Conversation, Reaction]:
    """Return what a person remembers and does after reading a message. Times are those of a person in a hurry; the demo's day is short."""
    asked, link = what_is_asked(text), link_in(text)
    if link:
        conversation = Conversation(link=link)
    if conversation.is_over or person.habit is Habit.SILENT or conversation.replies >= _PATIENCE:
        return replace(conversation, is_over=True), _NO_REACTION
    rng = random.Random(f"{seed}/reaction/{person.index}/{conversation.replies}")  # noqa: S311 - a rehearsal must be repeatable
    after, reaction = _HABITS[person.habit](person, opinion, conversation, asked, rng)
    if reaction == _NO_REACTION:
        return replace(after, is_over=True), reaction
    pause = rng.expovariate(1 / 8) if not conversation.replies else rng.uniform(1.0, 4.0)
    return replace(after, replies=after.replies + 1), replace(reaction, after_seconds=min(2.0 + pause, 40.0))


_Step = tuple[Conversation, Reaction]
_HabitRule = Callable[[Person, Opinion, Conversation, Asked, random.Random], _Step]


def _answers_by_digits(_person: Person, opinion: Opinion, conversation: Conversation, asked: Asked, _rng: random.Random) -> _Step:
    return _answered(_person, opinion, conversation, asked, str(opinion.score), str(opinion.statement(conversation.statements)))


def _answers_in_words(person: Person, opinion: Opinion, conversation: Conversation, asked: Asked, _rng: random.Random) -> _Step:
    score = _NUMBER_WORDS[person.writes_in][opinion.score]
    statement = _AGREEMENT[person.writes_in][opinion.statement(conversation.statements) - 1]
    return _answered(person, opinion, conversation, asked, score, statement)


def _answered(person: Person, opinion: Opinion, conversation: Conversation, asked: Asked, score: str, statement: str) -> _Step:
    """Return the reply to a question, with score and statement as the person writes them."""
    match asked:
        case Asked.SCORE:
            return conversation, Reaction(reply=score)
        case Asked.STATEMENT:
            return replace(conversation, statements=conversation.statements + 1), Reaction(reply=statement)
        case Asked.FREE_TEXT:
            return conversation, Reaction(reply=opinion.comment or "-")
        case Asked.CONTACT:
            return conversation, Reaction(reply=(_YES if opinion.wants_contact else _NO)[person.writes_in])
        case Asked.NOTHING:
            return conversation, _NO_REACTION


def _answers_all_at_once(person: Person, opinion: Opinion, conversation: Conversation, asked: Asked, rng: random.Random) -> _Step:
    if asked is not Asked.SCORE or conversation.replies:
        return _answers_by_digits(person, opinion, conversation, asked, rng)
    values = [opinion.score, opinion.statement(0), opinion.statement(1)]
    reply = " ".join([*map(str, values), opinion.comment]).strip()
    return replace(conversation, statements=2), Reaction(reply=reply)


def _trails_off(person: Person, opinion: Opinion, conversation: Conversation, asked: Asked, rng: random.Random) -> _Step:
    if conversation.replies:
        return conversation, _NO_REACTION
    return _answers_by_digits(person, opinion, conversation, asked, rng)


def _opens_link(_person: Person, _opinion: Opinion, conversation: Conversation, _asked: Asked, _rng: random.Random) -> _Step:
    return replace(conversation, is_over=True), Reaction(link=conversation.link)


def _switches(person: Person, opinion: Opinion, conversation: Conversation, asked: Asked, rng: random.Random) -> _Step:
    if conversation.replies:
        return _opens_link(person, opinion, conversation, asked, rng)
    return _answers_by_digits(person, opinion, conversation, asked, rng)


def _stops(person: Person, _opinion: Opinion, conversation: Conversation, asked: Asked, rng: random.Random) -> _Step:
    if asked is Asked.NOTHING:  # the confirmation; two robots must not talk for ever
        return conversation, _NO_REACTION
    return replace(conversation, is_over=True), Reaction(reply=rng.choice(_STOP_WORDS[person.writes_in]))


def _writes_nonsense(person: Person, _opinion: Opinion, conversation: Conversation, asked: Asked, rng: random.Random) -> _Step:
    if asked is Asked.NOTHING or conversation.replies >= 3:
        return conversation, _NO_REACTION
    return conversation, Reaction(reply=rng.choice(_NONSENSE[person.writes_in]))


_HABITS: dict[Habit, _HabitRule] = {
    Habit.REPLIES: _answers_by_digits,
    Habit.WORDS: _answers_in_words,
    Habit.ALL_AT_ONCE: _answers_all_at_once,
    Habit.TRAILS_OFF: _trails_off,
    Habit.OPENS_LINK: _opens_link,
    Habit.SWITCHES: _switches,
    Habit.STOPS: _stops,
    Habit.NONSENSE: _writes_nonsense,
}
