"""Strings below one another, aligned step by step: what was written, what is right, what another net writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from engine.experiment import WITHOUT
from engine.newest import newest
from engine.tasks.translation import END
from explorer.attention.written import shown_steps
from explorer.charts.symbols import WRONG, Symbol, written
from explorer.lessons import attention as text
from explorer.picture import Net
from explorer.views import attention_look
from explorer.views.look import Look

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class Line:
    """One string under its name; framed: which of its words have changed."""

    name: str
    symbols: tuple[Symbol, ...]
    framed: tuple[bool, ...] = ()
    instead: str = ""
    """What is said where there is no string."""


def section(here: Look, recording: xr.Dataset, twin: Net | None, at: int | None) -> None:
    """Written and right at the shown training step, and what the twin wrote."""
    wanted = attention_look.right(here)
    count = max(shown_steps(recording), len(wanted))
    now = written(recording, newest(recording, here.step))
    right = tuple(map(Symbol, wanted))
    lines = [
        Line(text.WRITTEN, now),
        Line(text.RIGHT, right, instead="" if right else text.UNKNOWN),
        _twin(here, twin),
    ]
    draw(lines, count, at)
    longest = max(len(line.symbols) for line in lines)
    wrong = any(one.right is False for line in lines for one in line.symbols)
    said = [text.LEGEND.format(sign=WRONG)] if wrong else []
    said += [text.CUT.format(count=count)] if longest > count else []
    st.caption(". ".join(said))


def _twin(here: Look, twin: Net | None) -> Line:
    """What the twin writes at its snapshot that is nearest to the shown training step; a step or seed of its own is named."""
    bare = here.net.network.attention == WITHOUT
    name = text.WITH if bare else text.WITHOUT
    if twin is None:
        choice = "dot" if bare else WITHOUT
        return Line(name, (), instead=text.NO_TWIN.format(twin=name, choice=choice))
    found = attention_look.ask(replace(here, net=twin))
    if found is None:
        return Line(name, ())
    steps = found["snapshot"].values
    at = int(np.abs(steps - here.step).argmin())
    return Line(beside(name, here, twin, int(steps[at])), written(found, at))


def beside(name: str, here: Look, twin: Net, step: int) -> str:
    """What the twin's line is called: also its step and its seed, where they are others than the shown net's."""
    assert here.net.experiment is not None and twin.experiment is not None  # both write
    said = [name]
    said += [text.TWIN_STEP.format(step=step)] if step != here.step else []
    seed = twin.experiment.seed
    said += [text.TWIN_SEED.format(seed=seed)] if seed != here.net.experiment.seed else []
    return ", ".join(said)


def draw(lines: Sequence[Line], count: int, at: int | None = None) -> None:
    """Lines of ``count`` steps; ``at``: the step that is chosen."""
    rows = "".join(_row(line, count, at) for line in lines)
    st.html(f'<div class="strings"><table>{rows}</table></div>')


def _row(line: Line, count: int, at: int | None) -> str:
    cells = [_cell(line, place, place == at) for place in range(min(count, len(line.symbols)))]
    cells += ["<td></td>"] * (count - len(cells))
    if (more := len(line.symbols) - count) > 0:
        cells.append(f'<td class="more">{text.MORE.format(count=more)}</td>')
    if line.instead:
        cells = [f'<td class="more" colspan="{max(count, 1)}">{escape(line.instead)}</td>']
    return f'<tr><th scope="row">{escape(line.name)}</th>{"".join(cells)}</tr>'


def _cell(line: Line, place: int, chosen: bool) -> str:
    one = line.symbols[place]
    kinds = {
        "wrong": one.right is False,
        "changed": place < len(line.framed) and line.framed[place],
        "ended": one.word == END,
        "at": chosen,
    }
    named = " ".join(name for name, holds in kinds.items() if holds)
    sign = f'<span class="sign">{WRONG}</span>' if one.right is False else ""
    return f'<td class="{named}"><span class="symbol">{escape(one.word)}</span>{sign}</td>'
