"""What comments are about is written beside them, and people of staff have the last word."""

import pytest
from tests.factories import HEALTH_STATION, make_county
from tests.record import record

from vaste.core.models import AuditEntry
from vaste.free_text.classifier import packaged_weights
from vaste.free_text.labels import Sentiment, Theme
from vaste.free_text.training import Example
from vaste.organisations.models import User
from vaste.responses.actions import mix
from vaste.responses.models import Response
from vaste.responses.reading import correct_reading, present_weights, read_waiting_comments, retrain
from vaste.responses.tests.test_mix import MONDAY, put_in_mailbox

pytestmark = pytest.mark.django_db


def never() -> bool:
    return False


def test_a_comment_is_read_once():
    make_county()
    record(free_text="Jonotin puhelimessa kauan.")
    assert read_waiting_comments(is_time_over=never) == 1
    row = Response.objects.get()
    assert (row.text_language, row.themes, row.sentiment) == ("fi", "waiting", "negative")
    assert row.text_method
    assert read_waiting_comments(is_time_over=never) == 0


def test_an_answer_without_a_comment_has_nothing_to_read():
    make_county()
    record()
    assert read_waiting_comments(is_time_over=never) == 0
    assert not Response.objects.get().text_method


def test_reading_ends_when_the_time_is_over_and_goes_on_later():
    make_county()
    record(3, free_text="Kiitos!")
    assert read_waiting_comments(is_time_over=lambda: True) == 1
    assert read_waiting_comments(is_time_over=never) == 2


@pytest.mark.django_db(transaction=True)
def test_comments_from_the_mailbox_wait_to_be_read_and_what_was_read_walks_along_when_rows_are_written_anew():
    make_county()
    put_in_mailbox(count=5)
    mix(today=MONDAY)
    assert read_waiting_comments(is_time_over=never) == 5
    before = set(Response.objects.values_list("free_text", "text_language", "text_method"))
    put_in_mailbox(count=5)
    mix(today=MONDAY)
    read = Response.objects.filter(awaits_reading=False)
    assert set(read.values_list("free_text", "text_language", "text_method")) == before
    assert Response.objects.filter(awaits_reading=True).count() == 5


def test_what_staff_say_stays_and_the_audit_does_not_repeat_it():
    make_county()
    record(free_text="Odotin kaksi tuntia.")
    user = User.objects.create(email="staff@example.fi")
    read_waiting_comments(is_time_over=never)
    assert correct_reading(response=Response.objects.get(), themes=[Theme.STAFF, Theme.CARE], sentiment=Sentiment.NEUTRAL, by=user)
    row = Response.objects.get()
    assert (row.themes, row.sentiment, row.text_method) == ("care;staff", "neutral", Response.STAFF)
    assert read_waiting_comments(is_time_over=never) == 0
    entry = AuditEntry.objects.get(action="comment.corrected")
    assert (entry.actor, entry.details) == (str(user.pk), "{}")


def test_a_comment_that_has_gone_is_not_corrected():
    make_county()
    record(free_text="Kiitos!", unit=HEALTH_STATION)
    user = User.objects.create(email="staff@example.fi")
    row = Response.objects.get()
    Response.objects.all().delete()
    assert not correct_reading(response=row, themes=[], sentiment=Sentiment.NEUTRAL, by=user)
    assert not AuditEntry.objects.filter(action="comment.corrected").exists()


def test_what_staff_say_teaches_the_method_and_the_other_comments_are_read_anew(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    make_county()
    record(free_text="Odotin kaksi tuntia.")
    user = User.objects.create(email="staff@example.fi")
    correct_reading(response=Response.objects.get(), themes=[Theme.WAITING], sentiment=Sentiment.NEGATIVE, by=user)
    record(free_text="Ystävällinen henkilökunta!")
    read_waiting_comments(is_time_over=never)
    base = [
        Example("Kallis lasku", "fi", frozenset({theme}), sentiment)
        for theme in Theme
        for sentiment in (Sentiment.POSITIVE, Sentiment.NEUTRAL, Sentiment.NEGATIVE)
    ]
    weights = retrain(base=base, actor="command")
    assert present_weights().version == weights.version != packaged_weights().version
    assert list(Response.objects.filter(awaits_reading=True).values_list("free_text", flat=True)) == ["Ystävällinen henkilökunta!"]
    assert AuditEntry.objects.get(action="comments.method_trained").details == '{"corrected": 1, "read_anew": 1}'
