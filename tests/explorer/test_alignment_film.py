"""What a net wrote as words, and the films of attention: every number and every name is the recording's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import xarray as xr

from engine.answering import answer
from engine.experiment import Experiment
from engine.questions import Drawn, Question
from engine.store import Store
from explorer.attention.written import changed, shown_steps, twin_of
from explorer.charts import CHARTS, symbols
from explorer.charts.symbols import WRONG, Symbol
from explorer.components.film import FilmData, Panel, Token, pack
from explorer.components.shared.packing import unpack
from explorer.films.alignment import NEW, OLD, alignment_film, overwritten_film, source_credit_film
from explorer.picture import Net
from tests.engine.pairnets import experiment, written


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """``ask("alignment", edits=…)`` of a small net that never learned: three snapshots, eight sources."""
    store = Store(tmp_path_factory.mktemp("store"))
    name = store.add(written(experiment(attention="dot", bidirectional=True), snapshots=3))

    def asked(analysis: str = "alignment", **more: Any) -> xr.Dataset:
        question = Question(run=name, analysis=analysis, drawn=Drawn(count=8), **more)
        return answer(question, store)

    return asked


def recorded(written_: list[list[int]], right: list[int], lengths: list[int]) -> xr.Dataset:
    """A recording by hand: what one trial wrote at every snapshot."""
    most = max(map(len, [*written_, right]))
    numbers = np.full((len(written_), 1, most), -1)
    for row, one in enumerate(written_):
        numbers[row, 0, : len(one)] = one
    wanted = np.full((1, most), -1)
    wanted[0, : len(right)] = right
    return xr.Dataset(
        {"written": (("snapshot", "trial", "time"), numbers)},
        {
            "snapshot": list(range(len(written_))),
            "answer": ["end", "a", "b", "c"],
            "right": (("trial", "time"), wanted),
            "written_length": (("snapshot", "trial"), [[n] for n in lengths]),
        },
    )


def test_written_words_are_right_or_wrong_where_that_is_known() -> None:
    recording = recorded([[1, 2, 2, 1], [1, 3, 0]], [1, 2, 0], [4, 3])
    first, last = (symbols.written(recording, at) for at in (0, -1))
    assert [one.word for one in first] == ["a", "b", "b", "a"]
    assert [one.right for one in first] == [True, True, False, False]
    assert last == (Symbol("a", True), Symbol("c", False), Symbol("end", True))
    assert [one.marked for one in last] == ["a", f"c {WRONG}", "end"]
    assert symbols.right(recording) == ("a", "b", "end")
    unknown = recorded([[1, 0]], [], [2])
    assert symbols.written(unknown) == (Symbol("a"), Symbol("end"))
    assert symbols.right(unknown) == ()


def test_a_net_that_does_not_stop_yet_does_not_stretch_the_picture() -> None:
    recording = recorded([[1] * 9, [1, 0]], [1, 2, 0], [9, 2])
    assert shown_steps(recording) == 3
    assert shown_steps(recorded([[1] * 9, [1] * 5], [1, 2, 0], [9, 5])) == 5


def test_changed_words_are_those_that_differ_or_were_not_there() -> None:
    old = (Symbol("a", True), Symbol("b", True))
    new = (Symbol("a", True), Symbol("c", False), Symbol("end", False))
    assert changed(old, new) == (False, True, True)
    assert changed(old, old) == (False, False)


def net(name: str, **network: Any) -> Net:
    return Net(name, name, experiment(**network))


def test_the_twin_differs_in_attention_alone() -> None:
    own = net("own", attention="dot")
    bare, other = net("bare"), net("other", layers=2)
    every = {one.name: one for one in (own, other, bare)}
    assert twin_of(own, every) == bare
    assert twin_of(bare, every) == own
    assert twin_of(other, every) is None
    seeded = replace(
        own,
        name="seeded",
        experiment=own.experiment and own.experiment.model_copy(update={"seed": 3}),
    )
    assert twin_of(bare, {"seeded": seeded, **every}) == own  # the same seed first
    longer: Experiment = Experiment.model_validate(
        {**experiment(attention="dot").model_dump(), "training": {"steps": 3}}
    )
    assert twin_of(replace(own, experiment=longer), every) is None
    shipped = {"dates": replace(own, name="dates", experiment=longer)}
    shipped["dates-one-vector"] = replace(bare, name="dates-one-vector")
    assert twin_of(shipped["dates"], shipped) == shipped["dates-one-vector"]
    assert twin_of(shipped["dates-one-vector"], shipped) == shipped["dates"]


def test_the_film_has_every_weight_and_names_its_rows_anew_at_every_snapshot(ask: Any) -> None:
    recording = ask()
    trial = int(recording["length"].values.argmin())  # shorter than others: padding must not show
    film = alignment_film(recording, trial=trial, cursor=(1, 0))
    [panel] = film.panels
    length, count = int(recording["length"][trial]), shown_steps(recording, trial)
    wanted = recording["attention"].values[:, trial, :count, :length]
    np.testing.assert_array_equal(panel.values, wanted)
    assert [token.word for token in film.columns] == list(recording["word"].values[trial, :length])
    assert panel.names is not None and len(set(panel.names)) > 1  # it learned nothing, but changes
    for at, names in enumerate(panel.names):
        said = [one.marked for one in symbols.written(recording, at, trial)][:count]
        assert list(names) == said + [""] * (count - len(said))
    assert panel.limits == (0, 1) and panel.scale == "gate"
    header, _ = unpack(pack(film))
    assert header["panels"][0]["names"] == [list(names) for names in panel.names]
    assert alignment_film(recording, trial=trial, cursor=(99, 0)).cursor is None


def test_names_are_one_for_every_row_at_every_snapshot() -> None:
    values = np.zeros((2, 2, 1))
    panel = Panel("h", "h", values, ("1", "2"), "gate", (0, 1), names=(("a", "b"), ("c", "")))
    data = FilmData((Token("x"),), (0, 5), (panel,))
    assert unpack(pack(data))[0]["panels"][0]["names"] == [["a", "b"], ["c", ""]]
    for wrong in ((("a", "b"),), (("a", "b"), ("c",))):
        with pytest.raises(ValueError, match="h: names must be one for every row"):
            replace(panel, names=wrong)


def test_old_and_new_stand_below_each_other_as_far_as_the_longer_one(ask: Any) -> None:
    edits = ({"kind": "attend", "time": 0, "source": 1, "weight": 1.0},)
    before, after = ask(step=2), ask(step=2, edits=edits)
    film = overwritten_film(before, after, trial=0, cursor=(0, 1))
    assert [panel.key for panel in film.panels] == [OLD, NEW] and film.steps == (2,)
    old, new = (panel.values[0] for panel in film.panels)
    np.testing.assert_allclose(new[0], np.eye(new.shape[1])[1], atol=1e-7)
    np.testing.assert_array_equal(
        old[: shown_steps(before)],
        before["attention"].values[0, 0, : shown_steps(before), : old.shape[1]],
    )
    assert film.cursor == (NEW, 0, 1)


def test_the_three_paths_are_drawn_on_one_scale(ask: Any) -> None:
    recording, pulled = ask(), ask("source_credit", step=1)
    film = source_credit_film(pulled, recording, step=1, cursor=(0, 0))
    assert [panel.key for panel in film.panels] == ["direct", "recurrence", "total"]
    assert len({(panel.scale, panel.limits) for panel in film.panels}) == 1
    for panel in film.panels:
        rows, length = panel.values.shape[1:]
        np.testing.assert_array_equal(
            panel.values[0], pulled[panel.key].values[0, 0, :rows, :length]
        )
        assert panel.names == film.panels[0].names
    assert film.steps == (1,)


def test_the_still_has_the_numbers_and_names_of_its_snapshot(ask: Any) -> None:
    recording = ask()
    chart = CHARTS["alignment"].draw(recording, step=1, trial=2).to_dict()
    [rows] = chart["datasets"].values()
    count, length = int(recording["written_length"][1, 2]), int(recording["length"][2])
    values = recording["attention"].values[1, 2, :count, :length]
    assert [row["value"] for row in rows] == pytest.approx(values.ravel().tolist())
    assert [row["row"] for row in rows[::length]] == [
        one.marked for one in symbols.written(recording, 1, 2)
    ]
    with pytest.raises(ValueError, match="no attention"):
        CHARTS["alignment"].draw(recording.drop_vars("attention"))
