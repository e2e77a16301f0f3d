"""Changes in words for a page: «memory of France put into the sentence about Italy, after “so” (step 45)».

People count units, steps and trials from one; a change is some edits that were made together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.cells import Cell
from engine.edits import Clamp, Edit, Patch, Silence


def described(
    change: Sequence[Edit], cell: Cell, words: Sequence[str], names: Sequence[str]
) -> str:
    """One change in a phrase. words: of the shown trial; names: of all trials that are asked together."""
    first = change[0]
    signals = list(dict.fromkeys(edit.signal for edit in change))
    whole = set(signals) == set(cell.state)
    where = "".join(_where(first, words, change))
    if isinstance(first, Silence):
        return f"{_units(first.units)} silenced (hidden state 0){where}"
    if isinstance(first, Patch):
        what = "memory" if whole else _named(signals, cell)
        into = f"put into the sentence about {_of(first.trial, names)}"
        some = f" ({_units(first.units)})" if first.units is not None else ""
        return f"{what} of {_of(first.source, names)}{some} {into}{where}"
    some = _units(first.units)
    if whole and first.value == 0 and first.units is None:
        return f"memory erased{where}"
    return f"{_named(signals, cell)} held at {first.value:g} in {some}{where}"


def numbers(text: str, count: int, of: str) -> tuple[int, ...] | None:
    """Units or steps that a person typed, «1, 5-8», counted from one; None for an empty text: all of them.

    Raises ValueError in one sentence for what is no such list, or not among the ``count`` that there are.
    """
    if not text.strip():
        return None
    found: list[int] = []
    for part in text.replace("\N{EN DASH}", "-").split(","):
        ends = re.fullmatch(r"\s*([0-9]{1,6})\s*(?:-\s*([0-9]{1,6})\s*)?", part, re.ASCII)
        if ends is None:
            raise ValueError(f"The {of} are a list like 1, 5-8; or leave it empty for all of them.")
        first, last = int(ends[1]), int(ends[2] or ends[1])
        if not 1 <= first <= last <= count:
            raise ValueError(f"The {of} lie between 1 and {count}.")
        found += [number - 1 for number in range(first, last + 1) if number - 1 not in found]
    return tuple(sorted(found))


def check_value(cell: Cell, signal: str, value: float) -> None:
    """Raises ValueError in one sentence for a value that the signal cannot have."""
    known = cell.signal(signal)
    low, high = known.range
    if (low is not None and value < low) or (high is not None and value > high):
        name = known.words.partition(" (")[0]
        ends = f"at least {low:g}" if high is None else f"from {low:g} to {high:g}"
        raise ValueError(f"The {name} has values {ends}; {value:g} is none.")


def _named(signals: Sequence[str], cell: Cell) -> str:
    words = {signal.name: signal.words.partition(" (")[0] for signal in cell.signals}
    return " and ".join(words.get(name, name) for name in signals)


def _units(units: Sequence[int] | None) -> str:
    if units is None:
        return "all units"
    listed = ", ".join(_runs(units))
    return f"unit {listed}" if len(units) == 1 else f"units {listed}"


def _runs(numbers: Sequence[int]) -> Iterator[str]:
    """From one, runs of three and more as a range."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    for part in parts:
        if len(part) > 2:
            yield f"{part[0] + 1}\N{EN DASH}{part[-1] + 1}"
        else:
            yield from (str(number + 1) for number in part)


def _where(edit: Edit, words: Sequence[str], change: Sequence[Edit]) -> Iterator[str]:
    times = edit.acts_at()
    if times is not None and len(times) == 1:
        at = times[0]
        word = f"“{words[at]}” (step {at + 1})" if at < len(words) else f"step {at + 1}"
        yield f", at {word}"
    elif times is not None:
        yield f", at steps {', '.join(_runs(times))}"
    if isinstance(edit, Clamp) and edit.trials is not None:
        yield f", in trials {', '.join(_runs(edit.trials))}"
    places = sorted({(one.layer, one.direction) for one in change})
    layers = sorted({layer for layer, _ in places})
    ways = {direction for _, direction in places}
    if layers != [0] or ways == {1}:
        yield f", layer {', '.join(_runs(layers))}"
    if 1 in ways:
        yield ", in both directions" if 0 in ways else ", backwards"


def _of(trial: int, names: Sequence[str]) -> str:
    return names[trial] if trial < len(names) else f"trial {trial + 1}"
