"""The net of an experiment at its start: one that answers step by step, or one that reads and then writes."""

from __future__ import annotations

import torch

from engine import encoder_decoder, network
from engine.encoder_decoder import EncoderDecoder
from engine.experiment import Experiment
from engine.network import Net
from engine.tasks.translation import Translation


def build(experiment: Experiment, generator: torch.Generator) -> Net | EncoderDecoder:
    """A net at its start. Every number comes from ``generator``; global random state is left alone."""
    home = encoder_decoder if isinstance(experiment.task, Translation) else network
    return home.build(experiment, generator)
