"""Changes in a link: what is written reads back as the same edits, and no text brings more than a sentence."""

from __future__ import annotations

import random
import re
import string

import pytest

from engine.cells import CELLS
from engine.edits import Clamp, Edit, Patch, Silence
from explorer import editlink, editwords

LSTM = CELLS["lstm"]
WORDS = ("I", "grew", "up", "in", "France", "and", "the", "old", "red", "house", "so", "I", "speak")
NAMES = ("France", "Italy", "Japan")

EXAMPLES: list[tuple[tuple[Edit, ...], str]] = [
    ((), ""),
    ((Clamp("forget", 0.9),), "hold:forget:0.9"),
    ((Clamp("cell", -1.5, units=(3, 5, 6, 7), trials=(0, 1)),), "hold:cell:-1.5:u3,5-7:n0,1"),
    ((Silence((3, 4), times=(1,)),), "silence:3,4:t1"),
    (
        (Patch("hidden", 0, 1, 24), Patch("cell", 0, 1, 24)),
        "put:hidden,cell:0~1:t24",
    ),
    (
        tuple(
            Clamp(state, 0, times=(24,), layer=layer, direction=way)
            for state in ("hidden", "cell")
            for layer in (0, 1)
            for way in (0, 1)
        ),
        "hold:hidden,cell:0:t24:l0,1:d0,1",
    ),
    (
        (Clamp("forget", 1), Clamp("input_gate", 1), Clamp("forget", 1)),
        "hold:forget,input_gate:1;hold:forget:1",
    ),
    ((Clamp("forget", 1e-07), Silence((0,), layer=1)), "hold:forget:1e-07;silence:0:l1"),
]


@pytest.mark.parametrize(("edits", "text"), EXAMPLES)
def test_a_change_is_written_as_a_short_text_and_back(edits: tuple[Edit, ...], text: str) -> None:
    assert editlink.write(edits) == text
    assert editlink.read(text) == edits


def some(rng: random.Random, most: int) -> tuple[int, ...]:
    """Any numbers, in any order, some twice."""
    start = rng.randrange(most)
    run = tuple(range(start, start + rng.choice((1, 2, 3, 9))))
    return (
        run if rng.random() < 0.6 else tuple(rng.randrange(most) for _ in range(rng.randint(1, 4)))
    )


def an_edit(rng: random.Random) -> Edit:
    place = {"layer": rng.choice((0, 0, 0, 3)), "direction": rng.choice((0, 0, 1))}
    maybe = {
        name: some(rng, most)
        for name, most in (("units", 512), ("times", 2000))
        if rng.random() < 0.4
    }
    signal = rng.choice(("forget", "input_gate", "cell", "hidden"))
    kind = rng.choice("csp")
    if kind == "c":
        value = rng.choice((0.0, 1.0, 0.9, rng.uniform(-20, 20), 10 ** rng.uniform(-9, 5)))
        trials = some(rng, 64) if rng.random() < 0.2 else None
        return Clamp(signal, value, trials=trials, **maybe, **place)
    if kind == "s":
        return Silence(some(rng, 512), times=maybe.get("times"), **place)
    where = (rng.randrange(64), rng.randrange(64), rng.randrange(2000))
    return Patch(signal, *where, units=maybe.get("units"), **place)


def test_what_is_written_reads_back_as_the_same_edits() -> None:
    rng = random.Random(5)
    written = 0
    for _ in range(3000):
        edits = [an_edit(rng) for _ in range(rng.randint(1, 4))]
        if rng.random() < 0.3:
            first = edits[0]
            if not isinstance(first, Silence):
                edits += [first.model_copy(update={"signal": name}) for name in ("cell", "hidden")]
        try:
            text = editlink.write(edits)
        except ValueError as fault:
            assert "a link has room for 200" in str(fault)
            continue
        written += 1
        assert editlink.read(text) == tuple(edits)
        assert len(text) <= editlink.LONGEST
        assert re.fullmatch(r"[a-z0-9_.,;:~-]*", text)
        assert [e for change in editlink.changes(edits) for e in change] == edits
    assert written > 2000


