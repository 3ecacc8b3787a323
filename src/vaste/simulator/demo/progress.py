"""How far the demo has come, kept in the data folder so that the next start goes on from there."""

from datetime import date, timedelta
from pathlib import Path

import msgspec

_FILE = "demo-progress.json"
_WEEKS_BACK = 8


class Progress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The day that is lived next, how many visits there have been, and how many phones were given to visitors."""

    day: date
    visits: int = 0
    own_phones: int = 0


_read = msgspec.json.Decoder(Progress)


def first_day(today: date) -> date:
    """Return the Monday eight weeks back: a demo that began on a weekend would begin with closed doors."""
    return today - timedelta(days=today.weekday(), weeks=_WEEKS_BACK)


def next_day(day: date, today: date) -> date:
    """Return the day after, but never later than yesterday: today's visits have not all happened."""
    return min(day + timedelta(days=1), today - timedelta(days=1))


def read_progress(data_dir: Path, today: date) -> Progress:
    """Return how far an earlier run had come; the beginning where there was none, or where its note cannot be read."""
    try:
        return _read.decode((data_dir / _FILE).read_bytes())
    except (FileNotFoundError, msgspec.DecodeError):
        return Progress(day=first_day(today))


def keep_progress(data_dir: Path, progress: Progress) -> None:
    """Write how far the demo has come; a cut in between leaves the note from before."""
    draft = data_dir / f"{_FILE}.new"
    draft.write_bytes(msgspec.json.encode(progress))
    draft.replace(data_dir / _FILE)
