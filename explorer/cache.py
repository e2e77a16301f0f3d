"""The only st.cache_* in the repository. Keys are names and digests, never arrays; what is kept is read-only."""

from __future__ import annotations

import threading
from collections.abc import Callable
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
from explorer.picture import Net, own_net

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr

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


@st.cache_resource(max_entries=64, show_spinner=False)
def _scores(run_id: str, steps: tuple[int, ...], ended: bool) -> tuple[dict[str, Any], ...]:
    """The records with scores among those of a run that has come so far."""
    return tuple(record for record in store().metrics(run_id) if "accuracy" in record)


def scores(name: str) -> tuple[dict[str, Any], ...]:
    """What the tests of a run said, as far as it has come: shipped by name, or stored by id."""
    if (found := shipped.shipped_run(name)) is not None:
        return found.metrics
    return _scores(name, store().steps(name), bool(store().result(name)))


def answer(name: str, texts: tuple[str, ...]) -> xr.Dataset:
    """The answer of a run to a question about sentences: shipped, or made before, or asked of a worker now.

    Raises JobError, StoreError or RecordingError, each with one sentence for the page.
    """
    return _recording(str(_answered(name, texts)))


def answer_arrays(name: str, texts: tuple[str, ...]) -> dict[str, np.ndarray]:
    """The same answer as bare arrays: the rows need no more, and the first paint no xarray."""
    return _arrays(str(_answered(name, texts)))


def _answered(name: str, texts: tuple[str, ...]) -> Path:
    """The file of an answer, which is there on return."""
    if name in shipped.seeds():
        question, digest = Question(run=name, texts=texts), shipped.seeds()[name]["weights"]
    else:
        steps = store().steps(name)
        digest = _digest(name, steps)
        question = Question(run=name, texts=texts, until=steps[-1] if steps else None)
    file = f"{question.key(digest)}.safetensors"
    if (ready := shipped.RECORDINGS / file).exists():
        return ready
    path = store().recordings / file
    supervisor().ask(question.model_dump_json(), path)
    return path


@st.cache_resource(max_entries=64, show_spinner=False)
def chart(name: str, of: tuple[Any, ...], _make: Callable[[], Any]) -> None:
    """Draw a chart, or send again what was sent for the same name and ``of``: making one takes 100 ms.

    name: of the chart, once on a page. of: names, labels and sentences that decide what is drawn.
    """
    st.altair_chart(_make(), key=f"chart {name}", width="stretch")


def own_nets() -> dict[str, Net]:
    """The nets of the store that can be looked at, newest first, numbered from the oldest."""
    stored = store()
    infos = stored.runs()
    found = {}
    for number, info in zip(range(len(infos), 0, -1), infos, strict=True):
        if info.experiment is None or info.experiment.task.name != "fluent":
            continue
        with suppress(StoreError, OSError):  # it was removed while we looked, or cannot be read
            result = stored.result(info.id)
            if result.get("outcome") in SHOWN and stored.steps(info.id):
                found[info.id] = own_net(info.id, number, info.experiment, result)
    return found


@st.cache_resource(show_spinner=False)
def warm_soon() -> None:
    """Once per server: have the workers load, so that the first typed sentence waits for nothing."""
    timer = threading.Timer(WARM_AFTER, supervisor().warm, kwargs={"trainers": 1})
    timer.daemon = True
    timer.start()
