"""Inputs of the charts that are not of one recording: of several nets, of a training, of a change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from engine import second_act, shipped
from explorer import compare, picture
from explorer.attention import bottleneck, reviewed
from explorer.figureinput.wanted import Wanted

Inputs = tuple[tuple[Any, ...], dict[str, Any]]
"""What a chart is called with: in order, and by name."""


def _rows(wanted: Wanted) -> Inputs:
    asked = wanted.asked
    if not asked.texts:
        raise ValueError("The rows are of a sentence, and this net's task has none.")
    drawn = []
    for source in wanted.sources:
        answered = wanted.ask(source, "reach")
        drawn.append(
            picture.row_of(
                source.net, {str(n): v.values for n, v in answered.variables.items()}, asked
            )
        )
    return (picture.picture(drawn, asked),), {}


def _distance(wanted: Wanted) -> Inputs:
    whole = replace(wanted, all_steps=True)  # dashed, it shows the first snapshot too
    nets = _nets(wanted)
    found = {net: whole.ask(s, "reach") for net, s in zip(nets, wanted.sources, strict=True)}
    asked = wanted.asked
    if not asked.texts:
        return (found,), {}
    sentence = asked.sentence
    cue = picture.cue_of(sentence)
    return (found,), {"cue": cue, "word": "" if cue is None else sentence.words[cue]}


def _metrics(wanted: Wanted) -> dict[Any, Any]:
    return {
        net: source.run.metrics for net, source in zip(_nets(wanted), wanted.sources, strict=True)
    }


def _learning(wanted: Wanted) -> Inputs:
    return (_metrics(wanted), wanted.first.run.experiment.task), {}


def _clipping(wanted: Wanted) -> Inputs:
    experiment = wanted.first.run.experiment
    said = {"cell": experiment.network.cell, "clip": experiment.training.clip}
    return (wanted.first.run.metrics,), said


def _losses(wanted: Wanted) -> Inputs:
    named = {net.label: metrics for net, metrics in _metrics(wanted).items()}
    return (named,), {"cell": wanted.first.run.experiment.network.cell}


def _gaps(wanted: Wanted) -> Inputs:
    """The shipped measurement: it is of many nets, whichever is asked for."""
    from explorer.charts.nets import Net as Drawn

    nets = {
        row.name: picture.Net(row.name, row.label, shipped.experiment_of(row, 0))
        for row in shipped.ROWS
    }
    drawn = {name: Drawn(net.label, net.network.cell, net.hollow) for name, net in nets.items()}
    baseline = next(iter(shipped.seeds().values()))["baseline"]
    return (shipped.gaps(), drawn), {"baseline": baseline}


def _second_act(wanted: Wanted) -> Inputs:
    """The shipped measurement of the second act, whichever net is asked for."""
    from explorer.charts.nets import Net as Drawn

    found = second_act.figures()
    nets = picture.shipped_nets(shipped.seeds()) | picture.attending_net(found)
    drawn = {
        row.name: Drawn(row.label, row.network.cell, nets[row.name].hollow)
        for row in second_act.NETS
    }
    accuracies = {name: found[name]["accuracies"] for name in drawn}
    trained = (picture.TASK.shortest, picture.TASK.gap)
    said = {"trained": trained, "baseline": found[second_act.NET.name]["baseline"]}
    return (accuracies, drawn), said


def _tricks(wanted: Wanted) -> Inputs:
    reach: dict[str, float] = {}
    for source in wanted.sources:
        if source.net.name not in shipped.figures():
            found = compare.cue_reach(wanted.ask(source, "reach"))
            reach |= {} if found is None else {source.net.name: found}
    metrics = {source.net.name: source.run.metrics for source in wanted.sources}
    nets = [source.net for source in wanted.sources]
    contenders = compare.chosen(nets, shipped.figures(), metrics, reach)
    return (compare.points(contenders), _nets(wanted)), {"baseline": contenders[0].baseline}


def _compare(wanted: Wanted) -> Inputs:
    nets = _nets(wanted)
    return (
        {net.label: wanted.ask(s, "record") for net, s in zip(nets, wanted.sources, strict=True)},
    ), {}


def _changed(wanted: Wanted) -> Inputs:
    if not wanted.edits:
        raise ValueError(
            f"The chart {wanted.chart} shows a change: say which, as in hold:hidden:0."
        )
    return tuple(wanted.ask(wanted.first, "record", edits) for edits in ((), wanted.edits)), {}


def _reviewed(wanted: Wanted) -> Inputs:
    """The read-outs of several nets over the same words."""
    found = [wanted.ask(source, "record", gradients=1) for source in wanted.sources]
    nets = [source.net for source in wanted.sources]
    reads = [reviewed.read(one, net.network.readout) for one, net in zip(found, nets, strict=True)]
    words = [str(word) for word in found[0]["word"].values[0] if word]
    return (reads, words), {"cell": nets[0].network.cell}


def _gap_answers(wanted: Wanted) -> Inputs:
    """What several nets answer where something is asked last."""
    found = [wanted.ask(source, "record") for source in wanted.sources]
    if "margin" not in found[0] or "answer" not in found[0].coords:
        raise ValueError("The answers are words, and this net's task has none.")
    asked = np.isfinite(found[0]["margin"].values[-1, 0])
    place = int(np.flatnonzero(asked)[-1]) if asked.any() else -1
    shares = {
        net: reviewed.shares(one, place) for net, one in zip(_nets(wanted), found, strict=True)
    }
    return (shares, [str(answer) for answer in found[0]["answer"].values]), {}


def _nets(wanted: Wanted) -> list[Any]:
    """The nets as charts name them, each by a label of its own."""
    from explorer.charts.nets import Net as Drawn

    found: list[Any] = []
    for source in wanted.sources:
        net = source.net
        twins = sum(one.label.partition(" (")[0] == net.label for one in found)
        twin = sum(one.cell == net.network.cell for one in found)
        label = f"{net.label} ({twins + 1})" if twins else net.label
        found.append(Drawn(label, net.network.cell, twin))
    return found


OWN: dict[str, Callable[[Wanted], Inputs]] = {
    "rows": _rows,
    "distance": _distance,
    "learning": _learning,
    "live": lambda wanted: ((_metrics(wanted),), {}),
    "gaps": _gaps,
    "second_act": _second_act,
    "clipping": _clipping,
    "losses": _losses,
    "tricks": _tricks,
    "compare": _compare,
    "changed": _changed,
    "changed_signals": _changed,
    "changed_answer": _changed,
    "bottleneck": lambda wanted: bottleneck.lengths_inputs("reversal", "strings"),
    "vector_size": lambda wanted: bottleneck.sizes_inputs("symbols"),
    "readouts_table": lambda wanted: reviewed.table_inputs(),
    "reviewed": _reviewed,
    "gap_answers": _gap_answers,
}
"""How a chart that is not of one recording gets its inputs."""
