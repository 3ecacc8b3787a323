"""Working inside the process that serves: the embedded default, with or without the demo county."""

import sys
import threading
from pathlib import Path

import click
from django.conf import settings

from vaste.config.environment import SettingWrong, told_by_server
from vaste.config.gateways import gateways_from_urls
from vaste.config.server import free_port, hub_address
from vaste.config.working import Workers
from vaste.core import clock
from vaste.messaging.gateway import GatewayError
from vaste.organisations.models import County
from vaste.simulator.demo.actions import DemoAccount, DemoRefused, prepare_demo_accounts, prepare_demo_county
from vaste.simulator.demo.history import load_history
from vaste.simulator.demo.life import Demo
from vaste.simulator.demo.progress import first_day
from vaste.simulator.operator import SimulatedOperator

WORK, DEMO = "work", "demo"
_LINK_WAIT_SECONDS = 10.0
# On a machine that has much else to do.
_LATE_LINK_WAIT_SECONDS = 600.0
_SETTLES_SECONDS = 3.0


def start_if_asked() -> None:
    """Start the workers, and the demo, when `vaste run` asked for them."""
    how = told_by_server()
    if how in {WORK, DEMO}:
        threading.Thread(target=_start, args=(how,), name="embedded start", daemon=True).start()


def _start(how: str) -> None:
    try:
        gateways = gateways_from_urls(settings.SMS_URLS, base_url=settings.BASE_URL)
        Workers(gateways).start()
        if how == DEMO:
            operator = next(gateway for gateway in gateways if isinstance(gateway, SimulatedOperator))
            _start_demo(operator)
        else:
            click.echo(f"Vaste runs at {settings.BASE_URL} and works in the same process. Press Ctrl+C to end.")
    except (DemoRefused, GatewayError, SettingWrong) as error:
        click.echo(str(error), err=True)


def _start_demo(operator: SimulatedOperator) -> None:
    data_dir = Path(settings.DATA_DIR)
    county = prepare_demo_county(data_dir=data_dir, now=clock.now())
    accounts = prepare_demo_accounts(county=county, data_dir=data_dir)
    demo = Demo(county=county, operator=operator, data_dir=data_dir, say=_say)
    stop = threading.Event()
    demo.start(stop)
    port = None if settings.HUB_URL else free_port(settings.PORT + 1)
    _place, number = demo.invite_own_phone("fi")
    link = demo.link_on(number, timeout_seconds=_LINK_WAIT_SECONDS)
    _say(_welcome(accounts, link, hub_address(port) if port else ""))
    threading.Thread(target=_add, args=(county, data_dir, port, stop), name="demo hub", daemon=True).start()
    if not link and (late := demo.link_on(number, timeout_seconds=_LATE_LINK_WAIT_SECONDS)):
        _say(_told_link(late))


def _add(county: County, data_dir: Path, port: int | None, stop: threading.Event) -> None:
    """Give the demo county its years before, and let a hub run beside it; once the county is there, which a visitor waits for."""
    if stop.wait(_SETTLES_SECONDS):
        return
    load_history(county, begins=first_day(county.day_of(clock.now())))
    if port is None:
        return
    from vaste.config.demo_hub import DemoHub  # loads what makes deliveries, which nothing at the start needs

    DemoHub(county=county, data_dir=data_dir, port=port, say=_say).live(stop)


def _say(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()


def _told_link(link: str) -> str:
    return f"  Survey   {link}   an unused link: answer it as a client"


def _welcome(accounts: list[DemoAccount], link: str, hub: str) -> str:
    base = settings.BASE_URL
    lines = [
        "",
        "Vaste is running with a demo county. A day passes in a minute; everybody in it is invented, and nothing leaves this machine.",
        "",
        f"  Phones   {base}/demo?live=1            what people get and answer; try it with a phone of your own",
        f"  Results  {base}/staff/results?live=1   the figures move while you look",
        *(f"           sign in as {account.email} with {account.password} (sees {account.sees})" for account in accounts),
    ]
    if hub:
        lines.append(f"  Hub      {hub}/   where the pilot campaign's delivery arrives, some minutes after the first start")
    if link:
        lines.append(_told_link(link))
    return "\n".join([*lines, "", "Press Ctrl+C to end. What you see is kept in the data folder; `make run` goes on from there.", ""])
