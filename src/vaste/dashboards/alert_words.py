"""What the pages on alerts say, in the reader's words and numbers. The templates only set it out."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from vaste.organisations.formats import day, days
from vaste.organisations.reader import Reader
from vaste.results.alert_rules import FEWEST_FOR_BASELINE, AlertKind, Point, Stretch, Watched, expected_false_alarms
from vaste.results.models import Alert

_LEAST_EXPECTED = 0.95
_WHOLE_FROM = 9.5


@dataclass(frozen=True)
class AlertReader(Reader):
    """Whom the pages speak to."""

    def of(self, key: str, kind: str) -> str:
        """Return a text that has one form for warnings and one for good news."""
        return self.words[key if kind == AlertKind.WARNING else f"{key}_good"]


@dataclass(frozen=True)
class AlertRow:
    """An alert in a list."""

    id: UUID
    unit: str
    what: str
    raised_on: str
    days: str
    look_full: str
    acknowledged_on: str
    acknowledged_by: str


@dataclass(frozen=True)
class PointRow:
    """A stretch in the table beside the chart."""

    days: str
    is_hidden: bool
    n: str = ""
    watched: str = ""
    share: str = ""
    total: str = ""
    calls: str = ""


def heading(reader: AlertReader, alerts: int, watched: int) -> str:
    """Return the finding in words."""
    if not alerts:
        return reader.words["heading_none"].format(n=reader.number(watched))
    return reader.words["heading_one" if alerts == 1 else "heading_several"].format(n=reader.number(alerts))


def alert_row(reader: AlertReader, alert: Alert) -> AlertRow:
    """Return an alert as the list shows it."""
    unit = alert.unit.name(reader.language)
    return AlertRow(
        id=alert.id,
        unit=unit,
        what=reader.words[f"kind_{alert.kind}"],
        raised_on=day(alert.raised_on),
        days=days(alert.run_from, alert.run_to),
        look_full=reader.words["look_full"].format(unit=unit, day=day(alert.raised_on)),
        acknowledged_on=day(alert.acknowledged_on) if alert.acknowledged_on else "",
        acknowledged_by=alert.acknowledged_by.email if alert.acknowledged_by else "",
    )


def expected_words(reader: AlertReader, units: int) -> str:
    """Return how many false alarms to expect in a year."""
    alarms = expected_false_alarms(units)
    if alarms < _LEAST_EXPECTED:
        return reader.words["expected_under_one"]
    return reader.words["expected"].format(n=reader.number(alarms, 1 if alarms < _WHOLE_FROM else 0))


def run_words(reader: AlertReader, alert: Alert, run: Stretch | None) -> str:
    """Return what the answers that called say, and what is usual."""
    called = days(alert.run_from, alert.run_to)
    if run is None:
        return reader.words["run_hidden"].format(days=called)
    share = run.watched(AlertKind(alert.kind)) / run.n
    usual = reader.percent(alert.baseline)
    return reader.of("run_is", alert.kind).format(days=called, n=reader.number(run.n), share=reader.percent(share), usual=usual)


def usual_words(reader: AlertReader, alert: Alert) -> str:
    """Return the baseline with what it rests on; not how many answers exactly, for no other page shows those 52 weeks."""
    basis = reader.words[f"usual_{alert.basis}"].format(n=reader.number(FEWEST_FOR_BASELINE))
    return f"{reader.percent(alert.baseline)} ({basis})"


def course_caption(reader: AlertReader, found: Watched, points: Sequence[Point]) -> str:
    """Return what the chart shows, or why it shows nothing."""
    shown = [point.stretch for point in points if point.is_shown]
    if not shown:
        return reader.words["course_hidden"]
    n = sum(stretch.n for stretch in shown)
    span = days(shown[0].first, shown[-1].last)
    caption = reader.of("course_caption", found.kind).format(days=span, n=reader.number(n))
    return caption if len(shown) == len(points) else f"{caption} {reader.words['some_hidden']}"


def point_row(reader: AlertReader, point: Point, kind: AlertKind) -> PointRow:
    """Return a stretch as the table shows it."""
    stretch, total = point.stretch, point.total
    span = days(stretch.first, stretch.last)
    if not point.is_shown:
        return PointRow(span, is_hidden=True)
    return PointRow(
        days=span,
        is_hidden=False,
        n=reader.number(stretch.n),
        watched=reader.number(stretch.watched(kind)),
        share=reader.percent(stretch.watched(kind) / stretch.n),
        total="" if total is None else reader.number(total.value, 1),
        calls=reader.words["calls"] if total and total.is_alarm else "",
    )
