"""What was collected: a button at the top of every page, and behind it the list and the files of it all."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import cast

import streamlit as st

from explorer import theme
from explorer.collection import Collection, collection
from explorer.controls import plain
from explorer.export import Figure
from explorer.lessons import collected as text

OPEN = "collection open"
STYLE = Path(__file__).with_name("collected.css")


def button() -> None:
    """The button; it counts, and opens the list at the side."""
    st.html(STYLE)
    with st.container(key="collection"):
        kept = collection()
        count = len(kept)
        if st.button(
            text.BUTTON.format(count=count) if count else text.BUTTON_EMPTY,
            icon=":material/photo_library:",
            type="tertiary",
            key=OPEN,
        ):
            _list()
    if kept.unsaid:
        kept.unsaid = False
        st.toast(text.ADDED, icon=":material/check:")


@st.dialog(text.TITLE, width="medium", position="right", on_dismiss="rerun")
def _list() -> None:
    kept = collection()
    if kept.before:
        gone = len(kept.before) - len(kept)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(text.REMOVED.format(count=f"{gone} picture{'s' * (gone != 1)}"))
            st.button("Undo", icon=":material/undo:", on_click=kept.undo)
    if not kept.figures:
        st.info(text.EMPTY)
        return
    for place, (number, figure) in enumerate(kept.figures.items()):
        _row(kept, number, figure, place)
    _files(list(kept.figures.values()))
    st.button(
        "Remove all",
        icon=":material/delete_sweep:",
        type="tertiary",
        on_click=kept.remove,
        args=tuple(kept.figures),
    )


def _row(kept: Collection, number: int, figure: Figure, place: int) -> None:
    """One picture: small, with its title to edit, its caption, and three buttons."""
    picture, words = st.columns((2, 3), vertical_alignment="top")
    with picture:
        try:
            st.image(kept.small(number), width="stretch")
        except ValueError as fault:
            st.error(plain(str(fault)))
    with words:
        key = f"collected {number}"
        title = st.text_input(
            text.NAME, figure.title, key=key, max_chars=text.LONGEST, label_visibility="collapsed"
        )
        if title != figure.title:
            kept.rename(number, title)
        st.caption(plain(figure.source))
        with st.container(horizontal=True):
            for label, icon, by, useless in (
                ("Up", "arrow_upward", -1, place == 0),
                ("Down", "arrow_downward", 1, place == len(kept) - 1),
            ):
                st.button(
                    label,
                    icon=f":material/{icon}:",
                    key=f"{key} {label}",
                    type="tertiary",
                    disabled=useless,
                    on_click=kept.move,
                    args=(number, by),
                )
            st.button(
                "Remove",
                icon=":material/delete:",
                key=f"{key} remove",
                type="tertiary",
                on_click=kept.remove,
                args=(number,),
            )
    st.divider()


def _files(figures: list[Figure]) -> None:
    """All of them as an archive, as slides, as one page."""
    st.subheader(text.TAKE)
    mode = st.segmented_control(
        text.MODE,
        ("light", "dark"),
        default="light",
        format_func=str.capitalize,
        key="collection mode",
        required=True,
    )
    for label, help_, ending, mime in text.FILES:
        st.download_button(
            label,
            data=partial(_made, ending, figures, cast(theme.Mode, mode)),
            file_name=f"collection.{ending}",
            mime=mime,
            help=help_,
            on_click="ignore",
            key=f"collection {ending}",
            width="stretch",
        )


def _made(ending: str, figures: list[Figure], mode: theme.Mode) -> bytes:
    """The file, made when its button is pressed."""
    from explorer.export.archive import archive
    from explorer.export.offline import offline
    from explorer.export.slides import slides

    if ending == "zip":
        return archive(figures)
    return slides(figures, mode) if ending == "pptx" else offline(figures, mode)
