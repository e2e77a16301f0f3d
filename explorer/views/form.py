"""The form of “Train it yourself”: what to train, what it will take, and the start of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.cells import CELLS
from engine.experiment import Experiment, Network, Training, ValidationError, sentence
from engine.frozen import Frozen
from engine.starts import STARTS
from engine.store import refused
from engine.tasks.fluent import Fluent
from explorer import controls
from explorer.lab import generated
from explorer.lab.plans import takes
from explorer.lessons import france as text
from explorer.views.underway import start

RECOMMENDED = "recommended"
"""The start that the shipped rows have."""
CELLS_AT_FIRST = ("rnn", "lstm", "gru")
FIELDS = ("cells", "start", "gap", "units", "steps", "seed")


@st.fragment
def form() -> None:
    """The choices and what they will take; changing one reruns no more than this."""
    with st.container(border=True, key="train"):
        with st.container(horizontal=True, vertical_alignment="top"):
            st.pills(
                "Cells",
                list(CELLS),
                selection_mode="multi",
                default=CELLS_AT_FIRST,
                format_func=lambda name: CELLS[name].label,
                key="train_cells",
            )
            starts = [RECOMMENDED, *STARTS]
            st.selectbox("Start", starts, format_func=_start_words, key="train_start", width=350)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _number("Gap, up to (words)", Fluent, "gap", 40)
            _number("Units", Network, "units", 32)
            _number("Training steps", Training, "steps", 700)
            st.number_input("Seed", 0, generated.LARGEST, 0, key="train_seed", width=130)
            pressed = st.button("Train", type="primary", key="train_go", on_click=begin)
        st.caption(controls.plain(takes(*experiments(chosen(st.session_state.to_dict())))))
    if pressed:
        st.rerun()  # the whole page: what is under way stands below


def begin() -> None:
    """Write the runs into the store and hand them to the workers.

    A callback: it comes before the script, so that a click on something else does not cut it off. For the same
    reason the session is looked at once, as a whole.
    """
    state = st.session_state.to_dict()
    start(state["trainings"], *experiments(chosen(state)))


def experiments(values: Mapping[str, Any]) -> tuple[list[Experiment], list[str]]:
    """One experiment per cell, and a sentence for each that cannot be, or would take too much."""
    start = values["start"]
    made: list[Experiment] = []
    wrong = [] if values["cells"] else [text.NO_CELLS]
    for cell in values["cells"]:
        own = generated.RECOMMENDED.get(cell, "default") if start == RECOMMENDED else start
        try:
            experiment = Experiment(
                task=Fluent(gap=values["gap"]),
                network=Network(cell=cell, units=values["units"], start=own),
                training=Training(steps=values["steps"], learning_rate=CELLS[cell].learning_rate),
                seed=values["seed"],
            )
        except ValidationError as fault:
            wrong.append(sentence(fault))
            continue
        if why := refused(experiment):
            wrong.append(f"{CELLS[cell].label}: {why[:1].lower()}{why[1:]}")
        else:
            made.append(experiment)
    return made, wrong


def chosen(state: Mapping[str, Any]) -> dict[str, Any]:
    """The form's values by field."""
    return {name: state[f"train_{name}"] for name in FIELDS}


def _number(label: str, model: type[Frozen], name: str, value: int) -> None:
    """A number input whose limits are those of a field."""
    found: dict[str, float] = {}
    for limit in model.model_fields[name].metadata:
        found |= {end: getattr(limit, end) for end in ("ge", "le") if hasattr(limit, end)}
    low, high = int(found["ge"]), int(found["le"])
    st.number_input(label, low, high, value, key=f"train_{name}", width=150)


def _start_words(name: str) -> str:
    return STARTS[name].words if name in STARTS else text.RECOMMENDED
