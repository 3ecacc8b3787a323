"""The faults that the simulated operator can be told to make: their names, their shares, and levels to rehearse at. Pure."""

import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

_TABLE = Path(__file__).with_name("faults.toml")


class Fault(StrEnum):
    """A fault that the simulated operator can make; the value is its name in `faults=`."""

    LOST_ANSWER = "lost_answer"
    TIMED_OUT = "timed_out"
    THROTTLED = "throttled"
    UNBOUND = "unbound"
    HEX_IDS = "hex_ids"
    ODD_IDS = "odd_ids"
    EARLY_RECEIPT = "early_receipt"
    DOUBLED_RECEIPTS = "doubled_receipts"
    PHONE_OFF = "phone_off"
    PART_FAILS = "part_fails"
    UNACKNOWLEDGED = "unacknowledged"
    REPLY_TWICE = "reply_twice"
    MIXED_PARTS = "mixed_parts"
    DEAD_PEER = "dead_peer"
    VENDOR_STATUS = "vendor_status"
    NUMBER_FORMS = "number_forms"
    ODD_WORDS = "odd_words"


@dataclass(frozen=True)
class Entry:
    """One of the twenty faults. said: a line on it by language. tested_by: the tests that make it on a real wire, where only they can."""

    number: int
    name: str
    said: Mapping[str, str]
    tested_by: str


@cache
def entries() -> tuple[Entry, ...]:
    """Return the twenty faults in the order of their numbers."""
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    found = [Entry(row.pop("number"), name, tested_by=row.pop("tested_by", ""), said=row) for name, row in table.items()]
    return tuple(sorted(found, key=lambda entry: entry.number))


@dataclass(frozen=True)
class Faults:
    """Of all messages or replies that a fault can meet, the share that it does, from 0 to 1; what is not named does not happen."""

    shares: tuple[tuple[Fault, float], ...] = ()

    def share(self, fault: Fault) -> float:
        """Return the share of a fault."""
        return dict(self.shares).get(fault, 0.0)

    def __or__(self, other: "Faults") -> "Faults":
        return Faults(tuple(sorted((dict(self.shares) | dict(other.shares)).items())))

    @classmethod
    def of(cls, shares: Mapping[Fault, float]) -> "Faults":
        """Return faults with these shares."""
        return cls(tuple(sorted(shares.items())))

    @classmethod
    def from_text(cls, text: str) -> "Faults":
        """Return the faults of `stormy`, of `throttled:0.01,lost_answer:0.002`, or of both, where the later goes before the earlier.

        Raises ValueError with a sentence that says what is known.
        """
        read = cls()
        for item in text.split(","):
            read |= _faults_of(item.strip())
        return read


def _faults_of(item: str) -> Faults:
    if item in LEVELS:
        return LEVELS[item]
    name, _, share = item.partition(":")
    if name not in set(Fault):
        raise ValueError(f"No fault or level is called {name!r}. Levels: {', '.join(LEVELS)}. Faults: {', '.join(Fault)}.")
    try:
        read = float(share)
    except ValueError:
        read = -1.0
    if not 0 <= read <= 1:
        raise ValueError(f"The share of the fault {name} is a number from 0 to 1, as in {name}:0.01.")
    return Faults.of({Fault(name): read})


_NONE = Faults()
# What people meet with any operator, any day.
_QUIET = Faults.of({Fault.DOUBLED_RECEIPTS: 0.02, Fault.PHONE_OFF: 0.02})
_BUSY = _QUIET | Faults.of(
    {
        Fault.THROTTLED: 0.002,
        Fault.TIMED_OUT: 0.002,
        Fault.UNBOUND: 0.001,
        Fault.EARLY_RECEIPT: 0.02,
        Fault.NUMBER_FORMS: 0.1,
        Fault.REPLY_TWICE: 0.01,
        Fault.ODD_WORDS: 0.005,
    }
)
_STORMY = Faults.of(
    dict.fromkeys(Fault, 0.05)
    | {
        # Each of these stops the whole account for a moment.
        Fault.LOST_ANSWER: 0.01,
        Fault.TIMED_OUT: 0.02,
        Fault.THROTTLED: 0.01,
        Fault.UNBOUND: 0.005,
        Fault.DEAD_PEER: 0.005,
        Fault.VENDOR_STATUS: 0.01,
        Fault.ODD_WORDS: 0.02,
        # Each change of spelling is an alarm; an operator changes it rarely.
        Fault.HEX_IDS: 0.005,
        Fault.ODD_IDS: 0.005,
    }
)

LEVELS: Mapping[str, Faults] = MappingProxyType({"none": _NONE, "quiet": _QUIET, "busy": _BUSY, "stormy": _STORMY})


class Luck:
    """The luck of one message or one reply. met: the faults that it met, in the order in which they were asked for."""

    def __init__(self, faults: Faults, rng: random.Random) -> None:
        self.rng = rng
        self.met: list[Fault] = []
        self._faults = faults

    def meets(self, fault: Fault) -> bool:
        """Tell whether a fault happens now; ask only where it would change something, since what happens is counted."""
        share = self._faults.share(fault)
        happens = share > 0 and self.rng.random() < share
        if happens:
            self.met.append(fault)
        return happens
