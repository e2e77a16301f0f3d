"""How the tests of the command line speak to it."""

from __future__ import annotations

import json
from typing import Any, NoReturn

import pytest

from engine.command import main

LEAST = ["--units", "3", "--embedding", "3", "--batch", "4", "--steps", "5", "--snapshots", "3"]
DIVERGING = [
    "--cell",
    "relu",
    "--task",
    "recall",
    "--optimiser",
    "sgd",
    "--learning-rate",
    "10",
    "--clip",
    "none",
    "--gap",
    "5",
]


def spoken(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> Any:
    """The one JSON value on stdout."""
    assert main([*arguments, "--json"]) == status
    return json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 2) -> str:
    """The one sentence on stderr, when there is nothing else."""
    assert main(list(arguments)) == status
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith(".\n") and said.err.count("\n") == 1
    return said.err


def not_reached(*_: object) -> NoReturn:
    raise AssertionError("it trained before it looked")
