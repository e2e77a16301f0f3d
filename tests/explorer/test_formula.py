"""Formulas: every number that is written is one of the arithmetic; and the changed word in the link."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine.cells import CELLS
from engine.expressions import Known, Minus, Product, Sum, dots, inner, number
from engine.worked import Answer, behind, layer_weights, worked
from explorer import formula, wordlink
from tests.engine.nets import UNITS, untrained

NUMBER = re.compile(r"-?\d+\.\d+(?:\{\\cdot\}10\^\{-?\d+\})?")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.000"),
        (1.0, "1.000"),
        (-0.25, "-0.250"),
        (0.99984, "0.9998"),
        (0.9999999, "0.9999999"),
        (-0.99996, "-0.99996"),
        (12.3456, "12.346"),
        (0.00021, r"2.1{\cdot}10^{-4}"),
        (-43210.0, r"-4.3{\cdot}10^{4}"),
    ],
)
def test_figures_are_short_and_never_say_one_of_what_only_comes_near(
    value: float, text: str
) -> None:
    assert formula.figure(value) == text


def said(text: str) -> float:
    digits, _, exponent = text.partition(r"{\cdot}10^{")
    return float(digits) * 10.0 ** int(exponent.removesuffix("}") or 0)


@pytest.mark.parametrize("cell", CELLS)
def test_every_number_that_is_written_is_one_of_the_arithmetic(cell: str) -> None:
    run = untrained(cell)
    rng = np.random.default_rng(1)
    weights = layer_weights(run.snapshots[0].weights, 0, 0)
    x = rng.standard_normal((1, weights["weight_ih"].shape[1]))[0]
    state = {n: rng.standard_normal((1, UNITS))[0] for n in CELLS[cell].state}
    lines = behind(worked(CELLS[cell], weights, x, state, 2), "hidden")
    known = []
    for line in lines:
        known += [part.value for part in inner(line.expression)]
        for dot in dots(line.expression):
            known += [v for term in dot.terms for v in (term.weight, term.value)] + [dot.rest(2)]
    text = formula.lines(lines, cell, shown=2)
    found = [said(one) for one in NUMBER.findall(text)]
    assert len(found) > 10
    for value in found:
        near = min(known, key=lambda other: abs(abs(other) - abs(value)))
        assert abs(abs(near) - abs(value)) <= max(5.1e-4, 0.06 * abs(value) * (abs(value) < 5e-4))


def test_signs_and_brackets_are_those_of_a_textbook() -> None:
    a, b = number("a", 2.0), number("b", -3.0)
    assert formula.numbers(Sum((a, b, a))) == "2.000 - 3.000 + 2.000"
    assert formula.numbers(Product((a, b))) == r"2.000 \cdot (-3.000)"
    assert formula.numbers(Product((Minus(Known("1", 1.0), b), a))) == r"(1 - (-3.000)) \cdot 2.000"
    assert (
        formula.symbols(Product((Minus(Known("1", 1.0), b), Sum((a, b)))))
        == r"(1 - b) \cdot (a + b)"
    )


def test_a_task_word_cannot_bring_markup_into_a_formula() -> None:
    made = Answer(r"}\href{http://x}{$", number("y", 1.0), 2.0, 0.3)
    text = formula.answer(made)
    assert "href" in text  # as letters
    assert r"\href" not in text
    assert text.count("$") == 4


WORDS = ("I", "grew", "up", "in", "France")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("5.Japan", (4, "Japan")),
        ("1.x", (0, "x")),
        ("6.Japan", None),
        ("0.Japan", None),
        ("05.Japan", None),
        ("5.", None),
        ("5.a b", None),
        ("5.…", None),
        ("5.<b>", None),
        ("Japan", None),
        ("", None),
        ("5." + "x" * 41, None),
    ],
)
def test_a_changed_word_is_read_from_the_link_or_left_out(
    text: str, found: tuple[int, str] | None
) -> None:
    assert wordlink.read(text, WORDS) == found
    if found is not None:
        assert wordlink.write(*found) == text


def test_changing_a_word_keeps_the_length() -> None:
    assert wordlink.changed(WORDS, 4, "Japan") == "I grew up in Japan"
    assert wordlink.one_word("  New York! ") == "New"
    assert wordlink.one_word(" … ") == ""
