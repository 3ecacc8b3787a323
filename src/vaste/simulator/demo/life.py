"""The demo's life: a day of the county passes in a minute, its visits go through the real intake, its people answer."""

import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import monotonic

import structlog
from django.db import DatabaseError, connections
from msgspec.structs import replace

from vaste.core import clock
from vaste.invitations.intake import take_in
from vaste.organisations.models import County
from vaste.simulator.demo.day import VISITS_A_DAY, busy_units, visits_of_day
from vaste.simulator.demo.progress import keep_progress, next_day, read_progress
from vaste.simulator.operator import SimulatedOperator
from vaste.simulator.people import own_number
from vaste.simulator.reactions import link_in
from vaste.visits.formats import Row
from vaste.visits.rules import Visit

_log = structlog.get_logger()
_SECONDS_A_DAY = 60.0
_TICK_SECONDS = 0.5
# Every start begins in the morning, when the doors open, not with a night's silence.
_MORNING = 7 / 24
# Once the demo has caught up with the calendar it goes on more slowly, so that there are always people not asked lately.
_VISITS_WHEN_CAUGHT_UP = 120
_OWN_UNIT = "1.2.246.10.99999999.10.1"
_ACTOR = "demo"


class Demo:
    """A county that lives by itself. moment: where its day stands, in local time. today: counts since its midnight."""

    def __init__(self, *, county: County, operator: SimulatedOperator, data_dir: Path, say: Callable[[str], None]) -> None:
        self.county = county
        self.operator = operator
        self.moment = datetime.combine(clock.now().date(), time(), tzinfo=county.settings.zone)
        self._outcomes: Counter[str] = Counter()
        self._happened_before: Counter[str] = Counter()
        self._data_dir = data_dir
        self._say = say
        self._progress = read_progress(data_dir, clock.now().date())
        self._lock = threading.Lock()

    @property
    def today(self) -> Counter[str]:
        """Counts of the day so far: `visits`, `invited`, each reason, and what people did."""
        return self._outcomes + (self.operator.happened - self._happened_before)

    def start(self, stop: threading.Event) -> threading.Thread:
        """Let the county live in a thread of its own until `stop` is set, and let the demo's pages find it."""
        show(self)
        thread = threading.Thread(target=self._live, args=(stop,), name="demo", daemon=True)
        thread.start()
        return thread

    def invite_own_phone(self, language: str) -> tuple[int, str]:
        """Make a visit for somebody who tries the demo, so that an invitation comes; return the phone's place and number."""
        with self._lock:
            place = self._progress.own_phones
            self._progress = replace(self._progress, own_phones=place + 1)
            keep_progress(self._data_dir, self._progress)
        now = clock.now()
        visit = Visit(
            event_id=f"demo-own-{place}",
            phone=own_number(place),
            visited_at=min(self.moment, now),
            visit_type="reception",
            language=language,
            age=40,
            municipality="",
            unit_oid=_OWN_UNIT,
            recipient="client",
            non_disclosure=False,
            deceased=False,
            several_numbers=False,
            consent=True,
        )
        take_in(rows_of([visit]), now=now, actor=_ACTOR, county=self.county)
        return place, own_number(place)

    def has_given(self, place: int) -> bool:
        """Tell whether the phone at a place was given to somebody."""
        return 0 <= place < self._progress.own_phones

    def link_on(self, number: str, *, timeout_seconds: float) -> str:
        """Return the survey link that a phone was sent, or nothing when no message came in time."""
        self.operator.phones.wait_for_county(number, timeout_seconds=timeout_seconds)
        lines = self.operator.phones.screen(number)
        return link_in(lines[-1].text) if lines else ""

    def live_a_day(self, stop: threading.Event, *, from_share: float) -> None:
        """Live the next day, from a share of it on; the visits before that come in at once. After a stop the day after is next."""
        speed = self.operator.settings.speed
        day, visits = self._begin_day()
        midnight = datetime.combine(day, time(), tzinfo=self.county.settings.zone)
        waiting = deque(visits)
        began = monotonic() - from_share * _SECONDS_A_DAY / speed
        share = 0.0
        while share < 1 and not stop.is_set():
            share = min(1.0, (monotonic() - began) * speed / _SECONDS_A_DAY)
            self.moment = midnight + timedelta(days=share)
            self._let_in(waiting)
            stop.wait(_TICK_SECONDS / speed)
        if share >= 1:
            self._say(day_in_words(day.strftime("%-d.%-m.%Y"), self.today))

    def _live(self, stop: threading.Event) -> None:
        from_share = _MORNING
        try:
            while not stop.is_set():
                self.live_a_day(stop, from_share=from_share)
                from_share = 0.0
        finally:
            hide(self)
            connections.close_all()

    def _let_in(self, waiting: deque[Visit]) -> None:
        """Take in the visits that have happened by now; those the database could not take wait for the next moment."""
        due = [visit for visit in waiting if visit.visited_at <= self.moment]
        if not due:
            return
        for visit in due:
            self.operator.expect(visit.phone, busy_units()[visit.unit_oid].service)
        try:
            report = take_in(rows_of(due), now=clock.now(), actor=_ACTOR, county=self.county)
        except DatabaseError as error:
            _log.warning("demo.intake_waits", error=type(error).__name__, visits=len(due))
            return
        self._outcomes += report.outcomes
        self._outcomes["visits"] += report.received
        for _visit in due:
            waiting.popleft()

    def _begin_day(self) -> tuple[date, list[Visit]]:
        """Return the next day and its visits, having noted that it is begun: no day comes twice, not even after a cut."""
        self._outcomes, self._happened_before = Counter(), self.operator.happened.copy()
        with self._lock:
            day, first = self._progress.day, self._progress.visits
            following = next_day(day, clock.now().date())
            count = VISITS_A_DAY if following > day else _VISITS_WHEN_CAUGHT_UP
            self._progress = replace(self._progress, day=following, visits=first + count)
            keep_progress(self._data_dir, self._progress)
        return day, visits_of_day(day, first=first, count=count, zone=self.county.settings.zone, settings=self.operator.settings)


_shown: list[Demo] = []


def show(demo: Demo) -> None:
    """Let the pages of this process find a demo; the last one shown counts."""
    _shown.append(demo)


def hide(demo: Demo) -> None:
    """Take a demo away from the pages again."""
    _shown.remove(demo)


def running_demo() -> Demo | None:
    """Return the demo that lives in this process, or None."""
    return _shown[-1] if _shown else None


def rows_of(visits: Sequence[Visit]) -> list[Row]:
    """Return visits as a feed would write them."""
    return [Row(number, {**asdict(visit), "visited_at": visit.visited_at.isoformat()}) for number, visit in enumerate(visits, start=1)]


_TOLD = ("visits", "invited", "delivered", "replies", "pages sent", "stops")


def day_in_words(day: str, counts: Counter[str]) -> str:
    """Return one line on what happened on a day, with the reasons why people were not asked, the most common first."""
    told = ", ".join(f"{counts[name]} {name}" for name in _TOLD)
    reasons = [(name, number) for name, number in counts.most_common() if name not in {*_TOLD, "pages opened", "pages refused"}]
    left_out = ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in reasons)
    return f"{day}: {told}. Not asked: {left_out or 'nobody'}."
