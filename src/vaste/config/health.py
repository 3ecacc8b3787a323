"""Whether Vaste lives, and counts of what it does; nothing here holds a number, a text or an id."""

from django.db import DatabaseError, connection
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from vaste.messaging.models import InboundPart, OutboundMessage
from vaste.responses.models import MailboxAnswer


def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "the database does not answer"}, status=503)
    return JsonResponse({"status": "ok"})


def metrics(_request: HttpRequest) -> HttpResponse:
    """Return what the queues hold, for Prometheus."""
    registry = CollectorRegistry()
    messages = Gauge("vaste_outbound_messages", "Messages in the outbox by class and state", ["message_class", "state"], registry=registry)
    rows = OutboundMessage.objects.values_list("message_class", "state").annotate(count=Count("id")).order_by()
    for message_class, state, count in rows:
        messages.labels(message_class, state).set(count)
    Gauge("vaste_inbound_waiting", "Parts of replies not handled yet", registry=registry).set(InboundPart.objects.count())
    Gauge("vaste_mailbox_answers", "Answers waiting for the mix", registry=registry).set(MailboxAnswer.objects.count())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
