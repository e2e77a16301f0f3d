"""The film component in a real browser; what it refuses in Python stands in test_film_data.py.

The arrays are made up (smooth formulas), because what is tested here is the mechanics; the numbers of
trained nets are tested where they are made. This file is also the page that the browser opens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from explorer import theme
from explorer.components.film import FilmData, Panel, Token, pack, script
from tests.patience import until
from tests.served import served

NASTY = "<img src=x onerror=document.title='owned'>"
STEPS = (0, 10, 40, 100, 300, 700)


def sentence(gap: int, place: str = "France") -> tuple[Token, ...]:
    """I grew up in France, `gap` words of filler, so I speak fluent ___."""
    start = [Token(word) for word in ["I", "grew", "up", "in"]]
    filler = [Token(f"filler{n}", "filler") for n in range(gap)]
    question = [Token(word, "question") for word in ["so", "I", "speak", "fluent", "___"]]
    return (*start, Token(place, "cue"), *filler, *question)


def waves(snapshots: int, rows: int, columns: int, seed: int = 0) -> np.ndarray:
    """[snapshot, row, column] in −1…1: at snapshot 0 nothing, then a wave of its own for each row."""
    pace = np.random.default_rng(seed).uniform(0.05, 0.4, rows)[None, :, None]
    grown = np.linspace(0, 1, snapshots)[:, None, None]
    time = np.arange(columns)[None, None, :]
    return np.asarray(grown * np.sin(pace * time + 7 * pace), np.float32)


def signals(
    columns: int, rows: int, steps: tuple[int, ...] = STEPS, count: int = 3
) -> tuple[Panel, ...]:
    """Hidden state, forget gate, reach, …: one panel of each scale, then more gates."""
    names = tuple(str(n) for n in range(rows))
    made = [waves(len(steps), rows, columns, seed) for seed in range(count)]
    forget = theme.GATES["forget"]
    panels = [Panel("hidden", "hidden state", made[0], names, "signed", (-1, 1), "h_t", "#0072B2")]
    for n in range(1, count):
        gate = (made[n] + 1) / 2
        panels.append(
            Panel(f"gate{n}", f"forget gate {n}", gate, names, "gate", (0, 1), "f_t", forget)
        )
    if count > 2:
        reach = 10.0 ** (12 * made[2] - 6)
        reach[:, 0, :2] = np.nan
        panels[-1] = Panel("reach", "reach", reach, names, "log", (1e-8, 1))
    return tuple(panels)


def picture(gap: int = 40, rows: int = 32, **more: Any) -> FilmData:
    """Three panels over one sentence."""
    columns = sentence(gap, more.pop("place", "France"))
    panels = more.pop("panels", None) or signals(len(columns), rows)
    return FilmData(columns, STEPS, panels, **more)


def credit(gap: int = 40) -> FilmData:
    """Answers against states: the rows are words too, and later states get nothing."""
    columns = sentence(gap)
    span = np.arange(len(columns))[:, None] - np.arange(len(columns))[None, :]
    fades = np.where(span < 0, np.nan, 10.0 ** (-0.2 * span))
    values = np.stack([fades ** (1 + n / 5) for n in range(len(STEPS))])
    words = tuple(token.word for token in columns)
    panel = Panel("credit", "credit", values, words, "log", (1e-8, 1))
    return FilmData(columns, STEPS, (panel,), column_title="state at", row_title="answer at")


def show() -> None:
    """The page under test: choices by link, the film, and what Python heard from it."""
    import streamlit as st

    from explorer.components.film import film, pack

    st.set_page_config(layout="wide")
    ask = st.query_params
    st.session_state.runs = st.session_state.get("runs", 0) + 1
    gap, rows = int(ask.get("gap", "40")), int(ask.get("rows", "32"))
    if "credit" in ask:
        data = credit(gap)
    elif "big" in ask:
        steps = tuple(range(0, 400, 10))
        columns = tuple(Token(f"{n / 7:.2f}") for n in range(int(ask["big"])))
        panels = signals(len(columns), rows, steps, int(ask.get("panels", "4")))
        data = FilmData(columns, steps, panels, graph=True, carried=("c", "h"))
    else:
        place = NASTY if "nasty" in ask else "Italy" if st.checkbox("other country") else "France"
        data = picture(gap, rows, place=place, graph="graph" in ask)
    if "told" in ask:
        column = int(st.number_input("column", 0, len(data.columns) - 1))
        data = replace(data, cursor=("gate1", 2, column), start_step=data.steps[column % 6])
    touched = film(data, key="film")
    st.text(f"touched {touched.step} {touched.panel} {touched.row} {touched.column}")
    st.text(f"runs {st.session_state.runs}")
    st.text(f"bytes {len(pack(data))}")


# ---------------------------------------------------------------- in the browser


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """This file, served by Streamlit on a free port."""
    with served(__file__) as page:
        yield page


@pytest.fixture
def open_page(new_page: Callable[..., Page], address: str) -> Callable[..., Page]:
    """`open_page("gap=3", width=1920)`: the page under test, painted."""

    def start(query: str = "", **options: Any) -> Page:
        page = new_page(**options)
        page.goto(f"{address}/?{query}")
        expect(page.locator(".film .panel canvas").first).to_be_visible()
        expect(page.get_by_text("runs 1", exact=True)).to_be_visible()
        return page

    return start


def heat(page: Page) -> Any:
    return page.get_by_role("application")


def scrubber(page: Page) -> Any:
    return page.get_by_role("slider", name="training step")


def runs(page: Page) -> int:
    return int(page.get_by_text(re.compile(r"^runs \d+$")).inner_text().split()[1])


def readout(page: Page) -> Any:
    return page.locator(".readout .which")


def value(page: Page) -> float:
    """The exact value of the readout."""
    return float(page.locator(".readout .exact").inner_text().replace("−", "-"))


def pixel(page: Page, panel: int, x: float, y: float) -> list[int]:
    """Red, green, blue, alpha of a panel's canvas at shares of its width and height."""
    return (
        page.locator(".panel canvas")
        .nth(panel)
        .evaluate(
            "(canvas, [x, y]) => Array.from(canvas.getContext('2d').getImageData("
            "Math.floor(canvas.width * x), Math.floor(canvas.height * y), 1, 1).data)",
            [x, y],
        )
    )


