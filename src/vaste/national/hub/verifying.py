"""Prove that the hub holds what it promised: files, receipts and cells of every delivery, each once."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from vaste.national.hub.cell_tables import cell_tables
from vaste.national.hub.keys import hub_key
from vaste.national.hub.models import ReceivedDelivery
from vaste.national.hub.receipts import is_true
from vaste.national.hub.store import kept_files, package_file
from vaste.national.packages.layout import TABLES
from vaste.national.packages.reading import tables_of


@dataclass(frozen=True)
class Proof:
    """What was found. waiting: deliveries that are not in the tables yet, whose cells are not compared.

    broken_files: packages that are gone or altered. stray_files: what no delivery names, as of one that is just coming.
    false_receipts: receipts that are not signed by the hub's key, or tell of something else than the delivery.
    cells_missing, cells_doubled: of the tables beside the packages; strange_cells: of no delivery.
    """

    deliveries: int
    waiting: int
    broken_files: int
    stray_files: int
    false_receipts: int
    cells: int
    cells_missing: int
    cells_doubled: int
    strange_cells: int

    @property
    def is_whole(self) -> bool:
        """Whether everything is there once, and nothing else."""
        faults = (self.broken_files, self.stray_files, self.false_receipts, self.cells_missing, self.cells_doubled, self.strange_cells)
        return not any(faults)


def verify_hub() -> Proof:
    """Compare every delivery with its file, its receipt and its cells."""
    deliveries = list(ReceivedDelivery.objects.select_related("county"))
    whole = [delivery for delivery in deliveries if _is_whole(delivery.package_sha256)]
    known = {delivery.package_sha256 for delivery in deliveries}
    cells, missing, doubled, strange = _compared([delivery.package_sha256 for delivery in whole if delivery.is_tabled], known)
    return Proof(
        deliveries=len(deliveries),
        waiting=sum(not delivery.is_tabled for delivery in deliveries),
        broken_files=len(deliveries) - len(whole),
        stray_files=sum(path.stem not in known or path.suffix != ".zip" for path in kept_files()),
        false_receipts=sum(not _is_receipt_true(delivery) for delivery in deliveries),
        cells=cells,
        cells_missing=missing,
        cells_doubled=doubled,
        strange_cells=strange,
    )


def _is_whole(sha256: str) -> bool:
    path = package_file(sha256)
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def _is_receipt_true(delivery: ReceivedDelivery) -> bool:
    answer = json.loads(delivery.receipt)
    told = ("county", "campaign", "version", "package_sha256", "manifest_sha256", "state")
    held = (delivery.county.code, delivery.campaign, delivery.version, delivery.package_sha256, delivery.manifest_sha256, "accepted")
    return is_true(answer, hub_key().public_key()) and tuple(answer["receipt"][name] for name in told) == held


def _compared(tabled: Sequence[str], known: set[str]) -> tuple[int, int, int, int]:
    """Return how many cells the tables have, and how many are missing, doubled, or of no delivery at all."""
    held = {name: table.cells_of_deliveries() for name, table in cell_tables().items()}
    packages = {sha256: tables_of(package_file(sha256).read_bytes()) for sha256 in tabled}
    differences = [held[name].get(sha256, 0) - len(tables[name]) for sha256, tables in packages.items() for name in TABLES]
    return (
        sum(sum(of_table.values()) for of_table in held.values()),
        -sum(difference for difference in differences if difference < 0),
        sum(difference for difference in differences if difference > 0),
        sum(count for of_table in held.values() for sha256, count in of_table.items() if sha256 not in known),
    )
