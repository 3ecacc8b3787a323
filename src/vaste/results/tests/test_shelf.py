from itertools import count

import pytest

from vaste.results.shelf import Shelf


def test_a_value_is_made_once_while_its_mark_stays_the_same():
    shelf, numbers = Shelf[int](at_most=4), count(1)

    assert [shelf.value("county", mark, lambda: next(numbers)) for mark in ("a", "a", "b", "a")] == [1, 1, 2, 3]


def test_values_of_other_keys_are_kept_beside_it():
    shelf, numbers = Shelf[int](at_most=4), count(1)

    assert [shelf.value(key, "a", lambda: next(numbers)) for key in ("one", "two", "one", "two")] == [1, 2, 1, 2]


def test_what_was_asked_for_longest_ago_goes():
    shelf, numbers = Shelf[int](at_most=2), count(1)

    assert [shelf.value(key, "a", lambda: next(numbers)) for key in ("one", "two", "one", "three", "one", "two")] == [1, 2, 1, 3, 1, 4]


def test_what_cannot_be_made_is_tried_again():
    shelf = Shelf[int](at_most=2)
    with pytest.raises(ZeroDivisionError):
        shelf.value("one", "a", lambda: 1 // 0)

    assert shelf.value("one", "a", lambda: 2) == 2
