"""What the demo county's lobby devices collected in the two years before: invented, and brought in as a real file of old answers is."""

import random
from datetime import date
from pathlib import Path

import vaste.history
from vaste.history.actions import import_history
from vaste.history.mapping import parse_mapping
from vaste.history.models import Source
from vaste.organisations.models import County

_MAPPING = Path(vaste.history.__file__).parent / "examples" / "devices.toml"
_YEARS = 2
# How often each score 0 to 10 was given, in the first year and in the second: rather better than before.
_SCORES = ((4, 1, 2, 2, 2, 4, 4, 11, 15, 20, 35), (3, 1, 1, 1, 2, 3, 3, 10, 15, 22, 39))
_IN_A_MONTH = (6, 14)


def load_history(county: County, *, begins: date) -> int:
    """Bring in the years before the demo begins, once; return how many answers were taken."""
    if Source.objects.exists():
        return 0
    mapping = parse_mapping(_MAPPING.read_text(encoding="utf-8"))
    octets = device_file(list(mapping.unit.names), begins).encode()
    return import_history(county=county, octets=octets, mapping=mapping, today=begins, actor="demo").taken


def device_file(units: list[str], begins: date) -> str:
    """Return the devices' file, in the layout of the example mapping; the same units and year give the same file."""
    chance = random.Random(begins.year)  # noqa: S311 - invented answers
    lines = ["Aika;Laite;Yksikkö;NPS;Kieli;Kommentti"]
    for place, scores in enumerate(_SCORES):
        for month in range(1, 13):
            for number, unit in enumerate(units, start=1):
                for _ in range(chance.randint(*_IN_A_MONTH)):
                    score, language = chance.choices(range(11), scores)[0], chance.choice(("suomi", "suomi", "suomi", "svenska"))
                    day = f"{chance.randint(1, 28):02}.{month:02}.{begins.year - _YEARS + place}"
                    lines.append(f"{day} {chance.randint(8, 15):02}:{chance.randint(0, 59):02};L{number:02};{unit};{score};{language};")
    return "\n".join(lines)
