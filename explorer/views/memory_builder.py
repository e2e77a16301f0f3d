"""One change at a time: hold a gate, silence units, erase the memory, put in another one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from engine.edits import Clamp, Edit, Patch, Silence
from explorer import editwords
from explorer.controls import plain
from explorer.lessons import memory as text
from explorer.views.look import Look, signal_words
from explorer.views.memory_edits import CHANGES
from explorer.views.memory_parts import middle


def examples(looked: Look, shown: int, names: Sequence[str]) -> None:
    """A button for each change that is worth a look; it takes the place of the changes in force."""
    half = middle(looked)
    tries: list[tuple[str, tuple[Edit, ...]]] = []
    gate = next((name for name in ("forget", "update") if name in signal_words(looked.cell)), "")
    if gate:
        named = signal_words(looked.cell)[gate].partition(" (")[0]
        held = tuple(Clamp(gate, 0.9, direction=direction) for direction in looked.directions)
        tries.append((text.EXAMPLES["hold"].format(gate=named), held))
    tries.append((text.EXAMPLES["erase"], erased(looked, half)))
    if len(names) > 1:
        other = (shown + 1) % len(names)
        edits = patched(looked, other, shown, half, looked.cell.state)
        tries.append((text.EXAMPLES["put"].format(other=names[other]), edits))
    with st.container(horizontal=True, vertical_alignment="center"):
        for number, (label, edits) in enumerate(tries):
            st.button(plain(label), key=f"try {number}", on_click=CHANGES.put, args=(edits,))


def form(edits: tuple[Edit, ...], looked: Look, shown: int, names: Sequence[str]) -> None:
    """The form for one kind of change; what is added comes after the changes in force."""
    kinds = {kind: said for kind, said in text.KINDS.items() if kind != "put" or len(names) > 1}
    kind = st.segmented_control(
        text.KIND,
        list(kinds),
        format_func=kinds.__getitem__,
        key="change_kind",
        default="hold",
        required=True,
    )
    fields: dict[str, Callable[[], None]] = {
        "hold": lambda: _hold(looked),
        "silence": lambda: None,
        "erase": lambda: _at(looked),
        "put": lambda: _put(looked, shown, names),
    }
    with (
        st.form("change", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        fields[kind or "hold"]()
        if kind in ("hold", "silence"):
            st.text_input(text.UNITS, key="change_units", placeholder=text.ALL, width=150)
            st.text_input(text.STEPS, key="change_steps", placeholder=text.ALL, width=150)
        st.form_submit_button(text.ADD, on_click=_add, args=(kind or "hold", edits, looked, shown))


def erased(looked: Look, time: int) -> tuple[Edit, ...]:
    """All states 0 at one step, in every layer and direction."""
    return tuple(
        Clamp(state, 0.0, times=(time,), layer=layer, direction=direction)
        for state in looked.cell.state
        for layer, direction in _everywhere(looked)
    )


def patched(
    looked: Look, source: int, target: int, time: int, states: Sequence[str]
) -> tuple[Edit, ...]:
    """States of one trial in another at one step, in every layer and direction."""
    return tuple(
        Patch(state, source, target, time, layer=layer, direction=direction)
        for state in states
        for layer, direction in _everywhere(looked)
    )


def _everywhere(looked: Look) -> list[tuple[int, int]]:
    network = looked.net.network
    directions = (0, 1) if network.bidirectional else (0,)
    return [(layer, direction) for layer in range(network.layers) for direction in directions]


def _hold(looked: Look) -> None:
    words = signal_words(looked.cell)
    st.selectbox(
        text.SIGNAL, list(words), format_func=words.__getitem__, key="change_signal", width=220
    )
    st.number_input(text.VALUE, -100.0, 100.0, 0.9, 0.1, key="change_value", width=130)


def _at(looked: Look) -> None:
    steps = range(len(looked.words))
    st.session_state.setdefault("change_time", middle(looked))
    if st.session_state["change_time"] not in steps:
        st.session_state["change_time"] = middle(looked)
    st.selectbox(
        text.STEP,
        steps,
        format_func=lambda time: f"{time + 1} · {plain(looked.words[time])}",
        key="change_time",
        width=170,
    )


def _put(looked: Look, shown: int, names: Sequence[str]) -> None:
    others = [trial for trial in range(len(names)) if trial != shown]
    if st.session_state.setdefault("change_source", others[0]) not in others:
        st.session_state["change_source"] = others[0]
    st.selectbox(
        text.SOURCE,
        others,
        format_func=lambda trial: plain(names[trial]),
        key="change_source",
        width=150,
    )
    words = signal_words(looked.cell)
    parts = {"": text.WHOLE}
    if len(looked.cell.state) > 1:
        parts |= {state: text.ALONE.format(state=words[state]) for state in looked.cell.state}
    st.selectbox(
        text.PART, list(parts), format_func=parts.__getitem__, key="change_part", width=200
    )
    _at(looked)


def _add(kind: str, edits: tuple[Edit, ...], looked: Look, shown: int) -> None:
    """What the form says, after the changes that are in force; a bad value is said beside them."""
    try:
        CHANGES.put((*edits, *_made(kind, looked, shown)))
    except ValueError as fault:
        CHANGES.refuse(str(fault))


def _made(kind: str, looked: Look, shown: int) -> tuple[Edit, ...]:
    said = st.session_state
    if kind == "erase":
        return erased(looked, said["change_time"])
    if kind == "put":
        states = [said["change_part"]] if said.get("change_part") else looked.cell.state
        return patched(looked, said["change_source"], shown, said["change_time"], states)
    units = editwords.numbers(said["change_units"], looked.net.network.units, "units")
    times = editwords.numbers(said["change_steps"], len(looked.words), "steps")
    layer, shown_ways = looked.address.layer, looked.directions
    if kind == "silence":
        some = tuple(range(looked.net.network.units)) if units is None else units
        return tuple(Silence(some, times=times, layer=layer, direction=way) for way in shown_ways)
    signal, value = said["change_signal"], float(said["change_value"])
    editwords.check_value(looked.cell, signal, value)
    return tuple(
        Clamp(signal, value, units=units, times=times, layer=layer, direction=way)
        for way in shown_ways
    )
