"""Pages on deliveries, for people who see a whole county: begin and check, approve as the second person, send, correct."""

import json
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from vaste.core import clock
from vaste.core.audit import audit
from vaste.invitations.models import Campaign
from vaste.national.cubes.protecting import DeliveryStopped
from vaste.national.deliveries.actions import approve_delivery, cancel_delivery, check_delivery, draft_delivery, subject
from vaste.national.deliveries.keys import delivery_key
from vaste.national.deliveries.receiving import NotDelivered
from vaste.national.deliveries.rules import ENDS, TRANSITIONS, DeliveryEvent, DeliveryRefused, DeliveryState
from vaste.national.deliveries.sending import configured_hub, send_delivery
from vaste.national.models import Delivery
from vaste.national.packages.archive import unpack
from vaste.national.packages.signing import KeyWrong
from vaste.organisations.formats import day
from vaste.organisations.models import County, User
from vaste.organisations.staff_pages import reader_language, staff_page
from vaste.organisations.words import Words, load_words

_TEXTS = Path(__file__).parent / "deliveries.toml"
_WAITS = (DeliveryState.DRAFT, DeliveryState.CHECKED, DeliveryState.APPROVED, DeliveryState.SENT)


@require_http_methods(["GET", "POST"])
@login_required
def show_deliveries(request: HttpRequest) -> HttpResponse:
    """Show every delivery of the reader's counties; a POST begins and checks one."""
    user, words = _reader(request)
    if request.method != "POST":
        return _list(request, user, words)
    campaign = next((each for each in _to_begin(user) if str(each.pk) == request.POST.get("campaign")), None)
    if campaign is None:
        return _list(request, user, words, problem=words["moved_on"], status=HTTPStatus.CONFLICT)
    try:
        delivery = draft_delivery(campaign=campaign, now=clock.now(), actor=str(user.pk), by=user)
    except DeliveryRefused:
        return _list(request, user, words, problem=words["moved_on"], status=HTTPStatus.CONFLICT)
    return _after(request, delivery, user, words, _check)


def _reader(request: HttpRequest) -> tuple[User, Words]:
    assert isinstance(request.user, User)
    if not request.user.counties().exists():
        raise Http404
    return request.user, load_words(_TEXTS)[reader_language(request)]


def _to_begin(user: User) -> list[Campaign]:
    """Return the campaigns that have no delivery, or none that is under way or was accepted."""
    taken = Delivery.objects.exclude(state__in=(DeliveryState.REFUSED, DeliveryState.CANCELLED)).values_list("county", "campaign")
    campaigns = Campaign.objects.filter(county__in=user.counties()).select_related("county")
    return [each for each in campaigns if (each.county_id, each.key) not in set(taken)]


