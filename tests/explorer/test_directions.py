"""A net that reads both ways: every picture of the workbench shows both directions, and says which is which."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import engine
from engine.answering import answer
from engine.edits import Clamp
from engine.questions import Drawn, Question
from engine.run import Run
from engine.store import Store
from explorer import __main__ as command
from explorer import address, editlink, export
from explorer.address import BOTH, Address
from explorer.charts import CHARTS
from explorer.charts.directions import NAMES
from explorer.compare import Contender
from explorer.components.film import FilmData, pack
from explorer.components.shared.packing import unpack
from explorer.figureinput import Wanted, maker
from explorer.figureinput.wanted import options_of
from explorer.films import beside
from explorer.films.credit import credit_film
from explorer.films.directions import place_of
from explorer.films.edited import edited_film
from explorer.films.inside import inside_film
from explorer.films.unitorder import orders_of
from explorer.lessons import gradients, memory, recurrence
from explorer.lessons import workbench as text
from explorer.picture import Asked, own_net
from explorer.views.look import Look
from explorer.views.memory_gates import film_of
from tests.engine.nets import small as plan
from tests.explorer import small

PAGES = Path(__file__).parents[2] / "explorer" / "views"
DIRECTED = sorted(name for name in CHARTS if "direction" in options_of(name))
"""Charts that can be drawn of one direction."""
FOUND = Drawn(condition="gap 6", count=2)


@pytest.fixture(scope="module")
def run() -> Run:
    """A tiny LSTM that reads both ways, really trained."""
    network = {"cell": "lstm", "bidirectional": True}
    return engine.train(plan(network=network, training={"snapshots": 3}))


@pytest.fixture(scope="module")
def stored(run: Run, store: Store) -> str:
    """Its name in the store."""
    return store.add(run)


def ask(store: Store, name: str, analysis: str, **options: Any) -> Any:
    asked = Question(run=name, analysis=analysis, drawn=FOUND, options=tuple(options.items()))
    return answer(asked, store)


# ---------------------------------------------------------------- charts and their files


@pytest.mark.parametrize("name", DIRECTED)
def test_every_chart_of_a_direction_is_drawn_of_both(name: str, tmp_path: Path, run: Run) -> None:
    wanted = Wanted(name, (small.source(run, tmp_path),), edits=_edits(name), all_steps=True)
    chart = maker(wanted)()
    said = list(csv.DictReader(io.StringIO(export.table(chart).decode())))
    assert {row["direction"] for row in said} == set(NAMES)
    spec = json.dumps(chart.to_dict())
    assert all(direction.capitalize() in spec or f"· {direction}" in spec for direction in NAMES)
    for place, direction in enumerate(NAMES):
        alone = maker(replace(wanted, directions=(place,)))()
        one = list(csv.DictReader(io.StringIO(export.table(alone).decode())))
        mine = [row for row in said if row["direction"] == direction]
        assert _values(mine) == _values(one), direction
    assert export.picture(chart, "svg", "slide").startswith(b"<svg")


def _edits(name: str) -> tuple[Clamp, ...]:
    return (Clamp("forget", 0.5),) if name.startswith("changed") else ()


def _values(rows: list[dict[str, str]]) -> list[tuple[str, ...]]:
    """The rows without what only a table of several charts has."""
    beside = ("dataset", "direction")
    return sorted(tuple(v for k, v in row.items() if k not in beside) for row in rows)


def test_the_command_draws_the_direction_that_is_asked_for(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "both.safetensors"
    engine.save(run, file)
    lines = {}
    for said in ("forwards", "backwards", "both", ""):
        out = tmp_path / f"x{said}.csv"
        given = ["figure", str(file), "--chart", "along", "--out", str(out)]
        assert command.main([*given, *(["--direction", said] if said else [])]) == 0
        lines[said] = len(out.read_text().splitlines())
    assert lines["both"] == lines[""] == lines["forwards"] + lines["backwards"] - 1
    capsys.readouterr()
    for wrong, words in (
        (["lstm", "--chart", "gates", "--direction", "both"], "not every net reads both ways"),
        ([str(file), "--chart", "learning", "--direction", "both"], "is not of a direction"),
        ([str(file), "--chart", "gates", "--set", "direction=2"], "0 is forwards, 1 backwards"),
    ):
        assert command.main(["figure", *wrong, "--out", str(tmp_path / "x.svg")]) == 2
        assert words in capsys.readouterr().err


# ---------------------------------------------------------------- films


def both(film: FilmData, recorded: dict[str, np.ndarray]) -> None:
    """Each signal ``[snapshot, direction, row, column]`` stands in the film in both directions, one below the other."""
    keys = [place_of(panel.key) for panel in film.panels]
    assert [way for _, way in keys] == [panel.direction for panel in film.panels]
    for panel, (name, way) in zip(film.panels, keys, strict=True):
        assert panel.label.endswith(f", {NAMES[way]}")
        if name in recorded:
            np.testing.assert_array_equal(panel.values, recorded[name][:, way])
    assert {name for name, _ in keys} >= set(recorded)
    assert all(keys.count((name, way)) == 1 for name, _ in keys for way in (0, 1))


def test_the_film_of_signals_has_both_and_its_graph_too(store: Store, stored: str) -> None:
    recording = ask(store, stored, "record")
    names = ["forget", "cell"]
    film = inside_film(
        recording,
        names,
        trial=1,
        directions=(0, 1),
        orders=orders_of(recording, "cell", (0, 1), trial=1),
        cursor=("cell backwards", 2, 3),
    )
    both(film, {n: recording[n].values[:, 1, 0].swapaxes(-1, -2) for n in names})
    assert [panel.key for panel in film.panels[:2]] == ["forget forwards", "forget backwards"]
    assert film.panels[2].limits == film.panels[3].limits  # the cell state has no bounds
    assert film.panels[2].order != film.panels[3].order
    header, _ = unpack(pack(film))
    assert (header["directions"], header["lanes"]) == ([0, 1], list(NAMES))
    assert film.cursor == ("cell backwards", 2, 3)


def test_a_film_of_one_direction_is_named_as_before(store: Store, stored: str) -> None:
    recording = ask(store, stored, "record")
    film = inside_film(recording, ["cell"], directions=(1,), cursor=("cell", 0, 0))
    assert [(panel.key, panel.direction) for panel in film.panels] == [("cell", 1)]
    shipped = Question(run="lstm", analysis="record", texts=("I grew up in Japan",))
    alone = inside_film(answer(shipped, store), ["hidden", "cell"], directions=(0,))
    header, floats = unpack(pack(alone))
    assert (header["directions"], header["lanes"]) == ([0], [])
    assert [panel["label"] for panel in header["panels"]] == ["hidden state", "cell state"]
    assert floats.size == 2 * alone.panels[0].values.size


def test_the_films_of_credit_of_gates_and_of_a_change_have_both(
    run: Run, store: Store, stored: str
) -> None:
    credit = ask(store, stored, "credit", of="margin")
    film = credit_film(credit, directions=(0, 1), cursor=(1, 2), way=1)
    both(film, {"credit": credit["credit"].values[:, 0, 0]})
    assert film.cursor == ("credit backwards", 1, 2) and film.square
    recording = ask(store, stored, "record")
    net = own_net(stored, 1, run.experiment, run.result or {})
    words = ("x",) * recording.sizes["time"]
    steps = tuple(snapshot.step for snapshot in run.snapshots)
    looked = Look(net, Asked(drawn=FOUND), Address(unit=1, time=2, way=1), steps, words, ())
    gates = film_of(recording, looked)
    both(gates, {n: recording[n].values[:, 0, 0].swapaxes(-1, -2) for n in ("forget", "hidden")})
    assert gates.cursor == ("cell backwards", 1, 2)
    edited = edited_film(recording, "hidden", step=0, directions=(0, 1))
    sides = recording["hidden"].values[:1, :, 0].swapaxes(-1, -2)
    both(edited, {"old": sides[:, 0], "new": sides[:, 1], "difference": sides[:, 1] - sides[:, 0]})


def test_nets_beside_each_other_have_a_panel_for_each_of_their_directions(
    run: Run, store: Store, stored: str
) -> None:
    one = engine.train(plan(network={"cell": "gru"}, training={"snapshots": 3}))
    names = {stored: run, store.add(one): one}
    nets = [Contender(own_net(n, 1, r.experiment, {}), r.experiment.network.cell) for n, r in names.items()]  # fmt: skip
    recordings = {name: ask(store, name, "record") for name in names}
    film = beside.side_by_side(nets, recordings, {}, cursor=(stored, 2, 3), way=1)
    assert [panel.label for panel in film.panels] == ["lstm, forwards", "lstm, backwards", "gru"]
    assert film.cursor == (f"{stored} backwards", 2, 3)
    hidden = recordings[stored]["hidden"].values[:, 0, 0].swapaxes(-1, -2)
    for way in (0, 1):
        np.testing.assert_array_equal(film.panels[way].values, hidden[:, way])


# ---------------------------------------------------------------- the link


@pytest.mark.parametrize(("said", "shown"), [("", (0, 1)), ("0", (0,)), ("1", (1,)), ("2", (0, 1))])
def test_old_links_show_what_they_showed_or_both(run: Run, said: str, shown: tuple[int]) -> None:
    query = {"direction": said} if said else {}
    chosen, notices = address.read(query)
    assert not notices
    net = own_net("x", 1, run.experiment, run.result or {})
    looked = Look(net, Asked(), chosen, (0,), (), ())
    assert looked.directions == shown
    assert looked.direction == shown[0]
    assert address.read(address.write(chosen))[0] == chosen
    assert ("direction" in address.write(chosen)) == (said in ("0", "1"))


def test_a_number_carries_its_direction_only_where_both_are_drawn(run: Run) -> None:
    two = own_net("x", 1, run.experiment, run.result or {})
    one = own_net("x", 1, plan(), {})
    for net, direction, wanted in ((two, BOTH, 1), (two, 0, 0), (two, 1, 1), (one, BOTH, 0)):
        looked = Look(net, Asked(), Address(direction=direction, way=1), (0,), (), ())
        assert looked.direction == looked.place["direction"] == wanted
    assert address.read({"direction": "3", "way": "2"})[0] == Address()


# ---------------------------------------------------------------- the pages

WHOLE = {
    *(recurrence.SURPRISE, "Glossary", gradients.EXPLODING, gradients.TRUNCATED, memory.EXCHANGE),
}
"""Tabs whose pictures are of the net's answers or of its training, and so of no direction."""


