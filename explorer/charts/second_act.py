"""One training, many gaps: how the nets of the second act do on gaps that they never met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from explorer.charts.gaps import gaps
from explorer.charts.nets import NEUTRAL, Net

HOW_TO_READ = (
    "Every dot is one of five seeds; the line runs through their median. "
    "Shaded: gaps that the nets were trained with; all others they never met."
)


def second_act(
    accuracies: Mapping[str, Mapping[str, Sequence[float]]],
    nets: Mapping[str, Net],
    *,
    trained: tuple[int, int],
    baseline: float | None = None,
    title: str = "Trained once, tested at every gap",
) -> alt.LayerChart:
    """accuracies: by net (a key of `nets`) and gap in words, a list over seeds; trained: the shortest and longest gap of the training."""
    points: list[dict[str, Any]] = [
        {"row": name, "gap": int(gap), "seed": seed, "accuracy": accuracy}
        for name, by_gap in accuracies.items()
        for gap, over_seeds in by_gap.items()
        for seed, accuracy in enumerate(over_seeds)
    ]
    whole = gaps(
        points, nets, baseline=baseline, title=title, across_title="gap in the test (words)"
    )
    tested = sorted({point["gap"] for point in points if point["row"] in nets})
    inside = [place for place, gap in enumerate(tested) if trained[0] <= gap <= trained[1]]
    if inside:
        band = _band(whole.layer[0].data, inside[0] - 0.5, inside[-1] + 0.5)
        whole.layer = [band, *whole.layer]
    return whole


def _band(data: Any, start: float, end: float) -> alt.Chart:
    """A shaded part of the width, over the whole height."""
    once = alt.Chart(data).transform_aggregate(count="count()")
    return once.mark_rect(color=NEUTRAL, opacity=0.12, tooltip=None).encode(
        x=alt.XDatum(start), x2=alt.X2Datum(end)
    )
