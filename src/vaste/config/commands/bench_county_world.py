"""A county whose `vaste deliver` is killed again and again while it makes and sends deliveries, and what is found afterwards."""

import hashlib
import json
import random
import subprocess
import sys
import time
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from vaste.config.commands.bench_hub_world import environment
from vaste.core import clock
from vaste.core.audit import first_broken_entry
from vaste.core.models import AuditEntry
from vaste.invitations.campaigns.actions import create_campaign
from vaste.invitations.campaigns.rules import CampaignPlan, usual_deadline
from vaste.invitations.models import InvitedCount
from vaste.national.deliveries.actions import approve_delivery, subject
from vaste.national.deliveries.rules import DeliveryState
from vaste.national.hub.actions import open_county
from vaste.national.hub.keys import hub_key
from vaste.national.hub.models import ReceivedDelivery
from vaste.national.key_files import kept_key
from vaste.national.models import Delivery
from vaste.national.packages.signing import written_public
from vaste.organisations.actions import save_county, save_units
from vaste.organisations.models import County, User
from vaste.organisations.rules import CountySettings, UnitRow
from vaste.responses.models import Response
from vaste.responses.rules import Channel, coarse_period, write_answers

_CODE, _UNIT, _SERVICE = "18", "1.2.246.10.99999999.10.1", "primary_care_reception"
_FIRST_YEAR = 2001
_APPROVER = "second@example.fi"
_ANSWERS = ((10, 5), (9, 4), (8, 3), (3, 1))  # a score, and a step of the first statement
_OF_EACH = 30
_KILLS_EACH = 3


@dataclass(frozen=True)
class Kill:
    """When a command is killed: at a step of its work, or after so many seconds; by neither it is left alone."""

    step: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Ended:
    """How a command ended. code: negative where it was killed; steps, seconds: how far it came."""

    code: int
    steps: int
    seconds: float


@dataclass
class Deliverer:
    """`vaste deliver` of the configured database, each time in a child of its own. settings: what the child knows of the hub."""

    process: subprocess.Popen[str]
    folder: Path
    settings: dict[str, str]
    kills: int = 0

    def run(self, *arguments: str, kill: Kill = Kill()) -> Ended:
        """Run it once."""
        assert self.process.stdin
        assert self.process.stdout
        began = time.monotonic()
        times = {"kill_at_step": kill.step, "kill_after_seconds": kill.seconds}
        self.process.stdin.write(json.dumps({"arguments": arguments, "settings": self.settings, **times}) + "\n")
        self.process.stdin.flush()
        told = json.loads(self.process.stdout.readline())
        self.kills += told["code"] < 0
        return Ended(told["code"], told["steps"], time.monotonic() - began)

    def until_it_ends(self, *arguments: str, kills: Sequence[Kill]) -> Ended:
        """Run it, killed as told, and start it anew each time, until it ends by itself."""
        ends = (self.run(*arguments, kill=kill) for kill in (*kills, Kill()))
        return next(ended for ended in ends if ended.code >= 0)

    @property
    def data(self) -> Path:
        """The county's data folder."""
        return self.folder / "data"

    def package(self, campaign: str) -> Path:
        """Return where a campaign's package is written."""
        return self.folder / "out" / f"{campaign}.zip"


