"""Change it: the answer and every signal as it is and changed, from the same weights."""

from __future__ import annotations

from typing import Any, NamedTuple

import streamlit as st

from explorer import cache, controls
from explorer.charts import CHARTS
from explorer.components.film import FilmData, film
from explorer.films.edited import edited_film
from explorer.lessons import memory as text
from explorer.lessons import workbench
from explorer.views import draw, link, look, memory_builder
from explorer.views.look import Look, signal_words
from explorer.views.memory_edits import CHANGES, listed
from explorer.views.memory_parts import chart, together


def section(looked: Look) -> None:
    """Examples, the form, the list of changes, and what they do."""
    asked, names = together(looked)
    edits = CHANGES.current(looked)
    st.markdown(text.LEAD)
    memory_builder.examples(looked, asked.shown, names)
    memory_builder.form(edits, looked, asked.shown, names)
    if len(names) < 2:
        st.caption(text.TWO_NEEDED)
    listed(edits, looked, names)
    if not edits:
        st.info(text.NOTHING)
        return
    try:
        with st.spinner(workbench.ASKING.format(net=looked.net.label), show_time=True):
            recordings = [
                cache.ask(looked.net.name, asked, "record", step=looked.step, edits=some)
                for some in ((), edits)
            ]
    except cache.FAULTS as fault:
        st.error(controls.plain(str(fault)))
        return
    outcome(recordings, looked, asked.shown, (asked, edits))


def outcome(recordings: list[Any], looked: Look, shown: int, of: tuple[Any, ...]) -> None:
    """The answer, where the change arrives, and one signal before and after."""
    trial: dict[str, Any] = {"trial": shown}
    where: dict[str, Any] = {**looked.place, **trial}
    answers = said(recordings, shown)
    st.markdown(answers.line)
    beside = st.columns([2, 3] if answers.words else 1, gap="large")
    if answers.words:
        with beside[0]:
            chart("changed_answer", looked, *recordings, of=of, **trial)
    with beside[-1]:
        chart("changed_signals", looked, *recordings, of=of, **where)
    words = signal_words(looked.cell)
    signal = link.pick(
        text.SIGNAL_SHOWN, tuple(words), "signal", looked.signal, width=260, words=words.__getitem__
    )
    look.remember(signal="" if signal == looked.cell.state[-1] else signal)
    film(inside_both(recordings, signal, looked, shown), key="changed film")

    def still(direction: int, step: int | None = None, mode: str = "light") -> Any:
        there = {**where, "direction": direction}
        return draw.charted("changed")(*recordings, signal=signal, step=step, mode=mode, **there)

    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(CHARTS["changed"].how_to_read, width="stretch")
        controls.drawer("changed", draw.each(looked, still), draw.caption(looked))


def inside_both(recordings: list[Any], signal: str, looked: Look, shown: int) -> FilmData:
    """The signal as it is, changed, and the difference, at the chosen training step."""
    from explorer.charts.changed import side_by_side

    return edited_film(
        side_by_side(*recordings, signal=signal, trial=shown),
        signal,
        step=looked.step,
        layer=looked.address.layer,
        directions=looked.directions,
    )


class Said(NamedTuple):
    """Answer and margin before and after in words, and whether the answers are words."""

    line: str
    words: bool


def said(recordings: list[Any], shown: int) -> Said:
    """What the net answers as it is, and changed; nothing for a net without answers."""
    from explorer.charts.changed_answer import answered

    try:
        before, after = (answered(recording, trial=shown) for recording in recordings)
    except ValueError as fault:
        return Said(controls.plain(str(fault)), False)
    line = text.OUTCOME.format(
        before=controls.plain(before.answer),
        after=controls.plain(after.answer),
        was=before.share,
        now=after.share,
    )
    if before.asked:
        line += text.MARGINS.format(was=before.nats, now=after.nats)
    return Said(line, bool(before.shares))
