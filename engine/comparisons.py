"""Prepared comparisons: one thing is changed and the rest is equal, down to the seeds. Values only, no torch.

A comparison names two to six nets of `engine.compared`. What came out over five seeds, and a run of every net, is
shipped: `engine.shipped`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.compared import NETS, Compared


@dataclass(frozen=True)
class Variant:
    """A net in a comparison, with the words that tell it from the others there."""

    label: str
    net: Compared


@dataclass(frozen=True)
class Comparison:
    """A question, two to six nets that answer it together, and a note: what could mislead.

    seed: of the shipped runs, where the question is about one training; else each is the median of its five by
    accuracy, then by how soon it was there.
    """

    name: str
    title: str
    question: str
    note: str
    variants: tuple[Variant, ...]
    seed: int | None = None


def _of(
    name: str,
    title: str,
    question: str,
    note: str,
    variants: Mapping[str, str],
    seed: int | None = None,
) -> Comparison:
    """A comparison from its variants: the name of a net, and its label here."""
    found = tuple(Variant(label, NETS[net]) for net, label in variants.items())
    return Comparison(name, title, question, note, found, seed)


COMPARISONS: dict[str, Comparison] = {
    comparison.name: comparison
    for comparison in (
        _of(
            "gates",
            "Gates",
            "Do gates keep the word?",
            "Gates alone are not enough: the LSTM with the usual start forgets before it can learn to keep.",
            {
                "rnn": "RNN",
                "lstm-default": "LSTM, usual start",
                "lstm": "LSTM, chrono",
                "gru": "GRU",
            },
        ),
        _of(
            "activation",
            "Activation",
            "Does the slope of the activation decide how far back the error reaches?",
            "At one rate and start. The activation alone saves no plain net here; ReLU with the identity start is saved.",
            {
                "sigmoid": "σ",
                "rnn-slow": "tanh",
                "relu": "ReLU",
                "relu-identity": "ReLU, identity start",
            },
        ),
        _of(
            "start",
            "Start of a plain net",
            "Does it help to start W_hh as the identity, or orthogonal?",
            "Reach before training is not enough: the tanh net with the identity start has it, and loses it in training.",
            {
                "rnn-slow": "tanh, usual",
                "rnn-orthogonal": "tanh, orthogonal",
                "rnn-identity": "tanh, identity",
                "relu": "ReLU, usual",
                "relu-orthogonal": "ReLU, orthogonal",
                "relu-identity": "ReLU, identity",
            },
        ),
        _of(
            "forget",
            "Forget bias",
            "How open must the forget gate of an LSTM be at the start?",
            "The usual start is a bias near 0. Between 0 and 1 the seed decides.",
            {
                "lstm-default": "usual",
                "lstm-forget-0": "bias 0",
                "lstm-forget-1": "bias 1",
                "lstm-forget-3": "bias 3",
                "lstm": "chrono",
            },
        ),
        _of(
            "update",
            "Update bias",
            "Does a GRU need an open gate at the start as well?",
            "The usual GRU starts with a vanished gradient and learns all the same: the start predicts the speed, not the end.",
            {"gru": "usual", "gru-update-2": "bias 2"},
        ),
        _of(
            "gaps",
            "Schedule of gaps, LSTM",
            "The same LSTM, tested at gap 40: does it matter which gaps it was trained on?",
            "The net, the start and the test are the same; only the sentences that it learns from differ.",
            {"lstm-gap-40": "40 only", "lstm-default": "20 to 40", "lstm-gaps-0-40": "0 to 40"},
        ),
        _of(
            "gaps-rnn",
            "Schedule of gaps, RNN",
            "Can a plain RNN never carry a word over 40 others, or is it only hard to learn?",
            "One that has learned it latches the word in saturated units: its reach is small again, its use is not.",
            {
                "rnn-gaps-20-40": "20 to 40",
                "rnn-gaps-0-40": "0 to 40",
                "rnn-gaps-log": "0 to 40, mostly short",
                "rnn-gaps-grow": "0 to 40, short first",
            },
        ),
        _of(
            "exploding",
            "Clipping, where gradients explode",
            "Same net, same seed, same batches: what does the clip change?",
            "Plain gradient descent: Adam divides every gradient by its own size, clipped or not.",
            {"relu-clip": "clip at 1", "relu-no-clip": "no clip"},
            seed=1,
        ),
        _of(
            "vanishing",
            "Clipping, where gradients vanish",
            "Does clipping cure the vanishing gradient?",
            "The clip only ever makes a gradient smaller.",
            {"rnn": "RNN, clip at 1", "rnn-no-clip": "RNN, no clip", "lstm": "LSTM, clip at 1"},
        ),
        _of(
            "window",
            "Truncated back-propagation",
            "How long must the window be to learn a word that lies 40 words back?",
            "A window of 30 holds only the shortest sentences whole, and what they teach carries the longest. With 10 nothing comes back from the country; what the start keeps by itself can be read a little.",
            {"lstm-window-10": "10 steps", "lstm-window-30": "30 steps", "lstm": "whole sentence"},
        ),
        _of(
            "attention",
            "Attention",
            "Must the state carry the word, or may the answer look back at it?",
            "The cell is the same plain one: only the path is shorter, 1 step in place of 44. The first page's second act draws both paths.",
            {"rnn": "RNN", "rnn-attention": "RNN + attention", "lstm": "LSTM, chrono"},
        ),
    )
}
"""By name, in teaching order."""
