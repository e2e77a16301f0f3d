"""Every registered task that writes keeps the contract of pairs."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from engine.frozen import sentence
from engine.tasks import PERIODS, TASKS
from engine.tasks.pairs import Pairs, evenly, join, of_lengths, pairs
from engine.tasks.translation import END, LONGEST, MIXED, Translation
from tests.engine.tasks.translators import TRANSLATORS, item

KINDS: dict[str, type[Translation]] = {
    name: kind for name, kind in TASKS.items() if issubclass(kind, Translation)
}
SMALLEST = {"reversal": 2, "dates": 8, "phrases": 3}
LARGEST = {"reversal": 64, "dates": 36, "phrases": 64}
RIGHT = {
    "reversal": ("a c d b", "b d c a"),
    "dates": ("the 3rd of May 1987", "1987-05-03"),
    "phrases": ("The small red cats see the mouse", "les petits chats rouges voient la souris"),
}
every_task = pytest.mark.parametrize("name", KINDS)


@pytest.fixture(params=[(name, above) for name in KINDS for above in (None, 0, 1, 4, 28)])
def task(request: pytest.FixtureRequest) -> Translation:
    """Every task as it is, at its shortest lengths and at long ones."""
    name, above = request.param
    return KINDS[name]() if above is None else KINDS[name](gap=SMALLEST[name] + above)


def drawn_of(task: Translation, count: int = 64) -> list[Pairs]:
    """Some training batches, and the test of every condition."""
    rng = np.random.default_rng(5)
    return [*(task.batch(rng, count) for _ in range(4)), *task.tests(rng, count).values()]


def texts_of(task: Translation, drawn: Pairs) -> list[tuple[str, str]]:
    """Every source as text, and what is to be written of it."""
    answers = task.answers
    return [
        (
            task.text(task.wording(drawn, row)),
            task.text(tuple(answers[a] for a in drawn.targets[row, : drawn.written[row]])),
        )
        for row in range(drawn.count)
    ]


def test_every_task_that_writes_has_a_translator() -> None:
    assert tuple(KINDS) == tuple(TRANSLATORS) == ("reversal", "dates", "phrases")


def test_arrays_have_the_promised_kinds_and_shapes(task: Translation) -> None:
    for drawn in drawn_of(task):
        steps = drawn.inputs.shape
        assert isinstance(drawn, Pairs) and drawn.count == 64 and steps[0] == 64
        assert drawn.inputs.dtype == drawn.targets.dtype == np.int64
        assert drawn.lengths.dtype == drawn.written.dtype == np.int64
        assert drawn.periods.dtype == np.int8 and drawn.periods.shape == steps
        assert (drawn.periods == PERIODS.index("cue")).all()
        assert drawn.lengths.shape == drawn.written.shape == (64,)
        assert steps[1] == drawn.lengths.max() and drawn.targets.shape[1] == drawn.written.max()
        assert all(
            written <= task.longest_written(length)
            for written, length in zip(drawn.written.tolist(), drawn.lengths.tolist(), strict=True)
        )


def test_sources_and_targets_end_where_they_say(task: Translation) -> None:
    for drawn in drawn_of(task):
        inside = np.arange(drawn.inputs.shape[1]) < drawn.lengths[:, None]
        assert ((drawn.inputs > 0) == inside).all()  # token 0 is beyond the end, and only there
        assert drawn.inputs.max() < len(task.vocabulary)
        step = np.arange(drawn.targets.shape[1])
        np.testing.assert_array_equal(drawn.targets == 0, step == drawn.written[:, None] - 1)
        np.testing.assert_array_equal(drawn.targets == -1, step >= drawn.written[:, None])
        assert drawn.targets.max() < len(task.answers)


def test_the_decoder_is_fed_the_start_and_then_the_right_words(task: Translation) -> None:
    for drawn in drawn_of(task):
        assert (drawn.fed[:, 0] == 0).all() and drawn.fed.shape == drawn.targets.shape
        for fed, target, written in zip(drawn.fed, drawn.targets, drawn.written, strict=True):
            assert fed[1:written].tolist() == [answer + 1 for answer in target[: written - 1]]
        assert drawn.fed.max() <= len(task.answers)


def test_a_translator_that_knows_the_rule_is_always_right(task: Translation) -> None:
    for drawn in drawn_of(task):
        for source, target in texts_of(task, drawn):
            assert TRANSLATORS[task.name](source) == target


def test_the_task_translates_its_own_sources(task: Translation) -> None:
    """What is typed has the right answer: read back, every source is the pair that was drawn."""
    for drawn in drawn_of(task, 16):
        for row, (source, _) in enumerate(texts_of(task, drawn)):
            typed = task.read(source)
            assert typed.words == task.wording(drawn, row) and all(typed.known)
            assert isinstance(typed.trials, Pairs)
            for field in ("inputs", "lengths"):
                own = getattr(typed.trials, field)[0]
                there = getattr(drawn, field)[row]
                np.testing.assert_array_equal(own, there[: own.size] if own.ndim else there)
            np.testing.assert_array_equal(
                typed.trials.targets[0], drawn.targets[row, : drawn.written[row]]
            )


@every_task
def test_words_are_there_once_and_begin_as_promised(name: str) -> None:
    task = KINDS[name]()
    for words in (task.vocabulary, task.answers):
        assert len(set(words)) == len(words) and all(word.strip() for word in words)
    assert task.vocabulary[0] == "⟨unknown⟩" and task.answers[0] == END == "end"
    assert task.words and task.source and task.measure == "accuracy" and task.features == 0


@every_task
def test_every_word_is_read_and_every_answer_is_written(name: str) -> None:
    task = KINDS[name]()
    drawn = drawn_of(task, 1500)
    read = {int(token) for one in drawn for token in np.unique(one.inputs)}
    written = {int(answer) for one in drawn for answer in np.unique(one.targets)}
    assert read == set(range(len(task.vocabulary)))
    assert written - {-1} == set(range(len(task.answers)))


def test_lengths_lie_between_the_shortest_and_the_longest(task: Translation) -> None:
    rng = np.random.default_rng(0)
    lengths = np.concatenate([task.batch(rng, 32).lengths for _ in range(60)])
    assert task.shortest <= lengths.min() and lengths.max() <= task.gap
    assert len(set(lengths.tolist())) >= min(8, task.gap - task.shortest + 1)


@every_task
def test_lengths_are_choices(name: str) -> None:
    low = SMALLEST[name]
    task = KINDS[name](gap=low + 9, shortest_gap=low + 9, test_gap=low + 3)
    rng = np.random.default_rng(0)
    assert (task.shortest, task.tested) == (low + 9, low + 3)
    assert {*task.batch(rng, 50).lengths.tolist()} == {low + 9}
    assert task.conditions() == (f"length {low + 3}",)
    assert {*task.tests(rng, 50)[f"length {low + 3}"].lengths.tolist()} == {low + 3}
    for length in (low, low + 15, LARGEST[name]):  # longer than training, too
        assert {*task.test(rng, 20, f"length {length}").lengths.tolist()} == {length}
    assert KINDS[name]().conditions() == (MIXED,)
    spread = task.model_copy(update={"shortest_gap": low}).test(rng, 400, MIXED).lengths
    assert len({*spread.tolist()}) == 10 and spread.min() == low and spread.max() == low + 9


@every_task
@pytest.mark.parametrize("above", [*range(4), None])
def test_no_source_of_the_test_is_ever_drawn_in_training(name: str, above: int | None) -> None:
    """Where there are few sources they would collide; where there are many, the rule itself is asked elsewhere."""
    task = KINDS[name]() if above is None else KINDS[name](gap=SMALLEST[name] + above)
    seen: set[str] = set()
    for seed in range(8):
        drawn = task.batch(np.random.default_rng(seed), 400)
        seen |= {item(name, source) for source, _ in texts_of(task, drawn)}
    tested: set[str] = set()
    for seed in range(3):
        for drawn in task.tests(np.random.default_rng(seed), 400).values():
            tested |= {item(name, source) for source, _ in texts_of(task, drawn)}
    assert tested and seen and not seen & tested


@every_task
def test_the_same_seed_gives_the_same_pairs_and_another_seed_others(name: str) -> None:
    task = KINDS[name]()
    first, again, other = (task.batch(np.random.default_rng(seed), 8) for seed in (3, 3, 4))
    for field in ("inputs", "targets", "periods", "lengths", "written"):
        np.testing.assert_array_equal(getattr(first, field), getattr(again, field))
    assert first.inputs.shape != other.inputs.shape or (first.inputs != other.inputs).any()


@every_task
def test_drawing_leaves_the_global_random_state_alone(name: str) -> None:
    before = np.random.get_state()[1].copy()  # type: ignore[index]
    drawn_of(KINDS[name](), 3)
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # type: ignore[index]


@every_task
def test_a_task_is_a_value(name: str) -> None:
    task = KINDS[name](gap=20, shortest_gap=12, test_gap=30)
    again = KINDS[name].model_validate_json(task.model_dump_json())
    before = hash(task)
    assert task.vocabulary == again.vocabulary
    assert again == task and hash(again) == hash(task) == before
    with pytest.raises(ValidationError):
        task.gap = 3


@every_task
@pytest.mark.parametrize("field", ["gap", "shortest_gap", "test_gap"])
def test_bad_lengths_are_refused_with_field_value_and_limit(name: str, field: str) -> None:
    for value, limit in ((SMALLEST[name] - 1, SMALLEST[name]), (LARGEST[name] + 1, LARGEST[name])):
        with pytest.raises(ValidationError) as caught:
            KINDS[name].model_validate({field: value})
        told = sentence(caught.value)
        assert field in told and str(value) in told and str(limit) in told
        assert told.endswith(".") and "\n" not in told


@every_task
def test_lengths_out_of_order_and_foreign_conditions_are_refused(name: str) -> None:
    with pytest.raises(ValidationError) as caught:
        KINDS[name](gap=20, shortest_gap=21)
    assert sentence(caught.value) == "task.shortest_gap = 21 is above task.gap = 20."
    rng = np.random.default_rng(0)
    for condition in ("gap 12", "far", "length", "length x", "length 12 ", "length 1", "length 65"):
        with pytest.raises(ValueError, match=r"condition|test_gap"):
            KINDS[name]().test(rng, 1, condition)


@every_task
def test_typed_sources_have_right_answers(name: str) -> None:
    task = KINDS[name]()
    source, target = RIGHT[name]
    for text in (source, source.upper(), f"  {source} \n"):
        typed = task.read(text)
        assert isinstance(typed.trials, Pairs)
        assert task.text(tuple(task.answers[a] for a in typed.trials.targets[0])) == target
        assert task.text(typed.words) == source.lower()
    shown = tuple(task.answers[answer] for answer in typed.trials.targets[0])
    assert shown[-1] == END and task.text((*shown, "a", "b")) == target


@every_task
def test_what_is_no_source_asks_nothing_and_marks_what_is_unknown(name: str) -> None:
    task = KINDS[name]()
    typed = task.read(f"{RIGHT[name][0]} µ")
    assert typed.known[-1] is False and all(typed.known[:-1]) and typed.words[-1] == "µ"
    assert (typed.trials.targets == -1).all() and typed.trials.inputs[0, -1] == 0
    assert typed.trials.targets.shape == (1, task.longest_written(len(typed.words)))
    assert task.translated(()) is None


@every_task
def test_hostile_texts_are_read_or_refused_with_a_sentence(name: str) -> None:
    rng, task = np.random.default_rng(0), KINDS[name]()
    pool = [*"acdb1987.-, \0\n\t\u200b\u202e\ud800é中😀␣", "the ", "may ", "cat ", "sleeps "]
    for _ in range(300):
        text = "".join(pool[i] for i in rng.integers(len(pool), size=rng.integers(0, 40)))
        try:
            typed = task.read(text)
        except ValueError as error:
            assert str(error).startswith("A source has 1 to 64 symbols; this one has ")
            continue
        assert len(typed.words) == len(typed.known) == typed.trials.lengths[0] <= LONGEST
        assert "".join(typed.words).encode("utf-8") and all(word.strip() for word in typed.words)
    for text in ("", " ", "a " * 65 + "b" * 65):
        with pytest.raises(ValueError, match="A source has 1 to 64 symbols"):
            task.read(text)


def test_pairs_are_padded_and_ended() -> None:
    made = pairs([np.array([3, 4]), np.array([5])], [np.array([7]), np.array([8, 9, 8])])
    assert made.inputs.tolist() == [[3, 4], [5, 0]] and made.lengths.tolist() == [2, 1]
    assert made.targets.tolist() == [[7, 0, -1, -1], [8, 9, 8, 0]]
    assert made.written.tolist() == [2, 4]
    assert made.fed.tolist() == [[0, 8, 1, 0], [0, 9, 10, 9]]
    picked = made.pick(np.array([1]))
    assert isinstance(picked, Pairs) and picked.written.tolist() == [4]
    assert picked.inputs.tolist() == [[5, 0]]


def test_joined_pairs_are_padded_at_the_end() -> None:
    one = pairs([np.array([3, 4])], [np.array([7])])
    other = pairs([np.array([5])], [np.array([8, 9])])
    joined = join(one, other)
    assert joined.inputs.tolist() == [[3, 4], [5, 0]] and joined.lengths.tolist() == [2, 1]
    assert joined.targets.tolist() == [[7, 0, -1], [8, 9, 0]] and joined.written.tolist() == [2, 3]


def test_lengths_are_spread_as_evenly_as_the_count_allows() -> None:
    spread = evenly(np.random.default_rng(0), np.arange(3, 7), 10)
    assert sorted(np.bincount(spread)[3:].tolist()) == [2, 2, 3, 3]
    assert spread.tolist() != sorted(spread.tolist())


def test_sources_of_many_lengths_come_in_the_order_that_was_asked_for() -> None:
    found = of_lengths(np.array([3, 1, 3]), lambda count, length: np.full((count, length), length))
    assert [one.tolist() for one in found] == [[3, 3, 3], [1], [3, 3, 3]]
