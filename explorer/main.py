"""The pages: what every run of the script does first. Short, because the first paint waits for it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from explorer.firstpaint import settle, warmed

HERE = Path(__file__).resolve().parent

# Before st.navigation, and from our own file: the browser would fetch a named icon from outside.
st.set_page_config(
    page_title="RNN explorer",
    page_icon=str(HERE / "icon.svg"),
    layout="wide",
    initial_sidebar_state="collapsed",
)

PAGES = ("France", "Recurrence", "Gradients", "Memory", "Tricks", "Attention", "Lab")

page = st.navigation(
    [
        st.Page(
            HERE / "views" / f"{title.lower()}.py",
            title=title,
            url_path=title.lower(),
            default=title == PAGES[0],
        )
        for title in PAGES
    ],
    position="top",
)
st.session_state["page"] = page.title
warmed()
page.run()

from explorer.views import collected  # noqa: E402 - not before the page has what it needs

collected.button()
settle(page.title)
