"""Whether Vaste lives, and counts of what it does; nothing here holds a number, a text or an id."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from vaste.config.environment import writer_told_by_server
from vaste.core import clock
from vaste.messaging.alarms import Standing, Waiting, raised
from vaste.messaging.models import AccountHour, InboundPart, OutboundMessage
from vaste.messaging.queries import standings, what_waits
from vaste.responses.models import MailboxAnswer
from vaste.survey_pages.handing import is_writer_there


def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "the database does not answer"}, status=503)
    return JsonResponse({"status": "ok"})


def metrics(_request: HttpRequest) -> HttpResponse:
    """Return what the queues hold, how accounts stand and what needs attention, for Prometheus."""
    registry, now = CollectorRegistry(), clock.now()
    accounts, waiting = standings(now=now), what_waits(now=now)
    _tell_queues(registry, waiting)
    _tell_accounts(registry, accounts)
    _tell_this_hour(registry, now)
    _tell_alarms(registry, accounts, waiting)
    _tell_writer(registry)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _tell_queues(registry: CollectorRegistry, waiting: Waiting) -> None:
    messages = Gauge("vaste_outbound_messages", "Messages in the outbox by class and state", ["message_class", "state"], registry=registry)
    rows = OutboundMessage.objects.values_list("message_class", "state").annotate(count=Count("id")).order_by()
    for message_class, state, count in rows:
        messages.labels(message_class, state).set(count)
    Gauge("vaste_inbound_waiting", "Parts of replies not handled yet", registry=registry).set(InboundPart.objects.count())
    Gauge("vaste_mailbox_answers", "Answers waiting for the mix", registry=registry).set(MailboxAnswer.objects.count())
    queue_age = Gauge("vaste_queue_age_seconds", "How long the oldest message that is due has waited", registry=registry)
    queue_age.set(waiting.oldest_message.total_seconds())
    reply_age = Gauge("vaste_reply_age_seconds", "How long the oldest reply that nobody has read has waited", registry=registry)
    reply_age.set(waiting.oldest_reply.total_seconds())


def _tell_accounts(registry: CollectorRegistry, accounts: Sequence[Standing]) -> None:
    connected = Gauge("vaste_account_connected", "1 while an account is connected and its worker lives", ["account"], registry=registry)
    weight = Gauge("vaste_account_weight", "Share of the traffic beside other accounts, 100 in full", ["account"], registry=registry)
    for account in accounts:
        connected.labels(account.account).set(account.is_connected and not account.is_silent)
        weight.labels(account.account).set(account.weight)


def _tell_this_hour(registry: CollectorRegistry, now: datetime) -> None:
    what = "What became of messages handed over in the present hour; delivered and soon: according to the operator"
    counts = Gauge("vaste_hour_messages", what, ["account", "what", "status"], registry=registry)
    for row in AccountHour.objects.filter(hour__gt=now - timedelta(hours=1)):
        counts.labels(row.account, row.what, row.status).set(row.messages)


def _tell_alarms(registry: CollectorRegistry, accounts: Sequence[Standing], waiting: Waiting) -> None:
    gauge = Gauge("vaste_alarm", "1 while something needs attention", ["alarm", "account"], registry=registry)
    for found in raised(accounts, waiting, queue_limit=settings.QUEUE_ALARM_AFTER):
        gauge.labels(found.alarm.value, found.account).set(1)


def _tell_writer(registry: CollectorRegistry) -> None:
    address = writer_told_by_server()
    if address:
        there = Gauge(
            "vaste_answer_writer", "1 while the process that writes for those that serve takes what they write", registry=registry
        )
        there.set(is_writer_there(address))
