"""Whom the answer follows when the memories of two sentences are exchanged: all pairs, for every net beside the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import altair as alt

from explorer import theme
from explorer.charts.nets import NEUTRAL, rows_of
from explorer.charts.pick import at

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "Each bar is all ordered pairs of sentences: how often the answer follows the memory that was put in, stays with the "
    "sentence, or is neither. A net that only guesses answers the same whatever memory it gets."
)
SHARES = {"follows": "follows the memory", "stays": "stays with the sentence", "other": "neither"}


def exchange_table(
    recording: xr.Dataset,
    *,
    label: str = "",
    beside: Mapping[str, xr.Dataset] | None = None,
    step: int | None = None,
    mode: theme.Mode = "light",
    title: str = "Whom does the answer follow?",
) -> alt.LayerChart:
    """Shares of all pairs, for the whole state and each state alone; of the analysis `exchanges`.

    label: of this net; beside: recordings of other nets by their labels. Nets that share a label become one: give each
    its own.
    """
    nets = {label or str(recording.attrs["cell"]).upper(): recording, **(beside or {})}
    records = [
        row
        for net, found in nets.items()
        for row in _records(net, at(found, step=step if found is recording else None))
    ]
    base = alt.Chart(rows_of(records))
    order = list(dict.fromkeys(row["exchanged"] for row in records))
    y = alt.Y(
        "exchanged:N",
        sort=order,
        title=None,
        axis=alt.Axis(
            labelLimit=320, labelOverlap=False, labelFlush=False, ticks=False, domain=False
        ),
        scale=alt.Scale(paddingInner=0.35),
    )
    words = list(SHARES.values())
    below, above = theme.SIGNED_STOPS["light"][2], theme.SIGNED_STOPS["light"][-4]
    scale = alt.Scale(domain=words, range=[*theme.css([above, below]), NEUTRAL])
    bars = base.mark_bar().encode(
        x=alt.X(
            "share:Q",
            stack="zero",
            title="share of all pairs",
            axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1]),
            scale=alt.Scale(domain=[0, 1], nice=False),
        ),
        y=y,
        color=alt.Color(
            "the answer:N",
            scale=scale,
            legend=alt.Legend(
                title="the answer", orient="top", titleOrient="left", offset=4, labelLimit=0
            ),
        ),
        order="place:Q",
        tooltip=["exchanged:N", "the answer:N", alt.Tooltip("share:Q", format=".1%"), "pairs:Q"],
    )
    ends = (
        base.transform_filter("datum.place == 0")
        .mark_text(align="left", dx=8, tooltip=None, color=theme.INK[mode].quiet)
        .encode(x=alt.value("width"), y=y, text="says:N")
    )
    return alt.LayerChart(layer=[bars, ends], title=title, height=28 * len(order) + 150)


def _records(net: str, found: xr.Dataset) -> list[dict[str, Any]]:
    """One record for each part and outcome."""
    rows = []
    pairs = int(found.attrs["pairs"])
    for part in found["part"].values:
        for place, (name, words) in enumerate(SHARES.items()):
            share = float(found[name].sel(part=part))
            follow = round(float(found["follows"].sel(part=part)) * pairs)
            rows.append(
                {
                    "exchanged": f"{net}: {part}",
                    "the answer": words,
                    "share": share,
                    "place": place,
                    "pairs": pairs,
                    "says": f"{follow} of {pairs} follow",
                }
            )
    return rows
