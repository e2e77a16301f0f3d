"""Exports as a lecturer meets them: the slide's size, text that can be read, nothing cut off, real data."""

from __future__ import annotations

import csv
import io
import re
import zlib
from typing import Any
from xml.etree import ElementTree

import altair as alt
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from explorer import export, theme

CELLS = ["rnn", "lstm", "gru"]
DATA = pd.DataFrame(
    [
        {"distance": step, "reach": rate**step, "cell": cell}
        for cell, rate in zip(CELLS, (0.5, 0.9, 0.97), strict=True)
        for step in range(41)
    ]
)
HUE = alt.Color("cell", scale=alt.Scale(domain=CELLS, range=[theme.CELLS[cell] for cell in CELLS]))
LINE = (
    alt.Chart(DATA, title="How far back a change still moves the answer, one line for each cell")
    .mark_line()
    .encode(
        x=alt.X("distance", title="steps before the blank"),
        y=alt.Y("reach", scale=alt.Scale(type="log", domain=[1e-8, 1], clamp=True)),
        color=HUE,
    )
)
SMALL = (
    alt.Chart(DATA).mark_text(fontSize=6, align="left").encode(x="distance", y="reach", text="cell")
)
CHARTS: dict[str, Any] = {
    "line": LINE,
    "layers": LINE + SMALL,
    "small multiples": alt.Chart(DATA).mark_line().encode(x="distance", y="reach", column="cell"),
    "beside": LINE | alt.Chart(DATA).mark_circle().encode(x="cell", y="reach"),
    "below": alt.vconcat(LINE.properties(height=90), LINE.properties(height=90)),
    "steps": alt.Chart(DATA).mark_rect().encode(x="distance:O", y="cell", color="reach"),
    "as a dict": {
        "data": {"values": [{"x": 1, "y": 2}, {"x": 2, "y": 1}]},
        "mark": "point",
        "encoding": {
            "x": {"field": "x", "type": "quantitative"},
            "y": {"field": "y", "type": "quantitative"},
        },
        "width": "container",
    },
}
CAPTION = export.caption(
    cell=CELLS, task="fluent, far, gap 40", start=["default", "chrono"], seed=0, step=700
)
SVG = "{http://www.w3.org/2000/svg}"

every_chart = pytest.mark.parametrize("name", CHARTS)
every_form = pytest.mark.parametrize("form", theme.PAPER)


