"""The name that a person gives a run. It is only a field: the run is known by its id.

run.json is written once, so a changed name is a small file beside it, put in place by rename. Whoever
reads sees the old name or the new one; a file that cannot be read leaves the name of run.json.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

from engine.disk import write_file
from engine.strictjson import JSONError, dumps, loads

LABEL = "label.json"
MAX_LABEL = 80
_NO_TEXT = ("Cc", "Cs", "Zl", "Zp")
_LONGEST = 4096  # bytes of the file; more is not of our making


def clean(text: str) -> str:
    """One line of text of at most MAX_LABEL characters; a control character is shown as one."""
    letters = " ".join(text.split())
    shown = ("�" if unicodedata.category(letter) in _NO_TEXT else letter for letter in letters)
    return "".join(shown)[:MAX_LABEL].rstrip()


def read_label(folder: Path, first: str) -> str:
    """The name that was given last, else the `first`, which the run was made with."""
    try:
        with (folder / LABEL).open("rb") as file:
            found = loads(file.read(_LONGEST))
    except (OSError, JSONError):
        return clean(first)
    given = found.get("label") if isinstance(found, dict) else None
    return clean(given if isinstance(given, str) else first)


def write_label(folder: Path, text: str) -> str:
    """Give a run this name, cleaned; returns it. Raises DiskFull or DiskError, and the old name stays."""
    label = clean(text)
    write_file(folder / LABEL, dumps({"label": label}).encode(), durable=False)
    return label
