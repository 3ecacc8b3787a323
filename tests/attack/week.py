"""A week of a small county through the real paths: intake, worker, pages, replies, mix, expiry, withdrawal, STOP.

What happened stays in `Truth`, in the memory of the test; what an attacker gets is `Loot`.
"""

import io
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from tests.attack.loot import Copy, raw_files, take_copy
from tests.attack.operator import ScriptedOperator
from tests.attack.people import SMALL_UNIT, UNITS, Habit, Person, make_people
from tests.factories import make_county, take_in_visits

from vaste.core.database import checkpoint, rebuild
from vaste.core.keys import Purpose, ring
from vaste.invitations.actions import drop_unsendable, end_overdue, forget_what_has_ended
from vaste.invitations.models import Invitation
from vaste.messaging.gateway import Reply
from vaste.messaging.hooks import Hooks, Timing
from vaste.messaging.models import InboundPart, OutboundMessage
from vaste.messaging.rules import FINAL, MessageState
from vaste.messaging.worker import Worker
from vaste.national.deliveries.making import make_package
from vaste.national.models import Delivery
from vaste.national.packages.signing import new_key
from vaste.organisations.models import County, Unit
from vaste.responses.actions import mix, vacuum
from vaste.responses.copy.actions import follow_record, tidy_copy
from vaste.sms_survey.actions import handle_reply
from vaste.survey_pages.app import Pages
from vaste.survey_pages.replies import send
from vaste.survey_pages.store import store
from vaste.surveys.instrument import national_adult

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
VISIT_DAYS = 6
PEOPLE = 330
_COUNTY = """
code = "18"
name = { fi = "Soite", sv = "Soite", en = "Soite" }
sender_number = "+3584573960275"
sender_name = "Soite"

[sending]
when = "next-day 12:00"
survey_open_days = 3
"""
_HEADER = "unit_oid,name_fi,name_sv,name_en,service,branch,participates_from,small"
_TIMING = Timing(poll_seconds=0.02, settle_seconds=0.2, lease=timedelta(hours=2))
_CODE = re.compile(rb"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
_MIX_AFTER = 3
_UNDER_WAY = [state.value for state in MessageState if state not in FINAL]


@dataclass
class Truth:
    """What really happened. filed: phones in the order in which their answers were filed; codes: phone → withdrawal code."""

    people: dict[str, Person]
    filed: list[str] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._by_hash = {ring().keyed_hash(Purpose.PERSON, phone).hex(): person for phone, person in self.people.items()}
        self._by_mark = {person.comment.split()[-1]: person for person in self.people.values()}

    def person_of_hash(self, person_hash: object) -> Person:
        """Return whose keyed hash it is; only the test, which has the keys, knows."""
        return self._by_hash[str(person_hash)]

    def author(self, free_text: object) -> Person:
        """Return who wrote an answer, by the word with which each comment ends (everybody who answers at all comments)."""
        return self._by_mark[str(free_text).split()[-1]]


class Week:
    """The running week. copies: of each night; raw: the files in the middle of the week's work and at its end; package: delivered of it."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        people = make_people(PEOPLE, days=VISIT_DAYS, chance=self._chance)
        self.truth = Truth({person.phone: person for person in people})
        self.copies: list[Copy] = []
        self.raw: dict[str, bytes] = {}
        self.package = b""
        self._began = time.time()
        self._moment = MONDAY
        self._operator = ScriptedOperator(self.truth.people, chance=self._chance, let_time_pass=self._let_time_pass)
        self._pages = Pages(store(), base_url=settings.BASE_URL, clock=self._now)
        self._saved: list[Person] = []

    def live(self) -> None:
        """Live from Monday to Sunday and publish what may be published."""
        _make_county()
        for day in range(VISIT_DAYS + 1):
            self._live_a_day(day)
        self.raw |= raw_files(self._began)
        self.truth.tokens = self._operator.tokens
        self.package = _package()

    def _live_a_day(self, day: int) -> None:
        self._moment = MONDAY + timedelta(days=day, hours=11)
        self._operator.begin_day()
        self._work()
        self._let_people_open_pages()
        self._take_in(day)
        if day == VISIT_DAYS // 2 and connection.vendor == "sqlite":  # PostgreSQL's log keeps all until the end
            self.raw |= {f"midday {name}": octets for name, octets in raw_files(self._began).items()}
        self._moment = MONDAY + timedelta(days=day, hours=22)
        self._work()
        self._do_chores()
        self.copies.append(take_copy(self._moment.date()))

    def _now(self) -> datetime:
        return self._moment

    def _let_time_pass(self) -> None:
        self._moment += timedelta(seconds=self._chance.uniform(1, 20))

    def _take_in(self, day: int) -> None:
        people = [person for person in self.truth.people.values() if person.visit_day == day]
        visits = []
        for number, person in enumerate(people):
            visited_at = MONDAY + timedelta(days=day, hours=6, minutes=6 * number)
            visits.append(_visit(person, visited_at))
        self._moment = MONDAY + timedelta(days=day, hours=20)
        report = take_in_visits(*visits, now=self._moment)
        assert report.outcomes == Counter(invited=len(people)), report

    def _work(self) -> None:
        """Let a worker run until everything is sent, answered and read."""
        hooks = Hooks(why_not_send=_why_not_send, on_sent=lambda *_: None, on_reply=self._on_reply, clock=self._now)
        worker, stop = Worker(self._operator, hooks=hooks, timing=_TIMING), threading.Event()
        with ThreadPoolExecutor(1) as thread:
            working = thread.submit(worker.run_forever, stop)
            try:
                while not working.done() and not self._is_quiet():
                    time.sleep(0.05)
            finally:
                stop.set()
            working.result(60)
        mix(today=self._moment.date())

    def _is_quiet(self) -> bool:
        if not self._operator.is_idle() or InboundPart.objects.exists():
            return False
        under_way = OutboundMessage.objects.filter(state__in=_UNDER_WAY, due_at__lte=self._moment)
        return self._operator.is_idle() and not under_way.exists()

    def _on_reply(self, reply: Reply) -> None:
        before = _is_open(reply.from_number)
        handle_reply(reply, now=self._moment)
        if before and not _is_open(reply.from_number):
            self.truth.filed.append(reply.from_number)

    def _let_people_open_pages(self) -> None:
        yesterdays, self._saved = self._saved, []
        todays = [person for person in self.truth.people.values() if person.uses_page and self._opens_today(person)]
        doings: list[Callable[[], None]] = [*(self._sending(person) for person in yesterdays)]
        doings += [self._saving(person) if person.habit is Habit.SAVES_FIRST else self._sending(person) for person in todays]
        doings += [self._withdrawing(person) for person in self.truth.people.values() if self._withdraws_today(person)]
        self._chance.shuffle(doings)
        for number, doing in enumerate(doings):
            self._let_time_pass()
            doing()
            if number % _MIX_AFTER == 0:
                mix(today=self._moment.date())

    def _opens_today(self, person: Person) -> bool:
        days = (self._moment - MONDAY).days - person.visit_day
        return person.phone in self._operator.tokens and days == (2 if person.is_late else 1)

    def _withdraws_today(self, person: Person) -> bool:
        return person.withdraws and person.phone in self.truth.codes and person.phone not in self.truth.withdrawn

    def _sending(self, person: Person) -> Callable[[], None]:
        return lambda: self._send(person)

    def _send(self, person: Person) -> None:
        path = f"/s/{self._operator.tokens[person.phone]}"
        self._ask("GET", path)
        page = self._ask("POST", path, {**person.form(), "do": "send"})
        code = _CODE.search(page)
        assert code, "an answer without a code"
        self.truth.codes[person.phone] = code[0].decode()
        self.truth.filed.append(person.phone)

    def _saving(self, person: Person) -> Callable[[], None]:
        def save() -> None:
            self._ask("POST", f"/s/{self._operator.tokens[person.phone]}", {**person.form(), "do": "save"})
            self._saved.append(person)

        return save

    def _withdrawing(self, person: Person) -> Callable[[], None]:
        def withdraw() -> None:
            self._ask("POST", "/poista", {"code": self.truth.codes[person.phone]})
            self.truth.withdrawn.add(person.phone)

        return withdraw

    def _ask(self, method: str, path: str, form: dict[str, str] | None = None) -> bytes:
        body = urlencode(form or {}).encode()
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
        environ["REMOTE_ADDR"] = f"203.0.113.{self._chance.randrange(1, 255)}"
        statuses: list[str] = []
        page = b"".join(send(self._pages.reply_to(environ), environ, lambda status, _headers: statuses.append(status)))
        assert statuses == ["200 OK"], (method, statuses)
        return page

    def _do_chores(self) -> None:
        end_overdue(now=self._moment)
        mix(today=self._moment.date())
        forget_what_has_ended(today=self._moment.date())
        checkpoint()
        vacuum()
        rebuild()
        follow_record()
        tidy_copy()


def _why_not_send(conversations: Any, now: datetime) -> dict[Any, str]:
    return drop_unsendable(conversations, now=now)


def _package() -> bytes:
    """Return the package in which the quarter's answers would be delivered."""
    units = Unit.objects.values_list("oid", flat=True)
    quarter = {"first_quarter": "2026-Q1", "last_quarter": "2026-Q1"}
    county = County.objects.get()
    delivery = Delivery(
        county=county, campaign="week", version=1, instrument=national_adult().version_key, unit_oids=" ".join(units), **quarter
    )
    return make_package(delivery, new_key()).package


def _is_open(phone: str) -> bool:
    return Invitation.objects.filter(person_hash=ring().keyed_hash(Purpose.PERSON, phone)).exists()


def _make_county() -> None:
    rows = []
    for oid in UNITS:
        names, is_small = ",".join(f"{word} {oid[-1]}" for word in ("Yksikkö", "Enhet", "Unit")), "yes" if oid == SMALL_UNIT else "no"
        rows.append(f"{oid},{names},primary_care_reception,health,2024-01-01,{is_small}")
    make_county(_COUNTY, "\n".join([_HEADER, *rows]))


def _visit(person: Person, visited_at: datetime) -> dict[str, Any]:
    return {
        "event_id": person.event_id,
        "phone": person.phone,
        "visited_at": visited_at.isoformat(),
        "visit_type": "reception",
        "language": person.language,
        "age": str(person.age),
        "municipality": "272",
        "unit_oid": person.unit_oid,
        "consent": "yes",
    }
