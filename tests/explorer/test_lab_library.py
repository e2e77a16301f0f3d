"""The library's list: what stands in a row, which rows fit, in which order, and that 500 runs do not wait."""

from __future__ import annotations

import base64
import os
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from engine import storelist
from engine.experiment import Experiment
from engine.store import Store
from explorer import theme
from explorer.charts.thumbnail import SIZE, thumbnail
from explorer.lab import listing
from explorer.lab.listing import ORDERS, Library, filtered
from tests.engine.small import EXPERIMENT, run

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def add(store: Store, label: str = "", accuracy: float | None = None, **network: object) -> str:
    """A run of the store with this name, result and network."""
    small = run()
    if network:
        wider = {
            **EXPERIMENT.model_dump(),
            "network": {**EXPERIMENT.network.model_dump(), **network},
        }
        small = replace(small, experiment=Experiment.model_validate(wider), snapshots=())
    if accuracy is not None:
        small = replace(small, result={**small.result, "accuracy": accuracy})
    return store.add(small, label)


def test_a_row_says_what_the_run_says(store: Store) -> None:
    run_id = add(store, "mine")
    [entry] = Library(store).entries()
    card = Library(store).card(entry)
    assert (card.id, card.name, card.damage, card.snapshots) == (run_id, "mine", 0, 3)
    assert card.curve == ((0, 0.0), (2, 2 / 7), (5, 5 / 7))
    assert card.level == EXPERIMENT.task.baseline()
    assert not card.by_loss


@pytest.mark.parametrize(
    ("label", "file"),
    [
        ("My Best, 2nd", "my-best-2nd.safetensors"),
        ("../../etc/passwd", "etc-passwd.safetensors"),
        ("\u202e漢字", "run.safetensors"),
        ("", "lstm-recall-seed-0.safetensors"),
        ("<b>" * 40, "b-" * 26 + "b.safetensors"),
    ],
)
def test_a_file_is_named_in_plain_letters(store: Store, label: str, file: str) -> None:
    add(store, label)
    [entry] = Library(store).entries()
    found = Library(store).card(entry).file_name
    assert found == file or found.startswith("b-b-b")
    assert len(found) < 80


def test_damage_is_counted_and_seen_when_it_happens_later(store: Store) -> None:
    run_id = add(store)
    shelf = Library(store)
    [entry] = shelf.entries()
    assert shelf.card(entry).damage == 0
    snapshot = next((store.folder(run_id) / "snapshots").iterdir())
    snapshot.write_bytes(bytes(10))
    log = store.folder(run_id) / "metrics.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"loss"', b'"lost"', 1))
    assert shelf.card(shelf.entries()[0]).damage == 2


def test_a_row_of_a_run_that_vanished_is_empty(store: Store) -> None:
    run_id = add(store)
    shelf = Library(store)
    [entry] = shelf.entries()
    store.remove(run_id)
    assert shelf.card(entry).curve == ()
    assert shelf.entries() == []


def test_filter_and_order(store: Store) -> None:
    good = add(store, "Alpha one", 1.0)
    poor = add(store, "beta ONE", 0.2)
    other = add(store, "gamma", 0.5, cell="gru")
    waiting = store.create(EXPERIMENT)
    entries = Library(store).entries()
    ids = {entry.id for entry in entries}
    assert ids == {good, poor, other, waiting}

    def found(**choice: object) -> list[str]:
        return [entry.id for entry in filtered(entries, **choice)]  # type: ignore[arg-type]

    assert set(found(words="one")) == {good, poor}
    assert found(words="one alpha") == [good]
    assert found(words=waiting[:15] + " nothing") == []
    assert found(cells=["gru"]) == [other]
    assert found(tasks=["adding"]) == []
    assert found(order="best first") == [good, other, poor, waiting]
    assert found(order="name") == [good, poor, other, waiting]
    assert found(order="oldest first") == found(order="newest first")[::-1]
    assert set(ORDERS) == {"newest first", "oldest first", "best first", "name"}
    assert listing.cells_and_tasks(entries) == (["lstm", "gru"], ["recall"])


def test_500_runs_are_listed_without_reading_their_logs(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking again costs a few system calls for each run: 15 ms for all of them on two cores."""
    ids = [store.create(EXPERIMENT) for _ in range(3)]
    monkeypatch.setattr(Store, "tail", None)
    shelf = Library(store)
    assert len(shelf.entries()) == len(ids)
    monkeypatch.undo()
    for number in range(497):
        os.makedirs(store.folder(f"20250101T{number:06d}-aaaaaaaaaa"))
        (store.folder(f"20250101T{number:06d}-aaaaaaaaaa") / "run.json").write_bytes(
            (store.folder(ids[0]) / "run.json").read_bytes()
        )
    first = shelf.entries()
    assert len(first) == 500
    monkeypatch.setattr(Store, "tail", None)
    monkeypatch.setattr(storelist, "read_header", None)
    assert shelf.entries() == first


def test_a_library_is_made_once_and_empties_the_old_trash(store: Store) -> None:
    run_id = add(store)
    store.discard(run_id)
    os.utime(store.trash.folder / run_id, (0, 0))
    shelf = listing.of(store.root)
    assert listing.of(store.root) is shelf
    assert shelf.removed() == []
    kept = add(store, "kept")
    store.discard(kept)
    assert shelf.removed() == [(kept, "kept")]


# -- the small picture


def drawn(address: str) -> ElementTree.Element:
    kind, _, data = address.partition(",")
    assert kind == "data:image/svg+xml;base64"
    return ElementTree.fromstring(base64.b64decode(data))


def points(address: str) -> list[tuple[float, float]]:
    line = drawn(address).find(f"{SVG}polyline")
    assert line is not None
    return [tuple(map(float, pair.split(","))) for pair in line.attrib["points"].split()]  # type: ignore[misc]


def test_the_small_picture_is_the_curve() -> None:
    width, height = SIZE
    found = points(thumbnail([(0, 0.0), (50, 0.5), (100, 1.0)], cell="gru", level=0.1, last=100))
    assert found == [(4.0, height - 4.0), (width / 2, height / 2), (width - 4.0, 4.0)]
    half = points(thumbnail([(0, 0.0), (50, 1.0)], cell="gru", last=100))
    assert half[-1][0] == width / 2  # a training that has come half way
    loss = points(thumbnail([(0, 4.0), (10, 1.0)], cell="lstm", by_loss=True, level=2.0))
    assert [y for _, y in loss] == [4.0, height - 4 - (height - 8) / 4]
    assert theme.CELLS["gru"] in ElementTree.tostring(
        drawn(thumbnail([(0, 1.0)], cell="gru")), encoding="unicode"
    )


@pytest.mark.parametrize("curve", [[], [(0, float("nan"))], [(0, float("inf")), (1, 0.5)]])
def test_the_small_picture_of_little_or_nothing(curve: list[tuple[float, float]]) -> None:
    assert drawn(thumbnail(curve, cell="no such cell")).tag == f"{SVG}svg"
