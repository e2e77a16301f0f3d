"""Nets that write on the command line: trained as suggested, and recorded as source, written, right and what looked where."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine import recordings
from engine.command import choices, main
from engine.pair_recorder import record_pair
from engine.runfile import load, save
from engine.tasks import TASKS
from engine.tasks.pairs import Pairs
from engine.tasks.translation import Translation
from tests.engine import pairnets
from tests.engine.commands import LEAST, refused, spoken

WRITING = [name for name, kind in TASKS.items() if issubclass(kind, Translation)]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A run file of a net that writes, never trained."""
    path = tmp_path / "written"
    save(
        pairnets.written(pairnets.experiment(attention="dot", bidirectional=True), snapshots=2),
        path,
    )
    return path


@pytest.mark.parametrize("name", WRITING)
def test_each_task_trains_as_it_is_suggested_and_is_recorded(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    said = spoken(capsys, "train", "--task", name, *LEAST, "--out", str(out))
    suggested = TASKS[name].suggested["network"]
    chosen = {**said["experiment"]["network"]}
    assert {field: chosen[field] for field in suggested if field not in ("units", "embedding")} == {
        field: value for field, value in suggested.items() if field not in ("units", "embedding")
    }
    assert said["outcome"] == "finished" and said["measure"] == "accuracy"
    found = spoken(capsys, "record", str(out))
    stored = load(out)
    drawn = stored.experiment.task.test(
        np.random.default_rng(0), 1, stored.experiment.task.conditions()[0]
    )
    words = stored.experiment.task.wording(drawn, 0)
    assert [one["word"] for one in found["source"]] == list(words)
    assert found["right"] and found["unknown"] == 0
    assert main(["record", str(out)]) == 0
    told = capsys.readouterr().out
    for part in ("source", "written", "right", "probability", found["read"], found["right"]):
        assert part in told


def test_the_figures_are_those_of_the_recording(
    written: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "recording"
    said = spoken(capsys, "record", str(written), "a c D b", "--out", str(out))
    run = load(written)
    task = run.experiment.task
    source = task.read("a c d b").trials
    assert isinstance(source, Pairs)
    found = record_pair(run, source)
    assert said["step"] == 1 and said["attention"] == "dot" and said["decoder"] == "lstm"
    assert said["read"] == "a c d b" and said["right"] == "b d c a"
    count = found["written_length"].item()
    answers = [task.answers[k] for k in found["written"].values[0, 0, :count]]
    assert [one["word"] for one in said["steps"]] == answers
    assert said["written"].split() == [word for word in answers if word != "end"]
    assert said["ended"] == ("end" in answers) and said["exact"] is False
    for step, one in enumerate(said["steps"]):
        assert one["probability"] == found["probability"].values[0, 0, step].item()
        assert one["attention"] == found["attention"].values[0, 0, step].tolist()
        assert sum(one["attention"]) == pytest.approx(1, abs=1e-6)
    kept = recordings.read(out)
    assert kept["word"].values.tolist() == [["a", "c", "d", "b"]]
    assert kept.drop_vars("word").equals(found)


def test_the_table_shows_every_weight_of_a_short_source_and_the_largest_of_a_long_one(
    written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = spoken(capsys, "record", str(written), "k j a")
    assert main(["record", str(written), "k j a"]) == 0
    told = capsys.readouterr().out
    for one in said["steps"]:
        cells = [f"{100 * weight:.0f}" for weight in one["attention"] if weight >= 0.005]
        assert any(all(f" {cell} " in line for cell in cells) for line in told.splitlines())
    assert "Wrong." in told or "Right." in told
    long = " ".join("abcdefghijkl" * 2)
    said = spoken(capsys, "record", str(written), long)
    assert main(["record", str(written), long]) == 0
    told = capsys.readouterr().out
    assert "looks most at" in told
    weights = said["steps"][0]["attention"]
    place = int(np.argmax(weights))
    assert f"{long.split()[place]} ({place + 1}) {weights[place]:.1%}".replace("%", " %") in told


def test_words_that_are_none_are_marked_and_nothing_is_right_or_wrong(
    written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = spoken(capsys, "record", str(written), "a \x1b[31mzebra")
    assert said["right"] is said["exact"] is None and said["unknown"] == 1
    assert main(["record", str(written), "a \x1b[31mzebra"]) == 0
    told = capsys.readouterr().out
    assert "unknown to the net (1)" in told and "not known" in told and "\x1b[31m" not in told
    assert "Wrong" not in told and "Right." not in told


def test_a_net_without_attention_shows_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plain"
    save(pairnets.written(pairnets.experiment()), path)
    said = spoken(capsys, "record", str(path), "a b")
    assert all(one["attention"] is None for one in said["steps"])
    assert main(["record", str(path), "a b"]) == 0
    assert "probability" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("train --task fluent --attention dot", "network.attention = 'dot' needs a task that writes"),
        ("train --task fluent --vector 4", "network.vector = 4"),
        ("train --task copy --decoder gru", "network.decoder = 'gru'"),
        ("train --task reversal --attention hard", "none, dot, additive, scaled"),
        ("train --task reversal --decoder hard", "same, rnn"),
        ("train --task reversal --window 5", "training.window = 5"),
        ("train --task reversal --gap 65", "64"),
        ("train --task reversal --readout mean", "network.readout = 'mean'"),
        ("train --task reversal --start chrono --decoder gru", "not for gru"),
        ("train --task reversal --gap 64 --shortest-gap 64 --units 512 --batch 512", "2 GB is the limit"),
        ("record {run} {long}", "1 to 64 symbols; this one has 65"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(
    line: str, said: str, written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = " ".join("a" * 65)
    arguments = [part.format(run=written, long=long) for part in line.split()]
    assert said in refused(capsys, *arguments)


def test_a_sweep_goes_over_attentions(capsys: pytest.CaptureFixture[str]) -> None:
    line = [
        "sweep",
        "--task",
        "reversal",
        "--gap",
        "4",
        "--attention",
        "none,dot",
        "--vector",
        "none,2",
    ]
    assert main([*line, *LEAST, "--json"]) == 0
    networks = [named(text) for text in capsys.readouterr().out.splitlines()]
    assert networks == [("none", None), ("none", 2), ("dot", None), ("dot", 2)]


def named(text: str) -> tuple[str, int | None]:
    """Attention and vector of one reported training."""
    network = json.loads(text)["experiment"]["network"]
    return network.get("attention", "none"), network.get("vector")


def test_a_person_has_the_last_word() -> None:
    chosen = choices.build({("task", "name"): "reversal", ("network", "attention"): "none"})
    assert chosen.network.attention == "none" and chosen.network.bidirectional
