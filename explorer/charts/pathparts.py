"""The paths along which a written word pulls on the source, and the colours of their gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xarray as xr

PARTS = {"direct": "direct", "recurrence": "through the recurrence", "total": "total"}
"""Variables of the analysis "source_credit", each with what it is called."""
LIMITS = (1e-4, 10.0)
"""The colours of ‖∂m/∂h̄‖, per unit of the state: absolute, the same for every net, source and training step."""


def parts(recording: xr.Dataset) -> dict[str, str]:
    """The paths that there are: without attention there is no direct one, and all are the total. recording: of "source_credit"."""
    if bool((recording["direct"] > 0).any()):
        return PARTS
    return {"total": PARTS["recurrence"]}
