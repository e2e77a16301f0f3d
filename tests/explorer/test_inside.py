"""What the Recurrence page is made of: the film's panels, the order of units, formulas, and the word in the link."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.answering import answer
from engine.cells import CELLS
from engine.newest import newest
from engine.questions import Drawn, Question
from engine.store import Store
from explorer.films.edited import edited_film
from explorer.films.inside import (
    answers,
    course,
    inside_film,
    limits,
    tokens,
)
from explorer.films.unitorder import like_beside_like, order_of
from tests.engine.nets import untrained

FRANCE = "I grew up in France … so I speak fluent"


@pytest.fixture(scope="module")
def recording():
    """The shipped LSTM on France and on Japan, at all snapshots."""
    texts = (FRANCE, FRANCE.replace("France", "Japan"))
    return answer(Question(run="lstm", analysis="record", texts=texts), Store("."))


def test_units_of_like_course_stand_beside_each_other() -> None:
    time = np.linspace(0, 6, 50)
    groups = [np.sin(time), np.cos(2 * time), time**2]
    rng = np.random.default_rng(0)
    kinds = rng.permutation(np.repeat([0, 1, 2], 5))
    values = np.stack([groups[kind] + 0.05 * rng.standard_normal(50) for kind in kinds])
    order = like_beside_like(values)
    assert sorted(order) == list(range(15))
    changes = np.count_nonzero(np.diff(kinds[list(order)]))
    assert changes == 2  # three groups, each in one piece
    assert like_beside_like(values) == order


def test_opposite_units_are_far_apart_and_still_ones_are_ordered_too() -> None:
    time = np.linspace(0, 6, 40)
    values = np.stack([np.sin(time), -np.sin(time), np.zeros(40), np.sin(time + 0.1)])
    order = list(like_beside_like(values))
    assert abs(order.index(0) - order.index(3)) == 1
    assert sorted(order) == [0, 1, 2, 3]
    assert like_beside_like(np.ones((1, 5))) == (0,)


def test_the_order_is_of_the_last_snapshot_and_of_the_trial(recording) -> None:
    order = order_of(recording, "cell", trial=1)
    last = recording["cell"].values[-1, 1, 0, 0].T
    assert order == like_beside_like(last)

    def steps(rows: list[int]) -> float:
        centred = last[rows] - last[rows].mean(-1, keepdims=True)
        unit = centred / np.linalg.norm(centred, axis=-1, keepdims=True)
        return float((unit[1:] * unit[:-1]).sum())

    assert steps(list(order)) > steps(list(range(len(last)))) + 5  # neighbours are more alike


def test_a_film_holds_the_recorded_numbers_of_every_snapshot(recording) -> None:
    data = inside_film(
        recording, ["forget", "cell"], trial=1, start_step=100, cursor=("cell", 3, 5)
    )
    assert data.graph
    assert data.carried == ("h", "c")
    assert [panel.key for panel in data.panels] == ["forget", "cell"]
    assert data.steps == tuple(recording["snapshot"].values)
    for panel in data.panels:
        wanted = recording[panel.key].values[:, 1, 0, 0]
        assert np.array_equal(panel.values, wanted.swapaxes(1, 2))
    assert data.panels[0].limits == (0, 1)
    low, high = data.panels[1].limits
    inside = np.abs(recording["cell"].values[:, 1]) <= high
    assert -low == high
    assert inside.mean() == pytest.approx(0.95, abs=0.01)
    assert [token.word for token in data.columns][4] == "Japan"


def test_a_cursor_outside_of_the_shown_signals_is_left_out(recording) -> None:
    assert inside_film(recording, ["hidden"], cursor=("cell", 0, 0)).cursor is None


@pytest.mark.parametrize("cell", CELLS)
def test_every_signal_has_a_scale_that_tells_most_of_its_values_apart(cell: str) -> None:
    values = np.array([[-3.0, *np.linspace(-2, 2, 101), 1000.0, np.nan]])
    for signal in CELLS[cell].signals:
        kind, (low, high) = limits(signal, values)
        assert kind == ("gate" if signal.range == (0, 1) else "signed")
        assert low < high
        if None in signal.range:
            assert 1.8 <= high <= 3  # the one that counts up does not decide
    assert limits(CELLS["relu"].signal("hidden"), np.full(3, np.nan))[1] == (-1, 1)


def test_the_edited_film_is_old_new_and_their_difference_at_one_step(recording) -> None:
    data = edited_film(recording, "hidden", step=100)
    at = newest(recording, 100)
    old, new, apart = (panel.values for panel in data.panels)
    assert data.steps == (int(recording["snapshot"].values[at]),)
    assert np.array_equal(old[0], recording["hidden"].values[at, 0, 0, 0].T)
    assert np.array_equal(apart, new - old)
    assert not apart[0, :, :4].any()  # nothing differs before the word
    assert apart[0, :, 4].any()
    assert data.panels[0].limits == data.panels[1].limits
    assert data.columns[4].word == "France → Japan"
    assert data.columns[3].word == "in"


def test_answers_are_the_softmax_of_the_last_step(recording) -> None:
    for trial, word in ((0, "French"), (1, "Japanese")):
        best = answers(recording, step=None, trial=trial, count=20)
        output = torch.from_numpy(recording["output"].values[-1, trial, -1]).double()
        assert best[0][0] == word
        assert best[0][1] == pytest.approx(float(output.softmax(-1).max()), abs=1e-9)
        assert sum(share for _, share in best) == pytest.approx(1)
    assert answers(recording.drop_vars("output"), step=None, trial=0) == ()


def test_a_number_is_answered_by_itself_and_a_module_has_no_periods() -> None:
    run = untrained("gru", task="adding")
    from engine.recorder import record

    trials = run.experiment.task.test(
        np.random.default_rng(0), 2, run.experiment.task.conditions()[0]
    )
    bare = record(run, trials, gradients=False)
    ((word, value),) = answers(bare, step=None, trial=1)
    assert word == ""
    assert value == pytest.approx(float(bare["output"][0, 1, -1, 0]))
    length = bare.sizes["time"]
    words = np.array([[f"w{n}" for n in range(length)]] * 2)
    named = bare.drop_vars("period").assign_coords(
        word=(("trial", "time"), words), known=(("trial", "time"), words != "w1")
    )
    found = tokens(named, 1)
    assert [token.known for token in found[:3]] == [True, False, True]
    assert {token.period for token in found} == {"start"}


def test_course_is_cut_at_the_length_of_the_trial() -> None:
    texts = (FRANCE, "I grew up in Japan so I speak fluent")
    found = answer(Question(run="rnn", analysis="record", texts=texts), Store("."))
    assert course(found, "hidden", trial=1, layer=0, direction=0).shape[-1] == 9
    assert not np.isnan(course(found, "hidden", trial=1, layer=0, direction=0)).any()


def test_drawn_trials_have_words_for_a_film() -> None:
    run = Question(run="lstm", analysis="record", drawn=Drawn(condition="gap 20", count=2))
    data = inside_film(answer(run, Store(".")), ["hidden"], trial=1)
    assert len(data.columns) == 29
