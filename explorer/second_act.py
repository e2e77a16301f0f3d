"""What the second act says in numbers: the two paths of a sentence, whether the answer follows, and how far attention holds.

Pure functions, no page and no net.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.second_act import NET, TESTED_GAPS
from explorer import picture
from explorer.charts.words import percent
from explorer.picture import TASK, Asked

if TYPE_CHECKING:
    import xarray as xr

FAR = TESTED_GAPS[-1]
"""The gap at which the limit of attention is told."""


@dataclass(frozen=True)
class Told:
    """Of one sentence: the word that settles it and how many steps of the recurrence lie between it and the answer (None where
    nothing before the last word settles it), what arrives by each way, the answer and its probability, the answer to the swapped sentence, and of how
    many other sentences (None: there are none) the answer is right."""

    word: str
    steps: int | None
    direct: float
    recurrence: float
    answer: str
    share: float
    swapped: tuple[str, str, float] | None
    followed: int | None
    others: int


def told(recording: xr.Dataset, asked: Asked) -> Told:
    """The numbers of one sentence; recording: of the analysis "paths", of all sentences that are asked."""
    sentence = asked.sentence
    cue = picture.cue_of(sentence)
    if cue == len(sentence.words) - 1:  # the answer's own word: there is no way back to it
        cue = None
    last = recording.isel(snapshot=-1)
    shown = last.isel(trial=asked.shown)
    place = 0 if cue is None else cue
    shares = np.asarray(last["probability"])
    answers = [str(name) for name in recording["answer"].values]
    tops = shares.argmax(-1)
    targets = [int(TASK.read(text).trials.targets[0, -1]) for text in asked.texts]
    others = [row for row in range(len(targets)) if row != asked.shown]
    swapped = None
    if asked.swapped is not None and cue is not None:
        word = TASK.read(asked.texts[asked.swapped]).words[cue]
        swapped = (word, answers[tops[asked.swapped]], float(shares[asked.swapped].max()))
    return Told(
        word=sentence.words[place],
        steps=None if cue is None else len(sentence.words) - 1 - cue,
        direct=float(shown["direct"][place]),
        recurrence=float(shown["chain"][place]),
        answer=answers[tops[asked.shown]],
        share=float(shares[asked.shown].max()),
        swapped=swapped,
        followed=sum(bool(tops[row] == targets[row]) for row in others) if others else None,
        others=len(others),
    )


def farther(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of the text on far gaps; figures: of `engine.second_act`."""
    of = figures[NET.name]

    def middle(name: str, gap: int, net: str = NET.name) -> str:
        return percent(median(figures[net][name][str(gap)]))

    def both(gap: int) -> str:
        pairs = zip(of["weight"][str(gap)], of["on_next"][str(gap)], strict=True)
        return percent(median(a + b for a, b in pairs))

    failed = [gap for gap in TESTED_GAPS if min(of["accuracies"][str(gap)]) < 1]
    return {
        "whole": max(gap for gap in TESTED_GAPS if gap < min(failed, default=FAR + 1)),
        "far": FAR,
        "attending": middle("accuracies", FAR),
        "lstm": middle("accuracies", FAR, "lstm"),
        "weight_far": both(FAR),
        "weight": both(40),
        "only_two": middle("only_two", FAR),
        "without_two": middle("without_two", FAR),
        "on_country": sum(weight > 0.5 for weight in of["weight"]["40"]),
        "seeds": len(of["weight"]["40"]),
    }
