"""What stands in the lab's form: the choices of one tab, and the experiments that they make. No page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.cells import CELLS
from engine.experiment import Experiment, ValidationError, sentence
from engine.store import refused
from explorer.lab.generated import LARGEST, Name, assembled, common, fields, options, values_of
from explorer.lessons import lab as text

MOST = 25
"""Nets that one press of the button may start."""


@dataclass
class Form:
    """What a person chose in one tab; changed in place by the widgets' callbacks.

    touched: the fields whose value is not the suggested one; they go along from task to task where they fit.
    """

    task: str = "fluent"
    cells: list[str] = field(default_factory=lambda: ["lstm"])
    seed: int = 0
    seeds: int = 1
    touched: dict[Name, Any] = field(default_factory=dict)
    source: str = ""
    """The name of the run that filled the form."""

    def fill(self, experiment: Experiment, source: str) -> None:
        """Take over a run's choices, to change them."""
        cell = experiment.network.cell
        usual = common(experiment.task.name, [cell])
        own = values_of(experiment)
        self.task, self.cells, self.seeds, self.source = experiment.task.name, [cell], 1, source
        self.seed = min(experiment.seed, LARGEST)
        self.touched = {name: value for name, value in own.items() if value != usual.get(name)}

    def touch(self, name: Name, value: Any, optional: bool) -> None:
        """A person set a field; back at what is suggested, or emptied, it follows the suggestion again."""
        usual = common(self.task, self.cells)
        emptied = value is None and not optional
        if emptied or (name in usual and value == usual[name]):
            self.touched.pop(name, None)
        else:
            self.touched[name] = value

    def switch(self, task: str) -> None:
        """Another task: what was chosen about the last one is let go."""
        self.task = task
        self.touched = {name: v for name, v in self.touched.items() if name[0] != "task"}

    def fitting(self) -> None:
        """Let go of what the task does not have, or the cells cannot: a start that is for others."""
        known = {f.name: f for group in fields(self.task).values() for f in group}
        for name, value in list(self.touched.items()):
            if name not in known or (
                known[name].kind == "choice" and value not in options(known[name], self.cells)
            ):
                del self.touched[name]

    def experiments(self) -> tuple[list[Experiment], list[str]]:
        """One experiment for each cell and seed, and a sentence for each cell that cannot be or would take too much."""
        if not self.cells:
            return [], [text.NO_CELLS]
        if len(self.cells) * self.seeds > MOST:
            return [], [text.TOO_MANY.format(count=len(self.cells) * self.seeds, most=MOST)]
        made: list[Experiment] = []
        wrong: dict[str, None] = {}
        for cell in (name for name in CELLS if name in self.cells):
            for seed in range(self.seed, self.seed + self.seeds):
                try:
                    one = assembled(self.task, cell, seed, self.touched)
                except ValidationError as fault:
                    wrong[sentence(fault)] = None
                    continue
                if why := refused(one):
                    wrong[f"{CELLS[cell].label}: {why[:1].lower()}{why[1:]}"] = None
                else:
                    made.append(one)
        return made, list(wrong)
