"""The memory page without a browser: every tab and kind of change, the link, and what it says when nothing fits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine.store import Store
from explorer import editlink
from explorer.lessons import memory as text
from explorer.lessons import workbench
from tests.engine.nets import untrained

PAGE = Path(__file__).parents[2] / "explorer" / "views" / "memory.py"
PUT = "put:hidden,cell:1~0:t24"


@pytest.fixture
def app(store: Store) -> AppTest:
    return AppTest.from_file(str(PAGE), default_timeout=60)


def said(app: AppTest) -> str:
    """All that the page says in markdown."""
    return "\n".join(item.value for item in app.markdown)


def press(app: AppTest, label: str) -> AppTest:
    [button] = [b for b in app.button if b.label == label]
    return button.click().run()


def edits(app: AppTest) -> str:
    chosen: Any = app.session_state["chosen"]
    return str(chosen.edits)


@pytest.mark.parametrize("run", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("tab", text.TABS)
def test_every_tab_of_every_kind_of_net(app: AppTest, run: str, tab: str) -> None:
    app.query_params["run"] = run
    app.session_state["memory_tab"] = tab
    app.run()
    assert not app.exception
    gateless = run == "rnn" and tab in text.TABS[:2]
    assert not app.error
    assert any("no gate" in note.value for note in app.info) == gateless
    assert text.CONVENTION.get(run, "has no gates") in said(app)


def test_a_link_with_a_change_opens_on_it(app: AppTest) -> None:
    app.query_params["edits"] = PUT
    app.run()
    assert not app.exception and not app.error
    page = said(app)
    assert "memory of Japan put into the sentence about France, at" in page.replace("\\", "")
    assert "French" in page and "→ Japanese" in page
    press(app, workbench.RESET)
    assert edits(app) == "" and [note for note in app.info if note.value == text.NOTHING]
    press(app, workbench.UNDO)
    assert edits(app) == PUT
    assert app.query_params["edits"] in (PUT, [PUT])


@pytest.mark.parametrize(
    "bad", ["nonsense", "hold:forget:1:u99", "put:cell:0~40:t3", "hold:reset:1", "hold:cell:0:t900"]
)
def test_a_change_that_does_not_fit_is_a_sentence(app: AppTest, bad: str) -> None:
    app.query_params["edits"] = bad
    app.run()
    assert not app.exception
    [fault] = [note.value for note in app.error] + [note.value for note in app.warning]
    assert fault.endswith(".") and len(fault) < 250


def test_each_kind_of_change_is_added_to_those_in_force(app: AppTest) -> None:
    app.session_state["memory_tab"] = text.CHANGE
    app.run()
    app.number_input(key="change_value").set_value(0.5)
    app.text_input(key="change_units").set_value("1, 5-7")
    press(app, text.ADD)
    assert edits(app) == "hold:forget:0.5:u0,4-6"
    app.session_state["change_kind"] = "silence"
    app.run()
    app.text_input(key="change_units").set_value("2")
    app.text_input(key="change_steps").set_value("3")
    press(app, text.ADD)
    assert edits(app) == "hold:forget:0.5:u0,4-6;silence:1:t2"
    app.session_state["change_kind"] = "erase"
    app.run()
    app.selectbox(key="change_time").set_value(10)
    press(app, text.ADD)
    app.session_state["change_kind"] = "put"
    app.run()
    app.selectbox(key="change_part").set_value("cell")
    press(app, text.ADD)
    assert edits(app).endswith(";hold:hidden,cell:0:t10;put:cell:1~0:t10")
    assert not app.exception and not app.error
    for _ in range(4):
        app.button(key="remove change 0").click().run()
    assert edits(app) == ""


def test_what_cannot_be_added_is_said_and_changes_nothing(app: AppTest) -> None:
    app.session_state["memory_tab"] = text.CHANGE
    app.run()
    for units, value, words in (("40", 0.5, "lie between 1 and 32"), ("", 3.0, "from 0 to 1")):
        app.text_input(key="change_units").set_value(units)
        app.number_input(key="change_value").set_value(value)
        press(app, text.ADD)
        assert words in app.error[0].value.replace("\\", "")
        assert edits(app) == ""
    app.number_input(key="change_value").set_value(0.5)
    app.text_input(key="change_units").set_value(",".join(str(n) for n in range(1, 33, 2)))
    count = 0
    press(app, text.ADD)
    while not app.error:
        count += 1
        press(app, text.ADD)
    assert 0 < count < 6 and "a link has room for 200" in app.error[0].value
    assert len(editlink.read(edits(app))) == count


def test_the_examples_change_the_answer(app: AppTest) -> None:
    app.session_state["memory_tab"] = text.CHANGE
    app.run()
    press(app, "Hold the forget gate at 0\\.9")
    assert edits(app) == "hold:forget:0.9"
    assert "#### French 99\\.9 % → Italian" in said(app).replace(" 99.9 %", " 99\\.9 %")
    press(app, "Erase the memory half\\-way")
    assert edits(app) == "hold:hidden,cell:0:t24"


def test_a_sentence_alone_has_no_other_memory(app: AppTest) -> None:
    app.query_params["kind"] = "own"
    for tab in (text.CHANGE, text.EXCHANGE):
        app.session_state["memory_tab"] = tab
        app.run()
        assert not app.exception and not app.error
        beside = [note.value for note in (*app.info, *app.caption)]
        assert text.TWO_NEEDED in beside


def test_near_sentences_exchange_too(app: AppTest) -> None:
    app.query_params["kind"] = "near"
    app.query_params["edits"] = "put:hidden,cell:1~0:t1"
    app.run()
    assert not app.exception and not app.error
    assert "sentence about clouds" in said(app)
    app.session_state["memory_tab"] = text.EXCHANGE
    app.run()
    assert not app.exception and not app.error


@pytest.mark.parametrize("task", ["order", "adding"])
def test_a_net_of_another_task(app: AppTest, store: Store, task: str) -> None:
    run = untrained("lstm", task=task, layers=2, directions=2)
    object.__setattr__(run, "result", {"outcome": "finished", "accuracy": 0.5})
    app.query_params["run"] = store.add(run)
    app.query_params["trial"] = "3"
    app.query_params["edits"] = "put:hidden,cell:1~3:t4:l0,1:d0,1"
    app.run()
    assert not app.exception and not app.error
    assert "memory of trial 2 put into the sentence about trial 4" in said(app)
    for tab in text.TABS:
        app.session_state["memory_tab"] = tab
        app.run()
        assert not app.exception and not app.error
