"""What several nets put into a blank: the probability of each answer, the right one marked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from explorer.charts.nets import NEUTRAL, Net, hue, named_once, one_of, rows_of
from explorer.charts.words import percent

HOW_TO_READ = "Bars: the probability that each net gives to an answer at the blank; a hollow bar is the second net. The right answer stands on grey."
MOST = 8
"""Answers that are drawn: the likeliest of any net, and the right one."""


def gap_answers(
    shares: Mapping[Net, Sequence[float]],
    answers: Sequence[str],
    *,
    right: str = "",
    title: str = "What fits into the blank?",
) -> alt.LayerChart:
    """A bar for each net and answer; the answers that any of them thinks likely, the likeliest first.

    shares: by net the probability of each of ``answers``, 1 in all.
    """
    nets = named_once(shares)
    best = {
        answer: max(values[place] for values in shares.values())
        for place, answer in enumerate(answers)
    }
    kept = sorted(answers, key=lambda one: (one != right, -best[one]))[:MOST]
    kept.sort(key=lambda one: -best[one])
    high = 0.8 / len(nets)
    records: list[dict[str, Any]] = [
        {
            "net": net.label,
            "answer": answer,
            "probability": float(values[list(answers).index(answer)]),
            "top": line - 0.4 + high * i,
            "foot": line - 0.4 + high * (i + 0.86),
        }
        for i, (net, values) in enumerate(shares.items())
        for line, answer in enumerate(kept)
    ]
    base = alt.Chart(rows_of(records))
    down = alt.Axis(
        title=None,
        values=list(range(len(kept))),
        labelExpr=f"({json.dumps(kept)})[datum.value]",
        labelOverlap=False,
        grid=False,
        ticks=False,
        domain=False,
    )
    tall = alt.Scale(domain=[-0.5, len(kept) - 0.5], nice=False, zero=False, reverse=True)
    y = alt.Y("top:Q", axis=down, scale=tall)
    percents = alt.Axis(
        title="probability", format=".0%", values=[0, 0.25, 0.5, 0.75, 1], grid=False
    )
    x = alt.X("probability:Q", axis=percents, scale=alt.Scale(domain=[0, 1], nice=False))
    hollow = one_of("net", [net.label for net in nets if net.hollow])
    bars = base.encode(
        x, y, hue(nets), x2=alt.X2Datum(0), y2="foot:Q",
        tooltip=["net:N", "answer:N", alt.Tooltip("probability:Q", format=".2%")],
    )  # fmt: skip
    layers = [
        bars.transform_filter(f"!({hollow})").mark_rect(),
        bars.transform_filter(hollow).mark_rect(filled=False, strokeWidth=1.5),
        _said(records, x, tall),
    ]
    if right in kept:
        layers.insert(0, _framed(base, kept.index(right)))
    return alt.LayerChart(layer=layers, title=title, height=44 * len(kept) + 50)


def _said(records: Sequence[Mapping[str, Any]], x: alt.X, tall: alt.Scale) -> alt.Chart:
    """Behind each bar its number and net."""
    rows = [
        {
            "probability": r["probability"],
            "middle": (r["top"] + r["foot"]) / 2,
            "said": f"{percent(r['probability'])} {r['net']}",
        }
        for r in records
        if r["probability"] >= 0.005
    ]
    text = alt.Chart(rows_of(rows)).mark_text(align="left", dx=6, tooltip=None)
    return text.encode(x, alt.Y("middle:Q", scale=tall), text="said:N")


def _framed(base: alt.Chart, line: int) -> alt.Chart:
    once = base.transform_aggregate(count="count()")
    rect = once.mark_rect(color=NEUTRAL, opacity=0.16, tooltip=None)
    return rect.encode(
        x=alt.XDatum(0), x2=alt.X2Datum(1), y=alt.YDatum(line - 0.5), y2=alt.Y2Datum(line + 0.5)
    )
