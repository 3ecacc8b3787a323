"""Learn the weights from labelled comments. Needs scikit-learn, which only the test extra brings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from vaste.free_text.classifier import TONES, Numbers, Weights, classify, features
from vaste.free_text.labels import LANGUAGES, Sentiment, Theme

# By cross-validation on the labelled comments; tones are left less sure of themselves, so that the margin means something.
_THEME_STRENGTH, _TONE_STRENGTH = 1.0, 0.1

F1_AT_LEAST, TONE_AT_LEAST = 0.8, 0.72


@dataclass(frozen=True)
class Example:
    """A comment with what people say of it."""

    text: str
    language: str
    themes: frozenset[Theme]
    sentiment: Sentiment


@dataclass(frozen=True)
class Agreement:
    """How far a method agrees with people. f1: of themes, over all; tone: share of comments; unsure: share it does not decide."""

    comments: int
    precision: float
    recall: float
    f1: float
    tone: float
    unsure: float


@cache
def labelled_themes(part: str) -> tuple[Example, ...]:
    """Return the project's own examples: `made_with` to learn from, `held_out` to measure by."""
    name = "themes" if part == "made_with" else f"themes_{part}"
    return tuple(example for language in LANGUAGES for example in _read(f"{name}_{language}.txt", language))


def _read(name: str, language: str) -> Iterable[Example]:
    for line in (files(__package__) / "labelled" / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            themes, sentiment, text = line.split("|", 2)
            named = frozenset(Theme(theme) for theme in themes.split(",") if theme != "-")
            yield Example(text, language, named, Sentiment(sentiment))


def learn(examples: Sequence[Example]) -> Weights:
    """Return the weights that examples teach. Raises ImportError without scikit-learn."""
    from sklearn.linear_model import LogisticRegression

    rows, centre = features([example.text for example in examples], [example.language for example in examples])

    def fitted(answers: list[bool], strength: float) -> Numbers:
        # The intercept is a column of the features, so that the weights are one table.
        model = LogisticRegression(C=strength, class_weight="balanced", max_iter=2000, fit_intercept=False)
        learnt: Numbers = model.fit(rows, answers).coef_[0].astype(np.float32)
        return learnt

    themes = np.stack([fitted([theme in example.themes for example in examples], _THEME_STRENGTH) for theme in Theme])
    tones = np.stack([fitted([example.sentiment is tone for example in examples], _TONE_STRENGTH) for tone in TONES])
    return Weights(themes, tones, centre.astype(np.float32))


def agreement(examples: Sequence[Example], weights: Weights) -> Agreement:
    """Return how far the method agrees with examples."""
    said = [classify(example.text, example.language, weights) for example in examples]
    pairs = list(zip(said, examples, strict=True))
    right = sum(len(set(themes) & example.themes) for (themes, _, _), example in pairs)
    named, true = sum(len(themes) for themes, _, _ in said), sum(len(example.themes) for example in examples)
    precision, recall = right / max(1, named), right / max(1, true)
    decided = [(tone, example) for (_, tone, _), example in pairs if tone is not Sentiment.UNSURE]
    return Agreement(
        comments=len(examples),
        precision=precision,
        recall=recall,
        f1=2 * precision * recall / max(1e-9, precision + recall),
        tone=sum(tone is example.sentiment for tone, example in decided) / max(1, len(decided)),
        unsure=1 - len(decided) / max(1, len(examples)),
    )


def why_reading_is_too_bad(found: Agreement) -> list[str]:
    """Return what is below the floors, in words."""
    measures = (("f1 of themes", found.f1, F1_AT_LEAST), ("sentiment", found.tone, TONE_AT_LEAST))
    return [f"{name}: {value:.3f}, at least {floor}" for name, value, floor in measures if value < floor]
