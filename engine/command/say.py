"""How the command line speaks: sentences on stderr, tables or JSON on stdout."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.strictjson import finite

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

UNFINISHED, REFUSED, STOPPED = 1, 2, 130
"""Exit statuses beside 0."""


@dataclass(frozen=True)
class Command:
    """A word after ``python -m engine``: what it does, its options, and the function that does it."""

    name: str
    words: str
    add: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


class Stop(Exception):
    """The command ends here; the message is one sentence for a person."""

    def __init__(self, sentence: str, status: int = REFUSED) -> None:
        super().__init__(sentence)
        self.status = status


def plain(text: object) -> str:
    """Text that changes nothing in a terminal: what cannot be printed becomes "�"."""
    return "".join(letter if letter.isprintable() else "�" for letter in str(text))


def complain(sentence: str) -> None:
    """Say one sentence on stderr."""
    print(plain(sentence), file=sys.stderr)


def tell(value: Any) -> None:
    """Print one JSON value in one line, at once; null in place of NaN."""
    print(json.dumps(finite(value), allow_nan=False), flush=True)


def screen() -> Console:
    """The console of stdout; words are never taken for markup."""
    from rich.console import Console

    return Console(markup=False, highlight=False, emoji=False)


def show(*parts: RenderableType) -> None:
    """Print tables and lines on stdout."""
    screen().print(*parts, sep="\n")


def percent(share: float | None) -> str:
    """0.0833 -> "8.3 %"."""
    return "unknown" if share is None else f"{share:.1%}".replace("%", " %")


def number(value: float | None) -> str:
    """Three figures."""
    return "unknown" if value is None else f"{value:.3g}"
