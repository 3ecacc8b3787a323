"""Each address in VASTE_SMS_URL makes one account, and what is wrong with one is said without repeating it."""

import pytest

from vaste.config.environment import SettingWrong
from vaste.config.gateways import gateways_from_urls
from vaste.messaging.http.gateway import HttpGateway
from vaste.messaging.smpp.gateway import SmppGateway
from vaste.simulator.operator import SimulatedOperator

BASE = "https://palaute.example.fi"
KANNEL = "kannel://vaste:hidden@127.0.0.1?secret=sixteen-letters!"


@pytest.mark.parametrize(
    ("url", "kind", "account"),
    [
        ("simulated://", SimulatedOperator, "simulated"),
        ("smpp://vaste:hidden@127.0.0.1", SmppGateway, "127.0.0.1:2775/vaste"),
        ("smpps://vaste:hidden@127.0.0.1?name=first", SmppGateway, "first"),
        (KANNEL, HttpGateway, "kannel"),
        (KANNEL.replace("kannel:", "kannels:"), HttpGateway, "kannel"),
        ("twilio://AC0:hidden@api.twilio.com?name=second", HttpGateway, "second"),
    ],
)
def test_the_scheme_says_what_kind_of_operator_it_is(url: str, kind: type, account: str) -> None:
    [gateway] = gateways_from_urls([url], base_url=BASE)

    assert isinstance(gateway, kind)
    assert gateway.account == account


def test_several_addresses_make_several_accounts() -> None:
    gateways = gateways_from_urls([KANNEL, f"{KANNEL}&name=other"], base_url=BASE)

    assert [gateway.account for gateway in gateways] == ["kannel", "other"]


@pytest.mark.parametrize(
    ("urls", "sentence"),
    [
        ([KANNEL, KANNEL], "Two addresses in VASTE_SMS_URL make an account named kannel"),
        ([KANNEL, "carrier-pigeon://vaste:hidden@loft"], "Address 2 in VASTE_SMS_URL is of no known kind"),
        (["kannel://vaste:hidden@127.0.0.1"], "Address 1 in VASTE_SMS_URL is wrong: The Kannel option secret"),
    ],
)
def test_a_wrong_address_stops_the_start_with_a_sentence_that_hides_it(urls: list[str], sentence: str) -> None:
    with pytest.raises(SettingWrong, match=sentence) as caught:
        gateways_from_urls(urls, base_url=BASE)

    assert "hidden" not in str(caught.value)
