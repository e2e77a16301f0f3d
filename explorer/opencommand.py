"""`python -m explorer open FILE`: take a run, a module or a state_dict into the store, and open the page on it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine.disk import DiskError
from engine.opening import TIME, Given, take
from engine.plainmodule import MAX_TIME, MAX_TRIALS
from engine.statedict import NONLINEARITIES, plain
from engine.store import Store, store_root
from explorer.__main__ import options, start
from explorer.address import opens


def count(most: int) -> type[int]:
    """A reader of whole numbers from 1 to ``most``, for argparse."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a number from 1 to {most}")
        return int(text)

    return read  # type: ignore[return-value]


def seed(text: str) -> int:
    """A seed from the command line."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a seed; choose a whole number")
    return int(text)


def parser() -> argparse.ArgumentParser:
    """The options of the command: those about a state_dict, and those of the server."""
    made = argparse.ArgumentParser(
        prog="python -m explorer open",
        description="Look inside a run file, a module file, or a state_dict as safetensors.",
    )
    made.add_argument("file", type=Path, help="the file; what it is, its content says")
    of = made.add_argument_group("for a state_dict of an nn.RNN, nn.LSTM or nn.GRU")
    of.add_argument("--inputs", type=Path, help=".npy file of numbers [trial, time, input]")
    of.add_argument("--tokens", type=Path, help="text file of words, one line a trial")
    of.add_argument("--prefix", help='which net, where there are several: "encoder.lstm."')
    of.add_argument("--nonlinearity", choices=NONLINEARITIES, help="of an nn.RNN", default="")
    of.add_argument("--trials", type=count(MAX_TRIALS), help="random inputs: trials (1)")
    of.add_argument("--time", type=count(MAX_TIME), help=f"random inputs: time steps ({TIME})")
    of.add_argument("--seed", type=seed, help="random inputs: seed (0)")
    return options(made)


def open_file(arguments: list[str]) -> int:
    """The command; returns the exit status: 2, and one sentence, for a file that cannot be opened."""
    chosen = parser().parse_args(arguments)
    given = Given(**{name: getattr(chosen, name) for name in Given.__dataclass_fields__})
    try:
        taken = take(chosen.file, Store(chosen.store or store_root()), given)
    except (ValueError, DiskError) as error:
        print(plain(str(error)), file=sys.stderr)
        return 2
    for line in taken.said:
        print(line, flush=True)
    return start(chosen, opens(taken.name, taken.writes))
