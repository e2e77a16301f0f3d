"""Loss and accuracy while training: one line a net, both over the same training steps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import altair as alt

from explorer.charts.nets import (
    Net,
    across,
    axis,
    dashed,
    ends,
    hue,
    named_once,
    one_of,
    rows_of,
    shape,
)

if TYPE_CHECKING:
    from engine.tasks import Task

HOW_TO_READ = (
    "Both are measured on trials that no net trained on; the loss is how much the right answer surprises the net, "
    "or how far a number is off, squared. Dashed, where it is drawn, is the same net on the near sentence."
)
HIGHEST = 4.0
"""Times the loss of guessing: what is above leaves the picture, so that one that explodes leaves the others readable."""
PADDING = {"left": 0, "top": 0, "right": 12, "bottom": 20}
"""Around the picture on a page: the names at the right edge are measured before their font is there."""


class Panel(NamedTuple):
    """One of the two quantities, and the part of the picture that it takes, from top to bottom.

    Both lie in one view: a chart of several views does not follow the width of the page.
    """

    field: str
    title: str
    top: float
    band: tuple[float, float]
    ticks: Sequence[float]
    form: str
    cut: bool = False
    """Whether some values lie above the part, and their lines leave the picture."""


def learning(
    metrics: Mapping[Net, Sequence[Mapping[str, Any]]],
    task: Task | None = None,
    *,
    title: str = "When does each net learn it?",
) -> alt.LayerChart:
    """Test loss (above, nats or squared error) and test accuracy (below) at the snapshots of each training.

    metrics: the records of a run; those with scores are drawn. The first of `by_condition` is solid
    (its loss is `test_loss`), the others are dashed. task: theirs; what a net without memory reaches in it
    is marked, and who guesses one of 1/p answers has a loss of -ln p.
    """
    baseline, measure = (None, "accuracy") if task is None else (task.baseline(), task.measure)
    unit = "nats" if task is None else task.unit
    nets = named_once(metrics)
    records = [row for net in nets for row in _records(net, metrics[net])]
    levels = {measure: baseline}
    if measure == "accuracy" and baseline:
        levels["loss"] = -math.log(baseline)
    losses = [row["loss"] for row in records if _finite(row["loss"])]
    guessing = levels.get("loss") or 0.0
    most = max([*losses, guessing, 1e-3])
    top = min(most, HIGHEST * guessing) if guessing else most
    below = [0] if levels.get("loss") else [0, top]
    panels = (
        Panel("loss", f"loss ({unit})", top, (0, 0.45), below, ".1~f", most > top),
        Panel("accuracy", "accuracy", 1, (0.55, 1), [0, 0.5, 1], ".0%"),
    )
    name = "chance" if measure == "accuracy" else "no memory"
    parts = [_panel(panel, nets, records, levels.get(panel.field), name) for panel in panels]
    said = alt.TitleParams(title)
    if most > top:
        said.subtitle = f"a line that leaves the picture has a loss above {top:.2g}"
    made = alt.layer(*parts, title=said, height=440, padding=PADDING)
    return made.resolve_scale(y="independent")


def _panel(
    panel: Panel, nets: Sequence[Net], records: list[dict[str, Any]], level: float | None, name: str
) -> alt.LayerChart:
    """Lines, hollow circles on some of them, numbers for the pointer, and the nets' names."""
    field = panel.field
    tests = list(dict.fromkeys(row["test"] for row in records))
    final = {r["net"]: r[field] for r in records if r["test"] == tests[0] and _finite(r[field])}
    last = max([*(row["step"] for row in records), 1])
    x = alt.X(
        "step:Q",
        axis=alt.Axis(title="training step", tickCount=8, grid=False),
        scale=alt.Scale(domain=[0, last], nice=False),
    )
    bottom, top = (alt.ExprRef(f"{share} * height") for share in panel.band[::-1])
    scale = alt.Scale(domain=[0, panel.top], range=[bottom, top], nice=False)
    y = alt.Y(
        f"{field}:Q", scale=scale, axis=axis(panel.title, panel.ticks, level, name, panel.form)
    )
    base = alt.Chart(rows_of(records))
    line = base.encode(x, y, hue(nets))
    shares = {net: value / panel.top for net, value in final.items()}
    some = f"({_marked(nets, records, panel)}) && {one_of('test', tests[:1])}"
    layers = [
        line.mark_line(tooltip=None, clip=panel.cut).encode(strokeDash=dashed("test", tests)),
        line.transform_filter(some)
        .mark_point(filled=False, opacity=1, tooltip=None, clip=panel.cut)
        .encode(shape=shape(nets)),
        line.mark_point(opacity=0, size=200, clip=panel.cut).encode(
            tooltip=["net:N", "test:N", "step:Q", f"{field}:Q"]
        ),
        ends(base, nets, shares, 0.2, panel.band),
    ]
    if level is not None:
        layers.insert(0, across(base, level))
    return alt.LayerChart(layer=layers)


def _finite(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _marked(nets: Sequence[Net], records: list[dict[str, Any]], panel: Panel) -> str:
    """A Vega expression: where the line of a hollow net has a mark.

    At some of the steps, about equally far from each other, because the snapshots crowd at the start; and at the last
    that can be seen, because a net that diverges may end before the second mark.
    """
    every = max(1, max([*(row["step"] for row in records), 1]) // 15)
    found = ["false"]
    for net in nets:
        seen = {
            row["step"]
            for row in records
            if row["net"] == net.label
            and _finite(row[panel.field])
            and row[panel.field] <= panel.top
        }
        if net.hollow and seen:
            places = range(0, max(seen) + 1, every)
            steps = {max(seen), *(min(seen, key=lambda s: abs(s - place)) for place in places)}
            found.append(f"{one_of('net', [net.label])} && {one_of('step', sorted(steps))}")
    return " || ".join(found)


def _records(net: Net, metrics: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for record in metrics:
        tests = record.get("by_condition") or {"test": record.get("accuracy")}
        for place, (test, accuracy) in enumerate(tests.items()):
            if accuracy is not None:
                loss = record.get("test_loss") if place == 0 else None
                row = {"net": net.label, "step": record["step"], "test": test}
                yield {**row, "accuracy": accuracy, "loss": loss}
