"""A chart that is of no one net that is looked at: drawn once, with how to read it and its downloads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from explorer import cache, controls
from explorer.charts import CHARTS
from explorer.views import draw


def chart(name: str, of: tuple[Any, ...], make: Callable[[], Any], caption: str) -> None:
    """A chart of the registry; a fault is a sentence in its place.

    of: what decides it beside the theme; make() draws it; caption: where it comes from, on its downloads.
    """
    from explorer import theme

    theme.enable()
    try:
        cache.chart(name, (draw.mode(), *of), lambda: draw.readable(make()))
    except cache.FAULTS as fault:
        st.error(controls.plain(str(fault)))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(CHARTS[name].how_to_read, width="stretch")
        controls.drawer(name, make, caption)
