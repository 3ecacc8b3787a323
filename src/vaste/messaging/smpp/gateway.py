"""An SMPP account as a gateway: keeps one connection bound, submits parts, brings receipts and replies."""

import asyncio
import random
import ssl
from collections.abc import Awaitable
from functools import partial
from uuid import UUID

import structlog

from vaste.core.ids import new_id
from vaste.messaging.gateway import GatewayError, Inbox, Outgoing, SubmitEnd, SubmitOutcome
from vaste.messaging.smpp import statuses
from vaste.messaging.smpp.incoming import is_receipt, read_receipt, read_reply
from vaste.messaging.smpp.outgoing import parts_of
from vaste.messaging.smpp.pdu import Pdu, ShortMessage, read_message_id, short_message_body
from vaste.messaging.smpp.session import BindRefusedError, NoAnswerError, NotWrittenError, Session, SessionTimes
from vaste.messaging.smpp.settings import SmppSettings

log = structlog.get_logger()

_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 60.0


class SmppGateway:
    """See `messaging.gateway.SmsGateway`."""

    def __init__(self, settings: SmppSettings) -> None:
        self.account = settings.account
        self.window = settings.window
        self.rate = settings.rate
        self._settings = settings
        self._session: Session | None = None
        self._late: set[asyncio.Task[None]] = set()
        self._inbox: Inbox | None = None

    def is_ready(self) -> bool:
        """Tell whether a submit could be written now."""
        return self._session is not None and self._session.is_open

    async def run(self, inbox: Inbox) -> None:
        """Keep the account bound until cancelled. Raises GatewayError when the operator refuses user or password."""
        self._inbox = inbox
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                session = await self._bound(inbox)
            except BindRefusedError as error:
                if error.status in statuses.CREDENTIALS_REFUSED:
                    raise GatewayError(
                        f"The operator at {self._settings.host}:{self._settings.port} refuses the user or the password "
                        f"({error}). Correct them in VASTE_SMS_URL and start again; nothing was sent.",
                        permanent=True,
                    ) from error
                log.warning("smpp.bind_refused", account=self.account, status=str(error))
            except (OSError, TimeoutError, NoAnswerError, NotWrittenError) as error:
                log.warning("smpp.not_connected", account=self.account, error=type(error).__name__)
            else:
                await self._until_ended(session)
                # An operator that lets us in and throws us out again gets the same patience as one that does not let us in.
                pause = _FIRST_PAUSE_SECONDS if session.has_served else pause
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - only so that not all come back at once
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    async def submit(self, outgoing: Outgoing) -> list[SubmitOutcome]:
        """Submit the parts not done before; return the end of each."""
        session = self._session
        parts = parts_of(outgoing, default_sender=self._settings.sender)
        if session is None:
            return [SubmitOutcome(SubmitEnd.NOT_SENT, number) for number in parts]
        submits = [self._submit(session, outgoing.reference, number, part) for number, part in parts.items()]
        # Nearly every message is one part, and needs no task of its own.
        return [await submits[0]] if len(submits) == 1 else list(await asyncio.gather(*submits))

    async def close(self) -> None:
        """Unbind."""
        if self._session is not None:
            await self._session.leave()

    async def _bound(self, inbox: Inbox) -> Session:
        settings = self._settings
        async with asyncio.timeout(settings.answer_seconds):
            reader, writer = await asyncio.open_connection(
                settings.host, settings.port, ssl=self._tls(), server_hostname=settings.host if settings.tls else None
            )
        bind = str(new_id())
        session = Session(
            reader,
            writer,
            on_delivery=partial(self._deliver, inbox, bind),
            window=settings.window,
            times=SessionTimes(settings.answer_seconds, settings.enquire_seconds),
        )
        try:
            await session.bind(user=settings.user, password=settings.password, system_type=settings.system_type)
        except BaseException:
            await session.end("not bound")
            raise
        log.info("smpp.bound", account=self.account)
        await inbox.connected(bind)
        return session

    def _tls(self) -> ssl.SSLContext | None:
        if not self._settings.tls:
            return None
        context = ssl.create_default_context(cafile=self._settings.ca or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    async def _until_ended(self, session: Session) -> None:
        self._session = session
        try:
            await session.ended.wait()
        finally:
            self._session = None
            await session.end("stopped")

    async def _submit(self, session: Session, reference: UUID, number: int, part: ShortMessage) -> SubmitOutcome:
        try:
            answer = await session.submit(short_message_body(part), on_late=partial(self._take_late, reference, number))
        except NotWrittenError:
            return SubmitOutcome(SubmitEnd.NOT_SENT, number)
        except NoAnswerError:
            return SubmitOutcome(SubmitEnd.UNKNOWN, number)
        return outcome_of(answer, number)

    def _take_late(self, reference: UUID, number: int, answer: Pdu) -> None:
        if self._inbox is None:
            return
        task = asyncio.ensure_future(self._inbox.late(reference, outcome_of(answer, number)))
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    def _deliver(self, inbox: Inbox, bind: str, message: ShortMessage) -> Awaitable[None]:
        if is_receipt(message):
            return inbox.receipt(read_receipt(message, account=self.account))
        return inbox.incoming(read_reply(message, account=self.account, bind=bind, default_coding=self._settings.alphabet))


def outcome_of(answer: Pdu, number: int) -> SubmitOutcome:
    """Return the end of a submit from the operator's answer to it. number: of the part."""
    if answer.status == statuses.OK:
        return SubmitOutcome(SubmitEnd.ACCEPTED, number, provider_id=read_message_id(answer.body))
    needs_people = answer.status in statuses.CALL_SUPPORT
    return SubmitOutcome(
        SubmitEnd.REJECTED,
        number,
        status=statuses.name_of(answer.status),
        temporary=needs_people or answer.status in statuses.FOR_NOW,
        pause_seconds=statuses.CALL_SUPPORT_PAUSE_SECONDS if needs_people else None,
        needs_people=needs_people,
    )
