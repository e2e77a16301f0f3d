"""Changes <-> the text of a link: ``hold:forget:0.9``, ``silence:3,5-8``, ``put:cell,hidden:0~1:t24``.

    text    = change *( ";" change )                 at most LONGEST characters
    change  = "hold:" signals ":" value places       a signal is held at a value
            | "silence:" units places                units give 0 as their hidden state
            | "put:" signals ":" trial "~" trial ":t" step places      source ~ target
    places  = *( ":" ( "u" units | "t" steps | "n" trials | "l" layers | "d" directions ) )
    signals = name *( "," name );  units, … = whole numbers and ranges: 3,5-8

What is not said holds for all units, steps and trials, in layer 0, forwards. Several signals, layers or directions in
one change stand for one edit of each. What is written reads back as the same edits; what does not fit raises
ValueError in one sentence. Whether a net has the signal, the unit or the step is not known here: the engine says that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product

from pydantic import ValidationError

from engine.edits import Clamp, Edit, Patch, Silence

LONGEST = 200
"""Characters of the text, as of one value of a link."""
MOST = 32
"""Edits that a text may stand for."""
MOST_NUMBERS = 2000
"""Units, steps or trials that one list may name."""
LARGEST = 1e6
"""Of a value at which a signal is held."""

_NAME = re.compile(r"[a-z][a-z_]{0,39}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,5}", re.ASCII)
_VALUE = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?(e-?[0-9]{1,3})?", re.ASCII)
_KINDS: dict[str, type[Clamp] | type[Silence] | type[Patch]] = {
    "hold": Clamp,
    "silence": Silence,
    "put": Patch,
}
_FIELDS = {"u": "units", "t": "times", "n": "trials", "l": "layer", "d": "direction"}


def write(edits: Sequence[Edit]) -> str:
    """The text of some edits, in their order. Raises ValueError when it would be too long for a link."""
    text = ";".join(_written(change) for change in changes(edits))
    if len(text) > LONGEST:
        raise ValueError(
            f"These changes take {len(text)} characters, and a link has room for {LONGEST}."
        )
    if read(text) != tuple(edits):
        raise ValueError("These changes cannot be written into a link.")
    return text


def changes(edits: Sequence[Edit]) -> Iterator[tuple[Edit, ...]]:
    """Edits that follow each other and differ in signal, layer and direction alone, crossed: one change of a person."""
    waiting = tuple(edits)
    while waiting:
        alike = [edit for edit, same in zip(waiting, _alike(waiting), strict=False) if same]
        count = next(
            n
            for n in range(len(alike), 0, -1)
            if list(product(*_crossed(alike[:n]))) == [_place(edit) for edit in alike[:n]]
        )
        yield waiting[:count]
        waiting = waiting[count:]


def read(text: str) -> tuple[Edit, ...]:
    """The edits of a text; none for an empty one. Raises ValueError in one sentence."""
    if len(text) > LONGEST:
        raise ValueError(f"The changes of a link are at most {LONGEST} characters long.")
    found: list[Edit] = []
    for change in text.split(";") if text else ():
        found += _read(change)
        if len(found) > MOST:
            raise ValueError(f"The link has more than {MOST} changes.")
    return tuple(found)


def _place(edit: Edit) -> tuple[str, int, int]:
    return edit.signal, edit.layer, edit.direction


def _crossed(edits: Sequence[Edit]) -> tuple[list[str], list[int], list[int]]:
    """The signals, layers and directions of some edits."""
    signals, layers, directions = zip(*map(_place, edits), strict=True)
    return (
        list(dict.fromkeys(signals)),
        list(dict.fromkeys(layers)),
        list(dict.fromkeys(directions)),
    )


def _alike(edits: Sequence[Edit]) -> Iterator[bool]:
    """For the first edit and those that follow it without a break: True."""
    for edit in edits:
        place = {name: getattr(edit, name) for name in ("signal", "layer", "direction")}
        if type(edit) is not type(edits[0]) or edits[0].model_copy(update=place) != edit:
            return
        yield True


def _written(change: Sequence[Edit]) -> str:
    """The text of one change."""
    edit = change[0]
    signals, layers, directions = _crossed(change)
    if isinstance(edit, Silence):
        head = f"silence:{_list(edit.units)}"
    elif isinstance(edit, Clamp):
        head = f"hold:{','.join(signals)}:{_value(edit.value)}"
    else:
        head = f"put:{','.join(signals)}:{edit.source}~{edit.trial}:t{edit.time}"
    said: dict[str, Sequence[int] | None] = {
        "u": None if isinstance(edit, Silence) else edit.units,
        "t": None if isinstance(edit, Patch) else edit.times,
        "n": edit.trials if isinstance(edit, Clamp) else None,
        "l": None if list(layers) == [0] else layers,
        "d": None if list(directions) == [0] else directions,
    }
    places = [f":{letter}{_list(given)}" for letter, given in said.items() if given is not None]
    return head + "".join(places)


def _list(numbers: Sequence[int]) -> str:
    """3,5-8: runs of three and more as a range."""
    if not numbers:
        raise ValueError("A change without any unit, step or trial cannot be written into a link.")
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ",".join(
        f"{part[0]}-{part[-1]}" if len(part) > 2 else ",".join(map(str, part)) for part in parts
    )


def _value(value: float) -> str:
    return repr(float(value)).removesuffix(".0").replace("+", "")


def _read(change: str) -> Iterator[Edit]:
    """The edits of one change."""
    kind, *parts = change.split(":")
    heads = {"hold": 2, "silence": 1, "put": 3}
    if kind not in heads:
        raise ValueError("A change of the link begins with none of hold, silence and put.")
    if len(parts) < heads[kind]:
        raise ValueError(f"A change of the link ({kind}) is not complete.")
    head, places = parts[: heads[kind]], _places(parts[heads[kind] :])
    layers, directions = places.pop("layer", (0,)), places.pop("direction", (0,))
    given: dict[str, object] = dict(places)
    signals: Sequence[str] = ("hidden",)
    if kind == "silence":
        given["units"] = _numbers(head[0])
    else:
        signals = _names(head[0])
    if kind == "hold":
        given["value"] = _held(head[1])
    if kind == "put":
        if not re.fullmatch(r"[0-9]{1,3}~[0-9]{1,3}", head[1]) or head[2][:1] != "t":
            raise ValueError("A change of the link (put) names no two trials and a step.")
        given["source"], given["trial"] = map(int, head[1].split("~"))
        given["time"] = _numbers(head[2][1:])[0]
    for signal, layer, direction in product(signals, layers, directions):
        try:
            yield _KINDS[kind].model_validate(
                {**given, "signal": signal, "layer": layer, "direction": direction}
            )
        except ValidationError:
            raise ValueError(f"A change of the link ({kind}) says what it cannot.") from None


def _places(parts: Sequence[str]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for part in parts:
        field = _FIELDS.get(part[:1])
        if field is None or field in found:
            raise ValueError("A change of the link names a place that there is not, or one twice.")
        found[field] = _numbers(part[1:])
    return found


def _numbers(text: str) -> tuple[int, ...]:
    numbers: list[int] = []
    for part in text.split(","):
        ends = part.split("-")
        if len(ends) > 2 or not all(_NUMBER.fullmatch(end) for end in ends):
            raise ValueError("A change of the link has a list that is not of whole numbers.")
        first, last = int(ends[0]), int(ends[-1])
        if last < first or last - first >= MOST_NUMBERS:
            raise ValueError(f"A list in the link has more than {MOST_NUMBERS} numbers, or none.")
        numbers += range(first, last + 1)
    if len(numbers) > MOST_NUMBERS:
        raise ValueError(f"A list in the link has more than {MOST_NUMBERS} numbers, or none.")
    return tuple(numbers)


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if len(names) > MOST or not all(_NAME.fullmatch(name) for name in names):
        raise ValueError("A change of the link names a signal that there is not.")
    return names


def _held(text: str) -> float:
    if not _VALUE.fullmatch(text) or abs(float(text)) > LARGEST:
        raise ValueError(
            f"A value in the link is not a number from -{LARGEST:.0e} to {LARGEST:.0e}."
        )
    return float(text)
