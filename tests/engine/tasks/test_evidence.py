"""Evidence that comes early, late or anywhere."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest
from pydantic import ValidationError

from engine.tasks.contract import CUE, QUESTION
from engine.tasks.evidence import BLAME, PRAISE, Evidence, Place
from tests.engine.tasks.solvers import solved

PLACES: tuple[Place, ...] = ("early", "late", "anywhere")
LEAD = ("we", "saw", "a", "film", "and", "it", "was")


def before(trials_inputs: np.ndarray, task: Evidence) -> np.ndarray:
    """Filler words before the evidence ``[trial]``, found by its words."""
    praise = np.isin(trials_inputs, [task.tokens[word] for word in (*PRAISE, *BLAME)])
    return praise.argmax(axis=1) - len(LEAD)


@pytest.mark.parametrize("gap", [0, 1, 5, 9, 10, 40, 200])
def test_the_evidence_stands_where_it_is_said(gap: int) -> None:
    rng = np.random.default_rng(0)
    for place in PLACES:
        task = Evidence(gap=gap, place=place)
        for trials in (task.batch(rng, 300), task.test(rng, 300, f"gap {gap}")):
            own = trials.inputs.shape[1] - task.length(0)
            found = before(trials.inputs, task)
            low = own - own // 10 if place == "late" else 0
            high = own // 10 if place == "early" else own
            assert low <= found.min() and found.max() <= high
    if gap >= 40:  # the last one drawn is anywhere: near both ends, and between them
        assert found.min() < own / 8 and found.max() > own * 7 / 8
        assert len(set(found.tolist())) > 20


def test_evidence_never_breaks_a_clause() -> None:
    task = Evidence()
    trials = task.test(np.random.default_rng(0), 400, "gap 40")
    for trial in range(trials.count):
        words = list(task.wording(trials, trial))
        at = next(i for i, word in enumerate(words) if word in (*PRAISE, *BLAME))
        assert words[at - 3 : at] == ["and", "it", "was"]
        assert words[at - 4] not in (
            "the",
            "a",
            "is",
            "not",
            "every",
            "for",
            "near",
            "with",
            "in",
            "and",
        )
        assert words[at + 3] in (
            *("so", "and", "every", "for", "near", "with", "in", "while", "until"),
            *("slowly", "quietly", "happily", "outside", "indoors"),
        )
        assert (trials.periods[trial, at - 3 : at + 3] == CUE).all()
        assert (trials.periods[trial] == CUE).sum() == 6
        assert words[-4:] == ["so", "the", "verdict", "is"]
        assert (trials.periods[trial, -4:] == QUESTION).all()


def test_a_bag_of_words_is_at_exactly_chance() -> None:
    """From the drawn words themselves: all verdicts equally likely, and the same bags in both classes."""
    task = Evidence(gap=0)
    assert task.ceiling_of_a_bag() == 0.5 == task.baseline()
    trials = task.test(np.random.default_rng(0), 18_000, "gap 0")
    bags: dict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
    for row, answer in zip(trials.inputs, trials.targets[:, -1], strict=True):
        bags[tuple(sorted(row.tolist()))][int(answer)] += 1
    assert len(bags) == 9
    for counts in bags.values():
        assert min(counts.values()) / counts.total() == pytest.approx(0.5, abs=0.05)


def test_the_ceiling_of_a_bag_sees_a_class_that_gives_itself_away() -> None:
    """The enumeration can fail: of "good not bad" and "bad and good" the bags tell which is which."""

    class Given(Evidence):
        @property
        def verdicts(self) -> tuple[tuple[tuple[str, ...], int], ...]:
            return ((("good", "not", "bad"), 0), (("bad", "and", "good"), 1))

    assert Given().ceiling_of_a_bag() == 1


@pytest.mark.parametrize("place", PLACES)
def test_no_count_of_any_word_tells_the_class(place: Place) -> None:
    """What the mean of the embeddings sees: its best linear guess from the whole sentence is chance on new trials."""
    task = Evidence(place=place)
    words = len(task.vocabulary)

    def bags(seed: int) -> tuple[np.ndarray, np.ndarray]:
        trials = task.test(np.random.default_rng(seed), 6000, "gap 40")
        counts = np.stack([np.bincount(row, minlength=words) for row in trials.inputs])
        return counts.astype(float), trials.targets[:, -1] * 2.0 - 1

    (counts, answers), (others, right) = bags(0), bags(1)
    fitted = np.linalg.lstsq(counts, answers, rcond=None)[0]
    assert np.mean(np.sign(others @ fitted) == right) == pytest.approx(0.5, abs=0.03)


def test_not_stands_elsewhere_as_well() -> None:
    task = Evidence()
    trials = task.test(np.random.default_rng(0), 400, "gap 40")
    often = (trials.inputs == task.tokens["not"]).sum(axis=1)
    assert often.min() == 1 and often.max() >= 3 and often.mean() > 1.5


def test_another_place_can_be_tested() -> None:
    task = Evidence(place="early", test_gap=50)
    trials = task.test(np.random.default_rng(0), 50, "late")
    assert trials.inputs.shape[1] == task.length(50) and before(trials.inputs, task).min() >= 45
    assert task.conditions() == ("gap 50",)
    with pytest.raises(ValidationError):
        Evidence.model_validate({"place": "middle"})
    with pytest.raises(ValueError, match="condition"):
        task.test(np.random.default_rng(0), 1, "middle")


def test_both_answers_are_equally_likely() -> None:
    trials = Evidence().test(np.random.default_rng(0), 8000, "gap 10")
    assert trials.targets[:, -1].mean() == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    "text, answer",
    [
        ("We saw a film and it was clever not dull so the verdict is ___", "positive"),
        ("we saw a film … and it was dull not funny … ", "negative"),
        ("the film was good not bad, then bad not good", "negative"),
        ("we saw a good film so the verdict is", None),
        ("it was good not clever so the verdict is", None),
        ("…", None),
    ],
)
def test_typed_reviews_are_read(text: str, answer: str | None) -> None:
    task = Evidence()
    typed = task.read(text)
    target = typed.trials.targets[0, -1]
    assert (task.answers[target] if target >= 0 else None) == answer
    assert len(typed.words) == typed.trials.lengths[0] == typed.trials.inputs.shape[1]
    assert (typed.trials.targets[0, :-1] == -1).all()


def test_an_ellipsis_is_filler_and_at_the_end_the_question_too() -> None:
    task = Evidence(gap=40)
    typed = task.read("we saw a film … and it was dull not funny …")
    assert len(typed.words) == task.length(40) and all(typed.known)
    np.testing.assert_array_equal(solved(task, typed.trials.inputs), typed.trials.targets)
    assert task.read("we saw a film … and it was dull not funny …").words == typed.words
    marked = task.read("a gorgeous film")
    assert marked.known == (True, False, True) and marked.trials.inputs[0, 1] == 0


def test_half_the_gap_is_the_shortest_unless_chosen() -> None:
    assert [Evidence(gap=gap).shortest for gap in (0, 1, 40)] == [0, 0, 20]
    assert Evidence(gap=40, shortest_gap=3).shortest == 3
