"""The floors below which no change may take the methods, on comments of which a part was written after the rules."""

import subprocess
import sys

import pytest

from vaste.free_text import voikko
from vaste.free_text.evaluation import (
    PARTS,
    labelled_comments,
    masking_scores,
    score_masking,
    why_masking_is_too_bad,
)
from vaste.free_text.labels import LANGUAGES
from vaste.free_text.masking import Masked
from vaste.free_text.tags import Tag


@pytest.mark.voikko
def test_masking_is_above_its_floors_in_each_part_and_language():
    assert why_masking_is_too_bad(masking_scores()) == []


def test_masking_is_above_its_floors_where_the_dictionary_is_not_installed():
    program = """
import ctypes
class Missing(ctypes.CDLL):
    def __init__(self, name, *rest):
        raise OSError(f"{name}: cannot open shared object file")
ctypes.CDLL = Missing
from vaste.free_text.evaluation import masking_scores, why_masking_is_too_bad
from vaste.free_text.voikko import is_voikko_here
print(is_voikko_here(), why_masking_is_too_bad(masking_scores()))
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (ran.stdout, ran.stderr) == ("False []\n", "")


def test_every_identity_code_of_the_labelled_comments_is_masked():
    for part in PARTS:
        score = masking_scores()[part, Tag.ID]
        assert score.identifiers >= 5
        assert score.recall == 1.0


def test_there_are_enough_labelled_comments_and_many_without_identifiers():
    counts = {part: [len(labelled_comments(language, part)) for language in LANGUAGES] for part in PARTS}
    assert sum(counts["made_with"]) >= 240
    assert sum(counts["held_out"]) >= 90
    everything = [comment for part in PARTS for language in LANGUAGES for comment in labelled_comments(language, part)]
    assert sum(not comment.places for comment in everything) >= 100


def test_the_floors_tell_what_is_wrong_with_a_masker_that_finds_nothing():
    comments = labelled_comments("fi", "held_out")
    score = score_masking(comments, masker=lambda text: Masked(text, text, ()))
    assert score.recall == 0.0
    assert score.precision == 1.0
    assert any("ID of held_out" in problem for problem in why_masking_is_too_bad({("held_out", "ID"): score}))


@pytest.mark.voikko
def test_the_dictionary_tells_names_from_words_in_any_form():
    assert voikko.word_readings("virtaselle").is_last_name
    assert voikko.word_readings("eliaksen").is_first_name
    assert voikko.word_readings("hoitajalle").is_common
    assert not voikko.word_readings("qwrtzx").is_known
