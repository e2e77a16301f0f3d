"""The command line: what it trains is what the engine trains, and what cannot be is refused in one sentence."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

import engine
import engine.runfile
import engine.trainer
from engine.cells import CELLS
from engine.command import COMMANDS, choices, flags, main
from engine.command.say import Stop
from engine.experiment import Experiment
from engine.runfile import load, save
from engine.starts import STARTS
from engine.store import Store
from engine.tasks import TASKS
from tests.engine.commands import DIVERGING, LEAST, not_reached, refused, spoken
from tests.engine.small import EXPERIMENT, run

ROOT = Path(__file__).resolve().parents[2]


def test_train_is_what_the_engine_trains(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run.safetensors"
    said = spoken(
        capsys, "train", "--task", "recall", "--gap", "4", "--cell", "gru", "--layers", "2", "--bidirectional",
        "--seed", "7", "--clip", "none", *LEAST, "--out", str(out),
    )  # fmt: skip
    stored = load(out)
    chosen = Experiment.model_validate(said["experiment"])
    assert stored.experiment == chosen
    assert chosen.network.bidirectional and chosen.training.clip is None
    assert (chosen.task.gap, chosen.network.layers, chosen.seed) == (4, 2, 7)
    again = engine.train(chosen)
    for one, other in zip(stored.snapshots, again.snapshots, strict=True):
        assert one.digest() == other.digest()
    assert stored.metrics == again.metrics
    assert {name: said[name] for name in again.result} == again.result
    assert said["steps"] == 5 and said["seconds"] > 0
    assert list(tmp_path.iterdir()) == [out]


def test_train_says_how_it_went(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--gap", "6", *LEAST, "--out", str(trained.with_name("b"))]) == 0
    said = capsys.readouterr()
    for part in ("accuracy at gap 6", "without memory: 8.3 %", "5 in ", "The run is in"):
        assert part in said.out
    assert "step 5 of 5" in said.err  # the bar


def test_every_field_is_an_option_with_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["train", "--help"])
    assert not ended.value.code
    told = " ".join(capsys.readouterr().out.split())
    for (section, name), field in flags.fields().items():
        assert flags.flag(section, name) in told
        assert (field.description or name).split("; empty")[0] in told
    assert "units per layer and direction (default: 32; adding: 64" in told


OTHER: dict[str, object] = {
    "cell": "sigmoid",
    "attention": "additive",
    "bidirectional": False,
    "readout": "mean",
}
"""What no task suggests; of numbers 3."""


@pytest.mark.parametrize("name", TASKS)
def test_a_task_suggests_what_can_be_chosen_and_a_person_has_the_last_word(name: str) -> None:
    suggested = TASKS[name].suggested
    chosen = choices.build({("task", "name"): name})
    plain = Experiment.model_validate({"task": name}).model_dump()
    for section, values in suggested.items():
        plain[section] |= values
    assert chosen == Experiment.model_validate(plain)
    for section, values in suggested.items():
        for field in values:
            other = OTHER.get(field, 3)
            own = choices.build({("task", "name"): name, (section, field): other})
            assert getattr(getattr(own, section), field) == other


@pytest.mark.training
@pytest.mark.parametrize("name", ["recall", "order", "adding", "copy"])
def test_an_lstm_solves_the_task_as_it_is_suggested(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = spoken(capsys, "train", "--task", name, "--start", "chrono")
    if said["measure"] == "accuracy":
        assert said["accuracy"] >= 0.99
    else:
        assert said["loss"] <= said["baseline"] / 20 and said["accuracy"] >= 0.95


BAD: tuple[tuple[str, str], ...] = (
    ("--task france", "fluent, clouds"),
    ("--cell transformer", "rnn, sigmoid, relu, lstm, gru"),
    ("--start hopeful", "chrono"),
    ("--cell rnn --start chrono", "for lstm, not for rnn"),
    ("--gap -1", "task.gap = -1"),
    ("--gap 1e9", "2000"),
    ("--gap forty", "'forty'"),
    ("--gap", "--gap"),
    ("--task order --gap 4", "5"),
    ("--gap 40 --shortest-gap 41", "41"),
    ("--gap 5 --distractors 3", "12"),
    ("--task recall --distractors 1", "--distractors is not for the task recall"),
    ("--units 0", "network.units = 0"),
    ("--units none", "network.units = None"),
    ("--layers 5", "4"),
    ("--learning-rate nan", "finite"),
    ("--learning-rate inf", "finite"),
    ("--learning-rate 0", "greater than 0"),
    ("--clip 0", "greater than 0"),
    ("--optimiser magic", "'adam', 'sgd' or 'rmsprop'"),
    ("--batch 1025", "1024"),
    ("--steps 0", "training.steps = 0"),
    ("--seed -1", "seed = -1"),
    ("--seed 1.5", "seed = 1.5"),
    ("--bias 11", "10"),
    ("--near-share 2", "task.near_share = 2"),
    ("--gapp 3", "--gapp"),
    ("surplus", "surplus"),
    ("--out {folder}/none/file", "no folder"),
    ("--out {folder}", "not a file"),
    ("--out /dev/null", "not a file"),
    (f"--out {{folder}}/{'x' * 250}", "cannot be written"),
    ("--units 512 --layers 4 --out {folder}/big", "64 MB is the limit"),
)


@pytest.mark.parametrize(("line", "reason"), BAD)
def test_bad_values_of_a_training_are_refused_before_it_starts(
    line: str,
    reason: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine.trainer, "train", not_reached)
    arguments = line.format(folder=tmp_path).split()
    assert reason in refused(capsys, "train", *arguments)
    assert reason in refused(capsys, "train", *arguments, "--json")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "command"),
        ("fly", "train"),
        ("record", "FILE"),
        ("record {folder}/none", "no file none"),
        ("record {folder}", "not a file"),
        ("record {folder}/damaged", "damaged is not a run"),
        ("record 20250101T000000-aaaaaaaaaa --store {folder}", "no run 20250101T000000-aaaaaaaaaa"),
        ("record {run} --step soon", "--step soon"),
        ("record {run} --step 4", "no snapshot at step 4"),
        ("record {run} …!? --out {folder}/none/file", "no folder"),
        ("record {run} !?", "no words"),
        ("record {recall} cat", "has no sentences"),
        ("runs --store {folder}/none", "no such folder"),
        ("tasks --gap 3", "--gap"),
        ("sweep --gap 3,-1", "task.gap = -1"),
        ("sweep --cell rnn --start chrono", "none of the starts"),
        ("sweep --cell rnn,", "network.cell = ''"),
    ],
)
def test_other_bad_values_are_refused(
    line: str,
    reason: str,
    trained: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine.trainer, "train", not_reached)
    whole = trained.read_bytes()
    (tmp_path / "damaged").write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    save(run(), tmp_path / "recall")
    names = {"folder": tmp_path, "run": trained, "recall": tmp_path / "recall"}
    assert reason in refused(capsys, *line.format(**names).split())


def test_what_a_terminal_would_obey_is_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert "\x1b" not in refused(capsys, "train", "--\x1b[31mred\nline")
    assert "\udcff" not in refused(capsys, "train", "--\udcff")


def test_a_diverged_training_says_so_and_keeps_its_last_good_weights(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert main(["train", *DIVERGING, "--json", "--out", str(out)]) == 1
    said = capsys.readouterr()
    result = json.loads(said.out)
    assert result["outcome"] == "diverged"
    assert said.err == result["reason"] + "\n"
    assert load(out).result["outcome"] == "diverged"


def test_ctrl_c_ends_with_a_sentence_and_without_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine.trainer, "train", lambda *_: signal.raise_signal(signal.SIGINT))
    arguments = ["train", *LEAST, "--json", "--out", str(tmp_path / "run")]
    assert refused(capsys, *arguments, status=130) == "Stopped; nothing was written.\n"
    assert not list(tmp_path.iterdir())


def test_ctrl_c_while_the_file_is_written_leaves_it_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(path: Path, data: bytes) -> None:
        signal.raise_signal(signal.SIGINT)
        path.write_bytes(data)

    monkeypatch.setattr(engine.runfile, "write_file", interrupted)
    assert main(["train", *LEAST, "--out", str(tmp_path / "run")]) == 0
    assert load(tmp_path / "run").result["outcome"] == "finished"
    with pytest.raises(KeyboardInterrupt):  # afterwards it means what it meant
        signal.raise_signal(signal.SIGINT)


def test_too_little_memory_is_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def hungry(*_: object) -> NoReturn:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(engine.trainer, "train", hungry)
    assert "memory" in refused(capsys, "train", "--json", status=1)


def test_the_lists_name_everything(capsys: pytest.CaptureFixture[str]) -> None:
    tasks = {one["name"]: one for one in spoken(capsys, "tasks")}
    assert list(tasks) == list(TASKS)
    assert tasks["adding"]["baseline"] == pytest.approx(1 / 6)
    cells = {one["name"]: one for one in spoken(capsys, "cells")}
    assert list(cells) == list(CELLS)
    for name, one in cells.items():
        assert [signal["name"] for signal in one["signals"]] == [
            s.name for s in CELLS[name].signals
        ]
        assert set(one["starts"]) == {
            start.name for start in STARTS.values() if name in start.cells
        }
    for command, names in (("tasks", TASKS), ("cells", CELLS)):
        assert main([command]) == 0
        told = capsys.readouterr().out
        assert all(name in told for name in names)


def test_runs_lists_a_store(
    trained: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = Store(tmp_path)
    monkeypatch.setenv("RNN_EXPLORER_STORE", str(tmp_path))
    assert main(["runs"]) == 0
    assert "There are no runs" in capsys.readouterr().out
    queued, imported = store.create(EXPERIMENT, "my \x1b[31mfirst"), store.add(load(trained))
    broken = store.create(EXPERIMENT)
    (store.folder(broken) / "run.json").write_text("{")
    found = {one["id"]: one for one in spoken(capsys, "runs")}
    assert set(found) == {queued, imported, broken}
    assert found[queued]["state"] == "queued" and found[imported]["state"] == "finished"
    assert found[imported]["experiment"]["task"]["gap"] == 6
    assert found[broken]["experiment"] is None and found[broken]["problem"]
    assert main(["runs", "--store", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "my �[31mfirst" in told and queued in told and "cannot be read" in told


@pytest.mark.parametrize(
    "arguments", [["tasks"], ["cells", "--json"], ["--help"], ["train", "--gap", "-1"], ["runs"]]
)
def test_torch_is_not_loaded_before_it_is_needed(arguments: list[str], tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from engine.command import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit: pass\n"
        "assert 'torch' not in sys.modules\n"
    )
    environment = os.environ | {"RNN_EXPLORER_STORE": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=environment,
    )
    assert done.returncode == 0, done.stderr


def test_the_command_is_there_and_the_status_is_the_systems() -> None:
    command = [sys.executable, "-W", "error", "-m", "engine"]
    done = subprocess.run([*command, "tasks", "--json"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0 and len(json.loads(done.stdout)) == len(TASKS) and not done.stderr
    done = subprocess.run(
        [*command, "train", "--gap", "-1"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 2 and "task.gap = -1" in done.stderr


@pytest.mark.parametrize("arguments", [["tasks"], ["tasks", "--json"]])
def test_a_reader_that_has_seen_enough_is_no_error(arguments: list[str]) -> None:
    command = [sys.executable, "-W", "error", "-m", "engine", *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_every_command_has_words_and_its_own_name() -> None:
    assert {name: command.name for name, command in COMMANDS.items()} == {
        name: name for name in COMMANDS
    }
    assert all(command.words for command in COMMANDS.values())


def test_stop_is_refusal_unless_it_says_otherwise() -> None:
    assert (Stop("No.").status, Stop("No.", 1).status) == (2, 1)
