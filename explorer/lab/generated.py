"""The form of an experiment, made from the fields and the registries: no field is named here twice.

A new field of a task, of the network or of the training appears by itself, with its words, its limits and its
default. What a person left alone is, in this order: the task's suggestion, the cell's, the field's default.
Pure: no page, no net.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from engine.attention import ATTENTIONS
from engine.cells import CELLS
from engine.command.flags import NAMES, SECTIONS
from engine.experiment import Experiment, has_field
from engine.frozen import Frozen
from engine.readouts import READOUTS
from engine.starts import STARTS
from engine.tasks import TASKS
from engine.tasks.translation import Translation

Name = tuple[str, str]
"""A section of the experiment ("task", "network", "training", or "" for its own fields) and a field in it."""
Kind = Literal["choice", "switch", "number", "text"]

TASK: Name = ("task", "name")
CELL: Name = ("network", "cell")
START: Name = ("network", "start")
SEED: Name = ("", "seed")
CHOSEN_APART = (TASK, CELL, SEED)
"""Fields that are chosen once for several nets, or several times at once: they have places of their own."""
_LABELLED: dict[Name, Mapping[str, Any]] = {
    CELL: CELLS,
    ("network", "readout"): READOUTS,
    ("network", "attention"): ATTENTIONS,
    ("network", "decoder"): CELLS,
}
"""Fields whose values have a label."""
_ENDS = ("ge", "le", "gt")
LARGEST = 2**53 - 1
"""The largest whole number that a browser can hold."""
RECOMMENDED = {"lstm": "chrono"}
"""The start that the shipped nets have where it is not PyTorch's."""


@dataclass(frozen=True)
class Field:
    """What a widget needs to know of a field. `low` and `high` may be taken; `above` may not."""

    name: Name
    kind: Kind
    label: str
    default: Any
    help: str = ""
    empty: str = ""
    """What it means to leave it empty; "" where it must be filled."""
    whole: bool = True
    low: float | None = None
    high: float | None = None
    above: float | None = None
    options: tuple[str, ...] = ()

    @property
    def step(self) -> float:
        """What the + of a number adds: 1, or one unit of the default's leading digit."""
        if self.whole:
            return 1
        size = abs(self.default or 1.0)
        return float(10.0 ** math.floor(math.log10(size) - 1e-9)) if size < 1 else 0.1


def fields(task: str) -> dict[str, tuple[Field, ...]]:
    """The fields by section, for one task; without those that are CHOSEN_APART."""
    models: dict[str, type[Frozen]] = {"task": TASKS[task], **SECTIONS}
    return {
        section: tuple(
            described((section, name), field)
            for name, field in model.model_fields.items()
            if (section, name) not in CHOSEN_APART
            and (section != "network" or has_field(TASKS[task], name))
        )
        for section, model in models.items()
    }


def described(name: Name, field: FieldInfo) -> Field:
    """A field of pydantic's as a Field."""
    kinds, limits = _taken_apart(field.annotation, field.metadata)
    words, _, empty = (field.description or name[1].replace("_", " ")).partition("; empty: ")
    values = tuple(NAMES.get(name, ())) or tuple(kind for kind in kinds if isinstance(kind, str))
    kind: Kind = "text"
    if values:
        kind = "choice"
    elif bool in kinds:
        kind = "switch"
    elif int in kinds or float in kinds:
        kind = "number"
    optional = NoneType in kinds
    return Field(
        name,
        kind,
        words
        if words[1:2] == " "
        else words[:1].upper() + words[1:],  # "b of …": a letter of an equation
        field.get_default(call_default_factory=True, validated_data={}),
        help=_help(name, kind, limits),
        empty=(empty or "none") if optional else "",
        whole=float not in kinds,
        low=limits.get("ge"),
        high=limits.get("le"),
        above=limits.get("gt"),
        options=values,
    )


def words_of(field: Name, value: str) -> str:
    """A value of a choice as a person reads it."""
    if field == START and value in STARTS:
        return STARTS[value].words
    known: Mapping[str, Any] = _LABELLED.get(field, {})
    return str(known[value].label) if value in known else value


