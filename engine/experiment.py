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

from engine.attention import ATTENTIONS
from engine.cells import CELLS
from engine.frozen import Frozen, sentence
from engine.readouts import READOUTS
from engine.starts import STARTS
from engine.tasks import TASKS, Task
from engine.tasks.translation import Translation

__all__ = ["Experiment", "Network", "Training", "ValidationError", "sentence"]


WITHOUT = "none"
"""The name of no attention."""
SAME = "same"
"""A decoder of the encoder's cell."""
OF_WRITING = ("attention", "decoder", "vector")
"""Fields of the network that only an encoder–decoder has."""
OF_READING = ("readout",)
"""Fields of the network that an encoder–decoder does not have."""


def has_field(task: type[Task], field: str) -> bool:
    """Whether a net for this task has a field of the network."""
    return field not in (OF_READING if issubclass(task, Translation) else OF_WRITING)


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
    readout: str = Field(
        default="state",
        description="how the answer is read from the states",
        exclude_if=lambda value: (
            value == "state"
        ),  # so that what reads its own state is written as before
    )
    attention: str = Field(
        default=WITHOUT,
        description="attention of the decoder to the source",
        exclude_if=lambda value: value == WITHOUT,  # so that what has none is written as before
    )
    decoder: str = Field(
        default=SAME,
        description="cell of the decoder",
        exclude_if=lambda value: value == SAME,
    )
    vector: int | None = Field(
        default=None,
        ge=1,
        le=2048,
        description="numbers in the one vector between encoder and decoder; empty: as the decoder's units",
        exclude_if=lambda value: value is None,
    )

    @field_validator("cell")
    @classmethod
    def _cell_known(cls, value: str) -> str:
        return _known("cell", CELLS, value)

    @field_validator("attention")
    @classmethod
    def _attention_known(cls, value: str) -> str:
        return _known("attention", {WITHOUT: None, **ATTENTIONS}, value)

    @field_validator("decoder")
    @classmethod
    def _decoder_known(cls, value: str) -> str:
        return _known("cell", {SAME: None, **CELLS}, value)

    @property
    def width(self) -> int:
        """Numbers in a state of a layer: the units of all its directions side by side."""
        return self.units * (2 if self.bidirectional else 1)

    @property
    def vector_size(self) -> int:
        """Numbers in the one vector between encoder and decoder: as chosen, or as many as the decoder has units."""
        return self.vector or self.width

    @property
    def decoder_cell(self) -> str:
        """The cell of the decoder, where there is one."""
        return self.cell if self.decoder == SAME else self.decoder

    @field_validator("readout")
    @classmethod
    def _readout_known(cls, value: str) -> str:
        return _known("read-out", READOUTS, value)

    @field_validator("start")
    @classmethod
    def _start_known(cls, value: str) -> str:
        return _known("start", STARTS, value)

    @model_validator(mode="after")
    def _start_fits(self) -> Network:
        cells = STARTS[self.start].cells
        for cell in (self.cell, self.decoder_cell):
            if cell not in cells:
                raise ValueError(
                    f"network.start = {self.start!r} is for {', '.join(cells)}, not for {cell}"
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

    @model_validator(mode="after")
    def _of_one_kind(self) -> Experiment:
        """What only an encoder–decoder has is refused elsewhere, and what it cannot have is refused there."""
        task, network = self.task, self.network
        writes = isinstance(task, Translation)
        if writes and self.training.window is not None:
            raise ValueError(
                f"training.window = {self.training.window} is not for the task {task.name}: "
                "its gradient goes back from the decoder into the encoder"
            )
        for name, field in Network.model_fields.items():
            value = getattr(network, name)
            if value != field.default and not has_field(type(task), name):
                why = (
                    f"is not for the task {task.name}, whose words are written from the decoder's states"
                    if writes
                    else f"needs a task that writes, and {task.name} does not"
                )
                raise ValueError(f"network.{name} = {value!r} {why}")
        return self
