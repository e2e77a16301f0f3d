"""What the parts of the memory page share: a chart with its words and downloads, and the names of the trials."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

from engine.tasks.fluent import NAMES, Fluent
from explorer.picture import Asked
from explorer.views import draw, link
from explorer.views.look import Look


def chart(
    name: str,
    looked: Look,
    *recordings: Any,
    of: tuple[Any, ...] = (),
    steps: Sequence[int] = (),
    **options: Any,
) -> None:
    """A chart of the registry at the chosen training step, in the colours of the page.

    of: what decides it beside net, inputs, place and step; steps: those that its recording holds, if the chart can
    be taken along through training. options: of the chart; with a ``direction``, it is drawn of every one that is shown.
    """

    def make(
        direction: int = looked.direction, step: int | None = looked.step, mode: Any = "light"
    ) -> Any:
        function = draw.charted(name)
        takes = inspect.signature(function).parameters
        given = {key: value for key, value in (("step", step), ("mode", mode)) if key in takes}
        way = {"direction": direction} if "direction" in options else {}
        return function(*recordings, **given, **{**options, **way})

    decides = (looked.asked, looked.step, *looked.place.values(), *of)
    draw.chart(looked, name, decides, make, steps=steps, directed="direction" in options)


def together(looked: Look) -> tuple[Asked, tuple[str, ...]]:
    """The shown trial among others that memories can be exchanged with, and the names of them all."""
    address = looked.address
    task, drawn = looked.net.task, looked.asked.drawn
    if drawn is not None:
        every = drawn.model_copy(update={"only": None})
        return Asked(drawn=every, shown=drawn.only or 0), _numbered(drawn.count)
    if looked.net.module is not None:
        return looked.asked, _numbered(len(looked.net.module.inputs))
    if isinstance(task, Fluent) and address.kind == "far":
        return Asked(task.far_texts(address.gap), NAMES.index(address.country)), NAMES
    if isinstance(task, Fluent) and address.kind == "near":
        return Asked(task.near_texts(), link.CUES.index(address.cue)), link.CUES
    return looked.asked, ("your sentence",)


def _numbered(count: int) -> tuple[str, ...]:
    return tuple(f"trial {trial + 1}" for trial in range(count))


def middle(looked: Look) -> int:
    """The step in the middle of the shown trial's gap, as far as its words tell."""
    return len(looked.words) // 2