@pytest.mark.parametrize(
    "text",
    [
        "x",
        ";",
        "hold",
        "hold:forget",
        "hold:forget:",
        "hold:forget:nan",
        "hold:forget:1e400",
        "hold:forget:9999999",
        "hold:Forget:1",
        "hold::1",
        "hold:forget:1:q3",
        "hold:forget:1:u",
        "hold:forget:1:u3-1",
        "hold:forget:1:u1:u2",
        "hold:forget:1:u0-99999",
        "hold:forget:1:d2",
        "hold:forget:1:u" + "-".join("123"),
        "silence:",
        "silence:-1",
        "silence:3:n1",
        "put:cell:0:t3",
        "put:cell:0~1:3",
        "put:cell:0~1:t",
        "put:cell:0~1:t3:n2",
        "put:cell:0~1:t3:t4",
        "hold:" + ",".join(["forget"] * 33) + ":1",
        "hold:forget:1;" * 20,
        "hold:forget:٣",
    ],
)
def test_a_bad_text_is_one_sentence(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        editlink.read(text)
    said = str(caught.value)
    assert said.endswith(".") and "\n" not in said and len(said) < 160
    assert type(caught.value) is ValueError


def test_no_text_brings_anything_but_edits_or_a_sentence() -> None:
    rng = random.Random(7)
    seeds = [text for _, text in EXAMPLES if text]
    letters = string.ascii_lowercase[:8] + "ultnd0123456789_.,;:~-" + "é\x00"
    read = 0
    for _ in range(20_000):
        text = list(rng.choice(seeds))
        for _ in range(rng.randint(1, 4)):
            place = rng.randrange(len(text) + 1)
            text[place : place + rng.randint(0, 2)] = rng.choices(letters, k=rng.randint(0, 2))
        try:
            edits = editlink.read("".join(text))
        except ValueError as fault:
            assert type(fault) is ValueError and str(fault).endswith(".")
            continue
        read += 1
        assert len(edits) <= editlink.MOST
    assert read > 500


def test_too_many_changes_do_not_fit() -> None:
    edits = [Clamp("forget", 0.123456789 + n) for n in range(12)]
    with pytest.raises(ValueError, match="a link has room for 200"):
        editlink.write(edits)
    with pytest.raises(ValueError, match="without any unit"):
        editlink.write([Clamp("forget", 1, units=())])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((Clamp("forget", 0.9),), "forget gate held at 0.9 in all units"),
        (
            (Clamp("forget", 0.9, units=(0, 4, 5, 6), times=(1, 2, 3)),),
            "forget gate held at 0.9 in units 1, 5–7, at steps 2–4",
        ),
        ((Silence((3,)),), "unit 4 silenced (hidden state 0)"),
        (
            (Clamp("hidden", 0, times=(4,)), Clamp("cell", 0, times=(4,))),
            "memory erased, at “France” (step 5)",
        ),
        (
            (Patch("hidden", 0, 1, 6), Patch("cell", 0, 1, 6)),
            "memory of France put into the sentence about Italy, at “the” (step 7)",
        ),
        (
            (Patch("cell", 0, 9, 99, units=(1,), layer=1),),
            "cell state of France (unit 2) put into the sentence about trial 10, at step 100, layer 2",
        ),
        (
            (Clamp("cell", 2, trials=(0,), direction=1),),
            "cell state held at 2 in all units, in trials 1, layer 1, backwards",
        ),
    ],
)
def test_a_change_in_words(change: tuple[Edit, ...], words: str) -> None:
    assert editwords.described(change, LSTM, WORDS, NAMES) == words


def test_numbers_as_people_type_them() -> None:
    assert editwords.numbers("", 8, "units") is None
    assert editwords.numbers(" 1, 5-8 ", 8, "units") == (0, 4, 5, 6, 7)
    assert editwords.numbers("3,3,1\N{EN DASH}2", 8, "units") == (0, 1, 2)
    for text in ("0", "9", "8-1", "7-9"):
        with pytest.raises(ValueError, match="The units lie between 1 and 8"):
            editwords.numbers(text, 8, "units")
    for text in ("a", "1;2", "1-", ",", "1 2", "-1"):
        with pytest.raises(ValueError, match="The units are a list like 1, 5-8"):
            editwords.numbers(text, 8, "units")


def test_a_gate_is_held_at_what_it_can_be() -> None:
    editwords.check_value(LSTM, "cell", -30)
    editwords.check_value(LSTM, "forget", 1)
    with pytest.raises(ValueError, match=r"The forget gate has values from 0 to 1; 1.5 is none."):
        editwords.check_value(LSTM, "forget", 1.5)
    with pytest.raises(ValueError, match="The hidden state has values at least 0; -1 is none"):
        editwords.check_value(CELLS["relu"], "hidden", -1)
