"""The base of every choice: a frozen, validated, hashable value that goes to JSON and back."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, ValidationError


class Frozen(BaseModel):
    """A value. Unknown fields are refused, and so are NaN and infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def sentence(error: ValidationError) -> str:
    """Say what is wrong in one sentence: the field, the value and the limit."""
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"]) or "the experiment"
    why = first["msg"].removeprefix("Value error, ")
    if first["type"] == "value_error" and isinstance(first["input"], dict):
        return f"{why}."  # a rule about several fields names them itself
    if first["type"] == "missing":
        return f"{field} is missing."
    value = repr(first["input"])
    shown = value if len(value) <= 60 else value[:57] + "…"
    return f"{field} = {shown}: {why[:1].lower()}{why[1:]}."
