"""Any figure -> PNG, SVG, PDF, CSV: made in this process, without a browser, network or page.

A picture has a place (`theme.PAPER`): a 16:9 slide, half a slide, a paper column. The chart fills it
(`explorer.fit`), and a caption line (cell, task, start, seed, step) stands below, inside the picture.
Text is at least 18 pt on a slide. Units are points, 72 to the inch.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from explorer import theme
from explorer.fit import COMPOSED, LETTER, Drawing, drawing, specification, wrap

Kind = Literal["png", "svg", "pdf"]

DOTS_PER_INCH = 192.0
"""PNGs are drawn at 2×, twice 96 dots an inch: a slide has 2560 × 1440 of them."""

_LINE = 1.25  # distance of the caption's lines, in font sizes


def caption(
    *,
    cell: str | Iterable[str] = (),
    task: str = "",
    start: str | Iterable[str] = (),
    seed: int | str | None = None,
    step: int | str | None = None,
) -> str:
    """The line that says where a picture comes from; what is not given is left out."""

    def words(value: str | Iterable[str]) -> str:
        return value if isinstance(value, str) else ", ".join(value)

    parts = [
        words(cell),
        task,
        f"start {words(start)}" if words(start) else "",
        f"seed {seed}" if seed is not None else "",
        f"step {step}" if step is not None else "",
    ]
    return " · ".join(part for part in parts if part)


def _printable(text: str) -> str:
    """What XML can hold; everything else would make the picture unreadable."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _page(
    inner: Drawing,
    size: tuple[float, float],
    margin: float,
    lines: list[str],
    letter: float,
    ink: str,
) -> str:
    """One SVG: the drawing at the top, in the middle; the caption's lines at the foot, left."""
    width, height = size
    room = height - 2 * margin - _foot(lines, letter)
    shrink = min(1.0, (width - 2 * margin) / inner.width, room / inner.height)
    across, down = inner.width * shrink, inner.height * shrink
    left = (width - across) / 2
    place = f'x="{left:.2f}" y="{margin:.2f}" width="{across:.2f}" height="{down:.2f}"'
    box = f'viewBox="0 0 {inner.width:g} {inner.height:g}"'
    head = f"<svg {place} {box}>"
    chart = re.sub(r"<svg[^>]*>", head, inner.svg, count=1)
    first = height - margin - _foot(lines, letter) + 1.4 * letter
    words = "".join(
        f'<text x="{margin:g}" y="{first + number * _LINE * letter:.2f}" fill="{ink}" '
        f'font-family="{theme.FONT}" font-size="{letter:g}px">{html.escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    return chart + words


def _foot(lines: list[str], letter: float) -> float:
    """Height of the caption with the space above it."""
    return (len(lines) * _LINE + 0.4) * letter if lines else 0.0


def picture(
    chart: Any,
    kind: Kind = "png",
    form: theme.Form = "slide",
    caption: str = "",
    *,
    mode: theme.Mode = "light",
    transparent: bool = False,
) -> bytes:
    """A chart with its caption, as the bytes of a file.

    chart: an Altair chart, a Vega-Lite dict with its data inside, or a finished `Drawing`, which is
    only made smaller when it must be.
    A PNG has exactly the size of `form`, at 2×; SVG and PDF are cropped to what is drawn. In all of
    them text is at least as large as `form` asks; in the PDF it is text, with its fonts embedded.
    Raises ValueError when the chart cannot be drawn.
    """
    import vl_convert

    paper = theme.PAPER[form]
    ink, letter = theme.INK[mode], paper.text
    width, height = paper.points
    margin = letter if kind == "png" else 2.0
    lines = wrap(_printable(caption), width - 2 * margin, letter)
    if isinstance(chart, Drawing):
        inner = chart
    else:
        room = height - 2 * margin - _foot(lines, letter)
        inner = drawing(chart, width - 2 * margin, room, letter, mode)
    if kind != "png":
        longest = max((len(line) for line in lines), default=0) * letter * LETTER * 1.15
        shrink = min(1.0, (width - 2 * margin) / inner.width)
        width = min(width, max(inner.width, longest) + 2 * margin)
        # A chart that cannot be so low makes the page higher, rather than its text smaller.
        height = inner.height * shrink + _foot(lines, letter) + 2 * margin
    paint = "" if transparent else f'<rect width="100%" height="100%" fill="{ink.background}"/>'
    unit = "pt" if kind == "svg" else ""  # the exporter's own unit is 1/72 inch
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'version="1.1" width="{width:.2f}{unit}" height="{height:.2f}{unit}" '
        f'viewBox="0 0 {width:.2f} {height:.2f}">{paint}'
        f"{_page(inner, (width, height), margin, lines, letter, ink.quiet)}</svg>"
    )
    if kind == "svg":
        return svg.encode()
    if kind == "pdf":
        return bytes(vl_convert.svg_to_pdf(svg))
    return bytes(vl_convert.svg_to_png(svg, ppi=DOTS_PER_INCH))


def _cell(value: Any) -> Any:
    """A spreadsheet runs text that begins like a formula; a quote in front makes it text again."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value


def table(chart: Any, caption: str = "") -> bytes:
    """The data of a chart as CSV (UTF-8, comma, header), the caption in a column `source`.

    A chart with several data sets gives all their rows, and a column `dataset` tells them apart.
    """
    spec = specification(chart)
    sets = [rows for rows in spec.get("datasets", {}).values() if isinstance(rows, list)]
    sets += [view["data"]["values"] for view in _all(spec) if "values" in view.get("data", {})]
    columns = list(dict.fromkeys(name for rows in sets for row in rows for name in row))
    several = ["dataset"] if len(sets) > 1 else []
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(several + columns + (["source"] if caption else []))
    for number, rows in enumerate(sets, start=1):
        for row in rows:
            values = [_cell(row.get(name)) for name in columns]
            writer.writerow([number][: len(several)] + values + ([caption] if caption else []))
    return text.getvalue().encode()


def _all(spec: Any) -> Iterator[dict[str, Any]]:
    """Every spec inside a spec, itself included, that says something about data."""
    if isinstance(spec, dict):
        if isinstance(spec.get("data"), dict):
            yield spec
        for name in (*COMPOSED, "layer", "spec"):
            yield from _all(spec.get(name))
    elif isinstance(spec, list):
        for part in spec:
            yield from _all(part)
