"""Dates: read a day as people write it, and write it as a computer does."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.tasks import written_dates
from engine.tasks.clouds import UNKNOWN
from engine.tasks.contract import Split
from engine.tasks.pairs import Pairs, pairs
from engine.tasks.split import is_test
from engine.tasks.translation import END, MIXED, Translation

DIGITS = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
SPACE = "␣"
"""How a space is shown where every character stands alone."""
SMALLEST, LARGEST = 8, 36
"""Characters of the shortest date, "3.5.1987", and of the longest."""
Length = Annotated[int, Field(ge=SMALLEST, le=LARGEST)]


class Dates(Translation):
    """“sunday the 3rd of may 1987” → “1987-05-03”, character by character; twelve written forms.

    A form is drawn first, every one equally likely, then a day of 1900 … 2099. The calendar day itself decides
    whether it is for the training or for the test, in all of its forms.
    """

    name: Literal["dates"] = "dates"
    gap: Length = Field(default=LARGEST, description="longest source in training, in characters")
    shortest_gap: Length | None = Field(
        default=None, description="shortest source in training; empty: as the task has it"
    )
    test_gap: Length | None = Field(
        default=None, description="length of the test; empty: every length of the training"
    )

    words: ClassVar[str] = "“the 3rd of may 1987” → “1987-05-03”, in twelve written forms"
    source: ClassVar[str] = (
        "after the date formats of A. Ng and others, Sequence models, 2018, assignment on attention"
    )
    joint: ClassVar[str] = ""
    parts: ClassVar[str] = "characters"
    suggested: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "network": {"units": 16, "embedding": 12, "bidirectional": True, "attention": "dot"},
        "training": {"learning_rate": 0.005, "steps": 2000},
    }

    @property
    def least(self) -> int:
        return SMALLEST

    @property
    def shortest(self) -> int:
        return SMALLEST if self.shortest_gap is None else self.shortest_gap

    def longest_written(self, length: int) -> int:
        return len("1987-05-03") + 1  # of however long a source

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        names = "".join((*written_dates.MONTHS, *written_dates.WEEKDAYS, "thstndrdof"))
        return (UNKNOWN, *DIGITS, *sorted(set(names)), ".", ",", "-", SPACE)

    @cached_property
    def answers(self) -> tuple[str, ...]:
        return (END, *DIGITS, "-")

    def words_of(self, text: str) -> tuple[str, ...]:
        spaced = super().words_of(text.replace(SPACE, " "))
        return tuple(SPACE if character == " " else character for character in spaced)

    def text(self, words: tuple[str, ...]) -> str:
        return super().text(words).replace(SPACE, " ")

    def translated(self, words: tuple[str, ...]) -> tuple[str, ...] | None:
        day = written_dates.read(self.text(words))
        return None if day is None else tuple(day.isoformat())

    def batch(self, rng: np.random.Generator, count: int) -> Pairs:
        return self._draw(rng, count, chosen(self.shortest, self.gap, "train"))

    def test(self, rng: np.random.Generator, count: int, condition: str) -> Pairs:
        return self._draw(rng, count, chosen(*self._span(condition), "test"))

    def baseline(self) -> float:
        """The best constant answer: the largest share that one calendar day has of the test."""
        days_of = chosen(*self._span(self.conditions()[0]), "test")
        shares = np.zeros(len(written_dates.days()))
        for days in days_of.values():
            shares[days] += 1 / (len(days_of) * len(days))
        return float(shares.max())

    def _span(self, condition: str) -> tuple[int, int]:
        if condition == MIXED:
            return self.shortest, self.gap
        length = self.gap_of(condition)
        return length, length

    def _draw(self, rng: np.random.Generator, count: int, days_of: dict[int, np.ndarray]) -> Pairs:
        """Pairs of the given forms and their days, the form drawn first."""
        forms = tuple(days_of)
        sources, targets = [], []
        for form, pick in zip(rng.integers(len(forms), size=count), rng.random(count), strict=True):
            days = days_of[forms[form]]
            day = int(days[int(pick * len(days))])
            written = written_dates.write(forms[form], day).replace(" ", SPACE)
            sources.append(np.array([self.tokens[character] for character in written], np.int64))
            iso = str(written_dates.days()[day])
            targets.append(
                np.array([self.answer_numbers[character] for character in iso], np.int64)
            )
        return pairs(sources, targets)


@lru_cache(maxsize=1)
def unseen() -> np.ndarray:
    """Which calendar days belong to the test: bool ``[day]``, by the checksum of "1987-05-03" as characters."""
    iso = written_dates.days().astype("U10")
    return is_test(iso.view(np.uint32).reshape(len(iso), -1).astype(np.int64))


@lru_cache(maxsize=16)
def chosen(shortest: int, longest: int, split: Split) -> dict[int, np.ndarray]:
    """The forms that have sources of these lengths, and the days of one side that they have there."""
    lengths = written_dates.lengths()
    right = (lengths >= shortest) & (lengths <= longest) & (unseen() == (split == "test"))
    return {
        form: np.flatnonzero(row).astype(np.int32) for form, row in enumerate(right) if row.any()
    }
