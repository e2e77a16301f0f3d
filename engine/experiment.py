"""A choice is a value: task + network + training + seed, frozen, validated, hashable, JSON and back.

The limits live on the fields, so that pages, the command line and the file loader refuse the same
things with the same words.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import (
    BeforeValidator,
    Field,
    SerializeAsAny,
    ValidationError,
    field_validator,
    model_validator,
)

from engine.cells import CELLS
from engine.frozen import Frozen, sentence
from engine.starts import STARTS
from engine.tasks import TASKS, Task

__all__ = ["Experiment", "Network", "Training", "ValidationError", "sentence"]


def _known(what: str, names: dict[str, object] | dict, value: str) -> str:
    if value not in names:
        raise ValueError(f"no such {what}; choose one of {', '.join(names)}")
    return value


class Network(Frozen):
    """Embedding, recurrent layers, read-out."""

    cell: str = Field(default="lstm", description="cell")
    units: int = Field(default=32, ge=1, le=512, description="units per layer and direction")
    layers: int = Field(default=1, ge=1, le=4, description="layers")
    bidirectional: bool = Field(default=False, description="both directions")
    start: str = Field(default="default", description="how the recurrent weights begin")
    bias: float = Field(
        default=1.0, ge=-10, le=10, description="bias of the start, where it has one"
    )
    embedding: int = Field(default=32, ge=1, le=512, description="numbers per word")

    @field_validator("cell")
    @classmethod
    def _cell_known(cls, value: str) -> str:
        return _known("cell", CELLS, value)

    @field_validator("start")
    @classmethod
    def _start_known(cls, value: str) -> str:
        return _known("start", STARTS, value)

    @model_validator(mode="after")
    def _start_fits(self) -> Network:
        cells = STARTS[self.start].cells
        if self.cell not in cells:
            raise ValueError(
                f"network.start = {self.start!r} is for {', '.join(cells)}, not for {self.cell}"
            )
        return self


class Training(Frozen):
    """How the weights are changed, and how often they are kept."""

    optimiser: Literal["adam", "sgd", "rmsprop"] = Field(default="adam", description="optimiser")
    learning_rate: float = Field(default=0.02, gt=0, le=10, description="learning rate")
    clip: float | None = Field(
        default=1.0, gt=0, le=1e6, description="largest gradient norm; empty: no clipping"
    )
    batch: int = Field(default=64, ge=1, le=1024, description="trials per step")
    steps: int = Field(default=700, ge=1, le=100_000, description="training steps")
    snapshots: int = Field(default=40, ge=2, le=400, description="snapshots, log-spaced")
    window: int | None = Field(
        default=None,
        ge=1,
        le=2000,
        description="time steps between cuts of the gradient; empty: no cut",
        exclude_if=lambda value: value is None,  # so that what has no cut is written as before
    )


def _as_task(value: object) -> object:
    """A task from its name, or from a mapping that has one."""
    name = value.get("name", "fluent") if isinstance(value, dict) else value
    if not isinstance(name, str):
        return value
    if name not in TASKS:
        what = f"task.name = {name[:40]!r}: " if isinstance(value, dict) else ""
        raise ValueError(f"{what}no such task; choose one of {', '.join(TASKS)}")
    return TASKS[name].model_validate({"name": name} if isinstance(value, str) else value)


class Experiment(Frozen):
    """Everything that decides a training, to the last bit."""

    task: Annotated[SerializeAsAny[Task], BeforeValidator(_as_task)] = Field(
        default_factory=TASKS["fluent"], description="task"
    )
    network: Network = Field(default_factory=Network)
    training: Training = Field(default_factory=Training)
    seed: int = Field(default=0, ge=0, le=2**63 - 1, description="seed")

    @model_validator(mode="after")
    def _one_way_to_cut(self) -> Experiment:
        if self.training.window is not None and self.network.bidirectional:
            raise ValueError(
                f"training.window = {self.training.window} needs a net that reads one way, "
                "and network.bidirectional is on"
            )
        return self
