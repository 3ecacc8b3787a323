"""The people of the attacked week: invented, each with a phone, a visit, and a fixed way of answering."""

import random
from dataclasses import dataclass
from enum import StrEnum

FIRST_PHONE = 358_400_900_000
UNITS = tuple(f"1.2.246.10.99999999.10.{number}" for number in (1, 2, 3, 6))
SMALL_UNIT = UNITS[-1]
STATEMENTS = ("access", "encounter", "participation", "safety", "information", "clarity", "benefit", "own-language")
# Nobody but this suite writes such words, so that a trace of them is a trace of these people.
MARK = "Ulpukka"
EVENT = "TAPAHTUMA-"

_LETTERS = "abdeghiklmnoprstuvyz"
_SENTENCE = "Jonotus kesti pitkään mutta hoito oli hyvää. "


class Habit(StrEnum):
    """What a person does with an invitation."""

    SILENT = "does nothing"
    BY_SMS = "answers each question by reply"
    ALL_AT_ONCE = "sends the marks in one reply, then a comment"
    ON_PAGE = "answers on the page"
    SWITCHES = "begins by reply and finishes on the page"
    SAVES_FIRST = "saves the page and sends it the next day"
    TRAILS_OFF = "answers one question with a comment and puts the phone away"
    STOPS = "wants no surveys"
    STOPS_MIDWAY = "answers one question and then wants no surveys"


_HABITS = {
    Habit.SILENT: 34,
    Habit.BY_SMS: 22,
    Habit.ALL_AT_ONCE: 6,
    Habit.ON_PAGE: 20,
    Habit.SWITCHES: 6,
    Habit.SAVES_FIRST: 4,
    Habit.TRAILS_OFF: 4,
    Habit.STOPS: 2,
    Habit.STOPS_MIDWAY: 2,
}
_BY_PAGE = frozenset({Habit.ON_PAGE, Habit.SWITCHES, Habit.SAVES_FIRST})
_YES = {"fi": "kyllä", "sv": "ja tack", "en": "yes please"}


@dataclass(frozen=True)
class Person:
    """Somebody who was asked. comment: unique, and how the test knows the answer again; greeting: said but never kept."""

    phone: str
    event_id: str
    unit_oid: str
    language: str
    age: int
    visit_day: int
    habit: Habit
    is_late: bool
    wants_contact: bool
    withdraws: bool
    nps: int
    steps: tuple[int, ...]
    comment: str
    greeting: str

    @property
    def uses_page(self) -> bool:
        return self.habit in _BY_PAGE

    def replies(self) -> list[str]:
        """Return what the person writes, one text after another; more than the dialogue asks for is never sent."""
        begun = f"{self.nps} terv {self.greeting}"
        contact = [_YES[self.language]] if self.wants_contact else []
        match self.habit:
            case Habit.BY_SMS:
                return [begun, str(self.steps[0]), str(self.steps[1]), self.comment, *contact]
            case Habit.ALL_AT_ONCE:
                return [f"{self.nps}, {self.steps[0]}, {self.steps[1]}", self.comment, *contact]
            case Habit.SWITCHES:
                return [begun]
            case Habit.TRAILS_OFF:
                return [f"{self.nps} {self.comment}"]
            case Habit.STOPS:
                return ["STOP"]
            case Habit.STOPS_MIDWAY:
                return [f"{self.nps} {self.comment}", "STOP"]
        return []

    def form(self) -> dict[str, str]:
        """Return the filled page."""
        fields = {"nps": str(self.nps), "free_text": self.comment}
        fields |= {item: str(step) for item, step in zip(STATEMENTS, self.steps, strict=True)}
        if self.wants_contact:
            fields |= {
                "name": f"Testi {self.greeting}",
                "email": f"{self.greeting.lower()}@example.fi",
                "phone": self.phone,
                "along": "yes",
            }
        return fields


def make_people(count: int, *, days: int, chance: random.Random) -> list[Person]:
    """Return so many people with visits spread over the first days of a week."""
    return [_person(number, chance.randrange(days), chance) for number in range(count)]


def _person(number: int, visit_day: int, chance: random.Random) -> Person:
    habit = chance.choices(list(_HABITS), list(_HABITS.values()))[0]
    return Person(
        phone=f"+{FIRST_PHONE + number}",
        event_id=f"{EVENT}{number:05}",
        unit_oid=chance.choices(UNITS, (5, 4, 4, 1))[0],
        language=chance.choices(("fi", "sv", "en"), (7, 2, 1))[0],
        age=chance.randint(18, 95),
        visit_day=visit_day,
        habit=habit,
        is_late=chance.random() < 0.3,
        wants_contact=chance.random() < 0.15,
        withdraws=habit is Habit.ON_PAGE and chance.random() < 0.1,
        nps=chance.choice((0, 3, 5, 7, 8, 9, 9, 10, 10, 10)),
        steps=tuple(chance.choice((2, 3, 4, 5, 5, 5)) for _ in STATEMENTS),
        comment=_SENTENCE * chance.choice((1, 1, 1, 2, 4, 20)) + _word(chance),
        greeting=MARK + _word(chance),
    )


def _word(chance: random.Random) -> str:
    return "".join(chance.choice(_LETTERS) for _ in range(14))
