"""How much the right answer surprises the net at every step of a sentence, and what the asked steps add up to."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from explorer import theme
from explorer.charts.grid import axis, places
from explorer.charts.nets import NEUTRAL, rows_of
from explorer.charts.pick import at, words
from explorer.charts.pick import places as steps_of

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "A full bar is a step that asks: −log p of its right answer in nats, 0 when the net is sure and right. "
    "A pale bar is what it would be if the next question were asked there already; it is in no sum."
)
ASKED, EARLY, SUM = "asked here", "if it were asked here", "sum of the asked steps so far"


def surprise(
    recording: xr.Dataset, *, step: int | None = None, trial: int = 0, title: str | None = None
) -> alt.LayerChart:
    """Bars of -log p at every step, and where several steps ask their running sum, T6: -log p of them all together.

    recording: of the analysis "surprise"; for an answer that is a number the bars are squared errors. The dashed line
    is what guessing costs, ln(answers).
    """
    here = at(recording, step=step, trial=trial)
    asked = here["asked"].values
    unit = str(recording.attrs["unit"])
    field = "surprise −log p (nats)" if unit == "nats" else unit
    records = [
        {"time": time, "word": word, "right answer": right, "kind": kind, field: float(value)}
        for time, (word, right, kind, value) in enumerate(
            zip(
                words(recording, trial),
                map(str, here["right"].values),
                np.where(asked, ASKED, EARLY),
                here["surprise"].values,
                strict=True,
            )
        )
    ]
    several = int(asked.sum()) > 1
    if several:
        running = zip(records, here["running"].values, strict=True)
        records += [{**record, "kind": SUM, field: float(value)} for record, value in list(running)]
    color = theme.CELLS[recording.attrs["cell"]]
    kinds = [ASKED, EARLY, *([SUM] if several else [])]
    silent = [place["time"] for place in steps_of(recording, trial) if not place["written"]]
    names = words(recording, trial)
    base = alt.Chart(rows_of(records))
    across: dict[str, Any] = {
        "scale": places(len(names)),
        "axis": axis(names, "step", silent, across=True),
    }
    y = alt.Y(f"{field}:Q", scale=alt.Scale(domainMin=0), title=field)
    tips = ["word:N", "right answer:N", "kind:N", alt.Tooltip(f"{field}:Q", format=".3~g")]
    legend = alt.Legend(orient="top", title=None, labelLimit=0)
    scale = alt.Scale(domain=kinds, range=[color, pale(color), NEUTRAL][: len(kinds)])
    shade = alt.Color("kind:N", scale=scale, legend=legend)
    bars = base.transform_filter(alt.datum.kind != SUM).transform_calculate(
        left="datum.time - 0.4", right="datum.time + 0.4"
    )
    layers: list[alt.Chart] = [
        bars.mark_rect().encode(
            x=alt.X("left:Q", **across),
            x2="right:Q",
            y=y,
            y2=alt.datum(0),
            tooltip=tips,
            color=shade,
        )
    ]
    if several:
        line = base.transform_filter(alt.datum.kind == SUM).encode(alt.X("time:Q", **across))
        layers.append(
            line.mark_line(interpolate="step-after", tooltip=None).encode(y=y, color=shade)
        )
        layers.append(line.mark_point(opacity=0, size=150).encode(y=y, tooltip=tips))
    if recording.attrs["answers"] > 1:
        level = math.log(recording.attrs["answers"])
        once = alt.Chart(base.data).transform_aggregate(count="count()")
        layers.append(
            once.mark_rule(color=NEUTRAL, strokeDash=[4, 4], tooltip=None).encode(
                y=alt.datum(level)
            )
        )
        layers.append(
            once.mark_text(align="right", baseline="bottom", dx=-4, dy=-2, tooltip=None).encode(
                x=alt.datum(len(names) - 0.5, **across),
                y=alt.datum(level),
                text=alt.value(f"guessing one of {recording.attrs['answers']}: {level:.2f}"),
            )
        )
    said = _title(asked, here) if title is None else title
    return alt.LayerChart(layer=layers).properties(title=said, height=420)


def pale(color: str) -> str:
    """A hue of the theme, seen through: for what is not asked but would be."""
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    return f"rgba({red}, {green}, {blue}, 0.35)"


def _title(asked: np.ndarray, here: xr.Dataset) -> str:
    right = np.unique(here["right"].values)
    if not asked.any():
        return f"Nothing is asked here: surprise of the net’s own answer “{right[0]}”"
    total = float(here["running"].values[-1])
    if asked.sum() == 1:
        return f"Surprise of “{right[0]}”, if it were asked at every step; where it is asked: {total:.3g}"
    return f"Surprise at every asked step, and their sum: {total:.3g}"
