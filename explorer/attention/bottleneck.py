"""The bottleneck as points on charts: the shipped figures, and own nets beside them. Pure: no page, no net."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING, Any

from engine import shipped
from engine.bottleneck import AT_LENGTHS, LONG, PAIRS, SIZED
from engine.cells import CELLS
from engine.experiment import WITHOUT, Experiment
from engine.tasks.translation import Translation
from explorer.charts.words import percent
from explorer.picture import Net

if TYPE_CHECKING:
    import xarray as xr

Points = list[dict[str, Any]]
Measured = Mapping[str, Any]
"""The figures of one net, as `engine.shipped.bottleneck` has them."""


def shipped_points(task: str) -> Points:
    """By length and seed the shares of the shipped nets of a task: net (its name), length, seed, strings, symbols."""
    return [
        {
            "net": name,
            "length": length,
            "seed": seed,
            "strings": of["strings"][seed][place],
            "symbols": of["symbols"][seed][place],
        }
        for name, of in measured(task).items()
        for seed in range(len(of["strings"]))
        for place, length in enumerate(of["lengths"])
    ]


def measured(task: str) -> dict[str, Measured]:
    """The figures of a task's nets by name: with attention, without, and without but trained longer."""
    found = shipped.bottleneck()
    pair = {net.name: found["nets"][net.name] for net in PAIRS[task]}
    return pair | {LONG[task].name: found["longer"][LONG[task].name]}


def own_points(net: Net, answer: xr.Dataset) -> Points:
    """The same of an own net, from the answer of the analysis "lengths"."""
    assert net.experiment is not None  # a module writes nothing
    return [
        {
            "net": net.name,
            "length": int(length),
            "seed": net.experiment.seed,
            "strings": float(answer["strings"][place]),
            "symbols": float(answer["symbols"][place]),
        }
        for place, length in enumerate(answer["source_length"].values)
    ]


def lengths_inputs(
    task: str, field: str, own: Mapping[Net, Points] | None = None
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What the chart "bottleneck" is called with: the shipped nets of a task, and own ones with their points."""
    from explorer.charts.nets import Net as Drawn

    own = own or {}
    nets = (*PAIRS[task], LONG[task])
    # The task stands above the picture, so its name is left out.
    labels = {net.name: net.label.partition(", ")[2] for net in nets}
    labels |= {net.name: net.label for net in own}
    cells = [net.experiment.network.cell for net in nets]
    cells += [net.network.cell for net in own]
    drawn = [
        Drawn(label, cells[at], cells[:at].count(cells[at]))
        for at, label in enumerate(labels.values())
    ]
    points = shipped_points(task)
    points += [point for of in own.values() for point in of]
    named = [point | {"net": labels[point["net"]]} for point in points]
    trained = PAIRS[task][0].experiment.task
    assert isinstance(trained, Translation)
    return (named, drawn), {
        "seen": (trained.shortest, trained.gap),
        "field": field,
        "unit": trained.parts,
    }


def sizes_inputs(
    field: str, own: Mapping[Net, Points] | None = None
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What the chart "vector_size" is called with."""
    from explorer.charts.nets import Net as Drawn

    found = shipped.bottleneck()
    points = sizes(found["vectors"], field)
    points += [one for net, of in (own or {}).items() for one in own_sizes(net, of, field)]
    attending, bare = PAIRS[SIZED]
    cell = bare.experiment.network.cell
    drawn = [Drawn(length_name(at), cell, twin) for twin, at in enumerate(AT_LENGTHS)]
    reached = levels(found["nets"][attending.name], field)
    return (points, drawn), {"levels": reached, "field": field}


def sizes(vectors: Iterable[Mapping[str, Any]], field: str = "symbols") -> Points:
    """By size of the one vector and seed the share that is right at each length: net is the name of the length."""
    return [
        {"net": length_name(at), "vector": one["vector"], "seed": one["seed"], "share": share}
        for one in vectors
        for at in AT_LENGTHS
        if (share := one[field].get(str(at))) is not None
    ]


def own_sizes(net: Net, points: Points, field: str = "symbols") -> Points:
    """The same of an own net without attention; nothing for any other."""
    if not is_sized(net):
        return []
    size = net.network.vector_size
    return [
        {
            "net": length_name(p["length"]),
            "vector": size,
            "seed": f"{p['seed']} ({net.label})",
            "share": p[field],
        }
        for p in points
        if p["length"] in AT_LENGTHS
    ]


def around_the_vector() -> dict[str, int]:
    """How many numbers the states have that the vector is made of, and those that the decoder begins with."""
    network = PAIRS[SIZED][1].experiment.network
    width = network.units * (2 if network.bidirectional else 1) * network.layers
    read = width * len(CELLS[network.cell].state)
    return {"read": read, "write": width * len(CELLS[network.decoder_cell].state)}


def is_sized(net: Net) -> bool:
    """Whether a net belongs among those whose one vector has a size: of that task, without attention."""
    return (
        net.experiment is not None
        and net.experiment.task.name == SIZED
        and net.network.attention == WITHOUT
    )


def length_name(length: int) -> str:
    """What a line for one length is called."""
    return f"{length} symbols"


def levels(measured: Measured, field: str = "symbols") -> dict[str, float]:
    """What attention reaches at each of those lengths: the median over seeds, by the name of the length."""
    return {length_name(at): median(at_length(measured, at, field)) for at in AT_LENGTHS}


def at_length(measured: Measured, length: int, field: str) -> tuple[float, ...]:
    """A share at one length, by seed."""
    place = list(measured["lengths"]).index(length)
    return tuple(shares[place] for shares in measured[field])


def spread(values: Sequence[float]) -> str:
    """The median, the least and the most in brackets: 99 % (98–100 %), or 100 % (all seeds)."""
    least, most = (percent(value) for value in (min(values), max(values)))
    if least == most:
        return f"{most} (all seeds)"
    return f"{percent(median(values))} ({least.removesuffix(' %')}–{most})"


def experiment(task: str, choices: Mapping[str, Any], seed: int) -> Experiment:
    """The suggested net of a task with some fields changed, by section and name. Raises ValidationError."""
    base = PAIRS[task][0].experiment.model_dump(mode="json")
    for section, fields in choices.items():
        base[section] |= fields
    return Experiment.model_validate(base | {"seed": seed})
