"""From `VASTE_SMS_URL` to operators' accounts: one scheme, one kind of gateway."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from vaste.config.environment import SettingWrong
from vaste.messaging.gateway import SmsGateway
from vaste.messaging.http import accounts
from vaste.messaging.http.gateway import HttpGateway
from vaste.messaging.smpp.gateway import SmppGateway
from vaste.messaging.smpp.settings import SmppSettings
from vaste.simulator.operator import SimulatedOperator
from vaste.simulator.people import SimulatedSettings


def gateways_from_urls(urls: Sequence[str], *, base_url: str) -> list[SmsGateway]:
    """Return a gateway for each address. Raises SettingWrong without repeating the address, which holds a password."""
    gateways = [_gateway(url, number, base_url) for number, url in enumerate(urls, start=1)]
    names = [gateway.account for gateway in gateways]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise SettingWrong(f"Two addresses in VASTE_SMS_URL make an account named {twice}. Give one of them another name=… .")
    return gateways


def _gateway(url: str, number: int, base_url: str) -> SmsGateway:
    scheme = urlsplit(url).scheme
    try:
        if scheme in {"smpp", "smpps"}:
            return SmppGateway(SmppSettings.from_url(url))
        if scheme in accounts.SCHEMES:
            return HttpGateway(accounts.provider_from_url(url, base_url=base_url))
        if scheme == "simulated":
            return SimulatedOperator(SimulatedSettings.from_url(url), base_url=base_url)
    except ValueError as error:
        raise SettingWrong(f"Address {number} in VASTE_SMS_URL is wrong: {error}") from error
    known = ", ".join(f"{scheme}://" for scheme in ("simulated", "smpp", "smpps", *sorted(accounts.SCHEMES)))
    raise SettingWrong(f"Address {number} in VASTE_SMS_URL is of no known kind; it must begin with one of {known}.")
