"""Attention, in teaching order. To add one: a file with an `Attention`, a line here; the contract tests do the rest."""

from __future__ import annotations

from engine.attention.additive import Additive
from engine.attention.contract import Attention, weigh
from engine.attention.dot import Dot
from engine.attention.scaled import Scaled

ATTENTIONS: dict[str, Attention] = {
    "dot": Dot(),
    "additive": Additive(),
    "scaled": Scaled(),
}

__all__ = ["ATTENTIONS", "Attention", "weigh"]
