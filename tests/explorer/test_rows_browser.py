"""The rows component: what it refuses in Python, and how it behaves in a real browser.

The arrays are made up (smooth formulas), because what is tested here is the mechanics; the numbers
of trained nets are tested where they are made. This file is also the page that the browser opens.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from explorer import theme
from explorer.components.rows import Row, RowsData, Solved, Swap, Token
from explorer.components.rows.packing import pack
from explorer.components.shared.packing import unpack
from tests.served import served

ANSWERS = ("French", "Spanish", "Portuguese", "Japanese", "German")
CUE = 4
NASTY = "<img src=x onerror=document.title='owned'>"


def steps(last: int = 700, count: int = 40) -> tuple[int, ...]:
    """`count` snapshots from 0 to `last`, log-spaced where that gives whole steps."""
    spaced = np.unique(np.round(np.geomspace(1, last, 3 * count)).astype(int))
    chosen = spaced[np.linspace(0, len(spaced) - 1, count - 1).round().astype(int)]
    return (0, *(int(step) for step in chosen))


def made_up_row(
    key: str, decades: float, tokens: int, learns: bool, last: int = 700, **more: Any
) -> Row:
    """Reach falls by `decades` from the last word to the first; a learner ends at 98 % French."""
    at = steps(last)
    grown = np.linspace(0, 1, len(at))[:, None]
    distance = np.linspace(1, 0, tokens)[None, :]
    reach = 10.0 ** -(distance * (decades + (1 - grown)))
    answers = np.full((len(at), len(ANSWERS)), 1.0)
    answers[:, 0] += 200 * grown[:, 0] ** 3 if learns else 0
    answers[:, 1] += 0 if learns else 0.5
    answers /= answers.sum(axis=1, keepdims=True)
    return Row(
        key=key,
        label=key.upper(),
        detail="made up · seed 3",
        color=theme.CELLS.get(key, "#7F7F7F"),
        steps=at,
        measures={"reach": reach, "loss_gradient": 0.1 * reach},
        answers=answers,
        solved=Solved((1.0, 0.99, 1.0, 0.5, 1.0) if learns else (0.1,) * 5, shipped=3),
        **more,
    )


def sentence(gap: int, place: str = "France") -> tuple[Token, ...]:
    """I grew up in France, `gap` words of filler, so I speak fluent ___."""
    start = [Token(word) for word in ["I", "grew", "up", "in"]]
    filler = [Token(f"filler{n}", "filler") for n in range(gap)]
    question = [Token(word, "question") for word in ["so", "I", "speak", "fluent", "___"]]
    return (*start, Token(place, "cue"), *filler, *question)


def picture(
    gap: int = 40, rows: int = 2, swapped: bool = False, start: int | None = None, **more: Any
) -> RowsData:
    """The picture of the first page with made-up arrays; a swap mirrors the answers."""
    tokens = more.pop("tokens", sentence(gap))
    kinds = (("rnn", 10.0, False), ("lstm", 1.0, True), ("gru", 0.4, True), ("relu", 7.0, False))
    made = []
    for key, decades, learns in kinds[:rows]:
        row = made_up_row(key, decades, len(tokens), learns, **more)
        if swapped:
            row = Row(**{**vars(row), "answers_swapped": row.answers[:, [3, 1, 2, 0, 4]]})
        made.append(row)
    return RowsData(
        tokens=tokens,
        cue=CUE,
        answers=ANSWERS,
        right=0,
        rows=tuple(made),
        swap=Swap("Japan", right=3) if swapped else None,
        start_step=start,
    )


def show() -> None:
    """The page under test: choices by link, the rows, and what Python heard from them."""
    import streamlit as st

    from explorer.components.rows import rows

    st.set_page_config(layout="wide")
    ask = st.query_params
    st.session_state.runs = st.session_state.get("runs", 0) + 1
    other = st.checkbox("other country")
    shorter = st.checkbox("shorter training")
    swapped = st.checkbox("swap", value="swap" in ask)
    count = int(ask.get("rows", "2"))
    start = int(ask["start"]) if "start" in ask else None
    place = NASTY if "nasty" in ask else "Italy" if other else "France"
    tokens = sentence(int(ask.get("gap", "40")), place)
    if "unknown" in ask:
        tokens = (*tokens[:9], Token("blorp", "filler", known=False), *tokens[10:])
    last = 300 if shorter else 700
    chosen = rows(picture(0, count, swapped, start, tokens=tokens, last=last), key="rows")
    st.text(f"chosen {chosen.step} {chosen.measure}")
    st.text(f"runs {st.session_state.runs}")


# ---------------------------------------------------------------- in Python


def test_packing_keeps_every_number() -> None:
    data = picture(gap=3, swapped=True)
    header, values = unpack(pack(data))
    assert [token["word"] for token in header["tokens"]] == [token.word for token in data.tokens]
    blocks = []
    for row in data.rows:
        assert row.answers_swapped is not None
        blocks += [*row.measures.values(), row.answers, row.answers_swapped]
    np.testing.assert_array_equal(
        values, np.concatenate([np.ravel(block) for block in blocks]).astype(np.float32)
    )


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"cue": 99}, "cue"),
        ({"right": 5}, "right"),
        ({"answers": ("French",)}, "answers"),
        ({"swap": Swap("Japan", 3)}, "answers_swapped"),
        ({"tokens": sentence(2)}, "reach"),
        ({"rows": (picture(3).rows[0],) * 2}, "share a key"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(change: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        RowsData(**{**vars(picture(3)), **change})


def test_no_nan_reaches_the_browser_as_json() -> None:
    with pytest.raises(ValueError, match="accuracies"):
        Solved((0.5, math.nan))
    nan = RowsData(**{**vars(picture(3)), "start_step": math.nan})
    with pytest.raises(ValueError, match="JSON"):
        pack(nan)


# ---------------------------------------------------------------- in the browser


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """This file, served by Streamlit on a free port."""
    with served(__file__) as page:
        yield page


@pytest.fixture
def open_page(new_page: Callable[..., Page], address: str) -> Callable[..., Page]:
    """`open_page("rows=4", width=1920)`: the page under test, painted."""

    def start(query: str = "", **options: Any) -> Page:
        page = new_page(**options)
        page.goto(f"{address}/?{query}")
        expect(page.locator(".rows .row").first).to_be_visible()
        expect(page.get_by_text("runs 1", exact=True)).to_be_visible()
        return page

    return start


def scrubber(page: Page) -> Any:
    return page.get_by_role("slider", name="training step")


def words(page: Page) -> Any:
    return page.get_by_role("slider", name="Words of the sentence")


def runs(page: Page) -> int:
    return int(page.get_by_text(re.compile(r"^runs \d+$")).inner_text().split()[1])


def frames(page: Page, count: int = 1) -> None:
    """Wait until `count` frames were drawn."""
    page.evaluate(
        "n => new Promise(done => {"
        "const next = () => n-- > 0 ? requestAnimationFrame(next) : done(); next(); })",
        count + 1,
    )


def pixel(page: Page, row: int, column: float) -> list[int]:
    """Red, green, blue, alpha a quarter down the strip, `column` a share of its width."""
    canvas = page.locator(".strip canvas").nth(row)
    return canvas.evaluate(
        "(canvas, x) => Array.from(canvas.getContext('2d').getImageData("
        "Math.round(canvas.width * x), Math.round(canvas.height / 4), 1, 1).data)",
        column,
    )


@pytest.mark.browser
def test_opens_at_the_last_step_and_says_what_it_shows(open_page: Callable[..., Page]) -> None:
    page = open_page()
    expect(page.get_by_text("training step 700 of 700")).to_be_visible()
    # 50 words, the cue is the fifth: reach 10^-(10 · 45/49) and 10^-(45/49).
    expect(page.locator(".number")).to_have_text(["<1e-8", "1/8"])
    lstm = page.get_by_role("group", name="LSTM, made up")
    label = "LSTM, made up · seed 3: answer French 98 %, right; reach at France 1/8"
    expect(lstm).to_have_attribute("aria-label", label)
    expect(page.get_by_role("group", name="RNN, made up")).to_contain_text("✗Spanish27 %, wrong")
    expect(lstm).to_contain_text("4 of 5 solved")
    expect(lstm.locator("circle.shown")).to_have_count(1)
    expect(lstm.locator("circle")).to_have_count(5)
    expect(page.get_by_text("← the signal runs backwards")).to_be_visible()
    expect(page.locator(".ticks span")).to_have_text(["1e-8", "1e-6", "1e-4", "1/100", "1/10", "1"])


@pytest.mark.browser
def test_colours_are_the_themes_and_too_small_is_not_black(open_page: Callable[..., Page]) -> None:
    page = open_page()
    assert pixel(page, 1, 0.99)[:3] == list(theme.REACH_STOPS[-1])
    # The first word of the RNN is at 1e-10: hatched, so most pixels keep the page's colour.
    hatched = [pixel(page, 0, x / 1000)[3] for x in range(10, 30)]
    assert min(hatched) < 40 < max(hatched)


@pytest.mark.browser
def test_keyboard_scrubs_and_sends_once(open_page: Callable[..., Page]) -> None:
    page = open_page()
    scrubber(page).focus()
    for key in ("Home", "ArrowRight", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    third = steps()[3]
    expect(scrubber(page)).to_have_attribute("aria-valuetext", f"training step {third} of 700")
    expect(page.get_by_text(f"chosen {third} None")).to_be_visible()
    assert runs(page) == 2


@pytest.mark.browser
def test_before_training_the_caption_asks(open_page: Callable[..., Page]) -> None:
    page = open_page("start=0")
    expect(page.get_by_text("training step 0 of 700")).to_be_visible()
    question = "Nobody has learned anything yet. Which row could carry the news?"
    expect(page.get_by_text(question, exact=True)).to_be_visible()


@pytest.mark.browser
def test_dragging_asks_the_server_only_on_release(open_page: Callable[..., Page]) -> None:
    page = open_page()
    sent: list[Any] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.reload()
    expect(page.locator(".rows .row").first).to_be_visible()
    expect(page.get_by_text("runs 1", exact=True)).to_be_visible()
    before = len(sent)
    box = scrubber(page).bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] - 12, middle)
    page.mouse.down()
    for x in range(19, 0, -1):
        page.mouse.move(box["x"] + box["width"] * x / 20, middle)
    frames(page, 5)
    expect(page.get_by_text("training step 700 of 700")).to_be_hidden()
    assert len(sent) == before
    page.mouse.up()
    expect(page.get_by_text("runs 2", exact=True)).to_be_visible()
    assert len(sent) == before + 1


@pytest.mark.browser
def test_play_moves_without_the_server_and_pause_sends(open_page: Callable[..., Page]) -> None:
    page = open_page("start=0")
    page.get_by_role("button", name="play the training").click()
    expect(scrubber(page)).not_to_have_value("0")
    assert runs(page) == 1
    page.get_by_role("button", name="pause").click()
    step = steps()[int(scrubber(page).input_value())]
    expect(page.get_by_text(f"chosen {step} None")).to_be_visible()


@pytest.mark.browser
def test_less_motion_plays_slower(open_page: Callable[..., Page]) -> None:
    page = open_page("start=0", reduced_motion="reduce")
    page.get_by_role("button", name="play the training").click()
    taken = scrubber(page).evaluate(
        "range => new Promise(done => { const began = performance.now();"
        "const look = () => Number(range.value) > 0"
        " ? done(performance.now() - began) : requestAnimationFrame(look); look(); })"
    )
    assert taken > 400


@pytest.mark.browser
def test_a_word_under_the_pointer_is_named_with_exact_numbers(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    canvas = page.locator(".strip canvas").nth(1)
    canvas.hover()
    tag = page.locator(".tag")
    expect(tag).to_contain_text("filler")
    column = 5 + int(tag.inner_text().removeprefix("filler"))
    reach = 10 ** -(1 - column / 49)
    readout = page.locator(".readout")
    expect(readout).to_contain_text(f"word {column + 1} of 50 · reach")
    expect(readout).to_contain_text(f"({float(f'{reach:.3g}'):g})")
    page.mouse.move(5, 5)
    expect(readout).to_contain_text("“France” · the cue")


@pytest.mark.browser
def test_the_keyboard_alone_walks_over_the_words(open_page: Callable[..., Page]) -> None:
    page = open_page()
    words(page).focus()
    spoken = page.locator(".rows [aria-live=polite]")
    page.keyboard.press("ArrowRight")
    expect(words(page)).to_have_attribute("aria-valuetext", "filler0, word 6 of 50")
    expect(spoken).to_contain_text("filler0: reach RNN <1e-8")
    expect(page.locator(".tag")).to_have_text("filler0")
    page.keyboard.press("End")
    expect(spoken).to_have_text("___: reach RNN 1, LSTM 1")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    expect(words(page)).to_have_attribute("aria-valuenow", "1")
    assert runs(page) == 1


@pytest.mark.browser
def test_unknown_words_are_read_even_among_the_filler(open_page: Callable[..., Page]) -> None:
    page = open_page("unknown=1")
    expect(page.locator(".column.unknown")).to_have_text("blorp")
    expect(page.locator(".column")).to_have_count(11)  # 4, the cue, 5 and this one
    expect(page.locator(".run")).to_have_count(2)


@pytest.mark.browser
def test_a_short_sentence_is_read_whole(open_page: Callable[..., Page]) -> None:
    page = open_page("gap=4")
    expect(page.locator(".column")).to_have_count(14)
    expect(page.locator(".run")).to_have_count(0)


@pytest.mark.browser
def test_swapped_words_show_both_answers(open_page: Callable[..., Page]) -> None:
    page = open_page("swap=1")
    lstm = page.get_by_role("group", name="LSTM, made up")
    expect(lstm.locator(".answer")).to_have_count(2)
    label = "answer France: French 98 %, right; Japan: Japanese 98 %, right"
    assert label in str(lstm.get_attribute("aria-label"))
    expect(page.locator(".column.cue")).to_contain_text("→ Japan")


@pytest.mark.browser
def test_other_data_keep_the_training_step(open_page: Callable[..., Page]) -> None:
    page = open_page(f"start={steps()[30]}")
    at = steps()[30]
    expect(page.get_by_text(f"training step {at} of 700")).to_be_visible()
    page.get_by_text("other country").click()
    expect(page.locator(".column.cue")).to_have_text("Italy")
    expect(page.get_by_text(f"training step {at} of 700")).to_be_visible()
    page.get_by_text("shorter training").click()
    newest = max(step for step in steps(300) if step <= at)
    expect(page.get_by_text(f"training step {newest} of 300")).to_be_visible()
    page.get_by_text("shorter training").click()
    expect(page.get_by_text(f"training step {at} of 700")).to_be_visible()


@pytest.mark.browser
def test_the_end_stays_the_end(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.get_by_text("shorter training").click()
    expect(page.get_by_text("training step 300 of 300")).to_be_visible()
    page.get_by_text("shorter training").click()
    expect(page.get_by_text("training step 700 of 700")).to_be_visible()


@pytest.mark.browser
def test_the_second_measure_is_labelled_with_its_reason(open_page: Callable[..., Page]) -> None:
    page = open_page()
    before = pixel(page, 1, 0.99)
    page.get_by_role("radio", name="loss gradient").check()
    expect(page.get_by_text("wrongness times reach")).to_be_visible()
    expect(page.locator(".number").nth(1)).to_have_text("1.2e-2")
    assert pixel(page, 1, 0.99) != before
    expect(page.get_by_text("chosen None loss_gradient")).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize("width", [800, 1280, 1920])
@pytest.mark.parametrize("gap", [0, 40, 80])
def test_nothing_overflows(open_page: Callable[..., Page], width: int, gap: int) -> None:
    page = open_page(f"rows=4&swap=1&gap={gap}", width=width)
    beyond = page.locator("div.rows").evaluate(
        """root => {
          const frame = root.getBoundingClientRect();
          const beyond = box => box.right > frame.right + 1 || box.left < frame.left - 1;
          const out = box => box.width && beyond(box);
          const shown = [...root.querySelectorAll("*")].filter(e => !e.matches(".hidden"));
          return shown.filter(e => out(e.getBoundingClientRect()))
            .map(e => `${e.className} ${e.textContent}`)
            .concat(shown.filter(e => e.matches(".next") && e.scrollWidth > e.clientWidth + 1)
            .map(e => `cut: ${e.textContent}`));
        }"""
    )
    assert beyond == []
    small = page.locator("div.rows").evaluate(
        "root => [...root.querySelectorAll('*')].filter(e => e.textContent.trim()"
        " && parseFloat(getComputedStyle(e).fontSize) < 16).map(e => e.className)"
    )
    assert small == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 1920])
def test_upright_words_do_not_touch(open_page: Callable[..., Page], width: int) -> None:
    page = open_page("gap=80", width=width)
    boxes = page.locator(".column").evaluate_all(
        "all => all.map(e => [e.getBoundingClientRect().left, e.getBoundingClientRect().right])"
    )
    assert len(boxes) == 10
    assert all(left[1] <= right[0] for left, right in pairwise(boxes))


@pytest.mark.browser
def test_scrubbing_draws_every_notch_of_four_rows(open_page: Callable[..., Page]) -> None:
    """Forty snapshots, four rows, one notch per frame; how fast is a matter of the benchmarks."""
    page = open_page("rows=4&start=0")
    result = scrub_frames(page, notches=80)
    assert result["drawn"] >= 78
    assert runs(page) == 1


def scrub_frames(page: Page, notches: int = 400) -> dict[str, float]:
    """Move one notch per frame, there and back. → frames a second, notches whose picture changed.

    `work` is the mean time in ms that a notch takes of its frame (drawing and layout).
    """
    return scrubber(page).evaluate(
        """(range, notches) => new Promise(done => {
          const last = Number(range.max);
          const text = range.getRootNode().querySelector(".number");
          const step = range.getRootNode().querySelector(".step");
          let n = 0, drawn = 0, work = 0, before = step.textContent;
          const began = performance.now();
          const tick = () => {
            if (n > 0 && step.textContent !== before) drawn += 1;
            before = step.textContent;
            if (n === notches) {
              const seconds = (performance.now() - began) / 1000;
              return done({ frames: n / seconds, drawn, work: work / n });
            }
            n += 1;
            const there = n % (2 * last);
            let started;  // asked for before and after the picture asks: the drawing lies between
            requestAnimationFrame(() => { started = performance.now(); });
            range.value = there <= last ? there : 2 * last - there;
            range.dispatchEvent(new Event("input"));
            requestAnimationFrame(() => {
              text.getBoundingClientRect();
              work += performance.now() - started;
              tick();
            });
          };
          tick();
        })""",
        notches,
    )


@pytest.mark.browser
def test_no_rows_give_a_sentence(
    open_page: Callable[..., Page], new_page: Any, address: str
) -> None:
    page = new_page()
    page.goto(f"{address}/?rows=0")
    expect(page.get_by_text("No trained net to show yet.")).to_be_visible()
    expect(page.locator(".rows .stage")).to_be_hidden()


@pytest.mark.browser
def test_words_never_become_markup(open_page: Callable[..., Page]) -> None:
    page = open_page("nasty=1&gap=3")
    expect(page.locator(".column.cue .word")).to_have_text(NASTY)
    expect(page.locator(".rows img")).to_have_count(0)
    assert page.title() != "owned"


@pytest.mark.browser
def test_the_dark_page_has_dark_rows(open_page: Callable[..., Page]) -> None:
    dark = open_page(color_scheme="dark").locator("div.rows")
    light = open_page(color_scheme="light").locator("div.rows")
    ink = "root => getComputedStyle(root).color.match(/[0-9.]+/g).slice(0, 3).map(Number)"
    assert min(dark.evaluate(ink)) > 180
    assert max(light.evaluate(ink)) < 90


if __name__ == "__main__":
    show()
