"""A hub in a process of its own, counties that send to it at once, and what is found in it afterwards."""

import hashlib
import os
import random
import signal
import ssl
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection

from vaste.core import clock
from vaste.national.counties import organisations
from vaste.national.hub.actions import Tokens, open_county
from vaste.national.hub.models import ReceivedDelivery
from vaste.national.hub.verifying import verify_hub
from vaste.national.packages.examples import Example, example_contents
from vaste.national.packages.layout import Contents
from vaste.national.packages.signing import new_key, written_public
from vaste.national.packages.writing import write_package

_HOST = "127.0.0.1"
_PATIENCE_SECONDS = 120.0


@dataclass
class County:
    """A made-up county that sends, and every answer it got, by package."""

    code: str
    tokens: Tokens
    key: Ed25519PrivateKey
    contents: Contents
    answers: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)

    def package(self, campaign: str) -> bytes:
        """Return its package of a campaign."""
        return write_package(replace(self.contents, campaign=campaign), self.key)

    def deliver(self, hub: "Hub", packed: bytes) -> None:
        """Send a package until a receipt comes. Raises TimeoutError."""
        ends_at = time.monotonic() + _PATIENCE_SECONDS
        answers = self.answers.setdefault(hashlib.sha256(packed).hexdigest(), [])
        while time.monotonic() < ends_at:
            try:
                response = hub.post("/hub/v1/deliveries", packed, token=self.tokens.county)
            except httpx.TransportError as error:
                self.faults[type(error).__name__] += 1
                time.sleep(0.1)
                continue
            if response.status_code in {429, 503}:
                self.faults[str(response.status_code)] += 1
                time.sleep(0.2)
                continue
            assert response.headers["Vaste-Hub-Token"] == self.tokens.hub
            answers.append((response.status_code, response.text))
            return
        raise TimeoutError(f"The hub gave county {self.code} no receipt within {_PATIENCE_SECONDS:.0f} seconds.")


def made_counties(count: int) -> list[County]:
    """Return made-up counties that may deliver to the hub of the configured database."""
    counties = []
    for number, code in enumerate(list(organisations())[:count]):
        key = new_key()
        tokens = open_county(code=code, public_keys=[written_public(key.public_key())], actor="command", today=clock.now().date())
        counties.append(County(code, tokens, key, example_contents(Example(county=code, seed=number))))
    return counties


