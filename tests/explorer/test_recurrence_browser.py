"""The Recurrence page in a real browser: a click in the film is worked out, and every choice is in the link."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from explorer.lessons import recurrence as text
from tests.explorer.test_hostile_browser import SCRIPTS, unhurt
from tests.explorer.test_server import Server, end, start
from tests.patience import until

pytestmark = pytest.mark.browser
PATIENCE = 90_000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server: Server = start("--store", str(tmp_path_factory.mktemp("store")))
    yield f"http://127.0.0.1:{server.port}/recurrence"
    end(server)


@pytest.fixture
def visit(address: str, new_page: Callable[..., Page]) -> Callable[..., Page]:
    """``visit(run="gru")``: the page, with the arithmetic on it."""

    def go(**query: object) -> Page:
        page = new_page(width=1280)
        page.goto(f"{address}?{urlencode(query)}")
        expect(worked(page).locator(".katex").first).to_be_visible(timeout=PATIENCE)
        return page

    return go


def worked(page: Page) -> Locator:
    return page.locator(".st-key-worked")


def query(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def test_a_click_is_worked_out_and_its_number_is_the_one_under_the_pointer(
    visit: Callable[..., Page],
) -> None:
    page = visit()
    place = page.locator(".film .panel canvas").nth(1).bounding_box()
    assert place is not None
    page.mouse.click(place["x"] + 0.4 * place["width"], place["y"] + 0.3 * place["height"])
    page.wait_for_function("() => location.search.includes('unit=')", timeout=PATIENCE)
    chosen = query(page)
    assert chosen["signal"] == "hidden"
    heading = f"Unit {int(chosen['unit']) + 1} at step {int(chosen['time']) + 1}"
    expect(page.get_by_role("heading", name=heading)).to_be_visible(timeout=PATIENCE)
    exact = page.locator(".film .readout .exact").first.inner_text()
    value = float(exact.replace("−", "-"))
    first = worked(page).locator(".katex-html").first.inner_text().replace("−", "-")
    assert any(abs(float(n) - value) < 6e-4 for n in re.findall(r"-?\d+\.\d+", first)), first


def test_film_and_fields_move_each_other(visit: Callable[..., Page]) -> None:
    page = visit()
    unit = page.get_by_role("spinbutton", name=text.UNIT)
    seen: list[str] = []
    for share in (0.2, 0.8):
        place = page.locator(".film .panel canvas").first.bounding_box()
        assert place is not None
        page.mouse.click(place["x"] + share * place["width"], place["y"] + share * place["height"])
        expect(unit).not_to_have_value(seen[-1] if seen else "1", timeout=PATIENCE)
        seen.append(unit.input_value())
        typed = str(32 - int(seen[-1]) % 32)
        unit.fill(typed)
        unit.press("Enter")
        expect(page.get_by_role("heading", name=f"Unit {typed} at")).to_be_visible(timeout=PATIENCE)
        expect(page.locator(".film .readout").first).to_contain_text(f"unit {typed} ")
        seen.append(typed)


def test_the_same_cell_is_chosen_again_after_a_field_moved_the_place(
    visit: Callable[..., Page],
) -> None:
    page = visit()
    unit = page.get_by_role("spinbutton", name=text.UNIT)
    for other in ("3", "4"):
        place = page.locator(".film .panel canvas").first.bounding_box()  # a field may scroll
        assert place is not None
        page.mouse.click(place["x"] + 0.5 * place["width"], place["y"] + 0.5 * place["height"])
        expect(unit).not_to_have_value("1" if other == "3" else "3", timeout=PATIENCE)
        heading = f"Unit {unit.input_value()} at step"
        expect(page.get_by_role("heading", name=heading)).to_be_visible(timeout=PATIENCE)
        unit.fill(other)
        unit.press("Enter")
        expect(page.get_by_role("heading", name=f"Unit {other} at")).to_be_visible(timeout=PATIENCE)


def test_a_shorter_sentence_is_looked_at_after_a_click_in_a_longer_one(
    visit: Callable[..., Page],
) -> None:
    page = visit(unit=31, time=48)
    place = page.locator(".film .panel canvas").first.bounding_box()
    assert place is not None
    page.mouse.click(place["x"] + 0.05 * place["width"], place["y"] + 0.5 * place["height"])
    expect(page.get_by_role("heading", name="Unit 32 at")).to_have_count(0, timeout=PATIENCE)
    page.get_by_role("radio", name="near").click()
    expect(page.locator(".film .readout").first).to_contain_text("of 5", timeout=PATIENCE)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_link_of_a_place_opens_the_same_arithmetic(visit: Callable[..., Page]) -> None:
    page = visit(run="gru", signal="update", unit=7, time=11, step=100)
    expect(page.get_by_role("heading", name="Unit 8 at step 12")).to_be_visible()
    said = worked(page).locator(".katex-html").first.inner_text()
    again = visit(**query(page))
    until(lambda: worked(again).locator(".katex-html").first.inner_text() == said)


def test_scrubbing_training_changes_the_weights_that_are_used(visit: Callable[..., Page]) -> None:
    page = visit(unit=7, time=11)
    before = worked(page).locator(".katex-html").first.inner_text()
    expect(page.get_by_role("heading", name="after 700 training steps")).to_be_visible()
    page.get_by_role("slider", name="training step").focus()
    page.keyboard.press("Home")
    expect(page.get_by_role("heading", name="after 0 training steps")).to_be_visible(
        timeout=PATIENCE
    )
    until(lambda: worked(page).locator(".katex-html").first.inner_text() != before)
    page.wait_for_url(re.compile(r"\bstep=0\b"), timeout=PATIENCE)


def test_a_word_is_typed_and_old_and_new_stand_side_by_side(visit: Callable[..., Page]) -> None:
    page = visit()
    page.get_by_role("tab", name=text.TABS[1]).click()
    box = page.get_by_role("combobox", name=re.compile(text.NEW))
    box.fill("Japan")
    box.press("Enter")
    for answer in ("French", "Japanese"):
        expect(page.get_by_role("heading", name=answer)).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("application")).to_have_count(2)
    page.wait_for_url(re.compile(r"\bword=5\.Japan\b"), timeout=PATIENCE)
    unit = page.get_by_role("spinbutton", name=text.UNIT)
    unit.fill("5")
    unit.press("Enter")
    below = page.locator(".film").nth(1)
    expect(below.locator(".readout").first).to_contain_text("unit 5 ", timeout=PATIENCE)
    picture = below.locator(".panel canvas").first
    picture.scroll_into_view_if_needed()
    place = picture.bounding_box()
    assert place is not None
    page.mouse.click(place["x"] + 0.5 * place["width"], place["y"] + 0.9 * place["height"])
    expect(unit).not_to_have_value("5", timeout=PATIENCE)
    expect(page.locator(".film .readout").first).to_contain_text(
        f"unit {unit.input_value()} ", timeout=PATIENCE
    )


def test_typed_scripts_stay_text(visit: Callable[..., Page]) -> None:
    for script in SCRIPTS:
        page = visit(kind="own", text=script[:64], word=f"1.{script[:30]}", time=0)
        for tab in text.TABS[:2]:
            page.get_by_role("tab", name=tab).click()
            expect(page.get_by_role("tabpanel", name=tab)).to_be_visible(timeout=PATIENCE)
        unhurt(page)
