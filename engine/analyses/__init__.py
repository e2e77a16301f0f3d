"""Analyses: one question per file, each a pure function of a run and trials. To add one: a file, a line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.analyses.reach import reach

if TYPE_CHECKING:
    import xarray as xr

    from engine.run import Run
    from engine.tasks import Trials

ANALYSES: dict[str, Callable[[Run, Trials], xr.Dataset]] = {"reach": reach}
