"""What scrubs, as files: a GIF that moves, a PDF with a page for each snapshot, a strip of four."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import altair as alt
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from pypdf import PdfReader

from explorer import export, theme
from explorer.export.figure import Figure, Look, at_step, headline, made, spread
from explorer.export.moving import gif, pages, strip
from explorer.export.strip import four, paper_of

STEPS = (0, 1, 2, 5, 10, 20, 50, 100)
CAPTION = "LSTM · fluent, gap ≤ 40 · seed 0 · step 100"
LINK = "/memory?run=lstm&step=100"
SVG = "{http://www.w3.org/2000/svg}"


def chart(step: int | None = None) -> Any:
    """A line that falls the faster the earlier; a name whose place follows the height; a scale of colour."""
    rate = 0.5 + 0.5 * (step or 0) / 100
    data = pd.DataFrame({"back": range(41), "reach": [rate**k for k in range(41)]})
    base = alt.Chart(data, title="How far back?")
    line = base.mark_line().encode(
        x=alt.X("back", title="words back"),
        y=alt.Y("reach", title="reach", scale=alt.Scale(domain=[0, 1])),
    )
    dots = base.mark_point(opacity=0).encode(x="back", y="reach")
    coloured = base.mark_circle().encode(
        x="back",
        y="reach",
        color=alt.Color(
            "reach",
            scale=alt.Scale(domain=[0, 1]),
            legend=alt.Legend(title="reach" if step else "reach (hatched: less)"),
        ),
    )
    name = base.mark_text(align="right").encode(
        x=alt.value("width"), y=alt.value(alt.ExprRef("0.25 * height")), text=alt.datum("LSTM")
    )
    return alt.layer(line, dots, coloured, name)


FIGURE = Figure("reach", chart, "Reach", CAPTION, LINK, 100, STEPS)


def texts(svg: bytes) -> list[str]:
    tree = ElementTree.fromstring(svg)
    return ["".join(text.itertext()) for text in tree.iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("form", "size"), [("slide", (1280, 720)), ("half", (640, 540)), ("column", (642, 576))]
)
def test_a_gif_moves_through_the_training(form: theme.Form, size: tuple[int, int]) -> None:
    with Image.open(io.BytesIO(gif(FIGURE, Look(form)))) as film:
        assert film.format == "GIF" and film.n_frames == len(STEPS)  # type: ignore[attr-defined]
        assert film.size == size
        assert film.info["loop"] == 0
        shown, rests = [], []
        for frame in range(len(STEPS)):
            film.seek(frame)
            shown.append(np.asarray(film.convert("RGB"), int))
            rests.append(film.info["duration"])
    assert all((a != b).any() for a, b in pairwise(shown))
    assert rests[-1] > rests[0]


def test_a_gif_keeps_the_hue_of_a_thin_line() -> None:
    hue = alt.Chart(pd.DataFrame({"x": [0, 1], "y": [0, 1]})).mark_line(color=theme.CELLS["rnn"])
    film = Image.open(io.BytesIO(gif(Figure("x", lambda: hue.encode(x="x", y="y"), steps=(0, 1)))))
    colours = {tuple(pixel) for pixel in np.asarray(film.convert("RGB")).reshape(-1, 3).tolist()}
    wanted = tuple(bytes.fromhex(theme.CELLS["rnn"][1:]))
    assert min(sum(abs(a - b) for a, b in zip(c, wanted, strict=True)) for c in colours) <= 12


def test_a_gif_of_a_long_training_has_no_more_frames_than_one_can_wait_for() -> None:
    with Image.open(
        io.BytesIO(gif(replace(FIGURE, steps=tuple(range(90))), Look("column")))
    ) as film:
        assert film.n_frames == 24  # type: ignore[attr-defined]


def test_a_pdf_has_a_page_for_each_snapshot_with_its_step_as_text() -> None:
    whole = pages(replace(FIGURE, steps=STEPS), Look("half"))
    pdf = PdfReader(io.BytesIO(whole))
    assert len(pdf.pages) == len(STEPS)
    for step, page in zip(STEPS, pdf.pages, strict=True):
        text = " ".join(page.extract_text().split())
        assert f"training step {step} of 100" in text
        assert f"step {step} · {LINK}" in text.replace("· ", "· ")
        assert page.mediabox.width <= theme.PAPER["half"].points[0] + 0.01
    assert [str(item.title) for item in pdf.outline] == [f"training step {s}" for s in STEPS]  # type: ignore[union-attr]
    one = export.picture(chart(100), "pdf", "half", FIGURE.source)
    assert len(whole) < 0.85 * len(STEPS) * len(one)  # what pages share is there once


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
@pytest.mark.parametrize("form", theme.PAPER)
def test_a_strip_shows_four_snapshots_from_the_first_to_the_last(
    kind: export.Kind, form: theme.Form
) -> None:
    data = strip(FIGURE, kind, Look(form))
    paper = paper_of(form)
    if kind == "png":
        width, height = paper.points
        scale = export.DOTS_PER_INCH / 72
        size = Image.open(io.BytesIO(data)).size
        assert size == pytest.approx((width * scale, height * scale), abs=1)
        return
    if kind == "pdf":
        assert len(PdfReader(io.BytesIO(data)).pages) == 1
        return
    said = texts(data)
    assert [text for text in said if text.startswith("training step")] == [
        f"training step {step}" for step in (0, 2, 20, 100)
    ]
    assert said.count("How far back?") == 1
    assert said.count("reach (hatched: less)") == 1  # one legend, with the longest of its names
    assert "reach" in said
    assert "steps 0, 2, 20, 100" in " ".join(said)
    sizes = [float(x) for x in re.findall(rb'<text[^>]*font-size="([\d.]+)px"', data)]
    assert min(sizes) >= paper.text - 1e-3


def test_names_keep_their_height_in_a_strip() -> None:
    """Beside other views an expression would not know how high its own view is."""
    tree = ElementTree.fromstring(strip(FIGURE, "svg", Look("slide")))
    heights = []
    for group in tree.iter(f"{SVG}g"):
        if group.attrib.get("class", "").startswith("mark-text role-mark"):
            for text in group.iter(f"{SVG}text"):
                if text.text == "LSTM":
                    heights.append(float(re.findall(r"[\d.]+", text.attrib["transform"])[1]))
    assert heights and min(heights) > 20
    assert max(heights) - min(heights) < 1


def test_a_strip_has_room_for_charts_with_parameters() -> None:
    pick = alt.selection_point(name="pick")
    picked = chart().add_params(pick)
    spec = four([(str(n), picked) for n in range(4)], theme.PAPER["slide"])
    assert export.picture(spec, "svg").startswith(b"<svg")
    assert len({view for param in spec["params"] for view in param["views"]}) == 4


def test_what_does_not_scrub_is_refused_in_a_sentence() -> None:
    still = Figure("reach", chart)
    for export_it in (gif, pages, strip):
        with pytest.raises(ValueError, match="no training to run through"):
            export_it(still)


def test_steps_are_spread_from_the_first_to_the_last() -> None:
    assert spread(STEPS, 4) == (0, 2, 20, 100)
    assert spread((3,), 4) == (3,)
    assert spread(range(1000), 24)[0] == 0 and spread(range(1000), 24)[-1] == 999
    assert len(set(spread(range(1000), 24))) == 24


def test_the_caption_follows_the_step() -> None:
    assert at_step(CAPTION, 5) == "LSTM · fluent, gap ≤ 40 · seed 0 · step 5"
    assert at_step("RNN", 5) == "RNN · step 5"
    assert at_step("", 5) == "step 5"
    assert at_step("step 3 of dancing · step 7", 5) == "step 3 of dancing · step 5"


def test_a_chart_is_told_what_it_takes() -> None:
    def told(**given: Any) -> dict[str, Any]:
        return given

    assert made(lambda: 1, 3, "dark") == 1
    assert made(lambda step: step, 3, "dark") == 3
    assert made(lambda mode="light": mode, 3, "dark") == "dark"
    assert headline(chart()) == "How far back?"
    assert headline(alt.Chart(pd.DataFrame({"x": [1]})).mark_point()) == ""
