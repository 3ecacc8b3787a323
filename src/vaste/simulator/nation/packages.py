"""The packages that the counties of an invented country deliver, protected, audited and signed like real ones."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vaste.national.comparison.compared import Comparison, compare
from vaste.national.comparison.delivered import Delivered, Method, delivered
from vaste.national.comparison.reference import Reference
from vaste.national.cubes.plan import Facts, Leaf
from vaste.national.cubes.protecting import DeliveryStopped
from vaste.national.deliveries.making import delivered_items, package_of
from vaste.national.models import Delivery
from vaste.national.packages.reading import read_package
from vaste.national.packages.signing import new_key, read_public, written_public
from vaste.simulator.nation.drawing import COUNTS, Drawn
from vaste.surveys.instrument import national_adult

CAMPAIGN = "rehearsal"
_ANSWERED_SCORE = COUNTS.index("nps_n")


@dataclass(frozen=True)
class Packed:
    """A county's package, or why there is none; public_key: of whom it is signed, in base64."""

    county: str
    public_key: str
    package: bytes = b""
    stopped: str | None = None


def packages_of(counties: Iterable[Drawn], k: int) -> Iterator[Packed]:
    """Yield what each county delivers, signed by a key of its own that is thrown away."""
    for drawn in counties:
        key = new_key()
        public = written_public(key.public_key())
        try:
            yield Packed(drawn.county.code, public, _package(drawn, k, key))
        except DeliveryStopped as stopped:
            yield Packed(drawn.county.code, public, stopped=str(stopped))


def _package(drawn: Drawn, k: int, key: Ed25519PrivateKey) -> bytes:
    instrument = national_adult()
    delivery = Delivery(
        county_id=drawn.county.code,
        campaign=f"{CAMPAIGN}-{drawn.quarter.lower()}",
        version=1,
        instrument=instrument.version_key,
        first_quarter=drawn.quarter,
        last_quarter=drawn.quarter,
    )
    return package_of(delivery, instrument, facts_of(drawn), (), k, key).package


def compare_packages(packages: Iterable[Packed], quarter: str, reference: Reference) -> Comparison:
    """Return the comparison of what some packages hold, read as a hub reads them."""
    return compare(quarter, [_read(packed, quarter) for packed in packages if packed.stopped is None], reference)


def _read(packed: Packed, quarter: str) -> Delivered:
    package = read_package(packed.package, [read_public(packed.public_key)], county=packed.county)
    manifest = package.manifest
    method = Method(manifest.method_version, manifest.instrument.id, manifest.instrument.version, manifest.k)
    return delivered(packed.county, method, package.tables, quarter)


def facts_of(drawn: Drawn) -> Facts:
    """Return a county's answers as a delivery counts them from the record."""
    answered, invited = {}, defaultdict[Leaf, int](int)
    columns = [place for place in range(len(COUNTS)) if place != _ANSWERED_SCORE]
    for (unit, age, language, channel), counts, asked in zip(drawn.groups, drawn.counts, drawn.invited, strict=True):
        if counts[0]:
            answered[Leaf(unit.oid, drawn.quarter, age, language, channel)] = counts[columns]
        invited[Leaf(unit.oid, drawn.quarter, age, language)] += int(asked)
    service_of = {unit.oid: unit.service for unit in drawn.county.units}
    return Facts(service_of, (drawn.quarter,), delivered_items(national_adult()), answered, dict(invited))
