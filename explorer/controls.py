"""Widgets that more than one page needs: each returns a value, or draws itself and returns nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import streamlit as st

from explorer import export

FORMATS: dict[str, tuple[str, str, str, str]] = {
    "PNG, slide": ("png", "slide", "-slide.png", "image/png"),
    "PNG, half a slide": ("png", "half", "-half.png", "image/png"),
    "SVG": ("svg", "slide", ".svg", "image/svg+xml"),
    "PDF": ("pdf", "slide", ".pdf", "application/pdf"),
    "PDF, paper column": ("pdf", "column", "-column.pdf", "application/pdf"),
    "CSV, the numbers": ("csv", "", ".csv", "text/csv"),
}
"""What a chart can be had as: label -> (kind, form, end of the file's name, media type)."""


def plain(text: str) -> str:
    """A person's text for a label, caption or markdown: shown as written, never as markup.

    Every one of Streamlit's text places reads markdown, and would fetch an image named in it.
    """
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~$:&\"'])", r"\\\1", text)


def downloads(name: str, chart_factory: Callable[[], Any], caption: str) -> None:
    """A popover with a button for each of FORMATS; nothing is drawn before one is pressed.

    name: of the file, without ending; unique on the page. caption: `export.caption(…)`.
    chart_factory: makes the chart anew, and must not call `st`: it runs outside the script.
    """
    with st.popover(
        "Download", type="tertiary", icon=":material/download:", key=f"download {name}"
    ):
        st.caption(plain(caption))
        for label, (kind, form, end, mime) in FORMATS.items():

            def data(kind: Any = kind, form: Any = form) -> bytes:
                chart = chart_factory()
                if kind == "csv":
                    return export.table(chart, caption)
                return export.picture(chart, kind, form, caption)

            st.download_button(
                label,
                data=data,
                file_name=name + end,
                mime=mime,
                on_click="ignore",
                key=f"download {name} {label}",
                type="tertiary",
            )
