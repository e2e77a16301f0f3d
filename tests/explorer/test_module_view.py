"""The pages on a plain module: everything that needs no task is drawn, the rest is greyed with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import nn

from engine import modules
from engine.modulenet import from_torch
from engine.store import Store
from explorer import cache, jobs
from explorer.lessons import gradients, memory, recurrence
from explorer.lessons.workbench import NEEDS_TASK, NO_TASK

VIEWS = Path(__file__).parents[2] / "explorer" / "views"
MODULES: dict[str, Any] = {
    "lstm": lambda: nn.LSTM(3, 5),
    "gru": lambda: nn.GRU(3, 5, 2, bidirectional=True),
    "rnn": lambda: nn.RNN(3, 5, nonlinearity="relu"),
}
GREY = {recurrence.SURPRISE, recurrence.EDIT, memory.EXCHANGE, *gradients.NEEDS}
TABS = [
    *(("recurrence", "recurrence tabs", tab) for tab in recurrence.TABS),
    *(("memory", "memory_tab", tab) for tab in memory.TABS),
    *(("gradients", "gradients_tab", tab) for tab in gradients.TABS),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module", autouse=True)
def workers() -> Any:
    yield
    jobs.close()


def opened(page: str, name: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("RNN_EXPLORER_STORE", str(store.root))
    app = AppTest.from_file(str(VIEWS / f"{page}.py"), default_timeout=120)
    app.query_params["run"] = name
    return app


def brought(store: Store, kind: str = "lstm", **more: Any) -> str:
    torch.manual_seed(0)
    return modules.add(store, from_torch(MODULES[kind](), torch.randn(3, 12, 3), **more))


@pytest.mark.parametrize("kind", MODULES)
@pytest.mark.parametrize(("page", "key", "tab"), TABS, ids=lambda value: str(value))
def test_every_part_of_a_page_is_drawn_or_greyed_with_its_reason(
    page: str, key: str, tab: str, kind: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(page, brought(store, kind), store, monkeypatch)
    app.session_state[key] = tab
    app.run()
    assert not app.exception
    captions = [each.value for each in app.caption]
    assert any(NO_TASK in each for each in captions)
    assert any(NEEDS_TASK in each for each in captions) == (tab in GREY)
    gateless = kind == "rnn" and page == "memory"
    assert bool(app.error) <= gateless, [each.value for each in app.error]


@pytest.mark.parametrize("page", ["france", "lab"])
def test_the_other_pages_stand_a_module_in_the_link(
    page: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(page, brought(store), store, monkeypatch).run()
    assert not app.exception


def test_a_module_is_named_described_and_offered_trial_by_trial(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [[f"w{trial}x{time}" for time in range(12)] for trial in range(3)]
    note = "inputs from ![x](http://evil/x).npy"
    name = brought(store, tokens=words, name="mine", note=note)
    app = opened("recurrence", name, store, monkeypatch)
    app.query_params["trial"] = "2"
    app.run()
    assert not app.exception
    assert app.selectbox(key="trial").options == ["1", "2", "3"]
    assert app.selectbox(key="trial").value == 2
    shown = app.selectbox(key="run")
    assert shown.value == name and any("mine" in option for option in shown.options)
    about = app.caption[0].value
    assert "3 inputs, 5 units, 1 layer" in about and "![x](" not in about
    assert any("w2x11" in each.value for each in app.subheader)


def test_what_was_damaged_is_left_out_of_the_list_and_the_rest_is_shown(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = brought(store), brought(store, "gru", name="spoilt")
    (store.root / "modules" / f"{bad}.safetensors").write_bytes(b"spoilt")
    (store.root / "modules" / "module-x.safetensors").write_bytes(b"no id")
    monkeypatch.setenv("RNN_EXPLORER_STORE", str(store.root))
    nets = cache.module_nets()
    assert good in nets and bad not in nets
    assert len({net.label for net in nets.values()}) == len(nets)
    app = opened("recurrence", bad, store, monkeypatch).run()
    assert not app.exception and "run" in app.warning[0].value
