"""What is shown of what a net wrote, and beside which other net: pure functions, no page and no net."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.bottleneck import ONE_VECTOR
from engine.experiment import WITHOUT, Experiment
from explorer.charts.symbols import Symbol, right
from explorer.picture import Net

if TYPE_CHECKING:
    import xarray as xr


def changed(before: tuple[Symbol, ...], after: tuple[Symbol, ...]) -> tuple[bool, ...]:
    """For every symbol of ``after`` whether another one, or none, stood there before."""
    words = [one.word for one in before]
    return tuple(place >= len(words) or one.word != words[place] for place, one in enumerate(after))


def shown_steps(recording: xr.Dataset, trial: int = 0) -> int:
    """Steps of writing that a picture shows: as many as are right, or are written at the end of training.

    A net that has not learned yet may not stop by itself.
    """
    most = int(recording["written_length"].values[:, trial].max())
    last = int(recording["written_length"][-1, trial])
    return min(most, max(len(right(recording, trial)), last))


def twin_of(net: Net, nets: Mapping[str, Net]) -> Net | None:
    """The net with the same task, sizes and training that has no attention where this one has some, and the other way round.

    Of a shipped net the one that is named so, whatever its seed; of others one of the same seed if there is one.
    """
    named = net.name.removesuffix(ONE_VECTOR) if not _attends(net) else net.name + ONE_VECTOR
    if named in nets and named != net.name:
        return nets[named]
    alike = [
        other
        for other in nets.values()
        if _attends(other) != _attends(net) and _without(other) == _without(net)
    ]
    return min(alike, key=lambda other: _seed(other) != _seed(net)) if alike else None


def _attends(net: Net) -> bool:
    return net.network.attention != WITHOUT


def _seed(net: Net) -> int | None:
    return None if net.experiment is None else net.experiment.seed


def _without(net: Net) -> Experiment | None:
    """The experiment without attention, and of no seed in particular."""
    if net.experiment is None:
        return None
    network = net.network.model_copy(update={"attention": WITHOUT})
    return net.experiment.model_copy(update={"network": network, "seed": 0})
