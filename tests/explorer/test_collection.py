"""The drawer at a picture and the collection it fills: what is collected, kept in order, taken out and put back."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer.collection import MOST, Collection, Full
from explorer.export import Figure
from tests.explorer.test_export_moving import CAPTION, chart


def figure(title: str) -> Figure:
    return Figure("reach", chart, title, CAPTION)


def titles(kept: Collection) -> list[str]:
    return [one.title for one in kept.figures.values()]


def test_pictures_keep_their_order_and_can_be_moved() -> None:
    kept = Collection()
    a, b, c = (kept.add(figure(title)) for title in "abc")
    kept.move(c, -1)
    assert titles(kept) == ["a", "c", "b"]
    kept.move(a, -1)
    kept.move(b, 1)
    assert titles(kept) == ["a", "c", "b"]
    kept.rename(b, "B")
    assert titles(kept) == ["a", "c", "B"]


def test_what_was_taken_out_comes_back_to_its_place() -> None:
    kept = Collection()
    numbers = [kept.add(figure(title)) for title in "abcd"]
    kept.remove(numbers[1])
    assert titles(kept) == ["a", "c", "d"]
    kept.rename(numbers[2], "C")
    kept.undo()
    assert titles(kept) == ["a", "b", "C", "d"]
    kept.remove(*kept.figures)
    assert not len(kept)
    kept.undo()
    assert titles(kept) == ["a", "b", "C", "d"]
    kept.remove(numbers[0])
    kept.add(figure("e"))
    assert not kept.before  # undoing now would take the new one away


def test_the_collection_has_an_end() -> None:
    kept = Collection()
    for _ in range(MOST):
        kept.add(figure("x"))
    with pytest.raises(Full, match=f"holds {MOST} pictures"):
        kept.add(figure("y"))


def test_the_small_picture_is_drawn_once() -> None:
    calls: list[Any] = []

    def counted() -> Any:
        calls.append(1)
        return chart(1)

    kept = Collection()
    number = kept.add(Figure("x", counted))
    assert kept.small(number) == kept.small(number)
    assert Image.open(io.BytesIO(kept.small(number))).size == (768, 432)
    assert len(calls) == 1


HOSTILE = "![x](http://evil.example/x.png) :red[*lstm*]"


def _page() -> None:
    from explorer.controls import drawer
    from explorer.views import collected
    from tests.explorer.test_collection import HOSTILE
    from tests.explorer.test_export_moving import CAPTION, chart

    def never() -> None:
        raise AssertionError("drawn before it was asked for")

    def hopeless() -> None:
        raise ValueError("Nothing can be drawn of this *net*.")

    drawer("closed", never, HOSTILE)
    drawer("open", never, HOSTILE)
    drawer("real", chart, CAPTION, steps=(0, 100), step=100)
    drawer("hopeless", hopeless, CAPTION)
    collected.button()


@pytest.fixture
def page() -> AppTest:
    app = AppTest.from_function(_page, default_timeout=60)
    for name in ("open", "real", "hopeless"):
        app.session_state[f"download {name}"] = True
    app.run()
    assert not app.exception, app.exception
    return app


def keys(page: AppTest, kind: str) -> list[str]:
    found: Any = page.get(kind)
    return [str(one.key) for one in found]


def test_nothing_is_drawn_before_a_button_is_pressed(page: AppTest) -> None:
    buttons = keys(page, "download_button")
    assert not [key for key in buttons if key.startswith("download closed")]
    assert "download open PNG" in buttons and "download open GIF" not in buttons
    assert {"download real GIF", "download real PDF pages", "download real Four steps"} <= set(
        buttons
    )


def test_people_s_words_are_no_markup(page: AppTest) -> None:
    shown = page.caption[0].value
    assert r"\!\[x\]\(http" in shown
    assert r"\:red\[" in shown


def test_a_picture_is_collected_as_it_is_with_its_own_title(page: AppTest) -> None:
    page.button(key="download real collect").click().run()
    assert not page.exception
    kept: Collection = page.session_state["collection"]
    assert titles(kept) == ["How far back?"]
    one = next(iter(kept.figures.values()))
    assert one.caption == CAPTION and one.step == 100 and one.steps == (0, 100)
    assert one.link.startswith("/")
    assert "Collection (1)" in [button.label for button in page.button]


def test_what_cannot_be_drawn_is_said_and_not_collected(page: AppTest) -> None:
    page.button(key="download hopeless collect").click().run()
    assert not page.exception
    assert r"\*net\*" in page.error[0].value
    assert "Collection" in [button.label for button in page.button]


def test_the_last_look_is_the_next_one_s_first(page: AppTest) -> None:
    groups: Any = page.get("button_group")
    size = next(group for group in groups if group.key == "download open size")
    size.set_value("column").run()
    page.session_state["download closed"] = True
    page.run()
    assert not page.exception
    assert page.session_state["download closed size"] == "column"
    assert page.session_state["download real size"] == "slide"  # that one was open already


def test_an_empty_collection_says_what_to_do(page: AppTest) -> None:
    page.button(key="collection open").click().run()
    assert "Add to my collection" in page.info[0].value
