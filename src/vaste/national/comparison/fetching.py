"""Fetch the country's comparison from the hub, and keep the newest that the hub signed."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import transaction

from vaste.core.audit import audit
from vaste.national.comparison.open_data import FIELDS, FORMAT, FORMAT_VERSION, canonical
from vaste.national.models import KeptComparison
from vaste.national.packages.layout import QUARTER
from vaste.national.packages.signing import KeyWrong, read_public, verify

_SECONDS_TO_CONNECT, _SECONDS_TO_ANSWER = 5.0, 10.0
_MOST_BYTES = 16 * 1024 * 1024
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_UNCHANGED, _NOTHING_YET = 304, 404


class NotFetched(Exception):
    """The country's comparison could not be fetched, or not be believed; what is kept stays. The message is one sentence for people."""


@dataclass(frozen=True)
class Fetched:
    """What the hub answered. tag: by which it tells next time whether it has another."""

    answer: str
    tag: str


class Publisher(Protocol):
    """Whoever publishes the comparison."""

    def fetch(self, tag: str) -> Fetched | None:
        """Return the newest comparison, or None where there is none, or none but the one with this tag. Raises NotFetched."""


@dataclass(frozen=True)
class HttpPublisher:
    """A hub over HTTPS."""

    url: str

    def fetch(self, tag: str) -> Fetched | None:
        """Ask for it in one request; an answer that is too large is given up."""
        parts = urlsplit(self.url)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise NotFetched("VASTE_HUB_URL must begin with https://. Nothing was fetched.")
        timeout = httpx.Timeout(_SECONDS_TO_ANSWER, connect=_SECONDS_TO_CONNECT)
        headers = {"If-None-Match": tag} if tag else {}
        try:
            with httpx.stream("GET", f"{self.url}/comparison/signed.json", headers=headers, timeout=timeout) as answer:
                if answer.status_code in {_UNCHANGED, _NOTHING_YET}:
                    return None
                answer.raise_for_status()
                return Fetched(_read(answer), answer.headers.get("ETag", "")[:80])
        except httpx.HTTPError as error:
            raise NotFetched(f"The hub did not answer with its comparison ({type(error).__name__}). What is kept stays.") from error


def _read(answer: httpx.Response) -> str:
    read = bytearray()
    for piece in answer.iter_bytes():
        read += piece
        if len(read) > _MOST_BYTES:
            raise NotFetched("The hub's comparison is larger than any can be. What is kept stays.")
    return read.decode(errors="replace")


def believed(answer: str, hub: Ed25519PublicKey) -> dict[str, Any]:
    """Return the comparison in an answer that the hub signed. Raises NotFetched."""
    try:
        told = json.loads(answer)
        comparison, key_id, signature = told["comparison"], str(told["key_id"]), str(told["signature"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotFetched("The hub answered with something that is no comparison. What is kept stays.") from error
    if not isinstance(comparison, dict) or not verify(hub, key_id, signature, canonical(comparison)):
        raise NotFetched("The comparison is not signed by the hub's key (VASTE_HUB_KEY). What is kept stays.")
    if (comparison.get("format"), comparison.get("format_version")) != (FORMAT, FORMAT_VERSION) or not _is_whole(comparison):
        raise NotFetched("The hub's comparison has a form that this version does not know. What is kept stays.")
    return comparison


def _is_whole(comparison: dict[str, Any]) -> bool:
    quarter, found = comparison.get("quarter"), comparison.get("records")
    if not isinstance(quarter, str) or not QUARTER.fullmatch(quarter) or not isinstance(found, list) or "calls" not in comparison:
        return False
    return all(isinstance(record, dict) and record.keys() >= FIELDS.keys() for record in found)


@transaction.atomic
def keep_comparison(*, fetched: Fetched, hub: Ed25519PublicKey, now: datetime, actor: str) -> bool:
    """Keep what the hub answered in the place of what was kept; tell whether it is another. Raises NotFetched.

    A quarter before the one that is kept is not taken: somebody may have kept an old answer, whose signature is as good as ever.
    """
    quarter = str(believed(fetched.answer, hub)["quarter"])
    kept = KeptComparison.objects.select_for_update().order_by("-quarter").first()
    if kept and quarter < kept.quarter:
        raise NotFetched(f"The hub answered with {quarter}, which is before {kept.quarter}. What is kept stays.")
    if kept and kept.answer == fetched.answer:
        return False
    KeptComparison.objects.all().delete()
    KeptComparison.objects.create(quarter=quarter, answer=fetched.answer, tag=fetched.tag, kept_at=now)
    audit(actor, "comparison.kept", f"comparison:{quarter}")
    return True


@dataclass(frozen=True)
class Kept:
    """The newest comparison that was fetched, and when; it was believed then."""

    comparison: dict[str, Any]
    kept_at: datetime


def kept_comparison() -> Kept | None:
    """Return the newest comparison that was fetched; None before the first."""
    kept = KeptComparison.objects.order_by("-quarter").first()
    return Kept(json.loads(kept.answer)["comparison"], kept.kept_at) if kept else None


def has_hub() -> bool:
    """Tell whether the settings name a hub and its key."""
    return bool(settings.HUB_URL and settings.HUB_KEY)


def fetch_comparison(*, publisher: Publisher, now: datetime) -> bool:
    """Fetch from a publisher and keep it; tell whether there was another. Raises NotFetched."""
    kept = KeptComparison.objects.order_by("-quarter").first()
    fetched = publisher.fetch(kept.tag if kept else "")
    try:
        return fetched is not None and keep_comparison(fetched=fetched, hub=read_public(settings.HUB_KEY), now=now, actor="worker")
    except KeyWrong as error:
        raise NotFetched(f"VASTE_HUB_KEY is wrong: {error} Nothing was kept.") from error
