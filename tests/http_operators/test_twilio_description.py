"""Our requests to Twilio are what its public description asks for, and what it describes as an answer is what we read."""

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.http_operators.peer import Web
from tests.http_operators.prism import twilio_by_description

from vaste.core.ids import new_id
from vaste.messaging.gateway import Outgoing, SubmitEnd, SubmitOutcome
from vaste.messaging.http.gateway import HttpGateway
from vaste.messaging.http.twilio import Twilio
from vaste.messaging.rules import WHOLE

pytestmark = pytest.mark.smsc

SID = "AC" + "0123456789abcdef" * 2
SERVICE = "MG" + "0123456789abcdef" * 2


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with twilio_by_description(tmp_path_factory.mktemp("prism")) as found:
        yield found


def end_of(port: int, *, sid: str = SID, options: str = "", text: str = "Hei") -> SubmitOutcome:
    """Return how a submit ends."""
    account = Twilio.from_url(f"twilio://{sid}:token@127.0.0.1:{port}{options}", base_url="https://palaute.example.fi")

    async def submit() -> SubmitOutcome:
        gateway = HttpGateway(account)
        running = asyncio.create_task(gateway.run(Web()))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        message = Outgoing(new_id(), sender="+358 457 396 0275", to="+358400000001", text=text, validity=timedelta(hours=24))
        [outcome] = await gateway.submit(message)
        await gateway.close()
        running.cancel()
        return outcome

    return asyncio.run(submit())


@pytest.mark.parametrize("options", ["", f"?from={SERVICE}"], ids=["from a number", "from a messaging service"])
@pytest.mark.parametrize("text", ["Hei", "Giitu, čáppa 😀 " * 30], ids=["short", "long"])
def test_a_message_is_as_twilio_describes_it_and_is_taken_under_its_id(port: int, options: str, text: str) -> None:
    outcome = end_of(port, options=options, text=text)

    assert (outcome.end, outcome.part) == (SubmitEnd.ACCEPTED, WHOLE)
    assert re.fullmatch(r"(SM|MM)[0-9a-fA-F]{32}", outcome.provider_id)


@pytest.mark.parametrize(
    ("sid", "options"), [(SID, "?from=MG-of-no-service"), ("AC-of-nobody", "")], ids=["wrong messaging service", "wrong account"]
)
def test_what_twilio_does_not_describe_is_refused(port: int, sid: str, options: str) -> None:
    outcome = end_of(port, sid=sid, options=options)

    assert (outcome.end, outcome.status) == (SubmitEnd.REJECTED, "http_422")
