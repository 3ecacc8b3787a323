"""The process of the demo's hub: makes its tables, lets the county deliver, tells the tokens on its first line, and serves.

It ends with the process that started it, however that one ends.
"""

import json
import os
import sys

import django

from vaste.config.parent import when_parent_ends


def _prepare(code: str, public_key: str) -> None:
    """Make the tables and open the county; its tokens are new each time, and told once."""
    from django.core.management import call_command
    from django.db import connections

    from vaste.core import clock
    from vaste.national.hub.actions import open_county
    from vaste.national.hub.keys import hub_key
    from vaste.national.packages.signing import written_public

    call_command("migrate", interactive=False, verbosity=0)
    tokens = open_county(code=code, public_keys=[public_key], actor="demo", today=clock.now().date())
    told = {"token": tokens.county, "hub_token": tokens.hub, "hub_key": written_public(hub_key().public_key())}
    sys.stdout.write(f"{json.dumps(told)}\n")
    sys.stdout.flush()
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nobody reads more of it than that line
    connections.close_all()  # the server's processes must not share ours


def main(host: str, port: str, code: str, public_key: str) -> None:
    """Prepare the hub and serve it until ended."""
    django.setup()
    from vaste.config.hub_server import serve

    _prepare(code, public_key)
    serve(host, port)


if __name__ == "__main__":
    when_parent_ends(lambda: os._exit(0))
    main(*sys.argv[1:])
