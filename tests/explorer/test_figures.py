"""Every chart of the registry, of one small trained run, as a file of every kind that can be opened and read."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import altair as alt
import numpy as np
import pytest
import torch
from PIL import Image
from pypdf import PdfReader

import engine
from engine.run import Run
from explorer import export, figures, theme
from explorer.charts import CHARTS
from explorer.export.figure import headline
from explorer.export.picture import encoded, page
from tests.explorer import small

CAPTION = "LSTM, 6 units · fluent, gap ≤ 12 · seed 0 · step 8 · /memory?run=lstm&unit=3"
SVG = "{http://www.w3.org/2000/svg}"

every_chart = pytest.mark.parametrize("name", CHARTS)


@pytest.fixture(scope="module")
def run() -> Run:
    return small.trained()


@pytest.fixture(scope="module")
def makers(run: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Callable[..., Any]]:
    return small.makers(small.source(run, tmp_path_factory.mktemp("store")))


def squeezed(text: str) -> str:
    """Without blanks: where a PDF's lines break is its own affair."""
    return "".join(text.split())


@every_chart
def test_every_chart_can_be_had_as_every_file(
    makers: dict[str, Callable[..., Any]], name: str
) -> None:
    chart = makers[name](step=8)
    tree = ElementTree.fromstring(export.picture(chart, "svg", "slide", CAPTION))
    texts = ["".join(text.itertext()) for text in tree.iter(f"{SVG}text")]
    assert not any("undefined" in text or "NaN" in text or "null" in text for text in texts)
    assert_large_enough(tree, theme.PAPER["slide"])

    half = page(makers[name](step=8, mode="dark"), CAPTION, theme.PAPER["half"], "dark")
    assert_large_enough(ElementTree.fromstring(half.svg), theme.PAPER["half"])
    image = Image.open(io.BytesIO(encoded(half.svg, "png")))
    assert image.size == (1280, 1080)
    assert np.asarray(image.convert("L"))[:700].std() > 5  # something is drawn

    column = page(chart, CAPTION, theme.PAPER["column"], "light", whole=False)
    assert_large_enough(ElementTree.fromstring(column.svg), theme.PAPER["column"])
    pdf = PdfReader(io.BytesIO(encoded(column.svg, "pdf")))
    assert len(pdf.pages) == 1
    found = squeezed(pdf.pages[0].extract_text())
    assert squeezed(CAPTION) in found
    assert squeezed(headline(chart)) in found

    table = list(csv.DictReader(io.StringIO(export.table(chart, CAPTION).decode())))
    assert table and table[0]["source"] == CAPTION
    assert any(is_number(value) for value in table[0].values())


def assert_large_enough(tree: ElementTree.Element, paper: theme.Paper) -> None:
    width, height = (float(tree.attrib[side].removesuffix("pt")) for side in ("width", "height"))
    assert width <= paper.points[0] + 0.01
    assert height <= (3 if paper.longer else 1) * paper.points[1] + 0.01
    chart = tree.find(f"{SVG}svg")
    assert chart is not None
    shown = float(chart.attrib["width"]) / float(chart.attrib["viewBox"].split()[2])
    sizes = [
        float(text.attrib["font-size"].removesuffix("px")) * shown
        for text in chart.iter(f"{SVG}text")
        if "".join(text.itertext()).strip()
    ]
    assert sizes and min(sizes) >= paper.text - 0.2, sorted(sizes)[:3]


def is_number(value: str | None) -> bool:
    try:
        float(value or "")
        return True
    except ValueError:
        return False


@every_chart
def test_every_chart_says_how_to_read_it(name: str) -> None:
    sentence = CHARTS[name].how_to_read
    assert 20 < len(sentence) < 250 and 1 <= sentence.count(". ") + 1 <= 2


def test_every_chart_is_a_function_for_notebooks() -> None:
    assert dir(figures) == sorted(CHARTS)
    for name in CHARTS:
        assert callable(getattr(figures, name)) and getattr(figures, name).__doc__
    with pytest.raises(AttributeError, match="there is no chart 'gate'; there are rows"):
        getattr(figures, "gate")  # noqa: B009 - as a person would misspell it


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_a_bare_recording_is_enough(kind: str) -> None:
    recording = engine.record(getattr(torch.nn, kind)(3, 5), torch.randn(2, 7, 3))
    gated = [] if kind == "RNN" else ["gates", "saturation"]
    others = [name for name, chart in CHARTS.items() if chart.needs == "record"]
    for name in gated + [name for name in others if name not in ("gates", "saturation")]:
        chart = getattr(figures, name)(recording)
        assert isinstance(chart, alt.TopLevelMixin), name
        assert export.picture(chart, "svg", "half").startswith(b"<svg")
