"""The lab without a browser: every widget of the form, and what clicks do to the store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine import runfile
from engine.experiment import Experiment
from engine.store import Store
from engine.tasks import TASKS
from explorer import jobs
from explorer.lab.form import Form
from explorer.lab.generated import CHOSEN_APART, fields
from explorer.lessons import lab as text
from explorer.views import labdeeds
from explorer.views.labdeeds import Shown
from tests.engine.small import EXPERIMENT
from tests.engine.small import run as small_run

MAIN = Path(__file__).parents[2] / "explorer" / "main.py"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("RNN_EXPLORER_STORE", str(tmp_path))
    return Store(tmp_path)


@pytest.fixture
def app(store: Store) -> Iterator[AppTest]:
    """The lab on an empty store; its workers are ended afterwards."""
    opened = AppTest.from_file(str(MAIN), default_timeout=60)
    opened.run()
    yield opened.switch_page("views/lab.py")
    jobs.close()


def widgets(app: AppTest) -> set[str]:
    kinds = (app.number_input, app.selectbox, app.checkbox, app.text_input)
    return {widget.key for kind in kinds for widget in kind if widget.key}


def form(app: AppTest) -> Form:
    return app.session_state["lab"]


@pytest.mark.parametrize("task", TASKS)
def test_every_field_has_a_widget_that_shows_its_suggestion(app: AppTest, task: str) -> None:
    app.run()
    app.selectbox(key="lab_task").set_value(task).run()
    assert not app.exception
    wanted = {f"lab {'.'.join(f.name)}" for group in fields(task).values() for f in group}
    assert wanted <= widgets(app)
    assert not {f"lab {'.'.join(name)}" for name in CHOSEN_APART} & widgets(app)
    [experiment] = form(app).experiments()[0]
    assert app.number_input(key="lab training.steps").value == experiment.training.steps
    assert app.number_input(key="lab network.units").value == experiment.network.units
    assert app.selectbox(key="lab network.start").value == experiment.network.start
    assert any("Takes about" in caption.value for caption in app.caption)
    assert not app.error


def test_a_changed_field_is_in_the_experiment_and_the_command(app: AppTest) -> None:
    app.run()
    app.number_input(key="lab task.gap").set_value(12).run()
    app.number_input(key="lab training.clip").set_value(None).run()
    app.checkbox(key="lab network.bidirectional").check().run()
    app.selectbox(key="lab network.start").set_value("forget").run()
    [experiment] = form(app).experiments()[0]
    assert (experiment.task.gap, experiment.training.clip) == (12, None)
    assert (experiment.network.bidirectional, experiment.network.start) == (True, "forget")
    [command] = [code.value for code in app.code]
    assert "--gap 12" in command
    assert "--clip none" in command
    app.button(key="lab_reset").click().run()
    assert form(app).experiments()[0] == Form().experiments()[0]
    assert app.number_input(key="lab task.gap").value == 40


def test_a_field_that_parts_the_cells_is_a_widget_of_its_own(app: AppTest) -> None:
    """Else a quick second click reads its emptiness as the least value: a learning rate of 0."""
    app.run()
    app.button_group(key="lab_cells").set_value(["lstm", "rnn"]).run()
    alone, each = "lab training.learning_rate", "lab training.learning_rate each"
    assert alone not in widgets(app)
    assert app.number_input(key=each).value is None
    app.number_input(key=each).set_value(0.005).run()
    assert {e.training.learning_rate for e in form(app).experiments()[0]} == {0.005}
    app.number_input(key=each).set_value(None).run()
    assert form(app).touched == {}
    app.button_group(key="lab_cells").set_value(["lstm"]).run()
    assert app.number_input(key=alone).value == form(app).experiments()[0][0].training.learning_rate


def test_what_cannot_be_is_said_and_not_started(app: AppTest, store: Store) -> None:
    app.run()
    app.number_input(key="lab task.shortest_gap").set_value(60).run()
    assert [e for e in app.error if "shortest" in e.value and "60" in e.value and "40" in e.value]
    assert app.button(key="lab_train").disabled
    app.number_input(key="lab task.shortest_gap").set_value(None).run()
    app.number_input(key="lab network.units").set_value(512).run()
    app.number_input(key="lab training.steps").set_value(100_000).run()
    assert [e for e in app.error if "15 minutes is the limit" in e.value]
    assert app.button(key="lab_train").disabled
    assert store.ids() == []


def test_several_nets_are_started_by_one_press_and_not_twice(app: AppTest, store: Store) -> None:
    app.run()
    app.session_state["lab"].cells = ["rnn", "gru"]
    app.number_input(key="lab_seeds").set_value(2).run()
    app.number_input(key="lab training.steps").set_value(100_000).run()
    assert not app.button(key="lab_train").disabled
    app.button(key="lab_train").click().run()
    assert not app.exception
    made = {(e.network.cell, e.seed) for e in map(store.experiment, store.ids())}
    assert made == {("rnn", 0), ("rnn", 1), ("gru", 0), ("gru", 1)}
    app.button(key="lab_train").click().run()
    assert len(store.ids()) == 4
    assert [e for e in app.error if "under way already" in e.value]
    assert [b for b in app.button if b.label == "Cancel"]


def test_the_library_of_an_empty_store_says_what_to_do(app: AppTest) -> None:
    app.session_state["lab_section"] = text.LIBRARY
    app.run()
    assert not app.exception
    assert [note for note in app.info if "No runs yet" in note.value]


def test_a_store_that_cannot_be_read_is_a_sentence(app: AppTest, tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    app.session_state["lab_section"] = text.LIBRARY
    app.run()
    assert not app.exception
    assert [error for error in app.error if "cannot be read" in error.value]


def test_a_run_fills_the_form(app: AppTest, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = Experiment.model_validate({"task": {"name": "adding", "gap": 9}, "seed": 4})
    run_id = store.create(chosen)
    app.run()
    form(app).fill(store.experiment(run_id), "![x](http://evil.example/a.png)")
    app.run()
    assert form(app).experiments() == ([chosen], [])
    assert app.selectbox(key="lab_task").value == "adding"
    assert app.number_input(key="lab task.gap").value == 9
    assert app.number_input(key="lab_seed").value == 4
    assert [note for note in app.info if "\\!\\[x\\]" in note.value]


# -- what clicks do, one after another as Streamlit would call them


class File:
    """What an upload field holds."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name, self._data = name, data

    def getvalue(self) -> bytes:
        return self._data


