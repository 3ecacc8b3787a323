"""Send an approved delivery and settle it by its receipt. It may be killed at any point and begun again."""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import transaction

from vaste.core.audit import audit
from vaste.national.deliveries.actions import move, subject
from vaste.national.deliveries.receiving import Doubt, HttpHub, NotDelivered, Receiver, Sent, what_receipt_says
from vaste.national.deliveries.rules import ENDS, DeliveryEvent, DeliveryState
from vaste.national.models import Delivery
from vaste.national.packages.signing import KeyWrong, read_public


def send_delivery(*, delivery: Delivery, receiver: Receiver, hub: Ed25519PublicKey, now: datetime, actor: str) -> DeliveryState:
    """Send a delivery's package and keep the receipt; return where it stands then. Raises DeliveryRefused, NotDelivered.

    That it leaves is noted before it does, and nothing goes over the network inside a transaction. When the answer is lost, the state
    stays `sent`, and the same bytes go again: the receiver gives the receipt of the first time.
    """
    with transaction.atomic():
        move(delivery, DeliveryEvent.SEND)
        delivery.sent_at = delivery.sent_at or now
        delivery.save(update_fields=["sent_at"])
        audit(actor, "delivery.sent", subject(delivery), sha256=delivery.package_sha256)
    assert delivery.package is not None
    answer = receiver.deliver(bytes(delivery.package))
    sent = Sent(delivery.county_id, delivery.campaign, delivery.version, delivery.package_sha256)
    event = what_receipt_says(answer, sent, hub)
    return _settle(delivery, event, answer, now, actor)


@transaction.atomic
def _settle(delivery: Delivery, event: DeliveryEvent, answer: str, now: datetime, actor: str) -> DeliveryState:
    """Keep the receipt, unless another sender of the same delivery was quicker."""
    state = DeliveryState(Delivery.objects.select_for_update().values_list("state", flat=True).get(pk=delivery.pk))
    if state in ENDS:
        return state
    move(delivery, event)
    delivery.receipt, delivery.settled_at = answer, now
    delivery.save(update_fields=["receipt", "settled_at"])
    audit(actor, f"delivery.{delivery.state}", subject(delivery), sha256=delivery.package_sha256)
    return DeliveryState(delivery.state)


def configured_hub() -> tuple[Receiver, Ed25519PublicKey]:
    """Return the hub that the settings name, and its key. Raises NotDelivered where they name none."""
    missing = [name for name, value in _needed().items() if not value]
    if missing:
        raise NotDelivered(Doubt.NO_HUB, f"No hub is known: {', '.join(missing)} must be set. Nothing was sent.")
    try:
        return HttpHub(settings.HUB_URL, settings.HUB_TOKEN, settings.HUB_SHOWS), read_public(settings.HUB_KEY)
    except KeyWrong as error:
        raise NotDelivered(Doubt.NO_HUB, f"VASTE_HUB_KEY is wrong: {error} Nothing was sent.") from error


def _needed() -> dict[str, str]:
    return {
        "VASTE_HUB_URL": settings.HUB_URL,
        "VASTE_HUB_TOKEN": settings.HUB_TOKEN,
        "VASTE_HUB_SHOWS": settings.HUB_SHOWS,
        "VASTE_HUB_KEY": settings.HUB_KEY,
    }
