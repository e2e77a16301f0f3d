"""What nobody should do to the engine, done: absurd sizes, numbers that are none, names that are paths, spoilt files."""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import engine
from engine import evaluation
from engine.analyses import ANALYSES
from engine.costs import TRIALS
from engine.estimate import LONGEST, MEMORY, duration, estimate, refusal, size
from engine.experiment import Experiment, ValidationError, sentence
from engine.questions import trials_of
from engine.rundir import StoreError
from engine.runfile import load, save
from engine.runlog import read_log, to_line
from engine.shipped import shipped_run
from engine.store import Store
from engine.trainer import train
from tests.engine.nets import random as numbers
from tests.engine.nets import small
from tests.engine.small import EXPERIMENT

ROOT = Path(__file__).parents[2]
PATHS = (
    "../../etc/passwd",
    "/etc/passwd",
    "..",
    ".",
    "",
    "~/.ssh",
    "a\0b",
    "20250101T000000-aaaaaaaaaa/../x",
    "20250101T000000-aaaaaaaaaa\n",
    "con",
    "\\\\evil\\share",
    "file:///etc/passwd",
    "x" * 5000,
    "20250101T000000-AAAAAAAAAA",
    "２０２５０１０１T000000-aaaaaaaaaa",
)
ABSURD: dict[str, dict[str, Any]] = {
    "units, gap": {"network": {"units": 512}, "task": {"name": "fluent", "gap": 2000}},
    "everything": {
        "network": {"units": 512, "layers": 4, "bidirectional": True},
        "task": {"name": "copy", "gap": 2000},
        "training": {"batch": 1024, "steps": 100_000, "snapshots": 400},
    },
}
LONG: dict[str, Any] = {"network": {"units": 512}, "training": {"steps": 100_000}}


def last(experiment: Experiment) -> str:
    """The digest of the weights at the end."""
    return train(experiment).snapshots[-1].digest()


