"""What goes first: the files that the browser is told of exist, and nobody waits where no browser asked."""

from __future__ import annotations

import re
import time

from explorer import firstpaint, preload


def test_every_file_in_the_header_exists_and_the_rows_are_among_them() -> None:
    folder = preload.streamlit_page().with_name("static") / "js"
    named = re.findall(r"<[^>]*/([\w.-]+\.js)>; rel=\"?modulepreload", preload.link_header())
    assert named
    assert all((folder / name).is_file() for name in named)
    assert any(name.startswith("BidiComponent") for name in named)


def test_nobody_waits_where_no_browser_ever_asked() -> None:
    before = time.monotonic()
    firstpaint.let_paint()
    firstpaint.warmed()
    assert time.monotonic() - before < firstpaint.PATIENCE
