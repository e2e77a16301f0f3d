"""The one place of colours, fonts and sizes: for the page, the charts, the canvas and the exports.

Colour means data: one hue per cell kind and one per gate, the same on every page, at least 3:1 on
the light and on the dark page. The page itself (buttons, links) is drawn in ink. Plain data at the
top: no chart library is imported before a chart is drawn, because the first paint waits for it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Mode = Literal["light", "dark"]
Form = Literal["slide", "half", "column"]
RGB = tuple[int, int, int]

CELLS: dict[str, str] = {
    "rnn": "#0072B2",
    "lstm": "#D55E00",
    "gru": "#009E73",
    "relu": "#CC79A7",
    "sigmoid": "#7F7F7F",
}
"""Hue of a cell kind (Okabe and Ito's colour-safe set, and grey)."""

GATES: dict[str, str] = {
    "forget": "#912DFB",
    "input_gate": "#297A16",
    "candidate": "#3F8DCE",
    "output_gate": "#FC3B88",
    "reset": "#A9831F",
    "update": "#B04380",
}
"""Hue of a gate by signal name, found by search: far apart in OKLab, colour-blind eyes included, and 3:1 on both
pages even where dots are seen through (`DOTS`). No hue can be read on both as text: see `as_text`."""

DOTS = 0.9
"""Opacity of dots in a gate's hue: with less they are lost on one of the pages."""


@dataclass(frozen=True)
class Ink:
    """What the page is made of, in one mode; white text on `accent` can be read."""

    background: str
    panel: str
    text: str
    quiet: str
    line: str
    accent: str
    link: str


INK: dict[Mode, Ink] = {
    "light": Ink("#FFFFFF", "#F3F4F6", "#1A1F27", "#5A6472", "#D5DAE1", "#3A4A5E", "#3A4A5E"),
    "dark": Ink("#0F1216", "#1B2027", "#E8EBEF", "#A3ADBA", "#353C46", "#5B7796", "#A9BDD4"),
}

VERDICT: dict[Mode, tuple[str, str]] = {
    "light": ("#158237", "#BD4043"),
    "dark": ("#5CE488", "#FF9C9C"),
}
"""Right and wrong beside an answer, as Streamlit's pages have them."""

READABLE = 4.5
"""Contrast of words with the page, at least (WCAG 2.2)."""


def as_text(hue: str, mode: Mode) -> str:
    """A hue to write in: itself, or with as much of the page's ink in it as it needs to be read."""
    page, ink, own = (bytes.fromhex(c[1:]) for c in (INK[mode].background, INK[mode].text, hue))
    mixed = own
    for share in range(21):  # the last is ink itself
        mixed = bytes(round(a + (b - a) * share / 20) for a, b in zip(own, ink, strict=True))
        low, high = sorted((luminance(mixed), luminance(page)))
        if (high + 0.05) / (low + 0.05) >= READABLE:
            break
    return f"#{mixed.hex().upper()}"


def luminance(colour: bytes) -> float:
    """0 … 1, of sRGB."""
    light = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (b / 255 for b in colour)
    )
    return sum(part * weight for part, weight in zip(light, (0.2126, 0.7152, 0.0722), strict=True))


def _stops(text: str) -> tuple[RGB, ...]:
    numbers = bytes.fromhex(text)
    return tuple(zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True))


REACH_FLOOR = 1e-8
"""Gradients are coloured by log10 on the fixed scale REACH_FLOOR … 1; less is printed as "<1e-8"."""

REACH_STOPS = _stops(
    "0000040403120b0724150b37210c4a2e0b5a3c0a654a0c6a57106d63146e70196e7c1e6c89226a962766"
    "a32c61af305cbb3755c63e4dd14545db4f3ce45933eb6528f1721ef67f14fa8d0bfb9c08fcab10fbba1f"
    "f9ca33f5d94af2e865f4f586fcffa4"
)
"""Inferno, 33 stops equally spaced in log10, REACH_FLOOR (dark) first, 1 (bright) last."""

GATE_STOPS = _stops(
    "002051012b6511366c25416e3b4c6e4f576e61636f706f717e7b758a8677989278a69f77b7ac73caba6a"
    "dec85ff0d652fce647"
)
"""Cividis, 17 stops from 0 to 1: gates, probabilities, accuracies."""

SIGNED_STOPS: dict[Mode, tuple[RGB, ...]] = {
    "light": _stops(
        "134b852567a23b83b9579dc87db6d6a4cde3c5deecdee9eef2f0ebf8e6ccfcd8a9fbc37df2a952e48e2b"
        "ce7416b55d0b994a07"
    ),
    "dark": _stops(
        "a4d4f58ac0e670acd75597c83b83b9346c962e5574273e5220272f4c3a29774e22a2611cce7416da8d3b"
        "e5a660f0bf84fcd8a9"
    ),
}
"""Blue below 0, orange above, 17 stops; the stop in the middle is 0, in the tone of the page."""

