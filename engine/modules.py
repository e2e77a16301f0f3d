"""The store's folder of modules: <store>/modules/<id>.safetensors, one file each, never changed.

An id is a digest of the file, so that the same module brought twice is there once, and a file that
was damaged is found out when it is read.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from engine.arrayfile import MAX_FILE
from engine.disk import trouble, write_file
from engine.modulefile import from_bytes, name_of, to_bytes
from engine.plainmodule import Module, ModuleError
from engine.rundir import StoreError
from engine.store import Store

MODULE_ID = re.compile(r"module-[a-z2-7]{20}")


def is_module(name: str) -> bool:
    """Whether a name is the id of a module, by its form alone; ids of runs and shipped names never are."""
    return isinstance(name, str) and MODULE_ID.fullmatch(name) is not None


def add(store: Store, module: Module) -> str:
    """Keep a module and return its id; one that is there already is left as it is.

    Raises ModuleError when it is too large for a file, DiskError when the disk refuses.
    """
    data = to_bytes(module)
    path = _path(store, name_of(data))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        there = path.read_bytes() == data if path.exists() else False
    except OSError as error:
        raise trouble(error, "the module") from error
    if not there:
        write_file(path, data)
    return path.stem


def load(store: Store, name: str) -> Module:
    """A module by its id. Raises StoreError in one sentence."""
    path = _path(store, name)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except FileNotFoundError:
        raise StoreError(f"There is no module {name}.") from None
    except OSError as error:
        raise StoreError(f"The module {name} cannot be read: {error.strerror}.") from None
    if name_of(data) != name:
        raise StoreError(f"The module {name} cannot be read: its file has been changed or damaged.")
    try:
        return from_bytes(data, name)
    except ModuleError as error:
        raise StoreError(str(error)) from None


def names(store: Store) -> list[str]:
    """The ids of all modules, those brought last first. Raises StoreError."""
    found = []
    try:
        for path in (store.root / "modules").glob("module-*.safetensors"):
            with suppress(FileNotFoundError):
                if is_module(path.stem):
                    found.append((path.stat().st_mtime_ns, path.stem))
    except OSError as error:
        raise StoreError(f"The modules cannot be read: {error.strerror}.") from None
    return [name for _, name in sorted(found, reverse=True)]


def remove(store: Store, name: str) -> None:
    """Delete a module. Raises StoreError or DiskError."""
    path = _path(store, name)
    try:
        os.unlink(path)
    except FileNotFoundError:
        raise StoreError(f"There is no module {name}.") from None
    except OSError as error:
        raise trouble(error, name) from error


def _path(store: Store, name: str) -> Path:
    if not is_module(name):
        raise StoreError("This is not the id of a module.")
    return store.root / "modules" / f"{name}.safetensors"
