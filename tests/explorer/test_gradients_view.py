"""The gradients page without a browser: every tab of every kind of net, the choices, and the link."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.store import Store
from explorer.lessons import gradients as text
from tests.engine.nets import untrained

PAGE = Path(__file__).parents[2] / "explorer" / "views" / "gradients.py"


@pytest.fixture
def app(store: Store) -> AppTest:
    return AppTest.from_file(str(PAGE), default_timeout=120)


def opened(app: AppTest, tab: str, **query: object) -> AppTest:
    for name, value in query.items():
        app.query_params[name] = str(value)
    app.session_state["gradients_tab"] = tab
    app.run()
    assert not app.exception and not app.error, [each.value for each in app.error]
    return app


def charts(app: AppTest) -> list[str]:
    """Titles of the charts, from their specs."""
    import json

    found = []
    for chart in app.get("vega_lite_chart"):
        spec = json.loads(chart.proto.spec)
        title = spec.get("title", "")
        found.append(title["text"] if isinstance(title, dict) else title)
    return found


def said(app: AppTest) -> str:
    return "\n".join(each.value for each in (*app.markdown, *app.caption))


@pytest.mark.parametrize(
    ("tab", "run"),
    [
        *((tab, "lstm") for tab in text.TABS),
        (text.STEPS, "gru"),
        (text.STEPS, "rnn"),
        (text.CREDIT, "rnn"),
    ],
)
def test_every_tab_is_drawn_for_every_cell(app: AppTest, tab: str, run: str) -> None:
    opened(app, tab, run=run, step=100)
    assert charts(app)
    if tab == text.STEPS:
        assert ("Which way back, step 91" in charts(app)) == (run == "lstm")
        assert "above 1 only permits it to explode" in said(app)


def test_margin_or_loss_and_the_state_are_choices_of_the_link(app: AppTest) -> None:
    opened(app, text.CREDIT)
    assert charts(app) == [
        "What moves the margin at “fluent”?",
        "Which margins pull on c at “France”?",
    ]
    assert text.TOP_ANSWER in said(app)
    app.button_group(key="credit of").set_value("loss_gradient").run()
    app.button_group(key="credit state").set_value("hidden").run()
    assert charts(app) == [
        "What moves the loss at “fluent”?",
        "Which losses pull on h at “France”?",
    ]
    chosen = app.session_state["chosen"]
    assert (chosen.measure, chosen.signal) == ("loss_gradient", "hidden")


def test_the_link_says_which_row_and_column(app: AppTest) -> None:
    opened(app, text.CREDIT, answer=20, time=3, run="rnn")
    first, second = charts(app)
    assert first.startswith("What moves the margin at “") and "fluent" not in first
    assert second == "Which margins pull on h at “in”?"


def test_other_weights_and_steps_have_other_shares(app: AppTest) -> None:
    opened(app, text.SHARES, run="rnn")
    before = said(app)
    assert "the last 10 steps hold **" in before.lower()
    app.button_group(key="shares part").set_value("weight_ih").run()
    assert not app.exception and "∂L/∂W_xh" in charts(app)[0]
    app.select_slider(key="training_step").set_value(0).run()
    assert not app.exception and said(app) != before
    assert app.session_state["chosen"].step == 0


def test_a_net_trained_with_a_window_opens_on_its_cut(app: AppTest, store: Store) -> None:
    run = untrained("lstm", snapshots=2)
    experiment = run.experiment.model_copy(
        update={"training": run.experiment.training.model_copy(update={"window": 7})}
    )
    run_id = store.add(replace(run, experiment=experiment, result={"outcome": "finished"}))
    opened(app, text.CREDIT, run=run_id, measure="loss_gradient")
    assert app.checkbox(key="credit cut").value
    opened(app, text.TRUNCATED, run=run_id)
    assert app.select_slider(key="window").value == 7
    app.select_slider(key="window").set_value(0).run()
    assert not app.exception and not app.error


def test_a_net_that_reads_both_ways_is_not_cut(app: AppTest, store: Store) -> None:
    run = untrained("gru", layers=2, directions=2, task="order")
    run_id = store.add(replace(run, result={"outcome": "finished", "accuracy": 0.5}))
    opened(app, text.TRUNCATED, run=run_id)
    assert text.BOTH_WAYS in [each.value for each in app.info]
    for tab in (text.CREDIT, text.STEPS, text.SHARES):
        opened(app, tab, run=run_id)
        assert charts(app)


def test_a_task_of_numbers_says_why_rows_are_blank(app: AppTest, store: Store) -> None:
    run = untrained("rnn", task="adding")
    run_id = store.add(replace(run, result={"outcome": "finished", "accuracy": 0.5}))
    opened(app, text.CREDIT, run=run_id)
    assert text.NUMBERS in said(app)


def test_the_own_net_shows_its_norms(app: AppTest) -> None:
    opened(app, text.EXPLODING, run="gru")
    assert "GRU" in charts(app)
