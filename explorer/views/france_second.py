"""The second act of the first page: the plain RNN with attention, and why distance no longer matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import streamlit as st

from engine import second_act, shipped
from explorer import cache, controls, firstpaint, picture
from explorer.charts import CHARTS
from explorer.charts.words import percent, short
from explorer.lessons import france as text
from explorer.picture import TASK, Asked
from explorer.second_act import Told, farther, told
from explorer.views import below
from explorer.views.plain_chart import chart

if TYPE_CHECKING:
    import xarray as xr

NAME = second_act.NET.name


def section(asked: Asked | None) -> None:
    """The paths of the sentence that is shown above, and accuracy against gap; without a sentence only the latter."""
    st.header(text.SECOND, anchor="attention")
    firstpaint.let_paint()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(text.SECOND_LEAD, width="stretch")
        there = NAME in st.session_state["rows_shown"]
        st.button(text.AS_ROW, on_click=_as_row, disabled=there, icon=":material/add:")
    recording = None if asked is None else _paths(asked)
    if asked is None or recording is None:
        _gaps()
        return
    _told(told(recording, asked))
    beside = st.columns([3, 2], gap="large")
    of = (asked.texts, asked.shown)
    with beside[0]:
        for name in ("looked_at", "path"):
            chart(name, of, _of_sentence(name, recording, asked.shown), _caption())
    with beside[1]:
        _gaps()


def _as_row() -> None:
    """Put the net into the rows of the picture at the top."""
    st.session_state["rows_shown"] = [*st.session_state["rows_shown"], NAME]


def _paths(asked: Asked) -> xr.Dataset | None:
    """The answer of the shipped net after its training; a fault is a sentence in its place."""
    try:
        return cache.ask(NAME, asked, "paths", step=cache.steps(NAME)[-1])
    except cache.FAULTS as fault:
        st.error(controls.plain(str(fault)))
        return None


def _told(told: Told) -> None:
    """Both lengths in large letters, what arrives, and the answers."""
    shown: list[tuple[str, str, str]] = []
    if told.steps is not None:
        ways = ((text.THROUGH, told.steps, told.recurrence), (text.AT_ONCE, 1, told.direct))
        for label, steps, reach in ways:
            said = text.STEP if steps == 1 else text.STEPS.format(steps=steps)
            arrives = text.ARRIVES.format(word=told.word, reach=short(reach))
            shown.append((label, said, arrives))
    shown.append((text.ANSWER, told.answer, text.SURE.format(share=percent(told.share))))
    if told.swapped is not None:
        word, answer, share = told.swapped
        shown.append((text.SWAP, answer, text.IN_PLACE.format(word=word, share=percent(share))))
    elif told.followed is not None:
        follows = text.FOLLOWS.format(followed=told.followed, of=told.others)
        shown.append((text.SWAP, follows, text.FOLLOWING))
    for place, (label, value, below_it) in zip(st.columns(len(shown)), shown, strict=True):
        said = controls.plain(below_it)
        place.metric(label, controls.plain(value), said, delta_color="off", delta_arrow="off")


def _gaps() -> None:
    """Accuracy against gap, and why it ends."""
    figures = second_act.figures()
    nets = {**picture.shipped_nets(shipped.seeds()), **picture.attending_net(figures)}
    accuracies = {row.name: figures[row.name]["accuracies"] for row in second_act.NETS}

    def make() -> Any:
        drawn = {name: below.drawn(nets[name]) for name in accuracies}
        return CHARTS["second_act"].draw(
            accuracies,
            drawn,
            trained=(TASK.shortest, TASK.gap),
            baseline=figures[NAME]["baseline"],
        )

    chart("second_act", (), make, _caption())
    numbers = farther(figures)
    st.markdown(text.FARTHER.format(**numbers))
    st.markdown(text.NEXT.format(**numbers))


def _of_sentence(name: str, recording: xr.Dataset, trial: int) -> Callable[[], Any]:
    return lambda: CHARTS[name].draw(recording, trial=trial)


def _caption() -> str:
    nets = picture.attending_net(second_act.figures())
    return picture.caption(nets.values(), None)
