"""Heat maps over one sentence, stacked, with a cursor through time and a scrubber through training.

    from explorer.components.film import FilmData, Panel, Token, film
    touched = film(FilmData(columns=(Token("I"), …), steps=(0, 25, …), panels=(
        Panel("hidden", "hidden state", values, rows=("0", "1", …), scale="signed", limits=(-1, 1), symbol="h"),
    ), graph=True), key="signals")
    touched.step                               # where the scrubber was now released, or None
    touched.panel, touched.row, touched.column # the cell that was now chosen, or None each

The browser gets every snapshot once and moves through time and training without the server. Moving the
pointer reads a value; a click, or resting after arrow keys, chooses a cell and sends it; the scrubber is
sent on release. Rows are named by their index in `Panel.rows`, wherever `order` draws them.
A choice is kept when other data arrive, as long as its panel, row and column are still there.
`start_step` and `cursor` are used at the first paint and whenever the page *changes* them; they travel apart from
the data, so that moving them is cheap.

Colour: "gate" cividis, "signed" blue below 0 and orange above, "log" inferno by log10; less than the
lower limit of "log" is hatched and printed "<1e-8" in the legend; a NaN stays blank. At training step s
a panel shows its newest snapshot that is not newer than s.

Files: `data.py` what a film needs, `packing.py` how it travels, `js/` and `film.css` what draws it,
`tell.js` what moves it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from explorer import theme
from explorer.components import shared
from explorer.components.film.data import FilmData, Panel, Scale
from explorer.components.film.packing import pack, place
from explorer.components.shared.data import Token

__all__ = ["FilmData", "Panel", "Scale", "Token", "Touched", "film", "pack", "script", "style"]

_FOLDER = Path(__file__).parent

SCRIPTS = (
    "payload.js",
    "scales.js",
    "columns.js",
    "heights.js",
    "panel.js",
    "names.js",
    "graph.js",
    "marks.js",
    "readout.js",
    "legend.js",
    "choice.js",
    "place.js",
    "keys.js",
    "view.js",
)


def script() -> str:
    """The whole JavaScript module, as text (also for an offline page)."""
    stops = {"gate": theme.GATE_STOPS, "log": theme.REACH_STOPS, "signed": theme.SIGNED_STOPS}
    return shared.script(f"const SCALES = {json.dumps(stops)};\n", _FOLDER / "js", SCRIPTS)


def style() -> str:
    """The style sheet, as text (also for an offline page)."""
    return shared.style(_FOLDER / "film.css")


PLACE = "place of"
"""Begins the key of the small component that tells a film its place; `page.css` takes its room away."""

_mount = st.components.v2.component("film", css=style(), js=script())
_tell = st.components.v2.component("tell", js=(_FOLDER / "tell.js").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Touched:
    """What the reader chose in the picture since the last run of the script: None where nothing was touched."""

    step: int | None = None
    panel: str | None = None
    row: int | None = None
    column: int | None = None


def film(data: FilmData, *, key: str) -> Touched:
    """Draw the panels and return what the reader newly chose: each choice once.

    `key` must stay the same while the data change, or the place in time and training is lost.
    """
    packed = pack(data, key)
    state = _mount(key=key, data=packed, on_step_change=_nothing, on_cursor_change=_nothing)
    _tell(key=f"{PLACE} {key}", data=place(data, key), height=1)
    step, cursor = (_news(f"{key} {what}", state.get(what)) for what in ("step", "cursor"))
    return touched(step, cursor, data)


def _news(key: str, sent: object) -> object:
    """A choice that was not taken up yet: the browser says its last one again at every run of the script."""
    if not isinstance(sent, dict) or sent.get("at") == st.session_state.get(f"{key} heard"):
        return None
    st.session_state[f"{key} heard"] = sent.get("at")
    return sent.get("value")


def touched(step: object, cursor: object, data: FilmData) -> Touched:
    """What a browser sends is checked: it may end up in a link."""
    known = step if isinstance(step, int) and step in data.steps else None
    if not data.holds(cursor):
        return Touched(known)
    return Touched(known, *cursor)  # type: ignore[misc]


def _nothing() -> None:
    """Streamlit keeps a state value only when it has a callback."""