def point(page: Page, panel: int, x: float, y: float, click: bool = False) -> None:
    """Move the pointer to shares of a panel's width and height, and press there if asked."""
    box = page.locator(".panel canvas").nth(panel).bounding_box()
    assert box is not None
    at = (box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.mouse.click(*at) if click else page.mouse.move(*at)


@pytest.mark.browser
def test_opens_at_the_last_step_and_says_what_it_shows(open_page: Callable[..., Page]) -> None:
    page = open_page()
    expect(page.get_by_text("training step 700 of 700")).to_be_visible()
    expect(readout(page)).to_have_text("hidden state · unit 0 · “France”, time step 5 of 50")
    shown = picture().panels[0].values[-1, 0, 4]
    assert np.float32(value(page)) == pytest.approx(shown, rel=1e-6)
    expect(page.locator(".names .label")).to_have_text(
        ["hidden state ht", "forget gate 1 ft", "reach"]
    )
    expect(page.locator(".kind .title")).to_have_text(
        ["hidden state", "forget gate 1", "reach (log scale)"]
    )
    ticks = page.locator(".kind").nth(2).locator(".ticks span")
    expect(ticks).to_have_text(["1e-8", "1e-6", "1e-4", "0.01", "≥1"])
    expect(page.locator(".below")).to_have_text("<1e-8")


@pytest.mark.browser
def test_the_readout_names_every_value_under_the_pointer(open_page: Callable[..., Page]) -> None:
    """Thirteen even columns and eight even rows: what stands at a place is known."""
    page = open_page("gap=3&rows=8")
    data = picture(3, 8)
    for panel, row, column in [(0, 0, 0), (0, 7, 12), (1, 3, 6), (2, 5, 9)]:
        point(page, panel, (column + 0.5) / 13, (row + 0.5) / 8)
        shown = data.panels[panel]
        name = f"{shown.label} · unit {row} · “{data.columns[column].word}”"
        expect(readout(page)).to_contain_text(name)
        assert np.float32(value(page)) == pytest.approx(shown.values[-1, row, column], rel=1e-6)
        others = page.locator(".readout .value b").all_inner_texts()
        for other, text in zip(data.panels, others, strict=True):
            wanted = other.values[-1, row, column]
            got = text.replace("−", "-").replace("not recorded", "nan")
            assert float(got) == pytest.approx(wanted, rel=1e-3, nan_ok=True)
    point(page, 2, 0.5 / 13, 0.5 / 8)
    expect(page.locator(".readout .exact")).to_have_text("not recorded")
    assert runs(page) == 1


@pytest.mark.browser
def test_colours_are_the_themes(open_page: Callable[..., Page]) -> None:
    page = open_page("gap=3&rows=8", color_scheme="light")
    data = picture(3, 8)
    for panel, stops in ((0, theme.SIGNED_STOPS["light"]), (1, theme.GATE_STOPS)):
        low, high = data.panels[panel].limits
        for row, column in [(0, 0), (2, 4), (7, 12)]:
            share = (data.panels[panel].values[-1, row, column] - low) / (high - low)
            place = float(share) * (len(stops) - 1)
            near = [stops[int(place)], stops[min(int(place) + 1, len(stops) - 1)]]
            mixed = near[0] + (np.array(near[1]) - near[0]) * (place % 1)
            got = pixel(page, panel, (column + 0.5) / 13, (row + 0.5) / 8)[:3]
            assert np.abs(np.array(got) - mixed).max() <= 2
    # Log: not recorded is blank (the page's colour), less than 1e-8 is hatched.
    assert pixel(page, 2, 0.5 / 13, 0.5 / 8) == [255, 255, 255, 255]
    small = np.argwhere(data.panels[2].values[-1] < 1e-8)[0]
    hatched = [pixel(page, 2, (small[1] + x / 30) / 13, (small[0] + 0.5) / 8)[3] for x in range(30)]
    assert min(hatched) < 40 < max(hatched)


@pytest.mark.browser
def test_another_theme_recolours_at_once(open_page: Callable[..., Page]) -> None:
    page = open_page("gap=3&rows=8", color_scheme="light")
    blank = (2, 0.5 / 13, 0.5 / 8)
    before = pixel(page, 0, 0.5, 0.5)
    assert pixel(page, *blank)[:3] == [255, 255, 255]
    page.emulate_media(color_scheme="dark")
    expect(page.locator(".stApp")).to_have_css("color-scheme", "dark")
    expect(readout(page)).to_have_css("color", re.compile(r"rgb\(2\d\d"))
    assert max(pixel(page, *blank)[:3]) < 60
    assert pixel(page, 0, 0.5, 0.5) != before
    assert runs(page) == 1


@pytest.mark.browser
def test_a_click_chooses_a_cell_and_is_sent(open_page: Callable[..., Page]) -> None:
    page = open_page("gap=3&rows=8")
    point(page, 1, 6.5 / 13, 3.5 / 8, click=True)
    expect(page.get_by_text("touched None gate1 3 6", exact=True)).to_be_visible()
    page.mouse.move(5, 5)
    expect(readout(page)).to_contain_text("forget gate 1 · unit 3 · “filler1”")
    assert runs(page) == 2


@pytest.mark.browser
def test_dragging_through_time_is_sent_on_release(open_page: Callable[..., Page]) -> None:
    page = open_page("gap=3&rows=8")
    point(page, 0, 0.5 / 13, 0.5 / 8)
    page.mouse.down()
    for column in range(1, 10):
        point(page, 0, (column + 0.5) / 13, 0.5 / 8)
    expect(readout(page)).to_contain_text("time step 10 of 13")
    assert runs(page) == 1
    page.mouse.up()
    expect(page.get_by_text("touched None hidden 0 9", exact=True)).to_be_visible()
    assert runs(page) == 2


@pytest.mark.browser
def test_the_keyboard_moves_in_time_units_and_panels(open_page: Callable[..., Page]) -> None:
    page = open_page("rows=8")
    heat(page).focus()
    spoken = page.locator(".film [aria-live=polite]")
    page.keyboard.press("ArrowRight")
    expect(spoken).to_contain_text("hidden state, unit 0, filler0, time step 6 of 50: ")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    expect(readout(page)).to_contain_text("time step 1 of 50")
    page.keyboard.press("End")
    page.keyboard.press("ArrowDown")
    expect(readout(page)).to_contain_text("hidden state · unit 1 · “___”")
    page.keyboard.press("PageDown")
    expect(readout(page)).to_contain_text("forget gate 1 · unit 1")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(readout(page)).to_contain_text("hidden state · unit 7")
    page.keyboard.press("Enter")
    expect(page.get_by_text("touched None hidden 7 49", exact=True)).to_be_visible()
    assert runs(page) == 2


@pytest.mark.browser
def test_rest_after_keys_sends_once(open_page: Callable[..., Page]) -> None:
    page = open_page("rows=8")
    heat(page).focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("touched None hidden 0 0", exact=True)).to_be_visible()
    assert runs(page) == 2