def titles(app: AppTest) -> list[str]:
    """Titles of the charts on a page, from their specs."""
    found = []
    for chart in app.get("vega_lite_chart"):
        title = json.loads(chart.proto.spec).get("title", "")
        found.append(title["text"] if isinstance(title, dict) else title)
    return found


def opened(page: str, key: str, tab: str, **query: str) -> AppTest:
    app = AppTest.from_file(str(PAGES / f"{page}.py"), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.session_state[key] = tab
    app.run()
    assert not app.exception and not app.error, [each.value for each in app.error]
    return app


@pytest.mark.parametrize(
    ("page", "key", "tab"),
    [
        *(("recurrence", "recurrence tabs", tab) for tab in recurrence.TABS),
        *(("gradients", "gradients_tab", tab) for tab in gradients.TABS),
        *(("memory", "memory_tab", tab) for tab in memory.TABS),
    ],
)
def test_every_tab_draws_both_directions(
    store: Store, stored: str, page: str, key: str, tab: str
) -> None:
    name = stored
    if tab == recurrence.EDIT:
        name = store.add(small.trained(bidirectional=True))  # only sentences have words to edit
    query = {"run": name, "word": "5.Japan"} if tab == recurrence.EDIT else {"run": name}
    if tab == memory.CHANGE:
        query["edits"] = "hold:forget:0.5:d0,1"
    drawn = titles(opened(page, key, tab, **query))
    sides = [
        [title.removesuffix(f" · {way}") for title in drawn if title.endswith(f" · {way}")]
        for way in NAMES
    ]
    assert sides[0] == sides[1]
    assert bool(sides[0]) == (tab not in WHOLE)


def test_one_direction_is_drawn_alone_and_without_its_name(stored: str) -> None:
    app = opened("gradients", "gradients_tab", gradients.SHARES, run=stored, direction="1")
    assert len(titles(app)) == 2 and not [title for title in titles(app) if NAMES[1] in title]
    app.selectbox(key="direction").set_value(BOTH).run()
    assert len(titles(app)) == 4 and "direction" not in app.query_params
    said = [each.value for each in app.markdown]
    assert [line for line in said if line.startswith("Backwards: ")]


def test_a_net_with_one_direction_has_no_new_control_and_the_same_link() -> None:
    app = opened("recurrence", "recurrence tabs", recurrence.WEIGHTS_TAB, run="lstm")
    assert "direction" not in [box.key for box in app.selectbox]
    assert text.DIRECTION not in [getattr(group, "label", "") for group in app.get("button_group")]
    assert not {"direction", "way"} & set(app.query_params)
    assert not [title for title in titles(app) if any(name in title for name in NAMES)]


def test_the_arithmetic_is_of_the_direction_that_is_chosen(store: Store, stored: str) -> None:
    app = opened("recurrence", "recurrence tabs", recurrence.WEIGHTS_TAB, run=stored, way="1")
    assert ", backwards," in app.subheader[0].value
    page = "\n".join(each.value for each in app.markdown)
    assert "h_{t+1}" in page and "h_{t-1}" not in page
    app.button_group(key="way_shown").set_value(0).run()
    page = "\n".join(each.value for each in app.markdown)
    assert ", forwards," in app.subheader[0].value and "h_{t-1}" in page
    assert "way" not in app.query_params


def test_a_gate_is_held_in_the_directions_that_are_shown(stored: str) -> None:
    for direction, wanted in (("2", (0, 1)), ("1", (1,))):
        app = opened("memory", "memory_tab", memory.CHANGE, run=stored, direction=direction)
        [button] = [one for one in app.button if one.label == memory.ADD]
        button.click().run()
        held = editlink.read(app.session_state["chosen"].edits)
        assert tuple(edit.direction for edit in held) == wanted
