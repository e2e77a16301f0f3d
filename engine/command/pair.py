"""One recorded source in words and figures: what was read, what was written, what would be right, and what looked where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import xarray as xr

from engine.command.say import percent, plain
from engine.experiment import Experiment
from engine.tasks.contract import UNASKED, Sentence
from engine.tasks.translation import END, Translation

if TYPE_CHECKING:
    from rich.console import RenderableType

COLUMNS = 16
"""Symbols of a source that are columns of the table; of a longer one the table names the places that weigh most."""
MOST = 3
"""How many of those."""
SEEN = 0.005
"""A smaller weight is left blank in the table."""


def report(recording: xr.Dataset, sentence: Sentence) -> dict[str, Any]:
    """The source as JSON: its words, what the net wrote on its own with how much probability, what would be right (None where that is
    not known), and of every written word its weights over the source (None without attention). It may write as many steps as
    `Translation.limit` allows for the length of the source.
    """
    experiment = Experiment.model_validate_json(recording.attrs["experiment"])
    task, network = experiment.task, experiment.network
    assert isinstance(task, Translation)  # nothing else is recorded like this
    here = recording.isel(snapshot=-1, trial=0)
    answers = here["answer"].values.tolist()
    count = here["written_length"].item()
    written = [answers[number] for number in here["written"].values[:count].tolist()]
    asked = sentence.trials.targets[0].tolist()
    right = [answers[number] for number in asked if number != UNASKED] or None
    steps = [
        {
            "word": word,
            "probability": here["probability"].values[step].item(),
            "attention": here["attention"].values[step].tolist() if "attention" in here else None,
        }
        for step, word in enumerate(written)
    ]
    return {
        "step": int(recording["snapshot"].values[-1]),
        "cell": network.cell,
        "decoder": network.decoder_cell,
        "attention": network.attention,
        "read": task.joint.join(sentence.words),
        "source": [
            {"word": word, "known": known}
            for word, known in zip(sentence.words, sentence.known, strict=True)
        ],
        "unknown": sum(not known for known in sentence.known),
        "written": task.text(tuple(written)),
        "right": None if right is None else task.text(tuple(right)),
        "exact": None if right is None else written == right,
        "ended": END in written,
        "steps": steps,
        "experiment": experiment.model_dump(mode="json"),
    }


def lines(told: dict[str, Any]) -> list[RenderableType]:
    """The same for a person: source, written and right below one another, and the alignment as a table."""
    from rich.table import Table
    from rich.text import Text

    right = "not known" if told["right"] is None else plain(told["right"])
    heads = Table.grid(padding=(0, 2))
    for name, text in (
        ("source", plain(told["read"])),
        ("written", plain(told["written"])),
        ("right", right),
    ):
        heads.add_row(name, Text(text))
    shown: list[RenderableType] = [heads, _steps(told)]
    if told["unknown"]:
        strange = dict.fromkeys(plain(one["word"]) for one in told["source"] if not one["known"])
        shown.append(f"? unknown to the net ({told['unknown']}): {', '.join(strange)}")
    if not told["ended"]:
        shown.append(f"It did not write the end within {len(told['steps'])} steps.")
    if told["exact"] is not None:
        shown.append("Right." if told["exact"] else "Wrong.")
    return shown


def _steps(told: dict[str, Any]) -> RenderableType:
    """A row for every written word: its probability, and how it weighs the source, in percent."""
    from rich.table import Table
    from rich.text import Text

    words = [
        (plain(one["word"]).strip() or "␣") + ("" if one["known"] else " ?")
        for one in told["source"]
    ]
    wide = len(words) > COLUMNS
    attends = told["attention"] != "none"
    heads = [] if not attends else ["looks most at"] if wide else words
    table = Table("step", "written", "probability")
    for head in heads:
        table.add_column(Text(head))
    for step, one in enumerate(told["steps"], 1):
        cells: list[str] = []
        if attends and wide:
            order = sorted(range(len(words)), key=lambda place: -one["attention"][place])[:MOST]
            named = (f"{words[k]} ({k + 1}) {percent(one['attention'][k])}" for k in order)
            cells = [", ".join(named)]
        elif attends:
            cells = [f"{100 * a:.0f}" if a >= SEEN else "" for a in one["attention"]]
        row = (str(step), plain(one["word"]), percent(one["probability"]), *cells)
        table.add_row(*map(Text, row))
    return table
