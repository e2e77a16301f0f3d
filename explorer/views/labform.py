"""The form of the lab: a widget for every field of the experiment, made from its description alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from engine.cells import CELLS
from engine.command.line import line
from engine.tasks import TASKS
from explorer import cache, controls
from explorer.cache import FAULTS
from explorer.charts.words import percent, short
from explorer.lab import generated
from explorer.lab.form import MOST, Form
from explorer.lab.generated import LARGEST, Field
from explorer.lab.plans import news, takes
from explorer.lessons import lab as text
from explorer.views.underway import Mine, mine, start

HALF, WHOLE = 164, 344
"""Pixels of a widget: two beside each other in a column of a 1280 pixel page, or one with room for words."""
EACH = " each"
"""Ends the key of a field for which every cell has a value of its own."""
COMMANDS = 8
"""Commands that are written out; a longer list is cut with a count."""


def mine_form() -> Form:
    """The form of this tab."""
    found: Form = st.session_state.setdefault("lab", Form())
    return found


@st.fragment
def form() -> None:
    """The choices and what they will take; changing one reruns no more than this."""
    own = mine_form()
    own.fitting()
    mine()  # so that the button's callback finds it
    groups = generated.fields(own.task)
    with st.container(key="lab_form"):
        st.caption(text.LEAD)
        with st.container():
            if own.source:
                st.info(controls.plain(text.FILLED.format(name=own.source)))
        made, wrong = own.experiments()
        with st.container(horizontal=True, vertical_alignment="center"):
            pressed = st.button(
                f"Train {len(made)} nets" if len(made) > 1 else "Train",
                type="primary",
                key="lab_train",
                icon=":material/play_arrow:",
                on_click=begin,
                disabled=not made,
            )
            if made:
                _command([line(experiment) for experiment in made])
            if own.touched or own.source:
                st.button(text.RESET, key="lab_reset", type="tertiary", on_click=_reset)
            st.caption(controls.plain(takes(made)), width="stretch")
        with st.container():  # always there: a fault must not move the fields to another place
            for sentence in wrong:
                st.error(controls.plain(sentence))
        for column, (section, fields) in zip(
            st.columns(len(groups), gap="medium", border=True), groups.items(), strict=True
        ):
            with column:
                title, words = text.GROUPS.get(section, (section.capitalize(), ""))
                st.subheader(title, anchor=False)
                st.caption(words)
                _apart(section, own)
                with st.container(horizontal=True, vertical_alignment="bottom"):
                    for field in sorted(fields, key=_late):
                        _widget(field, own)
    if pressed:
        st.rerun()  # the whole page: what is under way stands below


def begin() -> None:
    """Start what the form holds; a callback, so that a click on something else does not cut it off."""
    state = st.session_state.to_dict()
    own: Mine = state["trainings"]
    chosen: Form = state["lab"]
    made, wrong = chosen.experiments()
    fresh = news(made, _running(own.running))
    if len(fresh) < len(made):
        wrong = [text.SAME.format(count=len(made) - len(fresh)), *wrong]
    start(own, fresh, wrong)


def _running(ids: Sequence[str]) -> list[Any]:
    found = []
    for run_id in ids:
        try:
            found.append(cache.store().experiment(run_id))
        except FAULTS:
            continue  # it was removed in another tab
    return found


def _apart(section: str, own: Form) -> None:
    """The choices that are made once for several nets, or several times at once."""
    if section == "task":
        _keyed("lab_task", own.task)
        st.selectbox("Task", list(TASKS), key="lab_task", on_change=_task_chosen)
        task = TASKS[own.task]
        level = task().baseline()
        said = percent(level) if task.measure == "accuracy" else short(level, fraction=False)
        words = f"{task.words}. {text.WITHOUT_MEMORY[task.measure].format(level=said)}"
        st.caption(controls.plain(words))
    elif section == "network":
        _keyed("lab_cells", own.cells)
        st.pills(
            text.CELLS,
            list(CELLS),
            selection_mode="multi",
            format_func=lambda name: CELLS[name].label,
            key="lab_cells",
            help=text.CELLS_HELP,
            on_change=_cells_chosen,
        )
    elif section == "training":
        with st.container(horizontal=True, vertical_alignment="bottom"):
            for key, label, low, high in (
                ("seed", text.SEED, 0, LARGEST),
                ("seeds", text.SEEDS, 1, MOST),
            ):
                _keyed(f"lab_{key}", getattr(own, key))
                st.number_input(
                    label,
                    low,
                    high,
                    key=f"lab_{key}",
                    width=HALF,
                    on_change=_set,
                    args=(key,),
                    help=text.SEEDS_HELP if key == "seeds" else None,
                )


def _late(field: Field) -> tuple[bool, bool]:
    """Fields that may stay empty come last, switches before them: so that two numbers stand beside each other."""
    return bool(field.empty), field.kind == "switch"


def _widget(field: Field, own: Form) -> None:
    """One field as the widget that its description asks for."""
    usual = generated.common(own.task, own.cells)
    value = own.touched.get(field.name, usual.get(field.name))
    parted = field.name not in usual
    empty = field.empty or None
    key = "lab " + ".".join(field.name)
    if parted:
        each = text.EACH.format(values=generated.apart(own.task, own.cells, field))
        empty = "each its own"
        # A widget of its own: what is empty without a choice must never be read by a widget whose least value is one.
        key += EACH
    if field.kind == "number" and value is not None and not field.whole:
        value = float(value)
    _keyed(key, value)
    shared: dict[str, Any] = {
        "label": controls.plain(field.label),
        "key": key,
        "help": controls.plain(f"{field.help}; {each}" if parted else field.help),
        "width": WHOLE if field.empty or field.kind == "text" else HALF,
        "on_change": _touched,
        "args": (field, key),
    }
    if field.kind == "switch":
        st.checkbox(**shared)
    elif field.kind == "choice":
        choices = generated.options(field, own.cells)
        words = {name: generated.words_of(field.name, name) for name in choices}
        st.selectbox(
            options=choices,
            index=None if parted else 0,
            format_func=lambda name: words.get(name, name),
            placeholder=empty,
            **shared,
        )
    elif field.kind == "number":
        number = int if field.whole else float
        limits: dict[str, Any] = {
            "min_value": None if field.low is None else number(field.low),
            "max_value": None if field.high is None else number(min(field.high, LARGEST)),
            "step": number(field.step),
            "value": None if parted or field.empty else "min",
        }
        st.number_input(format=None if field.whole else "%g", placeholder=empty, **limits, **shared)
    else:
        st.text_input(placeholder=empty, **shared)


def _keyed(key: str, value: Any) -> None:
    """The widget shows the form's value: it may have changed without the widget, by a task's suggestion or a run."""
    state: Mapping[str, Any] = st.session_state.to_dict()
    if key not in state or state[key] != value:
        st.session_state[key] = value


def _command(lines: Sequence[str]) -> None:
    with st.popover(text.COMMAND, type="tertiary", icon=":material/terminal:", key="lab_command"):
        st.caption(text.COMMAND_LEAD)
        shown = [
            *lines[:COMMANDS],
            *([f"# … and {len(lines) - COMMANDS} more"] * (len(lines) > COMMANDS)),
        ]
        st.code("\n".join(shown), language="bash", wrap_lines=True)


def _touched(field: Field, key: str) -> None:
    state = st.session_state.to_dict()
    own: Form = state["lab"]
    own.touch(field.name, state[key], bool(field.empty))


def _task_chosen() -> None:
    state = st.session_state.to_dict()
    state["lab"].switch(state["lab_task"])


def _cells_chosen() -> None:
    state = st.session_state.to_dict()
    state["lab"].cells = list(state["lab_cells"])


def _set(name: str) -> None:
    state = st.session_state.to_dict()
    setattr(state["lab"], name, state[f"lab_{name}"])


def _reset() -> None:
    own: Form = st.session_state.to_dict()["lab"]
    own.touched, own.source = {}, ""
