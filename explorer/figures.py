"""The charts by name, for notebooks: runs and recordings in, `alt.Chart` out, no page and no torch.

    recording = engine.record(torch.nn.LSTM(8, 32), torch.randn(1, 100, 8))
    figures.gates(recording)                      # every chart that `CHARTS` names; its docstring says what goes in
    figures.learning({"my GRU": engine.train(engine.Experiment())})
    pathlib.Path("gates.pdf").write_bytes(explorer.export.picture(figures.gates(recording), "pdf"))

`CHARTS[name].needs` is the analysis whose recording a chart draws; "record" is `engine.record`. The charts of several
nets are below: they take runs or recordings by name, and of two nets with the same cell the second is drawn hollow.
Every option of a chart may be given.
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
    return draw({nets[name]: run.metrics for name, run in runs.items()}, task, **options)


def live(runs: Mapping[str, Run], **options: Any) -> alt.LayerChart:
    """What a training writes down at every step; runs by name."""
    from explorer.charts.live import live as draw

    nets = _nets({name: run.experiment.network.cell for name, run in runs.items()})
    return draw({nets[name]: run.metrics for name, run in runs.items()}, **options)


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


def __getattr__(name: str) -> Callable[..., Any]:
    """The function of a chart, imported when it is first asked for."""
    from explorer.charts import CHARTS

    if name not in CHARTS:
        raise AttributeError(f"there is no chart {name!r}; there are {', '.join(CHARTS)}")
    return CHARTS[name].draw


def __dir__() -> list[str]:
    from explorer.charts import CHARTS

    return list(CHARTS)


def _nets(cells: Mapping[str, str], labels: Mapping[str, str] | None = None) -> dict[str, Net]:
    """A net for every name; hollow, each in its own shape, when its cell is already on the picture."""
    from explorer.charts.nets import Net

    nets: dict[str, Net] = {}
    for name, cell in cells.items():
        twin = sum(net.cell == cell for net in nets.values())
        nets[name] = Net((labels or {}).get(name, name), cell, twin)
    return nets
