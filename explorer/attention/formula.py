"""The arithmetic of one weight of attention as LaTeX: score, softmax, and what it brings to the written word.

Numbers are rounded for the eye (`formula.figure`), never before they are used.
"""

from __future__ import annotations

import numpy as np

from engine.attention_worked import Attended
from engine.expressions import Dot
from explorer.formula import block, figure, numbers, signed, symbols, terms, worded

SHOWN = 3
"""Products, and places of the source, that are written out."""


def score(made: Attended, shown: int = SHOWN) -> str:
    """e_ts from the two states; of a score with a layer inside also that layer's number which counts most."""
    whole = made.score.expression
    rows = [
        rf"e_{{ts}} &= {symbols(whole)}",
        rf"&= {numbers(whole)} = \mathbf{{{figure(whole.value)}}}",
    ]
    if isinstance(whole, Dot):  # its numbers are its terms
        rows = [rf"e_{{ts}} &= {symbols(whole)} = \mathbf{{{figure(whole.value)}}}"]
    rows += terms(whole, shown) if shown else []
    if (inner := made.score.inner) is not None:
        rows.append(
            rf"u_{{{inner.index + 1}}} &= {symbols(inner.expression)} = {numbers(inner.expression)}"
            rf" = {figure(inner.expression.value)}"
        )
        rows += terms(inner.expression, shown) if shown else []
    return block(rows)


def softmax(made: Attended, words: tuple[str, ...], shown: int = SHOWN) -> str:
    """α_ts = exp(e_ts) / Σ exp(e_ts'), the largest terms of the sum by the words of the source, the others as one."""
    largest = np.argsort(-made.scores, kind="stable")[: max(shown, 1)]
    parts = [
        rf"\underset{{\text{{{worded(words[s])}}}}}{{e^{{{figure(made.scores[s])}}}}}"
        for s in largest
    ]
    rest = np.delete(made.scores, largest)
    if len(rest):
        top = rest.max()
        together = float(top + np.log(np.exp(rest - top).sum()))
        name = "other" if len(rest) == 1 else "others"
        parts.append(rf"\underset{{\text{{{len(rest)} {name}}}}}{{e^{{{figure(together)}}}}}")
    return block(
        [
            r"\alpha_{ts} &= \frac{\exp e_{ts}}{\sum_{s'} \exp e_{ts'}}"
            rf" = \frac{{e^{{{figure(made.score.value)}}}}}{{{' + '.join(parts)}}}"
            rf" = \mathbf{{{figure(made.weight)}}}"
        ]
    )


def brought(made: Attended, shown: int = SHOWN) -> str:
    """The share of the context, and what it adds to the logit of the written word beside everything else."""
    logit, length = made.logit, made.weight * made.key_norm
    word = rf"\text{{{worded(logit.word)}}}"
    parts = [
        rf"\underset{{{name}}}{{{signed(value) if place else figure(value)}}}"
        for place, (name, value) in enumerate(
            {
                r"\alpha_{ts}\, w_c \cdot \bar h_s": logit.here,
                r"\text{other sources}": logit.others,
                r"w_h \cdot h_t": logit.state,
                "b_y": logit.bias,
            }.items()
        )
    ]
    rows = [
        rf"\lVert \alpha_{{ts}} \bar h_s \rVert &= {figure(made.weight)} \cdot {figure(made.key_norm)}"
        rf" = \mathbf{{{figure(length)}}} \quad\text{{of a context of length }} {figure(made.context_norm)}",
        rf"\alpha_{{ts}}\, w_c \cdot \bar h_s &= {figure(made.weight)} \cdot {signed(made.brings.value)}"
        rf" = \mathbf{{{figure(logit.here)}}}",
        *(terms(made.brings, shown) if shown else []),
        rf"y_{{{word}}} &= {' + '.join(parts)} = {figure(logit.value)}",
    ]
    return block(rows)
