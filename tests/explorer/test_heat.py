"""The heat map: its colours are those of the scale, its cells lie in real axes, its numbers can be had as CSV."""

from __future__ import annotations

import base64
import csv
import io
import math
import re
import struct
import zlib
from typing import Any

import numpy as np
import pytest
import vl_convert

from explorer import export, theme
from explorer.charts import heat as module
from explorer.charts.heat import heat
from explorer.charts.pixels import address
from explorer.charts.shades import around_zero, shades

SMALL = np.array([[1.0, 1e-4], [np.nan, 0.0], [1e-8, 3.0]])


def drawn(values: np.ndarray, **options: Any) -> Any:
    return heat(
        values,
        rows=[f"row {i}" for i in range(len(values))],
        columns=range(values.shape[1]),
        row_title="answer",
        column_title="state",
        **options,
    )


def cells(chart: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(export.table(chart).decode())))


def unpacked(uri: str) -> np.ndarray:
    """Pixels of a PNG whose lines all have filter 0: read by the letter of the format."""
    data = base64.b64decode(uri.partition(",")[2])
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    at, found = 8, {}
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length :][:4])[0] == zlib.crc32(kind + body)
        found[kind], at = body, at + 12 + length
    width, height = struct.unpack(">II", found[b"IHDR"][:8])
    lines = np.frombuffer(zlib.decompress(found[b"IDAT"]), np.uint8).reshape(height, 1 + 4 * width)
    assert not lines[:, 0].any()
    return lines[:, 1:].reshape(height, width, 4)


@pytest.mark.parametrize("shape", [(3, 2), (70, 50), (1, 4000), (2000, 2)])
def test_every_number_is_in_the_table(shape: tuple[int, int]) -> None:
    values = np.random.default_rng(0).uniform(-1, 1, shape)
    values[0, 0] = np.nan
    table = cells(drawn(values, scale="signed"))
    assert len(table) == values.size
    read = np.array([float(cell["value"] or "nan") for cell in table]).reshape(shape)
    np.testing.assert_allclose(read, values, rtol=1e-6)
    assert table[-1]["row"] == f"row {shape[0] - 1}" and table[-1]["column"] == str(shape[1] - 1)


def test_the_log_scale_is_that_of_reach() -> None:
    shade = shades("log")
    for value in (1.0, 0.3, 1e-4, 2e-7, 1e-8, 1e-12, 0.0, 5.0):
        red, green, blue, opacity = shade.colours(np.array(value))
        found = [int(part) for part in re.findall(r"\d+", theme.reach_colour(value))]
        assert np.abs(np.array([red, green, blue], int) - found).max() <= 1 and opacity == 255
    assert not shade.colours(np.array(np.nan)).any()


@pytest.mark.parametrize("image", [False, True])
def test_the_legend_says_where_values_lie_beyond_the_scale(
    image: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if image:
        monkeypatch.setattr(module, "MOST_RECTANGLES", 0)

    def legend(*some: float) -> list[str]:
        values = np.full((2, 2), 1e-4)
        values.flat[: len(some)] = some
        svg = vl_convert.vegalite_to_svg(drawn(values, scale="log", limits=(1e-8, 10.0)).to_dict())
        return re.findall(r">((?:[≤≥] )?(?:1e-8|10))</text>", svg)

    assert legend(1e-8, 10.0) == ["1e-8", "10"]
    assert legend(0.0) == ["≤ 1e-8", "10"]
    assert legend(1e-9, 11.0) == ["≤ 1e-8", "≥ 10"]
    assert legend(math.nan) == ["1e-8", "10"]


def test_a_signed_scale_has_zero_in_its_middle() -> None:
    shade = shades("signed", (-3, 3), "dark")
    assert tuple(shade.colours(np.array(0.0))[:3]) == theme.SIGNED_STOPS["dark"][8]
    assert around_zero(np.array([np.nan, -2.0, 1.0])) == (-2.0, 2.0)
    assert around_zero(np.array([np.nan])) == (-1e-6, 1e-6)


@pytest.mark.parametrize(
    ("kind", "limits"),
    [("gate", (1.0, 0.0)), ("log", (0.0, 1.0)), ("signed", (-1.0, 2.0)), ("gate", (0.0, math.nan))],
)
def test_limits_that_are_none_are_refused(kind: Any, limits: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="limits ="):
        shades(kind, limits)


def test_an_image_has_the_pixels_of_its_cells() -> None:
    colours = np.random.default_rng(1).integers(0, 256, (3, 5, 4), np.uint8)
    pixels = unpacked(address(colours))
    times = pixels.shape[0] // 3
    assert pixels.shape == (3 * times, 5 * times, 4)
    np.testing.assert_array_equal(pixels[times // 2 :: times, times // 2 :: times], colours)
    np.testing.assert_array_equal(pixels[::times, times - 1 :: times], colours)


def test_rectangles_and_image_have_the_same_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.array([[0.0, 1.0, 0.5]])
    spec = drawn(values).to_dict()
    scale = spec["layer"][0]["encoding"]["color"]["scale"]
    monkeypatch.setattr(module, "MOST_RECTANGLES", 2)
    [[record]] = drawn(values).to_dict()["datasets"].values()
    pixels = unpacked(record["image"])
    size = pixels.shape[1] // 3
    for place, stop in ((0, 0), (1, -1), (2, 8)):
        wanted = [int(part) for part in re.findall(r"\d+", scale["range"][stop])]
        assert pixels[0, place * size + size // 2, :3].tolist() == wanted


@pytest.mark.parametrize("image", [False, True])
@pytest.mark.parametrize("form", theme.PAPER)
def test_every_kind_of_heat_map_is_a_picture(
    image: bool, form: theme.Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    if image:
        monkeypatch.setattr(module, "MOST_RECTANGLES", 0)
    chart = drawn(SMALL, scale="log", frame=(1, None), value_title="credit")
    svg = export.picture(chart, "svg", form).decode()
    for said in ("answer", "state", "row 0", "≤ 1e-8", "credit"):
        assert f">{said}<" in svg, said
    assert "NaN" not in svg
    assert export.picture(chart, "pdf", form).startswith(b"%PDF")


def test_names_and_numbers_must_match() -> None:
    with pytest.raises(ValueError, match="wanted 2 rows and 2 columns"):
        heat(SMALL, rows=[1, 2], columns=[1, 2], row_title="", column_title="")
