"""Charts by name, in teaching order: what is flat and finite, drawn by Altair.

Each is one pure function in one file: plain values and recordings in, `alt.Chart` out, colours from
`theme`. A chart of one recording takes it first, and then only named options: step, trial, layer, direction, signal … Beside it stands HOW_TO_READ, at most two sentences. The chart library is imported with the
first chart that is asked for, because the first paint of the page waits for every import.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import altair as alt


_IMPORTING = threading.RLock()
"""Two sessions that import the chart library at once, from two ends, could each be given half a module."""


@dataclass(frozen=True)
class Chart:
    """A chart that is not imported yet: its file and its function there."""

    file: str
    function: str
    needs: str = ""
    """The analysis whose recording it draws; empty: it has inputs of its own."""

    @property
    def draw(self) -> Callable[..., alt.TopLevelMixin]:
        """The function itself; its docstring says what goes in."""
        function: Callable[..., alt.TopLevelMixin] = getattr(self._module, self.function)
        return function

    @property
    def how_to_read(self) -> str:
        """At most two sentences for the reader of the chart."""
        return str(self._module.HOW_TO_READ)

    @property
    def _module(self) -> ModuleType:
        with _IMPORTING:
            # Altair and Streamlit look for a pandas that is there, and take one that another session is still importing.
            import_module("pandas")
            return import_module(f"{__name__}.{self.file}")


CHARTS: dict[str, Chart] = {
    "rows": Chart("rows", "rows_still"),
    "distance": Chart("distance", "distance"),
    "learning": Chart("learning", "learning"),
    "gaps": Chart("gaps", "gaps"),
    "live": Chart("live", "live"),
    "probe": Chart("probe", "probe", needs="record"),
    "signals": Chart("signals", "signals", needs="record"),
    "weights": Chart("weights", "weights", needs="weights"),
    "singular": Chart("singular", "singular", needs="weights"),
    "surprise": Chart("surprise", "surprise", needs="surprise"),
    "difference": Chart("difference", "difference", needs="record"),
    "gates": Chart("gates", "gates", needs="record"),
    "saturation": Chart("saturation", "saturation", needs="record"),
    "retention": Chart("retention", "retention", needs="retention"),
    "half_life": Chart("half_life", "half_life", needs="retention"),
    "slopes": Chart("slopes", "slopes", needs="slopes"),
    "exchange_map": Chart("exchange_map", "exchange_map", needs="exchange"),
    "exchange_table": Chart("exchange_table", "exchange_table", needs="exchanges"),
    "changed": Chart("changed", "changed"),
    "changed_signals": Chart("changed_signals", "changed_signals"),
    "changed_answer": Chart("changed_answer", "changed_answer"),
    "pulls": Chart("pulls", "pulls", needs="pulls"),
    "tricks": Chart("tricks", "tricks"),
    "compare": Chart("compare", "compare"),
    "credit": Chart("credit", "credit", needs="credit"),
    "profile": Chart("profile", "profile", needs="credit"),
    "itemised": Chart("itemised", "itemised", needs="credit"),
    "singular_values": Chart("singular_values", "singular_values", needs="spectra"),
    "products": Chart("products", "products", needs="spectra"),
    "along": Chart("along", "along", needs="spectra"),
    "eigenvalues": Chart("eigenvalues", "eigenvalues", needs="spectra"),
    "weight_eigenvalues": Chart("eigenvalues", "weight_eigenvalues", needs="spectra"),
    "shares_step": Chart("shares_step", "shares_step", needs="shares"),
    "shares_lag": Chart("shares_lag", "shares_lag", needs="shares"),
    "alignment": Chart("alignment", "alignment", needs="alignment"),
    "source_credit": Chart("source_credit", "source_credit", needs="source_credit"),
    "second_act": Chart("second_act", "second_act"),
    "looked_at": Chart("looked_at", "looked_at", needs="paths"),
    "path": Chart("path", "path", needs="paths"),
    "clipping": Chart("clipping", "clipping"),
    "losses": Chart("losses", "losses"),
    "bottleneck": Chart("bottleneck", "bottleneck"),
    "vector_size": Chart("vector_size", "vector_size"),
    "readouts_table": Chart("readouts_table", "readouts_table"),
    "reviewed": Chart("reviewed", "reviewed"),
    "gap_answers": Chart("gap_answers", "gap_answers"),
}
