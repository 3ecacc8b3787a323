"""The demo's hub: a process of its own beside the county, and the delivery of a campaign that arrives there.

Nothing leaves the machine: the hub listens on it alone, and has a data folder of its own within the demo's.
"""

import atexit
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connections

from vaste.config.server import LOOPBACK, hub_address
from vaste.core import clock
from vaste.invitations.models import Campaign
from vaste.national.cubes.protecting import DeliveryStopped
from vaste.national.deliveries.actions import approve_delivery, check_delivery, draft_delivery
from vaste.national.deliveries.keys import delivery_key
from vaste.national.deliveries.receiving import NotDelivered
from vaste.national.deliveries.rules import ENDS, DeliveryRefused, DeliveryState
from vaste.national.deliveries.sending import configured_hub, send_delivery
from vaste.national.models import Delivery
from vaste.national.packages.signing import KeyWrong, written_public
from vaste.organisations.models import County, User
from vaste.simulator.demo.actions import PILOT, SEES_COUNTY

_FOLDER = "demo-hub"
_ACTOR = "demo"
_LOOKS_SECONDS = 5.0


@dataclass(frozen=True)
class Tokens:
    """What the hub's process tells when it begins: how the county and the hub know each other."""

    token: str
    hub_token: str
    hub_key: str


class DemoHub:
    """The hub of a demo county. port: where it listens, on this machine alone."""

    def __init__(self, *, county: County, data_dir: Path, port: int, say: Callable[[str], None]) -> None:
        self._county, self._folder, self._port, self._say = county, data_dir / _FOLDER, port, say
        self._process: subprocess.Popen[str] | None = None

    def live(self, stop: threading.Event) -> None:
        """Start the hub, and deliver the pilot campaign to it once it has ended; return when that is done, or at `stop`."""
        try:
            self.begin()
            while not self.deliver_pilot() and not stop.wait(_LOOKS_SECONDS):
                pass
        except (DeliveryRefused, DeliveryStopped, KeyWrong, OSError) as error:
            self._say(f"The demo's delivery did not go: {error}")
        finally:
            connections.close_all()

    def begin(self) -> None:
        """Start the hub's process, and let the county know it. Raises OSError where it does not start."""
        public = written_public(delivery_key().public_key())
        command = [sys.executable, "-m", "vaste.config.demo_hub_process", LOOPBACK, str(self._port), self._county.code, public]
        environment = _environment(self._folder, self._port)
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603
        atexit.register(self.end)  # it would end by itself, a moment later
        assert self._process.stdout
        first = self._process.stdout.readline()
        if not first:
            raise OSError("the hub beside the county did not start.")
        tokens = Tokens(**json.loads(first))
        settings.HUB_URL, settings.HUB_TOKEN = hub_address(self._port), tokens.token
        settings.HUB_SHOWS, settings.HUB_KEY = tokens.hub_token, tokens.hub_key

    def end(self) -> None:
        """End the hub's process; it may be killed at any moment, and its server ends with it."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def deliver_pilot(self) -> bool:
        """Deliver the pilot campaign if it has ended; return whether nothing is left to do."""
        campaign = Campaign.objects.filter(county=self._county, key=PILOT).select_related("county").first()
        if campaign is None or Delivery.objects.filter(county=self._county, campaign=PILOT, state__in=ENDS).exists():
            return True
        if campaign.ended_on is None:
            return False
        delivery = self._approved(campaign)
        try:
            receiver, hub = configured_hub()
            state = send_delivery(delivery=delivery, receiver=receiver, hub=hub, now=clock.now(), actor=_ACTOR)
        except NotDelivered:
            return False  # the hub may still be starting; the same bytes go again
        told = "accepted" if state is DeliveryState.RECEIPT else "refused"
        self._say(f"The pilot campaign has its answers. Its delivery arrived at the hub and was {told}: {hub_address(self._port)}/")
        return True

    def _approved(self, campaign: Campaign) -> Delivery:
        """Return the campaign's delivery, drafted by nobody, and approved by the account that sees the county."""
        delivery = Delivery.objects.filter(county=self._county, campaign=PILOT).select_related("county").first()
        delivery = delivery or draft_delivery(campaign=campaign, now=clock.now(), actor=_ACTOR)
        if delivery.state == DeliveryState.DRAFT:
            check_delivery(delivery=delivery, private_key=delivery_key(), now=clock.now(), actor=_ACTOR)
        if delivery.state == DeliveryState.CHECKED:
            approve_delivery(delivery=delivery, by=User.objects.get(email=SEES_COUNTY), now=clock.now())
        return delivery


def _environment(folder: Path, port: int) -> dict[str, str]:
    """Return the environment of the hub's process: nothing of the county's keys, database or folder."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("VASTE_")}
    return {**plain, "VASTE_DATA_DIR": str(folder), "VASTE_PORT": str(port), "DJANGO_SETTINGS_MODULE": "vaste.config.hub_settings"}
