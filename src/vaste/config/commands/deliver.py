"""`vaste deliver`: a campaign's answers, in counts, for comparison in the country."""

import glob
import json
import os
import tempfile
from pathlib import Path
from typing import Any, NoReturn

import click

from vaste.config.commands.county import chosen_county
from vaste.config.commands.outcome import print_json, refuse
from vaste.core import clock
from vaste.invitations.models import Campaign
from vaste.national.cubes.protecting import DeliveryStopped
from vaste.national.deliveries.actions import check_delivery, draft_delivery, new_delivery
from vaste.national.deliveries.keys import delivery_key
from vaste.national.deliveries.making import make_package
from vaste.national.deliveries.receiving import NotDelivered
from vaste.national.deliveries.rules import ENDS, DeliveryRefused, DeliveryState
from vaste.national.deliveries.sending import configured_hub, send_delivery
from vaste.national.models import Delivery
from vaste.national.packages.archive import unpack
from vaste.national.packages.layout import STATEMENT, STATEMENTS
from vaste.national.packages.signing import KeyWrong, key_id, written_public
from vaste.organisations.models import County

_IN_ENGLISH = STATEMENTS[-1]
_APPROVED = (DeliveryState.APPROVED, DeliveryState.SENT, DeliveryState.RECEIPT)


@click.group(invoke_without_command=True)
@click.option("--campaign", "key", help="The campaign whose answers are delivered, by its key.")
@click.option("--out", metavar="FILE", help="Where the package is written.")
@click.option("--correction", "is_correction", is_flag=True, help="It replaces a delivery that was accepted.")
@click.option("--rows", "with_rows", is_flag=True, help="Single answers go along, under contract; written only once approved.")
@click.option("--dry-run", is_flag=True, help="Make and audit the package, keep and write nothing.")
@click.option("--county", "code", help="The county's code, where there are several.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def deliver(
    context: click.Context,
    *,
    key: str | None,
    out: str | None,
    is_correction: bool,
    with_rows: bool,
    dry_run: bool,
    code: str | None,
    as_json: bool,
) -> None:
    """Make a campaign's delivery, audit it, keep it, and write its package to a file. Sending needs a second person's approval first."""
    if context.invoked_subcommand is not None:
        return
    if not key or not (out or dry_run):
        refuse("Name the campaign and the file: vaste deliver --campaign KEY --out FILE, or try it with --dry-run.")
    if out and not Path(out).absolute().parent.is_dir():
        refuse(f"There is no folder {Path(out).absolute().parent}. Nothing was made.")
    campaign = _campaign(chosen_county(code), key)
    try:
        if dry_run:
            draft = new_delivery(campaign=campaign, is_correction=is_correction, with_rows=with_rows, now=clock.now(), by=None)
            package = make_package(draft, delivery_key()).package
        else:
            draft = _checked(campaign, is_correction=is_correction, with_rows=with_rows)
            package = bytes(draft.package or b"")
    except DeliveryStopped as stopped:
        _stop(stopped, as_json)
    except (DeliveryRefused, KeyWrong) as refused:
        refuse(str(refused))
    if out and not dry_run and draft.with_rows and draft.state not in _APPROVED:
        refuse("The delivery was checked and is kept. Single answers are written to a file only when a second person has approved it.")
    if out and not dry_run:
        _write(Path(out), package)
    _tell(draft, package, out if not dry_run else None, as_json=as_json)


def _campaign(county: County, key: str) -> Campaign:
    campaign = county.campaigns.filter(key=key).first()
    if campaign is None:
        refuse(f"County {county.code} has no campaign {key}. See those it has with: vaste campaign list")
    return campaign


def _checked(campaign: Campaign, *, is_correction: bool, with_rows: bool) -> Delivery:
    """Return the campaign's delivery that is under way, checked; begun where there is none. One that is checked already stays as it is."""
    own = Delivery.objects.filter(county_id=campaign.county_id, campaign=campaign.key).exclude(state__in=ENDS)
    delivery = own.first()
    if delivery is None:
        now = clock.now()
        delivery = draft_delivery(campaign=campaign, is_correction=is_correction, with_rows=with_rows, now=now, actor="command")
    if delivery.state == DeliveryState.DRAFT:
        check_delivery(delivery=delivery, private_key=delivery_key(), now=clock.now(), actor="command")
    return delivery


