"""The only st.cache_* in the repository. Keys are names and digests, never arrays; what is kept is read-only."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from engine import modules, recordings, shipped
from engine.disk import DiskError
from engine.questions import Question, up_to, weights_digest
from engine.recordings import RecordingError
from engine.run import LOOKED_AT
from engine.runfile import RunFileError
from engine.store import Store, StoreError, store_root
from engine.storelist import Stamp, stamp
from explorer.jobs import JobError, supervisor
from explorer.picture import Asked, Net, compared_nets, module_net, own_net, shipped_nets, writes

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr

    from engine.attention_edits import Attending
    from engine.edits import Edit
    from engine.plainmodule import Module
    from engine.run import Run

FAULTS = (JobError, StoreError, DiskError, RecordingError, RunFileError, ValueError, OSError)
"""What can go wrong with one net; each says so in one sentence, and the others are still shown."""
WARM_AFTER = 1.5
"""Seconds after the first run of the script: the browser paints first, then the workers load."""


def store() -> Store:
    """The runs of this person."""
    return Store(store_root())


@st.cache_resource(max_entries=64, show_spinner=False)
def _recording(path: str) -> xr.Dataset:
    return recordings.read(Path(path))


@st.cache_resource(max_entries=64, show_spinner=False)
def _arrays(path: str) -> dict[str, np.ndarray]:
    return recordings.arrays(Path(path))


@st.cache_resource(max_entries=256, show_spinner=False)
def _digest(run_id: str, steps: tuple[int, ...]) -> str:
    """Of the weights of some first snapshots, which are not kept: those of one run may take 2 GB."""
    kept = replace(store().load(run_id), metrics=())
    return weights_digest(up_to(kept, steps[-1]) if steps else kept)


@st.cache_resource(max_entries=256, show_spinner=False)
def _shipped_digest(name: str, _run: Run) -> str:
    return weights_digest(_run)


@st.cache_resource(max_entries=64, show_spinner=False)
def _scores(run_id: str, steps: tuple[int, ...], ended: bool) -> tuple[dict[str, Any], ...]:
    """The records with scores among those of a run that has come so far."""
    return tuple(record for record in store().metrics(run_id) if "accuracy" in record)


def scores(name: str) -> tuple[dict[str, Any], ...]:
    """What the tests of a run said, as far as it has come: shipped by name, or stored by id."""
    if (found := shipped.shipped_run(name)) is not None:
        return found.metrics
    if modules.is_module(name):
        return ()
    return _scores(name, _steps(name), bool(store().result(name)))


def ask(
    name: str,
    asked: Asked,
    analysis: str = "reach",
    *,
    edits: tuple[Edit | Attending, ...] = (),
    step: int | None = None,
    **options: int | float | str,
) -> xr.Dataset:
    """The answer of a run to a question: shipped, or made before, or asked of a worker now.

    ``step``: only the newest snapshot up to it; None: all. Raises one of FAULTS, with one sentence for the page.
    """
    return _recording(str(_answered(name, asked, analysis, edits, step, options)))


def answer(name: str, texts: tuple[str, ...]) -> xr.Dataset:
    """The reach of sentences, at every snapshot. Raises as `ask` does."""
    return ask(name, Asked(texts))


def answer_arrays(name: str, texts: tuple[str, ...]) -> dict[str, np.ndarray]:
    """The same answer as bare arrays: the rows need no more, and the first paint no xarray."""
    return _arrays(str(_answered(name, Asked(texts))))


def _answered(
    name: str,
    asked: Asked,
    analysis: str = "reach",
    edits: tuple[Edit | Attending, ...] = (),
    step: int | None = None,
    options: Mapping[str, int | float | str] | None = None,
) -> Path:
    """The file of an answer, which is there on return."""
    steps: tuple[int, ...] = ()
    if name in shipped.seeds():
        digest = shipped.seeds()[name]["weights"]
    elif (run := shipped.shipped_run(name)) is not None:
        digest = _shipped_digest(name, _run=run)
    elif modules.is_module(name):
        digest = name  # which is a digest already
    else:
        steps = _steps(name)
        digest = _digest(name, steps)
    question = Question(
        run=name,
        analysis=analysis,
        texts=asked.texts,
        drawn=asked.drawn,
        until=steps[-1] if steps else None,
        edits=edits,
        step=step,
        options=tuple(sorted((options or {}).items())),
    )
    file = f"{question.key(digest)}.safetensors"
    if (ready := shipped.RECORDINGS / file).exists():
        return ready
    path = store().recordings / file
    supervisor().ask(question.model_dump_json(), path)
    return path


def steps(name: str) -> tuple[int, ...]:
    """The training steps of the snapshots of a run. Raises one of FAULTS."""
    if (run := shipped.shipped_run(name)) is not None:
        return tuple(snapshot.step for snapshot in run.snapshots)
    return (0,) if modules.is_module(name) else _steps(name)


def _steps(run_id: str) -> tuple[int, ...]:
    """Of a stored run; asked several times in every run of a page, so the log is not read again before it changes."""
    return _steps_since(run_id, stamp(store().folder(run_id), ("run.json", "snapshots.jsonl")))


@st.cache_resource(max_entries=256, show_spinner=False)
def _steps_since(run_id: str, changed: Stamp) -> tuple[int, ...]:
    return store().steps(run_id)


@st.cache_resource(max_entries=64, show_spinner=False)
def chart(name: str, of: tuple[Any, ...], _make: Callable[[], Any]) -> None:
    """Draw a chart, or send again what was sent for the same name and ``of``: making one takes 100 ms.

    name: of the chart, once on a page. of: names, labels and sentences that decide what is drawn.
    """
    from altair.utils.schemapi import debug_mode

    with debug_mode(
        False
    ):  # else every part is held against the schema: most of the time, and the tests do it
        made = _make()
    st.altair_chart(made, key=f"chart {name}", width="stretch")


def known_nets() -> dict[str, Net]:
    """Every net that can be looked into: those of the first page, runs and modules of the store, newest first, and the other
    shipped ones, the classifiers among them. Those that write are apart: `pair_nets`."""
    own = {name: net for name, net in own_nets(task=None).items() if not writes(net)}
    return shipped_only() | own | module_nets() | _compared()


def pair_nets() -> dict[str, Net]:
    """The nets that read one sequence and write another: the shipped ones, then those of the store, newest first."""
    own = {name: net for name, net in own_nets(task=None).items() if writes(net)}
    return shipped_pairs() | own


@st.cache_resource(show_spinner=False)
def shipped_pairs() -> dict[str, Net]:
    """The shipped nets that write; they are there even when the store cannot be read."""
    found = compared_nets(shipped.workbench_rows())
    return {name: net for name, net in found.items() if writes(net)}


@st.cache_resource(show_spinner=False)
def _compared() -> dict[str, Net]:
    """The shipped nets beside those of the first act, but for those that write: of the comparisons, of the second act, and those that
    classify."""
    found = compared_nets(shipped.workbench_rows())
    return {name: net for name, net in found.items() if not writes(net)}


def shipped_only() -> dict[str, Net]:
    """The nets that are there even when the store cannot be read."""
    return shipped_nets(shipped.seeds())


def own_nets(task: str | None = "fluent") -> dict[str, Net]:
    """The nets of the store that can be looked at (of one task, or of all), newest first, numbered from the oldest."""
    stored = store()
    ids = stored.ids()
    found = {}
    for number, run_id in zip(range(len(ids), 0, -1), ids, strict=True):
        with suppress(StoreError, OSError):  # it was removed while we looked, or cannot be read
            net = _own_net(run_id, number, os.stat(stored.folder(run_id)).st_mtime_ns)
            if net is not None and (task is None or (net.task and net.task.name == task)):
                found[run_id] = net
    return found


def module_nets() -> dict[str, Net]:
    """The modules that somebody brought, newest first, numbered from the oldest."""
    names = modules.names(store())
    found = {}
    for number, name in zip(range(len(names), 0, -1), names, strict=True):
        with suppress(StoreError, OSError):
            found[name] = module_net(name, number, _module(name))
    return found


@st.cache_resource(max_entries=64, show_spinner=False)
def _module(name: str) -> Module:
    return modules.load(store(), name)


@st.cache_resource(max_entries=2000, show_spinner=False)
def _own_net(run_id: str, number: int, changed: int) -> Net | None:
    """A net of the store as it is since its folder was ``changed``; None for one that has nothing to show."""
    stored = store()
    info, result = stored.info(run_id), stored.result(run_id)
    experiment = info.experiment
    if experiment is None or result.get("outcome") not in LOOKED_AT or not stored.steps(run_id):
        return None
    return own_net(run_id, number, experiment, result, info.label)


@st.cache_resource(show_spinner=False)
def warm_soon() -> None:
    """Once per server: have the workers load, so that the first typed sentence waits for nothing."""
    timer = threading.Timer(WARM_AFTER, supervisor().warm, kwargs={"trainers": 1})
    timer.daemon = True
    timer.start()
