"""What is written down of every net that writes or classifies: its figures over the seeds, and the run that is shipped."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.compared import Compared
from engine.overseeds import solved_at
from engine.questions import weights_digest
from engine.run import Run
from engine.runfile import save
from engine.shapes import parameters
from engine.shipping_comparisons import thinned


def figures(net: Compared, runs: Sequence[Run]) -> dict[str, Any]:
    """What every net has: its experiment, its size, and by seed how it did."""
    ends = [run.result for run in runs]
    return {
        "experiment": net.experiment.model_dump(mode="json"),
        "parameters": parameters(net.experiment),
        "baseline": ends[0]["baseline"],
        "accuracies": [end["accuracy"] for end in ends],
        "by_condition": [end["by_condition"] for end in ends],
        "solved_at": [solved_at(run) for run in runs],
    }


def kept(net: Compared, run: Run, out: Path) -> dict[str, Any]:
    """Write the run that is shipped; which it is."""
    few = thinned(run, net.kept)
    save(few, out / "runs" / f"{net.name}.safetensors")
    return {"seed": run.experiment.seed, "weights": weights_digest(few)}


def short(share: float) -> float:
    """Four digits: single strings of 240 are 0.0042 apart."""
    return float(f"{share:.4g}")


def write_lines(path: Path, found: dict[str, Any]) -> None:
    """A line for every net or point, so that a change of one shows as one."""
    parts = []
    for name, of in found.items():
        if isinstance(of, list):
            lines = ",\n".join(json.dumps(one) for one in of)
            parts.append(f'"{name}": [\n{lines}\n]')
        else:
            lines = ",\n".join(f'"{one}": {json.dumps(value)}' for one, value in of.items())
            parts.append(f'"{name}": {{\n{lines}\n}}')
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n")
