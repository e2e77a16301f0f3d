"""From a picture on the page into slides, in a browser: collect, put in order, name, take along."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pptx import Presentation

from tests.explorer.test_server import Server, end, start

pytestmark = pytest.mark.browser
PATIENCE = 60_000
NAME = "<b>My</b> :red[title] ![x](http://evil.example/x.png)"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server: Server = start("--store", str(tmp_path_factory.mktemp("store")))
    yield f"http://127.0.0.1:{server.port}"
    end(server)


def collect(page: Page, name: str, count: int) -> None:
    """Open the drawer of a picture, put the picture aside, and see that it is counted."""
    page.locator(f".st-key-download-{name} button").first.click()
    page.get_by_role("button", name="Add to my collection").click()
    page.keyboard.press("Escape")  # at once: who is in a hurry has still collected
    counted(page, count)


def counted(page: Page, count: int) -> None:
    button = page.locator(".st-key-collection button")
    words = rf"Collection \({count}\)$" if count else "Collection$"
    expect(button).to_have_text(re.compile(words), timeout=PATIENCE)


def saved(page: Page, label: str, folder: Path) -> bytes:
    with page.expect_download(timeout=3 * PATIENCE) as waiting:
        page.get_by_role("button", name=label, exact=True).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path.read_bytes()


def test_pictures_go_from_the_page_into_slides(
    address: str, new_page: Callable[..., Page], tmp_path: Path
) -> None:
    page = new_page(height=900)
    page.goto(f"{address}/?gap=20")
    counted(page, 0)
    button = page.locator(".st-key-collection button")
    button.click()
    expect(page.get_by_text("Nothing is collected yet")).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Escape")

    collect(page, "rows", 1)
    expect(page.get_by_text("Added to your collection.").first).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name="Tricks").click()  # it goes along from page to page
    expect(page.get_by_role("heading", name="Tricks")).to_be_visible(timeout=PATIENCE)
    counted(page, 1)
    page.get_by_role("link", name="France").click()
    collect(page, "learning", 2)

    button.click()
    dialog = page.get_by_role("dialog")
    titles = dialog.get_by_role("textbox")
    expect(titles).to_have_count(2, timeout=PATIENCE)
    expect(dialog.get_by_role("img")).to_have_count(2, timeout=PATIENCE)
    expect(titles.nth(0)).to_have_value("Which words still move the answer?", timeout=PATIENCE)
    dialog.get_by_role("button", name="Down").first.click()
    expect(titles.nth(1)).to_have_value("Which words still move the answer?", timeout=PATIENCE)
    titles.nth(0).fill(NAME)
    titles.nth(0).press("Enter")
    dialog.get_by_role("button", name="Remove", exact=True).nth(1).click()
    expect(titles).to_have_count(1, timeout=PATIENCE)
    expect(dialog.get_by_text("1 picture removed.")).to_be_visible(timeout=PATIENCE)
    dialog.get_by_role("button", name="Undo").click()
    expect(titles).to_have_count(2, timeout=PATIENCE)

    deck = Presentation(io.BytesIO(saved(page, "Slides (PPTX)", tmp_path)))
    said = [slide.shapes.title.text_frame.text for slide in deck.slides if slide.shapes.title]
    assert said == [NAME, "Which words still move the answer?"]
    notes = deck.slides[1].notes_slide.notes_text_frame
    assert notes is not None and "/?gap=20" in notes.text and "step 700" in notes.text
    archive = zipfile.ZipFile(io.BytesIO(saved(page, "Archive (ZIP)", tmp_path)))
    assert len(archive.namelist()) == 9
    html = saved(page, "One web page (HTML)", tmp_path).decode()
    assert html.count('data-moving="rows"') == 1 and "default-src 'none'" in html
    assert "<b>My</b>" not in html

    page.keyboard.press("Escape")
    page.goto(f"{address}/?gap=20")  # the link of the picture leads back to it
    expect(page.get_by_text("20 words of filler")).to_be_visible(timeout=PATIENCE)
