"""Filler that reads as English."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine.tasks.filler import CLASSES, CLAUSES, DISTRACTING, WORDS, filler, shape, shapes
from engine.tasks.fluent import NAMES, Fluent
from engine.tasks.split import is_test

TOKENS = Fluent().tokens


def english(words: list[str]) -> bool:
    """Second source: a grammar of the clauses as one regular expression over words."""
    classes = {name: "|".join(group) for name, group in CLASSES.items()} | {
        "country": "|".join(NAMES)
    }
    clauses = "|".join(
        " ".join(f"({classes[name]})" for name in clause) for clause in (*CLAUSES, DISTRACTING)
    )
    return re.fullmatch(f"(({clauses}) )*", "".join(f"{word} " for word in words)) is not None


@pytest.mark.parametrize("gap", [*range(13), 40, 41, 80, 333, 2000])
@pytest.mark.parametrize("distractors", [0, 1, 3])
def test_shapes_have_exactly_the_words_that_were_asked_for(gap: int, distractors: int) -> None:
    if gap < distractors * len(DISTRACTING):
        with pytest.raises(ValueError, match=f"gap {gap} has no room for {distractors}"):
            shapes(gap, distractors)
        return
    found = shapes(gap, distractors)
    assert found.shape == (64, gap)
    country = len(CLASSES)
    assert ((found == country).sum(axis=1) == distractors).all()


def test_any_number_of_words_can_be_made() -> None:
    for gap in range(60):
        for seed in range(20):
            assert len(shape(np.random.default_rng(seed), gap, 0)) == gap


@pytest.mark.parametrize("gap", [1, 2, 3, 4, 5, 6, 40])
@pytest.mark.parametrize("split", ["train", "test"])
def test_filler_is_english_and_on_its_side(gap: int, split: str) -> None:
    drawn = filler(np.random.default_rng(0), 200, gap, split, tokens=TOKENS)  # type: ignore[arg-type]
    assert drawn.shape == (200, gap) and drawn.dtype == np.int64
    assert (is_test(drawn) == (split == "test")).all()
    vocabulary = Fluent().vocabulary
    assert all(english([vocabulary[token] for token in row]) for row in drawn)


@pytest.mark.parametrize("gap", [4, 8, 12, 13, 40])
def test_both_sides_have_filler_with_distractors(gap: int) -> None:
    for distractors in range(1, 1 + min(3, gap // 4)):
        for split in ("train", "test"):
            drawn = filler(
                np.random.default_rng(0),
                400,
                gap,
                split,
                tokens=TOKENS,
                countries=NAMES,
                distractors=distractors,
            )
            countries = np.isin(drawn, [TOKENS[name] for name in NAMES])
            assert (countries.sum(axis=1) == distractors).all()
            # At least two, so that no country is without a filler that leaves it out.
            assert len(np.unique(drawn[countries])) >= 2


def test_filler_says_nothing_about_the_answer() -> None:
    words = set(WORDS)
    assert not words & set(NAMES) and not words & set(Fluent().answers)
    assert "fluent" not in words and "speak" not in words


def test_a_gap_has_many_fillers() -> None:
    drawn = filler(np.random.default_rng(0), 500, 40, "test", tokens=TOKENS)
    assert len(np.unique(drawn, axis=0)) == 500
