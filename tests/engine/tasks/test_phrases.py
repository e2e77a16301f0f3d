"""Phrases: their French, and how they are drawn."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest

from engine.tasks import french
from engine.tasks.phrases import CLAUSES, Phrases, fitting, likeliest, phrase
from engine.tasks.split import is_test


@pytest.mark.parametrize(
    "english, said",
    [
        ("the cat sleeps", "le chat dort"),
        ("the mice sleep", "les souris dorment"),
        ("the small red turtle sleeps", "la petite tortue rouge dort"),
        ("the old grey horses run", "les vieux chevaux gris courent"),
        ("the old grey cows run", "les vieilles vaches grises courent"),
        ("the beautiful fox loves the white hen", "le beau renard aime la poule blanche"),
        ("the goats see the young wolf", "les chèvres voient le jeune loup"),
        ("the frog sings and the dogs laugh", "la grenouille chante et les chiens rient"),
    ],
)
def test_french_by_hand(english: str, said: str) -> None:
    assert french.in_french(tuple(english.split())) == tuple(said.split())


@pytest.mark.parametrize(
    "english",
    [
        *("the cats sleeps", "the cat sleep", "cat sleeps", "the cat", "sleeps", "the sleeps"),
        *("the red small cat sleeps", "the cat sleeps the dog", "the cat sees", "the cat sees dog"),
        *("the cat sleeps and", "and the cat sleeps", "the cat and the dog sleep", "the small cat"),
        *("the small big cat sleeps", "the cat small sleeps", "the cat sees sees the dog", "and"),
    ],
)
def test_what_is_no_phrase_is_none(english: str) -> None:
    assert french.in_french(tuple(english.split())) is None


def test_no_vowel_and_no_mute_h_stands_where_french_would_change() -> None:
    """Behind le or la comes the noun or an adjective that stands before it: neither may begin with a vowel."""
    nouns = [form for _, forms in french.NOUNS.values() for form in forms]
    adjectives = [form for forms in french.BEFORE.values() for form in forms]
    assert all(word[0] not in "aeiouyéèêhœ" for word in (*nouns, *adjectives))


def test_forms_agree_as_french_grammar_says() -> None:
    """Second source, the rules: a plural ends in s or x, a feminine adjective in e."""
    for _, (one, many) in french.NOUNS.values():
        assert many[-1] in "sx" and many[0] == one[0]
    for he, men, she, women in (french.BEFORE | french.BEHIND).values():
        assert men[-1] in "sx" and she[-1] == "e" and women == she + "s" and he[0] == she[0]
    for one, many in (french.ALONE | french.WITH_OBJECT).values():
        assert many.endswith("ent") and not one.endswith("ent")
    words = set(french.ENGLISH)
    assert len(words) == len(french.ENGLISH)  # no word is two things


def test_any_number_of_words_from_three_can_be_said() -> None:
    rng = np.random.default_rng(0)
    for length in range(3, 65):
        assert fitting(length)
        for _ in range(20):
            words = phrase(iter(rng.random(3 * length).tolist()), length)
            assert len(words) == length and french.in_french(tuple(words)) is not None
    assert not fitting(1) and not fitting(2)


def test_the_shapes_of_a_clause_have_three_to_nine_words() -> None:
    assert Counter(map(len, CLAUSES)) == {3: 1, 4: 2, 5: 2, 6: 4, 7: 6, 8: 4, 9: 1}


def every_phrase(length: int) -> list[str]:
    """All phrases of three words: 12 nouns, 2 numbers, 6 verbs."""
    assert length == 3
    return [
        f"the {noun[number]} {verb[number]}"
        for noun, number, verb in product(french.NOUNS, (0, 1), french.ALONE)
    ]


def test_the_test_draws_all_of_its_own_phrases_and_the_training_all_others() -> None:
    task, rng = Phrases(gap=3), np.random.default_rng(0)
    number = {word: at for at, word in enumerate(task.vocabulary)}
    every = np.array([[number[word] for word in text.split()] for text in every_phrase(3)])
    assert len(np.unique(every, axis=0)) == 144
    tested = is_test(every)
    drawn = (task.batch(rng, 6000), task.test(rng, 3000, "length 3"))
    for found, own in zip(drawn, (every[~tested], every[tested]), strict=True):
        np.testing.assert_array_equal(np.unique(found.inputs, axis=0), np.unique(own, axis=0))
    assert Phrases(test_gap=3).baseline() == pytest.approx(1 / tested.sum(), rel=0.1)


@pytest.mark.parametrize("length", [3, 4, 5, 7])
def test_the_likeliest_phrase_is_as_likely_as_drawn(length: int) -> None:
    """Brute force: no phrase comes much more often than the most likely one should."""
    rng, count = np.random.default_rng(0), 30_000
    drawn = Counter(
        " ".join(phrase(iter(row), length)) for row in rng.random((count, 3 * length)).tolist()
    )
    expected = likeliest(length) * count
    assert drawn.most_common(1)[0][1] < expected + 5 * expected**0.5 + 3
    if length == 3:
        assert likeliest(3) == pytest.approx(1 / 144)


def test_the_baseline_of_every_length_is_that_of_the_shortest_phrases() -> None:
    assert Phrases().baseline() == pytest.approx(Phrases(test_gap=3).baseline() / 10)
    assert 0 < Phrases(test_gap=12).baseline() < 1e-5


def test_lengths_are_even_in_training_and_test() -> None:
    task, rng = Phrases(), np.random.default_rng(0)
    for drawn in (task.batch(rng, 100), task.test(rng, 100, "every length")):
        assert np.bincount(drawn.lengths).tolist() == [0, 0, 0] + [10] * 10
        assert (drawn.written == drawn.lengths + 1).all()
