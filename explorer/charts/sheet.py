"""Where words and nets stand in the still form of the rows, in font sizes; and what each net says.

Readable words get the width of their text, filler words become ticks, as in the rows that move.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.charts.words import percent, width

if TYPE_CHECKING:
    from explorer.components.rows.data import Row, RowsData

LINE, GAP = 1.3, 0.3
BOLD = 1.1
NUMBER = BOLD * width("1/3000") + 0.6
TICK, FILLER = 0.16, 7.0
"""Width of one filler word, and of all of them at most."""
READ_WHOLE = 14
"""Words of a sentence that is short enough to show its filler too, as in layout.js."""
GUESS = 0.5
"""A right answer less likely than this is luck, as in answers.js."""


@dataclass(frozen=True)
class Sheet:
    """Edges of the columns from left to right, the top of every strip by row key, and sizes."""

    edges: tuple[float, ...]
    tops: dict[str, float]
    strip: float
    height: float

    @property
    def width(self) -> float:
        return self.edges[-1]

    def middle(self, start: int, end: int) -> float:
        """The middle of columns start … end - 1."""
        return (self.edges[start] + self.edges[end]) / 2


def sheet(data: RowsData) -> Sheet:
    """The places; with more rows the strips get thinner, because a slide does not grow."""
    ticks = sum(_is_filler(data, position) for position in range(len(data.tokens)))
    widths = []
    for position in range(len(data.tokens)):
        wide = width(data.tokens[position].word)
        if position == data.cue:
            widths.append(max(NUMBER, BOLD * max(wide, width(swapped(data))) + 0.6))
        else:
            widths.append(min(TICK, FILLER / ticks) if _is_filler(data, position) else wide + 0.5)
    strip = max(1.0, 5 / max(len(data.rows), 1))
    above = LINE if data.swap is None else 2 * LINE
    tops = {row.key: above + LINE + i * (LINE + strip + GAP) for i, row in enumerate(data.rows)}
    bottom = above + len(data.rows) * (LINE + strip + GAP)
    return Sheet(tuple(accumulate(widths, initial=0.0)), tops, strip, bottom)


def swapped(data: RowsData) -> str:
    """What stands above the cue: the word that takes its place."""
    return f"→ {data.swap.word}" if data.swap else ""


def _is_filler(data: RowsData, position: int) -> bool:
    token = data.tokens[position]
    long = len(data.tokens) > READ_WHOLE
    return long and position != data.cue and token.period == "filler" and token.known


def headers(data: RowsData, places: Sheet) -> Iterator[dict[str, Any]]:
    """Texts above the strips: every readable word, and one count for each run of filler."""

    for filler, run in groupby(range(len(data.tokens)), partial(_is_filler, data)):
        columns = list(run)
        parts = [(columns[0], columns[-1] + 1)] if filler else [(c, c + 1) for c in columns]
        for start, end in parts:
            words = f"{end - start} words" if end - start > 1 else "1 word"
            yield {
                "at": places.middle(start, end),
                "text": words if filler else data.tokens[start].word,
                "room": (places.edges[end] - places.edges[start]) / places.width,
                "start": start,
            }


def newest(row: Row, step: int) -> int | None:
    """Index of the newest snapshot that is not newer than `step`."""
    return bisect_right(row.steps, step) - 1 if row.steps[0] <= step else None


def answered(data: RowsData, row: Row, snapshot: int | None, step: int) -> Iterator[dict[str, Any]]:
    """The top answer to the sentence as written, and to the swapped one."""
    asked = [("as written", row.answers, data.right)]
    if data.swap is not None and row.answers_swapped is not None:
        asked.append((f"with {data.swap.word}", row.answers_swapped, data.swap.right))
    for sentence, probabilities, right in asked:
        if snapshot is None or not np.isfinite(probabilities[snapshot]).any():
            continue
        top = int(np.nanargmax(probabilities[snapshot]))
        share = float(probabilities[snapshot][top])
        yield {
            "row": row.key,
            "net": row.label,
            "step": step,
            "sentence": sentence,
            "answer": data.answers[top],
            "probability": share,
            "right": None if right is None else top == right,
            "guess": right is not None and top == right and share < GUESS,
            "text": f"{data.answers[top]} {percent(share)}",
        }
