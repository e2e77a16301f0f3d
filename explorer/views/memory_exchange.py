"""The exchange of memories: where it turns the answer, and whom the answer follows over all pairs."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer import cache, controls
from explorer.lessons import memory as text
from explorer.picture import Asked
from explorer.views import link, look
from explorer.views.look import Look
from explorer.views.memory_parts import chart, together


def section(looked: Look) -> None:
    """The map for one pair, then the table of all pairs with the shipped nets beside it."""
    if not look.has_task(looked, text.EXCHANGE):
        return
    asked, names = together(looked)
    if len(names) < 2:
        st.info(text.TWO_NEEDED)
        return
    st.markdown(text.MAP_LEAD if asked.texts else text.MAP_LEAD_DRAWN)
    the_map(looked, asked, names)
    st.subheader(text.ALL_PAIRS)
    the_table(looked, asked)


def the_map(looked: Look, asked: Asked, names: tuple[str, ...]) -> None:
    """Groups of units against steps, for one pair of sentences."""
    others = tuple(trial for trial in range(len(names)) if trial != asked.shown)
    with st.container(horizontal=True):
        source = link.pick(
            text.FROM, others, "exchange_source", others[0], words=lambda trial: names[trial]
        )
        groups = st.segmented_control(
            text.GROUPS_LABEL,
            list(text.GROUPS),
            format_func=text.GROUPS.__getitem__,
            key="exchange_groups",
            default="most",
            required=True,
        )
    try:
        recording = cache.ask(
            looked.net.name,
            asked,
            "exchange",
            step=looked.step,
            source=source,
            target=asked.shown,
            groups=groups or "most",
        )
    except cache.FAULTS as fault:
        st.info(controls.plain(str(fault)))
        return
    st.markdown(finding(recording))
    chart("exchange_map", looked, recording, of=(asked, source, groups))


def finding(recording: Any) -> str:
    """What the map says in one sentence."""
    from explorer.charts.exchange_map import fewest

    answers = {
        who: controls.plain(str(recording.attrs[f"{who}_answer"])) for who in ("source", "target")
    }
    found = fewest(recording)
    if found.already:
        return text.ALREADY.format(**answers)
    if not found.group:
        return text.NEVER.format(**answers)
    return text.FLIPS.format(few=found.group, **answers)


def the_table(looked: Look, asked: Asked) -> None:
    """Shares of all pairs: this net, and where the sentences are those of the shipped nets, these beside it."""
    beside = {}
    if asked.texts:
        shipped = cache.shipped_only()
        beside = {name: net for name, net in shipped.items() if name != looked.net.name}
    try:
        recording = cache.ask(looked.net.name, asked, "exchanges", step=looked.step)
        others = {
            net.label: cache.ask(name, asked, "exchanges", step=cache.steps(name)[-1])
            for name, net in beside.items()
        }
    except cache.FAULTS as fault:
        st.info(controls.plain(str(fault)))
        return
    chart("exchange_table", looked, recording, of=(asked,), label=looked.net.label, beside=others)
    notes = [
        text.TABLE_NOTE.format(time=recording.attrs["time"] + 1, pairs=recording.attrs["pairs"])
    ]
    if beside or len(looked.cell.state) > 1:
        notes.append(text.TABLE_NOTE_CELL)
    if beside and looked.address.kind == "far":
        notes.append(text.TABLE_NOTE_FAR)
    st.caption(" ".join(notes))
