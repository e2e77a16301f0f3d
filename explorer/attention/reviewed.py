"""What a net's read-out looks at and teaches, from a recording with gradients. Pure: no page, no net."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine import shipped
from engine.probabilities import probabilities
from engine.readout_nets import PLACES, REVIEWS, SHOWN_PLACE, TAUGHT
from engine.readouts import READOUTS
from engine.tasks.contract import CUE, UNASKED, Trials
from explorer.charts.words import percent

if TYPE_CHECKING:
    import xarray as xr

    from explorer.charts.reviewed import Read


def read(recording: xr.Dataset, readout: str, *, trial: int = 0) -> Read:
    """The weights of the answer's step, and the norm over units of ∂m/∂h_k at every step, of the last recorded snapshot.

    recording: `engine.analyses.recorded` with ``gradients=1``, of a net that reads one way. Where the read-out pools no states there are no
    gradients to show.
    """
    from explorer.charts.reviewed import Read

    one = recording.isel(snapshot=-1, trial=trial)
    time = int(one["length"])
    # The state of its own step is read and no other, where there is no attention.
    pools = "attention" in one
    weights = one["attention"].values[time - 1, :time] if pools else np.eye(time)[-1]
    gradients = None
    if READOUTS[readout].pooled != "inputs":
        of_states = one["gradient_margin_hidden"].isel(layer=-1).values[..., :time, :]
        norms = np.sqrt(np.square(of_states.astype(np.float64)).sum((0, -1)))  # [time]
        gradients = tuple(norms.tolist())
    return Read(READOUTS[readout].label, tuple(weights.tolist()), gradients, answer(one, time))


def table_inputs() -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What the chart "readouts_table" is called with: the shipped measurement."""
    found = shipped.classified()["nets"]
    points = [
        {"readout": readout, "place": place, "seed": seed, "accuracy": accuracy}
        for (readout, place), net in REVIEWS.items()
        for seed, accuracy in enumerate(found[net.name]["accuracies"])
    ]
    labels = {readout: READOUTS[readout].label for readout in TAUGHT}
    first = REVIEWS[TAUGHT[0], SHOWN_PLACE].experiment
    named = {"baseline": first.task.baseline(), "cell": first.network.cell}
    return (points, labels, PLACES), named


def answer(one: xr.Dataset, time: int) -> str:
    """What it answers at its last step, with its probability."""
    shares = probabilities(one["output"].values[time - 1])
    best = int(shares.argmax())
    return f"{one['answer'].values[best]} {percent(float(shares[best]))}"


def evidence(trials: Trials, words: tuple[str, ...], settling: tuple[str, ...], trial: int = 0) -> tuple[int, ...]:  # fmt: skip
    """The places of the words that settle the answer; none where nothing is asked."""
    if (trials.targets[trial] == UNASKED).all():
        return ()
    cues = np.flatnonzero(trials.periods[trial] == CUE)
    return tuple(int(place) for place in cues if words[place] in settling)


def shares(recording: xr.Dataset, place: int, *, trial: int = 0) -> tuple[float, ...]:
    """The probability of every answer at a step, of the last recorded snapshot."""
    return tuple(probabilities(recording["output"].values[-1, trial, place]).tolist())
