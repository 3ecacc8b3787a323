"""Which faults there are, how they are set, and how their luck is drawn."""

import random
from pathlib import Path

import pytest

from vaste.simulator.faults import LEVELS, Fault, Faults, Luck, entries

ROOT = Path(__file__).parents[4]


def test_there_are_twenty_faults_and_each_is_either_played_or_tested_on_a_wire():
    assert [entry.number for entry in entries()] == list(range(1, 21))
    assert {entry.name for entry in entries() if not entry.tested_by} == set(Fault)
    assert [entry.name for entry in entries() if entry.tested_by] == ["worker_killed", "forgotten_request", "receipt_wording"]


def test_the_tests_that_play_the_other_faults_are_there():
    assert [entry.tested_by for entry in entries() if not (ROOT / entry.tested_by).exists()] == []


def test_every_fault_is_told_in_three_languages():
    assert {frozenset(entry.said) for entry in entries()} == {frozenset({"fi", "sv", "en"})}


def test_a_level_and_single_faults_are_set_together_and_the_later_goes_before_the_earlier():
    faults = Faults.from_text("stormy, throttled:0.5,phone_off:0")
    assert (faults.share(Fault.THROTTLED), faults.share(Fault.PHONE_OFF)) == (0.5, 0.0)
    assert faults.share(Fault.HEX_IDS) == LEVELS["stormy"].share(Fault.HEX_IDS) > 0


def test_each_level_is_rougher_than_the_one_before():
    named = [sum(share for _, share in LEVELS[name].shares) for name in ("none", "quiet", "busy", "stormy")]
    assert named == sorted(set(named))
    assert {fault for fault, share in LEVELS["stormy"].shares if share} == set(Fault)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rain", "No fault or level is called 'rain'. Levels: none, quiet, busy, stormy."),
        ("", "No fault or level is called ''."),
        ("throttled", "The share of the fault throttled is a number from 0 to 1"),
        ("throttled:often", "The share of the fault throttled"),
        ("throttled:1.1", "The share of the fault throttled"),
        ("throttled:nan", "The share of the fault throttled"),
        ("worker_killed:0.1", "No fault or level is called 'worker_killed'"),
    ],
)
def test_what_is_no_fault_is_refused_in_a_sentence(text: str, words: str):
    with pytest.raises(ValueError, match=words.replace(".", r"\.")):
        Faults.from_text(text)


def test_a_fault_happens_about_as_often_as_its_share_and_is_remembered():
    luck = Luck(Faults.of({Fault.THROTTLED: 0.2}), random.Random(1))
    happened = [luck.meets(Fault.THROTTLED) for _ in range(1_000)]
    assert 150 < sum(happened) < 250
    assert luck.met == [Fault.THROTTLED] * sum(happened)
    assert not luck.meets(Fault.UNBOUND)
