"""The same trials on every machine: golden values, drawn once and written down."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from engine.tasks import TASKS, Trials
from engine.tasks.pairs import Pairs
from engine.tasks.translation import Translation

GOLDEN: dict[str, tuple[int, str, str]] = {
    "fluent": (
        12,
        "I grew up in Spain and my father found the kind boat every winter near the market "
        "so I speak fluent",
        "68b970152e450f59 58926138abd89dc6",
    ),
    "clouds": (
        6,
        "the fish near the quiet garden every winter are in the",
        "b64dfd1c252ef9a3 b40b76fcfd9cbc7b",
    ),
    "recall": (
        6,
        "dog cloud cloud leaf wave sand rain which?",
        "0e3fd41032266d29 2fb159004803a3c3",
    ),
    "order": (
        12,
        "E X d c a a c X d d a B",
        "6467063fcb5d1847 4a1e6e182c718ec2",
    ),
    "adding": (
        6,
        "0.13 ✓ 0.13 0.80 0.50 ✓ 0.59 0.60",
        "b0db19f118558c77 b0db19f118558c77",
    ),
    "copy": (
        4,
        "B B G F A B E H H B · · · repeat · · · · · · · · · ·",
        "31a077c55616adfc 49b63733a0364fcf",
    ),
    "evidence": (
        12,
        "we saw a film and it was bad not funny until the doctor leaves and the driver opens "
        "the letter for hours so the verdict is",
        "29fed78beb555d56 d956feb83d0e4cc9",
    ),
    "blank": (
        4,
        "in the house near the green bridge the old ▁▁▁ for years every spring climbs",
        "0fabcc1fc3d8b930 ae44241d39065520",
    ),
    "reversal": (
        7,
        "a f b e l g a",
        "7fa341de5824f5bc 387f7bc6e405d5cd",
    ),
    "dates": (
        18,
        "s e p t e m b e r ␣ 1 5 , ␣ 2 0 8 9",
        "9830a0e1babc6991 8c1919d7dd435ec3",
    ),
    "phrases": (
        9,
        "the small white cats run and the cow dances",
        "50deac9e12fc8171 69fe838b29932ecb",
    ),
}
"""Gap, words of the first test trial, fingerprints of 16 training and 16 test trials."""


def digest(trials: Trials) -> str:
    """A fingerprint of every number, in a byte order and width that no machine changes."""
    found = hashlib.sha256()
    written = (trials.written,) if isinstance(trials, Pairs) else ()
    for array in (trials.inputs, trials.targets, trials.periods, trials.lengths, *written):
        kind = "<f4" if array.dtype.kind == "f" else "<i8"
        found.update(repr(array.shape).encode() + array.astype(kind).tobytes())
    return found.hexdigest()[:16]


@pytest.mark.parametrize("name", TASKS)
def test_trials_are_the_golden_ones(name: str) -> None:
    gap, words, fingerprint = GOLDEN[name]
    task = TASKS[name](gap=gap)
    span = "length" if isinstance(task, Translation) else "gap"
    assert isinstance(np.random.default_rng(0).bit_generator, np.random.PCG64)
    test = task.test(np.random.default_rng(11), 16, f"{span} {gap}")
    train = task.batch(np.random.default_rng(11), 16)
    assert " ".join(task.wording(test, 0)) == words
    assert f"{digest(train)} {digest(test)}" == fingerprint
