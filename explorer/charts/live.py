"""A training as it goes on: loss, accuracy or gradient norm at its training steps, one line a net."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import altair as alt

from explorer.charts.nets import Net, across, axis, ends, hue, named_once, rows_of

HOW_TO_READ = (
    "Loss of each training batch, accuracy (or loss) on test trials, and gradient norm before (solid) and after the clip "
    "(dashed). Of many training steps together a point is the mean, of norms the largest."
)
Quantity = Literal["loss", "accuracy", "test_loss", "norm"]
POINTS = 120
"""Points of a line; a training of more steps has several in each."""
BEFORE, AFTER = "before the clip", "after the clip"


class Look(NamedTuple):
    """How a quantity is drawn: the fields of a record, each with a name for its dash; title; scale; ticks' form."""

    fields: Mapping[str, str]
    title: str
    scale: Literal["linear", "log"] = "linear"
    form: str = ".2~f"
    share: bool = False


LOOKS: dict[Quantity, Look] = {
    "loss": Look({"loss": "loss"}, "loss of a batch"),
    "accuracy": Look({"accuracy": "accuracy"}, "accuracy of the test", form=".0%", share=True),
    "test_loss": Look({"test_loss": "loss"}, "loss of the test"),
    "norm": Look({"norm": BEFORE, "clipped": AFTER}, "gradient norm", "log", "~g"),
}


def live(
    metrics: Mapping[Net, Sequence[Mapping[str, Any]]],
    *,
    quantity: Quantity = "loss",
    steps: int | None = None,
    level: float | None = None,
    level_name: str = "no memory",
    title: str = "",
    height: int = 200,
) -> alt.LayerChart:
    """metrics: the records so far of each net. steps: how many there will be, so that the axis stands still.

    level: a dotted line, such as what a net without memory reaches, or where gradients are clipped.
    """
    nets = named_once(metrics)
    look = LOOKS[quantity]
    records = [row for net in nets for row in _records(net, metrics[net], look)]
    last = max([steps or 1, *(row["step"] for row in records)])
    limits = _limits(look, [row["value"] for row in records], level)
    up = _up(look, limits, level, level_name)
    x = alt.X(
        "step:Q",
        axis=alt.Axis(title="training step", tickCount=5, grid=False),
        scale=alt.Scale(domain=[0, last], nice=False),
    )
    base = alt.Chart(rows_of(records))
    line = base.mark_line(interpolate="linear", tooltip=None).encode(
        x,
        up,
        hue(nets),
        alt.StrokeDash("what:N", scale=_dashes(look), legend=None),
        detail="net:N",
    )
    points = line.mark_point(opacity=0, size=150).encode(
        tooltip=["net:N", "what:N", "step:Q", alt.Tooltip("value:Q", format=".3~g")]
    )
    layers = [line, points, ends(base, nets, _shares(records, look, limits), 0.09)]
    if level is not None:
        layers.insert(0, across(base, level))
    return alt.LayerChart(layer=layers).properties(title=title, height=height)


def _limits(look: Look, values: Sequence[float], level: float | None) -> tuple[float, float]:
    """Bottom and top: 0 … 1 for shares, from 0 for losses, whole decades round 1 for norms."""
    top = max([*values, level or 0.0, 1e-6])
    if look.scale == "log":
        low = min([*values, level or 1.0, 1.0])
        return 10.0 ** math.floor(math.log10(low)), 10.0 ** math.ceil(math.log10(max(top, 1.1)))
    return 0.0, 1.0 if look.share else top * 1.05


def _up(look: Look, limits: tuple[float, float], level: float | None, name: str) -> alt.Y:
    """The vertical axis, with the level as a tick that has a name."""
    low, high = limits
    if look.scale == "log":
        decades = range(round(math.log10(low)), round(math.log10(high)) + 1)
        ticks = [10.0**n for n in decades][:: max(1, len(decades) // 5)]
        near = 0.0
    else:
        ticks = [0, 0.5, 1] if look.share else _round_ticks(high)
        near = 0.12 * high
    return alt.Y(
        "value:Q",
        axis=axis(look.title, ticks, level, name, look.form, near=near),
        scale=alt.Scale(type=look.scale, domain=list(limits), nice=False),
    )


def _dashes(look: Look) -> alt.Scale:
    """The first field solid, the others dashed; the words beside the chart say which is which."""
    kinds = list(look.fields.values())
    return alt.Scale(domain=kinds, range=[[1, 0], *[[5, 5]] * (len(kinds) - 1)])


def _shares(
    records: Sequence[Mapping[str, Any]], look: Look, limits: tuple[float, float]
) -> dict[str, float]:
    """How far up each net's line ends, 0 … 1."""
    first, (low, high) = next(iter(look.fields.values())), limits
    final = {row["net"]: row["value"] for row in records if row["what"] == first}
    if look.scale == "log":
        return {n: math.log(v / low) / math.log(high / low) for n, v in final.items()}
    return {n: (v - low) / (high - low) for n, v in final.items()}


def _round_ticks(top: float) -> list[float]:
    """About four round numbers from 0 to the top."""
    size = 10.0 ** math.floor(math.log10(top))
    step = next(size * part for part in (0.2, 0.5, 1, 2) if top / (size * part) <= 5)
    return [round(step * n, 10) for n in range(int(top / step + 1e-9) + 1)]


def _records(
    net: Net, metrics: Sequence[Mapping[str, Any]], look: Look
) -> Iterator[dict[str, Any]]:
    """At most POINTS for each field: the mean of the steps in a point, of norms the largest."""
    for field, what in look.fields.items():
        known = [(int(row["step"]), row[field]) for row in metrics if _number(row.get(field))]
        together = math.ceil(len(known) / POINTS) or 1
        for start in range(0, len(known), together):
            part = known[start : start + together]
            values = [value for _, value in part]
            value = max(values) if look.scale == "log" else sum(values) / len(values)
            if value > 0 or look.scale != "log":
                yield {"net": net.label, "step": part[-1][0], "what": what, "value": value}


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
