"""What every moving picture's data are made of, and how they refuse what cannot be drawn."""

from __future__ import annotations

import re
from dataclasses import dataclass

HEX = re.compile(r"#[0-9a-fA-F]{6}")


def require(holds: bool, sentence: str) -> None:
    """ValueError with the sentence, unless it holds."""
    if not holds:
        raise ValueError(sentence)


@dataclass(frozen=True)
class Token:
    """One word of the sentence. Words of the period "filler" become ticks, all others are read."""

    word: str
    period: str = "start"
    known: bool = True
