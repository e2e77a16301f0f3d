"""The gradient of one unit at one step, itemised: which later answers pull on it, and how hard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from engine.cells import CELLS
from explorer import theme
from explorer.charts.grid import axis, places
from explorer.charts.nets import rows_of
from explorer.charts.pick import at, words
from explorer.charts.pick import places as steps_of
from explorer.charts.surprise import ASKED, EARLY, pale

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "A bar above 0: a small rise of this unit would make that answer more certain. Full bars are steps that ask, "
    "pale ones are what the same question would pull if it were asked there."
)


def pulls(
    recording: xr.Dataset,
    *,
    unit: int = 0,
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
    title: str | None = None,
) -> alt.LayerChart:
    """∂q_t/∂s_time of one unit for every answer step t; recording: of the analysis "pulls"."""
    here = at(recording, step=step, trial=trial, layer=layer, direction=direction)
    cell = CELLS[recording.attrs["cell"]]
    letter = cell.signal(str(recording.attrs["state"])).symbol[0]
    source = int(recording["state_time"])
    names = words(recording, trial) if "word" in recording.coords else [str(n) for n in range(here.sizes["loss_time"])]  # fmt: skip
    values, asked = here["pull"].values[:, unit], here["asked"].values
    times = here["loss_time"].values if "loss_time" in here.coords else np.arange(len(values))
    what = "margin" if recording.attrs["of"] == "margin" else "loss"
    records = [
        {"time": int(time), "word": names[int(time)], "kind": ASKED if is_asked else EARLY, "pull": float(value)}
        for time, is_asked, value in zip(times, asked, values, strict=True)
    ]  # fmt: skip
    across: dict[str, Any] = {
        "scale": places(len(names)),
        "axis": axis(names, "step that answers", _silent(recording, trial), across=True),
    }
    base = alt.Chart(rows_of(records)).transform_calculate(
        left="datum.time - 0.4", right="datum.time + 0.4"
    )
    color = theme.GATES.get(str(recording.attrs["state"]), theme.CELLS[cell.name])
    scale = alt.Scale(domain=[ASKED, EARLY], range=[color, pale(color)])
    bars = base.mark_rect().encode(
        x=alt.X("left:Q", **across),
        x2="right:Q",
        y=alt.Y("pull:Q", title=f"∂{what} / ∂{letter}", axis=alt.Axis(format=".2~g")),
        y2=alt.datum(0),
        color=alt.Color("kind:N", scale=scale, legend=alt.Legend(orient="top", title=None)),
        tooltip=["word:N", "kind:N", alt.Tooltip("pull:Q", format=".3~g")],
    )
    word = names[source] if source < len(names) else str(source)
    said = f"Who pulls on {letter} of unit {unit + 1} at step {source + 1}, “{word}”"
    return alt.LayerChart(layer=[bars]).properties(
        title=said if title is None else title, height=380
    )


def _silent(recording: xr.Dataset, trial: int) -> list[int]:
    if "word" not in recording.coords:
        return []
    return [place["time"] for place in steps_of(recording, trial) if not place["written"]]