TOLD_APART = 0.95
"""Share of the values of a signal without bounds that colours tell apart: one unit that counts up would leave all
others without colour. What lies beyond has the last colour, and the legend says "≥"."""

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""Font of exports; the first one is built into the exporter, so every machine draws the same."""


@dataclass(frozen=True)
class Paper:
    """A place for a picture: inches wide and high (at most), and its smallest text in points.

    longer: whether a chart that is high on the page may be higher here too.
    """

    inches: tuple[float, float]
    text: float
    longer: bool = False

    @property
    def points(self) -> tuple[float, float]:
        """The same size in points, 72 to the inch: the unit of every export."""
        return self.inches[0] * 72, self.inches[1] * 72


PAPER: dict[Form, Paper] = {
    "slide": Paper((40 / 3, 7.5), 18),
    "half": Paper((20 / 3, 5.625), 18),
    "column": Paper((85 / 25.4, 3.0), 8, longer=True),
}
"""A 16:9 slide, half of one below its headline, and a paper column of 85 mm."""


def css(stops: Iterable[RGB]) -> list[str]:
    """Stops as ``rgb(…)``: Streamlit replaces some short hex colours in Plotly figures."""
    return [f"rgb({r}, {g}, {b})" for r, g, b in stops]


def reach_colour(value: float) -> str:
    """The colour of a gradient norm on the fixed log scale; NaN and what is ≤ 0 are the floor."""
    depth = math.log10(value) / math.log10(REACH_FLOOR) if value > 0 else 1.0
    place = (1 - min(max(depth, 0.0), 1.0)) * (len(REACH_STOPS) - 1)
    low = min(int(place), len(REACH_STOPS) - 2)
    ends = zip(REACH_STOPS[low], REACH_STOPS[low + 1], strict=True)
    r, g, b = (round(a + (z - a) * (place - low)) for a, z in ends)
    return f"rgb({r}, {g}, {b})"


def streamlit_theme() -> dict[str, Any]:
    """The ``[theme]`` tables of .streamlit/config.toml (a test compares the two)."""

    def mode(name: Mode) -> dict[str, Any]:
        ink = INK[name]
        return {
            "primaryColor": ink.accent,
            "backgroundColor": ink.background,
            "secondaryBackgroundColor": ink.panel,
            "textColor": ink.text,
            "linkColor": ink.link,
            "borderColor": ink.line,
            "chartCategoricalColors": list(CELLS.values()),
        }

    return {
        "baseRadius": "small",
        "headingFontSizes": ["2rem", "1.5rem", "1.25rem"],
        "paddingTop": "0rem",
        "paddingBottom": "3rem",
        "light": mode("light"),
        "dark": mode("dark"),
    }


def chart_config(text: float = 13, mode: Mode | None = None) -> dict[str, Any]:
    """Vega-Lite's ``config``: sizes from the smallest text, and ink only when a mode is given.

    On the page no mode is given: Streamlit fills in the ink and follows the switch of its theme.
    """
    thin = text / 13
    words = {"labelFontSize": text, "titleFontSize": text, "titleFontWeight": "normal"}
    config: dict[str, Any] = {
        "axis": {
            **words,
            "gridWidth": thin / 2,
            "tickWidth": thin,
            "domainWidth": thin,
            "labelOverlap": "greedy",
            "labelSeparation": text / 3,
        },
        "axisXDiscrete": {"labelAngle": 0},
        "legend": {**words, "symbolSize": text * 9, "symbolStrokeWidth": 2 * thin},
        "header": words,
        "title": {"fontSize": text * 1.2, "subtitleFontSize": text, "anchor": "start"},
        "text": {"fontSize": text},
        "line": {"strokeWidth": 2 * thin},
        "point": {"size": text * 4, "filled": True},
        "circle": {"size": text * 4},
        "rule": {"strokeWidth": thin},
        "view": {"stroke": None},
        "range": {"category": list(CELLS.values())},
    }
    if mode is not None:
        ink = INK[mode]
        config["background"] = "transparent"
        config["font"] = FONT
        for part in ("axis", "legend", "header"):
            config[part] |= {"labelColor": ink.text, "titleColor": ink.text}
        config["axis"] |= {"gridColor": ink.line, "tickColor": ink.quiet, "domainColor": ink.quiet}
        config["title"] |= {"color": ink.text, "subtitleColor": ink.quiet}
        config["text"]["color"] = ink.text
        config["rule"]["color"] = ink.quiet
    return config


def enable() -> None:
    """Make "explorer" Altair's theme; "explorer light" and "explorer dark" are for notebooks."""
    import altair

    def register(name: str, mode: Mode | None, on: bool) -> None:
        @altair.theme.register(name, enable=on)
        def _config() -> altair.theme.ThemeConfig:
            return altair.theme.ThemeConfig(config=chart_config(mode=mode))  # type: ignore[typeddict-item]

    register("explorer light", "light", False)
    register("explorer dark", "dark", False)
    register("explorer", None, True)
