"""The page: reads recordings and draws them. It holds no torch; nets are asked through `explorer.jobs`.

In reading order: `app` (the server), `main` (the pages), `theme` (colours), `address` (choices <->
link), `controls`, `cache`, `jobs` (the workers), `charts`, `components`, `views`, `export`; `opencommand` and
`notebook` bring a person's own module in.

`explorer.show(module, inputs)`, `explorer.figures` and `explorer.export` are imported when they are first used: importing
`explorer` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from explorer import export, figures
    from explorer.notebook import show

__all__ = ["export", "figures", "show"]


def __getattr__(name: str) -> Any:
    if name == "show":  # no module of ours is called so: it would take the function's place
        return import_module("explorer.notebook").show
    if name in ("export", "figures"):
        return import_module(f"explorer.{name}")
    raise AttributeError(f"explorer has no {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return __all__
