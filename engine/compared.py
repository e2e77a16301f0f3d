"""The nets of the prepared comparisons: each as on the first page but for what its name says. Values only, no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.cells import CELLS
from engine.experiment import Experiment

_Choices = dict[str, Any]


@dataclass(frozen=True)
class Compared:
    """A net of a comparison: the name of its shipped run, what stands beside it when it stands alone, what is trained, and how
    many of its snapshots are shipped: step 0, the last, and others between them, evenly in the logarithm."""

    name: str
    label: str
    experiment: Experiment
    kept: int = 5


def _net(
    name: str,
    label: str,
    cell: str,
    start: str = "default",
    *,
    bias: float | None = None,
    readout: str = "state",
    kept: int = Compared.kept,
    task: Mapping[str, Any] | None = None,
    **training: Any,
) -> Compared:
    """A net that is as on the first page but for what is said."""
    network: dict[str, Any] = {"cell": cell, "start": start, "readout": readout}
    if bias is not None:
        network["bias"] = bias
    choices = {
        "task": {"name": "fluent", **(task or {})},
        "network": network,
        "training": {"learning_rate": CELLS[cell].learning_rate} | training,
    }
    return Compared(name, label, Experiment.model_validate(choices), kept)


SLOW = 0.003
"""The rate at which the plain nets are compared; from a search over rates, on the same seeds."""

_PLAIN = (
    _net("sigmoid", "σ RNN", "sigmoid", learning_rate=SLOW),
    _net("rnn-slow", "RNN, rate 0.003", "rnn", learning_rate=SLOW),
    _net("rnn-identity", "RNN, identity start", "rnn", "identity", learning_rate=SLOW),
    _net("rnn-orthogonal", "RNN, orthogonal start", "rnn", "orthogonal", learning_rate=SLOW),
    _net("relu", "ReLU RNN", "relu", learning_rate=SLOW),
    _net("relu-identity", "ReLU RNN, identity start", "relu", "identity", learning_rate=SLOW),
    _net("relu-orthogonal", "ReLU RNN, orthogonal start", "relu", "orthogonal", learning_rate=SLOW),
)

_GATED = (
    _net("rnn", "RNN", "rnn"),
    _net("lstm", "LSTM", "lstm", "chrono"),
    _net("gru", "GRU", "gru"),
    _net("lstm-default", "LSTM, usual start", "lstm"),
    _net("lstm-forget-0", "LSTM, forget bias 0", "lstm", "forget", bias=0),
    _net("lstm-forget-1", "LSTM, forget bias 1", "lstm", "forget", bias=1),
    _net("lstm-forget-3", "LSTM, forget bias 3", "lstm", "forget", bias=3),
    _net("gru-update-2", "GRU, update bias 2", "gru", "update", bias=2),
)

_ONLY_40: _Choices = {"shortest_gap": 40}
_FROM_0: _Choices = {"shortest_gap": 0}
_LONG: _Choices = {"learning_rate": SLOW, "steps": 2000}
_GAPS = (
    _net("lstm-gap-40", "LSTM, usual start, gap 40 only", "lstm", task=_ONLY_40),
    _net("lstm-gaps-0-40", "LSTM, usual start, gaps 0 to 40", "lstm", task=_FROM_0),
    _net("rnn-gaps-20-40", "RNN, 2000 steps, gaps 20 to 40", "rnn", **_LONG),
    _net("rnn-gaps-0-40", "RNN, 2000 steps, gaps 0 to 40", "rnn", task=_FROM_0, **_LONG),
    _net(
        "rnn-gaps-log",
        "RNN, 2000 steps, mostly short gaps",
        "rnn",
        task=_FROM_0 | {"gaps": "log"},
        **_LONG,
    ),
    _net(
        "rnn-gaps-grow",
        "RNN, 2000 steps, short gaps first",
        "rnn",
        task=_FROM_0 | {"gaps": "short first"},
        **_LONG,
    ),
)

# Plain descent: Adam divides every gradient by its own size, clipped or not.
_STEEP: _Choices = {"optimiser": "sgd", "learning_rate": 0.1, "steps": 1000}
_RECALL: _Choices = {"name": "recall", "gap": 20}
_CLIPS = (
    _net("relu-clip", "ReLU RNN, clip 1", "relu", "identity", task=_RECALL, **_STEEP),
    _net(
        "relu-no-clip", "ReLU RNN, no clip", "relu", "identity", task=_RECALL, clip=None, **_STEEP
    ),
    _net("rnn-no-clip", "RNN, no clip", "rnn", clip=None),
)

_WINDOWS = (
    _net("lstm-window-10", "LSTM, cut every 10 steps", "lstm", "chrono", window=10),
    _net("lstm-window-30", "LSTM, cut every 30 steps", "lstm", "chrono", window=30),
)

# A row of the first page too, whose film wants more snapshots.
_READ = (_net("rnn-attention", "RNN + attention", "rnn", readout="attention", kept=7),)

NETS: dict[str, Compared] = {
    net.name: net for net in (*_GATED, *_PLAIN, *_GAPS, *_CLIPS, *_WINDOWS, *_READ)
}
"""Every net by name; the names of the first page's rows stand for the very same nets."""
