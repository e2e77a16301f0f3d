"""Tricks: which change helped, over seeds?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from engine import shipped
from engine.comparisons import COMPARISONS
from engine.questions import Drawn
from engine.tasks.fluent import NAMES
from explorer import cache, compare, controls
from explorer.address import MOST_ROWS, Address, Limits
from explorer.charts import CHARTS
from explorer.compare import Contender
from explorer.films import beside
from explorer.lessons import tricks as text
from explorer.lessons.workbench import QUESTIONS
from explorer.picture import Asked, Net
from explorer.views import draw, link, look, tricks_inside, tricks_table

TESTED = 24
"""Trials over which the reach of an own net is averaged."""


def show() -> None:
    """Draw the page from top to bottom."""
    st.html(link.STYLE)
    st.title(text.TITLE, anchor="tricks")
    st.markdown(QUESTIONS[text.TITLE])
    nets = {name: net for name, net in look.nets_or_fault().items() if net.task is not None}
    limits = Limits(NAMES, link.CUES, tuple(nets), tuple(_names()))
    link.follow(limits)
    notices = st.container()
    before: Address = st.session_state["chosen"]
    name = _comparison(before)
    chosen = replace(before, compare="" if name == _names()[0] else name)
    contenders = _own(nets, before) if name == text.OWN else _prepared(name)
    if name == text.OWN:
        chosen = replace(chosen, rows=tuple(one.net.name for one in contenders) or before.rows)
    link.write(chosen)
    if len(contenders) < 2:
        st.info(text.TOO_FEW)
        return
    tricks_table.section(contenders)
    _dots(contenders)
    if name in COMPARISONS:
        st.markdown(COMPARISONS[name].note)
    with st.container(horizontal=True, vertical_alignment="top"):
        asked, chosen = look.asked_of(contenders[0].net, chosen)
        signal = _signal(contenders, chosen)
    if signal != (chosen.signal or beside.HIDDEN):
        chosen = replace(chosen, signal=signal)
    link.write(chosen)
    with notices:
        link.say_notices(chosen)
    if asked is not None:
        tricks_inside.section(contenders, asked, signal)
    _learning(contenders)
    cache.warm_soon()


def _names() -> list[str]:
    return [*COMPARISONS, text.OWN]


def _comparison(before: Address) -> str:
    """The control for the comparison, with its question below."""
    names = _names()
    first = before.compare if before.compare in names else names[0]
    if st.session_state.setdefault("comparison", first) not in names:
        st.session_state["comparison"] = names[0]
    name = st.pills(
        text.COMPARISON,
        names,
        format_func=lambda name: text.OWN_LABEL if name == text.OWN else COMPARISONS[name].title,
        key="comparison",
        required=True,
    )
    name = name or names[0]
    if name in COMPARISONS:
        st.markdown(f"**{COMPARISONS[name].question}**")
    return name


def _prepared(name: str) -> tuple[Contender, ...]:
    return compare.prepared(COMPARISONS[name], shipped.figures())


def _own(nets: dict[str, Net], before: Address) -> tuple[Contender, ...]:
    """A person's choice of two to six nets of one task."""
    known = [name for name in before.rows if name in nets]
    shown = st.session_state.setdefault("tricks_nets", known)
    if not set(shown) <= set(nets):
        st.session_state["tricks_nets"] = [name for name in shown if name in nets]
    picked = st.multiselect(
        text.NETS,
        list(nets),
        format_func=lambda name: f"{nets[name].label} · {nets[name].detail}",
        max_selections=MOST_ROWS,
        key="tricks_nets",
    )
    if not picked:
        return ()
    task = nets[picked[0]].task
    assert task is not None
    same = [nets[name] for name in picked if getattr(nets[name].task, "name", "") == task.name]
    others = [nets[name].label for name in picked if nets[name] not in same]
    if others:
        st.caption(text.OTHER_TASK.format(nets=controls.plain(", ".join(others))))
    figures = shipped.figures()
    own = [net for net in same if net.name not in figures]
    metrics = {net.name: cache.scores(net.name) for net in own}
    reach = {net.name: found for net in own if (found := _reach_before(net)) is not None}
    return compare.chosen(same, figures, metrics, reach)


def _reach_before(net: Net) -> float | None:
    """Reach of the cue before training; None where it is not known."""
    try:
        asked = Asked(drawn=Drawn(count=TESTED))
        return compare.cue_reach(cache.ask(net.name, asked, "reach", step=0))
    except cache.FAULTS as fault:
        st.error(controls.plain(f"{net.label}: {fault}"))
        return None


def _signal(contenders: tuple[Contender, ...], before: Address) -> str:
    """The control for the signal that all panels show."""
    words = beside.offered([one.net for one in contenders])
    return link.pick(
        text.SIGNAL,
        tuple(words),
        "tricks_signal",
        before.signal if before.signal in words else beside.HIDDEN,
        width=170,
        words=words.__getitem__,
    )


def _dots(contenders: tuple[Contender, ...]) -> None:
    found = compare.points(contenders)
    nets = drawn(contenders)
    if not found:
        return

    def make() -> Any:
        return CHARTS["tricks"].draw(found, nets, baseline=contenders[0].baseline)

    _chart("tricks", contenders, make)


def _learning(contenders: tuple[Contender, ...]) -> None:
    nets = drawn(contenders)
    metrics = {net: cache.scores(o.net.name) for net, o in zip(nets, contenders, strict=True)}

    def make() -> Any:
        return CHARTS["learning"].draw(metrics, contenders[0].net.task)

    _chart("learning", contenders, make)


def _chart(name: str, contenders: tuple[Contender, ...], make: Any) -> None:
    """A chart of the registry with its downloads; a fault is a sentence in its place."""
    from explorer import theme

    theme.enable()
    try:
        of = tuple((one.net.name, one.label) for one in contenders)
        cache.chart(f"tricks {name}", (draw.mode(), of), lambda: draw.readable(make()))
    except cache.FAULTS as fault:
        st.error(controls.plain(str(fault)))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(CHARTS[name].how_to_read, width="stretch")
        controls.drawer(f"tricks-{name}", make, tricks_inside.caption(contenders))


def drawn(contenders: tuple[Contender, ...]) -> list[Any]:
    """The nets as charts name them; the chart library is imported with the first of them."""
    from explorer.charts import nets

    told = zip(contenders, compare.twins(contenders), strict=True)
    return [nets.Net(one.label, one.net.network.cell, twin) for one, twin in told]


show()
