"""Many pictures in one file: the archive, the slides, the offline page; each opened again."""

from __future__ import annotations

import base64
import hashlib
import html.parser
import io
import json
import re
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from pptx import Presentation
from pptx.util import Inches

from explorer import theme
from explorer.components import film, rows
from explorer.export import Moving
from explorer.export.archive import archive, slug
from explorer.export.figure import Figure, Look
from explorer.export.offline import offline
from explorer.export.slides import slides
from tests.explorer.test_export_moving import CAPTION, FIGURE, LINK, chart

HOSTILE = "</script><script>alert(1)</script> & <b>bold</b> \"'"
STILL = Figure("still", lambda: chart(), HOSTILE, CAPTION, LINK, look=Look("column", "dark"))
MOVES = replace(FIGURE, name="moves", title="It moves", steps=(0, 50, 100))
COMPONENT = replace(
    FIGURE,
    name="rows",
    title="Rows",
    moving=Moving("rows", rows.script(), rows.style(), b"\x00\x01<script>"),
)
ALL = [STILL, MOVES, COMPONENT]


def test_the_archive_has_every_picture_in_every_kind_and_says_where_it_is_from() -> None:
    whole = zipfile.ZipFile(io.BytesIO(archive(ALL)))
    assert whole.testzip() is None
    names = whole.namelist()
    assert len(names) == 3 * 4 + 1
    assert all(re.fullmatch(r"[\w .-]+", name) for name in names)
    assert whole.read("02 It moves.png").startswith(b"\x89PNG")
    assert whole.read("02 It moves.pdf").startswith(b"%PDF")
    assert whole.read("02 It moves.svg").startswith(b"<svg")
    assert b"words back" not in whole.read("02 It moves.csv") and b"back" in whole.read(
        "02 It moves.csv"
    )
    first = next(name for name in names if name.startswith("01") and name.endswith("png"))
    with Image.open(io.BytesIO(whole.read(first))) as image:
        corner = image.convert("RGB").getpixel((0, 0))
        assert "#" + bytes(corner).hex().upper() == theme.INK["dark"].background  # type: ignore[arg-type]
        assert image.size[0] == pytest.approx(643, abs=2)  # in the size it was collected in
    readme = whole.read("README.txt").decode()
    assert HOSTILE in readme and LINK in readme and CAPTION in readme


@pytest.mark.parametrize(
    ("title", "name"),
    [("a/b\\c:d", "abcd"), ("..", "picture"), ("", "picture"), ("é好 1", "é好 1")],
)
def test_a_title_is_no_path(title: str, name: str) -> None:
    assert slug(title) == name
    assert len(slug("x" * 500)) <= 60


@pytest.mark.parametrize("mode", theme.INK)
def test_slides_have_a_title_to_edit_a_picture_and_notes(mode: theme.Mode) -> None:
    deck = Presentation(io.BytesIO(slides(ALL, mode)))
    assert deck.slide_width == Inches(40 / 3) and deck.slide_height == Inches(7.5)
    assert len(deck.slides) == 3
    for figure, slide in zip(ALL, deck.slides, strict=True):
        assert slide.shapes.title is not None
        assert slide.shapes.title.text_frame.text == figure.title
        images: list[Any] = [shape for shape in slide.shapes if hasattr(shape, "image")]
        assert len(images) == 1
        image = images[0]
        assert image.left >= 0 and image.left + image.width <= deck.slide_width
        assert image.top >= slide.shapes.title.top + slide.shapes.title.height - Inches(0.01)
        assert image.top + image.height <= deck.slide_height
        pixels = Image.open(io.BytesIO(image.image.blob))
        assert pixels.size[0] / pixels.size[1] == pytest.approx(
            image.width / image.height, rel=0.01
        )
        assert image.image.dpi[0] == 192
        notes = slide.notes_slide.notes_text_frame
        assert notes is not None
        assert CAPTION in notes.text and LINK in notes.text
        ink = theme.INK[mode].background[1:]
        assert str(slide.background.fill.fore_color.rgb) == ink


class Parts(html.parser.HTMLParser):
    """What a browser would meet: tags with their attributes, and the texts of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        last = self.tags[-1][0] if self.tags else ""
        (
            self.inside.append((last, data))
            if last in ("script", "style")
            else self.texts.append(data)
        )


def test_the_offline_page_allows_only_its_own_script_and_asks_for_nothing() -> None:
    text = offline(ALL).decode()
    parts = Parts(text)
    policy = next(a["content"] for tag, a in parts.tags if a.get("http-equiv"))
    assert policy is not None and policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy
    scripts = [attributes for tag, attributes in parts.tags if tag == "script"]
    programs = [a for a in scripts if a.get("type") != "application/json"]
    assert len(programs) == 1 and "src" not in programs[0]
    program = next(code for tag, code in parts.inside if tag == "script" and "makers" in code)
    digest = base64.b64encode(hashlib.sha256(program.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    loads = ("src", "srcset", "action", "formaction", "poster", "data", "background", "ping")
    assert not [a for _, a in parts.tags if any(name in a for name in loads)]
    for tag, attributes in parts.tags:
        assert not [name for name in attributes if name.startswith("on")], tag
        assert "style" not in attributes, tag  # the policy would drop it
        for name in ("href", "xlink:href"):
            assert (attributes.get(name) or "#").startswith(("#", "data:image/")), attributes


def test_the_offline_page_takes_people_at_their_word() -> None:
    text = offline(ALL, title=HOSTILE).decode()
    assert "<script>alert" not in text and "<b>bold" not in text
    parts = Parts(text)
    assert HOSTILE in "".join(parts.texts)
    data = next(code for tag, code in parts.inside if tag == "script" and "makers" not in code)
    assert base64.b64decode(json.loads(data)) == COMPONENT.moving.data  # type: ignore[union-attr]


def test_pictures_of_one_page_share_no_names() -> None:
    text = offline([replace(STILL, title="a"), replace(STILL, title="b")]).decode()
    names = re.findall(r' id="([^"]+)"', text)
    assert names and len(names) == len(set(names))
    used = re.findall(r"url\(#([^)]+)\)", text)
    assert used and set(used) <= set(names)


def test_a_component_that_is_no_module_is_refused() -> None:
    for script, why in (
        ("console.log(1)", "is no module"),
        ("export default function a() {}</SCRIPT>", "would end the page's script"),
    ):
        with pytest.raises(ValueError, match=why):
            offline([replace(COMPONENT, moving=Moving("x", script, "", b""))])


def test_both_components_can_go_offline() -> None:
    for component in (rows, film):
        assert component.script().count("export default function") == 1
        assert "</script" not in component.script().lower()