def _stop(stopped: DeliveryStopped, as_json: bool) -> NoReturn:
    if as_json:
        print_json({"stopped": stopped.reason, "cells": list(stopped.cells)})
    refuse(f"Nothing was delivered. {stopped}")


def _write(path: Path, package: bytes) -> None:
    """Write the package whole or not at all; what a run that was killed left half written goes."""
    folder = path.absolute().parent
    try:
        for half in folder.glob(f".{glob.escape(path.name)}.*.part"):
            half.unlink()
        with tempfile.NamedTemporaryFile(dir=folder, prefix=f".{path.name}.", suffix=".part", delete=False) as file:
            file.write(package)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
    except OSError as error:
        refuse(f"The file {path} cannot be written: {(error.strerror or 'unknown fault').lower()}. The delivery is kept; run it again.")


def _tell(delivery: Delivery, package: bytes, out: str | None, *, as_json: bool) -> None:
    files = unpack(package)
    if as_json:
        print_json({**_facts(delivery), "file": out, "octets": len(package), "statement": json.loads(files[STATEMENT])})
        return
    click.echo(files[_IN_ENGLISH].decode(), nl=False)
    if out:
        click.echo(
            f"\n{out}: {len(package)} octets. State: {delivery.state}. A second person approves it under Deliveries in the staff pages."
        )
    else:
        click.echo("\nTried out: nothing was kept or written.")


def _facts(delivery: Delivery) -> dict[str, Any]:
    return {
        "campaign": delivery.campaign,
        "version": delivery.version,
        "replaces": delivery.replaces.version if delivery.replaces else None,
        "from": delivery.first_quarter,
        "to": delivery.last_quarter,
        "state": delivery.state,
        "package_sha256": delivery.package_sha256,
        "manifest_sha256": delivery.manifest_sha256,
    }


@deliver.command("list")
@click.option("--county", "code", help="The county's code, where there are several.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_deliveries(*, code: str | None, as_json: bool) -> None:
    """Print the deliveries of a county, the newest first, and where each stands."""
    facts = [
        {**_facts(each), "problem": json.loads(each.problem)["sentence"] if each.problem else ""}
        for each in chosen_county(code).deliveries.select_related("replaces")
    ]
    if as_json:
        print_json(facts)
        return
    lines = [
        f"{each['campaign']} {each['version']}  {each['from']}–{each['to']}  {each['state']}  {each['problem']}".rstrip() for each in facts
    ]
    click.echo("\n".join(lines) or "There are no deliveries yet.")


@deliver.command("send")
@click.option("--campaign", "key", required=True, help="The campaign, by its key.")
@click.option("--county", "code", help="The county's code, where there are several.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def send(*, key: str, code: str | None, as_json: bool) -> None:
    """Send a campaign's approved delivery to the hub and keep its receipt; sent before without an answer, the same bytes go again."""
    delivery = _to_send(chosen_county(code), key)
    if delivery.state not in ENDS:
        try:
            receiver, hub = configured_hub()
            send_delivery(delivery=delivery, receiver=receiver, hub=hub, now=clock.now(), actor="command")
        except (NotDelivered, DeliveryRefused) as refused:
            refuse(str(refused))
        delivery.refresh_from_db()
    receipt = json.loads(delivery.receipt)
    if as_json:
        print_json({**_facts(delivery), "receipt": receipt["receipt"]})
    else:
        click.echo(f"{delivery.campaign} {delivery.version}: {delivery.state}. {receipt['receipt'].get('sentence', '')}".rstrip())


def _to_send(county: County, key: str) -> Delivery:
    """Return the newest delivery of a campaign if it waits to be sent, or has its receipt: who sent it may not have lived to tell."""
    newest = county.deliveries.filter(campaign=key).order_by("-version").first()
    if newest is None or (newest.state not in _APPROVED and newest.state != DeliveryState.REFUSED):
        refuse(f"No delivery of {key} waits to be sent: it must be checked, and approved by a second person. Nothing was sent.")
    return newest


@deliver.command("key")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show_key(*, as_json: bool) -> None:
    """Print the public key by which the hub knows this county's deliveries."""
    try:
        public = delivery_key().public_key()
    except KeyWrong as wrong:
        refuse(str(wrong))
    if as_json:
        print_json({"public_key": written_public(public), "key_id": key_id(public)})
    else:
        click.echo(written_public(public))
