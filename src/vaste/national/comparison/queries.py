"""The comparison of what the hub has accepted."""

from collections.abc import Iterator
from functools import lru_cache

from vaste.national.comparison.compared import Comparison, compare
from vaste.national.comparison.delivered import Delivered, Method, delivered
from vaste.national.comparison.reference import reference
from vaste.national.hub.following import newest_deliveries
from vaste.national.hub.tables import deliveries, quarters

_KEPT = 16
QUARTERS_OF_A_COURSE = 8


def compared_quarters() -> list[str]:
    """Return the quarters that can be compared, in order."""
    return quarters()


def comparison_of(quarter: str) -> Comparison:
    """Return the comparison of a quarter; counted anew when a delivery has come since."""
    return _comparison(quarter, tuple(delivery.package_sha256 for delivery in newest_deliveries()))


def latest_comparisons() -> list[Comparison]:
    """Return the comparisons of the last quarters, at most `QUARTERS_OF_A_COURSE`, in order."""
    return [comparison_of(quarter) for quarter in compared_quarters()[-QUARTERS_OF_A_COURSE:]]


@lru_cache(maxsize=_KEPT)
def _comparison(quarter: str, _packages: tuple[str, ...]) -> Comparison:
    return compare(quarter, _delivered(quarter), reference(), _delivered(quarter_before(quarter)))


def _delivered(quarter: str) -> Iterator[Delivered]:
    for each in deliveries(quarter):
        manifest = each.manifest
        how = Method(manifest.method_version, manifest.instrument.id, manifest.instrument.version, manifest.k)
        yield delivered(manifest.county, how, each.tables, quarter)


def quarter_before(quarter: str) -> str:
    """Return the quarter before one that is written as 2026-Q1."""
    year, _, number = quarter.partition("-Q")
    return f"{int(year) - 1}-Q4" if number == "1" else f"{year}-Q{int(number) - 1}"
