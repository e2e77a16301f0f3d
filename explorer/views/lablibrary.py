"""The library: every run of the store in a table, and what can be done with the picked ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from engine.cells import CELLS
from explorer import cache, controls
from explorer.cache import FAULTS
from explorer.charts.thumbnail import SIZE, thumbnail
from explorer.lab import listing
from explorer.lab.listing import MANY, ORDERS, PAGE, Card
from explorer.lessons import lab as text
from explorer.views import labdeeds, labrun
from explorer.views.labdeeds import Shown
from explorer.views.lablive import at_work, scored

HEIGHT = 118
"""Pixels of the bar with what can be done."""


def section() -> None:
    """The table, a filter when there are many, and what can be done."""
    shown: Shown = st.session_state.setdefault("lab_shown", Shown())
    try:
        runs = listing.of(cache.store().root)
        entries, removed = runs.entries(), runs.removed()
    except FAULTS as fault:
        st.error(controls.plain(str(fault)))
        return
    notes(shown)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        found = _filter(entries) if len(entries) > MANY else list(entries)
        labrun.upload(shown)
        if removed:
            labrun.removed(removed)
    if not entries:
        st.info(text.EMPTY)
        return
    if not found:
        st.info(text.NONE_FOUND)
        return
    page = _page(len(found), len(entries))
    cards = [runs.card(entry) for entry in found[(page - 1) * PAGE : page * PAGE]]
    # Above the table, and as high with a pick as without one: the picked row stays where it is.
    bar = st.container(border=True, key="lab_actions", height=HEIGHT)
    picked = _table(cards)
    with bar:
        if picked:
            labrun.actions(picked)
        else:
            st.caption(text.PICK)


def notes(shown: Shown) -> None:
    """What the last click did, and the way back."""
    if shown.wrong:
        st.error(controls.plain(shown.wrong))
    if shown.removed:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.text(shown.said, width="stretch")
            st.button(
                "Undo",
                key="lab_undo",
                icon=":material/undo:",
                on_click=labdeeds.have_back,
                args=(tuple(shown.removed),),
            )
    elif shown.said:
        st.success(controls.plain(shown.said))


def _filter(entries: Sequence[Any]) -> list[Any]:
    """Words, cells, tasks and an order; the runs that fit."""
    cells, tasks = listing.cells_and_tasks(entries)
    words = st.text_input("Find", key="lab_words", placeholder="name", max_chars=80, width=220)
    some = {
        "cells": st.multiselect(
            "Cell",
            cells,
            format_func=lambda name: CELLS[name].label,
            key="lab_filter_cells",
            width=220,
        ),
        "tasks": st.multiselect("Task", tasks, key="lab_filter_tasks", width=220),
    }
    order = st.selectbox("Order", ORDERS, key="lab_order", width=160)
    return listing.filtered(entries, words=words, order=order, **some)


def _page(found: int, count: int) -> int:
    """The page of the list that is shown, from 1."""
    pages = -(-found // PAGE)
    with st.container(horizontal=True, vertical_alignment="center"):
        said = text.ALL if found == count else text.FOUND
        st.caption(said.format(shown=found, all=count), width="content")
        if pages > 1:
            return st.pagination(pages, key=f"lab_page_{pages}")
    return 1


def _table(cards: Sequence[Card]) -> list[Card]:
    """The rows as a table that can be picked from; returns the picked ones."""
    import pandas as pd

    frame = pd.DataFrame([_row(card) for card in cards])
    config = {
        "curve": st.column_config.ImageColumn("Learning", width=SIZE[0], help=text.CURVE),
        "seed": st.column_config.NumberColumn(format="%d"),
        "trained": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm"),
    }
    # A key of its own for each list: a pick is a row number, and would else stay while the rows move.
    chosen = st.dataframe(
        frame.rename(columns=str.capitalize),
        hide_index=True,
        row_height=SIZE[1] + 8,
        height="content",
        key=f"lab_table_{hash(tuple(card.id for card in cards))}",
        on_select="rerun",
        selection_mode="multi-row",
        column_config={name.capitalize(): of for name, of in config.items()},
    )
    rows = chosen["selection"]["rows"]
    return [cards[row] for row in rows if row < len(cards)]


def _row(card: Card) -> Mapping[str, Any]:
    """What the table says of one run."""
    experiment, info = card.experiment, card.entry.info
    state = at_work(card.id) or info.state
    damage = f", {card.damage} damaged" if card.damage else ""
    if experiment is None:
        return {"curve": None, "name": card.name, "state": info.problem or state}
    return {
        "curve": thumbnail(
            card.curve,
            cell=experiment.network.cell,
            level=card.level,
            by_loss=card.by_loss,
            last=experiment.training.steps,
        ),
        "name": card.name,
        "task": experiment.task.name,
        "cell": CELLS[experiment.network.cell].label,
        "start": experiment.network.start,
        "seed": str(experiment.seed),
        "result": scored(card.entry.result),
        "state": f"{state}{', uploaded' if info.imported else ''}{damage}",
        "trained": _date(info.created),
    }


def _date(created: str) -> datetime | None:
    try:
        return datetime.fromisoformat(
            created
        ).astimezone()  # the server is the person’s own machine
    except ValueError:
        return None
