"""Calendar days as people write them: twelve English forms, and how to read them back."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from string import Formatter

import numpy as np

FIRST, LAST = date(1900, 1, 1), date(2099, 12, 31)
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

FORMS = (
    "the {ordinal} of {month} {year}",
    "{day} {month} {year}",
    "{month} {day}, {year}",
    "{weekday} {day} {month} {year}",
    "{weekday}, {month} {day}, {year}",
    "{ordinal} {month} {year}",
    "{month} {ordinal}, {year}",
    "{weekday} the {ordinal} of {month} {year}",
    "{short_weekday} {day} {short_month} {year}",
    "{day}-{short_month}-{year}",
    "{year} {month} {day}",
    "{day}.{number}.{year}",
)
"""No form that could mean two days ("03/05/1987") is among them; day.month.year is as in Europe."""


def ordinal(day: int) -> str:
    """1st, 2nd, 3rd, 4th … 11th, 12th, 13th … 21st."""
    ending = "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


PIECES: dict[str, tuple[str, ...]] = {
    "day": tuple(str(day) for day in range(1, 32)),
    "ordinal": tuple(ordinal(day) for day in range(1, 32)),
    "month": MONTHS,
    "short_month": tuple(month[:3] for month in MONTHS),
    "number": tuple(str(month) for month in range(1, 13)),
    "weekday": WEEKDAYS,
    "short_weekday": tuple(weekday[:3] for weekday in WEEKDAYS),
    "year": tuple(str(year) for year in range(FIRST.year, LAST.year + 1)),
}
"""What stands in a form; which of its words stands there depends on the day."""


@lru_cache(maxsize=1)
def days() -> np.ndarray:
    """All calendar days, datetime64[D] ``[day]``."""
    found = np.arange(np.datetime64(FIRST), np.datetime64(LAST) + 1)
    found.setflags(write=False)
    return found


@lru_cache(maxsize=1)
def places() -> dict[str, np.ndarray]:
    """Which word of each piece a day has: int ``[day]`` by the name of the piece."""
    day = days()
    month = day.astype("datetime64[M]")
    year = day.astype("datetime64[Y]")
    in_month, in_year = (day - month).astype(int), (month - year).astype(int)
    in_week = (day.astype(int) + 3) % 7  # day 0, the 1st of January 1970, was a Thursday
    of = {"day": in_month, "month": in_year, "weekday": in_week, "year": year.astype(int) + 70}
    same = {"ordinal": "day", "short_month": "month", "number": "month", "short_weekday": "weekday"}
    return of | {piece: of[as_] for piece, as_ in same.items()}


@lru_cache(maxsize=len(FORMS))
def parts(form: int) -> tuple[int, tuple[str, ...]]:
    """How many characters of a form are always the same, and the names of its pieces."""
    found = tuple(Formatter().parse(FORMS[form]))
    return sum(len(literal) for literal, *_ in found), tuple(name for _, name, *_ in found if name)


def write(form: int, day: int) -> str:
    """One day (its place in `days`) in one form (its place in `FORMS`)."""
    at = places()
    return FORMS[form].format(**{name: PIECES[name][at[name][day]] for name in parts(form)[1]})


@lru_cache(maxsize=1)
def lengths() -> np.ndarray:
    """Characters of every day in every form: int ``[form, day]``."""
    sizes = {
        name: np.array([len(word) for word in words])[places()[name]]
        for name, words in PIECES.items()
    }
    of_forms = [parts(form) for form in range(len(FORMS))]
    return np.array([fixed + sum(sizes[name] for name in names) for fixed, names in of_forms])


_MONTHS = "|".join(f"{name}|{name[:3]}" for name in MONTHS)
_WEEKDAYS = "|".join(f"{name}|{name[:3]}" for name in WEEKDAYS)
_MONTH, _YEAR = rf"(?P<month>{_MONTHS})", r"(?P<year>[0-9]{4})"
_DAY = r"(?P<day>[0-9]{1,2})(?P<ending>st|nd|rd|th)?"
_WEEKDAY = rf"(?:(?P<weekday>{_WEEKDAYS}),? )?"
PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_WEEKDAY}(?:the )?{_DAY}(?: of)?[ -]{_MONTH}(?:,? |-){_YEAR}",
        rf"{_WEEKDAY}{_MONTH}(?: the)? {_DAY},? {_YEAR}",
        rf"{_YEAR} {_MONTH} {_DAY}",
        r"(?P<day>[0-9]{1,2})\.(?P<number>[0-9]{1,2})\.(?P<year>[0-9]{4})",
    )
)
"""The forms as they are read: a little wider than they are written, a comma more or less."""


def read(text: str) -> date | None:
    """The day that a text names; None for no date, a day that does not exist, or a wrong weekday."""
    found = next((match for p in PATTERNS if (match := p.fullmatch(text))), None)
    if found is None:
        return None
    said = found.groupdict()
    month = int(said["number"]) if "number" in said else _place(said["month"], MONTHS) + 1
    try:
        day = date(int(said["year"]), month, int(said["day"]))
    except ValueError:
        return None
    ending, weekday = said.get("ending"), said.get("weekday")
    right = (ending is None or ordinal(day.day).endswith(ending)) and (
        weekday is None or _place(weekday, WEEKDAYS) == day.weekday()
    )
    return day if right and FIRST <= day <= LAST else None


def _place(word: str, names: tuple[str, ...]) -> int:
    """Where a name, or its first three letters, stands among the names."""
    return next(at for at, name in enumerate(names) if word in (name, name[:3]))
