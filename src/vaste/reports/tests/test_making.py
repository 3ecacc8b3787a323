"""Reports that a county's rhythm makes, each once; what staff add to them; what is audited."""

import hashlib
import json
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from tests.factories import COUNTY, HEALTH_STATION, SMALL_UNIT, SOCIAL_UNIT, UNITS, make_county
from tests.record import invite, record

from vaste.core.models import AuditEntry
from vaste.organisations.models import County, User
from vaste.reports.actions import make_due_reports, make_report, note_work_done
from vaste.reports.facts import report_scope
from vaste.reports.models import MadeReport, WorkDone
from vaste.reports.periods import report_period
from vaste.reports.quotes import approved_quotes, newest_comments, set_approval
from vaste.reports.setting import Form
from vaste.responses.models import Response

pytestmark = pytest.mark.django_db
RHYTHM = COUNTY + '\n[reports]\nevery = ["quarter", "month"]\nafter_days = 21\n'
ANNEX = "1.2.246.10.99999999.10.11"
TODAY = date(2024, 8, 1)
NOW = datetime(2024, 8, 1, 9, tzinfo=UTC)
SECOND_QUARTER = report_period("2024-Q2")


def made() -> list[tuple[str, str]]:
    return sorted(MadeReport.objects.filter(is_scheduled=True).values_list("period", "language"))


def test_without_a_rhythm_no_report_is_made_by_itself():
    make_county()
    assert make_due_reports(now=NOW) == 0


def test_each_period_and_language_of_the_rhythm_is_made_once_when_late_answers_are_in():
    make_county(RHYTHM)
    assert make_due_reports(now=datetime(2024, 7, 21, 9, tzinfo=UTC)) == 6
    assert made() == [(period, language) for period in ("2024-05", "2024-Q1") for language in ("en", "fi", "sv")]
    assert make_due_reports(now=datetime(2024, 7, 21, 10, tzinfo=UTC)) == 0
    assert make_due_reports(now=datetime(2024, 7, 22, 9, tzinfo=UTC)) == 6
    assert made()[3:6] == [("2024-06", "en"), ("2024-06", "fi"), ("2024-06", "sv")]


def test_what_was_made_before_a_crash_is_not_made_again_and_the_rest_is():
    make_county(RHYTHM)
    make_due_reports(now=NOW)
    MadeReport.objects.filter(language="sv").delete()
    assert make_due_reports(now=NOW) == 2
    assert len(made()) == 6


def test_two_processes_cannot_both_keep_a_report_of_the_rhythm():
    make_county(RHYTHM)
    make_due_reports(now=NOW)
    again = MadeReport.objects.all()[0]
    again.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_a_report_is_audited_with_its_checksum():
    county = make_county()
    report = make_report(
        scope=report_scope(county, "county"), period=SECOND_QUARTER, language="sv", form=Form.PDF, now=NOW, actor="command"
    )
    entry = AuditEntry.objects.get(action="report.made")
    assert hashlib.sha256(bytes(report.content)).hexdigest() == report.sha256
    assert json.loads(entry.details) == {"scope": "county", "period": "2024-Q2", "language": "sv", "sha256": report.sha256}


# What staff add


@pytest.fixture
def county() -> County:
    county = make_county(units=f"{UNITS}{ANNEX},Sivuasema,Sidostation,Annex,primary_care_reception,health,2024-01-01,no\n")
    invite(60)
    record(30, free_text="")
    record(1, free_text="Jonotin kauan.", nps=3)
    record(2, free_text="Kiitos hoidosta.")
    record(6, unit=ANNEX)  # hidden too, so that the small unit is not what is left of the service line
    record(12, unit=SOCIAL_UNIT)
    record(1, unit=SMALL_UNIT, free_text="Tunnistettava kommentti.")
    return county


@pytest.fixture
def someone() -> User:
    return User.objects.create_user("aino@example.fi", "a long enough password")


def text_of(county: County, scope: str = "county") -> str:
    report = make_report(scope=report_scope(county, scope), period=SECOND_QUARTER, language="fi", form=Form.HTML, now=NOW, actor="test")
    return bytes(report.content).decode()


