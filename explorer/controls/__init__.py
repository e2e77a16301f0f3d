"""Widgets that more than one page needs: each returns a value, or draws itself and returns nothing."""

from __future__ import annotations

from explorer.controls.drawer import drawer
from explorer.controls.words import plain

__all__ = ["drawer", "plain"]
