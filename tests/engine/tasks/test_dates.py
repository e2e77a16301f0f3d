"""Dates."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from engine.tasks import written_dates
from engine.tasks.dates import LARGEST, SMALLEST, Dates, chosen, unseen
from engine.tasks.split import is_test
from tests.engine.tasks.translators import dates

DAYS = [date(1900, 1, 1) + timedelta(days) for days in range(73_049)]
"""Second source: the calendar of the standard library."""


def test_the_days_are_those_of_two_centuries() -> None:
    assert written_dates.days().tolist() == DAYS and DAYS[-1] == date(2099, 12, 31)


def test_the_forms_are_the_written_ones() -> None:
    day = DAYS.index(date(2015, 9, 30))
    assert [written_dates.write(form, day) for form in range(12)] == [
        "the 30th of september 2015",
        "30 september 2015",
        "september 30, 2015",
        "wednesday 30 september 2015",
        "wednesday, september 30, 2015",
        "30th september 2015",
        "september 30th, 2015",
        "wednesday the 30th of september 2015",
        "wed 30 sep 2015",
        "30-sep-2015",
        "2015 september 30",
        "30.9.2015",
    ]


def test_every_form_of_a_day_is_read_as_that_day_by_two_readers() -> None:
    rng = np.random.default_rng(0)
    for day in rng.integers(len(DAYS), size=250).tolist():
        for form in range(len(written_dates.FORMS)):
            written = written_dates.write(form, day)
            assert written_dates.read(written) == DAYS[day]
            assert dates(written) == DAYS[day].isoformat()
            assert len(written) == written_dates.lengths()[form, day]


def test_every_day_of_a_leap_year_is_read_back() -> None:
    """All endings, months and weekdays; the 29th of February among them, and in 1900 no such day."""
    start = DAYS.index(date(2000, 1, 1))
    for day in range(start, start + 366):
        for form in range(len(written_dates.FORMS)):
            assert written_dates.read(written_dates.write(form, day)) == DAYS[day]
    assert written_dates.read("29 february 1900") is None


@pytest.mark.parametrize(
    "text",
    [
        *("31 june 1987", "0 may 1987", "3.13.1987", "29.2.2001", "1899 may 3", "3 may 2100"),
        *("monday 3 may 1987", "mon 3 may 1987", "3th may 1987", "22th may 1987", "3 mai 1987"),
        *("3 may", "may 1987", "3/5/1987", "1987-05-03", "3 may 87", "3  may 1987", "x3 may 1987"),
        *("３ may 1987", "3.5.1987.", "", "may"),
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert written_dates.read(text) is None


@pytest.mark.parametrize(
    "text",
    ["may the 3rd 1987", "3 may, 1987", "03.05.1987", "sun, 3rd of may 1987", "the 3 may 1987"],
)
def test_what_is_nearly_as_written_is_read(text: str) -> None:
    assert written_dates.read(text) == date(1987, 5, 3)


def test_every_length_has_days_on_both_sides() -> None:
    lengths = written_dates.lengths()
    assert set(lengths.ravel().tolist()) == set(range(SMALLEST, LARGEST + 1))
    for length in range(SMALLEST, LARGEST + 1):
        for split in ("train", "test"):
            found = chosen(length, length, split)
            assert sum(len(days) for days in found.values()) >= 100


def test_the_calendar_day_decides_its_side() -> None:
    """Second source: the checksum of the characters of the standard library's date."""
    rng = np.random.default_rng(0)
    assert unseen().mean() == pytest.approx(0.2, abs=0.002)
    for day in rng.integers(len(DAYS), size=500).tolist():
        characters = np.array([[ord(character) for character in DAYS[day].isoformat()]])
        assert unseen()[day] == is_test(characters)[0]


def test_no_day_of_the_test_is_trained_in_any_form() -> None:
    task = Dates()
    rng = np.random.default_rng(0)

    def isos(drawn: np.ndarray) -> set[tuple[int, ...]]:
        return {tuple(row) for row in drawn.tolist()}

    seen = set().union(*(isos(task.batch(rng, 1000).targets) for _ in range(60)))
    tested = isos(task.test(rng, 6000, "every length").targets)
    assert len(seen) > 35_000 and len(tested) > 4000 and not seen & tested


def test_every_form_is_equally_likely_and_batches_mix_them() -> None:
    task = Dates()
    drawn = task.batch(np.random.default_rng(0), 6000)
    assert len(set(drawn.lengths.tolist())) == LARGEST - SMALLEST + 1
    texts = [task.text(task.wording(drawn, row)) for row in range(drawn.count)]
    for marked, share in ((" of ", 2), ("-", 1), (".", 1), (", ", 3)):
        found = np.mean([marked in text for text in texts])
        assert found == pytest.approx(share / 12, abs=0.02)


@pytest.mark.parametrize("length", [8, 20, 36])
def test_the_baseline_is_the_share_of_the_likeliest_day(length: int) -> None:
    """Brute force over all forms and days of one length, which are drawn form first."""
    found: dict[int, float] = {}
    forms = [np.flatnonzero((row == length) & unseen()) for row in written_dates.lengths()]
    forms = [days for days in forms if len(days)]
    for days in forms:
        for day in days.tolist():
            found[day] = found.get(day, 0) + 1 / (len(forms) * len(days))
    assert sum(found.values()) == pytest.approx(1)
    assert Dates(test_gap=length).baseline() == pytest.approx(max(found.values()))


def test_the_baseline_of_every_length_is_one_day_of_the_test() -> None:
    assert Dates().baseline() == pytest.approx(1 / int(unseen().sum()))


def test_spaces_are_shown_and_taken_back() -> None:
    task = Dates()
    typed = task.read("3 May 1987")
    assert typed.words == tuple("3␣may␣1987") and task.text(typed.words) == "3 may 1987"
    assert task.read("3␣May␣1987").words == typed.words
