"""What a net wrote, as words: a string is a tuple of symbols, one for each step of writing.

Each is right or wrong where the right word is known. Recordings are of the analysis "alignment".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xarray as xr

WRONG = "\N{MULTIPLICATION X}"
"""Stands beside a wrong word, for who does not see its colour."""


@dataclass(frozen=True)
class Symbol:
    """One written word; right: None where the right word is not known."""

    word: str
    right: bool | None = None

    @property
    def marked(self) -> str:
        """The word with a sign where it is wrong."""
        return f"{self.word} {WRONG}" if self.right is False else self.word


def written(recording: xr.Dataset, snapshot: int = -1, trial: int = 0) -> tuple[Symbol, ...]:
    """What was written at a snapshot."""
    count = int(recording["written_length"][snapshot, trial])
    answers = [str(word) for word in recording["answer"].values]
    numbers = recording["written"].values[snapshot, trial, :count].tolist()
    wanted = right(recording, trial)
    if not wanted:
        return tuple(Symbol(answers[number]) for number in numbers)
    return tuple(
        Symbol(answers[number], place < len(wanted) and answers[number] == wanted[place])
        for place, number in enumerate(numbers)
    )


def unmarked(symbols: tuple[Symbol, ...]) -> tuple[Symbol, ...]:
    """The same words, none of them called right or wrong."""
    return tuple(Symbol(one.word) for one in symbols)


def right(recording: xr.Dataset, trial: int = 0) -> tuple[str, ...]:
    """What is to be written in as many steps as were recorded, the end among it; nothing where that is not known."""
    answers = [str(word) for word in recording["answer"].values]
    return tuple(
        answers[number] for number in recording["right"].values[trial].tolist() if number >= 0
    )
