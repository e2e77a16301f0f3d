"""The only st.cache_* in the repository. Keys are names and digests, never arrays; what is kept is read-only."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

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
    import xarray as xr

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


@st.cache_resource(max_entries=32, show_spinner=False)
def _stored_run(run_id: str, steps: tuple[int, ...], ended: bool) -> tuple[Run, str]:
    kept = up_to(store().load(run_id), steps[-1] if steps else None)
    return kept, weights_digest(kept)


def stored_run(run_id: str) -> tuple[Run, str]:
    """A run of the store, as far as it has come, and the digest of its weights."""
    stored = store()
    return _stored_run(run_id, stored.steps(run_id), bool(stored.result(run_id)))


def run(name: str) -> Run:
    """A whole run: shipped by name, or stored by id, as far as it has come."""
    return shipped.shipped_run(name) or stored_run(name)[0]


def answer(name: str, texts: tuple[str, ...]) -> xr.Dataset:
    """The answer of a run to a question about sentences: shipped, or made before, or asked of a worker now.

    Raises JobError, StoreError or RecordingError, each with one sentence for the page.
    """
    if name in shipped.seeds():
        question, digest = Question(run=name, texts=texts), shipped.seeds()[name]["weights"]
    else:
        kept, digest = stored_run(name)
        last = kept.snapshots[-1].step if kept.snapshots else None
        question = Question(run=name, texts=texts, until=last)
    file = f"{question.key(digest)}.safetensors"
    if (ready := shipped.RECORDINGS / file).exists():
        return _recording(str(ready))
    path = store().recordings / file
    supervisor().ask(question.model_dump_json(), path)
    return _recording(str(path))


def own_nets() -> dict[str, Net]:
    """The nets of the store that can be looked at, newest first, numbered from the oldest."""
    stored = store()
    infos = stored.runs()
    found = {}
    for number, info in zip(range(len(infos), 0, -1), infos, strict=True):
        if info.experiment is None or info.experiment.task.name != "fluent":
            continue
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
