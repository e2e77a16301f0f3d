"""Overwrite: give a place of the source another weight, decode again, and see old and new side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from engine.attention_edits import Attend, Attending, AttendRow
from engine.newest import newest
from explorer import controls
from explorer.attention.written import changed, shown_steps
from explorer.charts.symbols import unmarked, written
from explorer.components.film import film
from explorer.controls import plain
from explorer.films.alignment import overwritten_film
from explorer.lessons import attention as text
from explorer.views import (
    attention_lines,
    attention_look,
    attention_worked,
    draw,
    look,
)
from explorer.views.attention_edits import CHANGES, listed
from explorer.views.attention_lines import Line
from explorer.views.look import Look

if TYPE_CHECKING:
    import xarray as xr

WEIGHT, OF = "overwrite weight", "overwrite weight of"
"""Keys of the slider, and of what it stands for."""


@st.fragment
def section(looked: Look, recording: xr.Dataset) -> None:
    """The controls of the chosen weight, the list of changes, and what they do; nothing for a net without attention.

    What is touched here runs again without the film above, which it does not change.
    """
    if "attention" not in recording:
        return
    here = look.now(looked)
    st.subheader(text.OVERWRITE, anchor="overwrite")
    st.markdown(text.NOT_PROOF)
    changes = CHANGES.current(here)
    at = newest(recording, here.step)
    place = attention_worked.place(here, recording)
    above = st.container()
    before = after = None
    if changes:
        before, after = (
            attention_look.ask(here, step=here.step, edits=edits) for edits in ((), changes)
        )
    with above:
        _weight(here, changes, place, in_use(recording, at, after, place))
        listed(here, changes, written(recording, at))
    if not changes:
        st.caption(text.NOTHING)
    elif before is not None and after is not None:
        _outcome(here, before, after, place)


def in_use(
    recording: xr.Dataset, at: int, after: xr.Dataset | None, place: tuple[int, int]
) -> float:
    """The weight that is used at a place now, with all changes that are in force; as recorded where the changed net writes no such step.

    recording: without changes, shown at snapshot ``at``; after: with them, at that snapshot alone, or None.
    """
    if after is not None and place[0] < int(after["written_length"][-1, 0]):
        return float(after["attention"].values[-1, 0, *place])
    return float(recording["attention"].values[at, 0, *place])


def _without(changes: Sequence[Attending], time: int) -> tuple[Attending, ...]:
    """A row has one change: another one takes its place."""
    return tuple(change for change in changes if change.time != time)


def _weight(here: Look, changes: tuple[Attending, ...], at: tuple[int, int], used: float) -> None:
    """All weight here, one weight, and the row as it was."""
    time, source = at
    others = _without(changes, time)
    stands = (here.net.name, here.asked, here.step, at, changes)
    if st.session_state.get(OF) != stands:  # it begins at what is used now
        st.session_state[OF] = stands
        st.session_state[WEIGHT] = round(used, 2)

    def slid() -> None:
        CHANGES.put((*others, Attend(time=time, source=source, weight=st.session_state[WEIGHT])))

    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.button(
            text.ALL_HERE,
            icon=":material/center_focus_strong:",
            on_click=CHANGES.put,
            args=((*others, Attend(time=time, source=source, weight=1.0)),),
        )
        st.button(
            text.EVENLY,
            icon=":material/density_medium:",
            on_click=CHANGES.put,
            args=((*others, AttendRow(time=time, weights=evenly(len(here.words)))),),
        )
        label = text.WEIGHT.format(
            source=plain(here.words[source]), place=source + 1, time=time + 1
        )
        st.slider(label, 0.0, 1.0, step=0.01, key=WEIGHT, on_change=slid, width=420)
        st.button(
            text.ROW_RESET,
            disabled=len(others) == len(changes),
            on_click=CHANGES.put,
            args=(others,),
        )


def evenly(places: int) -> tuple[float, ...]:
    """A row that looks everywhere alike, in three figures, so that a link has room for it; the last place has what is left of 1."""
    share = round(1 / places, 3)
    return (*[share] * (places - 1), round(1 - share * (places - 1), 3))


def _outcome(here: Look, before: xr.Dataset, after: xr.Dataset, at: tuple[int, int]) -> None:
    """Both strings, and both matrices."""
    old, new = written(before), written(after)
    framed = changed(old, new)
    count = max(map(shown_steps, (before, after)))
    # Forced to look elsewhere, another word is no mistake: only what changed is marked here.
    lines = [Line(text.OLD, unmarked(old)), Line(text.NEW, unmarked(new), framed)]
    attention_lines.draw(lines, count, at[0])
    st.caption(text.CHANGED.format(changed=sum(framed), all=len(new)) if any(framed) else text.SAME)
    data = overwritten_film(before, after, cursor=at)
    touched = film(data, key="overwritten")
    if touched.panel is not None:
        look.remember(row=touched.row, column=touched.column)
        st.rerun()  # the film, the arithmetic and the slider above go there too

    def still(step: int | None = None, mode: Any = "light") -> Any:
        return draw.charted("alignment")(after, step=step, mode=mode, title=text.STILL)

    with st.container(horizontal=True, vertical_alignment="center"):
        said = text.OVERWRITTEN_TOLD if here.address.told else text.OVERWRITTEN
        st.caption(said.format(step=here.step), width="stretch")
        controls.drawer("overwritten", still, draw.caption(here), film=data)
