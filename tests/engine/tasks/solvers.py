"""Solvers that know the rule of a task and read nothing but the inputs.

They are the second source: the rules are written down again here, in words, without the tables of
the tasks.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.tasks import PERIODS, Task, Trials

LANGUAGES = {
    "France": "French",
    "Japan": "Japanese",
    "Italy": "Italian",
    "Spain": "Spanish",
    "Germany": "German",
    "China": "Chinese",
    "Russia": "Russian",
    "Greece": "Greek",
    "Poland": "Polish",
    "Turkey": "Turkish",
    "Sweden": "Swedish",
    "Portugal": "Portuguese",
}
PLACES = {
    "clouds": "sky",
    "fish": "sea",
    "books": "shelf",
    "cars": "street",
    "cows": "field",
    "cups": "table",
    "trees": "woods",
    "boats": "harbour",
}
ANIMALS = {
    "village": {"swims": "duck", "runs": "horse", "sings": "rooster", "climbs": "goat"},
    "forest": {"swims": "otter", "runs": "deer", "sings": "robin", "climbs": "squirrel"},
    "house": {"swims": "goldfish", "runs": "dog", "sings": "canary", "climbs": "cat"},
    "zoo": {"swims": "penguin", "runs": "zebra", "sings": "parrot", "climbs": "monkey"},
}
SMALLEST = {
    **{"fluent": 0, "clouds": 0, "recall": 0, "order": 5, "adding": 3, "copy": 1},
    **{"evidence": 0, "blank": 0},
}
"""The shortest gap that each task can have."""
LARGEST = dict.fromkeys(SMALLEST, 2000) | {"blank": 1000}
"""The longest gap that each task can have."""
STEPS = dict.fromkeys(SMALLEST, 1) | {"blank": 2}
"""By how many steps a trial is longer when its gap is one longer."""


def _last(answer: str, steps: int) -> list[str]:
    return [""] * (steps - 1) + [answer]


def _near(words: list[str]) -> list[str]:
    return _last(PLACES[words[1]], len(words))


def _fluent(words: list[str]) -> list[str]:
    if words[-1] != "fluent":
        return _near(words)
    assert words[:4] == ["I", "grew", "up", "in"]
    return _last(LANGUAGES[words[4]], len(words))


def _recall(words: list[str]) -> list[str]:
    return _last(words[0], len(words))


def _order(words: list[str]) -> list[str]:
    return _last(" then ".join(word for word in words if word in "XY"), len(words))


def _copy(words: list[str]) -> list[str]:
    return ["·"] * (len(words) - 10) + words[:10]


def _evidence(words: list[str]) -> list[str]:
    kind, unkind = {"good", "clever", "funny"}, {"bad", "dull", "weak"}
    found = []
    for before, word, after in zip(words, words[1:], words[2:], strict=False):
        if word == "not" and before in kind and after in unkind:
            found.append("positive")
        if word == "not" and before in unkind and after in kind:
            found.append("negative")
    assert len(found) == 1
    return _last(found[0], len(words))


def _blank(words: list[str]) -> list[str]:
    at = words.index("▁▁▁")
    answers = [""] * len(words)
    answers[at] = ANIMALS[words[2]][words[-1]]
    return answers


SOLVERS: dict[str, Callable[[list[str]], list[str]]] = {
    "fluent": _fluent,
    "clouds": _near,
    "recall": _recall,
    "order": _order,
    "copy": _copy,
    "evidence": _evidence,
    "blank": _blank,
}
"""Words of a trial -> the answer's word at every step, "" where nothing is asked."""


def solved(task: Task, inputs: np.ndarray) -> np.ndarray:
    """The right targets of whole trials, from the inputs alone; shaped as the targets of a task."""
    if task.name == "adding":
        targets = np.full(inputs.shape[:2], np.nan, np.float32)
        targets[:, -1] = np.where(inputs[:, :, 1] == 1, inputs[:, :, 0], 0).sum(axis=1)
        return targets
    answers = {"": -1} | {word: number for number, word in enumerate(task.answers)}
    rows = [[task.vocabulary[token] for token in row] for row in inputs]
    return np.array([[answers[word] for word in SOLVERS[task.name](row)] for row in rows])


def apart(task: Task, trials: Trials) -> set[bytes]:
    """What training and test must not share: the filler of each trial.

    Of copy, whose filler is blank, it is the message; of adding, whose filler may be one
    number, the whole sequence.
    """
    if task.name == "adding":
        return {row.tobytes() for row in trials.inputs}
    period = PERIODS.index("cue" if task.name == "copy" else "filler")
    pairs = zip(trials.inputs, trials.periods, strict=True)
    return {row[periods == period].tobytes() for row, periods in pairs}
