"""Let a county deliver, and take its deliveries in: each version once, however often it comes and wherever the hub was killed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from vaste.core.audit import audit
from vaste.core.ids import new_secret
from vaste.national.counties import organisations
from vaste.national.hub.keys import hub_key, hub_token, token_hashes
from vaste.national.hub.models import HubCounty, ReceivedDelivery
from vaste.national.hub.receipts import Receipt, ReceiptState, moment, signed
from vaste.national.hub.rules import Newest, VersionReason, why_not_take
from vaste.national.hub.store import keep_package
from vaste.national.packages.layout import ALL, Manifest, manifest_bytes
from vaste.national.packages.reading import Package, read_package
from vaste.national.packages.refusal import PackageRefused, Reason
from vaste.national.packages.signing import read_public

_ACCEPTED = "The delivery was taken in."


class CountyUnknown(ValueError):
    """No organisation has this code, or it may not deliver; the message is one sentence for people."""


@dataclass(frozen=True)
class Tokens:
    """What a county needs, shown once: its own token, and the one by which it knows the hub."""

    county: str
    hub: str


@dataclass(frozen=True)
class Answer:
    """What the hub answers. receipt: JSON, signed. is_new: whether something was taken in that was not there before."""

    receipt: str
    is_accepted: bool
    is_new: bool = False
    reason: str | None = None


@transaction.atomic
def open_county(*, code: str, public_keys: Sequence[str], actor: str, today: date) -> Tokens:
    """Let an organisation deliver packages signed by any of some keys, in the place of what it had; return its new tokens.

    Raises CountyUnknown, and KeyWrong (a ValueError too) for what is no public key.
    """
    if code not in organisations():
        raise CountyUnknown(f"There is no organisation of the code {code}. Known are {', '.join(organisations())}.")
    for written in public_keys:
        read_public(written)
    token = new_secret()
    token_hash = token_hashes(token)[0]
    values = {"token_hash": token_hash, "public_keys": "\n".join(public_keys), "added_on": today, "removed_on": None}
    HubCounty.objects.update_or_create(code=code, defaults=values)
    audit(actor, "hub.county_opened", code, keys=len(public_keys))
    return Tokens(token, hub_token(code, token_hash))


@transaction.atomic
def close_county(*, code: str, actor: str, today: date) -> None:
    """Take an organisation's right to deliver back; what it has delivered stays. Raises CountyUnknown."""
    if not HubCounty.objects.filter(code=code, removed_on=None).update(removed_on=today):
        raise CountyUnknown(f"No organisation of the code {code} may deliver.")
    audit(actor, "hub.county_closed", code)


def county_of(token: str) -> HubCounty | None:
    """Return who may deliver by a token, or None."""
    return HubCounty.objects.filter(token_hash__in=token_hashes(token), removed_on=None).first()


def receive(county: HubCounty, packed: bytes, *, now: datetime) -> Answer:
    """Take a package in, or refuse it; bytes that were taken in before get the receipt they got then.

    Of a refused package nothing is kept but the reason, in the audit.
    """
    sha256 = hashlib.sha256(packed).hexdigest()
    known = _known(county, sha256)
    if known:
        return known
    try:
        package = read_package(packed, [read_public(key) for key in county.public_keys.split()], county=county.code)
    except PackageRefused as refusal:
        return refuse(county, refusal.code, refusal.sentence, now=now, package_sha256=sha256)
    return _take(county, package, packed, sha256, now)


def _known(county: HubCounty, sha256: str) -> Answer | None:
    delivery = ReceivedDelivery.objects.filter(county=county, package_sha256=sha256).first()
    return Answer(delivery.receipt, is_accepted=True) if delivery else None


def refuse(
    county: HubCounty,
    reason: Reason | VersionReason,
    sentence: str,
    *,
    now: datetime,
    package_sha256: str | None = None,
    package: Package | None = None,
) -> Answer:
    """Return the receipt of a package that is not taken in, and note that there was one."""
    audit(f"county:{county.code}", "hub.delivery_refused", county.code, reason=reason.value)
    receipt = Receipt(
        county=county.code,
        campaign=package.manifest.campaign if package else None,
        version=package.manifest.version if package else None,
        package_sha256=package_sha256,
        manifest_sha256=package.manifest_sha256 if package else None,
        state=ReceiptState.REFUSED,
        reason=reason.value,
        sentence=f"{sentence} Nothing was kept.",
        received=moment(now),
    )
    return Answer(signed(receipt, hub_key()), is_accepted=False, reason=reason.value)


def _take(county: HubCounty, package: Package, packed: bytes, sha256: str, now: datetime) -> Answer:
    """Keep a package and its row. The file is safe on the disk before the row is committed, and the row before anybody is answered."""
    with transaction.atomic():
        HubCounty.objects.select_for_update().get(id=county.id)  # versions of one county come one after another
        known = _known(county, sha256)
        if known:
            return known
        refusal = why_not_take(_newest(county, package.manifest), version=package.manifest.version, replaces=package.manifest.replaces)
        if refusal is None:
            keep_package(packed, sha256)
            return note_delivery(county, package, size=len(packed), sha256=sha256, now=now)
    return refuse(county, *refusal, now=now, package_sha256=sha256, package=package)


def _newest(county: HubCounty, manifest: Manifest) -> Newest | None:
    newest = ReceivedDelivery.objects.filter(county=county, campaign=manifest.campaign).order_by("-version").first()
    return Newest(newest.version, newest.manifest_sha256) if newest else None


@transaction.atomic
def note_delivery(county: HubCounty, package: Package, *, size: int, sha256: str, now: datetime) -> Answer:
    """Insert a delivery's row with its receipt. size: of the package in bytes; sha256: its checksum."""
    manifest = package.manifest
    receipt = Receipt(
        county=county.code,
        campaign=manifest.campaign,
        version=manifest.version,
        package_sha256=sha256,
        manifest_sha256=package.manifest_sha256,
        state=ReceiptState.ACCEPTED,
        reason=None,
        sentence=_ACCEPTED,
        received=moment(now),
    )
    answer = signed(receipt, hub_key())
    ReceivedDelivery.objects.create(
        county=county,
        campaign=manifest.campaign,
        version=manifest.version,
        manifest_sha256=package.manifest_sha256,
        package_sha256=sha256,
        package_bytes=size,
        manifest=manifest_bytes(manifest).decode(),
        first_quarter=manifest.period.first,
        last_quarter=manifest.period.last,
        n=_respondents(package),
        contract_rows=package.contract_rows,
        received_at=now,
        receipt=answer,
    )
    audit(f"county:{county.code}", "hub.delivery_taken", county.code, version=manifest.version, bytes=size)
    return Answer(answer, is_accepted=True, is_new=True)


def _respondents(package: Package) -> int | None:
    """Return how many answered in all, or None where that is hidden or not told by one cell."""
    quarters = {row["quarter"] for row in package.tables["services"]}
    quarter = ALL if len(quarters) > 1 else next(iter(quarters), None)
    for row in package.tables["services"]:
        if (row["service"], row["quarter"], row["age"], row["language"]) == (ALL, quarter, ALL, ALL):
            return row["n"] if isinstance(row["n"], int) else None
    return None
