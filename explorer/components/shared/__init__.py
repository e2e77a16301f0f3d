"""What the moving pictures have in common: words over columns, the scrubber through training, the bytes.

`js/` and `shared.css` are joined in front of a component's own files (an inline component has one
file only); `packing.py` and `data.py` are their Python side.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

_FOLDER = Path(__file__).parent

SCRIPTS = (
    "numbers.js",
    "colours.js",
    "elements.js",
    "canvas.js",
    "payload.js",
    "layout.js",
    "words.js",
    "scrubber.js",
    "position.js",
    "stage.js",
)


def script(constants: str, folder: Path, names: Sequence[str]) -> str:
    """One JavaScript module: constants, the shared files, `names` of a folder; each uses names above it.

    The last of `names` makes the class `View`, which component.js mounts.
    """
    parts = [_FOLDER / "js" / name for name in SCRIPTS]
    parts += [folder / name for name in names] + [_FOLDER / "js" / "component.js"]
    return "\n".join([constants, *(part.read_text(encoding="utf-8") for part in parts)])


def style(own: Path) -> str:
    """The shared style sheet and a component's own."""
    return "\n".join(path.read_text(encoding="utf-8") for path in (_FOLDER / "shared.css", own))