@contextmanager
def deliverer(folder: Path) -> Iterator[Deliverer]:
    """Let a county that knows no hub yet work in a folder, where all its files will be."""
    places = {name: folder / name for name in ("data", "out", "tmp")}
    for place in places.values():
        place.mkdir(parents=True)
    own = {"VASTE_DATA_DIR": str(places["data"]), "TMPDIR": str(places["tmp"]), "DJANGO_SETTINGS_MODULE": "vaste.config.settings"}
    command = [sys.executable, "-m", "vaste.config.commands.bench_county_process", str(folder / "log")]
    process = subprocess.Popen(command, env={**environment(), **own}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
    with process:  # closing its orders ends it
        yield Deliverer(process, folder, {})


def made_county() -> None:
    """Make the county, its unit, and the second person."""
    settings = CountySettings(
        code=_CODE, name={"fi": "Mitta", "sv": "Mått", "en": "Bench"}, sender_number="+358400000001", sender_name="Bench"
    )
    county = save_county(settings=settings, actor="command", now=clock.now())
    unit = UnitRow(_UNIT, "Yksikkö", "Enhet", "Unit", _SERVICE, "health", date(_FIRST_YEAR, 1, 1), False)
    save_units(county=county, units=[unit], actor="command")
    User.objects.create_user(_APPROVER, name="Second")


def new_campaign(number: int) -> str:
    """Make a campaign with answers in a quarter of its own; return its key. number: from 0 on, until the century is out."""
    year, month = _FIRST_YEAR + number // 4, 3 * (number % 4) + 1
    first, last = date(year, month, 1), date(year, month + 2, monthrange(year, month + 2)[1])
    period_start, kind = coarse_period(date(year, month + 1, 10), is_small=False)
    marks = {"unit_id": _UNIT, "language": "fi", "age_band": "45-54", "period_start": period_start, "period_kind": kind}
    Response.objects.bulk_create(
        Response(
            **marks,
            instrument="national-adult/2024-1",
            channel=Channel.LINK,
            respondent_role="client",
            nps=nps,
            answers=write_answers({"access": step}),
        )
        for nps, step in _ANSWERS
        for _ in range(_OF_EACH)
    )
    InvitedCount.objects.create(**marks, invited=4 * _OF_EACH * len(_ANSWERS))
    plan = CampaignPlan(f"quarter-{number + 1}", f"Quarter {number + 1}", frozenset({_UNIT}), first, last, 400, usual_deadline(last))
    county = County.objects.get(code=_CODE)
    return create_campaign(county=county, plan=plan, today=first, actor="command").key


def meet_hub(county: Deliverer, address: str, kills: Sequence[Kill]) -> None:
    """Let the county make its key, killed as told, and let it and the hub know each other."""
    county.until_it_ends("key", kills=kills)
    public = written_public(kept_key(county.data / "keys" / "delivery_key.pem").public_key())
    tokens = open_county(code=_CODE, public_keys=[public], actor="command", today=clock.now().date())
    known = {"HUB_URL": address, "HUB_TOKEN": tokens.county, "HUB_SHOWS": tokens.hub}
    county.settings = {**known, "HUB_KEY": written_public(hub_key().public_key())}


@dataclass(frozen=True)
class Life:
    """How the making and the sending of a delivery ended. early: how sending ended that nobody had approved yet."""

    making: Ended
    early: Ended
    sending: Ended


def deliver_campaign(county: Deliverer, key: str, *, making: Sequence[Kill] = (), sending: Sequence[Kill] = ()) -> Life:
    """Deliver a campaign, killed as told while its package is made and while it is sent; a second person approves in between."""
    made = county.until_it_ends("--campaign", key, "--out", str(county.package(key)), kills=making)
    early = county.run("send", "--campaign", key)
    approve_delivery(delivery=Delivery.objects.get(campaign=key), by=User.objects.get(email=_APPROVER), now=clock.now())
    return Life(made, early, county.until_it_ends("send", "--campaign", key, kills=sending))


def drawn_kills(count: int, usual: Ended, chance: random.Random) -> list[Kill]:
    """Draw kills of a command: half at any of the steps that it usually takes, half at any moment of its time."""
    at_steps = [Kill(step=chance.randint(1, usual.steps)) for _ in range((count + 1) // 2)]
    return chance.sample([*at_steps, *(Kill(seconds=chance.uniform(0, usual.seconds)) for _ in range(count // 2))], count)


@dataclass(frozen=True)
class Found:
    """What is there after all; every count but the first two should be 0. unapproved: sent before, or without, a second person."""

    deliveries: int
    kills: int
    lost: int
    doubled: int
    wrong_states: int
    false_receipts: int
    unapproved: int
    audited_twice: int
    wrong_packages: int
    stray_files: int
    broken_audit: int


def found(county: Deliverer, lives: dict[str, Life]) -> Found:
    """Compare what the county and the hub hold of the campaigns that were delivered."""
    own = {each.campaign: each for each in Delivery.objects.filter(county_id=_CODE)}
    at_hub: dict[str, list[tuple[str, str]]] = {key: [] for key in lives}
    for campaign, sha256, receipt in ReceivedDelivery.objects.filter(county__code=_CODE, campaign__in=lives).values_list(
        "campaign", "package_sha256", "receipt"
    ):
        at_hub[campaign].append((sha256, receipt))
    pairs = [(own[key], at_hub[key]) for key in lives]
    return Found(
        deliveries=len(lives),
        kills=county.kills,
        lost=sum(not there for _, there in pairs),
        doubled=sum(len(there) > 1 for _, there in pairs) + Delivery.objects.filter(county_id=_CODE).count() - len(lives),
        wrong_states=sum(each.state != DeliveryState.RECEIPT for each, _ in pairs) + sum(life.sending.code != 0 for life in lives.values()),
        false_receipts=sum((each.package_sha256, each.receipt) not in there for each, there in pairs),
        unapproved=sum(life.early.code != 2 for life in lives.values()) + sum(not _was_approved_first(each) for each, _ in pairs),
        audited_twice=sum(not _is_audited_once(each) for each, _ in pairs),
        wrong_packages=sum(not _is_written(county.package(each.campaign), each.package_sha256) for each, _ in pairs),
        stray_files=len(_strays(county, lives)),
        broken_audit=int(first_broken_entry() is not None),
    )


def _acts(delivery: Delivery) -> list[str]:
    return list(AuditEntry.objects.filter(subject=subject(delivery)).order_by("number").values_list("action", flat=True))


def _was_approved_first(delivery: Delivery) -> bool:
    acts = _acts(delivery)
    return delivery.approved_by is not None and acts.index("delivery.approved") < acts.index("delivery.sent")


def _is_audited_once(delivery: Delivery) -> bool:
    """Whether every act but sending, which happens as often as it is tried, stands in the audit once."""
    counts = Counter(_acts(delivery))
    return all(counts[f"delivery.{act}"] == 1 for act in ("drafted", "checked", "approved", "receipt")) and counts["delivery.sent"] >= 1


def _is_written(path: Path, sha256: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def _strays(county: Deliverer, lives: dict[str, Life]) -> list[Path]:
    """Return every file of the county beside its key and the packages that it was to write."""
    wanted = {county.data / "keys" / "delivery_key.pem", county.folder / "log", *(county.package(key) for key in lives)}
    return [path for path in county.folder.rglob("*") if path.is_file() and path not in wanted]


def kill_county(folder: Path, address: str, kills: int, *, chance: random.Random) -> Found:
    """Deliver campaign after campaign to a hub, killed at random, until the county was killed so often; return what is found then."""
    made_county()
    with deliverer(folder) as county:
        meet_hub(county, address, [Kill(step=step) for step in range(1, 1 + _KILLS_EACH)])
        usual = deliver_campaign(county, new_campaign(0))
        lives = {"quarter-1": usual}
        while county.kills < kills:
            making, sending = (drawn_kills(_KILLS_EACH, each, chance) for each in (usual.making, usual.sending))
            key = new_campaign(len(lives))
            lives[key] = deliver_campaign(county, key, making=making, sending=sending)
        return found(county, lives)
