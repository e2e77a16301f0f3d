"""What each chart is drawn from, asked of trained nets without a page: for the command line and for tests.

Most charts draw the recording of one analysis, which `CHARTS` names. The others are of several nets, of a training,
or of a change: `own` says how each of them gets its inputs.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

from explorer.charts import CHARTS, directions
from explorer.figureinput.own import OWN, Inputs
from explorer.figureinput.wanted import Source, Wanted, options_of

__all__ = ["OWN", "Source", "Wanted", "inputs", "maker"]


def maker(wanted: Wanted) -> Callable[..., Any]:
    """`make(step=…, mode=…)`, which draws the chart; the nets are asked once, when it is first called.

    Raises ValueError with one sentence, also for an option that the chart does not have.
    """
    takes = inspect.signature(CHARTS[wanted.chart].draw).parameters
    if wanted.beside and not CHARTS[wanted.chart].needs:
        raise ValueError(
            f"The chart {wanted.chart} has no option {', '.join(wanted.beside)}; "
            f"it has {', '.join(options_of(wanted.chart))}."
        )
    ways = wanted.drawn
    given: list[Inputs] = []

    def make(step: int | None = None, mode: str = "light") -> Any:
        if not given:
            given.append(inputs(wanted))
        positional, named = given[0]
        told = {"step": wanted.step if step is None else step, "mode": mode}
        told = {name: value for name, value in told.items() if name in takes}
        draw = partial(CHARTS[wanted.chart].draw, *positional, **{**named, **told, **wanted.own})
        if "direction" not in takes:
            return draw()
        return directions.both(lambda direction: draw(direction=direction), ways)

    return make


def inputs(wanted: Wanted) -> Inputs:
    """What the chart is called with: positional, and by name. Raises ValueError with one sentence."""
    needs = CHARTS[wanted.chart].needs
    if needs:
        return (wanted.ask(wanted.first, needs, wanted.edits),), {}
    if wanted.chart not in OWN:
        raise ValueError(f"The chart {wanted.chart} is drawn on its page only.")
    return OWN[wanted.chart](wanted)
