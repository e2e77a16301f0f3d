"""Numbers that remember how they were made: a cell's step runs on them, and leaves its arithmetic behind.

`Vector` has the tensor methods that a step uses; ``vector.at(unit)`` is the `Expression` of one of its numbers. A
cell that uses another method is refused by name; it is then added here, with its arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from engine.expressions import Bend, Expression, Minus, Product, dot, flat, number, total

INNER = "u"
"""The symbol of numbers that were made on the way and have no name."""


@dataclass(frozen=True)
class Matrix:
    """Weights ``[row, column]`` with a symbol for each row; only its transpose is multiplied by."""

    numbers: np.ndarray
    symbol: Callable[[int], str]

    @property
    def mT(self) -> Matrix:
        """Itself: `Vector.__matmul__` takes rows."""
        return self


@dataclass(frozen=True)
class Vector:
    """A vector whose numbers know how they were made: ``at(index)``."""

    size: int
    at: Callable[[int], Expression]
    symbol: str = ""
    factors: tuple[Vector, ...] = ()
    """What it is the product of, number by number; empty where it is none."""

    @cached_property
    def numbers(self) -> np.ndarray:
        """All of its numbers."""
        return np.array([self.at(index).value for index in range(self.size)])

    @property
    def shape(self) -> tuple[int]:
        """As a tensor's: one dim."""
        return (self.size,)

    def sum(self, dim: int) -> Vector:
        """One number, the sum of all: of a product of two vectors their dot, of others term by term. dim: the only one, -1.

        A vector without a name of its own, one that was made on the way, is called u.
        """
        if dim != -1:
            raise ValueError(f"dim = {dim}: a vector has one dim, -1.")
        if len(self.factors) != 2:
            return Vector(1, lambda _: total(*map(self.at, range(self.size))))
        one, other = self.factors
        name = other.symbol or INNER
        made = dot(rf"{one.symbol} \cdot", name, one.numbers, other.numbers)
        return Vector(1, lambda _: made, factors=self.factors)

    def chunk(self, parts: int, dim: int) -> list[Vector]:
        """Equal parts, one after another."""
        size = self.size // parts
        return [Vector(size, self._from(first)) for first in range(0, parts * size, size)]

    def _from(self, first: int) -> Callable[[int], Expression]:
        return lambda index: self.at(first + index)

    def __matmul__(self, matrix: Matrix) -> Vector:
        return Vector(
            len(matrix.numbers),
            lambda row: dot(matrix.symbol(row), self.symbol, matrix.numbers[row], self.numbers),
        )

    def __add__(self, other: Vector | float) -> Vector:
        return _both(self, other, total)

    def __mul__(self, other: Vector | float) -> Vector:
        made = _both(self, other, lambda a, b: Product((*flat(a, Product), *flat(b, Product))))
        # A plain number only stretches what there was: it is the same product, longer or shorter.
        factors = (self, other) if isinstance(other, Vector) else self.factors
        return replace(made, factors=factors)

    def __sub__(self, other: Vector | float) -> Vector:
        return _both(self, other, Minus)

    def __rsub__(self, other: float) -> Vector:
        return _both(self, other, lambda own, left: Minus(left, own))

    __radd__, __rmul__ = __add__, __mul__

    def sigmoid(self) -> Vector:
        """σ(a) = 1 / (1 + exp(-a))."""
        return self._bent(r"\sigma")

    def tanh(self) -> Vector:
        """tanh(a)."""
        return self._bent(r"\tanh")

    def relu(self) -> Vector:
        """max(a, 0)."""
        return self._bent(r"\mathrm{ReLU}")

    def _bent(self, function: str) -> Vector:
        return Vector(self.size, lambda index: Bend(function, self.at(index)))


def given(values: np.ndarray, symbol: str | Callable[[int], str]) -> Vector:
    """Numbers that are there from the start, under one symbol or one for each."""
    numbers = values.astype(np.float64)
    name = symbol if callable(symbol) else (lambda _: symbol)
    vector = Vector(
        len(numbers),
        lambda index: number(name(index), numbers[index]),
        "" if callable(symbol) else symbol,
    )
    vector.__dict__["numbers"] = numbers  # as `numbers` would compute them one by one
    return vector


def known(vector: Vector, symbol: str) -> Vector:
    """The same numbers under a name: what the lines after this one use."""
    return Vector(vector.size, lambda index: number(symbol, vector.at(index).value), symbol)


def _both(
    one: Vector, other: Vector | float, make: Callable[[Expression, Expression], Expression]
) -> Vector:
    """Number by number; a plain number stands for all of them."""
    if isinstance(other, Vector):
        return Vector(one.size, lambda index: make(one.at(index), other.at(index)))
    return Vector(one.size, lambda index: make(one.at(index), number(f"{other:g}", other)))
