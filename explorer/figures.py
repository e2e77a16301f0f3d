"""The charts by name, for notebooks: runs and recordings in, `alt.Chart` out, no page and no torch.

    run = engine.train(engine.Experiment.model_validate({"network": {"cell": "gru"}}))
    chart = figures.learning({"my GRU": run})
    pathlib.Path("gru.pdf").write_bytes(export.picture(chart, "pdf"))

Of two nets with the same cell the second is drawn hollow. Every option of a chart may be given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt
    import xarray as xr

    from engine.run import Run
    from explorer.charts.nets import Net
    from explorer.components.rows.data import RowsData


def rows(data: RowsData, step: int | None = None, **options: Any) -> alt.LayerChart:
    """The first page's rows, standing still at a training step; `explorer.picture` makes the data."""
    from explorer.charts.rows import rows_still

    return rows_still(data, step, **options)


def distance(recordings: Mapping[str, xr.Dataset], **options: Any) -> alt.LayerChart:
    """Reach against distance; recordings by name, as `engine.analyses.reach` answers."""
    from explorer.charts.distance import distance as draw

    nets = _nets({name: recording.attrs["cell"] for name, recording in recordings.items()})
    return draw({nets[name]: recording for name, recording in recordings.items()}, **options)


def learning(runs: Mapping[str, Run], **options: Any) -> alt.LayerChart:
    """Loss and accuracy while training; runs by name, all of one task."""
    from explorer.charts.learning import learning as draw

    nets = _nets({name: run.experiment.network.cell for name, run in runs.items()})
    task = next(iter(runs.values())).experiment.task if runs else None
    known = {"baseline": task.baseline(), "measure": task.measure} if task else {}
    return draw({nets[name]: run.metrics for name, run in runs.items()}, **known | options)


def gaps(
    points: Sequence[Mapping[str, Any]] | None = None,
    cells: Mapping[str, str] | None = None,
    **options: Any,
) -> alt.LayerChart:
    """Accuracy against gap: the shipped nets, or own points with their rows' names and cells."""
    from engine import shipped
    from explorer.charts.gaps import gaps as draw

    if points is None:
        points = shipped.gaps()
        options = {"baseline": next(iter(shipped.seeds().values()))["baseline"], **options}
    shown = {row.name: row.network.cell for row in shipped.ROWS} if cells is None else cells
    labels = {row.name: row.label for row in shipped.ROWS} if cells is None else {}
    return draw(points, _nets(shown, labels), **options)


FIGURES: dict[str, Callable[..., alt.LayerChart]] = {
    "rows": rows,
    "distance": distance,
    "learning": learning,
    "gaps": gaps,
}


def _nets(cells: Mapping[str, str], labels: Mapping[str, str] | None = None) -> dict[str, Net]:
    """A net for every name; hollow when its cell is already on the picture."""
    from explorer.charts.nets import Net

    nets: dict[str, Net] = {}
    for name, cell in cells.items():
        hollow = cell in {net.cell for net in nets.values()}
        nets[name] = Net((labels or {}).get(name, name), cell, hollow)
    return nets
