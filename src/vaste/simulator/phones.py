"""What the simulated phones have on their screens: the last messages, in memory only, never more than a handful."""

from collections import OrderedDict, deque
from dataclasses import dataclass
from enum import StrEnum
from threading import Condition

_PHONES = 200
_MESSAGES = 24


class Side(StrEnum):
    """Whose line it is on a phone's screen."""

    COUNTY = "county"
    PERSON = "person"
    PAGE = "page"


@dataclass(frozen=True)
class Line:
    """One line on a screen. side PAGE: the person answered on the survey page, and `text` is its address."""

    side: Side
    text: str


class Phones:
    """The screens of the phones that were used last; safe to use from several threads."""

    def __init__(self) -> None:
        self._screens: OrderedDict[str, deque[Line]] = OrderedDict()
        self._changed = Condition()

    def show(self, number: str, side: Side, text: str) -> None:
        """Add a line to a phone's screen; the phone that was longest unused is forgotten when there are too many."""
        with self._changed:
            screen = self._screens.setdefault(number, deque(maxlen=_MESSAGES))
            screen.append(Line(side, text))
            self._screens.move_to_end(number)
            while len(self._screens) > _PHONES:
                self._screens.popitem(last=False)
            self._changed.notify_all()

    def screen(self, number: str) -> list[Line]:
        """Return the lines on a phone's screen, the oldest first."""
        with self._changed:
            return list(self._screens.get(number, ()))

    def busiest(self, count: int) -> list[tuple[str, list[Line]]]:
        """Return phones whose people did something, the latest first, before phones that only got a message."""
        with self._changed:
            screens = [(number, list(screen)) for number, screen in reversed(self._screens.items())]
        screens.sort(key=lambda entry: all(line.side is Side.COUNTY for line in entry[1]))
        return screens[:count]

    def wait_for_county(self, number: str, *, timeout_seconds: float) -> bool:
        """Wait until the last line on a phone's screen is the county's; tell whether it came in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._last_side(number) is Side.COUNTY, timeout_seconds)

    def _last_side(self, number: str) -> Side | None:
        screen = self._screens.get(number)
        return screen[-1].side if screen else None
