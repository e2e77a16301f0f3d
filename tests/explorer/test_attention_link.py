"""Changes of attention in a link: what is written reads back as the same changes, and no text brings more than a sentence."""

from __future__ import annotations

import random
import re
import string

import pytest

from engine.attention_edits import Attend, Attending, AttendRow
from explorer.attention import link

EXAMPLES: list[tuple[tuple[Attending, ...], str]] = [
    ((), ""),
    ((Attend(time=3, source=5),), "3~5:1"),
    (
        (Attend(time=3, source=5, weight=0.25), Attend(time=0, source=11, weight=0)),
        "3~5:0.25;0~11:0",
    ),
    ((AttendRow(time=2, weights=(0, 0.25, 0.75)),), "row:2:0,0.25,0.75"),
]


@pytest.mark.parametrize(("changes", "text"), EXAMPLES)
def test_a_change_is_written_as_a_short_text_and_back(
    changes: tuple[Attending, ...], text: str
) -> None:
    assert link.write(changes) == text
    assert link.read(text) == changes


def test_what_is_written_reads_back_as_the_same_changes() -> None:
    rng = random.Random(3)
    for _ in range(300):
        changes = tuple(
            Attend(time=rng.randrange(65), source=rng.randrange(64), weight=rng.random() ** 9)
            for _ in range(rng.randrange(6))
        )
        assert link.read(link.write(changes)) == changes


@pytest.mark.parametrize(
    "bad",
    [
        "nonsense",
        "3~5",
        "3~5:2",
        "3~5:-0.1",
        "3~5:nan",
        "3~5:--",
        "row:2:0.5,0.4",
        "row:2:",
        "3~5:1;",
        "hold:forget:1",
        "٣~5:1",
        "9" * 201,
        ";".join(["0~0:1"] * 33),
    ],
)
def test_what_does_not_fit_is_one_sentence(bad: str) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
        link.read(bad)


def test_random_text_raises_nothing_else() -> None:
    rng = random.Random(4)
    for _ in range(3000):
        text = "".join(rng.choice("row:~,;.e-" + string.digits) for _ in range(rng.randrange(24)))
        try:
            found = link.read(text)
        except ValueError as fault:
            assert re.fullmatch(r"[A-Z].*\.", str(fault))
        else:
            assert link.read(link.write(found)) == found


def test_too_many_changes_for_a_link_are_refused() -> None:
    many = tuple(Attend(time=n, source=10, weight=0.123456789) for n in range(30))
    with pytest.raises(ValueError, match="a link has room for 200"):
        link.write(many)
    with pytest.raises(ValueError, match="cannot be written"):
        link.write((Attend(time=0, source=0, trial=1),))
