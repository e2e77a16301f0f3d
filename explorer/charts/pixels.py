"""A PNG from numbers, as an address that holds the picture itself: what a heat map of many cells is drawn with."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np

SMOOTH_FROM = 1600
"""Pixels: a smaller picture is enlarged cell by cell, because programs blur what they enlarge themselves."""


def address(colours: np.ndarray) -> str:
    """``data:image/png;base64,…`` of colours ``[row, column, 4]``, uint8, red green blue opacity.

    Every cell becomes a square of pixels, so that it keeps its edges in print. Raises ValueError for other shapes.
    """
    if colours.ndim != 3 or colours.shape[2] != 4 or colours.dtype != np.uint8:
        raise ValueError(
            f"colours {colours.dtype}{list(colours.shape)}: wanted uint8 [row, column, 4]."
        )
    times = max(1, SMOOTH_FROM // max(colours.shape[:2]))
    return f"data:image/png;base64,{base64.b64encode(_png(colours, times)).decode()}"


def _png(colours: np.ndarray, times: int) -> bytes:
    """The file: header, one compressed stream of lines that each begin with filter 0, end."""
    wide = colours.repeat(times, axis=1)
    height, width = wide.shape[0] * times, wide.shape[1]
    lines = np.zeros((wide.shape[0], 1 + 4 * width), np.uint8)
    lines[:, 1:] = wide.reshape(len(wide), -1)
    packer = zlib.compressobj(6)
    stream = b"".join(packer.compress(line.tobytes() * times) for line in lines) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", stream), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    checked = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + checked
