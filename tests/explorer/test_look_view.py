"""What the pages of the workbench share: the net, the sentence, the place inside, and the link that carries them."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.store import Store
from explorer import jobs
from tests.engine.nets import untrained

LOOK = """
import streamlit as st
from explorer.views import look
looked = look.header("Recurrence", "Which numbers?")
if looked is not None:
    st.session_state["looked"] = looked
"""


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RNN_EXPLORER_STORE", str(tmp_path))
    yield AppTest.from_string(LOOK, default_timeout=60)
    jobs.close()


def test_it_opens_on_the_shipped_lstm_and_the_far_sentence(app: AppTest) -> None:
    looked = app.run().session_state["looked"]
    assert looked.net.name == "lstm"
    assert looked.words[:5] == ("I", "grew", "up", "in", "France")
    assert len(looked.words) == 49
    assert (looked.signal, looked.step, looked.time, looked.unit) == ("cell", 700, 48, 0)


def test_a_link_says_everything_and_what_does_not_fit_falls_back(app: AppTest) -> None:
    for name, value in {
        "run": "gru", "country": "Japan", "gap": "10", "signal": "update", "unit": "31",
        "time": "900", "step": "100", "layer": "3", "kind": "far",
    }.items():  # fmt: skip
        app.query_params[name] = value
    looked = app.run().session_state["looked"]
    assert not app.exception
    assert looked.words[4] == "Japan"
    assert (looked.signal, looked.unit, looked.time) == ("update", 31, len(looked.words) - 1)
    assert looked.address.layer == 0
    assert looked.step <= 100


def test_a_run_that_is_not_there_is_told_and_a_signal_of_another_cell_is_not_used(
    app: AppTest,
) -> None:
    app.query_params["run"] = "20200101T000000-aaaaaaaaaa"
    app.query_params["signal"] = "reset"
    looked = app.run().session_state["looked"]
    assert looked.net.name == "lstm"
    assert looked.signal == "cell"
    assert "run" in app.warning[0].value


def test_a_net_of_a_task_without_sentences_offers_its_trials(app: AppTest, tmp_path: Path) -> None:
    run = untrained("lstm", task="order", layers=2, directions=2)
    object.__setattr__(run, "result", {"outcome": "finished", "accuracy": 0.5})
    run_id = Store(tmp_path).add(run)
    app.query_params["run"] = run_id
    app.query_params["trial"] = "3"
    app.run()
    assert not app.exception
    looked = app.session_state["looked"]
    assert looked.net.name == run_id
    assert looked.asked.drawn.only == 3 and looked.trial == 0  # it is asked alone
    app.selectbox(key="layer").set_value(1).run()
    app.selectbox(key="direction").set_value(1).run()
    assert app.session_state["looked"].place == {"trial": 0, "layer": 1, "direction": 1}


def test_own_text_marks_unknown_words_and_asks_for_words_where_there_are_none(
    app: AppTest,
) -> None:
    app.query_params["kind"] = "own"
    app.query_params["text"] = "I grew up in Atlantis"
    app.run()
    assert "Atlantis" in app.warning[0].value
    app.text_input(key="text").set_value(" . ").run()
    assert not app.exception
    assert "no words" in app.info[0].value