def approve(county: County, someone: User, text: str, *, approved: bool = True) -> bool:
    scope = report_scope(county, "county")
    key = next(comment.key for comment in newest_comments(scope, SECOND_QUARTER, NOW) if comment.text == text)
    return set_approval(scope=scope, period=SECOND_QUARTER, key=key, approved=approved, by=someone, now=NOW)


def test_no_comment_stands_in_a_report_before_somebody_approved_it(county, someone):
    assert "Jonotin kauan." not in text_of(county)
    approve(county, someone, "Jonotin kauan.")
    text = text_of(county)
    assert "Jonotin kauan." in text
    assert "Kiitos hoidosta." not in text
    assert AuditEntry.objects.get(action="quote.approved").actor == str(someone.pk)


def test_an_approval_can_be_taken_back(county, someone):
    approve(county, someone, "Jonotin kauan.")
    approve(county, someone, "Jonotin kauan.", approved=False)
    assert "Jonotin kauan." not in text_of(county)
    assert AuditEntry.objects.filter(action="quote.withdrawn").exists()


def test_a_quote_goes_with_its_answer(county, someone):
    approve(county, someone, "Jonotin kauan.")
    Response.objects.filter(free_text="Jonotin kauan.").delete()
    assert "Jonotin kauan." not in text_of(county)


def test_an_approval_holds_when_the_mix_gives_the_answer_a_new_id(county, someone):
    approve(county, someone, "Jonotin kauan.")
    answer = Response.objects.get(free_text="Jonotin kauan.")
    Response.objects.filter(pk=answer.pk).delete()
    record(1, free_text="Jonotin kauan.", nps=3)
    assert "Jonotin kauan." in text_of(county)


def test_what_is_masked_after_its_approval_needs_another(county, someone):
    approve(county, someone, "Jonotin kauan.")
    Response.objects.filter(free_text="Jonotin kauan.").update(free_text="Jonotin [nimi] kauan.")
    assert "kauan" not in text_of(county)


@pytest.mark.parametrize("scope", ["county", "primary_care_reception", SMALL_UNIT])
def test_of_a_unit_with_too_few_answers_nothing_can_be_quoted(county, scope):
    texts = {comment.text for comment in newest_comments(report_scope(county, scope), SECOND_QUARTER, NOW)}
    assert "Tunnistettava kommentti." not in texts
    assert ("Jonotin kauan." in texts) == (scope != SMALL_UNIT)


def test_a_comment_that_others_wrote_alike_is_quoted_once(county, someone):
    approve(county, someone, "Kiitos hoidosta.")
    assert [quote.text for quote in approved_quotes(report_scope(county, "county"), SECOND_QUARTER, NOW)] == ["Kiitos hoidosta."]


def test_what_was_done_stands_in_the_reports_of_its_scope_period_and_language(county, someone):
    note = {"fi": "Puhelinaikaa pidennettiin.\nLisää vuoroja.", "sv": "Telefontiden förlängdes."}
    note_work_done(scope=report_scope(county, "county"), period=SECOND_QUARTER, texts=note, by=someone, today=TODAY)
    text = text_of(county)
    assert "<p>Puhelinaikaa pidennettiin.</p>" in text
    assert "<p>Lisää vuoroja.</p>" in text
    assert "Telefontiden" not in text
    assert "Puhelinaikaa" not in text_of(county, HEALTH_STATION)


def test_what_was_done_is_replaced_taken_away_and_audited_without_its_text(county, someone):
    scope = report_scope(county, "county")
    for texts in ({"fi": "Yksi."}, {"fi": "Kaksi."}, {"fi": "Kaksi."}, {"fi": ""}):
        note_work_done(scope=scope, period=SECOND_QUARTER, texts=texts, by=someone, today=TODAY)
    assert not WorkDone.objects.exists()
    details = [json.loads(entry.details) for entry in AuditEntry.objects.filter(action="work_done.noted")]
    assert details == [{"language": "fi", "letters": letters} for letters in (5, 6, 0)]
