"""Count what there is to deliver, through the same expressions as every reader of the record."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from vaste.invitations.queries import count_invited
from vaste.national.cubes.groups import Numbers
from vaste.national.cubes.levels import Quarter, age_group, language_group
from vaste.national.cubes.plan import Facts, Leaf
from vaste.national.cubes.singles import Single
from vaste.organisations.models import Unit
from vaste.responses.queries import Dimension, Selection, count_responses
from vaste.responses.rules import read_answers
from vaste.responses.tally import Tally

_BY = (Dimension.UNIT, Dimension.INSTRUMENT, Dimension.CHANNEL, Dimension.LANGUAGE, Dimension.AGE)


def read_facts(units: Sequence[Unit], quarters: Sequence[Quarter], instrument: str, items: Sequence[str]) -> Facts:
    """Return the counts of what invited people answered to an instrument, in units and quarters. items: the statements delivered."""
    oids = tuple(sorted(unit.oid for unit in units))
    answered: dict[Leaf, Numbers] = {}
    invited: Counter[Leaf] = Counter()
    for quarter in quarters:
        selection = Selection(oids, quarter.span)
        for (unit, asked, channel, language, age), tally in count_responses(selection, _BY).items():
            if asked == instrument:
                leaf = Leaf(unit, str(quarter), age_group(age), language_group(language), channel)
                numbers = _numbers(tally, items)
                answered[leaf] = answered[leaf] + numbers if leaf in answered else numbers
        for (unit, language, age), number in (count_invited(selection, (Dimension.UNIT, Dimension.LANGUAGE, Dimension.AGE)) or {}).items():
            invited[Leaf(unit, str(quarter), age_group(age), language_group(language))] += number
    services = {unit.oid: unit.service for unit in units}
    return Facts(services, tuple(map(str, quarters)), tuple(items), answered, dict(invited))


def _numbers(tally: Tally, items: Sequence[str]) -> Numbers:
    promoters, passives, detractors = sum(tally.nps[9:]), sum(tally.nps[7:9]), sum(tally.nps[:7])
    steps = [step for item in items for step in tally.statement(item)]
    return np.array([tally.responses, promoters, passives, detractors, *steps], dtype=np.int64)


def read_singles(units: Sequence[Unit], quarters: Sequence[Quarter], instrument: str, items: Sequence[str]) -> Iterator[Single]:
    """Yield every answer that `read_facts` counts, by itself: from the database, for the cubes know only counts."""
    oids = tuple(sorted(unit.oid for unit in units))
    columns = ("unit_id", "age_band", "language", "channel", "nps", "answers")
    for quarter in quarters:
        rows = Selection(oids, quarter.span).responses().filter(instrument=instrument).order_by()
        for unit, age, language, channel, score, line in rows.values_list(*columns).iterator():
            answers = read_answers(line)
            leaf = Leaf(unit, str(quarter), age_group(age), language_group(language), channel)
            yield Single(leaf, score, tuple(answers.get(item) for item in items))