@pytest.mark.parametrize("name", ABSURD)
def test_an_absurd_training_is_refused_before_it_starts(name: str, tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(StoreError, match=r"[0-9.]+ GB.*, and 2 GB is the limit"):
        store.create(Experiment.model_validate(ABSURD[name]))
    assert store.runs() == []


def test_a_training_that_takes_hours_is_refused_with_the_number_and_the_limit(
    tmp_path: Path,
) -> None:
    experiment = Experiment.model_validate(LONG)
    assert "hours, and 15 minutes is the limit" in refusal(experiment)
    assert refusal(experiment, seconds=math.inf) == ""
    with pytest.raises(StoreError, match="15 minutes is the limit"):
        Store(tmp_path).create(experiment)


def test_what_the_page_and_its_readers_train_is_not_refused() -> None:
    for cell in ("rnn", "sigmoid", "relu", "lstm", "gru"):
        for task in ("fluent", "clouds", "recall", "order", "adding", "copy"):
            usual = Experiment.model_validate({"task": task, "network": {"cell": cell}})
            assert refusal(usual) == ""
            assert estimate(usual).seconds < 60
        large = {"network": {"cell": cell, "units": 512}, "task": {"name": "fluent", "gap": 80}}
        assert refusal(Experiment.model_validate(large)) == ""


def test_an_estimate_grows_with_everything_it_depends_on() -> None:
    plain = estimate(small())
    for more in (
        {"network": {"units": 64}},
        {"network": {"layers": 3}},
        {"network": {"bidirectional": True}},
        {"training": {"batch": 512}},
        {"training": {"window": 2}},
        {"task": {"name": "recall", "gap": 300}},
    ):
        found = estimate(small(**more))
        assert found.seconds > plain.seconds, more
        assert found.memory >= plain.memory, more
    assert estimate(small(training={"steps": 500})).seconds > plain.seconds
    assert TRIALS == evaluation.TEST_TRIALS
    assert (LONGEST, MEMORY) == (900, 2**31)


def test_sizes_and_durations_read_like_words() -> None:
    assert [size(n) for n in (0, 180 * 2**20, 2**31, 2.41 * 2**30)] == [
        "1 MB",
        "180 MB",
        "2 GB",
        "2.4 GB",
    ]
    assert [duration(s) for s in (0.1, 8, 89, 900, 9000)] == [
        "1 second",
        "8 seconds",
        "89 seconds",
        "15 minutes",
        "2 hours",
    ]


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
def test_inputs_that_are_no_numbers_are_refused(wrong: float) -> None:
    inputs = numbers(1, 4, 3).float()
    inputs[0, 2, 1] = wrong
    for look in (engine.record, engine.jacobians):
        with pytest.raises(ValueError, match="not finite"):
            look(torch.nn.GRU(3, 4), inputs)


def test_weights_that_left_all_bounds_are_a_sentence_and_never_an_error_of_the_library() -> None:
    # Positive and equal, so that no rectified unit dies and the growth is known: 1.6e10 a step, then 1.6e4.
    module = torch.nn.RNN(3, 4, nonlinearity="relu")
    for weight in module.parameters():
        torch.nn.init.constant_(weight, 4e9)
    inputs = torch.ones(1, 60, 3)
    assert not np.isfinite(engine.record(module, inputs)["hidden"]).all()
    engine.credit(module, inputs, of=lambda outputs: outputs.sum(-1))
    with pytest.raises(ValueError, match="step Jacobians are not finite"):
        engine.jacobians(module, inputs)
    for weight in module.parameters():
        torch.nn.init.constant_(weight, 4e3)
    products = engine.jacobians(module, inputs[:, :5])["product_norm"]
    assert np.isfinite(products).all()
    products = engine.jacobians(module, inputs[:, :10])["product_norm"]  # 1.6e4 ** 10 > 3.4e38
    assert np.isposinf(products[..., -1]).all()


def test_huge_inputs_saturate_and_stay_numbers() -> None:
    for module in (torch.nn.RNN(3, 4), torch.nn.LSTM(3, 4), torch.nn.GRU(3, 4)):
        inputs = 1e30 * numbers(2, 5, 3).float()
        assert np.isfinite(engine.record(module, inputs)["hidden"]).all()
        assert np.isfinite(engine.jacobians(module, inputs)["product_norm"]).all()


def test_what_is_no_dense_real_tensor_and_no_edit_is_refused_by_type() -> None:
    module, inputs = torch.nn.LSTM(3, 4), numbers(1, 4, 3).float()
    for wrong in ("abc", inputs.to(torch.complex64), inputs.to_sparse(), np.array([object()])):
        with pytest.raises(TypeError, match=r"^Inputs"):
            engine.record(module, wrong)
    for edits in (["a"], engine.Clamp("forget", 1.0)):
        with pytest.raises(TypeError, match="Clamp, Silence and Patch"):
            engine.record(module, inputs, edits=edits)
    with torch.inference_mode():
        inside = numbers(1, 4, 3).float()
    assert engine.credit(module, inside, of=lambda outputs: outputs.sum(-1)).sizes["loss_time"] == 4


def test_four_layers_in_both_directions_of_one_unit_and_an_empty_batch() -> None:
    module = torch.nn.GRU(1, 1, 4, bidirectional=True)
    found = engine.credit(module, numbers(2, 9, 1).float(), of=lambda outputs: outputs.sum(-1))
    assert found.shape == (1, 2, 4, 2, 9, 9)
    assert np.isfinite(found).all()
    assert engine.record(module, torch.zeros(0, 9, 1)).sizes["trial"] == 0


def test_four_hundred_snapshots_in_one_recording_and_the_largest_batch() -> None:
    run = train(small(training={"steps": 400, "snapshots": 400, "batch": 1}))
    trials = run.experiment.task.test(np.random.default_rng(0), 2, "gap 6")
    assert engine.record(run, trials).sizes["snapshot"] == 1
    from engine.recorder import record

    assert record(run, trials, every=True, gradients=False).sizes["snapshot"] == 400
    assert train(small(training={"steps": 2, "batch": 1024})).result["outcome"] == "finished"


def test_a_large_net_is_looked_at_in_parts_that_are_the_whole_to_the_last_bit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = shipped_run("rnn")
    assert run is not None
    trials = trials_of(
        run.experiment.task, ("I grew up in Italy and so I speak fluent", "the fish")
    )
    whole = ANALYSES["reach"](run, trials)
    monkeypatch.setattr(sys.modules["engine.analyses.reach"], "BUDGET", 2**20)
    assert ANALYSES["reach"](run, trials).identical(whole)


def test_the_same_bits_in_a_fresh_process_under_load() -> None:
    code = (
        "import sys; from tests.engine.test_hostile import last, small;"
        "import torch; torch.set_num_threads(1); print(last(small()))"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(3)  # on two cores each is in the way of the others
    ]
    found = {process.communicate(timeout=120)[0].strip() for process in started}
    assert found == {last(small())}


def test_a_run_that_was_saved_and_loaded_trains_again_to_the_same_bits(tmp_path: Path) -> None:
    run = train(small())
    save(run, tmp_path / "run")
    assert last(load(tmp_path / "run").experiment) == run.snapshots[-1].digest()


@pytest.mark.parametrize("name", PATHS)
def test_no_name_leads_out_of_the_store(name: str, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    before = sorted(tmp_path.rglob("*"))
    for method in (
        store.info,
        store.experiment,
        store.state,
        store.result,
        store.metrics,
        store.steps,
        store.snapshots,
        store.load,
        store.damage,
        store.request_cancel,
        store.remove,
    ):
        with pytest.raises(StoreError):
            method(name)
    assert sorted(tmp_path.rglob("*")) == before


WEIRD: tuple[Any, ...] = (
    *(None, True, -1, 0, 2**70, 1.5, 1e308, "", "lstm", "\0", "😀" * 50, [], [[]], {}, {"a": {}}),
    {"name": "copy"},
)


def spoilt(rng: random.Random) -> Any:
    """An experiment's JSON with one to three values that do not belong there."""
    value: Any = json.loads(EXPERIMENT.model_dump_json())
    for _ in range(rng.randint(1, 3)):
        place = rng.choice([value, *(part for part in value.values() if isinstance(part, dict))])
        place[rng.choice([*place, "strange"])] = deepcopy(rng.choice(WEIRD))
    return value


def test_a_malformed_experiment_is_one_sentence_wherever_it_comes_from(tmp_path: Path) -> None:
    rng, store = random.Random(0), Store(tmp_path)
    run_id = store.create(EXPERIMENT)
    header = tmp_path / "runs" / run_id / "run.json"
    whole = json.loads(header.read_text())
    refused = 0
    for _ in range(400):
        experiment = spoilt(rng)
        try:
            Experiment.model_validate_json(json.dumps(experiment))
        except ValidationError as error:
            refused += 1
            assert sentence(error).count("\n") == 0
            header.write_text(json.dumps(whole | {"experiment": experiment}))
            with pytest.raises(StoreError):
                store.experiment(run_id)
            assert store.info(run_id).problem
    assert refused > 300


@pytest.mark.parametrize(
    "text",
    [
        '{"outcome":"finished","accuracy":7}',
        '{"outcome":"finished","accuracy":"all"}',
        '{"outcome":"finished","reason":{"a":1}}',
        '{"outcome":"finished","accuracy":NaN}',
        '{"outcome":["finished"]}',
        "[]",
        "{}",
        "",
        "\0" * 50,
        "[" * 10_000,
    ],
)
def test_a_spoilt_result_counts_as_failed(text: str, tmp_path: Path) -> None:
    store = Store(tmp_path)
    run_id = store.create(EXPERIMENT)
    (tmp_path / "runs" / run_id / "result.json").write_text(text)
    assert store.state(run_id) == "failed"
    assert "damaged" in store.result(run_id)["reason"]


def test_a_log_that_was_begun_anew_is_read_from_its_first_line(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(b"".join(to_line({"step": step}) for step in range(9)))
    end = read_log(path).end
    assert read_log(path, end).records == ()
    path.write_bytes(to_line({"step": 0}))  # a second attempt
    assert read_log(path, end).records == ({"step": 0},)


def test_a_store_that_is_no_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(StoreError, match="The runs cannot be read"):
        Store(tmp_path).runs()


def command(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """The command line, with its stderr."""
    line = [sys.executable, "-m", "engine", *arguments]
    return subprocess.run(line, cwd=ROOT, stderr=subprocess.PIPE, text=True, timeout=120, **options)


def test_the_command_line_refuses_absurd_sizes_and_survives_a_closed_or_full_stdout() -> None:
    asked = command("train", "--units", "512", "--gap", "2000")
    assert asked.returncode == 2
    assert "2 GB is the limit" in asked.stderr
    if os.name == "posix":
        closed = command("cells", preexec_fn=lambda: os.close(1))
        assert (closed.returncode, closed.stderr) == (0, "")
    if Path("/dev/full").exists():
        with open("/dev/full", "w") as full:
            found = command("cells", stdout=full)
        assert found.returncode == 1
        assert found.stderr.count("\n") == 1
        assert "could not be written" in found.stderr
