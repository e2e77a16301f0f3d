"""The matrix of credit as a film through training, and the row and column that were clicked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer import controls
from explorer.charts.causal import cue, last_asked, matrices
from explorer.components.film import FilmData, Touched, film
from explorer.films.credit import KEY, credit_film
from explorer.films.directions import key_of, place_of
from explorer.lessons import gradients as text
from explorer.views import draw, look
from explorer.views.gradients_parts import chart
from explorer.views.look import Look, now

if TYPE_CHECKING:
    import xarray as xr


def section(looked: Look) -> None:
    """Choices, film, and below it one row and one column of the matrix."""
    options = _choices(looked)
    recording = look.ask(looked, "credit", **options)
    if recording is None:
        return
    _, answers = matrices(recording, trial=looked.trial)
    data = _film(looked, recording, answers)
    looked = _follow(looked, film(data, key="credit"), answers)
    (row, column), step = _cursor(looked, recording, answers), looked.step
    cursor = key_of(KEY, looked.direction, looked.directions), row, column
    place = looked.place

    def still(direction: int, step: int | None = step, mode: str = "light") -> Any:
        there = {**place, "direction": direction}
        return draw.charted("credit")(recording, step=step, mode=mode, frame=(row, None), **there)

    with st.container(horizontal=True, vertical_alignment="center"):
        blank = text.BOTH_BLANK if looked.net.network.bidirectional else text.BLANK
        st.caption(text.CLICK + blank, width="stretch")
        controls.drawer(
            "credit",
            draw.each(looked, still),
            draw.caption(looked, step),
            steps=data.steps,
            film=replace(data, start_step=step, cursor=cursor),
            step=step,
        )
    of = tuple(options.items())
    left, right = st.columns(2, gap="large")
    with left:
        chart(looked, "profile", recording, scrubs=True, of=of, answer=row, time=column)
    with right:
        chart(looked, "itemised", recording, scrubs=True, of=of, time=column)
    _notes(looked, recording)


def _film(looked: Look, recording: xr.Dataset, answers: list[int]) -> FilmData:
    """The matrix of every direction that is drawn, where the reader stands."""
    return credit_film(
        recording,
        trial=looked.trial,
        layer=looked.address.layer,
        directions=looked.directions,
        start_step=looked.step,
        cursor=_cursor(looked, recording, answers),
        way=looked.direction,
    )


def _choices(looked: Look) -> dict[str, str | int]:
    """Margin or loss, h or c, and the cut that the net was trained with."""
    network = looked.net.experiment
    window = None if network is None else network.training.window
    options: dict[str, str | int] = {}
    measure = looked.address.measure
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if looked.net.task is not None:
            measure = st.segmented_control(
                text.OF,
                list(text.OFS),
                default=measure,
                format_func=text.OFS.__getitem__,
                help=text.OF_HELP,
                key="credit of",
                required=True,
            )
        states = list(looked.cell.state[::-1])
        default = looked.signal if looked.signal in states else states[0]
        state = default
        if len(states) > 1:
            words = look.signal_words(looked.cell)
            state = (
                st.segmented_control(
                    text.STATE,
                    states,
                    default=default,
                    format_func=words.__getitem__,
                    key="credit state",
                    required=True,
                )
                or default
            )
        if window is not None and measure == "loss_gradient":
            cut = st.checkbox(text.AS_TRAINED.format(window=window), value=True, key="credit cut")
            options |= {"window": window} if cut else {}
    look.remember(measure=measure, **({"signal": state} if state != default else {}))
    of = text.OFS[measure] if looked.net.task is not None else "outputs"
    return {"of": of, "signal": state, **options}


def _cursor(looked: Look, recording: xr.Dataset, answers: list[int]) -> tuple[int, int]:
    """Row and column that are looked at: as the link says, or the last asked answer and the chosen step."""
    wanted = looked.address.answer
    row = last_asked(recording, looked.trial)
    if wanted is not None:
        row = min(range(len(answers)), key=lambda place: abs(answers[place] - wanted))
    first = cue(recording, looked.trial)
    return row, first if looked.address.time is None else looked.time


def _follow(looked: Look, touched: Touched, answers: list[int]) -> Look:
    """Take over what was newly chosen in the film, and put it into the link."""
    if touched.panel is not None and touched.row is not None:
        _, way = place_of(touched.panel)
        look.remember(answer=answers[touched.row], time=touched.column, way=way)
    if touched.step is not None:
        look.remember_step(touched.step, looked.steps)
    return now(looked)


def _notes(looked: Look, recording: xr.Dataset) -> None:
    task = looked.net.task
    if task is None:
        st.caption(text.OUTPUTS)
    else:
        st.caption(text.TOP_ANSWER if task.answers else text.NUMBERS)
    if left_out := recording.attrs["left_out"]:
        st.caption(text.LEFT_OUT.format(left_out=left_out, all=len(looked.steps)))
