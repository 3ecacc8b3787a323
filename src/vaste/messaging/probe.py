"""What a connection to an operator fails at, in plain words; nothing is sent."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from vaste.core.ids import new_id
from vaste.messaging.gateway import Outgoing
from vaste.messaging.http.accounts import SCHEMES, provider_from_url
from vaste.messaging.smpp import statuses
from vaste.messaging.smpp.pdu import ShortMessage
from vaste.messaging.smpp.session import BindRefusedError, NoAnswerError, NotWrittenError, Session, SessionTimes
from vaste.messaging.smpp.settings import SmppSettings

_CONNECT_SECONDS = 5.0
_WRONG_NAME = frozenset({62, 64})
_OUT_OF_DATE = frozenset({9, 10})


@dataclass(frozen=True, slots=True)
class Place:
    """Where an account is reached. ca: a file with the certificate authority of a private operator."""

    host: str
    port: int
    tls: bool
    ca: str = ""


def place_of(url: str, *, base_url: str) -> Place | None:
    """Return where the account of an address is reached, or None when that is nowhere, or by a proxy. Raises ValueError."""
    scheme = urlsplit(url).scheme
    if scheme in {"smpp", "smpps"}:
        settings = SmppSettings.from_url(url)
        return Place(settings.host, settings.port, settings.tls, settings.ca)
    if scheme not in SCHEMES:
        return None
    provider = provider_from_url(url, base_url=base_url)
    # Where a message would go; this one goes nowhere.
    nobody = Outgoing(new_id(), sender="", to="+358400000000", text="", validity=timedelta(minutes=1))
    address = urlsplit(provider.ask(nobody).address)
    if provider.account.proxy or not address.hostname:
        return None
    is_tls = address.scheme == "https"
    return Place(address.hostname, address.port or (443 if is_tls else 80), is_tls, provider.account.ca)


def why_unreachable(place: Place) -> str | None:
    """Return what keeps us from the operator's machine as one sentence or two, or None when it answers (and proves its name)."""
    where = f"{place.host}:{place.port}"
    try:
        socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        return f"The host {place.host} is not known. Check its name in the address, and that this machine can look names up."
    try:
        with socket.create_connection((place.host, place.port), timeout=_CONNECT_SECONDS) as connection:
            return _why_tls_fails(connection, place) if place.tls else None
    except ConnectionRefusedError:
        return f"Nobody listens at {where}: the connection is refused. Check the port, and whether the operator's service is up."
    except TimeoutError:
        return (
            f"{where} does not answer within {_CONNECT_SECONDS:g} seconds. A firewall may stand between, "
            "or the address of this machine is not on the operator's list."
        )
    except OSError as error:
        return f"{where} cannot be reached from this machine: {(error.strerror or 'unknown fault').lower()}."


def _why_tls_fails(connection: socket.socket, place: Place) -> str | None:
    where = f"{place.host}:{place.port}"
    try:
        context = ssl.create_default_context(cafile=place.ca or None)
    except OSError:
        return f"The file of the option ca cannot be read: {place.ca}."
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.wrap_socket(connection, server_hostname=place.host).close()
    except ssl.SSLCertVerificationError as error:
        return _about_certificate(error, place)
    except ssl.SSLError:
        return f"{where} does not speak TLS 1.2 or newer there. Check the port; without TLS the address begins with smpp:// or kannel://."
    except OSError:
        return f"{where} closes the connection when TLS begins. Check the port, and whether the operator's list has this machine's address."
    return None


def _about_certificate(error: ssl.SSLCertVerificationError, place: Place) -> str:
    if error.verify_code in _WRONG_NAME:
        return (
            f"The certificate of {place.host}:{place.port} is for another name. Use the host name that the operator gave, not an address."
        )
    if error.verify_code in _OUT_OF_DATE:
        return f"The certificate of {place.host}:{place.port} is out of date, or this machine's clock is wrong."
    return (
        f"The certificate of {place.host}:{place.port} comes from an authority that this machine does not know. "
        "For a private authority give its file by the option ca."
    )


def why_not_bound(settings: SmppSettings) -> str | None:
    """Return why an SMPP operator does not let us in, or None when it does; the connection is ended again."""
    return asyncio.run(_why_not_bound(settings))


async def _why_not_bound(settings: SmppSettings) -> str | None:
    tls = ssl.create_default_context(cafile=settings.ca or None) if settings.tls else None
    name = settings.host if settings.tls else None
    reader, writer = await asyncio.open_connection(settings.host, settings.port, ssl=tls, server_hostname=name)
    times = SessionTimes(settings.answer_seconds, settings.enquire_seconds)
    session = Session(reader, writer, on_delivery=_later, window=1, times=times)
    try:
        await session.bind(user=settings.user, password=settings.password, system_type=settings.system_type)
    except BindRefusedError as error:
        return next(_about_bind(error, settings))
    except (NoAnswerError, NotWrittenError):
        return (
            f"{settings.host}:{settings.port} takes the connection and does not answer the bind "
            f"within {settings.answer_seconds:g} seconds. It may not speak SMPP there, or this machine's address is not on "
            "the operator's list."
        )
    finally:
        await session.leave()
    return None


async def _later(_message: ShortMessage) -> int:
    """Leave what comes meanwhile with the operator, which brings it again to the worker."""
    return statuses.TEMPORARY_FAULT


def _about_bind(error: BindRefusedError, settings: SmppSettings) -> Iterator[str]:
    if error.status in statuses.CREDENTIALS_REFUSED:
        yield f"The operator refuses the user or the password ({error}). Correct them in VASTE_SMS_URL."
    if statuses.name_of(error.status) == "already_bound":
        yield "The operator says that the account is connected already. Stop vaste work, or wait a minute, and try again."
    yield f"The operator refuses the account {settings.account} ({error}). Ask them what this code means for you."
