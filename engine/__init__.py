"""The engine: recurrent nets that are really trained, and looked into. In reading order:

    experiment   the frozen choices: task + network + training + seed
    cells        one equation per file, its values as a table
    starts       how the recurrent weights begin
    tasks        problems with a distance in them
    unroll       the only time loop;  edits: interventions as values
    network      embedding -> recurrent layers -> read-out;  readouts: how an answer is read from the states
    attention    scores of one state against others;  encoder_decoder: reads a sequence, then writes another
    trainer      a generator of progress and snapshots;  evaluation: how a net does;  truncated: the gradient cut
    recorder     weights + trials + edits -> labelled arrays;  pair_recorder: the same of a net that writes
    opened_pair  such a net step by step;  writing: greedy;  beam: several beginnings;  attention_edits: changes as values
    gradients    credit and shares;  jacobian: the factors that explain them
    analyses     one question per file;  questions: an analysis asked of a stored run;  answering: its answer
    comparisons  prepared questions to several nets at once;  compared: those nets;  shipped: what came out
    bottleneck   with attention and without, over lengths and sizes;  second_act: the far sentence with attention
    plainmodule  somebody's own nn.RNN, nn.LSTM or nn.GRU;  opening: a file that somebody brings
    worked       the arithmetic of one number, term by term;  recipe: the same in five lines of PyTorch
    store        runs on disk;  runfile: a run as one file;  worker: one job after another

Symbols and words: x_t input, h_t hidden state, c_t cell state; f forget gate, i input gate ("store"), g or n
candidate, o output gate; r reset gate, z update gate; m margin of the right answer; reach ‖∂m/∂state_k‖ relative
to the last step; h̄_s what the encoder says of place s, e_ts score, α_ts weight of attention, context Σ_s α_ts h̄_s, v the one
vector. Dims: snapshot (stored training steps), trial, layer, direction, time, unit; feature of an input, answer of an output;
source_time of what is read before anything is written; loss_time and state_time of credit.

The names below are imported when they are first used, so that importing ``engine`` needs no torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.attention_edits import Attend, AttendRow
    from engine.edits import Clamp, Patch, Silence
    from engine.experiment import Experiment, Network, Training
    from engine.gradients import credit, shares
    from engine.jacobian import jacobians
    from engine.recorder import record
    from engine.run import Run
    from engine.runfile import load, save
    from engine.trainer import train, training

_HOMES = {
    "Experiment": "experiment",
    "Network": "experiment",
    "Training": "experiment",
    "Run": "run",
    "train": "trainer",
    "training": "trainer",
    "save": "runfile",
    "load": "runfile",
    "record": "recorder",
    "credit": "gradients",
    "shares": "gradients",
    "jacobians": "jacobian",
    "Clamp": "edits",
    "Silence": "edits",
    "Patch": "edits",
    "Attend": "attention_edits",
    "AttendRow": "attention_edits",
}

__all__ = [
    "Attend",
    "AttendRow",
    "Clamp",
    "Experiment",
    "Network",
    "Patch",
    "Run",
    "Silence",
    "Training",
    "credit",
    "jacobians",
    "load",
    "record",
    "save",
    "shares",
    "train",
    "training",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"engine has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"engine.{home}"), name)


def __dir__() -> list[str]:
    return __all__
