"""Reach against distance: how much of the signal is left, so many words back from the blank."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from explorer.charts.nets import NEUTRAL, Net, dashed, ends, hue, named_once, one_of, rows_of, shape

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "From left to right the words lie further back from the blank, and each grid line down is a factor "
    "of 1000. Dashed is the same net before it learned anything."
)
FLOOR = 1e-12
STATES = ("trained", "before training")


def distance(
    recordings: Mapping[Net, xr.Dataset],
    *,
    trial: int = 0,
    step: int | None = None,
    cue: int | None = None,
    word: str = "cue",
    title: str = "How far back can a word still move the answer?",
) -> alt.LayerChart:
    """Reach of one sentence after training (the newest snapshot up to `step`), and at step 0 dashed.

    recordings: answers of `reach`, ``reach (snapshot, trial, time)``, NaN beyond the sentence's end.
    cue: position of the `word` that matters, counted from 0. The last word is 1 back from the blank.
    """
    nets = named_once(recordings)
    records = [row for net in nets for row in _records(net, recordings[net], trial, step)]
    ending = {row["net"]: row["reach"] for row in reversed(records)}
    longest = max((row["words back"] for row in records), default=1)
    base = alt.Chart(rows_of(records)).transform_calculate(
        drawn=f"isValid(datum.reach) ? max(datum.reach, {FLOOR}) : null"
    )
    x = alt.X("words back:Q", scale=alt.Scale(domain=[1, max(longest, 2)], nice=False))
    y = alt.Y(
        "drawn:Q",
        title="reach (last word = 1)",
        scale=alt.Scale(type="log", domain=[FLOOR, 1], clamp=True),
        axis=alt.Axis(
            values=[1, 1e-3, 1e-6, 1e-9, FLOOR],
            labelExpr=f"datum.value > {2 * FLOOR} ? datum.value < 1 ? format(datum.value, '.0e') : '1' : '≤ 1e-12'",
        ),
    )
    below = alt.Axis(title="words back from the blank", tickMinStep=1, tickCount=8, grid=False)
    # An axis of its own: unlike a text mark it takes its colours from the theme of the page.
    above = alt.Axis(
        orient="top",
        values=[longest - (cue or 0)],
        labelExpr=json.dumps(word),
        labelFontWeight="bold",
        title=None,
        grid=True,
        gridDash=[3, 3],
        gridColor=NEUTRAL,
    )
    states = dashed("training", STATES)
    some = f"datum.training == '{STATES[0]}' && datum['words back'] % {max(1, longest // 12)} == 0"
    hollow = one_of("net", [net.label for net in nets if net.hollow])
    line = base.encode(y=y, color=hue(nets))
    layers = (
        line.mark_line(tooltip=None).encode(x=x.axis(below), strokeDash=states),
        line.transform_filter(f"{hollow} && {some}")
        .mark_point(filled=False, opacity=1, tooltip=None)
        .encode(x=x.axis(None), shape=shape(nets)),
        line.mark_point(opacity=0, size=200).encode(
            x=x.axis(above if cue is not None else None),
            tooltip=["net:N", "training:N", "step:Q", "words back:Q", "reach:Q"],
        ),
        ends(base, nets, {name: _share(reach) for name, reach in ending.items()}, 0.09),
    )
    return alt.layer(*layers).properties(title=title, height=380).resolve_axis(x="independent")


def _records(
    net: Net, recording: xr.Dataset, trial: int, step: int | None
) -> Iterator[dict[str, Any]]:
    """The untrained line first, then the trained one, each from the first word to the last."""
    series = recording["reach"].isel(trial=trial).transpose("snapshot", "time")
    steps = [int(number) for number in series["snapshot"].values]
    newest = max((i for i, s in enumerate(steps) if step is None or s <= step), default=0)
    for state, index in zip(STATES, (newest, 0), strict=True):
        if (steps[index] == 0) == (state == STATES[1]):
            values = series.values[index]
            known = np.flatnonzero(~np.isnan(values))
            length = int(known[-1]) + 1 if len(known) else 0
            for time, value in enumerate(values[:length]):
                yield {
                    "net": net.label,
                    "training": state,
                    "step": steps[index],
                    "words back": length - time,
                    "reach": float(value),
                }


def _share(reach: float) -> float:
    """Height of a value on the axis, 0…1."""
    return 1 - math.log10(min(max(reach, FLOOR), 1)) / math.log10(FLOOR) if reach == reach else 0.0
