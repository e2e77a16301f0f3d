"""A file that a person brings, whatever it is called, taken into the store: a run, a module, or a state_dict.

What a file is, its content says: our own two kinds carry a word for it, and any other safetensors
file is looked through for a recurrent module. Nothing else is opened, least of all a pickle.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine import modulefile, modules, npyfile, plainmodule, runfile, statedict
from engine.arrayfile import MAX_FILE, MAX_HEADER, ArrayFileError
from engine.cells import CELLS
from engine.plainmodule import Module, ModuleError
from engine.questions import weights_digest
from engine.run import LOOKED_AT, Run
from engine.shipped import ROWS, shipped_run
from engine.store import Store, StoreError
from engine.tasks.translation import Translation
from engine.tensorfile import front, tensors

_ADVICE = 'save it with safetensors.torch.save_file(module.state_dict(), "module.safetensors")'
_OTHERS = (
    (b"PK\x03\x04", f"it is an archive, as torch.save makes them: {_ADVICE}"),
    (b"\x80", f"it is a pickle, and opening one can run a program: {_ADVICE}"),
    (b"\x89HDF", f"it is an HDF5 file: {_ADVICE}"),
    (b"\x93NUMPY", "it is an array, which belongs behind --inputs"),
)
"""How other files begin, where the first eight bytes are no length of a header."""
TIME = 100
MAX_TOKENS = 2**20  # bytes of a file of words


@dataclass(frozen=True)
class Given:
    """What a person may say beside the file; all of it is about a state_dict.

    inputs: a .npy file ``[trial, time, input]`` or ``[time, input]``; without it `trials` x `time` random normal numbers
    of a `seed`. tokens: a text file, one line of words a trial.
    """

    inputs: Path | None = None
    tokens: Path | None = None
    prefix: str | None = None
    nonlinearity: str = ""
    trials: int | None = None
    time: int | None = None
    seed: int | None = None

    def named(self) -> list[str]:
        """The options that were used."""
        return [f"--{name}" for name, value in vars(self).items() if value not in (None, "")]


@dataclass(frozen=True)
class Taken:
    """Under which name it can be looked at, what there is to say about it, line by line, and whether it is a net that writes."""

    name: str
    said: tuple[str, ...]
    writes: bool = False


def take(path: Path, store: Store, given: Given | None = None) -> Taken:
    """Take a file into the store. Raises ModuleError, RunFileError, NpyError, StoreError or DiskError: one sentence."""
    given = given or Given()
    what = _what(path)
    if what in (runfile.WHAT, modulefile.WHAT):
        if given.named():
            raise ModuleError(
                f"{path.name} brings all it needs: {', '.join(given.named())} is for a state_dict."
            )
        if what == runfile.WHAT:
            return keep_run(runfile.load(path), store, path.stem)
        return keep_module(modulefile.from_bytes(path.read_bytes(), path.name), store)
    module, said = from_state_dict(path, given)
    kept = keep_module(module, store)
    return Taken(kept.name, (*kept.said, *said))


def keep_run(run: Run, store: Store, label: str = "") -> Taken:
    """Put a run into the store, unless the same one is there (or was shipped): its weights and choices tell."""
    if not run.snapshots:
        raise StoreError("This run has no snapshot yet.")
    if run.result.get("outcome") not in LOOKED_AT:
        raise StoreError(
            f"This run cannot be looked at: its outcome is {run.result.get('outcome', 'none yet')}, "
            f"not {', '.join(LOOKED_AT)}."
        )
    there = _same_run(run, store)
    name = there or store.add(run, label)
    cell = CELLS[run.experiment.network.cell]
    text = f"A run: {cell.label}, {run.experiment.task.name}, {len(run.snapshots)} snapshots"
    writes = isinstance(run.experiment.task, Translation)
    return Taken(name, (f"{text}{' (it was here already)' if there else ''}.",), writes)


def keep_module(module: Module, store: Store) -> Taken:
    """Put a module into the store; the same one is there once."""
    return Taken(modules.add(store, module), (f"{module.described}.",))


def from_state_dict(path: Path, given: Given) -> tuple[Module, tuple[str, ...]]:
    """The module in a state_dict with its inputs, and what was assumed or left aside."""
    found = statedict.read(path, prefix=given.prefix, nonlinearity=given.nonlinearity)
    into = found.weights["weight_ih_l0"]
    inputs, note = _inputs(given, into.shape[1] if into.ndim == 2 else 0)
    tokens = read_tokens(given.tokens) if given.tokens else ()
    module = plainmodule.made(
        found.kind, found.weights, inputs, tokens, name=statedict.plain(path.stem), note=note
    )
    said = [f"{note[:1].upper()}{note[1:]}."]
    if found.ignored:
        left = statedict.listing(map(statedict.plain, found.ignored))
        said.append(f"Left aside: {left}.")
    if found.double:
        said.append("Weights are kept as float32; the file has float64.")
    return module, tuple(said)


def read_tokens(path: Path) -> list[list[str]]:
    """Words by trial: UTF-8, one line a trial, at most 1 MB. Raises ModuleError."""
    try:
        if not path.is_file() or path.stat().st_size > MAX_TOKENS:
            raise ModuleError(f"{path.name} is not a text file of at most 1 MB.")
        return [line.split() for line in path.read_text("utf-8").splitlines() if line.strip()]
    except UnicodeDecodeError:
        raise ModuleError(f"{path.name} is not UTF-8 text.") from None
    except OSError as error:
        raise ModuleError(f"{path.name} cannot be read: {error.strerror}.") from None


def _inputs(given: Given, features: int) -> tuple[np.ndarray, str]:
    """Inputs from the file that was named, or random ones, and where they come from."""
    if given.inputs is not None:
        if asked := {"--trials", "--time", "--seed"} & set(given.named()):
            raise ModuleError(
                f"{', '.join(sorted(asked))} is for random inputs, and --inputs was given."
            )
        values = npyfile.read(given.inputs)
        name = statedict.plain(given.inputs.name)
        return values[None] if values.ndim == 2 else values, f"inputs from {name}"
    trials = 1 if given.trials is None else given.trials
    time = TIME if given.time is None else given.time
    seed = given.seed or 0
    plainmodule.check_inputs((trials, time, features))
    values = np.random.default_rng(seed).standard_normal((trials, time, features), np.float32)
    return values, f"inputs are random normal numbers of seed {seed}, not data"


def _what(path: Path) -> str:
    """The word that one of our files carries; "" for another safetensors file. Raises ModuleError."""
    try:
        first = front(path)
        for start, what in _OTHERS:
            if first.startswith(start) and int.from_bytes(first, "little") > MAX_HEADER:
                raise ModuleError(f"{path.name} is not opened, because {what}.")
        with tensors(path) as found:
            what = found.metadata.get("what", "")
        if what in (runfile.WHAT, modulefile.WHAT) and path.stat().st_size > MAX_FILE:
            raise ModuleError(f"{path.name} is larger than {MAX_FILE // 2**20} MB.")
        return what
    except FileNotFoundError:
        raise ModuleError(f"There is no file {path.name}.") from None
    except ArrayFileError as error:
        said = statedict.plain(str(error))
        raise ModuleError(f"{path.name} cannot be read as safetensors: {said}.") from None
    except OSError as error:
        raise ModuleError(f"{path.name} cannot be read: {error.strerror}.") from None


def _same_run(run: Run, store: Store) -> str | None:
    """The name of a run with the same choices and weights at the same steps."""
    steps, digest = tuple(s.step for s in run.snapshots), weights_digest(run)
    for row in ROWS:
        shipped = shipped_run(row.name)
        same = shipped is not None and shipped.experiment == run.experiment
        if shipped is not None and same and weights_digest(shipped) == digest:
            return row.name
    for info in store.runs():
        if info.experiment != run.experiment:
            continue
        try:
            if store.steps(info.id) == steps and weights_digest(store.load(info.id)) == digest:
                return info.id
        except StoreError:  # it was removed meanwhile
            continue
    return None
