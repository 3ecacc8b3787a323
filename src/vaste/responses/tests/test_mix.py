"""The mix moves answers to the record so that nothing tells which came when; a withdrawal erases one wherever it is."""

from datetime import date

import pytest
from tests.factories import HEALTH_STATION, SMALL_UNIT, make_county

from vaste.core.ids import new_code, new_id
from vaste.core.keys import Purpose, ring
from vaste.core.models import AuditEntry
from vaste.responses.actions import mix, withdraw
from vaste.responses.mailbox import SealedAnswer, mailbox_hash, open_answer, seal_answer
from vaste.responses.models import MailboxAnswer, Response

pytestmark = pytest.mark.django_db(transaction=True)  # the mix folds the write-ahead log in, which no open transaction allows
MONDAY = date(2026, 5, 4)


def put_in_mailbox(*, unit: str = HEALTH_STATION, count: int = 1, arrived_on: date = MONDAY, code: str | None = None) -> None:
    withdrawal_hash = ring().keyed_hash(Purpose.WITHDRAWAL, code) if code else None
    for number in range(count):
        answer = SealedAnswer(
            unit_id=unit,
            instrument="national-adult-2024-1",
            channel="sms",
            language="fi",
            respondent_role="client",
            age_band="45-54",
            period_start=MONDAY,
            period_kind="week",
            nps=9,
            answers="access=5",
            free_text=f"comment {number:02}",
            withdrawal_hash=withdrawal_hash,
            arrived_on=arrived_on,
        )
        row_id = new_id()
        MailboxAnswer.objects.create(id=row_id, sealed=seal_answer(row_id, answer), withdrawal_hash=mailbox_hash(withdrawal_hash))


def test_a_units_answers_go_together_when_there_are_five():
    make_county()
    put_in_mailbox(count=5)
    put_in_mailbox(count=4, unit=SMALL_UNIT)
    assert mix(today=MONDAY) == 5
    assert set(Response.objects.values_list("unit_id", flat=True)) == {HEALTH_STATION}
    assert MailboxAnswer.objects.count() == 4


def test_fewer_wait_a_week_and_no_longer():
    make_county()
    put_in_mailbox(count=1)
    assert mix(today=date(2026, 5, 10)) == 0
    assert mix(today=date(2026, 5, 11)) == 1
    assert mix(today=date(2026, 5, 12)) == 0


def test_in_a_rehearsal_all_go_at_once_and_the_audit_says_so():
    make_county()
    put_in_mailbox(count=2)
    assert mix(today=MONDAY, actor="command", publish_all=True) == 2
    assert AuditEntry.objects.get(action="mix.published_all").details == '{"answers": 2}'


def test_an_empty_mailbox_publishes_nothing_and_leaves_no_trace():
    make_county()
    before = AuditEntry.objects.count()
    assert mix(today=MONDAY) == 0
    assert mix(today=MONDAY, publish_all=True) == 0
    assert AuditEntry.objects.count() == before


def test_everything_that_was_said_is_in_the_record():
    make_county()
    put_in_mailbox(count=6)
    mix(today=MONDAY)
    columns = (
        "unit_id",
        "instrument",
        "channel",
        "language",
        "respondent_role",
        "age_band",
        "period_start",
        "period_kind",
        "nps",
        "answers",
    )
    assert set(Response.objects.values_list(*columns)) == {
        (HEALTH_STATION, "national-adult-2024-1", "sms", "fi", "client", "45-54", MONDAY, "week", 9, "access=5")
    }
    assert sorted(Response.objects.values_list("free_text", flat=True)) == [f"comment {number:02}" for number in range(6)]


def test_in_the_record_answers_have_new_ids_and_stand_in_another_order():
    make_county()
    put_in_mailbox(count=60)
    came = [(row.id, open_answer(row.id, row.sealed).free_text) for row in MailboxAnswer.objects.all()]
    mix(today=MONDAY)
    went = list(Response.objects.order_by("id").values_list("id", "free_text"))
    assert not {row[0] for row in came} & {row[0] for row in went}
    assert [row[1] for row in came] != [row[1] for row in went]
    assert sorted(row[1] for row in came) == sorted(row[1] for row in went)


def test_a_period_that_grows_is_written_anew_so_that_nothing_tells_which_answers_came_together():
    make_county()
    put_in_mailbox(count=5)
    mix(today=MONDAY)
    before = set(Response.objects.values_list("id", flat=True))
    put_in_mailbox(count=5)
    assert mix(today=MONDAY) == 5
    after = set(Response.objects.values_list("id", flat=True))
    assert len(after) == 10
    assert not before & after


def test_an_answer_whose_key_is_gone_waits_and_holds_up_no_other():
    make_county()
    put_in_mailbox(count=6)
    lost = MailboxAnswer.objects.first()
    assert lost
    MailboxAnswer.objects.filter(id=lost.id).update(sealed=b"x" * 100)
    assert mix(today=MONDAY) == 5
    assert MailboxAnswer.objects.get().id == lost.id


def test_the_record_keeps_no_day_of_arrival():
    assert not {"arrived_on", "created_at", "received_at"} & {field.name for field in Response._meta.get_fields()}


@pytest.mark.parametrize("is_mixed", [False, True])
def test_a_withdrawal_code_erases_its_answer_wherever_it_is(is_mixed):
    make_county()
    code = new_code()
    put_in_mailbox(count=4)
    put_in_mailbox(code=code)
    if is_mixed:
        mix(today=MONDAY)
    assert withdraw(code.lower().replace("-", " "))
    assert MailboxAnswer.objects.count() + Response.objects.count() == 4
    assert not withdraw(code)
    assert AuditEntry.objects.filter(action="response.withdrawn").count() == 1


@pytest.mark.parametrize("typed", ["", "7KQF-3MXP-9T2A", "nonsense", "0" * 12, "\x00", "7KQF" * 1000])
def test_an_unknown_code_erases_nothing(typed):
    make_county()
    put_in_mailbox(count=2)
    assert not withdraw(typed)
    assert MailboxAnswer.objects.count() == 2
    assert not AuditEntry.objects.filter(action="response.withdrawn").exists()
