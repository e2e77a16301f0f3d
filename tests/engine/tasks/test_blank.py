"""A blank in the middle."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from engine.tasks.blank import Blank
from engine.tasks.contract import CUE, QUESTION
from tests.engine.tasks.solvers import ANIMALS

OFTEN = {"duck": 2, "horse": 5, "rooster": 3, "goat": 2, "otter": 3, "deer": 1, "robin": 2} | {
    **{"squirrel": 5, "goldfish": 1, "dog": 4, "canary": 2, "cat": 3, "penguin": 4},
    **{"zebra": 1, "parrot": 1, "monkey": 1},
}


@pytest.mark.parametrize("gap", [0, 1, 2, 6, 100])
def test_the_blank_stands_in_the_middle_between_its_two_cues(gap: int) -> None:
    task = Blank(gap=gap)
    trials = task.test(np.random.default_rng(0), 300, f"gap {gap}")
    for trial in range(trials.count):
        words = task.wording(trials, trial)
        at = words.index("▁▁▁")
        assert words.count("▁▁▁") == 1 and len(words) == task.length(gap) == 2 * gap + 7
        assert words[:2] == ("in", "the") and words[at - 2 : at] == ("the", "old")
        assert at == 3 + gap + 2 and len(words) - at - 2 == gap
        assert task.answers[trials.targets[trial, at]] == ANIMALS[words[2]][words[-1]]
        assert np.flatnonzero(trials.targets[trial] >= 0).tolist() == [at]
        assert trials.periods[trial, at] == QUESTION
        assert np.flatnonzero(trials.periods[trial] == CUE).tolist() == [2, len(words) - 1]
        filler = {*words[3 : at - 2], *words[at + 1 : -1]}
        assert not filler & {*ANIMALS, *ANIMALS["zoo"], *task.answers}


def drawn(count: int) -> Counter[tuple[str, str, str]]:
    """How often each place, deed and animal come together."""
    task = Blank(gap=2)
    trials = task.test(np.random.default_rng(0), count, "gap 2")
    said = (task.wording(trials, trial) for trial in range(count))
    answers = (task.answers[row.max()] for row in trials.targets)
    return Counter(
        (words[2], words[-1], answer) for words, answer in zip(said, answers, strict=True)
    )


def test_the_ceilings_are_those_of_the_drawn_sentences() -> None:
    """Brute force: who knows the place alone says its most frequent animal; who knows nothing says horse."""
    count = 40_000
    found = drawn(count)
    for (place, deed, animal), often in found.items():
        assert ANIMALS[place][deed] == animal
        assert often / count == pytest.approx(OFTEN[animal] / 40, abs=0.006)
    one, none = Counter[str](), Counter[str]()
    for (place, _, animal), often in found.items():
        one[place] = max(one[place], often)
        none[animal] += often
    assert one.total() / count == pytest.approx(Blank().ceiling_one_direction(), abs=0.01)
    assert max(none.values()) / count == pytest.approx(Blank().baseline(), abs=0.008)


def test_the_ceiling_is_the_sum_by_hand() -> None:
    """18 of 40: five horses, five squirrels, four dogs, four penguins."""
    assert Blank().ceiling_one_direction() == 18 / 40
    assert Blank().baseline() == 5 / 40


def test_neither_side_alone_settles_it_and_both_sides_do() -> None:
    found = drawn(20_000)
    for word in (0, 1):
        answers: dict[str, set[str]] = {}
        for key in found:
            answers.setdefault(key[word], set()).add(key[2])
        assert all(len(animals) == 4 for animals in answers.values())
    assert len({key[:2] for key in found}) == len({key[2] for key in found}) == 16


@pytest.mark.parametrize(
    "text, answer",
    [
        ("In the village the old ___ climbs.", "goat"),
        ("in the zoo … the old ___ … sings", "parrot"),
        ("in the house and not in the forest the old _____ runs and then sings", "deer"),
        ("the old ▁▁▁ runs", None),
        ("in the zoo the old ___", None),
        ("sings in the zoo the ___", None),
    ],
)
def test_typed_sentences_are_read(text: str, answer: str | None) -> None:
    task = Blank()
    typed = task.read(text)
    at = typed.words.index("▁▁▁")
    target = typed.trials.targets[0, at]
    assert (task.answers[target] if target >= 0 else None) == answer
    assert np.count_nonzero(typed.trials.targets >= 0) == (answer is not None)
    assert typed.trials.periods[0, at] == QUESTION
    assert "…" not in " ".join(typed.words)


@pytest.mark.parametrize("text, blanks", [("in the zoo", 0), ("the ___ and the ___ sing", 2)])
def test_a_sentence_needs_one_blank(text: str, blanks: int) -> None:
    with pytest.raises(ValueError, match=f"needs one blank, written ___; it has {blanks}"):
        Blank().read(text)


def test_an_ellipsis_is_the_tested_number_of_words() -> None:
    task = Blank(gap=6, test_gap=4)
    typed = task.read("in the zoo … the old ___ … sings")
    assert len(typed.words) == task.length(4) and all(typed.known)
