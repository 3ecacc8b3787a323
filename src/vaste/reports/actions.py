"""Make reports and keep them; note what was done."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from vaste.core.audit import audit
from vaste.organisations.models import County, User
from vaste.organisations.words import load_words
from vaste.reports.facts import COUNTY, Collected, Facts, Quoted, ReportScope, gather, report_scope
from vaste.reports.models import MadeReport, WorkDone
from vaste.reports.periods import PeriodRefused, first_day, last_complete
from vaste.reports.quotes import approved_quotes
from vaste.reports.sections import write
from vaste.reports.setting import Form, set_report
from vaste.results.calendar import Period, PeriodKind

_WORDS = Path(__file__).parent / "document.toml"
_QUOTES_AT_MOST = 12


def make_report(
    *,
    scope: ReportScope,
    period: Period,
    language: str,
    form: Form,
    now: datetime,
    actor: str,
    by: User | None = None,
    is_scheduled: bool = False,
) -> MadeReport:
    """Make a report and keep it with its checksum. Raises PeriodRefused for a period that has not begun."""
    if first_day(period) > scope.county.day_of(now):
        raise PeriodRefused(f"The period {period.key} has not begun. Nothing was made.")
    content = set_report(write(_facts(scope, period, language, now), load_words(_WORDS)[language]), form)
    with transaction.atomic():
        report = MadeReport.objects.create(
            county=scope.county,
            scope=scope.key,
            period=period.key,
            language=language,
            form=form,
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            made_at=now,
            made_by=by,
            is_scheduled=is_scheduled,
        )
        audit(actor, "report.made", f"report:{report.pk}", scope=scope.key, period=period.key, language=language, sha256=report.sha256)
    return report


def _facts(scope: ReportScope, period: Period, language: str, now: datetime) -> Facts:
    facts = gather(scope, period, language, now)
    texts = WorkDone.objects.filter(county=scope.county, scope=scope.key, period=period.key, language=language).values_list(
        "text", flat=True
    )
    done = tuple(line.strip() for text in texts for line in text.splitlines() if line.strip())
    return replace(facts, quotes=tuple(_quotes(scope, period, language, facts.ways[0], now)), done=done)


def _quotes(scope: ReportScope, period: Period, language: str, invited: Collected, now: datetime) -> Iterator[Quoted]:
    """Yield what may be quoted; the unit is named only where its own figures are shown."""
    names = {unit.oid: unit.name(language) for unit in scope.units}
    for quote in approved_quotes(scope, period, now)[:_QUOTES_AT_MOST]:
        name = names[quote.unit_oid]
        is_shown = scope.is_unit or (name in invited.units and not invited.units[name].is_hidden)
        yield Quoted(quote.text, quote.language, name if is_shown else "")


def make_due_reports(*, now: datetime) -> int:
    """Make the reports that a county's rhythm asks for and that are not made yet; return how many."""
    made = 0
    for county in County.objects.all():
        rhythm = county.settings.reports
        today = county.day_of(now)
        for every in rhythm.every:
            period = last_complete(PeriodKind(every), today=today, after_days=rhythm.after_days)
            made += sum(_make_once(county, period, language, now) for language in county.settings.languages)
    return made


def _make_once(county: County, period: Period, language: str, now: datetime) -> bool:
    """Make one report of the county's rhythm unless it has been made; whoever is second, finds it made."""
    if not county.units.exists() or _scheduled(county, period, language).exists():
        return False
    scope = report_scope(county, COUNTY)
    try:
        make_report(scope=scope, period=period, language=language, form=Form.PDF, now=now, actor="worker", is_scheduled=True)
    except IntegrityError:
        if not _scheduled(county, period, language).exists():
            raise
        return False
    return True


def _scheduled(county: County, period: Period, language: str) -> QuerySet[MadeReport]:
    return MadeReport.objects.filter(county=county, scope=COUNTY, period=period.key, language=language, form=Form.PDF, is_scheduled=True)


@transaction.atomic
def note_work_done(*, scope: ReportScope, period: Period, texts: dict[str, str], by: User, today: date) -> None:
    """Keep what was done because of the feedback, by language; an empty text takes an earlier one away."""
    for language, text in texts.items():
        place = WorkDone.objects.filter(county=scope.county, scope=scope.key, period=period.key, language=language)
        before = place.first()
        if (before.text if before else "") == text:
            continue
        place.delete()
        if text:
            WorkDone.objects.create(
                county=scope.county,
                scope=scope.key,
                period=period.key,
                language=language,
                text=text,
                written_by=by,
                written_on=today,
            )
        audit(str(by.pk), "work_done.noted", f"{scope.county.code} {scope.key} {period.key}", language=language, letters=len(text))
