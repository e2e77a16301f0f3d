"""Every registered task with one time axis keeps the contract; those that write are in `test_pairs`."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from engine.frozen import sentence
from engine.tasks import PERIODS, TASKS, Task, Trials
from engine.tasks.contract import join
from engine.tasks.translation import Translation
from tests.engine.tasks.solvers import LARGEST, SMALLEST, STEPS, apart, solved

NAMES = tuple(name for name, kind in TASKS.items() if not issubclass(kind, Translation))
CUE, FILLER, QUESTION = (PERIODS.index(name) for name in ("cue", "filler", "question"))


def trials_of(task: Task, count: int = 64) -> list[Trials]:
    """A training batch or two, and the test trials of every condition."""
    rng = np.random.default_rng(5)
    drawn = [task.batch(rng, count) for _ in range(4)]
    return [*drawn, *task.tests(rng, count).values()]


@pytest.fixture(params=[(name, gap) for name in NAMES for gap in (None, 0, 1, 2, 5, 50, 300)])
def task(request: pytest.FixtureRequest) -> Task:
    """Every task at its default gap, at its smallest gaps and at long ones."""
    name, above = request.param
    return TASKS[name]() if above is None else TASKS[name](gap=SMALLEST[name] + above)


def test_the_registry_names_its_tasks_in_teaching_order() -> None:
    assert tuple(TASKS) == (
        *("fluent", "clouds", "recall", "order", "adding", "copy"),
        *("evidence", "blank", "reversal", "dates", "phrases"),
    )
    assert all(kind().name == name for name, kind in TASKS.items())
    assert all(kind.words and kind.source for kind in TASKS.values())


def test_arrays_have_the_promised_kinds_and_shapes(task: Task) -> None:
    for trials in trials_of(task):
        steps = trials.periods.shape
        numeric = task.features > 0
        assert trials.inputs.dtype == (np.float32 if numeric else np.int64)
        assert trials.inputs.shape == ((*steps, task.features) if numeric else steps)
        assert trials.targets.dtype == (np.int64 if task.answers else np.float32)
        assert trials.targets.shape == steps
        assert trials.periods.dtype == np.int8
        assert trials.lengths.dtype == np.int64
        assert (trials.lengths == steps[1]).all()
        assert trials.count == 64 and trials.pick(slice(3)).count == 3


def test_a_solver_that_knows_the_rule_is_always_right(task: Task) -> None:
    for trials in trials_of(task):
        np.testing.assert_allclose(solved(task, trials.inputs), trials.targets, rtol=1e-6)


def test_every_token_and_every_answer_has_a_word(task: Task) -> None:
    assert len(set(task.vocabulary)) == len(task.vocabulary)
    assert len(set(task.answers)) == len(task.answers)
    assert all(word.strip() for word in (*task.vocabulary, *task.answers))
    for trials in trials_of(task):
        if task.vocabulary:
            assert trials.inputs.min() >= 1  # 0 is the unknown word, and no task draws it
            assert trials.inputs.max() < len(task.vocabulary)
        if task.answers:
            assert trials.targets.max() < len(task.answers)
            assert trials.targets.min() >= -1
        for trial in range(4):
            assert len(task.wording(trials, trial)) == trials.lengths[trial]
            assert all(task.wording(trials, trial))


def test_every_answer_and_only_the_answers_are_asked() -> None:
    for name in NAMES:
        task = TASKS[name]()
        drawn = trials_of(task, 400)
        if task.answers:
            asked = {int(answer) for trials in drawn for answer in np.unique(trials.targets)}
            assert asked - {-1} == set(range(len(task.answers)))


def test_periods_are_valid_and_the_question_stands_where_it_is_asked(task: Task) -> None:
    for trials in trials_of(task):
        assert ((trials.periods >= 0) & (trials.periods < len(PERIODS))).all()
        assert (trials.periods[:, -1] == (CUE if task.name == "blank" else QUESTION)).all()
        assert (trials.periods == CUE).any(axis=1).all()
        if task.name != "copy":  # which asks at every step
            asked = trials.targets >= 0 if task.answers else ~np.isnan(trials.targets)
            assert (asked.sum(axis=1) == 1).all()
            assert (trials.periods[asked] == QUESTION).all()


def test_lengths_lie_between_the_shortest_and_the_longest(task: Task) -> None:
    low, high = task.length(task.shortest), task.length(task.gap)
    rng = np.random.default_rng(0)
    lengths = {task.batch(rng, 1).inputs.shape[1] for _ in range(60)}
    if task.name == "fluent":
        lengths.discard(5)  # near pairs
    assert low <= min(lengths) and max(lengths) <= high
    every = set(range(low, high + 1, STEPS[task.name]))
    assert lengths == every if len(every) < 5 else len(lengths) > 1
    assert task.test(rng, 1, task.conditions()[0]).inputs.shape[1] == task.length(task.tested)


def test_lengths_are_choices() -> None:
    for name in NAMES:
        task = TASKS[name](gap=30, shortest_gap=30, test_gap=SMALLEST[name] + 3)
        assert (task.shortest, task.tested) == (30, SMALLEST[name] + 3)
        rng = np.random.default_rng(0)
        lengths = {task.batch(rng, 1).inputs.shape[1] for _ in range(20)}
        assert lengths - {5} == {task.length(30)}
        assert task.conditions()[0] == f"gap {SMALLEST[name] + 3}"
        shown = task.test(rng, 2, "gap 17")
        assert shown.inputs.shape[1] == task.length(17)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("above", [*range(6), 12])
def test_training_and_test_share_no_filler_sequence(name: str, above: int) -> None:
    gap = SMALLEST[name] + above
    task = TASKS[name](gap=gap, shortest_gap=gap)
    seen: set[bytes] = set()
    for seed in range(12):
        seen |= apart(task, task.batch(np.random.default_rng(seed), 400))
    tests = task.tests(np.random.default_rng(99), 2000)
    tested = apart(task, tests[task.conditions()[0]])
    assert tested
    # The empty filler (gap 0, or no room between the marks) is the only one on both sides.
    assert seen & tested <= {b""}


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_trials_and_another_seed_others(name: str) -> None:
    task = TASKS[name]()
    first, again, other = (task.batch(np.random.default_rng(seed), 8) for seed in (3, 3, 4))
    for field in ("inputs", "targets", "periods", "lengths"):
        np.testing.assert_array_equal(getattr(first, field), getattr(again, field))
    assert first.inputs.shape != other.inputs.shape or (first.inputs != other.inputs).any()


@pytest.mark.parametrize("name", NAMES)
def test_drawing_leaves_the_global_random_state_alone(name: str) -> None:
    before = np.random.get_state()[1].copy()  # type: ignore[index]
    trials_of(TASKS[name](), 3)
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # type: ignore[index]


@pytest.mark.parametrize("name", NAMES)
def test_a_task_is_a_value(name: str) -> None:
    task = TASKS[name](gap=44, shortest_gap=12, test_gap=60)
    text = task.model_dump_json()
    again = TASKS[name].model_validate_json(text)
    before = hash(task)
    assert task.vocabulary == again.vocabulary  # a cached word list does not change the value
    assert again == task and hash(again) == hash(task) == before
    assert again.model_dump_json() == text
    with pytest.raises(ValidationError):
        task.gap = 3


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("field", ["gap", "shortest_gap", "test_gap"])
def test_bad_lengths_are_refused_with_field_value_and_limit(name: str, field: str) -> None:
    for value, limit in (
        (SMALLEST[name] - 1, SMALLEST[name]),
        (LARGEST[name] + 1, LARGEST[name]),
    ):
        with pytest.raises(ValidationError) as caught:
            TASKS[name].model_validate({field: value})
        told = sentence(caught.value)
        assert field in told and str(value) in told and str(limit) in told
        assert told.endswith(".") and "\n" not in told
    with pytest.raises(ValidationError) as caught:
        TASKS[name].model_validate({field: "forty"})
    assert f"{field} = 'forty'" in sentence(caught.value)


@pytest.mark.parametrize("name", NAMES)
def test_lengths_out_of_order_and_unknown_fields_are_refused(name: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TASKS[name](gap=20, shortest_gap=21)
    assert sentence(caught.value) == "task.shortest_gap = 21 is above task.gap = 20."
    with pytest.raises(ValidationError) as caught:
        TASKS[name].model_validate({"gaps": 3})
    assert "gaps = 3" in sentence(caught.value)
    with pytest.raises(ValidationError):
        TASKS[name].model_validate({"name": "another"})


@pytest.mark.parametrize("name", NAMES)
def test_foreign_conditions_are_refused(name: str) -> None:
    rng = np.random.default_rng(0)
    for condition in ("far", "gap", "gap x", "gap -1", "gap 3000", "gap 40 ", f"gap {10**12}"):
        with pytest.raises(ValueError, match=r"condition|test_gap"):
            TASKS[name]().test(rng, 1, condition)


@pytest.mark.parametrize("name", NAMES)
def test_joined_trials_are_padded_at_the_end(name: str) -> None:
    task, rng = TASKS[name](), np.random.default_rng(0)
    parts = [task.test(rng, 2, f"gap {gap}") for gap in (9, 5, 7)]
    joined = join(*parts)
    assert joined.count == 6
    assert joined.lengths.tolist() == [task.length(gap) for gap in (9, 9, 5, 5, 7, 7)]
    for row in range(6):
        part, trial, end = parts[row // 2], row % 2, joined.lengths[row]
        for field in ("inputs", "targets", "periods"):
            whole, padded = getattr(part, field)[trial], getattr(joined, field)[row]
            np.testing.assert_array_equal(whole, padded[:end])
            assert whole.dtype == padded.dtype
        assert (joined.inputs[row, end:] == 0).all()
        assert (joined.periods[row, end:] == FILLER).all()
        beyond = joined.targets[row, end:]
        assert (beyond == -1).all() if task.answers else np.isnan(beyond).all()
        assert task.wording(joined, row) == task.wording(part, trial)


@pytest.mark.parametrize("name", [n for n in NAMES if TASKS[n].measure == "accuracy"])
def test_the_baseline_is_the_best_that_the_asked_step_alone_allows(name: str) -> None:
    """Brute force: the most frequent answer for each input is all that can be learned."""
    task, count = TASKS[name](), 40_000
    for trials in (
        task.test(np.random.default_rng(1), count, task.conditions()[0]),
        TASKS[name](gap=5).test(np.random.default_rng(2), count, "gap 5"),
    ):
        asked = trials.targets >= 0  # one step of every trial
        words, answers = trials.inputs[asked], trials.targets[asked]
        right = sum(np.bincount(answers[words == word]).max() for word in np.unique(words))
        assert right / count == pytest.approx(task.baseline(), abs=0.012)


def test_longer_gaps_make_longer_trials() -> None:
    for name in NAMES:
        gaps = [SMALLEST[name], SMALLEST[name] + 1, 40, LARGEST[name]]
        lengths = [TASKS[name]().length(gap) for gap in gaps]
        assert np.array_equal(np.diff(lengths), STEPS[name] * np.diff(gaps))


@pytest.mark.parametrize("name", NAMES)
def test_the_longest_gap_can_be_drawn(name: str) -> None:
    task = TASKS[name](gap=LARGEST[name])
    for trials in trials_of(task, 3):
        np.testing.assert_allclose(solved(task, trials.inputs), trials.targets, rtol=1e-6)
