"""An HTTP account as a gateway: hands messages over whole; receipts and replies come to the web server (`messaging.views`)."""

import asyncio
import ssl

import httpx
import structlog

from vaste.messaging.gateway import GatewayError, Inbox, Outgoing, SubmitEnd, SubmitOutcome
from vaste.messaging.http.answers import pause_seconds
from vaste.messaging.http.caution import Caution
from vaste.messaging.http.provider import Answer, Ask, HttpAccount, HttpProvider, Reading, Verdict
from vaste.messaging.rules import WHOLE

log = structlog.get_logger()

_LONGEST_BEGIN_SECONDS = 5.0
# How soon what the web server stored is taken up: a person waits for the next question.
_LOOK_SECONDS = 0.25
_LONGEST_ANSWER = 256 * 1024
_CALL_SUPPORT_PAUSE_SECONDS = 600.0
# Servers close idle connections after five seconds or more. Written on one that is just being closed, a request is unknown.
_KEEPALIVE_SECONDS = 3.0

# Nothing was written when these are raised. Everything else may have reached the operator.
_NOT_WRITTEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


class HttpGateway:
    """See `messaging.gateway.SmsGateway`."""

    def __init__(self, provider: HttpProvider) -> None:
        self.account = provider.account.name
        self.window = provider.account.window
        self.rate = provider.account.rate
        self._provider = provider
        self._caution = Caution()
        self._client: httpx.AsyncClient | None = None
        self._refused = asyncio.Event()

    def is_ready(self) -> bool:
        """Tell whether a submit could be written now."""
        return self._client is not None and not self._refused.is_set() and self._caution.is_free(_now())

    async def run(self, inbox: Inbox) -> None:
        """Look for what the web server has stored until cancelled. Raises GatewayError when user or password are refused."""
        self._client = _client(self._provider.account)
        while not self._refused.is_set():
            await inbox.look()
            try:
                await asyncio.wait_for(self._refused.wait(), _LOOK_SECONDS)
            except TimeoutError:
                continue
        raise GatewayError(
            f"The operator of the account {self.account} refuses the user or the password. "
            "Correct them in VASTE_SMS_URL and start again; the message was not taken and stays in the queue.",
            permanent=True,
        )

    async def submit(self, outgoing: Outgoing) -> list[SubmitOutcome]:
        """Hand a message over under one id, however many parts the operator makes of it."""
        if self._client is None or self._refused.is_set() or not self._caution.begin(_now()):
            return [SubmitOutcome(SubmitEnd.NOT_SENT, WHOLE)]
        try:
            # Each phase has its own limit; an answer that drips in keeps all of them and yet must end.
            async with asyncio.timeout(3 * self._provider.account.answer_seconds):
                answer = await _exchange(self._client, self._provider.ask(outgoing))
        except _NOT_WRITTEN as error:
            return [self._failed(SubmitEnd.NOT_SENT, error)]
        except (httpx.HTTPError, TimeoutError) as error:
            return [self._failed(SubmitEnd.UNKNOWN, error)]
        reading = self._provider.read_answer(answer, outgoing)
        if reading.verdict is Verdict.UNKNOWN:
            self._caution.failed(_now())
        else:
            self._caution.answered()
        if reading.verdict is Verdict.CREDENTIALS:
            self._refused.set()
        return [_outcome(reading, answer)]

    async def close(self) -> None:
        """End the connections; the worker has waited for the answers under way."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _failed(self, end: SubmitEnd, error: Exception) -> SubmitOutcome:
        self._caution.failed(_now())
        log.warning("http.no_answer", account=self.account, end=end.value, error=type(error).__name__)
        return SubmitOutcome(end, WHOLE)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _client(account: HttpAccount) -> httpx.AsyncClient:
    begin_seconds = min(_LONGEST_BEGIN_SECONDS, account.answer_seconds)
    timeout = httpx.Timeout(account.answer_seconds, connect=begin_seconds, pool=begin_seconds)
    limits = httpx.Limits(max_connections=account.window, keepalive_expiry=_KEEPALIVE_SECONDS)
    tls = ssl.create_default_context(cafile=account.ca or None)
    tls.minimum_version = ssl.TLSVersion.TLSv1_2
    # The way out is a setting, as everything else: nothing is taken from the environment.
    headers = {"Accept-Encoding": "identity"}  # a short answer needs no packing, and a packed one may be huge
    return httpx.AsyncClient(headers=headers, timeout=timeout, limits=limits, verify=tls, proxy=account.proxy or None, trust_env=False)


async def _exchange(client: httpx.AsyncClient, ask: Ask) -> Answer:
    headers = [(name.encode(), value.encode()) for name, value in ask.headers.items()]
    async with client.stream(ask.method, ask.address, headers=headers, content=ask.body or None) as response:
        body = b""
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > _LONGEST_ANSWER:
                break
        return Answer(response.status_code, dict(response.headers), body[:_LONGEST_ANSWER])


def _outcome(reading: Reading, answer: Answer) -> SubmitOutcome:
    match reading.verdict:
        case Verdict.TAKEN:
            return SubmitOutcome(SubmitEnd.ACCEPTED, WHOLE, provider_id=reading.provider_id)
        case Verdict.UNKNOWN:
            return SubmitOutcome(SubmitEnd.UNKNOWN, WHOLE, status=reading.status)
        case Verdict.REJECTED:
            return SubmitOutcome(SubmitEnd.REJECTED, WHOLE, status=reading.status)
        case Verdict.FOR_NOW:
            return SubmitOutcome(SubmitEnd.REJECTED, WHOLE, status=reading.status, temporary=True, pause_seconds=pause_seconds(answer))
        case Verdict.CALL_SUPPORT | Verdict.CREDENTIALS:
            pause = _CALL_SUPPORT_PAUSE_SECONDS
            return SubmitOutcome(SubmitEnd.REJECTED, WHOLE, status=reading.status, temporary=True, pause_seconds=pause, needs_people=True)
