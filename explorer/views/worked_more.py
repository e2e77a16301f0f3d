"""What else can be asked about a worked number: its code, what pulls on it, and every product. Made when opened."""

from __future__ import annotations

import streamlit as st

from engine.explained import Explained
from engine.expressions import dots
from engine.questions import run_of
from engine.recipe import FORMULAS, Number, recipe
from engine.runfile import to_bytes
from engine.worked import behind
from explorer import cache, formula
from explorer.lessons import recurrence as text
from explorer.views import draw, look
from explorer.views.look import Look


def section(here: Look, made: Explained) -> None:
    """The code, the way back, and every product; what is not open is not made."""
    line = next(one for one in made.lines if one.signal.name == here.signal)
    code = st.expander(text.CODE, on_change="rerun", key="code")
    if code.open:
        with code:
            _code(here, line.value)
    back = st.expander(text.BACKWARD, on_change="rerun", key="backward")
    if back.open:
        with back:
            _pulls(here)
    rows = [dot for one in behind(made.lines, here.signal) for dot in dots(one.expression)]
    every = st.expander(text.ALL, on_change="rerun", key="products")
    if every.open:
        with every:
            names = {dot.matrix: dot for dot in rows}
            matrix = st.segmented_control(
                text.ROW,
                list(names),
                format_func=lambda name: f"${towards(name, here)}$",
                default=next(iter(names)),
                key="row of products",
                required=True,
            )
            shown = names.get(str(matrix), rows[0])
            with st.container(height=320, border=False):
                vector = towards(shown.vector, here)
                st.markdown(formula.table(shown, f"number of ${vector}$"))


def towards(written: str, here: Look) -> str:
    """An equation with the state that is read before step t: backwards that is the one of step t + 1."""
    return written.replace("{t-1}", "{t+1}") if here.direction else written


def _pulls(here: Look) -> None:
    """The itemised gradient of this unit at this step."""
    if not look.has_task(here, text.BACKWARD):
        return
    found = look.ask(here, "pulls", step=here.step, time=here.time, signal=here.signal)
    if found is None:
        return
    st.caption(text.BACKWARD_NOTE.format(symbol=f"${here.cell.signal(here.signal).symbol}$"))
    of = (here.asked, here.step, here.time, here.unit, here.signal, *here.place.values())
    draw.chart(
        here,
        "pulls",
        of,
        lambda mode="light", step=None: draw.charted("pulls")(found, unit=here.unit, **here.place),
    )


def _code(here: Look, value: float) -> None:
    """Five lines to copy, and the file that they read."""
    experiment = here.net.experiment
    if experiment is None or here.cell.name not in FORMULAS:
        st.caption(text.NO_CODE)
        return
    name = here.net.name
    place = here.place
    number = Number(
        here.signal,
        here.unit,
        here.time,
        len(here.words),
        place["layer"],
        place["direction"],
        here.step,
    )
    st.caption(text.CODE_NOTE.format(value=f"{value:.6g}"))
    code = recipe(
        here.cell,
        here.net.network.units,
        number,
        file=f"{name}.safetensors",
        inputs=_inputs(here),
        trial=drawn.only or 0 if (drawn := here.asked.drawn) else here.trial,
    )
    st.code(code, language="python")
    st.download_button(
        text.RUN_FILE,
        data=lambda: to_bytes(run_of(name, cache.store())),
        file_name=f"{name}.safetensors",
        on_click="ignore",
        key="run file",
        icon=":material/download:",
    )


def _inputs(here: Look) -> str:
    """Python that makes what is asked."""
    drawn = here.asked.drawn
    if drawn is None:
        return repr(here.asked.texts[here.asked.shown])
    assert here.net.task is not None  # trials are drawn from a task
    condition = drawn.condition or here.net.task.conditions()[0]
    return f"run.experiment.task.test(numpy.random.default_rng({drawn.seed}), {drawn.count}, {condition!r})"
