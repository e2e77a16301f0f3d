"""The drawer at every picture: take it along as a file, or put it into the collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import streamlit as st

from explorer.collection import collection
from explorer.controls.files import MOVING, OFFLINE, PICTURES, file, whole
from explorer.controls.words import plain
from explorer.export import Figure, Look
from explorer.export.figure import Make

SIZES: dict[str, str] = {"slide": "Slide", "half": "Half a slide", "column": "Paper column"}
MODES: dict[str, str] = {"light": "Light", "dark": "Dark"}
WIDTH = 620
"""Pixels of an open drawer."""
LOOK, FAULT = "export look", "collect fault"
"""Keys of the session."""


def link_here() -> str:
    """What stands behind the address of the app: the page and its choices."""
    path = urlsplit(st.context.url or "").path or "/"
    query = urlencode(st.query_params.to_dict(), quote_via=quote, safe=",;:~")
    return f"{path}?{query}" if query else path


def drawer(
    name: str,
    make: Make,
    caption: str,
    *,
    steps: Iterable[int] | None = None,
    film: Any = None,
    step: int | None = None,
) -> None:
    """A popover under a picture: take it along as a file, or put it into the collection.

    name: of the file, without ending; once on a page. caption: `export.caption(…)`, without the link.
    make: makes the chart anew, `make(step=…, mode=…)` where it takes them; it must not call `st`, as it runs
    outside the script. steps: the training steps that it can be drawn at, if the picture scrubs; step: the
    one on the page. film: the data of the component on the page (FilmData, RowsData), for the offline file.
    Nothing is drawn before a button is pressed.
    """
    figure = Figure(name, make, "", caption, step=step, steps=tuple(sorted(set(steps or ()))))
    with st.container(width="content"):  # a fragment alone would take a share of the line
        (_drawer if in_fragment() else st.fragment(_drawer))(figure, film)


def in_fragment() -> bool:
    """Whether a fragment of the page draws this: a fragment inside another one blanks the page, when the outer one is
    touched while the whole page is still being drawn."""
    from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState

    return ThreadState.get().fragment_id is not None


def _drawer(figure: Figure, film: Any) -> None:
    """The popover; opening it and choosing in it reruns no more than this."""
    key = f"download {figure.name}"
    kept = collection()
    if kept.fresh:
        kept.fresh = False
        st.rerun()  # the whole page: its button counts
    opened = st.popover(
        "Download", type="tertiary", icon=":material/download:", key=key, on_change="rerun"
    )
    if not opened.open:
        return
    with opened, st.container(width=WIDTH, gap="small"):
        choices, files = st.columns(2, gap="medium")
        with choices:
            figure = replace(figure, link=link_here(), look=_look(key))
        with files:
            _buttons(key, figure, PICTURES)
            if figure.steps:
                _buttons(key, figure, MOVING)
            _buttons(key, figure, OFFLINE, film)
        # By callback: who closes the drawer at once has still collected.
        st.button(
            "Add to my collection",
            icon=":material/add_photo_alternate:",
            key=f"{key} collect",
            width="stretch",
            on_click=_collect,
            args=(figure, film),
        )
        if fault := st.session_state.pop(FAULT, ""):
            st.error(plain(fault))
        st.caption(plain(figure.source))


def _look(key: str) -> Look:
    """The controls of size and colours; the last choice is the next drawer's first."""
    usual = st.session_state.setdefault(LOOK, Look())
    changed: dict[str, Any] = {"on_change": _remember, "args": (key,)}
    st.segmented_control(
        "Size",
        list(SIZES),
        default=usual.form,
        format_func=SIZES.__getitem__,
        key=f"{key} size",
        required=True,
        **changed,
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.segmented_control(
            "Colours",
            list(MODES),
            default=usual.mode,
            format_func=MODES.__getitem__,
            key=f"{key} mode",
            required=True,
            **changed,
        )
        st.checkbox("no background", value=usual.transparent, key=f"{key} clear", **changed)
    return _chosen(key)


def _chosen(key: str) -> Look:
    """What the controls of a drawer say."""
    size, mode, clear = (st.session_state[f"{key} {name}"] for name in ("size", "mode", "clear"))
    return Look(size, mode, clear)


def _remember(key: str) -> None:
    st.session_state[LOOK] = _chosen(key)


def _buttons(
    key: str, figure: Figure, kinds: Mapping[str, tuple[str, str]], film: Any = None
) -> None:
    ends = {"slide": "", "half": "-half", "column": "-column"}
    with st.container(horizontal=True):
        for label, (end, mime) in kinds.items():
            st.download_button(
                label,
                data=partial(file, label, figure, film),
                file_name=figure.name + (ends[figure.look.form] if label != "CSV" else "") + end,
                mime=mime,
                on_click="ignore",
                key=f"{key} {label}",
            )


def _collect(figure: Figure, film: Any) -> None:
    """Put it into the collection as it is now; what cannot be drawn is said, not collected."""
    try:
        collection().add(whole(figure, film))
    except ValueError as fault:
        st.session_state[FAULT] = str(fault)
