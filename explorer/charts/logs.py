"""Logarithmic axes that do not move with the data: a line that vanishes must leave the picture at the bottom."""

from __future__ import annotations

import math
from typing import Any

import altair as alt

from explorer.charts.nets import NEUTRAL


def shown(field: str, limits: tuple[float, float]) -> str:
    """A Vega expression: the field, held within the limits; null stays null."""
    low, high = limits
    value = f"datum['{field}']"
    return f"isValid({value}) ? min(max({value}, {low}), {high}) : null"


def decades(field: str, title: str, limits: tuple[float, float], **options: Any) -> alt.Y:
    """An axis over whole decades, with about five ticks; its ends say that what lies beyond is drawn there."""
    low, high = (round(math.log10(limit)) for limit in limits)
    every = max(1, math.ceil((high - low) / 5))
    powers = [power for power in range(low, high + 1) if power % every == 0]
    powers = sorted(
        {low, *(p for p in powers if p - low >= every / 2), high}
        if high % every
        else {low, *powers}
    )
    label = (
        f"(datum.value < {1.5 * 10.0**low} ? '≤ ' : datum.value > {0.5 * 10.0**high} ? '≥ ' : '') + "
        "replace(format(datum.value, datum.value > 0.005 && datum.value < 2000 ? '~g' : '.0e'), '+', '')"
    )
    return alt.Y(
        field,
        title=title,
        scale=alt.Scale(type="log", domain=[10.0**low, 10.0**high], nice=False, clamp=True),
        axis=alt.Axis(values=[10.0**power for power in powers], labelExpr=label, **options),
    )


def level(data: alt.InlineData, at: float) -> alt.Chart:
    """A dotted line across at a value."""
    rule = alt.Chart(data).transform_aggregate(count="count()")
    return rule.mark_rule(color=NEUTRAL, strokeDash=[2, 4], strokeWidth=2, tooltip=None).encode(
        y=alt.YDatum(at)
    )
