"""The page on tricks without a browser: comparisons, own choices, the table, and what it says when something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.comparisons import COMPARISONS
from engine.shipped import seeds
from explorer import compare, jobs, picture
from explorer.compare import Contender
from explorer.lessons import tricks as text
from explorer.picture import Net

PAGE = Path(__file__).parents[2] / "explorer" / "views" / "tricks.py"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The page on an empty store; its workers are ended afterwards."""
    monkeypatch.setenv("RNN_EXPLORER_STORE", str(tmp_path))
    yield AppTest.from_file(str(PAGE), default_timeout=120)
    jobs.close()


def table(app: AppTest) -> str:
    """The HTML of the measured table."""
    (found,) = [one.proto.body for one in app.get("html") if "class='measured'" in one.proto.body]
    return str(found)


def test_it_opens_on_the_first_comparison_with_its_question(app: AppTest) -> None:
    app.run()
    assert not app.exception and not app.error
    first = next(iter(COMPARISONS.values()))
    assert any(first.question in one.value for one in app.markdown)
    for variant in first.variants:
        assert variant.label in table(app)
    assert table(app).count("<td>–</td>") == len(first.variants), "no time before it is measured"
    assert "compare" not in app.query_params


@pytest.mark.parametrize("name", COMPARISONS)
def test_every_comparison_opens_from_its_link(app: AppTest, name: str) -> None:
    app.query_params["compare"] = name
    app.run()
    assert not app.exception and not app.error
    for variant in COMPARISONS[name].variants:
        assert variant.label in table(app)


def test_measuring_fills_the_column(app: AppTest) -> None:
    app.query_params["compare"] = text.OWN
    app.query_params["rows"] = "rnn,lstm"
    app.run()
    app.button(key="measure").click().run()
    assert not app.exception and not app.error
    assert "<td>–</td>" not in table(app)
    measured = app.session_state["milliseconds"]
    assert set(measured) == {"rnn", "lstm"}
    assert all(0.1 < value < 1000 for value in measured.values())
    assert any(text.MEASURED in one.value for one in app.caption)


def test_an_own_choice_is_in_the_link_and_needs_two(app: AppTest) -> None:
    app.query_params["compare"] = text.OWN
    app.query_params["rows"] = "gru,lstm"
    app.run()
    assert app.multiselect(key="tricks_nets").value == ["gru", "lstm"]
    app.multiselect(key="tricks_nets").set_value(["gru"]).run()
    assert [one.value for one in app.info] == [text.TOO_FEW]
    app.multiselect(key="tricks_nets").set_value(["gru", "rnn"]).run()
    assert not app.exception and not app.info
    assert app.query_params["rows"] == "gru,rnn"


def test_a_signal_that_only_some_have_says_who_has_none(app: AppTest) -> None:
    app.query_params["compare"] = text.OWN
    app.query_params["rows"] = "rnn,lstm"
    app.query_params["signal"] = "forget"
    app.run()
    assert not app.exception and not app.error
    assert app.selectbox(key="tricks_signal").value == "forget"
    assert any("no forget gate" in one.value for one in app.caption)


def test_a_bad_link_falls_back_with_a_notice(app: AppTest) -> None:
    app.query_params["compare"] = "<script>"
    app.query_params["gap"] = "-3"
    app.run()
    assert not app.exception
    assert len(app.warning) == 1 and "compare" in app.warning[0].value
    app.query_params.clear()


def test_names_in_the_table_are_text() -> None:
    from explorer.views.tricks_table import table as html

    net = picture.shipped_nets(seeds())["lstm"]
    nasty = Contender(net, "<img src=x onerror=alert(1)>", (1.0,), (None,))
    said = html([nasty])
    assert "<img" not in said and "&lt;img" in said
    assert "never in 700" in said and "100 %" in said


def test_the_table_says_medians_and_spreads() -> None:
    from explorer.views.tricks_table import table as html

    net = Net("x", "x", picture.shipped_nets(seeds())["lstm"].experiment)
    one = Contender(net, "x", (0.5, 0.9, 0.7), (100, None, 300), milliseconds=3.14159)
    said = html([one])
    assert "70 %<small> (50–90 %)</small>" in said
    assert "200<small> (100–300), 2 of 3 seeds</small>" in said
    assert "<td>3.1</td>" in said and f"<td>{one.parameters:,}</td>" in said
    all_same = html([replace(one, accuracies=(1.0, 1.0), solved_at=(90, 90))])
    assert "100 %<small> (all 2 seeds)</small>" in all_same
    assert compare.spread(()).middle is None
