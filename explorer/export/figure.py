"""A picture as a value: how it is drawn at a training step, what it says, where it came from."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from explorer import theme
from explorer.export.picture import Look
from explorer.fit import specification

Make = Callable[..., Any]
"""Makes a chart anew. It may take `step`, the training step to show (None: the one on the page), and
`mode`, light or dark; it runs outside the page's script, and so must not call `st`."""

MOST_FRAMES = 24
"""Of a GIF, and of what scrubs in an offline page without a component; each takes a third of a second to draw."""


@dataclass(frozen=True, eq=False)
class Moving:
    """The part of a picture that scrubs in a browser: a component's script, its style, its bytes."""

    kind: str
    script: str
    style: str
    data: bytes


@dataclass(frozen=True, eq=False)
class Figure:
    """A picture to be taken along.

    name: for files. caption: without the link. steps: those it can be drawn at, if it scrubs;
    step: the one that was on the page. moving: what scrubs it offline; without one, and with steps,
    it is drawn at each of them.
    """

    name: str
    make: Make
    title: str = ""
    caption: str = ""
    link: str = ""
    step: int | None = None
    steps: tuple[int, ...] = ()
    moving: Moving | None = None
    look: Look = field(default_factory=Look)

    @property
    def source(self) -> str:
        """The caption with the link."""
        return " · ".join(part for part in (self.caption, self.link) if part)

    def chart(self, step: int | None = None, mode: theme.Mode | None = None) -> Any:
        """The chart at a step; None: as on the page."""
        return made(self.make, self.step if step is None else step, mode or self.look.mode)


def made(make: Make, step: int | None, mode: theme.Mode) -> Any:
    """The chart that `make` makes, told of step and mode what it takes."""
    takes = inspect.signature(make).parameters
    given = {"step": step, "mode": mode}
    return make(**{name: value for name, value in given.items() if name in takes})


def spread(steps: Sequence[int], most: int) -> tuple[int, ...]:
    """At most so many of the steps, in order, the first and the last among them."""
    if len(steps) <= most:
        return tuple(steps)
    last = len(steps) - 1
    return tuple(steps[round(i * last / (most - 1))] for i in range(most))


def at_step(caption: str, step: int) -> str:
    """The caption of the same picture at another step."""
    there = re.compile(r"(?<![^\s·])step \d+(?= ·|$)")
    if there.search(caption):
        return there.sub(f"step {step}", caption, count=1)
    return f"{caption} · step {step}" if caption else f"step {step}"


def headline(chart: Any) -> str:
    """The title that a chart has itself; nothing where it has none."""
    title = take_title(specification(chart))
    title = title.get("text", "") if isinstance(title, dict) else title or ""
    return " ".join(title) if isinstance(title, list) else str(title)


def untitled(chart: Any) -> dict[str, Any]:
    """The chart without the title, for a place that says it itself."""
    spec = specification(chart)
    take_title(spec)
    return spec


def take_title(spec: dict[str, Any]) -> Any:
    """The title of a spec, or of the first of its layers that has one; they have none any more."""
    found = spec.pop("title", None)
    for layer in spec.get("layer", ()):
        inner = take_title(layer)
        found = found or inner
    return found
