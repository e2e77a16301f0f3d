"""Choices <-> the query of a link: ?kind=far&country=France&gap=40&rows=rnn,lstm …

Pure functions. A value that is too long, unknown or out of range falls back to the default, and the
page says so in a notice; whoever sends a link can spoil the picture but nothing else. Only what
differs from the default is written, so the plain address is the first picture.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

LONGEST = 64
"""Characters of a query value; a longer one is not even looked at."""
LONGEST_EDITS = 200
"""The same for `LONG`."""
LONG = ("edits", "overwrite", "source")
"""Fields that hold several changes, or a source of up to 64 symbols."""

KINDS = ("far", "near", "own")
MEASURES = ("reach", "loss_gradient")
MOST_ROWS = 6
MAX_GAP = 2000
MAX_STEP = 100_000
MOST_TRIALS, MOST_LAYERS, MOST_UNITS = 64, 4, 512
WIDEST_BEAM = 8
"""Narrower than `engine.beam.WIDEST`: the page asks it of every snapshot, and a person waits for them all."""
MOST_SYMBOLS = 67
"""Steps of reading or writing of a net that writes, as far as `Translation.limit` lets it."""
BOTH = 2
"""The direction of a link that asks for forwards (0) and backwards (1); a net with one direction has no more to show."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9 _.-]{0,31}", re.ASCII)
_RUN = re.compile(r"[0-9A-Za-z-]{1,40}", re.ASCII)
_EDITS = re.compile(r"[0-9A-Za-z_.,;:~+-]*", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,6}", re.ASCII)


@dataclass(frozen=True)
class Address:
    """What the pages show; one value for all of them, so that a choice goes along from page to page.

    The sentence: a far one (country, swap, gap), a near one (cue, other), a person's own text, or for a task without
    sentences a drawn trial of the task's condition. Empty `swap` or `other`: no swap; `step` None: the last training
    step. The first page shows `rows`, Tricks those of `compare` or of `rows`, the others one `run`: `layer` and `direction` say what is
    drawn, `signal` (empty: the state that carries the news), `unit`, `time` and, where both directions are drawn, `way` which number of
    it; `edits` and `word` what was changed; `tab` (empty: the first) which part of the page is open.
    Attention shows a net that writes, `pair`, so that the other pages keep theirs: `source` a typed source (empty: one
    that is drawn, number `drawn` of those of `length`, 0 for every length), `told` 1 when it is told the right words, `beam` how many beginnings are kept; `row` and `column` the
    chosen step of writing and place in the source, `overwrite` the weights of attention that were changed.
    """

    kind: str = "far"
    country: str = "France"
    gap: int = 40
    swap: str = ""
    cue: str = "clouds"
    other: str = ""
    text: str = "I grew up in Japan … so I speak fluent"
    rows: tuple[str, ...] = ("rnn", "lstm")
    step: int | None = None
    measure: str = "reach"
    run: str = "lstm"
    condition: str = ""
    trial: int = 0
    layer: int = 0
    direction: int = BOTH
    way: int = 0
    signal: str = ""
    unit: int | None = None
    time: int | None = None
    answer: int | None = None
    edits: str = ""
    word: str = ""
    compare: str = ""
    tab: str = ""
    pair: str = "phrases"
    source: str = ""
    length: int = 0
    drawn: int = 3
    told: int = 0
    beam: int = 1
    row: int | None = None
    column: int | None = None
    overwrite: str = ""


@dataclass(frozen=True)
class Limits:
    """The names a link may use; an empty tuple leaves the name to the page (still one by pattern)."""

    countries: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    """Every net that is known; the first page offers some of them."""
    comparisons: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    """Every net that writes."""
    max_gap: int = MAX_GAP
    max_step: int = MAX_STEP


class _Bad(ValueError):
    """A value that a link may not have; its text says what is allowed."""


def _one_of(value: str, allowed: tuple[str, ...]) -> str:
    if allowed:
        if value not in allowed:
            raise _Bad(f"choose one of {', '.join(allowed)}")
    elif not _NAME.fullmatch(value):
        raise _Bad("it is not a name")
    return value


def _number(value: str, most: int) -> int:
    if not _NUMBER.fullmatch(value) or int(value) > most:
        raise _Bad(f"it must be a whole number from 0 to {most}")
    return int(value)


def _rows(value: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(_one_of(name, allowed) for name in value.split(",")))
    if len(names) > MOST_ROWS:
        raise _Bad(f"at most {MOST_ROWS} rows")
    return names


def _text(value: str) -> str:
    # What joins emoji and turns the direction of writing (Cf) is text like any other.
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in value):
        raise _Bad("it is not a line of text")
    return value


