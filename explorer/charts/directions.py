"""A net that reads both ways: the same chart of each direction, side by side, each with its name.

Altair is imported when a chart is put together: films take the names from here, and the first paint waits for no chart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

NAMES = ("forwards", "backwards")
"""What a direction is called, by its place in a recording."""


def titled(chart: Any, direction: int) -> Any:
    """A chart with its direction in the title."""
    return chart.properties(title=_retitled(chart.title, _named(chart.title, direction)))


def both(draw: Callable[[int], Any], directions: Sequence[int]) -> Any:
    """``draw(direction)`` of one direction as it is; of two side by side, a title that they share said once.

    The data say of each row which direction it is of.
    """
    charts = {direction: draw(direction) for direction in directions}
    if len(charts) == 1:
        return charts[directions[0]]
    import altair as alt

    heads = {_headline(chart.title) for chart in charts.values()}
    shared = heads.pop() if len(heads) == 1 else ""  # else each says what it is of
    parts = []
    for direction, chart in charts.items():
        of = NAMES[direction].capitalize() if shared else _named(chart.title, direction)
        marked = _marked(chart, NAMES[direction])
        parts.append(marked.properties(title=_retitled(chart.title, of)))
    # Each keeps its own colours: they may reach to other ends, and a legend is one picture's.
    whole = alt.HConcatChart(hconcat=parts).resolve_scale(
        color="independent", shape="independent", strokeDash="independent"
    )
    return whole.properties(title=shared) if shared else whole


def _named(title: Any, direction: int) -> str:
    """The words of a title, which may be a question, with the name of the direction."""
    words = _headline(title)
    return f"{words} · {NAMES[direction]}" if words else NAMES[direction].capitalize()


def _headline(title: Any) -> str:
    """The words of a title, which may have a second line."""
    text = getattr(title, "text", title)
    return text if isinstance(text, str) else ""


def _retitled(title: Any, text: str) -> Any:
    """The title with other words; its second line stays."""
    import altair as alt

    if not isinstance(title, alt.TitleParams):
        return text
    title = title.copy(deep=False)
    title.text = text
    return title


def _marked(chart: Any, name: str) -> Any:
    """The chart with a column `direction` in its data."""
    import altair as alt

    chart = chart.copy(deep=False)
    if isinstance(chart.data, alt.InlineData):
        rows = [{**row, "direction": name} for row in chart.data.values]
        chart.data = alt.InlineData(values=rows)
    if isinstance(chart, alt.LayerChart):
        chart.layer = [_marked(layer, name) for layer in chart.layer]
    return chart
