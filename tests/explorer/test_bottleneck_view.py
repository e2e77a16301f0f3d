"""The tabs on the bottleneck, the read-outs and the blank, without a browser: figures, own choices, training again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine import shipped
from engine.bottleneck import PAIRS, SIZED
from engine.readout_nets import BLANKS
from engine.store import Store
from engine.tasks.blank import Blank
from explorer import cache, jobs
from explorer.attention import bottleneck
from explorer.charts.words import percent
from explorer.lessons import bottleneck as text
from explorer.lessons import readouts
from explorer.views.attention_bottleneck import summary

SCRIPT = "from explorer.views import attention_{part}\nattention_{part}.section()\n"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty store; its workers are ended afterwards."""
    monkeypatch.setenv("RNN_EXPLORER_STORE", str(tmp_path))
    yield Store(tmp_path)
    jobs.close()


def opened(part: str) -> AppTest:
    """A tab that stands alone."""
    return AppTest.from_string(SCRIPT.format(part=part), default_timeout=120).run()


def said(app: AppTest) -> str:
    return " ".join(one.value for one in (*app.markdown, *app.caption, *app.info))


def test_the_bottleneck_opens_on_the_reversal_with_its_figures(store: Store) -> None:
    app = opened("bottleneck")
    assert not app.exception and not app.error
    assert summary(SIZED, "strings", shipped.bottleneck()["nets"]) in said(app)
    assert len(app.get("vega_lite_chart")) + len(app.get("arrow_vega_lite_chart")) == 2


@pytest.mark.parametrize("task", PAIRS)
def test_every_task_says_its_numbers_with_their_spread(task: str) -> None:
    found = shipped.bottleneck()["nets"]
    for field in text.FIELDS:
        words = summary(task, field, found)
        attending, bare = (found[net.name] for net in PAIRS[task])
        longest = PAIRS[task][0].experiment.task.gap
        if task == "dates":
            spreads = [bottleneck.spread(one["accuracies"]) for one in (attending, bare)]
        else:
            spreads = [
                bottleneck.spread(bottleneck.at_length(one, longest, field))
                for one in (attending, bare)
            ]
        assert all(spread in words for spread in spreads)


def test_only_the_reversal_has_the_chart_of_sizes(store: Store) -> None:
    app = opened("bottleneck")
    app.session_state["bottleneck task"] = "phrases"
    app.run()
    assert not app.exception and not app.error
    assert len(app.get("vega_lite_chart")) + len(app.get("arrow_vega_lite_chart")) == 1


def test_the_form_refuses_in_a_sentence(store: Store) -> None:
    from explorer.views.attention_again import experiments

    state = {"again_attention": "dot", "again_vector": 4, "again_gap reversal": 12, "again_seed": 5}
    (made,), wrong = experiments("reversal", state)
    assert not wrong and made.network.vector == 4 and made.seed == 5
    none, (why,) = experiments("reversal", state | {"again_vector": 9999})
    assert not none and "vector" in why


@pytest.mark.training
def test_a_net_trained_again_stands_in_both_charts(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    short = PAIRS[SIZED][0].experiment.training.model_copy(update={"steps": 6, "snapshots": 2})

    def quick(task: str, choices: dict, seed: int) -> object:
        made = plain(task, choices, seed)
        return made.model_copy(update={"training": short})

    plain = bottleneck.experiment
    monkeypatch.setattr(bottleneck, "experiment", quick)
    app = opened("bottleneck")
    app.selectbox(key="again_attention").set_value("none").run()
    app.number_input(key="again_vector").set_value(3).run()
    app.button(key="again_go").click().run()
    (run_id,) = app.session_state["trainings"].running or app.session_state["trainings"].ended
    waited = time.monotonic() + 90
    while time.monotonic() < waited and not store.result(run_id):
        app.run()
    app.run()
    assert store.result(run_id)["outcome"] == "finished" and not app.error
    (net,) = (net for name, net in cache.pair_nets().items() if name == run_id)
    assert net.network.vector_size == 3 and bottleneck.is_sized(net)


def test_the_read_outs_show_the_table_and_a_review(store: Store) -> None:
    app = opened("readouts")
    assert not app.exception and not app.error
    assert percent(shipped.classified()["ceilings"]["bag"]) in said(app)
    assert len(app.get("vega_lite_chart")) + len(app.get("arrow_vega_lite_chart")) == 2
    app.session_state["review kind"] = readouts.OWN
    app.run()
    assert not app.exception and not app.error and not app.info
    app.text_input(key="review text").set_value("we saw a film").run()
    assert [one.value for one in app.info] == [readouts.UNASKED]


def test_the_blank_says_its_ceiling_and_asks_both_nets(store: Store) -> None:
    app = opened("blank")
    assert not app.exception and not app.error
    assert percent(Blank().ceiling_one_direction()) in said(app)
    both = shipped.classified()["nets"][BLANKS[0].name]["accuracies"]
    assert bottleneck.spread(both) in said(app)
    app.text_input(key="blank text").set_value("no blank here").run()
    assert not app.exception and len(app.info) == 1
    app.text_input(key="blank text").set_value("the old ___ sleeps").run()
    assert readouts.BLANK_UNASKED in said(app)