def options(field: Field, cells: Sequence[str]) -> tuple[str, ...]:
    """The values that a choice has for these cells: a start must fit every one of them."""
    if field.name != START:
        return field.options
    return tuple(name for name in field.options if set(cells) <= set(STARTS[name].cells))


def suggested(task: str, cell: str) -> dict[Name, Any]:
    """The value of every field for this task and cell where a person says nothing."""
    values = {field.name: field.default for group in fields(task).values() for field in group}
    values |= {("training", "learning_rate"): CELLS[cell].learning_rate}
    if not issubclass(TASKS[task], Translation):  # whose sources are short
        values |= {START: RECOMMENDED.get(cell, "default")}
    for section, of in TASKS[task].suggested.items():
        values |= {(section, name): value for name, value in of.items()}
    return {name: value for name, value in values.items() if name not in CHOSEN_APART}


def common(task: str, cells: Sequence[str]) -> dict[Name, Any]:
    """What is suggested for all of these cells alike; a field where they part is not in it."""
    each = [suggested(task, cell) for cell in cells] or [suggested(task, next(iter(CELLS)))]
    return {name: value for name, value in each[0].items() if all(of[name] == value for of in each)}


def apart(task: str, cells: Sequence[str], field: Field) -> str:
    """In words what each cell gets where they part: "RNN 0.01, LSTM 0.02"."""
    pairs = [(CELLS[cell].label, suggested(task, cell)[field.name]) for cell in cells]
    if field.kind == "choice":
        pairs = [(cell, words_of(field.name, value).partition(" (")[0]) for cell, value in pairs]
    values = {value for _, value in pairs}
    alike = {value: ", ".join(cell for cell, own in pairs if own == value) for value in values}
    order = sorted(values, key=[value for _, value in pairs].index)
    return " · ".join(f"{alike[value]}: {value}" for value in order)


def values_of(experiment: Experiment) -> dict[Name, Any]:
    """Every field of an experiment: what fills a form to change it."""
    found: dict[Name, Any] = {}
    for group in fields(experiment.task.name).values():
        for field in group:
            found[field.name] = getattr(getattr(experiment, field.name[0]), field.name[1])
    return found


def assembled(task: str, cell: str, seed: int, touched: Mapping[Name, Any]) -> Experiment:
    """The experiment of a cell: what was touched, and elsewhere what is suggested. Raises ValidationError."""
    values = suggested(task, cell)
    values |= {name: value for name, value in touched.items() if name in values}
    data: dict[str, Any] = {
        "task": {"name": task},
        "network": {"cell": cell},
        "training": {},
        "seed": seed,
    }
    for (section, name), value in values.items():
        data[section][name] = value
    return Experiment.model_validate(data)


def _taken_apart(annotation: Any, metadata: Sequence[Any]) -> tuple[list[Any], dict[str, float]]:
    """The types (or literal values) of an annotation in their order, and the limits that it and its metadata name."""
    if get_origin(annotation) is Annotated:
        metadata = [*annotation.__metadata__, *metadata]
        annotation = annotation.__origin__
    kinds: list[Any] = []
    limits: dict[str, float] = {}
    for part in get_args(annotation):
        inner, its = ([part], {}) if isinstance(part, str) else _taken_apart(part, ())
        kinds += inner
        limits |= its
    for one in metadata:
        for limit in one.metadata if isinstance(one, FieldInfo) else [one]:
            limits |= {end: getattr(limit, end) for end in _ENDS if hasattr(limit, end)}
    return kinds or [annotation], limits


def _help(name: Name, kind: Kind, limits: Mapping[str, float]) -> str:
    """Where the field stands in a message or a file, and what it may be."""
    said = ".".join(part for part in name if part)
    if kind != "number":
        return said
    low = (
        f"above {limits['gt']:g}"
        if "gt" in limits
        else f"from {limits['ge']:g}"
        if "ge" in limits
        else ""
    )
    high = f"to {limits['le']:g}" if "le" in limits else ""
    span = " ".join(part for part in (low, high) if part)
    return f"{said}: {span}" if span else said
