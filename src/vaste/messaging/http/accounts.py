"""From the addresses in the settings to HTTP operators: one scheme, one kind."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import urlsplit

from vaste.messaging.http.json_provider import JsonProvider
from vaste.messaging.http.kannel import Kannel
from vaste.messaging.http.provider import HttpProvider
from vaste.messaging.http.twilio import Twilio


def _kannel(url: str, base_url: str) -> HttpProvider:
    return Kannel.from_url(url, base_url=base_url)


_KINDS: Mapping[str, Callable[[str, str], HttpProvider]] = MappingProxyType(
    {
        "json": lambda url, base_url: JsonProvider.from_url(url, base_url=base_url),
        "kannel": _kannel,
        "kannels": _kannel,
        "twilio": lambda url, base_url: Twilio.from_url(url, base_url=base_url),
    }
)
SCHEMES = frozenset(_KINDS)


def provider_from_url(url: str, *, base_url: str) -> HttpProvider:
    """Return the operator of an address. base_url: where this installation is reached. Raises ValueError with one sentence."""
    return _KINDS[urlsplit(url).scheme](url, base_url)


@lru_cache(maxsize=4)
def providers_by_name(urls: Sequence[str], *, base_url: str) -> Mapping[str, HttpProvider]:
    """Return the HTTP operators among all accounts, by the name that their callbacks call. urls: a tuple."""
    found = [provider_from_url(url, base_url=base_url) for url in urls if urlsplit(url).scheme in SCHEMES]
    return MappingProxyType({provider.account.name: provider for provider in found})