class Session(dict):
    """Stands in for the session of a tab."""

    def to_dict(self) -> dict:
        return dict(self)


@pytest.fixture
def tab(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    session = Session(lab_shown=Shown(), lab=Form())
    monkeypatch.setattr("streamlit.session_state", session)
    yield session
    jobs.close()


def uploaded(tab: Session, name: str, data: bytes) -> Shown:
    shown: Shown = tab["lab_shown"]
    tab[f"lab_file_{shown.uploads}"] = File(name, data)
    labdeeds.take_in()
    return shown


def test_a_downloaded_run_comes_back_as_another_that_is_marked(tab: Session, store: Store) -> None:
    data = runfile.to_bytes(small_run())
    shown = uploaded(tab, "my run.safetensors", data)
    [run_id] = store.ids()
    assert shown.wrong == ""
    assert "my run" in shown.said
    assert store.info(run_id).imported
    assert store.info(run_id).label == "my run"
    assert runfile.to_bytes(store.load(run_id)) == data
    uploaded(tab, "my run.safetensors", data)
    assert len(store.ids()) == 2


HOSTILE = {
    "empty": b"",
    "text": b"I am a run",
    "half": runfile.to_bytes(small_run())[:1000],
    "a header of 1 GB": (2**30).to_bytes(8, "little") + b"{}",
    "zip": b"PK\x03\x04" + bytes(100),
    "pickle": b"\x80\x04cos\nsystem\n",
    "one byte off": runfile.to_bytes(small_run())[:-1] + b"\x01",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_upload_is_one_sentence_and_no_run(kind: str, tab: Session, store: Store) -> None:
    shown = uploaded(tab, "../../<b>evil</b>.safetensors", HOSTILE[kind])
    assert shown.wrong.startswith("The file is not a run: ")
    assert shown.wrong.endswith(".")
    assert shown.said == ""
    assert store.ids() == []
    assert {path.name for path in store.root.iterdir()} <= {"runs"}


@pytest.mark.parametrize(
    "name", ["../../../tmp/x.safetensors", "<script>.safetensors", "\0.x", "…" * 300]
)
def test_the_name_of_an_upload_is_only_a_label(name: str, tab: Session, store: Store) -> None:
    around = sorted(store.root.parent.iterdir())
    uploaded(tab, name, runfile.to_bytes(small_run()))
    [run_id] = store.ids()
    assert len(store.info(run_id).label) <= 80
    assert "/" not in store.info(run_id).label
    assert sorted(store.root.parent.iterdir()) == around


def test_removed_in_one_tab_and_had_back_in_another(tab: Session, store: Store) -> None:
    ids = [store.add(small_run(), name) for name in ("one", "two")]
    labdeeds.remove(tuple(zip(ids, ("one", "two"), strict=True)))
    shown: Shown = tab["lab_shown"]
    assert shown.removed == ids
    assert "one, two" in shown.said
    other = Session(lab_shown=Shown())
    tab_shown, tab["lab_shown"] = shown, other["lab_shown"]
    labdeeds.remove(((ids[0], "one"),))
    assert "There is no run" in tab["lab_shown"].wrong
    labdeeds.have_back(ids)
    assert sorted(store.ids()) == sorted(ids)
    tab["lab_shown"] = tab_shown
    labdeeds.have_back(list(tab_shown.removed))
    assert "already" in tab_shown.wrong
    assert sorted(store.ids()) == sorted(ids)


def test_a_run_that_waits_is_not_removed(
    tab: Session, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = store.create(EXPERIMENT)
    monkeypatch.setattr(jobs.supervisor(), "place", lambda _: 1)
    labdeeds.remove(((run_id, "mine"),))
    assert "mine is still in training" in tab["lab_shown"].wrong
    assert store.ids() == [run_id]


def test_renaming_changes_the_name_alone(tab: Session, store: Store) -> None:
    run_id = store.add(small_run())
    tab[f"lab_label_{run_id}"] = "<img src=x>"
    labdeeds.rename(run_id)
    assert store.info(run_id).label == "<img src=x>"
    store.remove(run_id)
    labdeeds.rename(run_id)
    assert "There is no run" in tab["lab_shown"].wrong


def test_changing_a_run_that_is_gone_is_said(tab: Session, store: Store) -> None:
    run_id = store.add(small_run())
    labdeeds.change(run_id, "mine")
    assert tab["lab"].experiments() == ([EXPERIMENT], [])
    assert tab["lab_section"] == text.TRAIN
    store.remove(run_id)
    labdeeds.change(run_id, "mine")
    assert "There is no run" in tab["lab_shown"].wrong
