"""The tasks, in teaching order.

To add one: a file with a `Task`, a line here; the contract tests do the rest.
"""

from __future__ import annotations

from engine.tasks.adding import Adding
from engine.tasks.clouds import Clouds
from engine.tasks.contract import PERIODS, Task, Trials
from engine.tasks.copying import Copying
from engine.tasks.fluent import Fluent
from engine.tasks.order import Order
from engine.tasks.recall import Recall

TASKS: dict[str, type[Task]] = {
    "fluent": Fluent,
    "clouds": Clouds,
    "recall": Recall,
    "order": Order,
    "adding": Adding,
    "copy": Copying,
}

__all__ = ["PERIODS", "TASKS", "Task", "Trials"]
