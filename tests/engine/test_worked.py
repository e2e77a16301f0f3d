"""Worked arithmetic: every number that is displayed, made again from the stored weights by torch and by the recording."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import xarray as xr

from engine.cells import CELLS
from engine.expressions import Bend, Dot, Expression, Known, Minus, Product, Sum, inner
from engine.recorder import record
from engine.run import Run
from engine.trace import Vector
from engine.worked import Before, Line, before, behind, layer_weights, read_out, worked
from tests.engine.nets import UNITS, unequal, untrained

WITHIN = 1e-6
"""Absolute where a number is at most 1, relative above: a float32 recording against arithmetic in float64."""
DRAWS = 200


def close(one: float, other: float) -> bool:
    return abs(one - other) <= WITHIN * max(1.0, abs(other))


def by_torch(expression: Expression) -> float:
    """The number again from the numbers that it is made of, by torch in float64."""

    def tensor(*parts: Expression) -> torch.Tensor:
        return torch.tensor([part.value for part in parts], dtype=torch.float64)

    if isinstance(expression, Sum):
        return float(tensor(*expression.parts).sum())
    if isinstance(expression, Product):
        return float(tensor(*expression.parts).prod())
    if isinstance(expression, Minus):
        return float(tensor(expression.left) - tensor(expression.right))
    if isinstance(expression, Bend):
        bend = {r"\sigma": torch.sigmoid, r"\tanh": torch.tanh, r"\mathrm{ReLU}": torch.relu}
        return float(bend[expression.function](tensor(expression.inside)))
    if isinstance(expression, Dot):
        pairs = [[term.weight, term.value] for term in expression.terms]
        return float(torch.tensor(pairs, dtype=torch.float64).prod(-1).sum())
    return expression.value


def rows(cell: str, weights: dict[str, np.ndarray], unit: int) -> dict[str, np.ndarray | float]:
    """By symbol: the row of each matrix and the number of each bias, one matrix for each block of rows."""
    found: dict[str, np.ndarray | float] = {}
    for place, name in enumerate(CELLS[cell].blocks):
        letter = CELLS[cell].signal(name).symbol[0]
        row = place * UNITS + unit
        for source, end in (("x", "ih"), ("h", "hh")):
            found[f"W_{{{source}{letter}}}"] = weights[f"weight_{end}"][row]
            found[f"b_{{{source}{letter}}}"] = float(weights[f"bias_{end}"][row])
    return found


def check(cell: str, lines: tuple[Line, ...], given: Before, weights: dict, unit: int) -> int:
    """Hold every number of the lines against its source; returns how many there were."""
    sources = rows(cell, weights, unit)
    vectors = {"x_t": given.x, "h_{t-1}": given.state["hidden"]}
    ready = {f"{CELLS[cell].signal(n).symbol[0]}_{{t-1}}": v[unit] for n, v in given.state.items()}
    ready["1"] = 1.0
    count = 0
    for line in lines:
        for part in inner(line.expression):
            assert close(part.value, by_torch(part))
            count += 1
            if isinstance(part, Known):
                wanted = ready.get(part.symbol, sources.get(part.symbol))
                assert isinstance(wanted, float | np.floating)
                assert part.value == pytest.approx(float(wanted), abs=1e-12)
            if isinstance(part, Dot):
                row, vector = np.asarray(sources[part.matrix]), vectors[part.vector]
                assert sorted(term.index for term in part.terms) == list(range(len(vector)))
                assert all(term.weight == row[term.index] for term in part.terms)
                assert all(term.value == vector[term.index] for term in part.terms)
                sizes = [abs(term.product) for term in part.terms]
                assert sizes == sorted(sizes, reverse=True)
                wanted = float(torch.from_numpy(row).double() @ torch.from_numpy(vector).double())
                assert close(part.value, wanted)
                shown = sum(term.product for term in part.terms[:2]) + part.rest(2)
                assert close(shown, part.value)
                count += len(part.terms)
        ready[line.signal.symbol] = line.value
    return count


@pytest.fixture(scope="module")
def runs() -> dict[tuple[str, str], tuple[Run, xr.Dataset]]:
    """Two layers, both directions, three snapshots; words and numbers as inputs; trials of two lengths."""
    found = {}
    for cell in CELLS:
        for task in ("recall", "adding"):
            run = untrained(cell, layers=2, directions=2, snapshots=3, task=task)
            trials = unequal(run, 4, 9)
            found[cell, task] = run, record(run, trials, every=True, gradients=False)
    return found


def test_200_random_numbers_are_those_of_the_recording_and_of_torch(runs: dict) -> None:
    rng = np.random.default_rng(0)
    places = list(runs)
    numbers = 0
    for draw in range(DRAWS):
        cell, task = places[draw % len(places)]
        run, recording = runs[cell, task]
        place = {
            "snapshot": int(rng.integers(3)),
            "trial": int(rng.integers(recording.sizes["trial"])),
            "layer": int(rng.integers(2)),
            "direction": int(rng.integers(2)),
        }
        time = int(rng.integers(int(recording["length"][place["trial"]])))
        unit = int(rng.integers(UNITS))
        given = before(recording, CELLS[cell], **place, time=time)
        stored = run.snapshots[place["snapshot"]].weights
        weights = layer_weights(stored, place["layer"], place["direction"])
        lines = worked(CELLS[cell], weights, given.x, given.state, unit)
        assert {line.signal.name for line in lines} == {s.name for s in CELLS[cell].signals}
        for line in lines:
            seen = recording[line.signal.name].isel(place | {"time": time, "unit": unit})
            assert close(line.value, float(seen)), (cell, place, time, unit, line.signal.name)
        numbers += check(cell, lines, given, weights, unit)
    assert numbers > 20 * DRAWS


def test_the_lines_are_written_as_the_equations_of_the_cell(runs: dict) -> None:
    """The symbols that the running step leaves behind are those of the printed equation, line by line."""
    for cell in CELLS:
        run, recording = runs[cell, "recall"]
        given = before(recording, CELLS[cell], snapshot=0, trial=0, layer=0, direction=0, time=1)
        weights = layer_weights(run.snapshots[0].weights, 0, 0)
        printed = {line.split(" = ")[0]: line.split(" = ")[1] for line in CELLS[cell].equation}
        for line in worked(CELLS[cell], weights, given.x, given.state, 0):
            equation = printed[line.signal.symbol]
            for part in inner(line.expression):
                if isinstance(part, Known | Dot):
                    assert part.symbol in equation
                if isinstance(part, Bend):
                    assert part.function in equation


@pytest.mark.parametrize(
    ("cell", "signal", "wanted"),
    [
        ("rnn", "hidden", ["hidden"]),
        ("lstm", "forget", ["forget"]),
        ("lstm", "cell", ["cell", "forget", "input_gate", "candidate"]),
        ("lstm", "hidden", ["hidden", "output_gate", "cell", "forget", "input_gate", "candidate"]),
        ("gru", "candidate", ["candidate", "reset"]),
        ("gru", "hidden", ["hidden", "update", "candidate", "reset"]),
    ],
)
def test_behind_a_number_stand_the_lines_that_it_comes_from(
    runs: dict, cell: str, signal: str, wanted: list[str]
) -> None:
    run, recording = runs[cell, "recall"]
    given = before(recording, CELLS[cell], snapshot=0, trial=0, layer=0, direction=0, time=1)
    weights = layer_weights(run.snapshots[0].weights, 0, 0)
    lines = worked(CELLS[cell], weights, given.x, given.state, 0)
    assert [line.signal.name for line in behind(lines, signal)] == wanted


def test_the_read_out_is_softmax_of_a_matrix_times_the_hidden_state(runs: dict) -> None:
    for cell in CELLS:
        run, recording = runs[cell, "recall"]
        stored = run.snapshots[2].weights
        hidden = recording["hidden"].values[2, 0, -1, :, 1].reshape(-1)
        output = torch.from_numpy(recording["output"].values[2, 0, 1]).double()
        for answer, word in enumerate(run.experiment.task.answers):
            found = read_out(stored, {"h_t": hidden}, answer, word)
            assert found.word == word
            assert found.probability is not None
            assert found.logsumexp is not None
            assert close(found.logit.value, float(output[answer]))
            assert close(found.logsumexp, float(output.logsumexp(-1)))
            assert close(found.probability, float(output.softmax(-1)[answer]))


def test_an_answer_that_is_a_number_is_the_logit_itself(runs: dict) -> None:
    run, recording = runs["gru", "adding"]
    hidden = recording["hidden"].values[0, 1, -1, :, 2].reshape(-1)
    found = read_out(run.snapshots[0].weights, {"h_t": hidden}, 0, "")
    assert found.probability is None
    assert close(found.logit.value, float(recording["output"].values[0, 1, 2, 0]))


def test_a_module_without_biases_gets_zeros() -> None:
    module = torch.nn.GRU(3, 5, bias=False)
    weights = layer_weights({n: p.detach().numpy() for n, p in module.named_parameters()}, 0, 0)
    x = np.array([0.5, -1.0, 2.0], np.float32)
    lines = worked(CELLS["gru"], weights, x, {"hidden": np.zeros(5, np.float32)}, 4)
    wanted = module(torch.from_numpy(x)[None])[0].detach()[0, 4]
    assert close(lines[-1].value, float(wanted))


@pytest.mark.parametrize("unit", [-1, UNITS])
def test_a_unit_that_is_not_there_is_refused(runs: dict, unit: int) -> None:
    run, recording = runs["rnn", "recall"]
    given = before(recording, CELLS["rnn"], snapshot=0, trial=0, layer=0, direction=0, time=0)
    weights = layer_weights(run.snapshots[0].weights, 0, 0)
    with pytest.raises(ValueError, match=f"unit = {unit}"):
        worked(CELLS["rnn"], weights, given.x, given.state, unit)


def test_a_step_beyond_the_trial_is_refused(runs: dict) -> None:
    _, recording = runs["rnn", "recall"]
    length = int(recording["length"][0])
    assert length < recording.sizes["time"]
    with pytest.raises(ValueError, match=f"time = {length}"):
        before(recording, CELLS["rnn"], snapshot=0, trial=0, layer=0, direction=0, time=length)


def test_a_method_that_the_trace_has_not_is_refused_by_name() -> None:
    with pytest.raises(AttributeError, match="softplus"):
        Vector(1, lambda _: Known("a", 1.0)).softplus()  # type: ignore[attr-defined]
