"""Cells of the rows standing still: coloured on the fixed log scale, hatched below it, blank for NaN."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import altair as alt
import numpy as np

from explorer import theme
from explorer.charts.nets import NEUTRAL, looked_up, one_of
from explorer.charts.sheet import Sheet
from explorer.charts.words import short

if TYPE_CHECKING:
    from explorer.components.rows.data import Measure

HATCH = 0.35
"""Distance of the lines that hatch, in font sizes."""
BETWEEN = 0.03
"""A thin gap between the words, so that they can be counted."""


def strips(
    base: alt.Chart, measure: Measure, less: bool, cue: int | None, places: Sheet
) -> list[alt.Chart]:
    """Coloured and hatched cells, and a frame round each strip.

    base: one record a cell, placed (`x0`, `x1`, `end`, `top`, `bottom`). less: whether any value is
    below the scale, so that the legend explains the hatching; the cue's cell stays free for its number.
    """
    value, floor = f"datum['{measure.key}']", theme.REACH_FLOOR
    known = f"isValid({value})"
    stops = theme.css(theme.REACH_STOPS)
    scale = alt.Scale(
        type="log",
        domain=[float(stop) for stop in np.geomspace(floor, 1, len(stops))],
        range=stops,
        clamp=True,
    )
    legend = alt.Legend(
        orient="bottom",
        direction="horizontal",
        title=measure.label + (" (hatched: <1e-8)" if less else ""),
        titleOrient="left",
        titleLimit=0,
        values=[floor, 1e-4, 1],
        labelExpr="datum.value < 1 ? format(datum.value, '.0e') : '1'",
        gradientLength=130,
        offset=4,
    )
    coloured = base.transform_filter(f"{known} && {value} >= {floor}")
    below = f"{known} && {value} < {floor} && datum.position != {-1 if cue is None else cue}"
    edge = 0.0 if cue is None else places.edges[cue + 1]
    lines = f"sequence(max(1, ceil(datum.x0 / {HATCH})) * {HATCH}, datum.x1, {HATCH})"
    return [
        _box(
            coloured.transform_calculate(
                edge=f"datum.x1 - min({BETWEEN}, 0.15 * (datum.x1 - datum.x0))"
            ),
            x2="edge",
        )
        .mark_rect()
        .encode(alt.Color(f"{measure.key}:Q", scale=scale, legend=legend)),
        _box(
            base.transform_filter(below)
            .transform_calculate(line=lines)
            .transform_flatten(["line"])
            .transform_calculate(
                slant=f"max(datum.line - {HATCH}, datum.line > {edge} ? {edge} : 0)"
            ),
            "line",
            "slant",
        ).mark_rule(color=NEUTRAL, strokeWidth=1, tooltip=None),
        _box(base.transform_filter("datum.position == 0"), x2="end").mark_rect(
            filled=False, stroke=NEUTRAL, strokeWidth=1, tooltip=None
        ),
    ]


def cue_cells(
    base: alt.Chart, cue: int, measure: Measure, values: Mapping[str, float]
) -> list[alt.Chart]:
    """A frame round the cue's cells, and in them their numbers: values by row key."""
    texts = {row: short(value, measure.fraction) for row, value in values.items()}
    here = base.transform_filter(f"datum.position == {cue}").transform_calculate(
        number=looked_up("row", texts),
        across="(datum.x0 + datum.x1) / 2",
        ink=looked_up("row", {row: _ink(value) for row, value in values.items()}),
    )
    plain = one_of("row", [row for row, value in values.items() if not value >= theme.REACH_FLOOR])
    number = here.mark_text(fontWeight="bold", tooltip=None).encode(
        x="across:Q", y="middle:Q", text="number:N"
    )
    return [
        _box(here).mark_rect(filled=False, stroke=NEUTRAL, strokeWidth=2.5, tooltip=None),
        number.transform_filter(plain),
        number.transform_filter(f"!({plain})").encode(color=alt.Color("ink:N", scale=None)),
    ]


def _box(base: alt.Chart, x: str = "x0", x2: str = "x1") -> alt.Chart:
    return base.encode(x=f"{x}:Q", x2=f"{x2}:Q", y="top:Q", y2="bottom:Q")


def _ink(value: float) -> str:
    """Dark or light text, whichever stands out on the colour of the value."""
    colour = bytes(map(int, re.findall(r"\d+", theme.reach_colour(value))))
    return theme.INK["light" if theme.luminance(colour) > 0.18 else "dark"].text
