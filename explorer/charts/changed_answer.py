"""The answer before and after a change: the probabilities of the answers that matter, side by side."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import altair as alt
import numpy as np

from explorer import theme
from explorer.charts.nets import rows_of
from explorer.charts.pick import at
from explorer.charts.words import percent

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = "Grey is the answer of the net as it is, orange with the change; only the likeliest answers of both are shown."
SHOWN = 5
SIDES = ("as it is", "changed")


@dataclass(frozen=True)
class Answered:
    """What a net says at the last asked step: its likeliest answer, that one's probability, the margin of the right one
    (nats; NaN where nothing is asked), and all probabilities (none where the answer is a number)."""

    answer: str
    probability: float
    margin: float
    shares: dict[str, float]

    @property
    def asked(self) -> bool:
        """Whether anything is asked, so that there is a margin."""
        return math.isfinite(self.margin)

    @property
    def share(self) -> str:
        """The probability in words; empty for a number."""
        return percent(self.probability) if self.shares else ""

    @property
    def nats(self) -> str:
        """The margin in words."""
        return f"{self.margin:.1f}".replace("-", "\N{MINUS SIGN}")


def answered(recording: xr.Dataset, *, step: int | None = None, trial: int = 0) -> Answered:
    """The answer in a recording; of a net that answers with a number that number, without probabilities.

    Raises ValueError for a net without a task: it has no answers.
    """
    found = at(recording, step=step, trial=trial)
    if "answer" not in found["output"].dims:
        raise ValueError("This net came without a task, and so without answers.")
    margins = np.asarray(found["margin"]) if "margin" in found else np.array([np.nan])
    asked = np.flatnonzero(np.isfinite(margins))
    last = int(asked[-1]) if len(asked) else found.sizes["time"] - 1
    logits = found["output"].transpose("time", "answer").values[last].astype(np.float64)
    if "answer" not in found.coords or len(logits) < 2:
        return Answered(f"{logits[0]:.3g}", float("nan"), float("nan"), {})
    powers = np.exp(logits - logits.max())
    shares = dict(zip(map(str, found["answer"].values), powers / powers.sum(), strict=True))
    top = max(shares, key=lambda name: shares[name])
    margin = float(margins[last]) if len(asked) else float("nan")
    return Answered(top, float(shares[top]), margin, {k: float(v) for k, v in shares.items()})


def changed_answer(
    recording: xr.Dataset,
    edited: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    mode: theme.Mode = "light",
    title: str = "What does it answer?",
) -> alt.LayerChart:
    """Probabilities at the last asked step, before and after; two recordings of the same net and inputs."""
    sides = [answered(found, step=step, trial=trial) for found in (recording, edited)]
    if not sides[0].shares:
        raise ValueError("This net answers with a number, which has no probabilities.")
    likely = sorted(sides[0].shares, key=lambda name: -max(side.shares[name] for side in sides))
    records = [
        {
            "answer": name,
            "side": side,
            "probability": said.shares[name],
            "says": percent(said.shares[name]),
        }
        for name in likely[:SHOWN]
        for side, said in zip(SIDES, sides, strict=True)
    ]
    orange = theme.css(theme.SIGNED_STOPS["light"])[-4]
    base = alt.Chart(rows_of(records)).encode(
        x=alt.X(
            "probability:Q",
            axis=alt.Axis(format=".0%", values=[0, 0.5, 1]),
            scale=alt.Scale(domain=[0, 1], nice=False),
        ),
        y=alt.Y(
            "answer:N",
            sort=likely,
            title=None,
            axis=alt.Axis(labelLimit=200, labelOverlap=False, labelFlush=False, ticks=False),
        ),
        yOffset=alt.YOffset("side:N", sort=list(SIDES), scale=alt.Scale(paddingInner=0.1)),
        color=alt.Color(
            "side:N",
            scale=alt.Scale(domain=list(SIDES), range=[theme.INK[mode].quiet, orange]),
            legend=alt.Legend(title=None, orient="top", offset=4),
        ),
        tooltip=["answer:N", "side:N", alt.Tooltip("probability:Q", format=".1%")],
    )
    text = base.mark_text(align="left", dx=4, tooltip=None).encode(text="says:N")
    return alt.LayerChart(layer=[base.mark_bar(), text], title=title, height=330)
