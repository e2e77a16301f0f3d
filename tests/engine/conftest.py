"""What the tests of the command line share: a wide terminal and a run file."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.command import main
from tests.engine.commands import LEAST


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which no table is folded."""
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run file of a net that fills in sentences, hardly trained."""
    path = tmp_path_factory.mktemp("runs") / "fluent.safetensors"
    chosen = ["--gap", "6", "--cell", "lstm", "--start", "chrono"]
    assert main(["train", *chosen, *LEAST, "--out", str(path)]) == 0
    return path
