"""`python -m explorer figure` and `figures`: a chart of a run as a file, and one sentence for what cannot be."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from pypdf import PdfReader

import engine
from engine import shipped
from engine.store import Store
from explorer import __main__ as command
from explorer.charts import CHARTS
from tests.explorer import small

ROOT = Path(__file__).resolve().parents[2]
Draw = Callable[..., Path]


@pytest.fixture(scope="module")
def run_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("runs") / "small.safetensors"
    engine.save(small.trained(), path)
    return path


@pytest.fixture
def draw(run_file: Path, tmp_path: Path) -> Draw:
    """``draw("--chart", "gates", out="x.svg")``: the file."""

    def do(*arguments: str, out: str, run: str = "") -> Path:
        path = tmp_path / out
        given = ["figure", run or str(run_file), *arguments, "--out", str(path)]
        assert command.main(given) == 0
        return path

    return do


def test_figures_lists_every_chart_with_how_to_read_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["figures"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(CHARTS)
    for line, (name, chart) in zip(lines, CHARTS.items(), strict=True):
        assert line.split("  ")[0] == name and line.endswith(chart.how_to_read)


def test_the_file_is_of_the_kind_its_name_says(draw: Draw) -> None:
    svg = draw("--chart", "gates", out="gates.svg").read_text()
    words = "".join("".join(t.itertext()) for t in ElementTree.fromstring(svg).iter() if t.text)
    assert "forget gate" in words and "LSTM (chrono, seed 0) · fluent, gap ≤ 12 · step 8" in words
    with Image.open(
        draw("--chart", "gates", "--size", "half", "--mode", "dark", out="g.png")
    ) as image:
        assert image.size == (1280, 1080)
    pdf = PdfReader(draw("--chart", "gates", "--size", "column", "--step", "4", out="g.pdf"))
    assert "step" in pdf.pages[0].extract_text()
    rows = list(csv.DictReader(io.StringIO(draw("--chart", "gates", out="g.csv").read_text())))
    assert len(rows) > 100
    with Image.open(draw("--chart", "gates", "--size", "column", out="g.gif")) as film:
        assert film.n_frames == 4  # type: ignore[attr-defined]


def test_the_step_is_the_one_that_was_asked_for(draw: Draw, run_file: Path) -> None:
    early, late = (
        draw("--chart", "gates", "--step", step, out=f"{step}.csv") for step in ("0", "8")
    )
    assert early.read_text() != late.read_text()
    recording = engine.record(engine.load(run_file).at(0), small.SENTENCE)
    table = list(csv.DictReader(io.StringIO(early.read_text())))
    forget = [float(row["value"]) for row in table if row["row"].startswith("forget gate")]
    assert sorted(forget) == pytest.approx(
        sorted(recording["forget"].values.ravel().tolist()), abs=1e-6
    )


def test_options_and_sentences_reach_chart_and_analysis(draw: Draw) -> None:
    one = draw("--chart", "pulls", "--set", "time=2", "--set", "unit=1", out="a.csv").read_text()
    other = draw("--chart", "pulls", "--set", "time=3", "--set", "unit=1", out="b.csv").read_text()
    assert one != other
    said = draw("--chart", "gates", "--text", "I grew up in Japan … so I speak fluent", out="c.svg")
    assert "Japan" in said.read_text()
    changed = draw("--chart", "changed_answer", "--edits", "hold:forget:0.5", out="d.svg")
    assert changed.stat().st_size > 2000


def test_a_stored_run_by_its_id_beside_a_run_file(
    draw: Draw, run_file: Path, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    run_id = Store(store).add(small.trained(cell="gru", start="default"))
    given = ("--chart", "learning", str(run_file), "--store", str(store))
    svg = draw(*given, out="x.svg", run=run_id).read_text()
    assert ">my GRU 1<" in svg and ">LSTM<" in svg


def test_an_overwritten_weight_of_attention_is_drawn(draw: Draw, tmp_path: Path) -> None:
    given = ("--chart", "alignment", "--text", "a b c", "--set", "told=1")
    file = tmp_path / "writer.safetensors"
    engine.save(small.writer(), file)
    plain, changed = (
        draw(*given, *more, out=f"{number}.csv", run=str(file))
        for number, more in enumerate([(), ("--edits", "1~2:0.9")])
    )

    def weight(table: Path) -> float:
        """Of the third word of the source when the second step is written."""
        rows = csv.DictReader(io.StringIO(table.read_text()))
        [value] = [float(row["value"]) for row in rows if (row["r"], row["c"]) == ("1", "2")]
        return value

    assert weight(changed) == pytest.approx(0.9)
    assert weight(plain) != pytest.approx(0.9, abs=0.05)


def test_a_shipped_run_by_its_name(draw: Draw) -> None:
    svg = draw("--chart", "rows", "--step", "100", out="x.svg", run="gru").read_text()
    assert ">France<" in svg and "seed 3) · fluent, gap ≤ 40 · step 100" in svg


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--chart", "gate"], "--chart gate: there is no such chart; choose one of rows"),
        ([], "The following arguments are required: --chart"),
        (["--chart", "gates", "--step", "x"], "--step x: a training step is a whole number"),
        (["--chart", "gates", "--size", "poster"], "--size: invalid choice: 'poster'"),
        (["--chart", "gates", "--format", "gif", "--set", "signl=3"], "takes no signl"),
        (["--chart", "learning", "--set", "signl=3"], "has no option signl; it has title"),
        (["--chart", "gates", "--set", "signal"], "--set signal: write NAME=VALUE"),
        (["--chart", "changed"], "shows a change: say which"),
        (["--chart", "gates", "--edits", "hold:forget"], "(hold) is not complete"),
        (["--chart", "gates", "--text", ""], "--text: there is no sentence."),
        (["--chart", "gates", "--out", "/nowhere/x.svg"], "there is no folder /nowhere"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_exit_2(
    arguments: list[str],
    sentence: str,
    run_file: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command.main(["figure", str(run_file), *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    assert sentence in said.err and "Traceback" not in said.err
    assert not list(tmp_path.glob("*.svg")) and not list(tmp_path.glob("*.gif"))


def test_a_run_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["figure", "nope", "--chart", "gates"]) == 2
    assert capsys.readouterr().err == "There is no file nope.\n"


def test_it_is_a_command_of_its_own_process(run_file: Path, tmp_path: Path) -> None:
    line = [sys.executable, "-m", "explorer", "figure", str(run_file), "--chart", "gates"]
    done = subprocess.run(
        line,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "The picture is in gates.svg.\n"
    assert (tmp_path / "gates.svg").read_text().startswith("<svg")


@pytest.mark.parametrize("run", ["reversal", "dates-one-vector", "evidence-mean", "blank-both"])
def test_every_kind_of_shipped_net_is_drawn_by_its_name(run: str, draw: Draw) -> None:
    chart = {"reversal": "alignment", "dates-one-vector": "source_credit"}.get(run, "signals")
    svg = draw("--chart", chart, out="x.svg", run=run).read_text()
    assert shipped.nets()[run].label.partition(",")[0] in svg
