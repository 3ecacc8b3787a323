"""Let the tables of the country follow the deliveries, from wherever a kill left off."""

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from threading import Event, Thread

import duckdb
import structlog
from deltalake.exceptions import DeltaError
from django.conf import settings
from django.db import Error as DatabaseFault
from django.db import close_old_connections

from vaste.core import clock
from vaste.national.hub.cell_tables import CellsOfDelivery, cell_tables
from vaste.national.hub.models import NationalEdition, ReceivedDelivery
from vaste.national.hub.store import forget_strays, missing_packages, package_file
from vaste.national.packages.reading import tables_of
from vaste.responses.copy.engine import EngineMissing

log = structlog.get_logger()
_LOOKS_AGAIN_SECONDS = 30.0
_AT_A_TIME = 50


def mend() -> None:
    """Take away what a kill left half done, before anything is received: files that no delivery names."""
    known = set(ReceivedDelivery.objects.values_list("package_sha256", flat=True))
    strays, missing = forget_strays(known), missing_packages(known)
    if strays:
        log.info("hub.strays_removed", files=strays)
    if missing:
        log.error("hub.packages_missing", files=len(missing))


def follow_deliveries() -> int:
    """Bring every delivery that is not in the tables yet into them, then count the country anew; return how many it brought.

    Each step may be done twice: a table knows which deliveries it has, and an edition which deliveries it was counted from.
    """
    brought = 0
    while waiting := list(ReceivedDelivery.objects.filter(is_tabled=False).select_related("county").order_by("id")[:_AT_A_TIME]):
        put_into_tables(waiting)
        brought += len(waiting)
    make_edition()
    return brought


def rebuild_tables() -> int:
    """Make all tables anew from the packages; return of how many deliveries. Only while no hub serves."""
    ReceivedDelivery.objects.update(is_tabled=False)  # first, so that a kill in between leaves nothing that counts as done
    for name in ("tables", "country"):
        shutil.rmtree(Path(settings.HUB_DIR) / name, ignore_errors=True)
    return follow_deliveries()


def put_into_tables(deliveries: Sequence[ReceivedDelivery]) -> None:
    """Bring some deliveries' cells into the tables, and note that they are there. A commit costs as much for one as for many."""
    packages = [(delivery, tables_of(package_file(delivery.package_sha256).read_bytes())) for delivery in deliveries]
    for name, table in cell_tables().items():
        table.put([CellsOfDelivery(each.county.code, each.campaign, each.package_sha256, tables[name]) for each, tables in packages])
    ReceivedDelivery.objects.filter(id__in=[delivery.id for delivery in deliveries]).update(is_tabled=True)


def newest_deliveries() -> list[ReceivedDelivery]:
    """Return of each county and campaign the newest version that is in the tables, in their order."""
    newest: dict[tuple[str, str], ReceivedDelivery] = {}
    for delivery in ReceivedDelivery.objects.filter(is_tabled=True).select_related("county"):
        newest[delivery.county.code, delivery.campaign] = delivery  # versions come in their order
    return list(newest.values())


def edition_folder(edition: int) -> Path:
    """Return where an edition of the country's tables lies."""
    return Path(settings.HUB_DIR) / "country" / str(edition)


def make_edition() -> None:
    """Count the country anew where other deliveries are the newest ones than those it was counted from."""
    deliveries = [delivery.package_sha256 for delivery in newest_deliveries()]
    contents = hashlib.sha256(" ".join(sorted(deliveries)).encode()).hexdigest()
    present = NationalEdition.objects.first()
    if present and present.contents == contents and _is_whole(present.edition):
        return
    from vaste.national.hub.cubes import make_national_cubes  # takes a second to load, in which a hub that starts would not answer

    edition = present.edition + 1 if present else 1
    shutil.rmtree(edition_folder(edition), ignore_errors=True)  # what a kill left of it
    make_national_cubes(edition_folder(edition), deliveries, settings.ANALYTICS_URL)
    values = {"edition": edition, "contents": contents, "made_at": clock.now()}
    NationalEdition.objects.update_or_create(id=1, defaults=values)
    _forget_editions(keep=(edition, edition - 1))
    log.info("hub.country_counted", deliveries=len(deliveries), edition=edition)


def _is_whole(edition: int) -> bool:
    from vaste.national.hub.cubes import CUBES, cube_file

    return all(cube_file(edition_folder(edition), cube).is_file() for cube in CUBES)


def _forget_editions(keep: Sequence[int]) -> None:
    """Remove older editions; the one before may still be read."""
    for folder in edition_folder(0).parent.iterdir():
        if folder.name not in {str(edition) for edition in keep}:
            shutil.rmtree(folder, ignore_errors=True)


class Follower:
    """The thread that lets the tables follow: at once when a delivery came, and now and then by itself."""

    def __init__(self) -> None:
        self._called = Event()

    def start(self) -> None:
        """Begin to follow, for as long as the process lives."""
        self._called.set()
        Thread(target=self._follow, name="hub-follower", daemon=True).start()

    def call(self) -> None:
        """Tell that a delivery came."""
        self._called.set()

    def _follow(self) -> None:
        while True:
            self._called.wait(_LOOKS_AGAIN_SECONDS)
            self._called.clear()
            close_old_connections()
            try:
                follow_deliveries()
            except (DeltaError, duckdb.Error, EngineMissing, OSError, DatabaseFault) as error:
                log.exception("hub.following_failed", error=type(error).__name__)
                self._called.wait(_LOOKS_AGAIN_SECONDS)


follower = Follower()
