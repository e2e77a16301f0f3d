"""The tasks, in teaching order.

To add one: a file with a `Task`, a line here; the contract tests do the rest.
"""

from __future__ import annotations

from engine.tasks.adding import Adding
from engine.tasks.blank import Blank
from engine.tasks.clouds import Clouds
from engine.tasks.contract import PERIODS, Task, Trials
from engine.tasks.copying import Copying
from engine.tasks.dates import Dates
from engine.tasks.evidence import Evidence
from engine.tasks.fluent import Fluent
from engine.tasks.order import Order
from engine.tasks.phrases import Phrases
from engine.tasks.recall import Recall
from engine.tasks.reversal import Reversal

TASKS: dict[str, type[Task]] = {
    "fluent": Fluent,
    "clouds": Clouds,
    "recall": Recall,
    "order": Order,
    "adding": Adding,
    "copy": Copying,
    "evidence": Evidence,
    "blank": Blank,
    "reversal": Reversal,
    "dates": Dates,
    "phrases": Phrases,
}

__all__ = ["PERIODS", "TASKS", "Task", "Trials"]
