"""Controls tied to the link: they start from it, and write what was chosen into it. The first page's, and shared ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st

from engine import second_act
from engine.shipped import SHOWN_GAPS
from engine.tasks.clouds import PAIRS
from engine.tasks.fluent import NAMES
from explorer import address
from explorer.address import LONGEST, MOST_ROWS, Address, Limits
from explorer.components.rows import RowsData
from explorer.controls import plain
from explorer.lessons import france as text
from explorer.picture import SHIPPED, TASK, Net

Choice = TypeVar("Choice", str, int)
CUES = tuple(cue for cue, _ in PAIRS)
KINDS = {"far": "far", "near": "near", "own": "your own"}
STYLE = Path(__file__).with_name("page.css")
OFFERED = 8
"""Rows that are offered: the shipped ones and the newest of a person's own."""
SHARED = (
    *("run", "kind", "country", "gap", "swap", "cue", "other", "text"),
    *("condition", "trial", "layer", "direction", "signal", "training_step"),
)
"""Keys of widgets that stand on more than one page."""
TRAINED = (TASK.shortest, TASK.gap)
"""Shortest and longest gap that the shipped nets were trained with."""


def choose(nets: dict[str, Net], fresh: list[str]) -> Address:
    """Draw the controls and return what they say; ``fresh`` nets are put into the rows, and the list emptied."""
    follow(Limits(countries=NAMES, cues=CUES, rows=tuple(nets)))
    now = st.session_state.setdefault("rows_shown", list(st.session_state["chosen"].rows))
    fits = fitting([*now, *fresh], nets)
    if set(fits) != set(now):  # setting it for nothing would undo a click that is on its way
        st.session_state["rows_shown"] = fits
    fresh.clear()
    notices = st.container()
    before: Address = st.session_state["chosen"]
    with st.container(horizontal=True, vertical_alignment="top"):
        kind = kind_of(before)
        chosen = replace(before, kind=kind, **sentence(kind, before))
        # The net of the second act is offered there: a fifth row's name would push the picture down on a small screen.
        offered = [name for name in nets if name != second_act.NET.name][:OFFERED]
        offered += [name for name in st.session_state["rows_shown"] if name not in offered]
        shown = st.pills(
            "Rows",
            offered,
            selection_mode="multi",
            format_func=lambda name: nets[name].label,
            key="rows_shown",
        )
    if not shown:
        st.info(text.NO_ROWS)
    chosen = replace(chosen, rows=tuple(fitting([name for name in nets if name in shown], nets)))
    if chosen.kind == "far" and not _trained(chosen.gap):
        st.caption(text.NEVER_SEEN.format(shortest=TRAINED[0], longest=TRAINED[1]))
    with notices:
        say_notices(chosen)
    write(chosen)
    return chosen


def say_notices(chosen: Address) -> None:
    """What was wrong with the link, until something else is chosen."""
    if st.session_state.setdefault("at_first", chosen) == chosen and st.session_state["notices"]:
        st.warning(plain(" ".join(st.session_state["notices"])))


def fitting(names: Sequence[str], nets: Mapping[str, Net]) -> list[str]:
    """The names that are nets, no more than a picture takes: the oldest of a person's own give way."""
    known = [name for name in dict.fromkeys(names) if name in nets]
    own = [name for name in known if name not in SHIPPED]
    while len(known) > MOST_ROWS and own:
        known.remove(own.pop(0))
    return known


def remember(chosen: Address, *, step: int | None, measure: str | None, last: RowsData) -> Address:
    """Put what was touched in the picture into the link; the last training step is the usual one."""
    ends = max((row.steps[-1] for row in last.rows), default=None)
    now = replace(
        chosen,
        step=chosen.step if step is None else None if step == ends else step,
        measure=measure or chosen.measure,
    )
    write(now)
    return now


def kind_of(before: Address) -> str:
    """The control for the kind of sentence."""
    st.session_state.setdefault("kind", before.kind)
    return (
        st.segmented_control(
            "Sentence", list(KINDS), format_func=KINDS.__getitem__, key="kind", required=True
        )
        or before.kind
    )


def sentence(kind: str, before: Address, swap: bool = True) -> dict[str, Any]:
    """The controls of one kind of sentence, with or without a swap of its word."""
    if kind == "own":
        st.session_state.setdefault("text", before.text)
        return {"text": st.text_input(text.OWN, key="text", max_chars=LONGEST, width=560)}
    if kind == "near":
        cue = pick("Word", CUES, "cue", before.cue)
        if not swap:
            return {"cue": cue}
        others = ("", *(word for word in CUES if word != cue))
        return {"cue": cue, "other": pick("Swap the word for", others, "other", before.other)}
    chosen: dict[str, Any] = {"country": pick("Country", NAMES, "country", before.country)}
    if swap:
        others = ("", *(name for name in NAMES if name != chosen["country"]))
        chosen["swap"] = pick("Swap the word for", others, "swap", before.swap)
    return {**chosen, "gap": pick("Gap", SHOWN_GAPS, "gap", before.gap, width=145)}


def pick(
    label: str,
    options: Sequence[Choice],
    key: str,
    value: Choice,
    width: int = 125,
    words: Callable[[Any], str] | None = None,
    help: str | None = None,
) -> Choice:
    """A select box that keeps its choice while it is not drawn, and drops one that is no option any more."""
    if st.session_state.setdefault(key, value) not in options:
        st.session_state[key] = value if value in options else options[0]
    return st.selectbox(
        label, options, key=key, width=width, format_func=words or _words, help=help
    )


def _words(option: object) -> str:
    if isinstance(option, int):
        return f"{option} words" if _trained(option) else f"{option} · never seen"
    return str(option) or text.NO_SWAP


def _trained(gap: int) -> bool:
    return TRAINED[0] <= gap <= TRAINED[1]


def follow(limits: Limits) -> None:
    """At the first run of a session the controls follow the link; afterwards the link follows them.

    A later query is not looked at: it may be one of our own that a quick reader has already left behind.
    On another page the controls follow what was chosen last: a widget of the same key is another widget there, and
    would begin at its first option.
    """
    page = st.session_state.get("page")
    if st.session_state.setdefault("page_before", page) != page:
        st.session_state["page_before"] = page
        for key in SHARED:
            st.session_state.pop(key, None)
    if "chosen" in st.session_state:
        return
    chosen, notices = address.read(_query(), limits=limits)
    if chosen.gap not in SHOWN_GAPS:
        chosen = replace(chosen, gap=min(SHOWN_GAPS, key=lambda gap: abs(gap - chosen.gap)))
        notices = (*notices, f"The link's gap is not one that is shown; shown: {chosen.gap}.")
    st.session_state.update(chosen=chosen, notices=notices)


def write(chosen: Address) -> None:
    """Into the link, without another run."""
    st.session_state["chosen"] = chosen
    query = address.write(chosen)
    if query != _query():
        st.query_params.from_dict(query)


def _query() -> dict[str, str]:
    return {name: st.query_params[name] for name in st.query_params}