def _list(request: HttpRequest, user: User, words: Words, *, problem: str = "", status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    own = list(_own(user))
    names = _names(own)
    waiting = sum(each.state in _WAITS for each in own)
    context = {
        "page": "deliveries",
        "words": words,
        "problem": problem,
        "heading": words["heading" if waiting else "heading_calm" if own else "heading_none"].format(waiting=waiting),
        "campaigns": _to_begin(user),
        "rows": [
            {
                "id": each.pk,
                "campaign": names[each.county_id, each.campaign],
                "version": each.version,
                "period": _period(each),
                "state": words[f"state_{each.state}"],
                "begun": _when(each.drafted_at, each.county),
            }
            for each in own
        ],
    }
    return staff_page(request, "national/deliveries.html", context, status=status)


def _own(user: User) -> Any:
    return (
        Delivery.objects.filter(county__in=user.counties()).select_related("county", "drafted_by", "approved_by").defer("package", "counts")
    )


def _names(deliveries: list[Delivery]) -> dict[tuple[str, str], str]:
    known = {(each.county_id, each.key): each.name for each in Campaign.objects.filter(county__in={each.county_id for each in deliveries})}
    return {(each.county_id, each.campaign): known.get((each.county_id, each.campaign), each.campaign) for each in deliveries}


def _period(delivery: Delivery) -> str:
    ends = (delivery.first_quarter, delivery.last_quarter)
    return ends[0] if ends[0] == ends[1] else "–".join(ends)


def _when(moment: datetime | None, county: County) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(county.settings.zone)
    return f"{day(local.date())} {local:%H:%M}"


@require_http_methods(["GET", "POST"])
@login_required
def show_delivery(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Show where a delivery stands and what its package tells; a POST moves it on."""
    user, words = _reader(request)
    delivery = get_object_or_404(_own(user), pk=delivery_id)
    if request.method != "POST":
        return _page(request, delivery, user, words)
    act = {"check": _check, "approve": _approve, "send": _send, "cancel": _cancel, "correct": _correct}.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    return _after(request, delivery, user, words, act)


Act = Callable[[Delivery, User], Delivery]


def _after(request: HttpRequest, delivery: Delivery, user: User, words: Words, act: Act) -> HttpResponse:
    """Do something with a delivery and show what came of it."""
    try:
        delivery = act(delivery, user)
    except DeliveryStopped:
        pass  # the page says what stopped it
    except DeliveryRefused:
        delivery.refresh_from_db()
        return _page(request, delivery, user, words, problem=words["moved_on"], status=HTTPStatus.CONFLICT)
    except KeyWrong:
        return _page(request, delivery, user, words, problem=words["key_wrong"], status=HTTPStatus.SERVICE_UNAVAILABLE)
    except NotDelivered as error:
        delivery.refresh_from_db()
        return _page(request, delivery, user, words, problem=words[f"doubt_{error.doubt}"], status=HTTPStatus.BAD_GATEWAY)
    return HttpResponseRedirect(reverse("deliveries:delivery", args=[delivery.pk]))


def _check(delivery: Delivery, user: User) -> Delivery:
    check_delivery(delivery=delivery, private_key=delivery_key(), now=clock.now(), actor=str(user.pk))
    return delivery


def _approve(delivery: Delivery, user: User) -> Delivery:
    approve_delivery(delivery=delivery, by=user, now=clock.now())
    return delivery


def _send(delivery: Delivery, user: User) -> Delivery:
    receiver, hub = configured_hub()
    send_delivery(delivery=delivery, receiver=receiver, hub=hub, now=clock.now(), actor=str(user.pk))
    return delivery


def _cancel(delivery: Delivery, user: User) -> Delivery:
    cancel_delivery(delivery=delivery, now=clock.now(), actor=str(user.pk))
    return delivery


def _correct(delivery: Delivery, user: User) -> Delivery:
    campaign = get_object_or_404(Campaign, county=delivery.county_id, key=delivery.campaign)
    following = draft_delivery(campaign=campaign, is_correction=True, now=clock.now(), actor=str(user.pk), by=user)
    try:
        return _check(following, user)
    except DeliveryStopped:
        return following


def _page(
    request: HttpRequest, delivery: Delivery, user: User, words: Words, *, problem: str = "", status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    name = f"{_names([delivery])[delivery.county_id, delivery.campaign]} {_period(delivery)}"
    stopped = json.loads(delivery.problem) if delivery.problem else None
    is_stopped = stopped is not None and delivery.state == DeliveryState.DRAFT
    context = {
        "page": "deliveries",
        "words": words,
        "id": delivery.pk,
        "problem": problem,
        "finding": words["finding_stopped" if is_stopped else f"finding_{delivery.state}"].format(name=name),
        "stopped": words[f"stop_{stopped['code']}"] if is_stopped and stopped else "",
        "cells": stopped["cells"] if is_stopped and stopped else [],
        "facts": _facts(delivery, words),
        "acts": list(_acts(delivery, user, words)),
        "is_own": delivery.state == DeliveryState.CHECKED and delivery.drafted_by_id == user.pk,
        "statement": _statement(delivery, reader_language(request)),
        "sha256": delivery.package_sha256,
        "receipt": _receipt(delivery, words),
    }
    return staff_page(request, "national/delivery.html", context, status=status)


def _receipt(delivery: Delivery, words: Words) -> dict[str, str]:
    """Return what the receipt says, in the reader's language by its code, and as the receiver wrote it; empty where none has come."""
    if not delivery.receipt:
        return {}
    receipt = json.loads(delivery.receipt)["receipt"]
    is_refused = delivery.state == DeliveryState.REFUSED
    return {
        "told": words["receipt_refused" if is_refused else "receipt_accepted"],
        "reason": words.get(f"reason_{receipt.get('reason')}", ""),  # a hub may know reasons that we do not
        "own_words": receipt.get("sentence", "") if is_refused else "",
    }


def _facts(delivery: Delivery, words: Words) -> list[tuple[str, str]]:
    moments = {"sent": delivery.sent_at, "settled": delivery.settled_at}
    drafted_by = delivery.drafted_by.email if delivery.drafted_by else words["by_command"]
    facts = [
        (words["version"], str(delivery.version)),
        (words["period"], _period(delivery)),
        (words["begun"], f"{_when(delivery.drafted_at, delivery.county)}, {drafted_by}"),
    ]
    if delivery.approved_by:
        facts.append((words["approved"], f"{delivery.approved_by.email}, {_when(delivery.approved_at, delivery.county)}"))
    return facts + [(words[name], _when(moment, delivery.county)) for name, moment in moments.items() if moment]


def _acts(delivery: Delivery, user: User, words: Words) -> Any:
    """Yield what this person can do with a delivery now, the usual first."""
    state = DeliveryState(delivery.state)
    can = {event for (before, event) in TRANSITIONS if before is state}
    if DeliveryEvent.CHECK in can:
        yield {"name": "check", "label": words["check"], "hint": words["begin_hint"], "is_main": True}
    if DeliveryEvent.APPROVE in can and delivery.drafted_by_id != user.pk:
        yield {"name": "approve", "label": words["approve"], "hint": words["approve_hint"], "is_main": True}
    if DeliveryEvent.SEND in can:
        again = state is DeliveryState.SENT
        yield {
            "name": "send",
            "label": words["send_again" if again else "send"],
            "hint": words["send_again_hint"] if again else "",
            "is_main": True,
        }
    if state is DeliveryState.RECEIPT and not _is_followed(delivery):
        yield {"name": "correct", "label": words["correct"], "hint": words["correct_hint"], "is_main": False}
    if DeliveryEvent.CANCEL in can:
        yield {"name": "cancel", "label": words["cancel"], "hint": words["cancel_hint"], "is_main": False}


def _is_followed(delivery: Delivery) -> bool:
    later = Delivery.objects.filter(county_id=delivery.county_id, campaign=delivery.campaign, version__gt=delivery.version)
    return later.exclude(state__in=ENDS - {DeliveryState.RECEIPT}).exists()


def _statement(delivery: Delivery, language: str) -> list[str]:
    """Return the lines of the statement that goes with the package, without its title."""
    if not delivery.package_sha256 or delivery.package is None:
        return []
    return unpack(bytes(delivery.package))[f"statement.{language}.txt"].decode().splitlines()[2:]


@require_safe
@login_required
def fetch_package(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Give the package as it is, or was, sent; audited."""
    user, _ = _reader(request)
    delivery = get_object_or_404(_own(user), pk=delivery_id, package__isnull=False)
    assert delivery.package is not None
    audit(str(user.pk), "delivery.fetched", subject(delivery), sha256=delivery.package_sha256)
    response = HttpResponse(bytes(delivery.package), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="vaste-{delivery.campaign}-{delivery.version}.zip"'
    return response
