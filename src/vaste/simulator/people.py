"""The people of the rehearsal: invented, each with a number, a language and a habit that one seed fixes for ever."""

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

from vaste.messaging.gateway import GatewayError
from vaste.simulator.faults import LEVELS, Faults

_Key = TypeVar("_Key")

# Numbers of the shape +358 40 0 0xx xxx are nobody's. The first thousand belong to whoever tries the demo out.
_FIRST_NUMBER = 358_400_000_000
OWN_PHONES = 1_000
PEOPLE = 99_000
# Coprime to PEOPLE, so that stepping by it meets everyone once before anyone twice.
_STEP = 20_011

_LANGUAGES = {"fi": 76, "sv": 15, "en": 4, "uk": 3, "so": 1, "se": 1}
_MUNICIPALITIES = {"272": 62, "217": 8, "924": 4, "849": 4, "421": 2, "584": 4, "074": 2, "236": 6, "315": 3, "429": 5}
_SPOKEN = ("fi", "sv", "en")


@dataclass(frozen=True)
class SimulatedSettings:
    """How the people behave, and the operator. speed: 1 for the demo's pace, 10 for ten times as fast. answer_share: of all asked."""

    answer_share: float = 0.25
    seed: int = 7
    speed: float = 1.0
    faults: Faults = LEVELS["quiet"]

    @classmethod
    def from_url(cls, url: str) -> "SimulatedSettings":
        """Return the settings of `simulated://?answer_share=0.25&seed=7&speed=1&faults=quiet`. Raises GatewayError."""
        options = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        unknown = options.keys() - cls.__dataclass_fields__.keys()
        if unknown:
            known = "it has answer_share, seed, speed and faults"
            raise GatewayError(f"simulated:// has no option {min(unknown)!r}; {known}.", permanent=True)
        try:
            faults = Faults.from_text(options.get("faults", "quiet"))
        except ValueError as error:
            raise GatewayError(f"In simulated://: {error}", permanent=True) from error
        try:
            read = cls(
                answer_share=float(options.get("answer_share", cls.answer_share)),
                seed=int(options.get("seed", cls.seed)),
                speed=float(options.get("speed", cls.speed)),
                faults=faults,
            )
        except ValueError:
            sentence = "The options of simulated:// but faults are numbers, as in simulated://?answer_share=0.25&seed=7&speed=1."
            raise GatewayError(sentence, permanent=True) from None
        if not 0 <= read.answer_share <= 1 or not 0.01 <= read.speed <= 10_000:
            raise GatewayError("In simulated://, answer_share lies from 0 to 1 and speed from 0.01 to 10000.", permanent=True)
        return read


class Habit(StrEnum):
    """What a person does with an invitation."""

    SILENT = "does nothing"
    REPLIES = "answers each question by a digit"
    WORDS = "answers in words"
    ALL_AT_ONCE = "sends several answers in one message"
    TRAILS_OFF = "answers the first question and puts the phone away"
    OPENS_LINK = "answers on the page"
    SWITCHES = "begins by reply and finishes on the page"
    STOPS = "wants no surveys"
    NONSENSE = "writes what nobody can understand"


_ANSWERING = {
    Habit.REPLIES: 40,
    Habit.OPENS_LINK: 28,
    Habit.SWITCHES: 12,
    Habit.WORDS: 9,
    Habit.ALL_AT_ONCE: 7,
    Habit.TRAILS_OFF: 4,
}
_NOT_ANSWERING = {Habit.SILENT: 94, Habit.STOPS: 3, Habit.NONSENSE: 3}


@dataclass(frozen=True)
class Person:
    """Somebody with a phone. language: as the record has it, which may be one that the county does not send in."""

    index: int
    number: str
    language: str
    age: int
    municipality: str
    habit: Habit

    @property
    def writes_in(self) -> str:
        """The language of the person's own messages: fi, sv or en."""
        return self.language if self.language in _SPOKEN else "fi"


def person(index: int, settings: SimulatedSettings) -> Person:
    """Return the person with an index, the same for the same settings."""
    rng = random.Random(f"{settings.seed}/person/{index}")  # noqa: S311 - a rehearsal must be repeatable
    return Person(
        index=index,
        number=number_of(index),
        language=weighted(rng, _LANGUAGES),
        age=_age(rng),
        municipality=weighted(rng, _MUNICIPALITIES),
        habit=weighted(rng, _ANSWERING if rng.random() < settings.answer_share else _NOT_ANSWERING),
    )


def index_of_visitor(counter: int) -> int:
    """Return who makes the visit with a running number, so that everyone has been once before anyone comes again."""
    return counter * _STEP % PEOPLE


def number_of(index: int) -> str:
    """Return the phone number of the person with an index, in E.164."""
    return f"+{_FIRST_NUMBER + OWN_PHONES + index}"


def index_of(number: str) -> int | None:
    """Return the index of the person with a number, or None when no simulated person has it."""
    digits = number.removeprefix("+")
    if not digits.isascii() or not digits.isdigit():
        return None
    index = int(digits) - _FIRST_NUMBER - OWN_PHONES
    return index if 0 <= index < PEOPLE else None


def own_number(counter: int) -> str:
    """Return a number for somebody who tries the demo out; after a thousand they begin again."""
    return f"+{_FIRST_NUMBER + 1 + counter % (OWN_PHONES - 1)}"


def weighted(rng: random.Random, weights: dict[_Key, int]) -> _Key:
    """Return one of the keys, drawn by its weight."""
    return rng.choices(list(weights), list(weights.values()))[0]


def _age(rng: random.Random) -> int:
    """Return an age with the shape of a county's visits: many old people, some children."""
    return round(rng.triangular(18, 92, 66)) if rng.random() < 0.93 else rng.randint(0, 17)
