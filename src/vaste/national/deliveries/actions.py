"""Draft, check, approve and give up deliveries. Each is audited; what leaves the county is decided here."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, transaction

from vaste.core.audit import audit
from vaste.invitations.campaigns.queries import unit_oids
from vaste.invitations.models import Campaign
from vaste.national.cubes.protecting import DeliveryStopped
from vaste.national.deliveries.making import Made, earlier_deliveries, make_package, sealed_release
from vaste.national.deliveries.rules import DeliveryEvent, DeliveryRefused, DeliveryState, Version, moved, next_version, why_not_approve
from vaste.national.models import Delivery
from vaste.organisations.models import County, User


def new_delivery(*, campaign: Campaign, is_correction: bool, with_rows: bool = False, now: datetime, by: User | None) -> Delivery:
    """Return the next delivery of a campaign, not stored. Raises DeliveryRefused where none may follow.

    with_rows: single answers go along, under contract; the county's settings must allow it.
    """
    if with_rows and not campaign.county.settings.delivering.rows:
        raise DeliveryRefused("Single answers may not be delivered: the county's setting delivering.rows is off. Nothing was changed.")
    own = list(Delivery.objects.filter(county_id=campaign.county_id, campaign=campaign.key))
    versions = [Version(each.version, DeliveryState(each.state), each.manifest_sha256) for each in own]
    following = next_version(versions, is_correction=is_correction)
    replaces = following.replaces
    return Delivery(
        county=campaign.county,
        campaign=campaign.key,
        version=following.number,
        replaces=next(each for each in own if each.version == replaces.number) if replaces else None,
        instrument=campaign.instrument,
        first_quarter=campaign.quarters[0],
        last_quarter=campaign.quarters[-1],
        unit_oids=" ".join(unit_oids(campaign)),
        with_rows=with_rows,
        drafted_by=by,
        drafted_at=now,
    )


def draft_delivery(
    *, campaign: Campaign, is_correction: bool = False, with_rows: bool = False, now: datetime, actor: str, by: User | None = None
) -> Delivery:
    """Begin the next delivery of a campaign. Raises DeliveryRefused."""
    try:
        with transaction.atomic():
            County.objects.select_for_update().get(pk=campaign.county_id)  # of two who begin at once, the second sees the first
            delivery = new_delivery(campaign=campaign, is_correction=is_correction, with_rows=with_rows, now=now, by=by)
            delivery.save()
            audit(actor, "delivery.drafted", subject(delivery), campaign=str(campaign.pk), version=delivery.version, rows=with_rows)
    except IntegrityError as error:
        raise DeliveryRefused("Somebody else has just begun a delivery of this campaign. Nothing was changed.") from error
    return delivery


def check_delivery(*, delivery: Delivery, private_key: Ed25519PrivateKey, now: datetime, actor: str) -> Made:
    """Make the package of a draft, audit it, and keep it. Raises DeliveryStopped with the cells in the way, DeliveryRefused.

    Made outside the transaction, which may take a minute; kept only if nothing else was delivered meanwhile.
    """
    moved(DeliveryState(delivery.state), DeliveryEvent.CHECK)
    try:
        made = make_package(delivery, private_key)
    except DeliveryStopped as stopped:
        with transaction.atomic():
            Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.DRAFT).update(problem=_written(stopped))
            audit(actor, "delivery.stopped", subject(delivery), cells=len(stopped.cells))
        raise
    with transaction.atomic():
        move(delivery, DeliveryEvent.CHECK)
        if _ids(earlier_deliveries(delivery)) != _ids(made.earlier):
            raise DeliveryRefused("Another delivery was made in the meantime. Nothing was kept; check this one again.")
        delivery.package, delivery.manifest_sha256 = made.package, made.manifest_sha256
        delivery.package_sha256 = hashlib.sha256(made.package).hexdigest()
        delivery.counts, delivery.problem, delivery.checked_at = sealed_release(delivery, made.release), "", now
        delivery.save()
        audit(actor, "delivery.checked", subject(delivery), sha256=delivery.package_sha256)
    return made


def _written(stopped: DeliveryStopped) -> str:
    return json.dumps({"code": stopped.code, "sentence": str(stopped), "cells": stopped.cells}, ensure_ascii=False)


def _ids(deliveries: Sequence[Delivery]) -> list[object]:
    return [each.pk for each in deliveries]


@transaction.atomic
def approve_delivery(*, delivery: Delivery, by: User, now: datetime) -> None:
    """Let a checked delivery be sent. Raises DeliveryRefused when its drafter does it, or when it is not to be approved."""
    refusal = why_not_approve(drafted_by=delivery.drafted_by_id, approver=by.pk)
    if refusal:
        raise DeliveryRefused(refusal)
    move(delivery, DeliveryEvent.APPROVE)
    delivery.approved_by, delivery.approved_at = by, now
    delivery.save(update_fields=["state", "approved_by", "approved_at"])
    audit(str(by.pk), "delivery.approved", subject(delivery), sha256=delivery.package_sha256)


@transaction.atomic
def cancel_delivery(*, delivery: Delivery, now: datetime, actor: str) -> None:
    """Give up a delivery that has not been sent; its package is forgotten. Raises DeliveryRefused."""
    move(delivery, DeliveryEvent.CANCEL)
    delivery.package, delivery.counts, delivery.settled_at = None, None, now
    delivery.save(update_fields=["state", "package", "counts", "settled_at"])
    audit(actor, "delivery.cancelled", subject(delivery))


def move(delivery: Delivery, event: DeliveryEvent) -> None:
    """Move a delivery's row on, which is locked, and its state here with it. Raises DeliveryRefused."""
    County.objects.select_for_update().get(pk=delivery.county_id)  # one at a time in a county: each looks at the others
    state = DeliveryState(Delivery.objects.select_for_update().values_list("state", flat=True).get(pk=delivery.pk))
    delivery.state = moved(state, event)
    Delivery.objects.filter(pk=delivery.pk).update(state=delivery.state)


def subject(delivery: Delivery) -> str:
    """Return what the audit calls a delivery."""
    return f"delivery:{delivery.pk}"
