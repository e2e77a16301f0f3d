"""Runs as directories: what was acknowledged is there, whatever dies or fails, and states are derived."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from filelock import FileLock

from engine.experiment import Experiment
from engine.rundir import CANCEL, LOCK
from engine.runlog import LogWriter, read_log, to_line
from engine.runwriter import RunWriter, set_aside
from engine.store import RUN_ID, Store, StoreError
from tests.engine.small import EXPERIMENT, STEPS, record, run, snapshot

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def run_id(store: Store) -> str:
    return store.create(EXPERIMENT, "  my\n first <b>run</b> ")


def write(folder: Path, steps: int = 6) -> None:
    """What a worker would have written after so many steps."""
    with RunWriter(folder) as writer:
        for step in range(steps):
            if step in STEPS:
                writer.snapshot(snapshot(step))
            writer.metric(record(step))


# -- what is there


def test_a_new_run_is_queued_and_knows_its_choice(store: Store, run_id: str) -> None:
    assert RUN_ID.fullmatch(run_id)
    info = store.info(run_id)
    assert (info.state, info.label, info.imported) == ("queued", "my first <b>run</b>", False)
    assert info.experiment == store.experiment(run_id) == EXPERIMENT
    assert store.metrics(run_id) == store.snapshots(run_id) == store.steps(run_id) == ()
    header = json.loads((store.folder(run_id) / "run.json").read_text())
    assert header["schema"] == 1
    assert header["versions"]["torch"].startswith("2.")


def test_what_was_written_is_read(store: Store, run_id: str) -> None:
    with RunWriter(store.folder(run_id)) as writer:
        for step in range(6):
            if step in STEPS:
                writer.snapshot(snapshot(step))
            writer.metric(record(step))
        writer.finish(run().result)
    found = store.load(run_id)
    assert (found.experiment, found.metrics, found.result) == (
        EXPERIMENT,
        run().metrics,
        run().result,
    )
    assert [s.digest() for s in found.snapshots] == [s.digest() for s in run().snapshots]
    assert store.snapshot(run_id).step == 5
    assert store.snapshot(run_id, 2).step == 2
    assert store.steps(run_id) == STEPS
    assert store.damage(run_id) == 0
    with pytest.raises(StoreError, match="no snapshot at step 3"):
        store.snapshot(run_id, 3)
    names = {path.name for path in store.folder(run_id).iterdir()}
    assert names == {"run.json", "metrics.jsonl", "snapshots.jsonl", "snapshots", "result.json"}


def test_a_log_is_read_on_from_where_one_was(store: Store, run_id: str) -> None:
    path = store.folder(run_id) / "metrics.jsonl"
    assert store.tail(run_id).records == ()
    log = LogWriter(path)
    log.append(record(0))
    first = store.tail(run_id)
    log.append(record(1))
    log.append(record(2))
    log.close()
    assert first.records == (record(0),)
    second = store.tail(run_id, first.end)
    assert second.records == (record(1), record(2))
    assert second.end == path.stat().st_size


def test_an_imported_run_has_a_new_id_and_says_so(store: Store) -> None:
    ids = [store.add(run(), "from a friend") for _ in range(2)]
    assert ids[0] != ids[1]
    info = store.info(ids[0])
    assert (info.imported, info.state, info.label) == (True, "finished", "from a friend")
    assert store.load(ids[0]).metrics == run().metrics


def test_runs_are_listed_newest_first_and_one_that_cannot_be_read_says_why(store: Store) -> None:
    assert store.runs() == []
    ids = sorted((store.create(EXPERIMENT) for _ in range(3)), reverse=True)
    assert [info.id for info in store.runs()] == ids
    (store.folder(ids[1]) / "run.json").write_text("{")
    assert [info.problem for info in store.runs()] == [
        "",
        f"The run {ids[1]} cannot be read: it is not JSON.",
        "",
    ]


# -- states are derived


def test_states(store: Store, run_id: str) -> None:
    folder = store.folder(run_id)
    assert store.state(run_id) == "queued"
    with FileLock(folder / LOCK):
        assert store.state(run_id) == "running"
        write(folder, 3)
        assert store.state(run_id) == "running"
        with pytest.raises(StoreError, match="still training"):
            store.remove(run_id)
    assert store.state(run_id) == "interrupted"
    store.request_cancel(run_id)
    assert store.state(run_id) == "cancelled"
    (folder / CANCEL).unlink()
    with RunWriter(folder) as writer:
        writer.finish(run().result)
    assert store.state(run_id) == "finished"
    store.request_cancel(run_id)
    assert store.state(run_id) == "finished"
    (folder / "result.json").write_text("{}")
    assert store.state(run_id) == "failed"
    assert "damaged" in store.result(run_id)["reason"]


def test_a_half_attempt_is_set_aside(store: Store, run_id: str) -> None:
    folder = store.folder(run_id)
    set_aside(folder)
    assert not (folder / "attempts").exists()
    for attempt in ("1", "2"):
        write(folder, 4)
        set_aside(folder)
        assert read_log(folder / "attempts" / attempt / "metrics.jsonl").records
        assert store.metrics(run_id) == store.snapshots(run_id) == ()
        assert store.state(run_id) == "interrupted"


@pytest.mark.parametrize(("schema", "said"), [(2, "made by a newer version"), (0, "too old")])
def test_schemas_are_refused_by_name(store: Store, run_id: str, schema: int, said: str) -> None:
    path = store.folder(run_id) / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema": schema}))
    with pytest.raises(StoreError, match=f"schema {schema}.*{said}"):
        store.load(run_id)


def test_a_removed_run_is_gone(store: Store, run_id: str) -> None:
    write(store.folder(run_id))
    store.remove(run_id)
    assert store.runs() == []
    assert not list((store.root / "runs").iterdir())
    for action in (store.remove, store.state, store.load, store.metrics, store.request_cancel):
        with pytest.raises(StoreError, match="There is no run"):
            action(run_id)


def test_what_dead_processes_left_aside_is_swept(store: Store, run_id: str) -> None:
    runs = store.root / "runs"
    for name, age in ((".new-old", 7200), (".removed-old", 7200), (".new-young", 0)):
        (runs / name).mkdir()
        moment = (runs / name).stat().st_mtime - age
        os.utime(runs / name, (moment, moment))
    other = store.create(EXPERIMENT)
    assert {path.name for path in runs.iterdir()} == {run_id, other, ".new-young"}


# -- ids are known by their form alone

PATHS = (
    *("", ".", "..", "/", "../..", "/etc/passwd", "..\\..", "C:\\", "~", "%2e%2e", "a/b", "\0"),
    *(
        "20240101T000000-aaaaaaaaaa/..",
        "20240101T000000-AAAAAAAAAA",
        "20240101T000000-aaaaaaaaaa\n",
    ),
    *(".new-20240101T000000-aaaaaaaaaa", "20240101T000000-aaaaaaaaa", "x" * 5000, "run.json"),
    "\u0662\u0660240101T000000-aaaaaaaaaa",  # digits, but not ours
)


@pytest.mark.parametrize("path", PATHS)
def test_a_path_is_no_id(store: Store, run_id: str, path: str) -> None:
    before = sorted(store.root.parent.rglob("*"))
    for action in (store.folder, store.info, store.state, store.load, store.remove, store.metrics):
        with pytest.raises(StoreError, match=r"^This is not the id of a run\.$"):
            action(path)
    with pytest.raises(StoreError):
        store.request_cancel(path)
    assert sorted(store.root.parent.rglob("*")) == before


def test_a_snapshot_line_leads_nowhere_else(store: Store, run_id: str) -> None:
    folder = store.folder(run_id)
    write(folder)
    outside = store.root / "secret.safetensors"
    outside.write_bytes((folder / "snapshots" / "000005.safetensors").read_bytes())
    lines = read_log(folder / "snapshots.jsonl").records
    with (folder / "snapshots.jsonl").open("ab") as file:
        file.write(to_line({**lines[-1], "step": 6, "file": "../../../secret.safetensors"}))
    assert store.steps(run_id) == STEPS
    assert store.damage(run_id) == 1


# -- damage is counted and never shown


def test_a_torn_tail_is_passed_over_and_cut_back(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    for cut in range(1, len(to_line(record(2)))):
        path.unlink(missing_ok=True)
        path.write_bytes(to_line(record(0)) + to_line(record(1)) + to_line(record(2))[:cut])
        assert read_log(path).records == (record(0), record(1))
        assert read_log(path).damaged == 0
        log = LogWriter(path)
        log.append(record(3))
        log.close()
        assert read_log(path).records == (record(0), record(1), record(3))


def test_every_changed_byte_of_a_log_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    data = b"".join(to_line(record(step)) for step in range(3))
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :]
        path.write_bytes(changed)
        tail = read_log(path)
        assert all(found in map(record, range(3)) for found in tail.records)
        assert tail.damaged == (0 if at == len(data) - 1 else 1)


def test_every_changed_byte_of_a_snapshot_is_counted(store: Store, run_id: str) -> None:
    folder = store.folder(run_id)
    write(folder)
    path = folder / "snapshots" / "000005.safetensors"
    data = path.read_bytes()
    for at in range(0, len(data), 7):
        path.write_bytes(data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :])
        assert store.snapshot(run_id).step == 2
    assert [s.step for s in store.snapshots(run_id)] == [0, 2]
    assert store.damage(run_id) == 1
    path.unlink()
    assert store.damage(run_id) == 1


def test_what_is_no_number_has_no_field(store: Store, run_id: str) -> None:
    with RunWriter(store.folder(run_id)) as writer:
        writer.metric({"step": 1, "loss": float("nan"), "by_condition": {"a": float("inf")}})
        writer.finish({"outcome": "diverged", "accuracy": float("nan")})
    assert store.metrics(run_id) == ({"step": 1, "by_condition": {}},)
    assert store.result(run_id) == {"outcome": "diverged", "accuracy": None}
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_line({"loss": float("nan")})


def test_a_training_whose_snapshots_are_too_large_is_refused(store: Store) -> None:
    large = {"network": {"units": 512, "layers": 4}, "training": {"snapshots": 400}}
    with pytest.raises(StoreError, match=r"would take [0-9.]+ GB, and 2 GB is the limit"):
        store.create(Experiment.model_validate(large))
    assert store.runs() == []
