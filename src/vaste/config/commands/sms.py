"""`vaste sms`: try an operator's account, and see what every text message costs."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import click
from django.conf import settings

from vaste.config.commands.county import chosen_county
from vaste.config.commands.outcome import print_json, refuse
from vaste.config.gateways import gateways_from_urls
from vaste.core import clock
from vaste.core.audit import audit
from vaste.dashboards import operations_words
from vaste.invitations.opt_outs import has_opted_out
from vaste.invitations.preview import Preview, previews
from vaste.messaging.gateway import SmsGateway
from vaste.messaging.numbers import mobile_number
from vaste.messaging.probe import place_of, why_not_bound, why_unreachable
from vaste.messaging.queries import standings
from vaste.messaging.smpp.settings import SmppSettings
from vaste.messaging.trial import Step, Trial
from vaste.organisations.models import County
from vaste.organisations.words import load_words
from vaste.surveys.instrument import LANGUAGES

_STATUS_TEXTS = Path(operations_words.__file__).with_name("operations.toml")


@click.group()
def sms() -> None:
    """Operators' accounts and text messages."""


@sms.command()
@click.option("--account", "number", type=click.IntRange(1), help="Which address of VASTE_SMS_URL, counted from 1; all when left out.")
@click.option("--to", "to", help="A mobile phone in your hand: one message goes to it.")
@click.option("--wait", "wait_seconds", type=click.IntRange(1, 600), default=60, show_default=True, help="Seconds for receipt and reply.")
@click.option("--county", "code", help="Whose sender is used, where there are several counties.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(*, number: int | None, to: str | None, wait_seconds: int, code: str | None, as_json: bool) -> None:
    """Try an account: connect, sign in and, with --to, send one message and wait for receipt and reply. Code 1 when something fails."""
    gateways = gateways_from_urls(settings.SMS_URLS, base_url=settings.BASE_URL)
    if number and number > len(gateways):
        refuse(f"VASTE_SMS_URL has {len(gateways)} addresses; there is no number {number}.")
    chosen = [number - 1] if number else range(len(gateways))
    phone = _phone_to_try(to) if to else ""
    sender = _sender_of(chosen_county(code)) if to else ""
    told: list[tuple[str, Step]] = []
    for index in chosen:
        _check_one(gateways[index], settings.SMS_URLS[index], phone, sender, wait_seconds, told, as_json=as_json)
    if as_json:
        print_json({"steps": [{"account": name, "ok": step.is_well, "sentence": step.sentence} for name, step in told]})
    if not all(step.is_well for _, step in told):
        raise click.exceptions.Exit(1)


def _check_one(
    gateway: SmsGateway, url: str, phone: str, sender: str, wait_seconds: int, told: list[tuple[str, Step]], *, as_json: bool
) -> None:
    def tell(step: Step) -> None:
        told.append((gateway.account, step))
        if not as_json:
            click.echo(f"{'ok  ' if step.is_well else 'FAIL'}  {gateway.account}: {step.sentence}")

    for step in connection_steps(url, signs_in=True):
        tell(step)
        if not step.is_well:
            return
    if phone:
        if any(one.account == gateway.account and one.is_connected and not one.is_silent for one in standings(now=clock.now())):
            tell(Step(True, "vaste work holds this account just now. If the operator allows one connection only, stop it first."))
        audit("command", "account.tried", gateway.account)
        Trial(gateway=gateway, to=phone, sender=sender, wait_seconds=wait_seconds, explain=_explained, tell=tell).run()


def connection_steps(url: str, *, signs_in: bool) -> Iterator[Step]:
    """Yield how far a connection comes: the machine, its certificate and, where signs_in is wanted, user and password (SMPP only)."""
    place = place_of(url, base_url=settings.BASE_URL)
    if place is None:
        yield Step(True, "There is no connection to try here: the operator is simulated, or reached by a proxy.")
        return
    problem = why_unreachable(place)
    if problem:
        yield Step(False, problem)
        return
    proof = ", with a certificate for its name" if place.tls else ""
    yield Step(True, f"{place.host}:{place.port} answers{proof}.")
    if not signs_in:
        return
    if urlsplit(url).scheme not in {"smpp", "smpps"}:
        yield Step(True, "User and password of an HTTP account are checked with a message only: give --to.")
        return
    refused = why_not_bound(SmppSettings.from_url(url))
    yield Step(False, refused) if refused else Step(True, "The operator accepts user and password.")


def _phone_to_try(written: str) -> str:
    """Return the phone in E.164. Ends the command when nothing may be sent to it."""
    phone = mobile_number(written)
    if phone is None:
        refuse("--to must be a mobile number, as +358401234567. Nothing was sent.")
    if has_opted_out(phone):
        refuse("This phone has asked for no messages. Nothing was sent. Let it opt in again first, or try another.")
    return phone


def _sender_of(county: County) -> str:
    found = county.settings
    return found.sender_number if found.sending.reply_way else found.sender_name


def _explained(status: str) -> str:
    return operations_words.status_words(load_words(_STATUS_TEXTS)["en"], status)


@sms.command()
@click.option("--language", type=click.Choice(LANGUAGES), help="One language; all of the county's when left out.")
@click.option("--price", type=click.FloatRange(0, 10), help="Euros for a message of one part; the county's segment_price when left out.")
@click.option("--county", "code", help="The county's code, where there are several.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def preview(*, language: str | None, price: float | None, code: str | None, as_json: bool) -> None:
    """Print every text message as it is sent, with its alphabet, its parts, the letters that cost, and its price."""
    found = chosen_county(code).settings
    each = found.sending.segment_price if price is None else price
    languages = [language] if language else found.languages
    shown = [one for spoken in languages for one in previews(found, spoken, base_url=settings.BASE_URL)]
    if as_json:
        print_json({"texts": [_as_json(one, each) for one in shown]})
        return
    for one in shown:
        click.echo(_as_lines(one, each))


def _as_json(one: Preview, price: float) -> dict[str, object]:
    return {
        "language": one.language,
        "name": one.name,
        "text": one.text,
        "encoding": one.encoding,
        "segments": one.segments,
        "letters_that_cost": one.costly,
        "price": round(one.segments * price, 4) if price else None,
    }


def _as_lines(one: Preview, price: float) -> str:
    parts = "1 part" if one.segments == 1 else f"{one.segments} parts"
    facts = [one.encoding, f"{len(one.text)} letters", parts]
    if one.costly:
        facts.append(f"not in GSM-7: {' '.join(one.costly)}")
    if price:
        facts.append(f"{one.segments * price:.3f} €")
    return f"[{one.language}] {one.name}: {', '.join(facts)}\n{one.text}\n"
