"""What the parts of a training cost on one thread of a 2-core machine (float32), for the estimates. No torch."""

from __future__ import annotations

TRIALS = 240  # `engine.evaluation.TEST_TRIALS`, which cannot be asked without torch; a test compares the two
EACH_STEP = 0.6e-3  # seconds: drawing a batch, the optimiser, the records
EACH_PAIR_STEP = 1.2e-3  # seconds: the same for two nets and what is between them
CALL = {"rnn": 40e-6, "relu": 40e-6, "sigmoid": 75e-6, "lstm": 25e-6, "gru": 90e-6}
"""Seconds of a time step, forward and backward, that do not depend on its size; a new cell counts as the slowest."""
STEPPED = 0.35e-3  # seconds of a time step and layer in a test that writes word by word, whatever the size
VALUE = 5e-9  # seconds for each value of a block, of each trial and time step
MULTIPLIED = 6e-12  # seconds for a multiplication or an addition of the matrix products
SCORED = {"none": (0.0, 0.0), "dot": (6e-9, 2.5e-9), "scaled": (6e-9, 2.5e-9), "additive": (14e-9, 11e-9)}  # fmt: skip
"""Seconds for each trial, step of writing, symbol of the source and unit that a score is made of: in training, forward and backward,
and in a test, told and on its own. A new attention counts as the slowest."""
KEPT = {"none": 0, "dot": 3, "scaled": 3, "additive": 4}
"""Numbers that training holds for each of them, at the peak; a new attention counts as the largest."""
AT_ONCE = 2**24
"""How many of them a test holds at a time."""
