"""What can be done with picked runs: open, compare, change, rename, download, remove and have back, take one in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from engine import runfile
from engine.arrayfile import MAX_FILE
from engine.estimate import size
from engine.runlabel import MAX_LABEL
from engine.shapes import snapshot_bytes
from engine.tasks import TASKS
from engine.tasks.translation import Translation
from explorer import cache, controls
from explorer.jobs import supervisor
from explorer.lab.listing import PAGE, Card
from explorer.lessons import lab as text
from explorer.views import labdeeds, link
from explorer.views.labdeeds import Shown
from explorer.views.labform import mine_form
from explorer.views.underway import mine

HERE = Path(__file__).parent
COMPARED = range(2, 7)


def actions(cards: Sequence[Card]) -> None:
    """The buttons for the picked runs."""
    mine_form(), mine()  # so that the callbacks find them
    damage = sum(card.damage for card in cards)
    names = " · ".join(card.name for card in cards)
    st.text(f"{names}   {text.DAMAGED.format(count=damage)}" if damage else names)
    with st.container(horizontal=True, vertical_alignment="center"):
        if len(cards) == 1:
            _one(cards[0])
        elif st.button(
            text.COMPARE,
            type="primary",
            disabled=not _comparable(cards),
            help=text.COMPARE_MOST,
            icon=":material/compare_arrows:",
        ):
            _show("tricks.py", rows=tuple(card.id for card in cards))
        st.button(
            "Remove",
            key="lab_remove",
            icon=":material/delete:",
            on_click=labdeeds.remove,
            args=(tuple((card.id, card.name) for card in cards),),
        )


def _one(card: Card) -> None:
    """What can be done with one run alone."""
    if st.button(
        text.OPEN,
        type="primary",
        disabled=not card.snapshots,
        icon=":material/search:",
        help=None if card.snapshots else text.NO_SNAPSHOT,
    ):
        _open(card)
    if card.experiment is None:
        return
    st.button(
        text.CHANGE,
        key="lab_change",
        icon=":material/edit_note:",
        on_click=labdeeds.change,
        args=(card.id, card.name),
    )
    if card.entry.info.state == "interrupted" and supervisor().place(card.id) is None:
        st.button(text.AGAIN, icon=":material/replay:", on_click=labdeeds.again, args=(card.id,))
    with st.popover("Rename", icon=":material/edit:", key=f"lab_rename_{card.id}"):
        key = f"lab_label_{card.id}"
        st.session_state.setdefault(key, card.entry.info.label)
        st.text_input(
            text.NAME,
            key=key,
            max_chars=MAX_LABEL,
            placeholder=card.name,
            on_change=labdeeds.rename,
            args=(card.id,),
        )
    _download(card)


def _open(card: Card) -> None:
    """The page that looks into such a net: one that writes is looked at where attention is."""
    if card.experiment is not None and isinstance(card.experiment.task, Translation):
        _show("attention.py", pair=card.id)
    _show("recurrence.py", run=card.id)


def _download(card: Card) -> None:
    """The run as one file; made when the button is pressed."""
    assert card.experiment is not None
    total = snapshot_bytes(card.experiment)
    why = ""
    if total > MAX_FILE:
        why = text.TOO_LARGE.format(size=size(total))
    elif not card.snapshots:
        why = text.NO_SNAPSHOT
    run_id, stored = card.id, cache.store()

    def data() -> bytes:
        return runfile.to_bytes(stored.load(run_id))

    st.download_button(
        "Download",
        data=data if not why else b"",
        file_name=card.file_name,
        mime="application/octet-stream",
        icon=":material/download:",
        on_click="ignore",
        disabled=bool(why),
        help=why or None,
        key=f"lab_download_{card.id}",
    )


def upload(shown: Shown) -> None:
    """A field for a file; what is in it becomes a run with an id of its own."""
    with st.popover(text.UPLOAD, icon=":material/upload:", key="lab_upload"):
        st.caption(text.UPLOAD_LEAD)
        st.file_uploader(
            text.UPLOAD,
            type=["safetensors"],
            key=f"lab_file_{shown.uploads}",
            on_change=labdeeds.take_in,
            label_visibility="collapsed",
            max_upload_size=MAX_FILE // 2**20,
        )


def removed(runs: Sequence[tuple[str, str]]) -> None:
    """What was removed, and can be had back."""
    with st.popover(
        f"Removed ({len(runs)})", icon=":material/restore_from_trash:", key="lab_trash"
    ):
        st.caption(text.TRASH)
        for run_id, name in runs[:PAGE]:
            st.button(
                controls.plain(name),
                key=f"lab_back_{run_id}",
                icon=":material/undo:",
                on_click=labdeeds.have_back,
                args=((run_id,),),
            )


def _comparable(cards: Sequence[Card]) -> bool:
    tasks = {card.experiment.task.name for card in cards if card.experiment is not None}
    writes = any(issubclass(TASKS[name], Translation) for name in tasks)
    alike = len(tasks) == 1 and not writes
    return len(cards) in COMPARED and alike and all(card.snapshots for card in cards)


def _show(page: str, **choice: Any) -> None:
    """Another page, with this choice in the link that they share."""
    for name in choice:
        st.session_state.pop({"rows": "rows_shown"}.get(name, name), None)
    link.write(replace(st.session_state["chosen"], **choice))
    st.switch_page(HERE / page)
