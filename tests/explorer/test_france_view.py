"""The first page without a browser: every control, and what it says when something is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.shipped import seeds
from engine.tasks.fluent import NAMES
from explorer import jobs

MAIN = Path(__file__).parents[2] / "explorer" / "main.py"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The page on an empty store; its workers are ended afterwards."""
    monkeypatch.setenv("RNN_EXPLORER_STORE", str(tmp_path))
    yield AppTest.from_file(str(MAIN), default_timeout=60)
    jobs.close()


def test_it_opens_on_two_shipped_rows(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert app.title[0].value == "Why does one net lose the word?"
    assert app.session_state["rows_shown"] == ["rnn", "lstm"]


def test_every_country_gap_and_kind_is_answered_without_a_worker(app: AppTest) -> None:
    app.run()
    for gap in (0, 80):
        app.selectbox(key="gap").set_value(gap).run()
        assert not app.exception
        assert not app.error
    for country in NAMES[:3]:
        app.selectbox(key="country").set_value(country).run()
        assert not app.exception
    app.selectbox(key="swap").set_value("Portugal").run()
    assert not app.exception
    app.session_state["kind"] = "near"
    app.run()
    assert not app.exception
    assert app.selectbox(key="cue").value == "clouds"
    assert jobs._one is None or not jobs._one.pids()


def test_the_link_restores_the_controls_and_bad_values_fall_back_with_a_notice(
    app: AppTest,
) -> None:
    app.query_params["country"] = "Japan"
    app.query_params["gap"] = "60"
    app.query_params["rows"] = "gru,lstm"
    app.query_params["swap"] = "Atlantis"
    app.run()
    assert app.selectbox(key="country").value == "Japan"
    assert app.selectbox(key="gap").value == 60
    assert app.session_state["rows_shown"] == ["gru", "lstm"]
    assert [w for w in app.warning if "swap" in w.value]


def test_a_swap_for_the_country_itself_is_dropped(app: AppTest) -> None:
    app.run()
    app.selectbox(key="swap").set_value("Japan").run()
    app.selectbox(key="country").set_value("Japan").run()
    assert app.selectbox(key="swap").value == ""
    assert not app.exception


def test_no_rows_say_what_to_do(app: AppTest) -> None:
    app.run()
    app.session_state["rows_shown"] = []
    app.run()
    assert not app.exception
    assert [note for note in app.info if "net" in note.value]


def test_unknown_words_are_named_and_a_worker_answers(app: AppTest) -> None:
    app.query_params["kind"] = "own"
    app.query_params["text"] = "I grew up in Blorpia … so I speak fluent"
    app.run()
    assert not app.exception
    assert not app.error
    assert [w for w in app.warning if "Blorpia" in w.value]


def test_training_without_a_cell_or_with_a_start_that_does_not_fit_is_refused(app: AppTest) -> None:
    app.run()
    app.selectbox(key="train_start").set_value("chrono")
    app.button(key="train_go").click().run()
    assert [e for e in app.error if "chrono" in e.value and "rnn" in e.value]


def test_the_shipped_seed_is_the_median_one() -> None:
    for row in seeds().values():
        accuracies = row["accuracies"]
        assert sorted(accuracies)[2] == accuracies[row["seed"]]
