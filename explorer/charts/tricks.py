"""Which change helped, over seeds: every net's accuracy after training beside its reach before it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from explorer.charts.nets import NEUTRAL, Net, looked_up, named_once, one_of, rows_of, shape

HOW_TO_READ = (
    "Each dot is one seed, each bar their median. Reach: how far the word still moved the answer before any training, on "
    "an absolute scale."
)
LEFT, RIGHT = (0.0, 0.44), (0.56, 1.0)
"""Parts of the width: both lie in one view, because a chart of several views does not follow the width of the page."""
SUBTITLE = "accuracy after training, and reach of the word before it (log scale)"
BAR = 0.32
"""Half the height of a median's bar, in heights of a net's line."""
SMALLEST = 1e-20
"""Reach below it is drawn at the edge."""
MARKS = 2
"""Marks on the scale of reach beside that of 1, about."""


def tricks(
    points: Sequence[Mapping[str, Any]],
    nets: Sequence[Net],
    *,
    baseline: float | None = None,
    title: str = "Does the start predict who learns?",
) -> alt.LayerChart:
    """A dot for each seed and a bar at the median, one line for each net, in the order of ``nets``.

    points: `net` (a label of ``nets``), `seed`, `accuracy` 0…1, `reach` of the cue before training (None: not
    known). baseline: the accuracy of guessing. The scale of reach is absolute, from 1 down to the smallest value.
    """
    shown = named_once(nets)
    labels = [net.label for net in shown]
    records = [dict(point) for point in points if point["net"] in labels]
    lowest = _lowest([p["reach"] for p in records])
    seeds = sorted({row["seed"] for row in records})
    rows = {label: float(place) for place, label in enumerate(labels)}
    apart = 0.5 / max(len(seeds), 1)
    shift = {seed: (i - (len(seeds) - 1) / 2) * apart for i, seed in enumerate(seeds)}
    reach = f"{RIGHT[1]} + {RIGHT[1] - RIGHT[0]} * log(max(datum.reach, {SMALLEST})) / {-math.log(lowest)}"
    base = (
        alt.Chart(rows_of(records))
        .transform_calculate(line=looked_up("net", rows))
        .transform_calculate(
            place=f"datum.line + {looked_up('seed', shift)}",
            right=f"{LEFT[1] - LEFT[0]} * datum.accuracy",
            before=f"isValid(datum.reach) ? {reach} : null",
        )
    )
    x, y = _axes(labels, lowest, baseline)
    hollow = one_of("net", [net.label for net in shown if net.hollow])
    scale = alt.Scale(domain=labels, range=[_colour(net) for net in shown])
    hue = alt.Color("net:N", scale=scale, legend=None)
    tips = [
        alt.Tooltip("net:N"),
        alt.Tooltip("seed:Q"),
        alt.Tooltip("accuracy:Q", format=".1%"),
        alt.Tooltip("reach:Q", title="reach before training", format=".2e"),
    ]
    layers = _frames(base)
    if baseline is not None:
        layers.append(_level(base, LEFT[1] * baseline))
    for field in ("right", "before"):
        some = base.transform_filter(f"isValid(datum.{field})")
        dots = some.encode(x(field), y("place"), hue, tooltip=tips)
        layers += [
            dots.transform_filter(f"!({hollow})").mark_point(filled=True, opacity=0.75),
            dots.transform_filter(hollow)
            .mark_point(filled=False, opacity=1)
            .encode(shape=shape(shown)),
            some.transform_aggregate(middle=f"median({field})", groupby=["net", "line"])
            .transform_calculate(top=f"datum.line - {BAR}", foot=f"datum.line + {BAR}")
            .mark_rule(strokeWidth=3, tooltip=None)
            .encode(x("middle"), y("top"), hue, y2="foot:Q"),
        ]
    heading = alt.TitleParams(title, subtitle=SUBTITLE)
    return alt.LayerChart(layer=layers, title=heading, height=110 + 40 * len(labels))


def _colour(net: Net) -> str:
    from explorer import theme

    return theme.CELLS[net.cell]


def _lowest(values: Sequence[float | None]) -> float:
    """The lower end of the scale: the whole power of ten below the smallest value, 1e-8 at most."""
    known = [max(value, SMALLEST) for value in values if value]
    power = math.floor(math.log10(min([*known, 1e-8])) + 1e-9)
    power -= power % MARKS  # so that the last of the marks stands at the edge
    return float(10.0 ** max(power, round(math.log10(SMALLEST))))


def _axes(labels: Sequence[str], lowest: float, baseline: float | None) -> tuple[Any, Any]:
    """The two scales: names by place, because accuracy and reach share the width."""
    powers = round(-math.log10(lowest))
    every = max(1, round(powers / MARKS))
    marks = {LEFT[1] * share: f"{share:.0%}".replace("%", " %") for share in (0, 1)}
    if baseline is not None:
        near = [place for place in marks if abs(place - LEFT[1] * baseline) < 0.08]
        marks = {place: said for place, said in marks.items() if place not in near}
        marks[LEFT[1] * baseline] = f"chance {baseline:.0%}".replace("%", " %")
    for power in range(0, powers + 1, every):
        place = RIGHT[1] - (RIGHT[1] - RIGHT[0]) * power / powers
        smaller = "≤" if power == powers and lowest <= SMALLEST else ""
        marks[place] = f"{smaller}1e-{power}" if power else "1"
    table = json.dumps({str(round(1000 * place)): said for place, said in _titled(marks).items()})
    across = alt.Axis(
        title=None,
        values=sorted(marks),
        labelExpr=f"({table})[round(1000 * datum.value)]",
        labelLimit=0,
        labelOverlap=False,
        grid=False,
        domain=False,
    )
    down = alt.Axis(
        title=None,
        values=list(range(len(labels))),
        labelExpr=f"({json.dumps(list(labels))})[datum.value]",
        labelLimit=240,
        labelOverlap=False,
        grid=True,
        ticks=False,
        domain=False,
    )
    wide = alt.Scale(domain=[-0.02, 1.02], nice=False, zero=False)
    tall = alt.Scale(domain=[-0.5, len(labels) - 0.5], nice=False, zero=False, reverse=True)

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=across, scale=wide)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=down, scale=tall)

    return x, y


def _titled(marks: Mapping[float, str]) -> dict[float, str | list[str]]:
    """The title of each part in a second line below one of its marks: as an axis label it follows the page's theme.

    Marks and titles are few and short, so that they have room on narrow paper; the subtitle says more.
    """
    found: dict[float, str | list[str]] = dict(marks)
    middle = min(marks, key=lambda place: abs(place - sum(RIGHT) / 2))
    for place, title in ((min(marks), "accuracy"), (middle, "reach")):
        found[place] = [marks[place], title]
    return found


def _frames(base: alt.Chart) -> list[alt.Chart]:
    """The ends of both scales."""
    once = base.transform_aggregate(count="count()")
    return [
        once.mark_rule(color=NEUTRAL, opacity=0.5, tooltip=None).encode(x=alt.XDatum(place))
        for place in (*LEFT, *RIGHT)
    ]


def _level(base: alt.Chart, place: float) -> alt.Chart:
    once = base.transform_aggregate(count="count()")
    return once.mark_rule(strokeDash=[2, 4], strokeWidth=2, color=NEUTRAL, tooltip=None).encode(
        x=alt.XDatum(place)
    )
