"""The Recurrence page without a browser: what it writes for a place, and what it says when something does not fit."""

from __future__ import annotations

import contextlib
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import engine
from engine.answering import answer
from engine.questions import Question
from engine.run import Run
from engine.shipped import RUNS
from engine.store import Store
from explorer.formula import figure
from explorer.lessons import recurrence as text
from tests.engine.nets import untrained

PAGE = Path(__file__).parents[2] / "explorer" / "views" / "recurrence.py"
FRANCE = "I grew up in France … so I speak fluent"


@pytest.fixture
def app(store: Store) -> AppTest:
    """The page, as a new session."""
    return AppTest.from_file(str(PAGE), default_timeout=90)


def own(cell: str, task: str) -> Run:
    """A small run with an end, as the page lists it: two layers, both directions."""
    made = untrained(cell, layers=2, directions=2, snapshots=2, task=task)
    return replace(made, result={"outcome": "finished", "accuracy": 0.5})


def written(app: AppTest) -> str:
    return "\n".join(one.value for one in app.markdown)


def opened(app: AppTest, **state: object) -> AppTest:
    """The page after some of its widgets were set."""
    for key, value in state.items():
        app.session_state[key.replace("_", " ")] = value
    return app.run()


def test_it_works_out_the_recorded_number_of_the_place_in_the_link(app: AppTest) -> None:
    for name, said in {"signal": "forget", "unit": "12", "time": "4"}.items():
        app.query_params[name] = said
    app.run()
    assert not app.exception
    assert not app.error
    recorded = answer(Question(run="lstm", analysis="record", texts=(FRANCE,)), Store("."))
    value = float(recorded["forget"].values[-1, 0, 0, 0, 4, 12])
    assert rf"\mathbf{{{figure(value)}}}" in written(app)
    assert "Unit 13 at step 5, “France”" in app.subheader[0].value
    assert app.query_params["unit"] == "12"


def test_a_cell_state_brings_the_lines_that_it_comes_from(app: AppTest) -> None:
    app.run()
    said = written(app)
    assert said.index("c_t") < said.index("W_{xf}") < said.index("W_{xg}")
    assert "W_{xo}" not in said  # the output gate is not part of it
    assert r"y_{\text{French}}" in said


def test_unit_and_step_are_chosen_by_hand_and_stand_in_the_link(app: AppTest) -> None:
    app.run()
    app.number_input(key="unit_shown").set_value(20)
    app.number_input(key="time_shown").set_value(1)
    app.selectbox(key="signal_shown").set_value("hidden").run()
    assert not app.exception
    assert "Unit 20 at step 1, “I”" in app.subheader[0].value
    query = {name: app.query_params[name] for name in ("unit", "time", "signal")}
    assert query == {"unit": "19", "time": "0", "signal": "hidden"}
    assert text.START in "\n".join(caption.value for caption in app.caption)


def test_a_smaller_net_takes_a_place_that_it_has(app: AppTest, store: Store) -> None:
    store.add(own("gru", "fluent"))
    app.query_params["unit"], app.query_params["signal"] = "30", "cell"
    app.run()
    mine = next(name for name in app.selectbox(key="run").options if "my GRU" in name)
    app.selectbox(key="run").select_index(app.selectbox(key="run").options.index(mine)).run()
    assert not app.exception
    assert app.number_input(key="unit_shown").value in (1, 2, 3, 4)


@pytest.mark.parametrize("task", ["copy", "adding"])
def test_drawn_trials_are_worked_out_and_have_no_word_to_edit(
    app: AppTest, store: Store, task: str
) -> None:
    app.query_params["run"] = store.add(own("lstm", task))
    app.query_params["layer"], app.query_params["direction"] = "1", "1"
    opened(app, recurrence_tabs=text.TABS[1])
    assert not app.exception
    assert not app.error
    assert text.NO_WORDS in [note.value for note in app.info]
    assert "W_{xf}" in written(app)


@pytest.mark.parametrize("tab", text.TABS)
def test_every_tab_is_drawn(app: AppTest, tab: str) -> None:
    app.query_params["word"] = "5.Japan"
    opened(app, recurrence_tabs=tab)
    assert not app.exception
    assert not app.error


def test_one_word_is_edited_and_both_answers_are_told(app: AppTest) -> None:
    app.query_params["word"] = "5.Japan"
    opened(app, recurrence_tabs="Edit a word")
    said = written(app)
    assert "### French" in said
    assert "### Japanese" in said
    app.selectbox(key="word new").set_value("France").run()
    assert text.SAME in [note.value for note in app.info]


def test_a_link_to_a_changed_word_opens_at_it(app: AppTest) -> None:
    app.query_params["word"] = "5.Japan"
    assert "### Japanese" in written(app.run())


def test_a_word_that_the_net_does_not_know_is_marked(app: AppTest) -> None:
    app.query_params["word"] = "5.Blorpia"
    opened(app, recurrence_tabs="Edit a word")
    assert not app.exception
    assert [w for w in app.warning if "Blorpia" in w.value]
    assert app.query_params["word"] == "5.Blorpia"


@pytest.mark.parametrize("word", ["0.Japan", "99.Japan", "Japan", "5.two words", "5.…", "<b>.x"])
def test_a_hostile_or_unfitting_word_in_the_link_is_left_out(app: AppTest, word: str) -> None:
    app.query_params["word"] = word
    opened(app, recurrence_tabs="Edit a word")
    assert not app.exception
    assert text.CHOOSE in [note.value for note in app.info]


def test_the_copied_lines_print_the_number_on_the_page(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.query_params["unit"], app.query_params["time"] = "7", "20"
    opened(app, code=True)
    assert not app.exception
    (tmp_path / "lstm.safetensors").write_bytes((RUNS / "lstm.safetensors").read_bytes())
    monkeypatch.chdir(tmp_path)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(app.code[0].value, {})
    wanted = engine.record(engine.load("lstm.safetensors"), FRANCE, gradients=False)
    number = float(wanted["cell"].values[0, 0, 0, 0, 20, 7])
    assert float(printed.getvalue()) == pytest.approx(number, abs=1e-6)
    assert rf"\mathbf{{{figure(number)}}}" in written(app)


def test_backwards_and_every_product_are_made_when_they_are_opened(app: AppTest) -> None:
    opened(app, backward=True, products=True)
    assert not app.exception
    assert not app.error
    table = next(one.value for one in app.markdown if "| weight |" in one.value)
    rows = [line.split("|")[2:5] for line in table.splitlines()[2:]]
    products = np.array(rows, float)
    assert len(products) == 32
    assert np.allclose(products[:, 0] * products[:, 1], products[:, 2], atol=1e-5)
    assert (np.diff(abs(products[:, 2])) <= 1e-9).all()


def test_no_signal_still_leaves_the_arithmetic(app: AppTest) -> None:
    opened(app, signals_lstm=[])
    assert not app.exception
    assert text.NO_SIGNAL in [note.value for note in app.info]
    assert "W_{xf}" in written(app)
