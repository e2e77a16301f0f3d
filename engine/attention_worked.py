"""One weight of attention, explained: its score, its share of the softmax, and what it brings to the written word.

    made = attended(recording, weights, step=400, time=2, source=5)
    made.score.expression                # Dot("h_t ·", "\\bar h_s", …)
    made.weight, made.brings.value       # α_ts, and what it adds to the logit of the written word

The attention's own `score` is run on numbers that remember how they were made (`engine.trace`), as a cell's step is in
`engine.worked`. All arithmetic is in float64, from states and weights as they are recorded (float32); it imports no torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.attention import ATTENTIONS, Attention
from engine.expressions import Dot, Expression, dot, dots
from engine.newest import newest
from engine.probabilities import probabilities
from engine.trace import INNER, Matrix, Vector, given

if TYPE_CHECKING:
    import xarray as xr

QUERY, KEY = "h_t", r"\bar h_s"
SYMBOLS = {"query": "W_q", "key": "W_k", "score": "v"}
"""The attention's own weights, as in its equation."""


@dataclass(frozen=True)
class Inner:
    """The number of a layer inside the score that counts most: u_i = tanh(…), i from 0."""

    index: int
    expression: Expression


@dataclass(frozen=True)
class Score:
    """e_ts as an expression, and where it has a layer of its own inside, the largest number of that."""

    expression: Expression
    inner: Inner | None

    @property
    def value(self) -> float:
        """e_ts."""
        return self.expression.value


@dataclass(frozen=True)
class Logit:
    """The logit of the written word, in four parts: from h_t, from this source, from the other sources, and b_y."""

    word: str
    state: float
    here: float
    others: float
    bias: float

    @property
    def value(self) -> float:
        """Their sum."""
        return self.state + self.here + self.others + self.bias


@dataclass(frozen=True)
class Attended:
    """A weight of attention: step of writing ``time`` -> place in the ``source``, both from 0.

    scores ``[source]``: the row, this one worked out and the others as recorded; weight: α_ts = exp(e_ts) / Σ_s' exp(e_ts');
    key_norm: ‖h̄_s‖; context_norm: ‖Σ_s α_ts h̄_s‖; brings: w_c · h̄_s, whose α-fold this source adds to the logit.
    """

    snapshot: int
    time: int
    source: int
    score: Score
    scores: np.ndarray
    weight: float
    key_norm: float
    context_norm: float
    brings: Dot
    logit: Logit


def attended(
    recording: xr.Dataset,
    weights: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    time: int = 0,
    source: int = 0,
) -> Attended:
    """The arithmetic of one weight, at the newest snapshot up to ``step`` (None: the last).

    recording: of the analysis "alignment" without edits; weights: of "pair_weights", with that snapshot in it. Raises ValueError
    for a net without attention and for a place that is not there.
    """
    attention = ATTENTIONS.get(str(weights.attrs["attention"]))
    if attention is None:
        raise ValueError("This net has no attention.")
    at, kept = (newest(dataset, step) for dataset in (recording, weights))
    now = int(recording["snapshot"][at])
    if now != int(weights["snapshot"][kept]):
        raise ValueError(f"There are no weights of training step {now}.")
    length = int(recording["length"][trial])
    steps = int(recording["written_length"][at, trial])
    _inside("time", time, steps)
    _inside("source", source, length)
    here, own = recording.isel(snapshot=at, trial=trial), weights.isel(snapshot=kept)
    query = here["state"].values[time].astype(np.float64)
    keys = here["annotation"].values[:length].astype(np.float64)
    layers = {
        name.removeprefix("scores_"): own[name].values
        for name in map(str, own.data_vars)
        if name.startswith("scores_")
    }
    score = scored(attention, layers, query, keys[source])
    scores = here["score"].values[time, :length].astype(np.float64)
    scores[source] = score.value
    alpha = probabilities(scores)
    word = int(here["written"].values[time])
    row = own["context_weights"].values[word].astype(np.float64)
    brings = dot(r"w_c \cdot", KEY, row, keys[source])
    parts = alpha * (keys @ row)
    return Attended(
        now,
        time,
        source,
        score,
        scores,
        float(alpha[source]),
        float(np.linalg.norm(keys[source])),
        float(np.linalg.norm(alpha @ keys)),
        brings,
        Logit(
            str(own["answer"].values[word]),
            float(own["state_weights"].values[word].astype(np.float64) @ query),
            float(alpha[source] * brings.value),
            float(np.delete(parts, source).sum()),
            float(own["readout_bias"].values[word]),
        ),
    )


def scored(
    attention: Attention, weights: dict[str, np.ndarray], query: np.ndarray, key: np.ndarray
) -> Score:
    """e_ts as its own `score` makes it. weights: the attention's, by name; query, key ``[unit]``."""
    traced: dict[str, Any] = {
        name: given(value, SYMBOLS[name]) if value.ndim == 1 else _rows(value, SYMBOLS[name])
        for name, value in weights.items()
    }
    made: Any = attention.score(traced, given(query, QUERY), given(key, KEY))  # type: ignore[arg-type]
    expression = made.at(0)
    inner = [vector for vector in made.factors if not vector.symbol]
    return Score(expression, _largest(expression, inner[0]) if inner else None)


def _rows(matrix: np.ndarray, symbol: str) -> Matrix:
    return Matrix(matrix, lambda row: symbol)


def _largest(expression: Expression, vector: Vector) -> Inner:
    """The number of the inner layer whose product is the largest."""
    [row] = [one for one in dots(expression) if one.vector == INNER]
    index = row.terms[0].index
    return Inner(index, vector.at(index))


def _inside(name: str, place: int, count: int) -> None:
    if not 0 <= place < count:
        raise ValueError(f"{name} = {place}: must be from 0 to {count - 1}.")