@pytest.mark.browser
def test_training_is_scrubbed_without_the_server(open_page: Callable[..., Page]) -> None:
    page = open_page("gap=3&rows=8")
    scrubber(page).focus()
    page.keyboard.press("Home")
    expect(page.get_by_text("training step 0 of 700")).to_be_visible()
    until(lambda: value(page) == 0)  # drawn with the next frame
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("touched 10 None None None", exact=True)).to_be_visible()
    assert runs(page) == 2
    assert np.float32(value(page)) == pytest.approx(picture(3, 8).panels[0].values[1, 0, 4])


@pytest.mark.browser
def test_play_runs_to_the_end(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.get_by_role("button", name="play the training").click()
    expect(page.get_by_role("button", name="pause")).to_be_visible()
    expect(page.get_by_role("button", name="play the training")).to_be_visible()
    expect(page.get_by_text("training step 700 of 700", exact=True)).to_be_visible()


@pytest.mark.browser
def test_the_page_moves_the_place_without_sending_the_data_again(
    new_page: Callable[..., Page], address: str
) -> None:
    page, frames = new_page(), []
    page.on("websocket", lambda one: one.on("framereceived", lambda got: frames.append(len(got))))
    page.goto(f"{address}/?told")
    expect(readout(page)).to_have_text("forget gate 1 · unit 2 · “I”, time step 1 of 50")
    expect(page.get_by_text("training step 0 of 700")).to_be_visible()
    size = int(page.get_by_text(re.compile(r"^bytes \d+$")).inner_text().split()[1])
    assert max(frames) > size
    frames.clear()
    for column, word in ((3, "in"), (4, "France")):
        box = page.get_by_role("spinbutton")
        box.fill(str(column))
        box.press("Enter")
        expect(readout(page)).to_contain_text(f"unit 2 · “{word}”, time step {column + 1} of 50")
        expect(page.get_by_text(f"training step {STEPS[column]} of 700")).to_be_visible()
    point(page, 0, 0.5, 0.5 / 32, click=True)  # what is chosen here is not undone by what was told
    expect(page.get_by_text(re.compile("touched None hidden 0"))).to_be_visible()
    page.mouse.move(5, 5)
    expect(readout(page)).to_contain_text("hidden state · unit 0")
    assert max(frames) < size / 10


@pytest.mark.browser
def test_a_cell_is_chosen_again_after_the_page_went_elsewhere(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("told")
    for column in (3, 7):
        point(page, 0, 0.5, 0.5 / 32, click=True)
        expect(page.get_by_text(re.compile("touched None hidden 0"))).to_be_visible()
        box = page.get_by_role("spinbutton")
        box.fill(str(column))
        box.press("Enter")
        expect(page.get_by_text("touched None None None None")).to_be_visible()
        expect(readout(page)).to_contain_text("gate 1 · unit 2 · ")


@pytest.mark.browser
def test_a_call_that_was_overtaken_does_not_end_the_picture(new_page: Callable[..., Page]) -> None:
    """Streamlit ends a call at once, when other data came while the module was loading."""
    page = new_page()
    left = page.evaluate(
        """async ([code, bytes]) => {
            const file = new Blob([code], { type: "text/javascript" });
            const { default: draw } = await import(URL.createObjectURL(file));
            const parentElement = document.body.appendChild(document.createElement("div"));
            const call = () => draw({ data: new Uint8Array(bytes), parentElement, setStateValue() {} });
            const count = () => parentElement.querySelectorAll(".panel canvas").length;
            const [first, second] = [call(), call()];
            first();
            const overtaken = count();
            second();
            return [overtaken, count()];
        }""",
        [script(), list(pack(picture(3, 8)))],
    )
    assert left == [3, 0]


@pytest.mark.browser
def test_other_data_keep_the_place(open_page: Callable[..., Page]) -> None:
    page = open_page("gap=3&rows=8")
    point(page, 1, 4.5 / 13, 3.5 / 8, click=True)
    expect(page.get_by_text("runs 2", exact=True)).to_be_visible()
    page.get_by_text("other country").click()
    expect(page.get_by_text("runs 3", exact=True)).to_be_visible()
    expect(readout(page)).to_have_text("forget gate 1 · unit 3 · “Italy”, time step 5 of 13")


@pytest.mark.browser
@pytest.mark.parametrize("width", [800, 1280, 1920])
@pytest.mark.parametrize("query", ["gap=0&graph=1", "gap=40&graph=1", "big=200&rows=128"])
def test_two_hundred_steps_fit_and_nothing_overflows(
    open_page: Callable[..., Page], query: str, width: int
) -> None:
    page = open_page(query, width=width)
    beyond = page.locator("div.film").evaluate(
        """root => {
          const frame = root.getBoundingClientRect();
          const sheet = root.querySelector(".scroller");
          return [...root.querySelectorAll("*")].filter(e => !e.matches(".hidden") && e.offsetWidth && !sheet.contains(e))
            .filter(e => e.getBoundingClientRect().right > frame.right + 1 || e.getBoundingClientRect().left < frame.left - 1)
            .map(e => `${e.className} ${e.textContent}`);
        }"""
    )
    assert beyond == []
    room = "e => e.scrollWidth - e.clientWidth"
    assert heat(page).evaluate(room) <= (0 if width > 800 else 400)


@pytest.mark.browser
def test_longer_sequences_scroll_and_names_stay(open_page: Callable[..., Page]) -> None:
    page = open_page("big=600&rows=8&panels=2")
    name = page.locator(".names .label").first
    left = name.bounding_box()
    heat(page).focus()
    page.keyboard.press("Home")
    expect(page.locator(".start")).to_be_visible()
    page.keyboard.press("End")
    until(lambda: heat(page).evaluate("e => e.scrollLeft") > 500)
    expect(page.locator(".start")).to_be_hidden()
    assert name.bounding_box() == left
    expect(readout(page)).to_contain_text("time step 600 of 600")
    last = signals(600, 8, tuple(range(0, 400, 10)), 2)[0].values[-1, 0, -1]
    assert value(page) == pytest.approx(last, rel=1e-6)
    # The canvas shows what is scrolled to: its last column is the last step.
    place = (float(last) + 1) / 2 * 16
    stops = np.array(theme.SIGNED_STOPS["light"])
    wanted = stops[int(place)] + (stops[int(place) + 1] - stops[int(place)]) * (place % 1)
    assert np.abs(np.array(pixel(page, 0, 0.9995, 0.05)[:3]) - wanted).max() <= 3


@pytest.mark.browser
def test_a_square_picture_names_its_rows_by_words(open_page: Callable[..., Page]) -> None:
    page = open_page("credit=1")
    expect(readout(page)).to_contain_text("credit · answer at ___ · “France”, state at 5 of 50")
    assert value(page) == pytest.approx(float(np.float32(10.0 ** (-0.2 * 45 * 2))), rel=1e-6)
    names = page.locator(".rowname").all_inner_texts()
    assert "France" in names and not any("filler" in name for name in names)


@pytest.mark.browser
def test_words_never_become_markup(open_page: Callable[..., Page]) -> None:
    page = open_page("nasty=1&gap=3")
    expect(page.locator(".column .word").nth(4)).to_have_text(NASTY)
    expect(page.locator(".film img")).to_have_count(0)
    assert page.title() != "owned"


if __name__ == "__main__":
    show()
