"""Where HTTP operators bring receipts and replies: proven, stored, and only then acknowledged; the worker does the rest."""

from collections.abc import Callable
from http import HTTPStatus

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from vaste.core import clock
from vaste.messaging import inbox
from vaste.messaging.http.accounts import providers_by_name
from vaste.messaging.http.provider import Callback, CallbackRefused, CallbackUnreadable, HttpProvider
from vaste.messaging.receipts import keep_receipts

log = structlog.get_logger()

_LONGEST_CALLBACK = 256 * 1024

Take = Callable[[HttpProvider, Callback], None]


@csrf_exempt
@require_http_methods(["GET", "POST"])
def receipts(request: HttpRequest, account: str) -> HttpResponse:
    """Take what an operator says became of messages."""
    return _taken(request, account, "receipts", _keep_receipts)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def replies(request: HttpRequest, account: str) -> HttpResponse:
    """Take what people have written."""
    return _taken(request, account, "replies", _keep_replies)


def _keep_receipts(provider: HttpProvider, callback: Callback) -> None:
    keep_receipts(provider.read_receipts(callback), now=clock.now())


def _keep_replies(provider: HttpProvider, callback: Callback) -> None:
    inbox.store(provider.read_replies(callback), now=clock.now())


def _taken(request: HttpRequest, account: str, kind: str, take: Take) -> HttpResponse:
    """Return the acknowledgement once what came is durable. A refusal says nothing, and nothing of it is logged but the account."""
    provider = providers_by_name(tuple(settings.SMS_URLS), base_url=settings.BASE_URL).get(account)
    if provider is None:
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    if len(request.body) > _LONGEST_CALLBACK:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        take(provider, _callback(request, provider, kind))
    except CallbackRefused:
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    except CallbackUnreadable as error:
        log.warning("callback.unreadable", account=account, kind=kind, lacks=str(error))
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    content_type, body = provider.acknowledgement
    return HttpResponse(body, content_type=content_type)


def _callback(request: HttpRequest, provider: HttpProvider, kind: str) -> Callback:
    headers = {name.lower(): value for name, value in request.headers.items()}
    # As the operator knows the address, whatever proxies stand between.
    return Callback(provider.account.address(kind), request.META.get("QUERY_STRING", ""), headers, request.body)
