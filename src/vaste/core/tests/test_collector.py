import gc
import weakref
from collections.abc import Iterator

import pytest

from vaste.core.collector import keep_what_is_loaded


class Thing:
    """Something that refers to itself, which only a collection finds to be garbage."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _later_tests_collect_as_usual() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_stands_is_not_looked_through_again() -> None:
    loaded = Thing()

    keep_what_is_loaded()

    assert loaded not in gc.get_objects()


def test_garbage_is_not_kept_with_it() -> None:
    before = weakref.ref(Thing())

    keep_what_is_loaded()
    after = weakref.ref(Thing())
    gc.collect()

    assert before() is None
    assert after() is None
