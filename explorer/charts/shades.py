"""The three scales of colour that every picture of numbers uses, as values: gate 0…1, signed around 0, log absolute.

A gate goes from dark blue (0) to yellow (1); a signed value is blue below 0 and orange above it; a gradient is
coloured by its logarithm, on limits that do not move with the data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import altair as alt
import numpy as np

from explorer import theme

Kind = Literal["gate", "signed", "log"]
KINDS: tuple[Kind, ...] = ("gate", "signed", "log")


@dataclass(frozen=True)
class Shades:
    """One scale: its kind, the values at its two ends, and its stops, equally far apart on the scale."""

    kind: Kind
    limits: tuple[float, float]
    stops: tuple[theme.RGB, ...]

    def scale(self) -> alt.Scale:
        """The same for a chart; what lies beyond the ends has the colour of the end."""
        low, high = self.limits
        domain = np.geomspace(low, high, len(self.stops)) if self.kind == "log" else None
        places = np.linspace(low, high, len(self.stops)) if domain is None else domain
        return alt.Scale(
            type="log" if self.kind == "log" else "linear",
            domain=[float(place) for place in places],
            range=theme.css(self.stops),
            clamp=True,
        )

    def colours(self, values: np.ndarray) -> np.ndarray:
        """Colours ``[…, 4]``, uint8; NaN is transparent."""
        low, high = self.limits
        with np.errstate(divide="ignore", invalid="ignore"):
            share = (
                np.log(np.maximum(values, low) / low) / math.log(high / low)
                if self.kind == "log"
                else (values - low) / (high - low)
            )
        place = np.clip(np.nan_to_num(share, nan=0.0), 0, 1) * (len(self.stops) - 1)
        stops = np.asarray(self.stops, float)
        below = np.minimum(place.astype(int), len(stops) - 2)
        rest = (place - below)[..., None]
        mixed = (1 - rest) * stops[below] + rest * stops[below + 1]
        whole = np.concatenate([mixed, np.full((*values.shape, 1), 255.0)], -1).round()
        whole[np.isnan(values)] = 0
        return whole.astype(np.uint8)

    def ticks(self) -> Sequence[float]:
        """Values that the legend names: the ends and the middle; on a log scale decades."""
        low, high = self.limits
        if self.kind != "log":
            return [low, (low + high) / 2, high]
        first, last = round(math.log10(low)), round(math.log10(high))
        step = max(1, math.ceil((last - first) / 4))
        return [10.0**power for power in range(last, first - 1, -step)][::-1]


def shades(
    kind: Kind, limits: tuple[float, float] | None = None, mode: theme.Mode = "light"
) -> Shades:
    """A scale by kind. Without limits a gate goes from 0 to 1 and a log scale over `theme.REACH_FLOOR` … 1.

    The middle of a signed scale has the tone of the page, so it asks for the page's mode. Raises ValueError for
    limits that are no interval: signed ones must lie around 0, those of a logarithm above it.
    """
    if kind not in KINDS:
        raise ValueError(f"scale = {kind!r}: choose {', '.join(KINDS)}.")
    if kind == "signed" and limits is None:
        limits = (-1.0, 1.0)
    low, high = limits or ((theme.REACH_FLOOR, 1.0) if kind == "log" else (0.0, 1.0))
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"limits = {low:g} … {high:g}: the first must be the smaller one.")
    if (kind == "log" and low <= 0) or (kind == "signed" and low != -high):
        raise ValueError(f"limits = {low:g} … {high:g} do not fit a {kind} scale.")
    stops = {
        "gate": theme.GATE_STOPS,
        "signed": theme.SIGNED_STOPS[mode],
        "log": theme.REACH_STOPS,
    }[kind]
    return Shades(kind, (low, high), stops)


def around_zero(values: np.ndarray, least: float = 1e-6, share: float = 1.0) -> tuple[float, float]:
    """Limits of a signed scale that hold this share of the values (usually all), NaN left out."""
    known = np.abs(values[np.isfinite(values)])
    top = max(float(np.quantile(known, share)) if known.size else 0.0, least)
    return -top, top
