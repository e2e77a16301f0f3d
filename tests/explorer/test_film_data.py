"""What a film refuses, and that every number reaches the browser's bytes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from explorer.components.film import FilmData, Panel, Token, Touched, pack, script, touched
from explorer.components.shared.packing import unpack

STEPS = (0, 10, 20)
WORDS = (Token("I"), Token("grew", "cue"))


def panel(**more: Any) -> Panel:
    values = np.linspace(-1, 1, 18, dtype=np.float32).reshape(3, 3, 2)
    given = {"key": "h", "label": "hidden state", "values": values, "rows": ("0", "1", "2")}
    return Panel(**{**given, "scale": "signed", "limits": (-1, 1), **more})


def data(**more: Any) -> FilmData:
    return FilmData(**{"columns": WORDS, "steps": STEPS, "panels": (panel(),), **more})


def test_packing_keeps_every_number_and_what_is_no_number() -> None:
    values = np.full((3, 3, 2), np.pi, np.float32)
    values[0, 0] = [np.nan, np.inf]
    film = data(panels=(panel(), panel(key="c", values=values)), order=(2, 0, 1))
    header, floats = unpack(pack(film))
    np.testing.assert_array_equal(floats, np.ravel([panel().values, values]))
    assert [one["order"] for one in header["panels"]] == [[2, 0, 1]] * 2
    assert [token["word"] for token in header["tokens"]] == ["I", "grew"]


def test_a_panel_may_have_its_own_steps_and_order() -> None:
    other = panel(key="other", values=np.zeros((2, 3, 2)), steps=(0, 700), order=(1, 0, 2))
    short = panel(key="short", values=np.zeros((3, 1, 2)), rows=("0",))
    film = data(panels=(panel(), other, short), order=(2, 1, 0))
    assert [film.order_of(one) for one in film.panels] == [(2, 1, 0), (1, 0, 2), (0,)]
    header, _ = unpack(pack(film))
    assert [one["steps"] for one in header["panels"]] == [[0, 10, 20], [0, 700], [0, 10, 20]]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"limits": (1, 1)}, "h: limits"),
        ({"limits": (0, math.nan)}, "h: limits"),
        ({"scale": "log", "limits": (0, 1)}, "log scale begins above 0"),
        ({"color": "blue"}, "#rrggbb"),
        ({"steps": (5, 3)}, "ascending"),
        ({"order": (0, 0, 1)}, "each of 3 rows once"),
    ],
)
def test_a_panel_that_cannot_be_drawn_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        panel(**change)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"steps": (0, 10)}, r"\[snapshot, row, column\] = \[2, 3, 2\], got \[3, 3, 2\]"),
        ({"steps": ()}, "steps must be some"),
        ({"columns": WORDS[:1]}, "snapshot, row, column"),
        ({"panels": (panel(), panel())}, "share a key"),
        ({"order": (0, 2)}, "once"),
        ({"cursor": ("h", 3, 0)}, "not in the film"),
        ({"cursor": ("c", 0, 0)}, "not in the film"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        data(**change)


def test_no_nan_reaches_the_browser_as_json() -> None:
    with pytest.raises(ValueError, match="JSON"):
        pack(data(start_step=math.nan))


def test_steps_against_steps_are_a_square_and_units_are_none() -> None:
    named = ("I (1)", "grew (2)")
    credit = panel(values=np.zeros((3, 2, 2)), rows=named)
    assert data(panels=(credit,), row_title="answer at").square
    assert not data(panels=(credit,)).square
    assert not data(panels=(credit,), columns=WORDS[::-1], row_title="answer at").square
    assert not data(row_title="answer at").square


@pytest.mark.parametrize(
    ("step", "cursor", "wanted"),
    [
        (None, None, Touched()),
        (10, ["h", 2, 1], Touched(10, "h", 2, 1)),
        (11, ["h", 2, 2], Touched()),
        ("10", ["h", True, 1], Touched()),
        (20, ["h", 2.0, 1], Touched(20)),
        (0, {"panel": "h"}, Touched(0)),
        (0, [["h"], 0, 0], Touched(0)),
    ],
)
def test_what_a_browser_sends_is_checked(step: object, cursor: object, wanted: Touched) -> None:
    assert touched(step, cursor, data()) == wanted


def test_the_script_makes_no_markup_and_runs_no_text() -> None:
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "eval(",
        "Function(",
        "fetch(",
        "http:",
    ):
        assert word not in script().replace("http://www.w3.org/2000/svg", "")
