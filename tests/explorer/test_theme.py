"""Colours that can be told apart and read; one place for them; a page that starts without charts."""

from __future__ import annotations

import itertools
import math
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
import vl_convert

from explorer import theme

ROOT = Path(__file__).resolve().parents[2]
CONFIG = tomllib.loads((ROOT / "explorer" / ".streamlit" / "config.toml").read_text())
MODES = ("light", "dark")
TOGETHER = [
    ("forget", "input_gate", "candidate", "output_gate"),
    ("reset", "update", "candidate"),
]


def linear(colour: str) -> np.ndarray:
    """sRGB -> linear light, IEC 61966-2-1."""
    hexes = re.findall("[0-9A-Fa-f]{2}", colour)
    part = np.array([int(text, 16) for text in hexes]) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast ratio, 1 … 21."""
    light = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


def test_the_contrast_has_its_known_ends() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("hue", [*theme.CELLS.values(), *theme.GATES.values()])
def test_every_hue_can_be_seen_on_the_page(hue: str, mode: theme.Mode) -> None:
    assert contrast(hue, theme.INK[mode].background) >= 3


def seen_through(hue: str, opacity: float, page: str) -> str:
    """What is seen of a hue that is not opaque."""
    pairs = zip(bytes.fromhex(hue[1:]), bytes.fromhex(page[1:]), strict=True)
    return "#" + bytes(round(a * opacity + b * (1 - opacity)) for a, b in pairs).hex()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("hue", theme.GATES.values())
def test_dots_in_a_gates_hue_can_be_seen_on_the_page(hue: str, mode: theme.Mode) -> None:
    page = theme.INK[mode].background
    assert contrast(seen_through(hue, theme.DOTS, page), page) >= 3


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("hue", [*theme.CELLS.values(), *theme.GATES.values()])
def test_a_hue_to_write_in_can_be_read(hue: str, mode: theme.Mode) -> None:
    written = theme.as_text(hue, mode)
    assert contrast(written, theme.INK[mode].background) >= 4.5
    if contrast(hue, theme.INK[mode].background) >= 4.5:
        assert written == hue  # it needs no ink
    if hue != theme.CELLS["sigmoid"]:  # which is grey
        assert angle(written, hue) < np.radians(12)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("together", TOGETHER)
def test_gates_that_stand_together_differ_where_they_are_written(
    together: tuple[str, ...], mode: theme.Mode
) -> None:
    for one, other in itertools.combinations(together, 2):
        written = [oklab(linear(theme.as_text(theme.GATES[name], mode))) for name in (one, other)]
        assert np.linalg.norm(written[0] - written[1]) >= 0.1, (one, other)


@pytest.mark.parametrize("mode", MODES)
def test_words_can_be_read(mode: theme.Mode) -> None:
    ink = theme.INK[mode]
    for paper in (ink.background, ink.panel):
        assert contrast(ink.text, paper) >= 7
        assert contrast(ink.quiet, paper) >= 4.5
        assert contrast(ink.link, paper) >= 4.5
    assert contrast("#FFFFFF", ink.accent) >= 4.5


DEUTERANOPIA = np.array(
    [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ]
)
PROTANOPIA = np.array(
    [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ]
)
"""Machado, Oliveira and Fernandes 2009, full strength, in linear light."""


def oklab(light: np.ndarray) -> np.ndarray:
    """Ottosson 2020: equal distances look equally different."""
    cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    axes = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    return axes @ np.cbrt(np.clip(cones @ np.clip(light, 0, 1), 0, None))


def angle(one: str, other: str) -> float:
    """Between two hues on the circle of OKLab."""
    a, b = (complex(*oklab(linear(colour))[1:]) for colour in (one, other))
    return abs(float(np.angle(a / b)))


@pytest.mark.parametrize("together", TOGETHER)
@pytest.mark.parametrize("eyes", [np.eye(3), DEUTERANOPIA, PROTANOPIA])
def test_gates_that_stand_together_differ_for_everybody(
    together: tuple[str, ...], eyes: np.ndarray
) -> None:
    for one, other in itertools.combinations(together, 2):
        apart = oklab(eyes @ linear(theme.GATES[one])) - oklab(eyes @ linear(theme.GATES[other]))
        assert np.linalg.norm(apart) >= 0.1, (one, other)


@pytest.mark.parametrize(
    ("stops", "scheme"), [(theme.REACH_STOPS, "inferno"), (theme.GATE_STOPS, "cividis")]
)
def test_the_stops_are_the_published_scales(stops: tuple[theme.RGB, ...], scheme: str) -> None:
    scale = {"scheme": scheme}
    spec = {
        "data": {"values": [{"x": number} for number in range(len(stops))]},
        "mark": "rect",
        "encoding": {
            "x": {"field": "x", "type": "ordinal"},
            "color": {"field": "x", "type": "quantitative", "scale": scale, "legend": None},
        },
    }
    drawn = re.findall(r'fill="(rgb\([^"]*\))"', vl_convert.vegalite_to_svg(spec))
    assert drawn == theme.css(stops)


def test_reach_is_coloured_on_the_fixed_scale() -> None:
    first, *_, last = theme.css(theme.REACH_STOPS)
    assert theme.reach_colour(1.0) == theme.reach_colour(30.0) == last
    assert theme.reach_colour(1e-8) == theme.reach_colour(1e-30) == first
    for nothing in (0.0, -1.0, math.nan):
        assert theme.reach_colour(nothing) == first
    assert theme.reach_colour(1e-4) == theme.css(theme.REACH_STOPS)[16]
    middle = re.findall(r"\d+", theme.reach_colour(10**-0.125))
    ends = zip(theme.REACH_STOPS[31], theme.REACH_STOPS[32], strict=True)
    assert [int(m) for m in middle] == [pytest.approx((a + b) / 2, abs=1) for a, b in ends]


@pytest.mark.parametrize("mode", MODES)
def test_zero_of_the_signed_scale_is_the_tone_of_the_page(mode: theme.Mode) -> None:
    stops = theme.SIGNED_STOPS[mode]
    centre = "#" + bytes(stops[len(stops) // 2]).hex()
    assert contrast(centre, theme.INK[mode].background) < 1.3
    for end in (stops[0], stops[-1]):
        assert contrast("#" + bytes(end).hex(), theme.INK[mode].background) >= 3


def test_streamlits_settings_are_these_colours() -> None:
    assert CONFIG["theme"] == theme.streamlit_theme()


def test_streamlits_settings_keep_the_page_at_home() -> None:
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert CONFIG["server"]["allowedHosts"] == ["127.0.0.1", "localhost"]
    assert CONFIG["server"]["fileWatcherType"] == "none"
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["client"]["showErrorLinks"] is False
    assert "port" not in CONFIG["server"]  # a port set by hand is never left for the next free one


def test_altair_draws_in_this_theme() -> None:
    import altair

    theme.enable()
    theme.enable()
    assert altair.theme.active == "explorer"
    chart = altair.Chart(altair.Data(values=[{"x": 1}])).mark_point().encode(x="x:Q")
    config = chart.to_dict()["config"]
    assert config["axis"]["labelFontSize"] == 13
    assert "labelColor" not in config["axis"]  # the page's own light or dark ink stays
    with altair.theme.enable("explorer dark"):
        assert chart.to_dict()["config"]["axis"]["labelColor"] == theme.INK["dark"].text


def test_colours_cost_no_chart_library() -> None:
    code = "import sys, explorer.theme, explorer.export; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"altair", "pandas", "vl_convert", "streamlit"} & set(done.stdout.split())
