"""Values kept in the process while what they were made from stays the same."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Shelf(Generic[Value]):
    """The latest value of each key, with the mark of what it was made from. at_most: so many keys, those asked for last."""

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        self._kept: OrderedDict[Hashable, tuple[object, Value]] = OrderedDict()
        self._lock = Lock()

    def value(self, key: Hashable, mark: object, make: Callable[[], Value]) -> Value:
        """Return the value of a key under a mark, made anew where the mark is another.

        While one thread makes a value the others wait: after each change all readers would else make the same at once.
        """
        with self._lock:
            kept = self._kept.get(key)
            value = kept[1] if kept and kept[0] == mark else make()
            self._kept[key] = (mark, value)
            self._kept.move_to_end(key)
            while len(self._kept) > self._at_most:
                self._kept.popitem(last=False)
            return value
