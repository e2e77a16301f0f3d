"""What a library of runs needs of the store: names, a trash that gives back, and a list that does not read twice."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from filelock import FileLock

from engine import disk, rundir, storelist, storetrash
from engine.disk import DiskError
from engine.rundir import LOCK
from engine.runlabel import LABEL, MAX_LABEL
from engine.store import Store, StoreError, refused
from engine.storelist import Listing
from tests.engine.small import EXPERIMENT, run


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.fixture
def run_id(store: Store) -> str:
    return store.add(run(), "first")


# -- names


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("my best", "my best"),
        ("  two\n lines\t", "two lines"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a\x1b[31mb\0", "a�[31mb�"),
        ("\ud800 half", "� half"),
        ("x" * 500, "x" * MAX_LABEL),
        ("../../etc/passwd", "../../etc/passwd"),
        ("", ""),
    ],
)
def test_a_name_is_only_a_field(store: Store, run_id: str, given: str, kept: str) -> None:
    before = sorted(path.name for path in store.root.rglob("*") if path.name != LABEL)
    written = (store.folder(run_id) / "run.json").read_bytes()
    assert store.rename(run_id, given) == kept
    assert store.info(run_id).label == kept
    assert (store.folder(run_id) / "run.json").read_bytes() == written
    assert sorted(path.name for path in store.root.rglob("*") if path.name != LABEL) == before


@pytest.mark.parametrize("spoilt", [b"", b"{", b"\xff", b"[]", b'{"label": 7}', b"x" * 10_000])
def test_a_spoilt_name_leaves_the_first_one(store: Store, run_id: str, spoilt: bytes) -> None:
    store.rename(run_id, "second")
    (store.folder(run_id) / LABEL).write_bytes(spoilt)
    assert store.info(run_id).label == "first"


def test_a_name_that_cannot_be_written_leaves_the_old_one(
    store: Store, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.rename(run_id, "second")

    def full(descriptor: int, data: bytes | memoryview) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk, "_write", full)
    with pytest.raises(DiskError, match="The disk is full"):
        store.rename(run_id, "third")
    assert store.info(run_id).label == "second"
    assert [path.name for path in store.folder(run_id).glob(".*label*")] == []


# -- the trash


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_discarded_run_comes_back_as_it_was(store: Store, run_id: str) -> None:
    whole = files(store.folder(run_id))
    store.discard(run_id)
    assert store.ids() == []
    assert store.trash.ids() == [run_id]
    with pytest.raises(StoreError, match="There is no run"):
        store.load(run_id)
    with pytest.raises(StoreError, match="There is no run"):  # a second tab, a moment later
        store.discard(run_id)
    store.restore(run_id)
    assert files(store.folder(run_id)) == whole
    assert store.trash.ids() == []
    with pytest.raises(StoreError, match=r"There is a run .* already"):  # undone in a second tab
        store.restore(run_id)


def test_a_run_that_trains_is_not_discarded(store: Store) -> None:
    run_id = store.create(EXPERIMENT)
    with (
        FileLock(store.folder(run_id) / LOCK),
        pytest.raises(StoreError, match="still training: cancel it first"),
    ):
        store.discard(run_id)
    assert store.state(run_id) == "queued"


def test_a_run_does_not_come_back_over_another(store: Store, run_id: str) -> None:
    store.discard(run_id)
    (store.folder(run_id)).mkdir()
    with pytest.raises(StoreError, match="There is a run"):
        store.restore(run_id)
    assert store.trash.ids() == [run_id]


@pytest.mark.parametrize("path", ["../runs", "..", "", "/etc", "20250101T000000-aaaaaaaaaa/.."])
def test_no_path_is_discarded_or_restored(store: Store, run_id: str, path: str) -> None:
    for action in (store.discard, store.restore):
        with pytest.raises(StoreError):
            action(path)
    assert store.ids() == [run_id]


def test_what_was_removed_long_ago_goes_for_good(store: Store, run_id: str) -> None:
    other = store.add(run())
    for one in (run_id, other):
        store.discard(one)
    old = time.time() - storetrash.KEPT - 60
    os.utime(store.trash.folder / run_id, (old, old))
    assert store.trash.purge() == [run_id]
    assert store.trash.ids() == [other]
    assert sorted(path.name for path in store.trash.folder.iterdir()) == [other]


def test_what_is_too_much_goes_oldest_first_and_the_last_one_stays(store: Store) -> None:
    ids = [store.add(run()) for _ in range(3)]
    for age, one in enumerate(ids):
        store.discard(one)
        moment = time.time() - 1000 + age
        os.utime(store.trash.folder / one, (moment, moment))
    one_run = sum(map(len, files(store.trash.folder / ids[0]).values()))
    assert store.trash.purge(most=2 * one_run) == [ids[0]]
    assert store.trash.purge(most=0) == [ids[1]]
    assert store.trash.ids() == [ids[2]]


def test_what_somebody_died_deleting_is_finished(store: Store, run_id: str) -> None:
    store.discard(run_id)
    (store.trash.folder / run_id).rename(store.trash.folder / f".gone-{run_id}-aaaa")
    (store.trash.folder / "notes").mkdir()
    assert store.trash.ids() == []
    store.trash.purge()
    assert [path.name for path in store.trash.folder.iterdir()] == ["notes"]


# -- the list


def test_the_list_is_that_of_the_store(store: Store, run_id: str) -> None:
    queued, broken = store.create(EXPERIMENT), store.add(run())
    (store.folder(broken) / "run.json").write_text("{")
    found = {entry.id: entry for entry in Listing(store).entries()}
    assert [found[info.id].info for info in store.runs()] == store.runs()
    assert found[run_id].result == store.result(run_id)
    assert found[run_id].score == store.result(run_id)["accuracy"]
    assert (found[queued].score, found[queued].info.state) == (None, "queued")
    assert found[broken].info.problem


def test_nothing_is_read_twice_that_cannot_have_changed(
    store: Store, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing, reads = Listing(store), []
    for name in ("read_header", "read_result"):
        real = getattr(rundir, name)

        def counted(folder: Path, real: object = real, name: str = name) -> object:
            reads.append(name)
            return real(folder)  # type: ignore[operator]

        monkeypatch.setattr(storelist, name, counted)
    first = listing.entries()
    assert sorted(reads) == ["read_header", "read_result"]
    assert listing.entries() == first
    assert len(reads) == 2
    store.rename(run_id, "another")
    assert [entry.info.label for entry in listing.entries()] == ["another"]
    assert sorted(reads) == ["read_header", "read_header", "read_result"]


def test_the_list_follows_what_other_tabs_do(store: Store, run_id: str) -> None:
    listing, other = Listing(store), Store(store.root)
    waiting = other.create(EXPERIMENT)
    assert [entry.info.state for entry in listing.entries()] == ["queued", "finished"] or [
        entry.info.state for entry in listing.entries()
    ] == ["finished", "queued"]
    other.request_cancel(waiting)
    other.discard(run_id)
    assert [entry.info.state for entry in listing.entries()] == ["cancelled"]
    assert [one.id for one in listing.removed()] == [run_id]
    assert [one.label for one in listing.removed()] == ["first"]
    other.restore(run_id)
    assert {entry.id for entry in listing.entries()} == {run_id, waiting}
    assert listing.removed() == []


def test_what_the_store_would_refuse_is_known_before() -> None:
    large = EXPERIMENT.model_copy(
        update={
            "network": EXPERIMENT.network.model_copy(update={"units": 512, "layers": 4}),
            "training": EXPERIMENT.training.model_copy(update={"snapshots": 400, "steps": 500}),
        }
    )
    assert refused(EXPERIMENT) == ""
    assert "2 GB is the limit" in refused(large)
