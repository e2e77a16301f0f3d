"""The Attention page without a browser: what it says of a net that writes, every choice, the link, and what does not fit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import engine
from engine.answering import answer
from engine.attention_edits import AttendRow
from engine.questions import Drawn, Question
from engine.store import Store
from explorer import cache
from explorer.address import Address
from explorer.attention import link
from explorer.attention.written import twin_of
from explorer.charts.symbols import WRONG
from explorer.formula import figure
from explorer.lessons import attention as text
from explorer.lessons import workbench
from explorer.picture import Asked
from explorer.views import attention_overwrite
from explorer.views.attention_lines import beside
from explorer.views.look import Look
from tests.explorer import small

PAGE = Path(__file__).parents[2] / "explorer" / "views" / "attention.py"
DRAWN = Drawn(condition="every length", count=8, only=0)


@pytest.fixture(scope="module")
def nets(store: Store) -> dict[str, str]:
    """Ids of three small nets that were trained for eight steps: dot, additive, and the twin of the first."""
    runs = {}
    for attention in ("dot", "additive", "none"):
        network = {**small.PAIR["network"], "attention": attention}  # type: ignore[dict-item]
        chosen = engine.Experiment.model_validate({**small.PAIR, "network": network})
        runs[attention] = store.add(engine.train(chosen))
    return runs


@pytest.fixture
def app(nets: dict[str, str]) -> AppTest:
    """The page, as a new session, on the net with dot product."""
    made = AppTest.from_file(str(PAGE), default_timeout=90)
    made.query_params["pair"] = nets["dot"]
    made.query_params["drawn"] = "0"
    return made


def said(app: AppTest) -> str:
    return "\n".join(item.value for item in (*app.markdown, *app.caption))


def strings(app: AppTest) -> list[str]:
    """The lines of words, as HTML."""
    return [one.proto.body for one in app.get("html") if "<table>" in one.proto.body]


def chosen(app: AppTest) -> Any:
    return app.session_state["chosen"]


def drawn_box(app: AppTest) -> Any:
    """The box of drawn sources, which is another one for every net and length."""
    [box] = [one for one in app.selectbox if str(one.key).startswith("drawn ")]
    return box


def press(app: AppTest, label: str) -> AppTest:
    [button] = [b for b in app.button if b.label == label]
    return button.click().run()


def test_it_works_out_the_recorded_weight_of_the_place_in_the_link(
    app: AppTest, nets: dict[str, str], store: Store
) -> None:
    app.query_params |= {"row": "1", "column": "2", "step": "5"}
    app.run()
    assert not app.exception and not app.error
    recorded = answer(Question(run=nets["dot"], analysis="alignment", drawn=DRAWN), store)
    at = int((recorded["snapshot"] <= 5).sum()) - 1
    for name in ("score", "attention"):
        value = float(recorded[name][at, 0, 1, 2])
        assert rf"\mathbf{{{figure(value)}}}" in said(app)
    assert f"“{recorded['word'].values[0, 2]}” (place 3)" in app.subheader[0].value.replace(
        "\\", ""
    )
    [lines] = strings(app)
    written = int(recorded["written"][at, 0, 1])
    assert f'at"><span class="symbol">{recorded["answer"].values[written]}</span>' in lines
    assert lines.count("<tr>") == 3 and text.WITHOUT in lines


def test_where_nothing_is_chosen_it_begins_at_the_largest_weight(
    app: AppTest, nets: dict[str, str], store: Store
) -> None:
    app.run()
    recorded = answer(Question(run=nets["dot"], analysis="alignment", drawn=DRAWN), store)
    most = int(recorded["attention"].values[-1, 0, 0, : int(recorded["length"][0])].argmax())
    assert f"(place {most + 1})" in app.subheader[0].value.replace("\\", "")


def test_a_layer_inside_the_score_is_worked_out_too(app: AppTest, nets: dict[str, str]) -> None:
    app.query_params["pair"] = nets["additive"]
    app.run()
    assert not app.exception and not app.error
    assert r"\tanh(W_q h_t + W_k \bar h_s)" in said(app)
    assert text.NO_TWIN.format(twin=text.WITHOUT, choice="none") not in strings(app)[0]


def test_all_weight_on_a_place_is_in_the_link_and_is_what_is_used(app: AppTest) -> None:
    app.query_params |= {"row": "1", "column": "0"}
    app.run()
    press(app, text.ALL_HERE)
    assert not app.exception and not app.error
    assert chosen(app).overwrite == "1~0:1"
    assert app.query_params["overwrite"] in ("1~0:1", ["1~0:1"])
    assert len(strings(app)) == 2  # old and new
    [slider] = app.slider
    assert slider.value == 1.0
    slider.set_value(0.25).run()
    assert chosen(app).overwrite == "1~0:0.25"  # a row has one change
    press(app, workbench.UNDO)
    assert chosen(app).overwrite == "1~0:1"
    press(app, text.ROW_RESET)
    assert chosen(app).overwrite == "" and text.NOTHING in said(app)
    press(app, workbench.UNDO)
    press(app, workbench.RESET)
    assert chosen(app).overwrite == ""


def test_a_whole_row_may_look_everywhere_alike(app: AppTest) -> None:
    app.query_params |= {"row": "1", "column": "0"}
    app.run()
    press(app, text.EVENLY)
    assert not app.exception and not app.error
    [row] = link.read(chosen(app).overwrite)
    assert isinstance(row, AttendRow) and row.time == 1
    [listed] = [b.label for b in app.button if b.key and b.key.startswith("remove overwrite")]
    assert len(strings(app)) == 2 and "the whole row" in listed
    for places in range(1, 33):
        weights = attention_overwrite.evenly(places)
        assert sum(weights) == pytest.approx(1) and max(weights) - min(weights) < 0.02
        link.write((AttendRow(time=1, weights=weights),))


def test_several_rows_are_listed_and_each_can_be_taken_back(app: AppTest) -> None:
    app.query_params["overwrite"] = "0~1:0.5;1~0:1"
    app.run()
    assert not app.exception and not app.error
    listed = [b for b in app.button if b.key and b.key.startswith("remove overwrite")]
    assert [b.label.replace("\\", "")[:6] for b in listed] == ["step 1", "step 2"]
    listed[0].click().run()
    assert chosen(app).overwrite == "1~0:1"


@pytest.mark.parametrize("bad", ["nonsense", "60~0:1", "0~60:1", "row:0:1", "0~0:7"])
def test_a_change_that_does_not_fit_is_a_sentence(app: AppTest, bad: str) -> None:
    app.query_params["overwrite"] = bad
    app.run()
    assert not app.exception
    assert [*app.error, *app.warning]
    press(app, text.ALL_HERE)
    assert not app.exception


def test_an_own_source_is_read_and_what_it_does_not_know_is_marked(app: AppTest) -> None:
    app.query_params |= {"source": "a b x", "told": "1"}
    app.run()
    assert not app.exception and not app.error
    assert any("x" in warning.value for warning in app.warning)
    assert text.UNKNOWN in strings(app)[0] and WRONG not in strings(app)[0]
    assert chosen(app).told == 0 and chosen(app).source == "a b x"
    app.text_input(key="source typed").set_value("  ").run()
    assert not app.exception
    assert any("Type a source" in note.value for note in app.info)
    app.text_input(key="source typed").set_value("<img src=x> a").run()
    assert not app.exception
    assert "<img" not in "".join(strings(app))


def test_told_the_right_words_every_step_reads_them(
    app: AppTest, nets: dict[str, str], store: Store
) -> None:
    app.query_params["told"] = "1"
    app.run()
    assert not app.exception and not app.error
    told = answer(
        Question(run=nets["dot"], analysis="alignment", drawn=DRAWN, options=(("told", 1),)), store
    )
    most = int(np.nanargmax(told["attention"].values[-1, 0, 0]))
    value = float(told["attention"][-1, 0, 0, most])
    assert rf"\mathbf{{{figure(value)}}}" in said(app)
    assert app.number_input(key="beam").disabled


def test_the_right_string_is_whole_where_the_net_ends_before(app: AppTest) -> None:
    app.query_params["source"] = "a b c d e f g h i j k l a b c"
    app.run()
    assert not app.exception and not app.error
    [lines] = strings(app)
    row = lines.split("<tr>")[2]
    assert f">{text.RIGHT}<" in row
    assert re.findall(r'symbol">(\w+)<', row) == [*"cbalkjihgfedcba", "end"]


def test_a_beam_goes_into_the_link(app: AppTest) -> None:
    app.run()
    app.number_input(key="beam").set_value(3).run()
    assert not app.exception and not app.error
    assert chosen(app).beam == 3 and app.query_params["beam"] in ("3", ["3"])


def test_a_net_without_attention_says_so_and_shows_its_twin(
    app: AppTest, nets: dict[str, str]
) -> None:
    app.query_params["pair"] = nets["none"]
    app.run()
    assert not app.exception and not app.error
    assert [text.NO_ATTENTION.format(size=6)] == [note.value for note in app.info]
    assert not app.slider and text.WITH in strings(app)[0]


def test_other_pages_offer_no_net_that_writes(nets: dict[str, str]) -> None:
    assert not set(nets.values()) & set(cache.known_nets())
    assert set(nets.values()) <= set(cache.pair_nets())


def test_a_drawn_source_leaves_the_choices_of_other_pages_alone(app: AppTest) -> None:
    app.query_params |= {"condition": "near", "trial": "3", "drawn": "5"}
    app.run()
    assert not app.exception and not app.error
    assert drawn_box(app).value == 5
    drawn_box(app).set_value(2).run()
    now = chosen(app)
    assert (now.condition, now.trial, now.drawn) == ("near", 3, 2)


def test_a_length_is_chosen_and_those_that_no_training_had_say_so(
    app: AppTest, nets: dict[str, str], store: Store
) -> None:
    app.run()
    box = app.selectbox(key="length")
    assert box.value == 0 and box.options[0] == text.EVERY
    gap = engine.Experiment.model_validate(small.PAIR).task.gap
    for said_length in box.options[1:]:
        length = int(said_length.split()[0])
        never = said_length == text.NEVER_SEEN.format(length=f"{length} symbols")
        assert never == (length > gap or length < 3), said_length
    assert f"{gap} symbols" in box.options and f"{gap + 2} symbols · never seen" in box.options
    box.set_value(gap + 2).run()
    assert not app.exception and not app.error
    assert chosen(app).length == gap + 2
    assert app.query_params["length"] in (str(gap + 2), [str(gap + 2)])
    [lines] = strings(app)
    wanted = answer(
        Question(
            run=nets["dot"],
            analysis="alignment",
            drawn=DRAWN.model_copy(update={"condition": f"length {gap + 2}"}),
        ),
        store,
    )
    row = lines.split("<tr>")[2]
    source = wanted["word"].values[0].tolist()
    assert len(source) == gap + 2
    assert re.findall(r'symbol">(\w+)<', row) == [*reversed(source), "end"]


def test_a_length_that_the_task_has_not_is_every_length(app: AppTest) -> None:
    app.query_params["length"] = "60"
    app.run()
    assert not app.exception and not app.error
    assert chosen(app).length == 0


@pytest.mark.parametrize("other", ["1~0:0.9", "row:1:0.2,0.5,0.3"])
def test_the_slider_begins_at_the_weight_in_use_also_beside_an_overwritten_one(
    app: AppTest, nets: dict[str, str], store: Store, other: str
) -> None:
    """The rest of an overwritten row is rescaled, so what was recorded is not in use any more."""
    app.query_params |= {"source": "a b c", "told": "1", "row": "1", "column": "2"}
    app.query_params["overwrite"] = other
    app.run()
    assert not app.exception and not app.error
    told = Question(run=nets["dot"], analysis="alignment", texts=("a b c",), options=(("told", 1),))
    changed = told.model_copy(update={"edits": link.read(other)})
    recorded, used = (
        float(answer(one, store)["attention"][-1, 0, 1, 2]) for one in (told, changed)
    )
    assert abs(recorded - used) > 0.02
    [slider] = app.slider
    assert slider.value == pytest.approx(used, abs=0.005)


def test_there_is_nothing_to_undo_of_another_net(app: AppTest, nets: dict[str, str]) -> None:
    app.query_params |= {"row": "1", "column": "0"}
    app.run()
    press(app, text.ALL_HERE)
    [undo] = [b for b in app.button if b.label == workbench.UNDO]
    assert not undo.disabled
    app.selectbox(key="pair").set_value(nets["additive"]).run()
    assert not app.exception and not app.error
    [undo] = [b for b in app.button if b.label == workbench.UNDO]
    assert undo.disabled and chosen(app).overwrite == "1~0:1"


def test_the_twin_says_its_own_step_where_it_has_not_the_shown_one(app: AppTest) -> None:
    steps = cache.steps("dates-one-vector")
    shown = next(step for step in cache.steps("dates") if step not in steps)
    nearest = min(steps, key=lambda step: abs(step - shown))
    app.query_params |= {"pair": "dates", "step": str(shown)}
    app.run()
    assert not app.exception and not app.error
    named = f"{text.WITHOUT}, {text.TWIN_STEP.format(step=nearest)}"
    assert f">{named}" in strings(app)[0]


def test_a_twin_of_another_seed_says_so(nets: dict[str, str]) -> None:
    shipped = cache.shipped_pairs()
    for name, twin in ((name, twin_of(net, shipped)) for name, net in shipped.items()):
        assert twin is not None
        seeds = [one.experiment.seed for one in (shipped[name], twin) if one.experiment]
        looked = Look(shipped[name], Asked(), Address(), (0, 2000), (), ())
        said_name = beside("other", looked, twin, 2000)
        assert said_name == ("other" if len(set(seeds)) == 1 else f"other, seed {seeds[1]}")
