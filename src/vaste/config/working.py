"""The workers of all operators' accounts, joined to what their replies and sendings mean."""

import threading
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog
from django.db import connection

from vaste.config.upkeep import keep_up
from vaste.core import clock
from vaste.invitations.actions import drop_unsendable, postpone_until
from vaste.messaging import standing
from vaste.messaging.gateway import GatewayError, Reply, SmsGateway
from vaste.messaging.hooks import Hooks
from vaste.messaging.worker import Worker
from vaste.sms_survey.actions import handle_reply

log = structlog.get_logger()


def _why_not_send(conversations: Sequence[UUID], now: datetime) -> dict[UUID, str]:
    return drop_unsendable(conversations, now=now)


def _postpone_until(conversations: Sequence[UUID], now: datetime) -> dict[UUID, datetime]:
    return postpone_until(conversations, now=now)


def _on_sent(_conversation: UUID, _step: str, _now: datetime) -> None:
    """Nothing yet follows from a message having left."""


def _on_reply(reply: Reply) -> None:
    handle_reply(reply, now=clock.now())


def _on_sight(seen: standing.Sighting, now: datetime) -> None:
    standing.note_sighting(seen, now=now)


def hooks() -> Hooks:
    """Return what the messaging worker asks and tells the parts above it."""
    return Hooks(
        why_not_send=_why_not_send,
        on_sent=_on_sent,
        on_reply=_on_reply,
        postpone_until=_postpone_until,
        room_for=standing.room_for,
        on_sight=_on_sight,
    )


class Workers:
    """A thread for each account and one for the upkeep."""

    def __init__(self, gateways: Sequence[SmsGateway]) -> None:
        self._stop = threading.Event()
        self._accounts = [gateway.account for gateway in gateways]
        self._threads = [threading.Thread(target=self._work, args=(gateway,), name=f"worker {gateway.account}") for gateway in gateways]
        self._threads.append(threading.Thread(target=keep_up, args=(self._stop,), name="upkeep"))
        self._gave_up: set[threading.Thread] = set()
        self.failure: GatewayError | None = None

    def start(self) -> None:
        """Start working in the background."""
        standing.keep_only(self._accounts)
        for thread in self._threads:
            thread.daemon = True
            thread.start()

    def _work(self, gateway: SmsGateway) -> None:
        try:
            Worker(gateway, hooks=hooks()).run_forever(self._stop)
            standing.note_left(gateway.account, now=clock.now())
        except GatewayError as error:
            log.warning("account.unusable", account=gateway.account, reason=str(error))
            standing.note_refused_credentials(gateway.account, now=clock.now())
            self.failure = error
            self._gave_up.add(threading.current_thread())
        finally:
            connection.close()

    def is_working(self) -> bool:
        """Tell whether every thread still lives, but for accounts that can never work beside others that do."""
        rest = [thread for thread in self._threads if thread not in self._gave_up]
        return len(rest) > 1 and all(thread.is_alive() for thread in rest)

    def stop(self, timeout_seconds: float = 15.0) -> None:
        """Let what is under way come in, and end."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout_seconds)
