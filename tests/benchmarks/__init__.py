"""Speed: `python -m tests.benchmarks [name …]`. Both sides of a ratio are measured in the same run.

To add one: a file with a function that returns `Ratio`s or `Figure`s, a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.benchmarks.attention import attention
from tests.benchmarks.changes import changes
from tests.benchmarks.country import country
from tests.benchmarks.credit import credit
from tests.benchmarks.film import film
from tests.benchmarks.form import form
from tests.benchmarks.ratio import Figure, Ratio
from tests.benchmarks.scrubbing import scrubbing
from tests.benchmarks.slider import slider
from tests.benchmarks.start import start
from tests.benchmarks.training import training
from tests.benchmarks.typing import typing
from tests.benchmarks.workbench import interactions, opening

BENCHMARKS: dict[str, Callable[[], Sequence[Ratio | Figure]]] = {
    "training": training,
    "credit": credit,
    "start": start,
    "scrubbing": scrubbing,
    "film": film,
    "country": country,
    "typing": typing,
    "form": form,
    "interactions": interactions,
    "changes": changes,
    "opening": opening,
    "slider": slider,
    "attention": attention,
}

__all__ = ["BENCHMARKS", "Figure", "Ratio"]