def _run(value: str, allowed: tuple[str, ...]) -> str:
    if not _RUN.fullmatch(value) or (allowed and value not in allowed):
        raise _Bad("there is no such run here")
    return value


def _edits(value: str) -> str:
    """What the text means is read later, by who knows the net."""
    if not _EDITS.fullmatch(value):
        raise _Bad("it is not a list of changes")
    return value


_READERS: dict[str, Callable[[str, Limits], Any]] = {
    "kind": lambda value, _: _one_of(value, KINDS),
    "country": lambda value, limits: _one_of(value, limits.countries),
    "gap": lambda value, limits: _number(value, limits.max_gap),
    "swap": lambda value, limits: value and _one_of(value, limits.countries),
    "cue": lambda value, limits: _one_of(value, limits.cues),
    "other": lambda value, limits: value and _one_of(value, limits.cues),
    "text": lambda value, _: _text(value),
    "rows": lambda value, limits: _rows(value, limits.rows),
    "step": lambda value, limits: _number(value, limits.max_step) if value else None,
    "measure": lambda value, _: _one_of(value, MEASURES),
    "run": lambda value, limits: _run(value, limits.rows),
    "condition": lambda value, _: value and _one_of(value, ()),
    "trial": lambda value, _: _number(value, MOST_TRIALS - 1),
    "layer": lambda value, _: _number(value, MOST_LAYERS - 1),
    "direction": lambda value, _: _number(value, BOTH),
    "way": lambda value, _: _number(value, 1),
    "signal": lambda value, _: value and _one_of(value, ()),
    "unit": lambda value, _: _number(value, MOST_UNITS - 1) if value else None,
    "time": lambda value, _: _number(value, MAX_STEP) if value else None,
    "answer": lambda value, _: _number(value, MAX_STEP) if value else None,
    "edits": lambda value, _: _edits(value),
    "word": lambda value, _: _text(value),
    "compare": lambda value, limits: value and _one_of(value, limits.comparisons),
    "tab": lambda value, _: value and _one_of(value, ()),
    "pair": lambda value, limits: value and _run(value, limits.pairs),
    "source": lambda value, _: _text(value),
    "length": lambda value, _: _number(value, MOST_SYMBOLS - 1),
    "drawn": lambda value, _: _number(value, MOST_TRIALS - 1),
    "told": lambda value, _: _number(value, 1),
    "beam": lambda value, _: max(1, _number(value, WIDEST_BEAM)),
    "row": lambda value, _: _number(value, MOST_SYMBOLS - 1) if value else None,
    "column": lambda value, _: _number(value, MOST_SYMBOLS - 1) if value else None,
    "overwrite": lambda value, _: _edits(value),
}


def read(
    query: Mapping[str, str | Iterable[str]],
    default: Address | None = None,
    limits: Limits | None = None,
) -> tuple[Address, tuple[str, ...]]:
    """The choices of a query, and one sentence for every value that was not used.

    A name given twice counts once, by its last value. Names that are none of ours are left alone.
    """
    default, limits = default or Address(), limits or Limits()
    chosen: dict[str, Any] = {}
    notices: list[str] = []
    for field in fields(Address):
        given = query.get(field.name)
        if given is None:
            continue
        value = given if isinstance(given, str) else (list(given) or [""])[-1]
        try:
            longest = LONGEST_EDITS if field.name in LONG else LONGEST
            if len(value) > longest:
                raise _Bad(f"it is longer than {longest} characters")
            chosen[field.name] = _READERS[field.name](value, limits)
        except _Bad as why:
            # The value itself is not repeated: it is somebody's text, and this goes on a page.
            shown = _written(getattr(default, field.name)) or "the usual"
            notices.append(f"The link's {field.name} was not used ({why}); shown: {shown}.")
    return replace(default, **chosen), tuple(notices)


def _written(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, tuple):
        return str(value)
    kept = value[:MOST_ROWS]
    while len(",".join(kept)) > LONGEST:
        kept = kept[:-1]
    return ",".join(kept)


def write(address: Address, default: Address | None = None) -> dict[str, str]:
    """The query of an address: only what differs from the default, in the fields' order.

    Rows beyond MOST_ROWS or LONGEST characters are left out, so that every link can be read back.
    """
    default = default or Address()
    pairs = ((f.name, getattr(address, f.name), getattr(default, f.name)) for f in fields(Address))
    return {name: _written(value) for name, value, usual in pairs if value != usual}


def opens(name: str, writes: bool) -> str:
    """The path, with its query, of the page that looks into a net of the store: one that writes is looked at where attention is."""
    return f"/attention?pair={name}" if writes else f"/recurrence?run={name}"