class Hub:
    """`vaste hub serve` on the configured database, in a process group of its own, which can be killed at any moment."""

    def __init__(self, port: int, log: Path, *, certificate: Path | None = None, certificate_key: Path | None = None) -> None:
        files = {"--certificate": certificate, "--certificate-key": certificate_key}
        self._options = ["--port", str(port), *(text for name, file in files.items() if file for text in (name, str(file)))]
        self.address = f"{'https' if certificate else 'http'}://{_HOST}:{port}"
        self._trusted: ssl.SSLContext | bool = ssl.create_default_context(cafile=certificate) if certificate else True
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def get(self, path: str) -> httpx.Response:
        """Ask for a page. Raises httpx.TransportError."""
        return httpx.get(self.address + path, timeout=30, verify=self._trusted)

    def post(self, path: str, body: bytes, *, token: str) -> httpx.Response:
        """Send a body in the name of a county. Raises httpx.TransportError."""
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.post(self.address + path, content=body, headers=headers, timeout=30, verify=self._trusted)

    def start(self) -> None:
        """Start it, and wait until it answers. Raises TimeoutError."""
        command = [sys.executable, "-c", "from vaste.config.command import main; main()", "hub", "serve", *self._options]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, env=environment(), stdout=log, stderr=log, start_new_session=True)  # noqa: S603
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        ends_at = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < ends_at:
            try:
                if self.get("/healthz").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise TimeoutError(f"The hub did not start; its log is {self._log}.")

    def kill(self, *, server_alone: bool = False) -> None:
        """End it at once, as `kill -9` does: server and worker, or the server alone, whose worker must then end by itself."""
        assert self._process
        if server_alone:
            self._process.kill()
        else:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """End it kindly."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(_PATIENCE_SECONDS)


def environment() -> dict[str, str]:
    """Return the environment that gives another process our database, keys and folder."""
    return {
        **os.environ,
        "VASTE_DATABASE_URL": _database_url(connection.settings_dict),
        "VASTE_HUB_DIR": str(settings.HUB_DIR),
        "VASTE_SECRET_KEY": settings.SECRET_KEY,
        "VASTE_IDENTITY_KEY": " ".join(settings.IDENTITY_KEYS),
        "VASTE_ANALYTICS": settings.ANALYTICS_URL,
    }


def _database_url(configured: Mapping[str, Any]) -> str:
    if connection.vendor == "sqlite":
        return f"sqlite:///{configured['NAME']}"
    user, password, host, port = (quote(str(configured[name] or ""), safe="") for name in ("USER", "PASSWORD", "HOST", "PORT"))
    query = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in configured["OPTIONS"].items())
    place = f"{host}:{port}" if port else host
    return f"postgresql://{user}:{password}@{place}/{configured['NAME']}{'?' + query if query else ''}"


@contextmanager
def running(hub: Hub) -> Iterator[Hub]:
    """Run a hub for a while."""
    hub.start()
    try:
        yield hub
    finally:
        hub.stop()


def send_at_once(counties: Sequence[County], packages: Sequence[bytes], hub: Hub) -> ThreadPoolExecutor:
    """Let every county send its package at the same moment; the executor ends when all have their receipts."""
    executor = ThreadPoolExecutor(len(counties))
    for county, packed in zip(counties, packages, strict=True):
        executor.submit(county.deliver, hub, packed)
    return executor


def one_round(hub: Hub, counties: Sequence[County], campaign: str, *, kill_after: float, server_alone: bool) -> None:
    """Let all counties deliver a campaign at once, and kill the hub in the midst of it; it is started again at once."""
    packages = [county.package(campaign) for county in counties]
    sending = send_at_once(counties, packages, hub)
    time.sleep(kill_after)
    hub.kill(server_alone=server_alone)
    hub.start()
    sending.shutdown(wait=True)


def random_kills(hub: Hub, counties: Sequence[County], kills: int, *, chance: random.Random, longest: float) -> None:
    """Kill a hub many times at moments drawn at random, each time while all counties deliver. longest: seconds until a kill."""
    for number in range(kills):
        one_round(hub, counties, f"round-{number + 1}", kill_after=chance.uniform(0, longest), server_alone=chance.random() < 0.3)


def wait_until_tabled() -> None:
    """Wait until every delivery is in the tables. Raises TimeoutError."""
    ends_at = time.monotonic() + _PATIENCE_SECONDS
    while ReceivedDelivery.objects.filter(is_tabled=False).exists():
        if time.monotonic() > ends_at:
            raise TimeoutError("Deliveries are not in the tables after two minutes.")
        time.sleep(0.2)


def found(counties: Sequence[County]) -> dict[str, int]:
    """Return what is in the hub beside what was sent and answered; every count of a fault should be 0."""
    sent = {sha256 for county in counties for sha256 in county.answers}
    receipts = dict(ReceivedDelivery.objects.values_list("package_sha256", "receipt"))
    answers = [(sha256, *answer) for county in counties for sha256, given in county.answers.items() for answer in given]
    statuses = Counter(status for _, status, _ in answers)
    proof = verify_hub()
    return {
        "sent": len(sent),
        "stored": len(receipts),
        "lost": len(sent - receipts.keys()),
        "strange": len(receipts.keys() - sent),
        "new_receipts": statuses[201],
        "receipts_of_what_was_there": statuses[200],
        "refused": sum(count for status, count in statuses.items() if status not in {200, 201}),
        "connections_cut": sum(sum(county.faults.values()) for county in counties),
        # What a county was told is, byte for byte, what the hub holds; and that is proven to be true.
        "false_receipts": proof.false_receipts + sum(receipts.get(sha256) != text for sha256, _, text in answers),
        "broken_files": proof.broken_files,
        "stray_files": proof.stray_files,
        "cells": proof.cells,
        "cells_missing": proof.cells_missing,
        "cells_doubled": proof.cells_doubled + proof.strange_cells,
    }
