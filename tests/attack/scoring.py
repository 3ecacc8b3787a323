"""How surprising the success of an attack is, if it were guessing."""

from collections.abc import Iterable, Mapping, Sequence
from math import sqrt

# A run of the suite makes about twenty such tests; one in fifty thousand runs may alarm without cause.
SIGNIFICANCE = 1e-6
# The standard normal's two-sided quantile of the same significance.
MOST_DEVIATION = 4.9


def chance_of(hits: int, chances: Iterable[float]) -> float:
    """Return the probability of at least so many hits when each guess hits with its own chance (Poisson binomial, exact)."""
    distribution = [1.0]
    for chance in chances:
        longer = [0.0] * (len(distribution) + 1)
        for count, probability in enumerate(distribution):
            longer[count] += probability * (1 - chance)
            longer[count + 1] += probability * chance
        distribution = longer
    return sum(distribution[hits:])


def is_guessing(hits: int, chances: Sequence[float]) -> bool:
    """Tell whether so many hits are no surprise; the figures are printed, for docs/privacy.md (`pytest tests/attack -rP`)."""
    print(f"{hits} of {len(chances)} guesses were right; guessing gives {sum(chances):.1f}")
    return chance_of(hits, chances) >= SIGNIFICANCE


def deviation(pairs_by_group: Mapping[object, Sequence[tuple[float, float]]]) -> float:
    """Return by how many standard deviations two orders agree within groups (Spearman); 0 when one says nothing of the other.

    Groups of fewer than four tell nothing and are left out.
    """
    found = [_correlation(pairs) * sqrt(len(pairs) - 1) for pairs in pairs_by_group.values() if len(pairs) > 3]
    return sum(found) / sqrt(len(found)) if found else 0.0


def _correlation(pairs: Sequence[tuple[float, float]]) -> float:
    first, second = _ranks([pair[0] for pair in pairs]), _ranks([pair[1] for pair in pairs])
    middle = (len(pairs) - 1) / 2
    across = sum((a - middle) * (b - middle) for a, b in zip(first, second, strict=True))
    spread = sqrt(sum((a - middle) ** 2 for a in first) * sum((b - middle) ** 2 for b in second))
    return across / spread if spread else 0.0


def _ranks(values: Sequence[float]) -> list[float]:
    """Return the rank of each value; equal values share the mean of their ranks."""
    places: dict[float, list[int]] = {}
    for place, value in enumerate(sorted(values)):
        places.setdefault(value, []).append(place)
    return [sum(places[value]) / len(places[value]) for value in values]
