"""Tricks."""

from __future__ import annotations

from explorer.lessons.workbench import QUESTIONS
from explorer.views import look


def show() -> None:
    """Draw the page from top to bottom."""
    looked = look.header("Tricks", QUESTIONS["Tricks"])
    if looked is None:
        return


show()
