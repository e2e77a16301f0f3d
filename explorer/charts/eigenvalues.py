"""Eigenvalues in the complex plane, with the unit circle; the circle stays round in a picture of any shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from engine.cells import CELLS
from explorer import theme
from explorer.charts.nets import NEUTRAL, rows_of
from explorer.charts.pick import at

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "Inside the circle a direction shrinks when the matrix is used again and again, outside it grows; "
    "the angle is how fast it turns."
)
MOST = 3000
"""Dots: of many steps some are left out, evenly."""


def eigenvalues(
    recording: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
    title: str | None = None,
) -> alt.LayerChart:
    """Eigenvalues of all step Jacobians of a sentence in one plane; recording: of the analysis "spectra"."""
    here = at(recording, step=step, trial=trial, layer=layer, direction=direction)
    real, imag = here["eigenvalue_real"].values, here["eigenvalue_imag"].values
    times = here["eigen_time"].values
    every = max(1, -(-real.size // MOST))
    records = [
        {"step": int(times[t]) + 1, "real": float(real[t, r]), "imaginary": float(imag[t, r])}
        for t in range(0, len(times), every)
        for r in range(real.shape[1])
    ]
    hue = theme.CELLS[recording.attrs["cell"]]
    dots: dict[str, Any] = {"color": alt.value(hue)}
    said = f"Step Jacobians, {_trained(here)}"
    return _plane(records, dots, ["step:Q"], 0.3, said if title is None else title)


def weight_eigenvalues(
    recording: xr.Dataset,
    *,
    step: int | None = None,
    layer: int = 0,
    direction: int = 0,
    title: str | None = None,
) -> alt.LayerChart:
    """Eigenvalues of W_hh, gate by gate; recording: of the analysis "spectra"."""
    here = at(recording, step=step, layer=layer, direction=direction)
    cell = CELLS[recording.attrs["cell"]]
    blocks = [str(block) for block in here["block"].values]
    words = {block: cell.signal(block).words.partition(" (")[0] for block in blocks}
    records = [
        {
            "matrix": words[block],
            "real": float(here["weight_real"].values[b, r]),
            "imaginary": float(here["weight_imag"].values[b, r]),
        }
        for b, block in enumerate(blocks)
        for r in range(here.sizes["unit"])
    ]
    hues = [theme.GATES.get(block, theme.CELLS[cell.name]) for block in blocks]
    legend = alt.Legend(orient="top", title=None, labelLimit=0) if len(blocks) > 1 else None
    scale = alt.Scale(domain=list(words.values()), range=hues)
    dots = {"color": alt.Color("matrix:N", scale=scale, legend=legend)}
    tips = ["matrix:N"] if len(blocks) > 1 else []
    said = f"W_hh, {_trained(here)}"
    return _plane(records, dots, tips, theme.DOTS, said if title is None else title)


def _trained(found: xr.Dataset) -> str:
    step = found.attrs["step"]
    return f"training step {step}" if step else "before training"


def _plane(
    records: list[dict[str, Any]],
    colour: dict[str, Any],
    tips: list[str],
    opacity: float,
    title: str,
) -> alt.LayerChart:
    """Dots, axes through 0 and the circle. One unit is as long across as upwards, whatever the picture's shape."""
    sizes = [abs(complex(r["real"], r["imaginary"])) for r in records]
    radius = 1.15 * max([1.0, *(size for size in sizes if np.isfinite(size))])
    side = f"{radius:.6g} / min(width, height)"
    ends: dict[str, dict[str, Any]] = {
        axis: {
            "domainMin": {"expr": f"-{length} * {side}"},
            "domainMax": {"expr": f"{length} * {side}"},
        }
        for axis, length in (("x", "width"), ("y", "height"))
    }
    x = alt.X("real:Q", title="real part", scale=alt.Scale(nice=False, zero=False, **ends["x"]))
    y = alt.Y(
        "imaginary:Q", title="imaginary part", scale=alt.Scale(nice=False, zero=False, **ends["y"])
    )
    turn = "datum.data * PI / 90"
    circle = (
        alt.Chart(alt.sequence(0, 181, 1))
        .transform_calculate(real=f"cos({turn})", imaginary=f"sin({turn})")
        .mark_line(color=NEUTRAL, strokeWidth=1.5, tooltip=None)
        .encode(x, y, order="data:Q")
    )
    dots = (
        alt.Chart(rows_of(records))
        .mark_point(size=24, filled=True, opacity=opacity)
        .encode(
            x,
            y,
            tooltip=[
                *tips,
                alt.Tooltip("real:Q", format=".3f"),
                alt.Tooltip("imaginary:Q", format=".3f"),
            ],
            **colour,
        )
    )
    return alt.LayerChart(layer=[circle, dots]).properties(title=title, height=400)
