"""The hub over HTTP: deliveries in, receipts out, and who has delivered."""

import json
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from vaste.core import clock
from vaste.national.hub.actions import Answer, county_of, receive, refuse
from vaste.national.hub.completeness import Campaign, Standing, completeness, delivered_quarters, standing_json
from vaste.national.hub.following import follower
from vaste.national.hub.keys import hub_key, hub_token
from vaste.national.hub.limits import BodyLate, Gate, Room, TooBusy
from vaste.national.hub.models import HubCounty
from vaste.national.hub.rules import VersionReason
from vaste.national.packages.layout import MOST_PACKED_BYTES
from vaste.national.packages.refusal import Reason
from vaste.national.packages.signing import key_id, written_public
from vaste.organisations.formats import number
from vaste.organisations.public_pages import public_frame
from vaste.organisations.words import Words, load_words

_TEXTS = Path(__file__).parent / "hub.toml"
_CHUNK_BYTES = 64 * 1024
_RETRY_SECONDS = "10"
_SHOWN_QUARTERS = 6

gate = Gate()
View = Callable[..., HttpResponse]


class _BodyCut(Exception):
    """The body ended before it was whole."""


def _for_county(view: View) -> View:
    """Answer only who shows a county's token, and show the hub's in return."""

    def answered(request: HttpRequest, **arguments: str) -> HttpResponse:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        county = county_of(token.strip()) if scheme.lower() == "bearer" and token.strip() else None
        if county is None:
            return _told(HTTPStatus.UNAUTHORIZED, "token", "The token is missing or unknown.", **{"WWW-Authenticate": "Bearer"})
        response = view(request, county, **arguments)
        response.headers["Vaste-Hub-Token"] = hub_token(county.code, bytes(county.token_hash))
        return response

    return answered


def _told(status: HTTPStatus, code: str, sentence: str, **headers: str) -> HttpResponse:
    return JsonResponse({"error": code, "sentence": sentence}, status=status, headers=headers)


@csrf_exempt
@require_POST
@_for_county
def deliver(request: HttpRequest, county: HubCounty) -> HttpResponse:
    """Take a package in: 201 new, 200 taken in before, 4xx refused; each with a signed receipt. 429 and 503: later."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or request.META.get("HTTP_TRANSFER_ENCODING"):
        return _told(HTTPStatus.LENGTH_REQUIRED, "length", "The request must say how long its body is.")
    if int(length) > MOST_PACKED_BYTES:
        sentence = f"The package has more than {MOST_PACKED_BYTES // 1024 // 1024} MB."
        return _receipt(refuse(county, Reason.TOO_LARGE, sentence, now=clock.now()))
    if gate.is_stopped(county.code):
        return _told(HTTPStatus.TOO_MANY_REQUESTS, "refusals", "Too many packages of this county were refused.", **{"Retry-After": "600"})
    try:
        with gate.entered(county.code, int(length)) as room:
            return _receipt(_received(request, county, room))
    except TooBusy:
        sentence = "The hub has no room for this package now. Send it again."
        return _told(HTTPStatus.SERVICE_UNAVAILABLE, "busy", sentence, **{"Retry-After": _RETRY_SECONDS})
    except BodyLate:
        return _told(HTTPStatus.REQUEST_TIMEOUT, "late", "The package took too long to come. Send it again.")


def _received(request: HttpRequest, county: HubCounty, room: Room) -> Answer:
    try:
        packed = _body(request, room)
    except _BodyCut:
        return refuse(county, Reason.DAMAGED, "The package was cut on its way.", now=clock.now())
    with gate.reading():
        answer = receive(county, packed, now=clock.now())
    if answer.is_new:
        follower.call()
    if not answer.is_accepted:
        gate.note_refusal(county.code)
    return answer


def _body(request: HttpRequest, room: Room) -> bytes:
    """Return the body, read piece by piece and never more than it claims. Raises _BodyCut, BodyLate."""
    missing = room.length
    while missing:
        try:
            piece = request.read(min(missing, _CHUNK_BYTES))
        except OSError as error:
            raise _BodyCut from error
        if not piece:
            raise _BodyCut
        room.put(piece)
        missing -= len(piece)
    return room.take()


def _receipt(answer: Answer) -> HttpResponse:
    return HttpResponse(answer.receipt.encode(), status=_status(answer), content_type="application/json")


def _status(answer: Answer) -> HTTPStatus:
    if answer.is_accepted:
        return HTTPStatus.CREATED if answer.is_new else HTTPStatus.OK
    if answer.reason == Reason.TOO_LARGE:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return HTTPStatus.CONFLICT if answer.reason in set(VersionReason) else HTTPStatus.UNPROCESSABLE_ENTITY


@require_safe
@_for_county
def show_own(_request: HttpRequest, county: HubCounty, code: str) -> HttpResponse:
    """Tell a county what it has delivered, each version with the receipt it got."""
    if code != county.code:
        return _told(HTTPStatus.FORBIDDEN, "county", "A county sees its own deliveries alone.")
    versions = county.deliveries.order_by("campaign", "version")
    told = [{"campaign": each.campaign, "version": each.version, **json.loads(each.receipt)} for each in versions]
    return JsonResponse({"county": code, "deliveries": told})


@require_safe
def show_completeness(_request: HttpRequest) -> HttpResponse:
    """Tell which organisation has delivered what, as open data."""
    standings = completeness()
    told = {"quarters": delivered_quarters(standings), "counties": [standing_json(standing) for standing in standings]}
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


@require_safe
def show_key(_request: HttpRequest) -> HttpResponse:
    """Tell the key by which receipts are signed; a county compares it with the one that it was given by another way."""
    public = hub_key().public_key()
    return JsonResponse({"key_id": key_id(public), "public_key": written_public(public)})


@require_safe
def show_deliveries(request: HttpRequest, language: str) -> HttpResponse:
    """Show which organisation has delivered which quarter; the address names the language."""
    standings, words = completeness(), load_words(_TEXTS)[language]
    quarters = delivered_quarters(standings)[:_SHOWN_QUARTERS][::-1]
    context = {
        **public_frame(language, "hub:deliveries"),
        "words": words,
        "comparison": reverse(f"comparison:page_{language}"),
        "quarters": [_quarter_words(quarter) for quarter in quarters],
        "rows": [_row(standing, quarters, language, words) for standing in standings],
        "summary": words["summary"].format(delivered=sum(bool(each.campaigns) for each in standings), all=len(standings)),
    }
    response = render(request, "hub/deliveries.html", context)
    response.headers["Content-Language"] = language
    return response


def _quarter_words(quarter: str) -> str:
    return f"{quarter[-1]}/{quarter[:4]}"


def _row(standing: Standing, quarters: list[str], language: str, words: Words) -> dict[str, Any]:
    return {
        "name": standing.organisation.name(language),
        "state": "" if standing.may_deliver else words["not_opened"],
        "cells": [
            (_quarter_words(quarter), [_cell(campaign, language, words) for campaign in standing.of_quarter(quarter)])
            for quarter in quarters
        ],
    }


def _cell(campaign: Campaign, language: str, words: Words) -> dict[str, str]:
    newest = campaign.newest
    n = "" if newest.n is None else number(newest.n, language)
    return {"n": n, "version": words["version"].format(version=newest.version) if newest.version > 1 else ""}
