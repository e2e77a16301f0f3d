"""The files of Streamlit that the rows need, told to the browser together with the page.

Streamlit's page loads the code of a widget when the first one is to be drawn, and a file at a time finds out what
that code imports. Named in a header (`Link: <file>; rel=modulepreload`) they come while the browser
is still busy with the page itself. A file that is not found is not named: the page only paints later.
"""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path

WIDGETS = ("BidiComponent", "ButtonGroup", "Selectbox")
"""The widgets above the fold, as Streamlit's files are called."""
_IMPORT = re.compile(r"""(?:from|import)\s*["']\./([\w.-]+\.js)["']""")


@cache
def streamlit_page() -> Path:
    """Streamlit's index.html. Errors: RuntimeError when Streamlit is not installed."""
    found = importlib.util.find_spec("streamlit")
    if found is None or found.origin is None:
        raise RuntimeError("Streamlit is not installed.")
    return Path(found.origin).with_name("static") / "index.html"


@cache
def link_header() -> str:
    """The value of the header: the widgets' files and all that these import, less what the page names itself."""
    page = streamlit_page()
    folder = page.with_name("static") / "js"
    named = page.read_text(encoding="utf-8")
    waiting = [path.name for widget in WIDGETS for path in sorted(folder.glob(f"{widget}.*.js"))]
    found: list[str] = []
    for name in waiting:  # grows while it is read
        if name not in found and name not in named and (folder / name).exists():
            found.append(name)
            waiting += _IMPORT.findall((folder / name).read_text(encoding="utf-8"))
    return ", ".join(
        f"</static/js/{name}>; rel=modulepreload; crossorigin; fetchpriority=low" for name in found
    )
