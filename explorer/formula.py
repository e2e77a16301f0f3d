"""Worked arithmetic as LaTeX: each line as in the textbook, under it with its numbers, under it term by term.

Numbers are rounded for the eye (`figure`), never before they are used.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.expressions import Bend, Dot, Expression, Known, Minus, Product, Sum, dots
from engine.worked import Answer, Line
from explorer import theme

SHOWN = 3
"""Products that are written out, the largest ones; the others are one number."""


def figure(value: float) -> str:
    """Three decimals; more where 0 or 1 would be said of a number that only comes near: 0.9998, 2.1·10⁻⁵."""
    size = abs(value)
    if 0 < size < 5e-4 or size >= 1000:
        digits, exponent = f"{value:.1e}".split("e")
        return rf"{digits}{{\cdot}}10^{{{int(exponent)}}}"
    places = 3
    while places < 8 and size < 1 and round(size, places) == 1:
        places += 1
    return f"{value:.{places}f}"


def lines(worked: Sequence[Line], cell: str, shown: int = SHOWN, mode: theme.Mode = "light") -> str:
    """Lines of a step in one block, "=" below "="; ``shown`` products of every row are written out.

    mode: of the page, on which the hues of the gates are to be read.
    """
    return block([row for line in worked for row in _line(line, cell, shown, mode)])


def answer(made: Answer, shown: int = SHOWN) -> str:
    """The read-out of one answer: its logit, and its share among all answers."""
    word = rf"\text{{{worded(made.word)}}}" if made.word else "t"
    rows = [
        rf"y_{{{word}}} &= {symbols(made.logit)} = {numbers(made.logit)} = {figure(made.logit.value)}"
    ]
    rows += terms(made.logit, shown)
    if made.probability is not None and made.logsumexp is not None:
        exponent = f"{figure(made.logit.value)} - {signed(made.logsumexp)}"
        rows.append(
            rf"p_{{{word}}} &= \exp(y_{{{word}}} - \log\textstyle\sum\exp y)"
            rf" = \exp({exponent}) = \mathbf{{{figure(made.probability)}}}"
        )
    return block(rows)


def _line(line: Line, cell: str, shown: int, mode: theme.Mode) -> list[str]:
    color = theme.as_text(theme.GATES.get(line.signal.name, theme.CELLS[cell]), mode)
    name = rf"\textcolor{{{color}}}{{{line.signal.symbol}}}"
    inside = ""
    if isinstance(line.expression, Bend) and not isinstance(line.expression.inside, Known):
        inside = rf" = {line.expression.function}({figure(line.expression.inside.value)})"
    rows = [
        rf"{name} &= {symbols(line.expression)}",
        rf"&= {numbers(line.expression)}{inside} = \textcolor{{{color}}}{{\mathbf{{{figure(line.value)}}}}}",
    ]
    return rows + (terms(line.expression, shown) if shown else [])


def symbols(expression: Expression) -> str:
    """As in the textbook."""
    if isinstance(expression, Known | Dot):
        return expression.symbol
    if isinstance(expression, Sum):
        return " + ".join(symbols(part) for part in expression.parts)
    if isinstance(expression, Product):
        return r" \cdot ".join(_bracketed(part, symbols) for part in expression.parts)
    if isinstance(expression, Minus):
        return f"{symbols(expression.left)} - {symbols(expression.right)}"
    return f"{expression.function}({symbols(expression.inside)})"


def numbers(expression: Expression) -> str:
    """The same with the numbers in the places of the symbols."""
    if isinstance(expression, Known | Dot):
        plain = isinstance(expression, Known) and expression.symbol.isdigit()  # the 1 of 1 - z
        return expression.symbol if plain else figure(expression.value)
    if isinstance(expression, Sum):
        first, *others = (numbers(part) for part in expression.parts)
        return first + "".join(
            f" - {text[1:]}" if text.startswith("-") else f" + {text}" for text in others
        )
    if isinstance(expression, Product):
        return r" \cdot ".join(_bracketed(part, numbers) for part in expression.parts)
    if isinstance(expression, Minus):
        right = numbers(expression.right)
        return f"{numbers(expression.left)} - {f'({right})' if right.startswith('-') else right}"
    return f"{expression.function}({numbers(expression.inside)})"


def table(dot: Dot, unit_of: str = "unit") -> str:
    """Every product of a row as a table in markdown, the largest first."""
    head = f"| {unit_of} | weight | × value | = product |\n|--:|--:|--:|--:|\n"
    return head + "\n".join(
        f"| {term.index + 1} | {term.weight:.6f} | {term.value:.6f} | {term.product:.6f} |"
        for term in dot.terms
    )


def terms(expression: Expression, shown: int) -> list[str]:
    """Each row times vector in an expression, term by term."""
    return [_dot(dot, shown) for dot in dots(expression)]


def _dot(dot: Dot, shown: int) -> str:
    """W_xf x_t = 0.5·0.8 + 0.3·(−1.2) + … and what the other terms add up to."""
    letter = dot.vector.partition("_")[0]
    written = [
        rf"\underset{{{letter}_{{{term.index + 1}}}}}"
        rf"{{{signed(term.weight) if place else figure(term.weight)}\cdot{signed(term.value)}}}"
        for place, term in enumerate(dot.terms[:shown])
    ]
    others = len(dot.terms) - len(written)
    if others > 0:
        rest = dot.rest(shown)
        name = "other" if others == 1 else "others"
        written.append(rf"\underset{{\text{{{others} {name}}}}}{{{signed(rest)}}}")
    return rf"{{\small {dot.symbol}}} &{{\small {{}}= {' + '.join(written)} = {figure(dot.value)}}}"


def signed(value: float) -> str:
    """A number that may stand behind a sign."""
    text = figure(value)
    return f"({text})" if text.startswith("-") else text


def _bracketed(part: Expression, write: object) -> str:
    text = write(part)  # type: ignore[operator]
    return f"({text})" if isinstance(part, Sum | Minus) or text.startswith("-") else text


def block(rows: Sequence[str]) -> str:
    """Rows of one formula, "=" below "="."""
    return "$$\n\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}\n$$"


def worded(word: str) -> str:
    r"""A task's word inside \text{…}: letters, digits, spaces and a few signs are kept, all else becomes a dot."""
    kept = " -/,\N{OPEN BOX}"
    return "".join(letter if letter.isalnum() or letter in kept else "." for letter in word)
