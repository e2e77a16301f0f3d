"""The bottleneck, measured: accuracy against the length of the source, and against the size of the one vector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine import shipped
from engine.bottleneck import LONG, LONG_SEEDS, LONGER, LOOKED_AT, OVERWRITES, PAIRS, SIZED
from engine.questions import Drawn
from explorer import cache, controls, export
from explorer.attention import bottleneck
from explorer.charts import CHARTS
from explorer.lessons import bottleneck as text
from explorer.picture import Asked, Net
from explorer.views import attention_again
from explorer.views.plain_chart import chart


def section() -> None:
    """The charts with what they say, and a form that trains the nets again."""
    st.markdown(text.LEAD)
    with st.container(horizontal=True):
        task = _pills(text.TASK, {name: text.TITLES[name] for name in PAIRS}, "bottleneck task")
        field = _pills(text.COUNTED, text.FIELDS, "bottleneck field")
    own = _own(task)
    _lengths(task, field, own)
    if task == SIZED:
        _sizes(field, own)
    attention_again.section(task)


def _pills(label: str, words: Mapping[str, str], key: str) -> str:
    """One choice of several; the first is chosen at first."""
    names = list(words)
    st.session_state.setdefault(key, names[0])
    found = st.segmented_control(
        label, names, format_func=words.__getitem__, key=key, required=True
    )
    return found or names[0]


def _own(task: str) -> dict[Net, bottleneck.Points]:
    """The newest own nets of a task and how they do by length; a fault is a sentence on the page."""
    shipped_names = cache.shipped_pairs()
    try:
        nets = [
            net
            for name, net in cache.pair_nets().items()
            if net.task is not None and net.task.name == task and name not in shipped_names
        ]
    except cache.FAULTS as fault:
        st.error(controls.plain(str(fault)))
        return {}
    if len(nets) > text.MOST_OWN:
        st.caption(text.CUT_OWN.format(count=text.MOST_OWN))
    found = {}
    for net in nets[: text.MOST_OWN]:
        try:
            answer = cache.ask(net.name, Asked(drawn=Drawn(count=1)), "lengths")
            found[net] = bottleneck.own_points(net, answer)
        except cache.FAULTS as fault:
            st.error(controls.plain(f"{net.label}: {fault}"))
    return found


def _lengths(task: str, field: str, own: Mapping[Net, bottleneck.Points]) -> None:
    def make() -> Any:
        positional, named = bottleneck.lengths_inputs(task, field, own)
        return CHARTS["bottleneck"].draw(*positional, **named)

    chart("bottleneck", (task, field, _named(own)), make, _caption(task))
    st.markdown(summary(task, field, shipped.bottleneck()["nets"]))


def summary(task: str, field: str, measured: Mapping[str, Any]) -> str:
    """What the chart comes to, in numbers with their spread over seeds."""
    attending, bare = (measured[net.name] for net in PAIRS[task])
    longest = PAIRS[task][0].experiment.task.gap

    def both(length: int) -> dict[str, Any]:
        return {
            "length": length,
            "attending": bottleneck.spread(bottleneck.at_length(attending, length, field)),
            "bare": bottleneck.spread(bottleneck.at_length(bare, length, field)),
        }

    words = text.FIELDS[field]
    # Few days have a form of the greatest length: of dates all lengths together say more.
    if attending["lengths"][-1] == longest:
        said = [
            text.ALL.format(
                title=text.TITLES[task],
                attending=bottleneck.spread(attending["accuracies"]),
                bare=bottleneck.spread(bare["accuracies"]),
            )
        ]
    else:
        said = [
            text.SUMMARY.format(field=words, **both(longest)),
            text.BEYOND.format(**both(attending["lengths"][-1])),
        ]
    said.append(text.STEPS.format(steps=PAIRS[task][0].experiment.training.steps))
    reached = bottleneck.measured(task)[LONG[task].name]["accuracies"]
    said.append(
        text.LONG.format(times=LONGER, reached=bottleneck.spread(reached), seeds=len(LONG_SEEDS))
    )
    if task == "dates":
        said.append(text.SAME_NEWS)
    looks = ""
    if "follows" in attending:
        looks = "\n\n" + text.LOOKS.format(
            length=LOOKED_AT,
            looking=bottleneck.spread(attending["looking"]["free"]),
            follows=bottleneck.spread(attending["follows"]),
            count=OVERWRITES,
        )
    return " ".join(said) + looks


def _sizes(field: str, own: Mapping[Net, bottleneck.Points]) -> None:
    def make() -> Any:
        positional, named = bottleneck.sizes_inputs(field, own)
        return CHARTS["vector_size"].draw(*positional, **named)

    chart("vector_size", (field, _named(own)), make, _caption(SIZED))
    st.markdown(text.STATES.format(**bottleneck.around_the_vector()))


def _named(own: Mapping[Net, bottleneck.Points]) -> tuple[tuple[str, str], ...]:
    return tuple((net.name, net.label) for net in own)


def _caption(task: str) -> str:
    return export.caption(cell=[net.label for net in PAIRS[task]], task=f"{task}, seeds 0–4")
