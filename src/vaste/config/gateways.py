"""From `VASTE_SMS_URL` to operators' accounts: one scheme, one kind of gateway."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from vaste.config.environment import SettingWrong
from vaste.messaging.gateway import SmsGateway
from vaste.messaging.smpp.gateway import SmppGateway
from vaste.messaging.smpp.settings import SmppSettings
from vaste.simulator.operator import SimulatedOperator
from vaste.simulator.people import SimulatedSettings


def gateways_from_urls(urls: Sequence[str], *, base_url: str) -> list[SmsGateway]:
    """Return a gateway for each address. Raises SettingWrong without repeating the address, which holds a password."""
    return [_gateway(url, number, base_url) for number, url in enumerate(urls, start=1)]


def _gateway(url: str, number: int, base_url: str) -> SmsGateway:
    scheme = urlsplit(url).scheme
    try:
        if scheme in {"smpp", "smpps"}:
            return SmppGateway(SmppSettings.from_url(url))
        if scheme == "simulated":
            return SimulatedOperator(SimulatedSettings.from_url(url), base_url=base_url)
    except ValueError as error:
        raise SettingWrong(f"Address {number} in VASTE_SMS_URL is wrong: {error}") from error
    raise SettingWrong(f"Address {number} in VASTE_SMS_URL is of no known kind; it must begin with simulated://, smpp:// or smpps://.")
