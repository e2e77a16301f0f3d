"""Far sentences and near pairs."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from engine.frozen import sentence
from engine.tasks import TASKS
from engine.tasks.fluent import NAMES, Fluent
from tests.engine.tasks.solvers import LANGUAGES, PLACES, apart, solved


@pytest.mark.parametrize("distractors", [1, 2, 3])
@pytest.mark.parametrize("gap", [12, 40])
def test_distractors_are_countries_and_never_the_answer(distractors: int, gap: int) -> None:
    task = Fluent(gap=gap, distractors=distractors)
    trials = task.test(np.random.default_rng(0), 2000, f"gap {gap}")
    for trial in range(trials.count):
        words = task.wording(trials, trial)
        others = [word for word in words[5:] if word in LANGUAGES]
        assert len(others) == distractors and words[4] not in others
    np.testing.assert_array_equal(solved(task, trials.inputs), trials.targets)


@pytest.mark.parametrize("distractors", [0, 1, 3])
def test_training_and_test_share_no_filler_with_distractors(distractors: int) -> None:
    gap = max(2, 4 * distractors)
    task = Fluent(gap=gap, shortest_gap=gap, distractors=distractors, near_share=0)
    seen = set().union(*(apart(task, task.batch(np.random.default_rng(s), 500)) for s in range(10)))
    tested = apart(task, task.test(np.random.default_rng(99), 3000, f"gap {gap}"))
    assert tested and not seen & tested


def test_distractors_need_room() -> None:
    assert Fluent(gap=14, distractors=3).shortest == 12  # not 7, which has no room
    for choice in ({"gap": 8}, {"gap": 40, "shortest_gap": 11}, {"gap": 40, "test_gap": 3}):
        with pytest.raises(ValidationError) as caught:
            Fluent.model_validate({"distractors": 3} | choice)
        told = sentence(caught.value)
        assert "task.distractors = 3" in told and "12 words" in told
        assert str(min(choice.values())) in told


@pytest.mark.parametrize(
    "field, value", [("near_share", 1.5), ("distractors", 4), ("near_share", -1)]
)
def test_bad_values_are_named(field: str, value: float) -> None:
    with pytest.raises(ValidationError) as caught:
        Fluent.model_validate({field: value})
    assert sentence(caught.value).startswith(f"{field} = {value}: ")


def test_the_share_of_near_pairs_is_a_choice() -> None:
    rng = np.random.default_rng(0)
    for share in (0.0, 0.25, 1.0):
        task = Fluent(near_share=share)
        near = np.mean([task.batch(rng, 1).inputs.shape[1] == 5 for _ in range(2000)])
        assert near == pytest.approx(share, abs=0.03)


@pytest.mark.parametrize("country", NAMES)
@pytest.mark.parametrize("gap", [0, 1, 2, 5, 40, 60, 80])
def test_the_shown_sentence_is_the_same_for_every_country(country: str, gap: int) -> None:
    task = Fluent()
    shown, french = task.example(country, gap), task.example("France", gap)
    assert task.wording(shown, 0)[4] == country
    assert task.answers[shown.targets[0, -1]] == LANGUAGES[country]
    np.testing.assert_array_equal(shown.inputs[:, 5:], french.inputs[:, 5:])
    np.testing.assert_array_equal(solved(task, shown.inputs), shown.targets)


@pytest.mark.parametrize("country", NAMES)
@pytest.mark.parametrize("gap, distractors", [(4, 1), (12, 3), (40, 1), (40, 2), (40, 3)])
def test_the_shown_sentence_never_distracts_with_its_own_country(
    country: str, gap: int, distractors: int
) -> None:
    task = Fluent(gap=gap, distractors=distractors)
    assert task.wording(task.example(country, gap), 0).count(country) == 1
    assert task.read(f"I grew up in {country} …").words.count(country) == 1


@pytest.mark.parametrize("country", NAMES)
def test_a_typed_country_asks_for_its_language(country: str) -> None:
    task = Fluent()
    for text in (
        f"I grew up in {country} … I speak fluent ___",
        f"i GREW up in {country.lower()}... so I speak fluent ___!",
        f"“I grew up in {country} …”",
    ):
        typed = task.read(text)
        assert all(typed.known)
        assert task.answers[typed.trials.targets[0, -1]] == LANGUAGES[country]
        assert typed.words[:5] == ("I", "grew", "up", "in", country)
        assert typed.words[-2:] == ("speak", "fluent")


def test_the_ellipsis_at_the_end_gives_the_shown_sentence() -> None:
    for gap in (0, 1, 5, 40, 2000):
        task = Fluent(gap=gap)
        typed, shown = task.read("I grew up in Japan …").trials, task.example("Japan", gap)
        for field in ("inputs", "targets", "periods", "lengths"):
            np.testing.assert_array_equal(getattr(typed, field), getattr(shown, field))


@pytest.mark.parametrize("dots", ["…", "...", "……", "......", "…."])
def test_an_ellipsis_in_the_middle_is_as_many_filler_words_as_tested(dots: str) -> None:
    task = Fluent(gap=40, test_gap=7)
    typed = task.read(f"I grew up in Spain {dots} so I speak fluent ___")
    assert len(typed.words) == 5 + 7 + 4
    np.testing.assert_array_equal(typed.trials.inputs, task.example("Spain", 7).inputs)


@pytest.mark.parametrize("thing", PLACES)
def test_a_typed_near_pair_asks_for_its_place(thing: str) -> None:
    task = Fluent()
    for text in (f"The {thing} are in the ___", f"the {thing} …"):
        typed = task.read(text)
        assert typed.words == ("the", thing, "are", "in", "the")
        assert task.answers[typed.trials.targets[0, -1]] == PLACES[thing]
        near = task.test(np.random.default_rng(0), 100, "near")
        same = near.pick(near.inputs[:, 1] == typed.trials.inputs[0, 1])
        np.testing.assert_array_equal(typed.trials.inputs[0], same.inputs[0])
        np.testing.assert_array_equal(typed.trials.periods[0], same.periods[0])


@pytest.mark.parametrize(
    "text, answer",
    [
        ("I grew up in Japan. The clouds are in the ___", "sky"),
        ("The clouds are in the sky. I grew up in Spain so I speak fluent ___", "Spanish"),
        ("The fish are in the sea and the cows are in the ___", "field"),
        ("I grew up in France but never in Japan so I speak fluent ___", "French"),
        ("The clouds so I speak fluent ___", None),
        ("I never grew old in Japan so I speak fluent ___", None),
        ("Japan", None),
        ("…", None),
    ],
)
def test_the_end_of_the_sentence_decides_what_is_asked(text: str, answer: str | None) -> None:
    task = Fluent()
    target = task.read(text).trials.targets[0, -1]
    assert (task.answers[target] if target >= 0 else None) == answer


def test_unknown_words_are_marked_and_stay_in_their_place() -> None:
    typed = Fluent().read(
        "I grew up in Atlantis near the ⟨unknown⟩ ocean’s 😀 shore, so I speak fluent ___"
    )
    assert typed.words == (
        *(
            "I",
            "grew",
            "up",
            "in",
            "Atlantis",
            "near",
            "the",
            "⟨unknown⟩",
            "ocean’s",
            "😀",
            "shore",
        ),
        *("so", "I", "speak", "fluent"),
    )
    unknown = [word for word, known in zip(typed.words, typed.known, strict=True) if not known]
    assert unknown == ["Atlantis", "⟨unknown⟩", "ocean’s", "😀", "shore"]
    assert (typed.trials.inputs[0] == 0).tolist() == [not known for known in typed.known]
    assert typed.trials.targets[0, -1] == -1


def test_hostile_texts_are_read_or_refused_with_a_sentence() -> None:
    """Any characters: one word a step, known exactly if the task has it, and writable as UTF-8."""
    rng, task = np.random.default_rng(0), Fluent(gap=3)
    vocabulary = set(task.vocabulary[1:])
    pool = [
        *"aI …._,;!?'’-–—()[]{}<>&\"“”\0\n\t\u200b\u202e\ud800é中😀",
        "France ",
        "grew up in ",
        "...",
    ]
    for _ in range(400):
        text = "".join(pool[i] for i in rng.integers(len(pool), size=rng.integers(1, 60)))
        try:
            typed = task.read(text)
        except ValueError as error:
            assert "has no words" in str(error)
            continue
        assert len(typed.words) == len(typed.known) == typed.trials.lengths[0]
        assert typed.trials.inputs.shape == typed.trials.targets.shape == (1, len(typed.words))
        assert all(
            known == (word in vocabulary)
            for word, known in zip(typed.words, typed.known, strict=True)
        )
        assert "".join(typed.words).encode("utf-8")
        letters = [c for c in text if c in "é中😀&"]
        assert [c for word in typed.words for c in word if c in "é中😀&"] == letters


@pytest.mark.parametrize("text", ["", " ", "___", "?!", "\n\t"])
def test_a_text_without_words_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="has no words"):
        Fluent().read(text)


@pytest.mark.parametrize("text", ["word " * 2010, "… a " * 60])
def test_too_many_words_are_refused_with_the_limit(text: str) -> None:
    with pytest.raises(ValueError, match="more than 2009 words"):
        Fluent().read(text)


def test_too_many_characters_are_refused_with_number_and_limit() -> None:
    with pytest.raises(ValueError, match="100001 characters; at most 100000"):
        Fluent().read("x" * 100_001)
    assert len(Fluent().read("x" * 100_000).words) == 1


def gaps_of(task: Fluent, share: float, count: int = 4000) -> np.ndarray:
    """Gaps of far batches at one point of the training."""
    rng = np.random.default_rng(0)
    lengths = [task.during(share).batch(rng, 1).inputs.shape[1] for _ in range(count)]
    return np.array(lengths) - task.length(0)


@pytest.mark.parametrize("shortest, longest", [(0, 12), (5, 12), (12, 12)])
def test_gaps_drawn_evenly_in_the_logarithm(shortest: int, longest: int) -> None:
    task = Fluent(gap=longest, shortest_gap=shortest, gaps="log", near_share=0)
    drawn = gaps_of(task, 0.5)
    assert drawn.min() == shortest and drawn.max() == longest
    total = np.log((longest + 2) / (shortest + 1))
    for gap in range(shortest, longest + 1):
        share = np.log((gap + 2) / (gap + 1)) / total
        assert np.mean(drawn == gap) == pytest.approx(share, abs=0.03)


def test_short_gaps_first() -> None:
    task = Fluent(gap=20, shortest_gap=0, gaps="short first", near_share=0)
    for share, longest in ((0.0, 0), (0.1, 4), (0.25, 10), (0.5, 20), (0.75, 20), (1.0, 20)):
        drawn = gaps_of(task, share, 600)
        assert drawn.min() == 0 and drawn.max() == longest
        assert task.during(share).vocabulary == task.vocabulary
    assert Fluent(gap=40, gaps="short first").during(0).gap == 20  # never below the shortest
    assert task.test(np.random.default_rng(0), 1, "gap 20").inputs.shape[1] == task.length(20)


@pytest.mark.parametrize("name", TASKS)
def test_other_tasks_are_the_same_all_the_time(name: str) -> None:
    task = TASKS[name](gap=20)
    assert all(task.during(share) is task for share in (0, 0.3, 1))
