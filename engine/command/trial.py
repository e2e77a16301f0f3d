"""One recorded trial in words and figures: what every step was, what the net answered, and how surely."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from engine.cells import CELLS
from engine.command.say import number, percent, plain
from engine.experiment import Experiment
from engine.probabilities import probabilities
from engine.tasks import PERIODS, Trials
from engine.tasks.contract import Sentence

if TYPE_CHECKING:
    from rich.console import RenderableType

TOP = 5
"""How many answers the table shows."""


def assumed(trials: Trials, recording: xr.Dataset) -> Trials:
    """The trials themselves, or where they ask nothing: asking at the end for the net's own first answer."""
    if "answer" not in recording.coords or (trials.targets[0] >= 0).any():
        return trials
    targets = trials.targets.copy()
    targets[0, -1] = recording["output"].isel(snapshot=-1, trial=0, time=-1).values.argmax()
    return replace(trials, targets=targets)


def place_of(trials: Trials) -> int:
    """The step whose answer is shown: the last that asks something, or where nothing is asked the last of all."""
    targets = trials.targets[0]
    asked = np.flatnonzero(~np.isnan(targets) if targets.dtype.kind == "f" else targets >= 0)
    return int(asked[-1]) if asked.size else len(targets) - 1


def report(recording: xr.Dataset, moving: xr.Dataset, sentence: Sentence) -> dict[str, Any]:
    """The trial as JSON: its words, the answers at the step that asks, the right one and the margin.

    ‖state‖ and reach ‖∂m/∂state_k‖ / ‖∂m/∂state_asked‖ run over units, layers and directions; the
    reach is that of the recording ``moving``, whose trial asks something. Where answers are
    numbers there is the answer itself in place of probabilities.
    """
    cell = CELLS[recording.attrs["cell"]]
    norms = {name: _norm(recording[name]) for name in cell.state}
    moved = _norm(moving[f"gradient_margin_{cell.state[-1]}"])
    with np.errstate(divide="ignore", invalid="ignore"):  # a net may be deaf to everything
        reach = moved / moved[place_of(sentence.trials)]
    periods = sentence.trials.periods[0]
    words = [
        {
            "word": word,
            "known": known,
            "period": PERIODS[periods[step]],
            "reach": float(reach[step]),
            **{name: float(norm[step]) for name, norm in norms.items()},
        }
        for step, (word, known) in enumerate(zip(sentence.words, sentence.known, strict=True))
    ]
    return {
        "step": int(recording["snapshot"].values[-1]),
        "cell": cell.name,
        "words": words,
        "unknown": sum(not known for known in sentence.known),
        **_answer(recording, sentence),
        "experiment": Experiment.model_validate_json(recording.attrs["experiment"]).model_dump(
            mode="json"
        ),
    }


def _norm(signal: xr.DataArray) -> np.ndarray:
    """‖signal‖ at every step ``[time]``."""
    one = signal.isel(snapshot=-1, trial=0).astype(float)  # in float32 the square of 1e-23 is 0
    return ((one**2).sum(("layer", "direction", "unit")) ** 0.5).values


def _answer(recording: xr.Dataset, sentence: Sentence) -> dict[str, Any]:
    """What was answered at the step that asks, and what would have been right (None where nothing is asked)."""
    place = place_of(sentence.trials)
    target = sentence.trials.targets[0, place].item()
    last = recording.isel(snapshot=-1, trial=0, time=place)
    logits = last["output"].values.astype(float)
    if "answer" not in recording.coords:
        return {"answer": logits.item(), "right": target, "margin": None, "answers": []}
    names = recording["answer"].values.tolist()
    shares = probabilities(logits)
    order = np.argsort(-shares, kind="stable").tolist()
    asked = target >= 0
    return {
        "answer": names[order[0]],
        "right": names[target] if asked else None,
        "margin": last["margin"].item() if asked else None,
        "answers": [{"answer": names[k], "probability": shares[k].item()} for k in order],
    }


def lines(told: dict[str, Any]) -> list[RenderableType]:
    """The same for a person: a table of words, a table of answers, and sentences."""
    shown: list[RenderableType] = [_words(told)]
    if told["unknown"]:
        strange = dict.fromkeys(plain(one["word"]) for one in told["words"] if not one["known"])
        shown.append(f"? unknown to the net ({told['unknown']}): {', '.join(strange)}")
    if not told["answers"]:
        return [*shown, f"answer {number(told['answer'])}, right would be {number(told['right'])}"]
    shown.append(_answers(told))
    if told["right"] is None:
        return [
            *shown,
            "Nothing that the net has learned is asked; reach is that of its own first answer.",
        ]
    sure = f"margin {told['margin']:+.2f} nats"
    if told["answer"] == told["right"]:
        return [*shown, f"Right: {told['right']}, {sure}"]
    return [*shown, f"Wrong: {told['right']} would be right, {sure}"]


def _words(told: dict[str, Any]) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    cell = CELLS[told["cell"]]
    states = [(name, cell.signal(name).symbol) for name in cell.state]
    table = Table("step", "word", "period", "reach", *(f"‖{symbol}‖" for _, symbol in states))
    for step, one in enumerate(told["words"], 1):
        word = Text(
            plain(one["word"]) + ("" if one["known"] else " ?"), "" if one["known"] else "bold red"
        )
        reach = "" if math.isnan(one["reach"]) else f"{one['reach']:.1e}"
        norms = (f"{one[name]:.2f}" for name, _ in states)
        table.add_row(str(step), word, one["period"], reach, *norms)
    return table


def _answers(told: dict[str, Any]) -> RenderableType:
    """The first answers, and the right one when it is not among them."""
    from rich.table import Table
    from rich.text import Text

    table = Table("answer", "probability", "")
    for place, one in enumerate(told["answers"]):
        right = one["answer"] == told["right"]
        if place < TOP or right:
            table.add_row(Text(one["answer"]), percent(one["probability"]), "✓" if right else "")
    return table
