"""`vaste hub`: the receiving end of deliveries, with a data folder of its own."""

import ipaddress
from dataclasses import asdict
from pathlib import Path

import click
from django.conf import settings

from vaste.config import server
from vaste.config.commands.outcome import print_json, refuse
from vaste.config.hub_server import become_server
from vaste.core import clock
from vaste.national.hub.completeness import completeness, delivered_quarters, standing_json
from vaste.national.hub.holding import HubBusy, only_server
from vaste.national.hub.keys import hub_key
from vaste.national.hub.models import HubCounty
from vaste.national.packages.signing import KeyWrong, key_id, read_public, written_public

_WAIT_SECONDS = 5.0


@click.group()
def hub() -> None:
    """Receive counties' deliveries. Give the hub a VASTE_DATA_DIR of its own."""


@hub.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on; VASTE_PORT when left out.")
@click.option(
    "--certificate", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="PEM file of the certificate and its chain."
)
@click.option("--certificate-key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="PEM file of its private key.")
def hub_serve(host: str, port: int | None, certificate: Path | None, certificate_key: Path | None) -> None:
    """Receive deliveries and show who has delivered, over HTTPS; without a certificate on this machine alone."""
    if (certificate is None) != (certificate_key is None):
        refuse("A certificate needs its key, and a key its certificate. Nothing was started.")
    if certificate is None and not _is_this_machine(host):
        refuse("Without a certificate the hub listens on 127.0.0.1 or ::1 only. Give --certificate and --certificate-key.")
    chosen = port or settings.PORT
    server.check_port(host, chosen)
    HubCounty.objects.exists()  # a database that is not ready is told now, not by the server in its log
    try:
        with only_server(wait_seconds=_WAIT_SECONDS):
            hub_key()
    except (HubBusy, KeyWrong) as error:
        refuse(f"{error} Nothing was started.")
    become_server(host=host, port=chosen, certificate=certificate, certificate_key=certificate_key)


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@hub.command("key")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def hub_show_key(*, as_json: bool) -> None:
    """Print the public key by which receipts are signed; it is made at the first call."""
    try:
        public = hub_key().public_key()
    except KeyWrong as error:
        refuse(f"{error} Put back the right file in {settings.HUB_DIR}/keys.")
    if as_json:
        print_json({"key_id": key_id(public), "public_key": written_public(public)})
    else:
        click.echo(written_public(public))


@hub.command("completeness")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def hub_completeness(*, as_json: bool) -> None:
    """Print which organisation has delivered what."""
    standings = completeness()
    if as_json:
        print_json({"quarters": delivered_quarters(standings), "counties": [standing_json(standing) for standing in standings]})
        return
    for standing in standings:
        click.echo(f"{standing.organisation.code:<4}{standing.organisation.name_en}")
        for campaign in standing.campaigns:
            n = "hidden" if campaign.newest.n is None else campaign.newest.n
            click.echo(
                f"    {campaign.campaign}, {campaign.period.first} to {campaign.period.last}: version {campaign.newest.version}, n {n}"
            )


@hub.command("count")
def hub_count() -> None:
    """Bring the deliveries into the tables and count the country now; a hub that serves does it by itself."""
    from vaste.national.hub.following import follow_deliveries  # with the engines, for which `serve` would wait

    try:
        with only_server():
            brought = follow_deliveries()
    except HubBusy as error:
        refuse(f"{error} It counts by itself.")
    click.echo(f"{brought} deliveries were brought into the tables.")


@hub.command("rebuild")
def hub_rebuild() -> None:
    """Make the tables and the country anew from the packages, as after a restore without them, while no hub serves."""
    from vaste.national.hub.following import rebuild_tables

    try:
        with only_server():
            brought = rebuild_tables()
    except HubBusy as error:
        refuse(f"{error} End it first. Nothing was changed.")
    click.echo(f"The tables were made anew from {brought} deliveries.")


@hub.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@click.pass_context
def hub_verify(context: click.Context, *, as_json: bool) -> None:
    """Prove that every delivery is there once: its file, its receipt, its cells. Ends with code 1 when it is not so."""
    from vaste.national.hub.verifying import verify_hub

    proof = verify_hub()
    told = {**asdict(proof), "is_whole": proof.is_whole}
    if as_json:
        print_json(told)
    else:
        click.echo("\n".join(f"{name:<16}{value}" for name, value in told.items()))
    context.exit(0 if proof.is_whole else 1)


@hub.group("county")
def hub_county() -> None:
    """Organisations that may deliver."""


@hub_county.command("add")
@click.argument("code")
@click.option(
    "--key", "keys", multiple=True, required=True, help="Public key of its packages: base64, or a file with it. May be given twice."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def hub_county_add(code: str, keys: tuple[str, ...], *, as_json: bool) -> None:
    """Let the organisation CODE deliver, or renew its token and keys; tokens are printed once."""
    from vaste.national.hub.actions import CountyUnknown, open_county

    try:
        tokens = open_county(code=code, public_keys=[_key(key) for key in keys], actor="command", today=clock.now().date())
    except (CountyUnknown, KeyWrong) as error:
        refuse(f"{error} Nothing was changed.")
    _print_tokens(tokens.county, tokens.hub, as_json=as_json)


def _key(given: str) -> str:
    """Return a key on one line, from what was given or the file of that name. Raises KeyWrong."""
    path = Path(given)
    try:
        text = path.read_text(encoding="utf-8") if len(given) < 4096 and path.is_file() else given
    except (OSError, UnicodeDecodeError) as error:
        raise KeyWrong(f"The file {given} cannot be read.") from error
    return written_public(read_public(text))


def _print_tokens(token: str, hub_token: str, *, as_json: bool) -> None:
    public = written_public(hub_key().public_key())
    if as_json:
        print_json({"token": token, "hub_token": hub_token, "hub_key": public})
        return
    click.echo(f"token      {token}")
    click.echo(f"hub token  {hub_token}")
    click.echo(f"hub key    {public}")


@hub_county.command("remove")
@click.argument("code")
def hub_county_remove(code: str) -> None:
    """Take the right to deliver back from the organisation CODE; what it delivered stays."""
    from vaste.national.hub.actions import CountyUnknown, close_county

    try:
        close_county(code=code, actor="command", today=clock.now().date())
    except CountyUnknown as error:
        refuse(f"{error} Nothing was changed.")
    click.echo(f"The organisation {code} can deliver no more. What it has delivered stays.")
