"""What a number is made of: a tree of known numbers, rows times vectors, sums, products and activations.

    Known      a number that was there before: a bias, an old state, an earlier line
    Dot        a row of a matrix times a vector: every product, the largest first
    Sum, Product, Minus, Bend      a + b, a · b, a - b, σ(a)

Every expression has its `value` in float64 and its symbol in LaTeX.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

BENDS: dict[str, Callable[[float], float]] = {
    r"\sigma": lambda a: 1 / (1 + math.exp(-a)) if a >= 0 else math.exp(a) / (1 + math.exp(a)),
    r"\tanh": math.tanh,
    r"\mathrm{ReLU}": lambda a: max(a, 0.0),
}


@dataclass(frozen=True)
class Known:
    """A number that this line finds ready."""

    symbol: str
    value: float


@dataclass(frozen=True)
class Term:
    """One product of a dot: weight times value, and which number of the vector it takes."""

    index: int
    weight: float
    value: float

    @property
    def product(self) -> float:
        """weight · value."""
        return self.weight * self.value


@dataclass(frozen=True)
class Dot:
    """A row of a matrix times a vector; terms by size of their product, largest first."""

    matrix: str
    vector: str
    terms: tuple[Term, ...]
    value: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", math.fsum(term.product for term in self.terms))

    @property
    def symbol(self) -> str:
        """As in the equation."""
        return f"{self.matrix} {self.vector}"

    def rest(self, shown: int) -> float:
        """What the terms after the first ``shown`` add up to."""
        return math.fsum(term.product for term in self.terms[shown:])


@dataclass(frozen=True)
class Sum:
    """a + b + …"""

    parts: tuple[Expression, ...]

    @property
    def value(self) -> float:
        """Their sum."""
        return math.fsum(part.value for part in self.parts)


@dataclass(frozen=True)
class Product:
    """a · b · …"""

    parts: tuple[Expression, ...]

    @property
    def value(self) -> float:
        """Their product."""
        return math.prod(part.value for part in self.parts)


@dataclass(frozen=True)
class Minus:
    """a - b"""

    left: Expression
    right: Expression

    @property
    def value(self) -> float:
        """Their difference."""
        return self.left.value - self.right.value


@dataclass(frozen=True)
class Bend:
    """An activation of a number: one of BENDS."""

    function: str
    inside: Expression

    @property
    def value(self) -> float:
        """The activation."""
        return BENDS[self.function](self.inside.value)


Expression = Known | Dot | Sum | Product | Minus | Bend


def number(symbol: str, value: float) -> Known:
    """A number with a name."""
    return Known(symbol, float(value))


def dot(matrix: str, vector: str, row: np.ndarray, values: np.ndarray) -> Dot:
    """A row times a vector."""
    pairs = enumerate(zip(row.tolist(), values.tolist(), strict=True))
    terms = [Term(index, float(weight), float(value)) for index, (weight, value) in pairs]
    return Dot(matrix, vector, tuple(sorted(terms, key=lambda term: -abs(term.product))))


def total(*parts: Expression) -> Sum:
    """A sum; sums within it are taken apart, since brackets around them say nothing."""
    return Sum(tuple(inner for part in parts for inner in flat(part, Sum)))


def flat(part: Expression, kind: type[Sum] | type[Product]) -> tuple[Expression, ...]:
    return part.parts if isinstance(part, kind) else (part,)


def inner(expression: Expression) -> Iterator[Expression]:
    """The expression and all that it is made of, from left to right."""
    yield expression
    parts: tuple[Expression, ...] = ()
    if isinstance(expression, Sum | Product):
        parts = expression.parts
    elif isinstance(expression, Minus):
        parts = expression.left, expression.right
    elif isinstance(expression, Bend):
        parts = (expression.inside,)
    for part in parts:
        yield from inner(part)


def symbols(expression: Expression) -> list[str]:
    """The numbers that an expression finds ready, by their symbols."""
    return [part.symbol for part in inner(expression) if isinstance(part, Known)]


def dots(expression: Expression) -> list[Dot]:
    """The rows times vectors in an expression."""
    return [part for part in inner(expression) if isinstance(part, Dot)]
