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

page = st.navigation(
    [
        st.Page(
            HERE / "views" / "france.py",
            title="Why does one net lose the word?",
            url_path="france",
            default=True,
        ),
    ],
    position="top",
)
warmed()
page.run()
settle(page.title)
