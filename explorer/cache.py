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

from engine import recordings, shipped
from engine.disk import DiskError
from engine.questions import Question, up_to, weights_digest
from engine.recordings import RecordingError
from engine.runfile import RunFileError
from engine.store import Store, StoreError, store_root
from explorer.jobs import JobError, supervisor
from explorer.picture import Asked, Net, own_net, shipped_nets

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr

    from engine.edits import Edit
    from engine.run import Run

FAULTS = (JobError, StoreError, DiskError, RecordingError, RunFileError, ValueError, OSError)
"""What can go wrong with one net; each says so in one sentence, and the others are still shown."""
WARM_AFTER = 1.5
"""Seconds after the first run of the script: the browser paints first, then the workers load."""
SHOWN = ("finished", "diverged", "cancelled")
"""Ends of a training after which the net can be looked at."""


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
    return _scores(name, store().steps(name), bool(store().result(name)))


def ask(
    name: str,
    asked: Asked,
    analysis: str = "reach",
    *,
    edits: tuple[Edit, ...] = (),
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
    edits: tuple[Edit, ...] = (),
    step: int | None = None,
    options: Mapping[str, int | float | str] | None = None,
) -> Path:
    """The file of an answer, which is there on return."""
    steps: tuple[int, ...] = ()
    if name in shipped.seeds():
        digest = shipped.seeds()[name]["weights"]
    elif (run := shipped.shipped_run(name)) is not None:
        digest = _shipped_digest(name, _run=run)
    else:
        steps = store().steps(name)
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
    return store().steps(name)


@st.cache_resource(max_entries=64, show_spinner=False)
def chart(name: str, of: tuple[Any, ...], _make: Callable[[], Any]) -> None:
    """Draw a chart, or send again what was sent for the same name and ``of``: making one takes 100 ms.

    name: of the chart, once on a page. of: names, labels and sentences that decide what is drawn.
    """
    st.altair_chart(_make(), key=f"chart {name}", width="stretch")


def known_nets() -> dict[str, Net]:
    """Every net that can be looked into: the shipped ones, then those of the store, newest first."""
    return shipped_only() | own_nets(task=None)


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
            if net is not None and task in (None, net.experiment.task.name):
                found[run_id] = net
    return found


@st.cache_resource(max_entries=2000, show_spinner=False)
def _own_net(run_id: str, number: int, changed: int) -> Net | None:
    """A net of the store as it is since its folder was ``changed``; None for one that has nothing to show."""
    stored = store()
    experiment = stored.info(run_id).experiment
    result = stored.result(run_id)
    if experiment is None or result.get("outcome") not in SHOWN or not stored.steps(run_id):
        return None
    return own_net(run_id, number, experiment, result)


@st.cache_resource(show_spinner=False)
def warm_soon() -> None:
    """Once per server: have the workers load, so that the first typed sentence waits for nothing."""
    timer = threading.Timer(WARM_AFTER, supervisor().warm, kwargs={"trainers": 1})
    timer.daemon = True
    timer.start()
