"""The measured table of the page on tricks: size, time, how soon, how well, for every net beside the others."""

from __future__ import annotations

import html
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import streamlit as st

from engine.questions import Drawn
from explorer import cache, compare, controls, theme
from explorer.compare import Contender, Spread
from explorer.lessons import tricks as text
from explorer.picture import Asked

STYLE = Path(__file__).with_name("tricks.css")


@st.fragment
def section(contenders: tuple[Contender, ...]) -> None:
    """The table, and a button that measures the time of a training step here."""
    st.html(STYLE)
    known: dict[str, float] = st.session_state.setdefault("milliseconds", {})
    place = st.empty()
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(text.MEASURE, icon=":material/timer:", key="measure"):
            known |= _measured(contenders)
        st.caption(_note(contenders, known), width="stretch")
    timed = [replace(one, milliseconds=known.get(one.net.name)) for one in contenders]
    place.html(table(timed))


def _measured(contenders: tuple[Contender, ...]) -> dict[str, float]:
    """Milliseconds by name, one net after the other; a fault is a sentence on the page."""
    found = {}
    for one in contenders:
        try:
            with st.spinner(controls.plain(text.MEASURING.format(net=one.label))):
                # A clock gives no answer twice: the number makes it another question.
                asked = Asked(drawn=Drawn(count=1))
                answer = cache.ask(one.net.name, asked, "timing", nonce=int(time.time()))
            found[one.net.name] = float(answer["median"])
        except cache.FAULTS as fault:
            st.error(controls.plain(f"{one.label}: {fault}"))
    return found


def _note(contenders: tuple[Contender, ...], known: Mapping[str, float]) -> str:
    tested = [one.net.task.tested for one in contenders if one.net.task is not None]
    seeds = text.OVER_SEEDS.format(gap=tested[0])
    one_seed = text.ONE_SEED if any(len(one.accuracies) == 1 for one in contenders) else ""
    timed = text.MEASURED if any(one.net.name in known for one in contenders) else ""
    return " ".join(filter(None, (seeds, one_seed, timed)))


def table(contenders: list[Contender]) -> str:
    """The table as HTML; every text in it is escaped."""
    head = "".join(f"<th scope='col'>{html.escape(name)}</th>" for name in text.COLUMNS)
    rows = map(_row, contenders, compare.twins(contenders))
    return f"<table class='measured'><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _row(one: Contender, twin: int) -> str:
    hue = theme.CELLS[one.net.network.cell]
    kind = f"hollow twin{twin}" if twin else "full"
    name = f"<span class='hue {kind}' style='--hue:{hue}'></span>{html.escape(one.label)}"
    cells = [
        "–" if one.parameters is None else f"{one.parameters:,}",
        "–" if one.milliseconds is None else f"{one.milliseconds:.1f}",
        _solved(compare.spread(one.solved_at), one),
        _accuracy(compare.spread(one.accuracies)),
    ]
    return f"<tr><th scope='row'>{name}</th>{''.join(f'<td>{_marked(cell)}</td>' for cell in cells)}</tr>"


def _solved(steps: Spread, one: Contender) -> str:
    """180 (140–300); 180, 1 of 5 seeds; never in 700; or never (3 of 5 diverged)."""
    if not steps.asked:
        return "–"
    if steps.middle is None:
        lost = f" ({one.diverged} of {steps.asked} diverged)" if one.diverged else ""
        return f"never in {one.steps}{lost}"
    said = f"{steps.middle:.0f}"
    if steps.least != steps.most:
        said += f" ({steps.least:.0f}–{steps.most:.0f})"
    return said if steps.known == steps.asked else f"{said}, {steps.known} of {steps.asked} seeds"


def _accuracy(shares: Spread) -> str:
    """98 % (90–100 %), or 100 % (all 5 seeds)."""
    if shares.middle is None:
        return "–"
    from explorer.charts.words import percent

    said, least, most = (percent(n or 0.0) for n in (shares.middle, shares.least, shares.most))
    if shares.known == 1:
        return said
    if least == most:
        return f"{said} (all {shares.known} seeds)"
    return f"{said} ({least.removesuffix(' %')}–{most})"


def _marked(cell: str) -> str:
    """The figure itself stands out; what is behind it does not."""
    figure, bracket, rest = html.escape(cell).partition(" (")
    return f"{figure}<small> ({rest}</small>" if bracket else figure
