"""Speed: `python -m tests.benchmarks [name …]`. Both sides of a ratio are measured in the same run.

To add one: a file with a function that returns `Ratio`s or `Figure`s, a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.benchmarks.country import country
from tests.benchmarks.credit import credit
from tests.benchmarks.form import form
from tests.benchmarks.ratio import Figure, Ratio
from tests.benchmarks.scrubbing import scrubbing
from tests.benchmarks.start import start
from tests.benchmarks.training import training
from tests.benchmarks.typing import typing

BENCHMARKS: dict[str, Callable[[], Sequence[Ratio | Figure]]] = {
    "training": training,
    "credit": credit,
    "start": start,
    "scrubbing": scrubbing,
    "country": country,
    "typing": typing,
    "form": form,
}

__all__ = ["BENCHMARKS", "Figure", "Ratio"]
