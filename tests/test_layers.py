"""Who may import whom: walks every import of the repository, and fails when one points the wrong way.

    views -> controls, cache, jobs, address, picture, charts, components, export, lessons, theme
    picture -> components; charts, components, export -> theme; jobs -> asking, trainings -> workers
    explorer -> engine's modules without torch; engine -> never explorer, nothing that draws

Imports inside functions count as well. What a module *loads* follows module-level imports only, since
a function's import costs nothing before it is called.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]

MAY: dict[str, set[str]] = {
    "explorer": {"explorer.figures", "explorer.notebook"},
    "explorer.__main__": {
        "explorer",
        "explorer.app",
        "explorer.firstpaint",
        "explorer.figurecommand",
        "explorer.opencommand",
    },
    "explorer.opencommand": {"explorer", "explorer.__main__", "explorer.address"},
    "explorer.attached": {"explorer.__main__", "explorer.server"},
    "explorer.notebook": {"explorer", "explorer.address"},
    "explorer.app": {"explorer.server"},
    "explorer.main": {"explorer.firstpaint", "explorer.views"},
    "explorer.server": {"explorer.firstpaint", "explorer.preload"},
    "explorer.firstpaint": set(),
    "explorer.preload": set(),
    "explorer.theme": set(),
    "explorer.address": set(),
    "explorer.lessons": set(),
    "explorer.fit": {"explorer.theme"},
    "explorer.export": {"explorer.theme", "explorer.fit"},
    "explorer.charts": {"explorer.theme"},
    "explorer.figures": {"explorer.theme", "explorer.charts"},
    "explorer.components": {"explorer.theme"},
    "explorer.workers": {"explorer"},
    "explorer.asking": {"explorer.workers"},
    "explorer.trainings": {"explorer.workers"},
    "explorer.jobs": {"explorer", "explorer.asking", "explorer.trainings", "explorer.workers"},
    "explorer.picture": {"explorer.theme", "explorer.components", "explorer.export"},
    "explorer.formula": {"explorer.theme"},
    "explorer.attention": {"explorer.charts", "explorer.formula", "explorer.picture"},
    "explorer.films": {
        "explorer.charts",
        "explorer.compare",
        "explorer.components",
        "explorer.picture",
        "explorer.theme",
        "explorer.attention",
    },
    "explorer.second_act": {"explorer.charts", "explorer.picture"},
    "explorer.wordlink": set(),
    "explorer.compare": {"explorer.picture"},
    "explorer.editlink": set(),
    "explorer.editwords": set(),
    "explorer.lab": {"explorer.jobs", "explorer.lessons", "explorer.picture"},
    "explorer.cache": {"explorer", "explorer.jobs", "explorer.picture"},
    "explorer.collection": {"explorer.export", "explorer.theme"},
    "explorer.figureinput": {
        "explorer.attention",
        "explorer.charts",
        "explorer.compare",
        "explorer.picture",
    },
    "explorer.figurecommand": {
        "explorer.attention",
        "explorer.charts",
        "explorer.editlink",
        "explorer.export",
        "explorer.figureinput",
        "explorer.picture",
        "explorer.theme",
    },
    "explorer.controls": {
        "explorer.collection",
        "explorer.components",
        "explorer.address",
        "explorer.cache",
        "explorer.export",
        "explorer.lessons",
        "explorer.theme",
    },
    "explorer.views": {
        "explorer",
        "explorer.collection",
        "explorer.lab",
        "explorer.address",
        "explorer.cache",
        "explorer.charts",
        "explorer.components",
        "explorer.controls",
        "explorer.editlink",
        "explorer.editwords",
        "explorer.export",
        "explorer.firstpaint",
        "explorer.jobs",
        "explorer.lessons",
        "explorer.picture",
        "explorer.theme",
        "explorer.compare",
        "explorer.films",
        "explorer.attention",
        "explorer.second_act",
        "explorer.formula",
        "explorer.wordlink",
    },
}
"""Room -> the rooms of explorer that it may enter beside itself. A new room needs a line here."""

STREAMLIT = {"app", "main", "cache", "collection", "controls", "components", "views"}
"""Rooms that say `st.` (a component is mounted by it; `app` is made of it)."""

NO_ENGINE = {
    "theme",
    "address",
    "export",
    "fit",
    "lessons",
    "components",
    "server",
    "app",
    "main",
}
PICTURES = ("streamlit", "altair", "plotly", "vl_convert", "starlette", "explorer")
CHARTS_SEE_OF_ENGINE = ("engine.cells",)
"""The table of signals, for labels and ranges; everything else comes to a chart in its recording."""

TORCH_FREE = ("experiment", "cells", "tasks", "run", "runfile", "store", "recordings")
"""Modules of engine that the page lives on."""


class Import(NamedTuple):
    """One import: where it stands, and the module (or module.name) that it asks for."""

    file: Path
    line: int
    module: str
    loads: bool

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line} imports {self.module}"


def name_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {
    name_of(f): f for top in ("engine", "explorer") for f in sorted((ROOT / top).rglob("*.py"))
}


def only_for_types(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def statements(tree: ast.AST, at_import: bool = True) -> Iterator[tuple[ast.AST, bool]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.stmt) and only_for_types(node):
            continue
        inside = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        yield node, at_import
        yield from statements(node, at_import and not inside)


@cache
def imports_of(module: str) -> tuple[Import, ...]:
    file = FILES[module]
    return tuple(imports_in(module, file, file.read_text(encoding="utf-8")))


def imports_in(module: str, file: Path, source: str) -> list[Import]:
    found: list[Import] = []
    for node, loads in statements(ast.parse(source, str(file))):
        if isinstance(node, ast.Import):
            found += [Import(file, node.lineno, alias.name, loads) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module.split(".")
                if file.name != "__init__.py":
                    package = package[:-1]
                base = ".".join([*package[: len(package) - node.level + 1], *filter(None, [base])])
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                found.append(Import(file, node.lineno, whole if whole in FILES else base, loads))
                if base == "engine" and whole not in FILES and alias.name != "*":
                    found.append(Import(file, node.lineno, f"engine:{alias.name}", loads))
        elif (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) in ("import_module", "importlib.import_module", "__import__")
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            found.append(Import(file, node.lineno, str(node.args[0].value), loads))
    return found


def packages(module: str) -> list[str]:
    """The module and the packages around it: importing it runs them all."""
    parts = module.split(".")
    return [".".join(parts[:n]) for n in range(1, len(parts) + 1)]


@cache
def loaded(module: str) -> frozenset[str]:
    """All that is imported when a module is, by its own files: our modules and the names of others."""
    seen: set[str] = set()
    waiting = packages(module)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in FILES:
            for one in imports_of(name):
                if one.loads and ":" not in one.module:
                    waiting += packages(one.module)
    return frozenset(seen)


def room(module: str) -> str:
    return ".".join(module.split(".")[:2])


def top(module: str) -> str:
    return module.split(".")[0].split(":")[0]


OURS = [(module, one) for module in FILES for one in imports_of(module)]


def faults(wrong: Iterator[Import]) -> str:
    return "\n".join(dict.fromkeys(map(str, wrong)))


def test_every_room_has_its_line() -> None:
    assert {room(module) for module in FILES if top(module) == "explorer"} <= set(MAY)


def test_the_rooms_of_explorer_are_entered_from_above() -> None:
    assert not faults(
        one
        for module, one in OURS
        if top(module) == top(one.module) == "explorer"
        and room(one.module) not in MAY.get(room(module), set()) | {room(module)}
    )


def test_only_some_rooms_say_st() -> None:
    assert not faults(
        one
        for module, one in OURS
        if top(one.module) == "streamlit" and module.split(".")[1:2] not in [[r] for r in STREAMLIT]
    )


def test_engine_knows_nothing_that_draws() -> None:
    assert not faults(
        one for module, one in OURS if top(module) == "engine" and top(one.module) in PICTURES
    )


def test_explorer_enters_only_the_part_of_engine_without_torch() -> None:
    def wrong() -> Iterator[Import]:
        for module, one in OURS:
            if top(module) != "explorer" or top(one.module) not in ("engine", "torch"):
                continue
            inner = room(module).removeprefix("explorer").lstrip(".")
            forbidden = inner in NO_ENGINE or one.module == "torch" or ":" in one.module
            if inner == "charts":
                forbidden |= not one.module.startswith(CHARTS_SEE_OF_ENGINE)
            if forbidden or "torch" in {top(name) for name in loaded(one.module)}:
                yield one

    assert not faults(wrong())


@pytest.mark.parametrize("name", TORCH_FREE)
def test_what_the_page_lives_on_loads_no_torch(name: str) -> None:
    names = loaded(f"engine.{name}")
    assert f"engine.{name}" in FILES
    assert "torch" not in {top(each) for each in names}


def test_nothing_of_the_page_loads_torch_when_it_is_really_imported() -> None:
    """The witness of the walk above: an interpreter that imports it all."""
    pages = [
        m
        for m in FILES
        if top(m) == "explorer" and not m.startswith(("explorer.views", "explorer.main"))
    ]
    free = [f"engine.{name}" for name in TORCH_FREE]
    code = (
        "import importlib, sys\n"
        f"for name in {[m for m in pages if not m.endswith('__main__')] + free!r}:\n"
        "    importlib.import_module(name)\n"
        "    assert 'torch' not in sys.modules, name\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_walk_sees_every_kind_of_import() -> None:
    source = """
from __future__ import annotations
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import torch
import importlib
from ..theme import CELLS
from .. import theme
importlib.import_module("engine.trainer")
def function():
    import explorer.jobs
    from engine import train
"""
    where = ROOT / "explorer" / "views" / "planted.py"
    found = {(i.module, i.loads) for i in imports_in("explorer.views.planted", where, source)}
    assert {
        ("explorer.theme", True),
        ("engine.trainer", True),
        ("explorer.jobs", False),
        ("engine:train", False),
    } <= found
    assert "torch" not in {module for module, _ in found}
