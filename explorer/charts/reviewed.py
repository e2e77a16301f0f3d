"""What each read-out looks at, word by word, and below it the gradient that it sends back to each step."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from explorer import theme
from explorer.charts.nets import NEUTRAL, rows_of
from explorer.charts.shades import Shades

HOW_TO_READ = (
    "Bars: the weight α of each step in what is read, on one scale from 0 to 1. The strip below: ‖∂m/∂h_k‖, how much the answer "
    "still feels of the state after each word, on one log scale for all."
)
LANE, BARS, STRIP = 1.0, 0.52, 0.2
"""Heights of a read-out, and of its bars and its strip in it."""
LIMITS = (1e-8, 10.0)
"""Of the gradients, the same for every picture; less has the darkest colour."""


@dataclass(frozen=True)
class Read:
    """One read-out over one review: its label, weights and gradients by word (none: no state is read), and what it answers."""

    label: str
    weights: tuple[float, ...]
    gradients: tuple[float, ...] | None
    said: str = ""


def reviewed(
    reads: Sequence[Read],
    words: Sequence[str],
    *,
    evidence: Sequence[int] = (),
    cell: str = "rnn",
    right: str = "",
    title: str = "What does each read-out look at, and how far back does it teach?",
) -> alt.LayerChart:
    """Bars of weights and a strip of gradients for each read-out, over the same words.

    evidence: the places of the words that settle the answer; they stand on grey. right: the right answer. cell: whose hue the bars
    have.
    """
    bars = [
        {
            "read-out": one.label,
            "place": place,
            "word": words[place],
            "weight": weight,
            "line": line,
        }
        for line, one in enumerate(reads)
        for place, weight in enumerate(one.weights)
    ]
    strips = [
        {
            "read-out": one.label,
            "place": place,
            "word": words[place],
            "gradient": value,
            "line": line,
        }
        for line, one in enumerate(reads)
        for place, value in enumerate(one.gradients or ())
    ]
    x = alt.X("left:Q", axis=_words(words), scale=alt.Scale(domain=[-0.5, len(words) - 0.5], nice=False, zero=False))  # fmt: skip
    tall = alt.Scale(domain=[0, LANE * len(reads)], nice=False, zero=False, reverse=True)
    names = [[one.label, one.said] if one.said else one.label for one in reads]
    down = alt.Axis(
        title=None,
        values=[line * LANE + 0.5 for line in range(len(reads))],
        labelExpr=f"({json.dumps(names)})[floor(datum.value)]",
        labelLimit=200,
        labelOverlap=False,
        grid=False,
        ticks=False,
        domain=False,
    )

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=down, scale=tall)

    edges = {"left": "datum.place - 0.44", "right": "datum.place + 0.44"}
    tips = ["read-out:N", "word:N"]
    foot = f"datum.line * {LANE} + {0.14 + BARS}"
    drawn = (
        alt.Chart(rows_of(bars))
        .transform_calculate(**edges, foot=foot)
        .transform_calculate(top=f"datum.foot - {BARS} * datum.weight")
    )
    shades = Shades("log", LIMITS, theme.REACH_STOPS)
    colour = alt.Color("gradient:Q", scale=shades.scale(), legend=_legend())
    strip = (
        alt.Chart(rows_of(strips))
        .transform_calculate(
            left="datum.place - 0.5", right="datum.place + 0.5", top=foot + " + 0.03"
        )
        .transform_calculate(foot=f"datum.top + {STRIP}")
    )
    return alt.LayerChart(
        layer=[
            *_framed(evidence, len(reads), x, y),
            _zero(len(reads), len(words), x, y),
            drawn.mark_rect(color=theme.CELLS[cell]).encode(
                x, y("top"), x2="right:Q", y2="foot:Q",
                tooltip=[*tips, alt.Tooltip("weight:Q", format=".3f")],
            ),
            strip.mark_rect().encode(
                x, y("top"), colour, x2="right:Q", y2="foot:Q",
                tooltip=[*tips, alt.Tooltip("gradient:Q", format=".2e")],
            ),
        ],
        title=alt.TitleParams(title, subtitle=f"right: {right}") if right else title,
        height=90 * len(reads) + 20,
    )  # fmt: skip


def _legend() -> alt.Legend:
    powers = [10.0**power for power in range(round(math.log10(LIMITS[0])), 2, 3)]
    return alt.Legend(
        title="‖∂m/∂h‖", orient="right", values=powers, format=".0e", gradientLength=140
    )


def _words(words: Sequence[str]) -> alt.Axis:
    """Every word stands below its column."""
    return alt.Axis(
        title=None,
        values=list(range(len(words))),
        labelExpr=f"({json.dumps(list(words))})[datum.value]",
        labelAngle=-90,
        labelOverlap=False,
        grid=False,
        ticks=False,
        domain=False,
    )


def _framed(evidence: Sequence[int], count: int, x: alt.X, y: Any) -> list[alt.Chart]:
    """The columns of the words that settle the answer."""
    if not evidence:
        return []
    spans = [{"left": min(evidence) - 0.5, "right": max(evidence) + 0.5, "top": 0.0, "foot": LANE * count}]  # fmt: skip
    rect = alt.Chart(rows_of(spans)).mark_rect(color=NEUTRAL, opacity=0.16, tooltip=None)
    return [rect.encode(x, y("top"), x2="right:Q", y2="foot:Q")]


def _zero(count: int, width: int, x: alt.X, y: Any) -> alt.Chart:
    """The line that the bars of each read-out stand on."""
    lines = [{"left": -0.5, "right": width - 0.5, "top": line * LANE + 0.14 + BARS} for line in range(count)]  # fmt: skip
    rule = alt.Chart(rows_of(lines)).mark_rule(color=NEUTRAL, opacity=0.5, tooltip=None)
    return rule.encode(x, y("top"), x2="right:Q")
