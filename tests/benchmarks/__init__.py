"""Speed, as ratios: `python -m tests.benchmarks [name …]`. Both sides of a ratio are measured in the same run.

To add one: a file with a function that returns `Ratio`s, a line here.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.benchmarks.credit import credit
from tests.benchmarks.ratio import Ratio
from tests.benchmarks.training import training

BENCHMARKS: dict[str, Callable[[], list[Ratio]]] = {
    "training": training,
    "credit": credit,
}

__all__ = ["BENCHMARKS", "Ratio"]