def streams(pdf: bytes) -> bytes:
    """All streams of a PDF, unpacked."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    parts = []
    for part in packed:
        try:
            parts.append(zlib.decompress(part))
        except zlib.error:
            parts.append(part)
    return b"\n".join(parts)


def test_the_caption_says_where_a_picture_comes_from() -> None:
    assert (
        CAPTION
        == "rnn, lstm, gru · fluent, far, gap 40 · start default, chrono · seed 0 · step 700"
    )
    assert export.caption(cell="gru") == "gru"
    assert export.caption() == ""


@every_form
@every_chart
def test_text_is_large_enough_and_the_picture_fits_its_place(name: str, form: theme.Form) -> None:
    tree = ElementTree.fromstring(export.picture(CHARTS[name], "svg", form, CAPTION))
    paper = theme.PAPER[form]
    width, height = (float(tree.attrib[side].removesuffix("pt")) for side in ("width", "height"))
    assert width <= paper.points[0] + 0.01
    assert height <= paper.points[1] * (1.2 if form == "column" else 1) + 0.01
    assert width >= 0.85 * paper.points[0]
    assert height >= 0.85 * paper.points[1]
    chart = tree.find(f"{SVG}svg")
    assert chart is not None
    shown = float(chart.attrib["width"]) / float(chart.attrib["viewBox"].split()[2])
    sizes = [
        float(text.attrib["font-size"].removesuffix("px"))
        * (shown if text in set(chart.iter()) else 1)
        for text in tree.iter(f"{SVG}text")
    ]
    assert sizes
    assert min(sizes) >= paper.text - 1e-3


@pytest.mark.parametrize(("form", "size"), [("slide", (2560, 1440)), ("half", (1280, 1080))])
@every_chart
def test_a_png_has_the_size_of_its_place_and_nothing_is_cut_off(
    name: str, form: theme.Form, size: tuple[int, int]
) -> None:
    image = Image.open(io.BytesIO(export.picture(CHARTS[name], "png", form, CAPTION)))
    assert image.size == size
    assert image.info["dpi"] == pytest.approx((192, 192), abs=0.1)
    pixels = np.asarray(image.convert("RGB"))
    for edge in (pixels[:8], pixels[-8:], pixels[:, :8], pixels[:, -8:]):
        assert (edge == 255).all()
    assert (pixels[-size[1] // 4 :] < 200).any()  # the caption


@every_chart
def test_a_pdf_is_cropped_and_its_text_is_text(name: str) -> None:
    pdf = export.picture(CHARTS[name], "pdf", "slide", CAPTION)
    svg = export.picture(CHARTS[name], "svg", "slide", CAPTION).decode()
    box = [float(part) for part in re.findall(rb"/MediaBox \[([^\]]*)\]", pdf)[0].split()]
    head = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', svg)
    assert head is not None
    assert box == pytest.approx([0, 0, float(head[1]), float(head[2])], abs=0.02)
    fonts = set(re.findall(rb"/BaseFont\s*/\S+", pdf))
    assert fonts
    assert all(b"LiberationSans" in font for font in fonts)
    assert pdf.count(b"/FontFile") >= len(fonts)
    assert b"/ToUnicode" in pdf
    assert re.search(rb"T[jJ]\b", streams(pdf))


def test_a_picture_can_be_dark_or_transparent() -> None:
    dark = Image.open(io.BytesIO(export.picture(LINE, "png", mode="dark"))).convert("RGB")
    assert "#" + np.asarray(dark)[0, 0].tobytes().hex().upper() == theme.INK["dark"].background
    clear = Image.open(io.BytesIO(export.picture(LINE, "png", transparent=True)))
    assert np.asarray(clear)[0, 0, 3] == 0


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "a & b ]]> \x00\x08 \"'", "x" * 3000, "好 → é"]
)
def test_a_hostile_caption_is_only_text(text: str) -> None:
    tree = ElementTree.fromstring(export.picture(LINE, "svg", caption=text))
    assert not list(tree.iter(f"{SVG}script"))
    export.picture(LINE, "png", caption=text)


def test_nothing_is_fetched() -> None:
    chart = {**CHARTS["as a dict"], "data": {"url": "http://127.0.0.1:9/data.csv"}}
    with pytest.raises(ValueError, match=r"(?i)url"):
        export.picture(chart)


def test_a_chart_keeps_its_own_settings_and_the_page_its_theme() -> None:
    theme.enable()
    own = LINE.configure_axis(grid=False, labelFontSize=30)
    before = own.to_dict()
    svg = export.picture(own, "svg").decode()
    assert 'font-size="30px"' in svg
    assert "role-axis-grid" not in svg
    assert own.to_dict() == before
    assert alt.theme.active == "explorer"


def test_long_data_is_drawn() -> None:
    many = pd.DataFrame({"x": range(6000), "y": range(6000)})
    assert export.picture(alt.Chart(many).mark_line().encode(x="x", y="y"), "svg")


def test_a_finished_drawing_is_only_made_smaller() -> None:
    still = export.Drawing(
        '<svg xmlns="http://www.w3.org/2000/svg"><circle r="9"/></svg>', 1920, 540
    )
    tree = ElementTree.fromstring(export.picture(still, "svg", "slide"))
    inner = tree.find(f"{SVG}svg")
    assert inner is not None
    assert float(inner.attrib["width"]) == pytest.approx(956)
    assert float(inner.attrib["height"]) == pytest.approx(956 * 540 / 1920, abs=0.01)


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


def test_the_csv_is_the_data() -> None:
    table = rows(export.table(LINE, CAPTION))
    assert len(table) == len(DATA)
    assert [float(row["reach"]) for row in table] == list(DATA["reach"])
    assert {row["source"] for row in table} == {CAPTION}
    assert "dataset" not in table[0]


def test_the_csv_of_several_data_sets_has_them_all() -> None:
    other = alt.Chart(pd.DataFrame({"y": [1e-3]})).mark_rule().encode(y="y")
    table = rows(export.table(LINE + other))
    assert len(table) == len(DATA) + 1
    assert {row["dataset"] for row in table} == {"1", "2"}
    assert len(rows(export.table(CHARTS["as a dict"]))) == 2


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_the_csv_holds_no_formula(text: str) -> None:
    chart = alt.Chart(pd.DataFrame({"word": [text]})).mark_text().encode(text="word")
    assert rows(export.table(chart))[0]["word"] == "'" + text
