"""Nets on a picture: a name, the hue of the cell, and lines that carry their names at their ends.

What a layer needs beside the data (the place of a label, a shift of dots) is looked up in a Vega
expression instead of a second table, so that the CSV of a chart holds the numbers and nothing else.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from explorer import theme

SHAPES = ("circle", "circle", "square", "triangle-up", "diamond", "triangle-down")
"""Of the marks of a net: of the first of a cell, which is full, and of the hollow ones."""
KEY = 16
"""Points between a hollow net's name and the line: there stands its mark."""
NEUTRAL = theme.INK["light"].quiet
"""For lines that belong to no net: 3:1 on the light and on the dark page."""


@dataclass(frozen=True)
class Net:
    """One net: the name at its line, a key of `theme.CELLS`, and of how many of its kind it is the next.

    twin: 0 is drawn full; the others hollow, each in the shape of its number.
    """

    label: str
    cell: str
    twin: int = 0

    @property
    def hollow(self) -> bool:
        """Whether it is a second of its kind, or a later one."""
        return self.twin > 0

    @property
    def shape(self) -> str:
        """The shape of its marks."""
        return SHAPES[self.twin % len(SHAPES)]


def rows_of(records: Iterable[Mapping[str, Any]]) -> alt.InlineData:
    """Records as a chart's data; NaN and infinity become null, which is not drawn."""

    def plain(value: Any) -> Any:
        return None if isinstance(value, float) and not math.isfinite(value) else value

    return alt.InlineData(values=[{k: plain(v) for k, v in r.items()} for r in records])


def named_once(nets: Iterable[Net]) -> tuple[Net, ...]:
    """The nets. Raises ValueError when two share a label: their lines would become one."""
    nets = tuple(nets)
    labels = [net.label for net in nets]
    if len(set(labels)) < len(labels):
        raise ValueError(f"two nets share a label: {', '.join(labels)}")
    return nets


def hue(nets: Iterable[Net]) -> alt.Color:
    """The colour of a net's cell. There is no legend: a line is named at its end."""
    nets = tuple(nets)
    scale = alt.Scale(
        domain=[net.label for net in nets], range=[theme.CELLS[net.cell] for net in nets]
    )
    return alt.Color("net:N", scale=scale, legend=None)


def shape(nets: Iterable[Net]) -> alt.Shape:
    """What tells nets of one cell from each other, where they are hollow. There is no legend: see `ends`."""
    nets = tuple(nets)
    scale = alt.Scale(domain=[net.label for net in nets], range=[net.shape for net in nets])
    return alt.Shape("net:N", scale=scale, legend=None)


def dashed(field: str, values: Sequence[str]) -> alt.StrokeDash:
    """The first value as a solid line, the others dashed, named above the picture."""
    scale = alt.Scale(domain=list(values), range=[[1, 0], *[[5, 5]] * (len(values) - 1)])
    legend = alt.Legend(
        orient="top", title=None, offset=4, symbolStrokeColor=NEUTRAL, symbolSize=900
    )
    return alt.StrokeDash(f"{field}:N", scale=scale, legend=legend if len(values) > 1 else None)


def looked_up(field: str, table: Mapping[Any, Any]) -> str:
    """A Vega expression: the table's entry for a field of the row."""
    return f"({json.dumps({str(key): value for key, value in table.items()})})[datum.{field}]"


def one_of(field: str, values: Iterable[Any]) -> str:
    """A Vega expression: whether a field of the row is one of the values."""
    return f"indexof({json.dumps(list(values))}, datum.{field}) >= 0"


def apart(shares: Mapping[str, float], least: float) -> dict[str, float]:
    """Places from 0 to 1, at least `least` from each other where that fits, in the same order."""
    least = min(least, 1 / max(len(shares), 1))
    names = sorted(shares, key=lambda name: shares[name])
    places = [min(max(shares[name], 0.0), 1.0) for name in names]
    for i in range(1, len(places)):
        places[i] = max(places[i], places[i - 1] + least)
    for i in reversed(range(len(places))):
        above = places[i + 1] - least if i + 1 < len(places) else 1.0
        places[i] = min(places[i], above)
    return dict(zip(names, places, strict=True))


def ends(
    base: alt.Chart,
    nets: Iterable[Net],
    shares: Mapping[str, float],
    least: float,
    band: tuple[float, float] = (0, 1),
) -> alt.LayerChart:
    """Each net's name at the right edge, in its hue, at its share 0…1 of the height (moved apart); a hollow one's
    mark stands before it.

    band: the part of the picture, from its top to its bottom, that the shares are of.
    """
    nets = tuple(nets)
    hollow = [net.label for net in nets if net.hollow]
    low, high = band
    places = {name: high - place * (high - low) for name, place in apart(shares, least).items()}
    once = (
        base.transform_filter(one_of("net", places))
        .transform_aggregate(count="count()", groupby=["net"])
        .transform_calculate(place=looked_up("net", places))
    )
    height = alt.value(alt.ExprRef("datum.place * height"))
    aside = f"width + ({one_of('net', hollow)} ? {KEY} : 0)"
    text = once.mark_text(align="left", dx=8, tooltip=None).encode(
        x=alt.value(alt.ExprRef(aside)), y=height, text="net:N", color=hue(nets)
    )
    marks = once.transform_filter(one_of("net", hollow)).mark_point(
        filled=False, opacity=1, tooltip=None
    )
    key = marks.encode(
        x=alt.value(alt.ExprRef(f"width + {KEY}")), y=height, color=hue(nets), shape=shape(nets)
    )
    return alt.LayerChart(layer=[text, key] if hollow else [text])


def axis(
    title: str,
    ticks: Sequence[float],
    level: float | None,
    name: str,
    form: str = "",
    near: float = 0.15,
) -> alt.Axis:
    """A vertical axis on which a level, such as what guessing reaches, is a tick with a name.

    Ticks closer to it than `near` give way. As an axis label it follows the theme of the page.
    """
    if level is None:
        return alt.Axis(title=title, orient="left", values=list(ticks), format=form)
    values = [tick for tick in ticks if abs(tick - level) > near] + [level]
    label = f"format(datum.value, {json.dumps(form)})"
    # Vega rounds 12.5 % up and Python does not: the same chance has one number on every picture.
    said = json.dumps(f"{level:{form}}") if form.endswith("%") else label
    named = f"abs(datum.value - {level}) < 1e-9 ? {json.dumps(name + ' ')} + {said} : {label}"
    return alt.Axis(title=title, orient="left", values=values, labelExpr=named)


def across(base: alt.Chart, level: float) -> alt.Chart:
    """A dotted line over the whole width."""
    once = base.transform_aggregate(count="count()")
    return once.mark_rule(strokeDash=[2, 4], strokeWidth=2, color=NEUTRAL, tooltip=None).encode(
        y=alt.YDatum(level)
    )
