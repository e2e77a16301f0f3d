"""JSON as it is written in our files: one spelling, no surprises, one sentence when something is
wrong.

Python's own reader takes NaN, Infinity, 1e999, doubled keys and any depth. A file that a person
hands on may hold none of them, and neither may a file that we write.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

MAX_DEPTH = 8
_MAX_DIGITS = 19  # enough for every 64-bit integer
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class JSONError(ValueError):
    """The text is not JSON as our files have it; the message is one phrase."""


def dumps(value: Any) -> str:
    """One line of JSON, keys in their own order. Raises ValueError for NaN, TypeError for what JSON has not."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def loads(text: str | bytes) -> Any:
    """Read what `dumps` writes. Raises JSONError; never RecursionError, UnicodeError or a huge allocation."""
    try:
        text = text.decode("utf-8") if isinstance(text, bytes) else text
        _check_depth(text)
        if _SURROGATE.search(text):
            raise JSONError("it holds half a character")
        return json.loads(
            text,
            object_pairs_hook=_no_doubles,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_integer,
        )
    except JSONError:
        raise
    except UnicodeDecodeError:
        raise JSONError("it is not UTF-8 text") from None
    except ValueError:
        raise JSONError("it is not JSON") from None


def finite(value: Any) -> Any:
    """The same value with null in place of every number that JSON has no word for (NaN, infinity)."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return value


def _check_depth(text: str) -> None:
    depth = 0
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise JSONError(f"it is nested deeper than {MAX_DEPTH} levels")
        elif token in "]}":
            depth -= 1


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise JSONError("it names something twice")
    return found


def _no_constant(name: str) -> None:
    raise JSONError(f"it holds {name}, which is not a number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise JSONError("it holds a number that is too large")
    return number


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > _MAX_DIGITS:
        raise JSONError("it holds a number that is too large")
    return int(digits)
