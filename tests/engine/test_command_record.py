"""`record` on the command line: what is shown of a sentence or a trial is what the analyses say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import engine
import engine.runfile
import engine.trainer
from engine import recordings
from engine.analyses import ANALYSES
from engine.command import main
from engine.runfile import load
from engine.store import Store
from engine.tasks import TASKS
from engine.tasks.fluent import Fluent
from engine.tasks.translation import Translation
from tests.engine.commands import LEAST, spoken


def test_record_shows_every_word_and_what_the_net_answers(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "recording"
    # An option in the middle, as people type it.
    sentence = "I grew up in Japan near the Zorb … "
    assert main(["record", str(trained), "--step", "5", sentence, "--out", str(out)]) == 0
    told = capsys.readouterr().out
    for part in (
        "Japan",
        "cue",
        "Zorb ?",
        "unknown to the net (1): Zorb",
        "Japanese would be right",
        "margin",
    ):
        assert part in told
    recording = recordings.read(out)
    words = recording["word"].values[0].tolist()
    assert words[:8] == ["I", "grew", "up", "in", "Japan", "near", "the", "Zorb"]
    assert recording.sizes["time"] == len(words)
    assert recording["snapshot"].values.tolist() == [5]
    stored = load(trained)
    task = stored.experiment.task
    assert isinstance(task, Fluent)
    direct = engine.record(stored, task.read(sentence).trials)
    assert direct.equals(recording.drop_vars("word"))


@pytest.mark.parametrize(
    "text", ["I grew up in Italy …", "the clouds are in the", "near the old river"]
)
def test_the_figures_are_those_of_the_analysis(
    text: str, trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second source: `reach` differentiates by itself, and so does its softmax."""
    said = spoken(capsys, "record", str(trained), text)
    stored = load(trained)
    task = stored.experiment.task
    assert isinstance(task, Fluent)
    found = ANALYSES["reach"](stored, task.read(text).trials).isel(snapshot=-1, trial=0)
    np.testing.assert_allclose([word["reach"] for word in said["words"]], found["reach"], rtol=2e-5)
    shares = {answer["answer"]: answer["probability"] for answer in said["answers"]}
    by_name = dict(
        zip(found["answer"].values.tolist(), found["probability"].values.tolist(), strict=True)
    )
    assert shares == pytest.approx(by_name, rel=1e-5)
    assert next(iter(shares)) == said["answer"] == max(by_name, key=lambda name: by_name[name])
    if said["right"] is None:
        assert text == "near the old river" and said["margin"] is None
    else:
        assert said["margin"] == pytest.approx(found["margin"].item(), rel=1e-5)


@pytest.mark.parametrize("name", [n for n, t in TASKS.items() if not issubclass(t, Translation)])
def test_record_without_a_text_shows_a_trial_of_the_task(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert (
        main(["train", "--task", name, "--gap", "6", "--cell", "gru", *LEAST, "--out", str(out)])
        == 0
    )
    capsys.readouterr()
    said = spoken(capsys, "record", str(out))
    task = TASKS[name].model_validate({"gap": 6})
    assert len(said["words"]) == task.length(6)
    targets = task.test(np.random.default_rng(0), 1, task.conditions()[0]).targets[0]
    asked = np.flatnonzero(~np.isnan(targets) if targets.dtype.kind == "f" else targets >= 0)
    assert said["words"][asked[-1]]["reach"] == 1 and said["unknown"] == 0
    assert {"hidden", "period", "word", "known"} < set(said["words"][0])
    assert said["right"] is not None
    assert main(["record", str(out)]) == 0
    assert "right" in capsys.readouterr().out.lower()


def test_record_opens_a_run_of_a_store(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_id = Store(tmp_path).add(load(trained))
    said = spoken(capsys, "record", run_id, "I grew up in Japan …", "--store", str(tmp_path))
    assert said == spoken(capsys, "record", str(trained), "I grew up in Japan …")
