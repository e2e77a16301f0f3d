"""Changes of attention <-> the text of a link: ``3~5:0.9;7~0:1``, ``row:2:0.1,0.9``.

    text   = change *( ";" change )           at most LONGEST characters
    change = step "~" source ":" weight       one weight; the others of its row share the rest
           | "row:" step ":" weights          a whole row, a weight for every place of the source

Steps and places count from 0, as everywhere in a link. What is written reads back as the same changes; what does not fit raises
ValueError in one sentence. Whether a net has the step or the place is not known here: the engine says that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import ValidationError

from engine.attention_edits import Attend, Attending, AttendRow

LONGEST = 200
"""Characters of the text, as of one value of a link."""
MOST = 32
"""Changes that a text may name."""

_ONE = re.compile(r"([0-9]{1,4})~([0-9]{1,4}):([0-9.e-]{1,24})", re.ASCII)
_ROW = re.compile(r"row:([0-9]{1,4}):([0-9.e,-]{1,200})", re.ASCII)


def write(changes: Sequence[Attending]) -> str:
    """The text of some changes, in their order. Raises ValueError when a link has no room for it."""
    text = ";".join(map(_written, changes))
    if len(text) > LONGEST:
        raise ValueError(
            f"These changes take {len(text)} characters, and a link has room for {LONGEST}."
        )
    if read(text) != tuple(changes):
        raise ValueError("These changes cannot be written into a link.")
    return text


def read(text: str) -> tuple[Attending, ...]:
    """The changes of a text; none for an empty one. Raises ValueError in one sentence."""
    if len(text) > LONGEST:
        raise ValueError(f"The changes of a link are at most {LONGEST} characters long.")
    found = tuple(map(_read, text.split(";") if text else ()))
    if len(found) > MOST:
        raise ValueError(f"The link has more than {MOST} changes.")
    return found


def _written(change: Attending) -> str:
    if isinstance(change, Attend):
        return f"{change.time}~{change.source}:{_value(change.weight)}"
    return f"row:{change.time}:{','.join(map(_value, change.weights))}"


def _value(value: float) -> str:
    return repr(float(value)).removesuffix(".0")


def _read(change: str) -> Attending:
    try:
        if one := _ONE.fullmatch(change):
            return Attend(time=int(one[1]), source=int(one[2]), weight=float(one[3]))
        if row := _ROW.fullmatch(change):
            return AttendRow(time=int(row[1]), weights=tuple(map(float, row[2].split(","))))
    except (ValidationError, ValueError):
        raise ValueError(
            "A change of the link says what a weight of attention cannot be."
        ) from None
    raise ValueError("A change of the link is none of a weight of attention.")
