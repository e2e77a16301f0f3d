"""A question to a module that somebody brought: the same analyses, on its own inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import torch

from engine import modules
from engine.modulenet import to_torch
from engine.questions import Question
from engine.store import Store

if TYPE_CHECKING:
    import xarray as xr

    from engine.opened import Inputs, Model


def answer_module(
    question: Question, store: Store, analysis: Callable[[Model, Inputs], xr.Dataset]
) -> xr.Dataset:
    """Ask the analysis of a module; the dataset has the coordinates of `engine.answering.answer`, but no periods.

    A module has one snapshot, called step 0. Raises ValueError in one sentence where the analysis needs a task.
    """
    if question.texts or question.drawn is not None:
        raise ValueError(
            "A module is asked about its own inputs: it has no task to read or draw any."
        )
    module = modules.load(store, question.run)
    dataset = analysis(to_torch(module), torch.from_numpy(module.inputs.copy()))
    dataset.attrs["run"] = question.run
    if "trial" not in dataset.dims:
        return dataset
    trials, time, _ = module.inputs.shape
    beside = {
        "word": np.array([module.wording(trial) for trial in range(trials)], str),
        "known": np.ones((trials, time), bool),
    }
    if dataset.sizes.get("time", time) == time:
        dataset = dataset.assign_coords(
            {name: (("trial", "time"), a) for name, a in beside.items()}
        )
    return dataset.assign_coords(length=("trial", np.full(trials, time)))
