"""The first page's rows, standing still: one sentence, one strip of coloured cells for each net.

Everything lies in one panel, measured in font sizes (see `sheet`). An export stretches the panel
until it fills its place, and the texts keep their size.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from explorer import theme
from explorer.charts.cells import cue_cells, strips
from explorer.charts.nets import looked_up, one_of, rows_of
from explorer.charts.sheet import LINE, Sheet, answered, headers, newest, sheet, swapped

if TYPE_CHECKING:
    from explorer.components.rows.data import RowsData

HOW_TO_READ = (
    "Bright: a change at this word still moves the answer. "
    "The scale is logarithmic and the same for every row."
)
# Left of the place and above it, in sizes of the point, which grow with the text.
RIGHT, WRONG = "M-2.9,-1.7L-2,-0.7L-0.2,-2.8", "M-2.6,-2.7L-0.6,-0.7M-2.6,-0.7L-0.6,-2.7"
GUESSED = "".join(
    f"M-2.8,{y}C-2.3,{y - 0.9},-1.9,{y - 0.9},-1.5,{y - 0.4}C-1.1,{y},-0.7,{y},-0.2,{y - 0.6}"
    for y in (-1.7, -0.7)
)
BEFORE_SWAP = 0.57
"""Where the answer to the sentence as written ends, beside the one to the swapped sentence."""


def rows_still(
    data: RowsData,
    step: int | None = None,
    *,
    measure: str | None = None,
    title: str = "Which words still move the answer?",
) -> alt.LayerChart:
    """The rows at one training step (None: the last): each net's newest snapshot up to it.

    Colour is the measure (None: the first one) on a fixed log scale, 1 … 1e-8, the same for all rows;
    less is hatched, NaN stays blank. The number at the cue is written out. At the right stands the
    top answer, after an arrow the one to the swapped sentence.
    """
    at = max((row.steps[-1] for row in data.rows), default=0) if step is None else step
    shown = next(m for m in data.measures if measure in (None, m.key))
    cells: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    for row in data.rows:
        index = newest(row, at)
        answers += answered(data, row, index, at)
        nothing = np.full(len(data.tokens), np.nan)
        values = nothing if index is None else np.asarray(row.measures[shown.key])[index]
        for position, (token, value) in enumerate(zip(data.tokens, values, strict=True)):
            cell = {"row": row.key, "net": row.label, "step": at, "position": position}
            cells.append({**cell, "word": token.word, shown.key: float(value)})
    places = sheet(data)
    base = _placed(cells, places)
    less = any(cell[shown.key] < theme.REACH_FLOOR for cell in cells)
    # This layer draws nothing: it says once what the panel measures, and that it has no axes.
    empty = base.mark_point(opacity=0, tooltip=None).encode(
        alt.X("x0:Q", scale=alt.Scale(domain=[0, places.width], nice=False), axis=None),
        alt.Y("top:Q", scale=alt.Scale(domain=[places.height, 0], nice=False), axis=None),
    )
    layers = [empty, *strips(base, shown, less, data.cue, places), *_texts(base, data, places)]
    if data.cue is not None:
        numbers = {cell["row"]: cell[shown.key] for cell in cells if cell["position"] == data.cue}
        layers += cue_cells(base, data.cue, shown, numbers)
    if answers:
        layers += _answers(_placed(answers, places), data)
    width, height = round(20 * places.width), round(20 * places.height)
    return alt.LayerChart(layer=layers, title=title, width=width, height=height)


def _placed(records: list[dict[str, Any]], places: Sheet) -> alt.Chart:
    """The records with their edges on the sheet: of cells, and of the whole strip."""
    edges = [round(edge, 3) for edge in places.edges]
    base = alt.Chart(rows_of(records)).transform_calculate(top=looked_up("row", places.tops))
    return base.transform_calculate(
        x0=f"{edges}[datum.position]",
        x1=f"{edges}[datum.position + 1]",
        end=str(edges[-1]),
        bottom=f"datum.top + {places.strip}",
        middle=f"datum.top + {places.strip / 2}",
        above="datum.top - 0.1",
    )


def _texts(base: alt.Chart, data: RowsData, places: Sheet) -> list[alt.Chart]:
    """The sentence above all strips, and each net's name above its own."""
    spans = {span["start"]: span for span in headers(data, places)}
    by = {name: {s: span[name] for s, span in spans.items()} for name in ("at", "text", "room")}
    first = one_of("row", [row.key for row in data.rows[:1]])
    words = (
        base.transform_filter(f"{first} && {one_of('position', spans)}")
        .transform_calculate(
            at=looked_up("position", by["at"]),
            text=looked_up("position", by["text"]),
            line=f"datum.top - {0.95 * LINE}",
        )
        .encode(x="at:Q", y="line:Q", text="text:N")
    )
    room = alt.ExprRef(f"{looked_up('position', by['room'])} * item.mark.group.width")
    cue = f"datum.position == {-1 if data.cue is None else data.cue}"
    hues = looked_up("row", {row.key: row.color for row in data.rows})
    free = alt.ExprRef(f"{0.6 if data.swap is None else 0.29} * item.mark.group.width")
    cue_word = words.transform_filter(cue).mark_text(
        baseline="bottom", fontWeight="bold", tooltip=None
    )
    swap = cue_word.transform_calculate(text=json.dumps(swapped(data)), line=f"datum.line - {LINE}")
    return [
        words.transform_filter(f"!({cue})").mark_text(baseline="bottom", limit=room, tooltip=None),
        cue_word,
        *([swap] if data.swap else []),
        base.transform_filter("datum.position == 0")
        .transform_calculate(hue=hues)
        .mark_text(align="left", baseline="bottom", limit=free, tooltip=None)
        .encode(x="x0:Q", y="above:Q", text="net:N", color=alt.Color("hue:N", scale=None)),
    ]


def _answers(base: alt.Chart, data: RowsData) -> list[alt.Chart]:
    """Top answers with their percent, and whether they are right: a drawn sign (✓, ✗, ≈ a right guess)."""
    first = 1.0 if data.swap is None else BEFORE_SWAP
    told = base.transform_calculate(
        at=f"datum.end * (datum.sentence == 'as written' ? {first} : 1)",
        told="(datum.sentence == 'as written' ? '' : '→ ') + datum.text",
        hue=looked_up("row", {row.key: row.color for row in data.rows}),
    ).encode(x="at:Q", y="above:Q")
    aside = alt.ExprRef("isValid(datum.right) ? -19 : 0")
    return [
        told.mark_text(align="right", baseline="bottom", dx=aside, tooltip=None).encode(
            text="told:N"
        ),
        *(
            told.transform_filter(f"isValid(datum.right) && {which}")
            .mark_point(
                shape=shape,
                filled=False,
                strokeWidth=2.5,
                opacity=1,
                tooltip=None,
            )
            .encode(color=alt.Color("hue:N", scale=None))
            for which, shape in (
                ("datum.right && !datum.guess", RIGHT),
                ("datum.guess", GUESSED),
                ("!datum.right", WRONG),
            )
        ),
    ]
