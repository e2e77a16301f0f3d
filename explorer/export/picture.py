"""One chart with its caption -> PNG, SVG or PDF.

A picture has a place (`theme.PAPER`): a 16:9 slide, half a slide, a paper column. The chart fills it
(`explorer.fit`), and a caption line (cell, task, start, seed, step, link) stands below, inside the
picture. Text is at least 18 pt on a slide. Units are points, 72 to the inch.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from explorer import theme
from explorer.fit import LETTER, Drawing, drawing, natural_height, specification, wrap

Kind = Literal["png", "svg", "pdf"]

DOTS_PER_INCH = 192.0
"""PNGs are drawn at 2×, twice 96 dots an inch: a slide has 2560 × 1440 of them."""

_LINE = 1.25  # distance of the caption's lines, in font sizes


@dataclass(frozen=True)
class Look:
    """How a picture is to look, apart from what it shows."""

    form: theme.Form = "slide"
    mode: theme.Mode = "light"
    transparent: bool = False

    @property
    def paper(self) -> theme.Paper:
        """The place of the picture."""
        return theme.PAPER[self.form]


def caption(
    *,
    cell: str | Iterable[str] = (),
    task: str = "",
    start: str | Iterable[str] = (),
    seed: int | str | None = None,
    step: int | str | None = None,
    link: str = "",
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
        link,
    ]
    return " · ".join(part for part in parts if part)


class Page(NamedTuple):
    """A whole picture as SVG text, its size in points, and how far its chart was resized."""

    svg: str
    width: float
    height: float
    scale: tuple[float, float] | None


def page(
    chart: Any,
    caption: str,
    paper: theme.Paper,
    mode: theme.Mode,
    *,
    label: str = "",
    whole: bool = True,
    transparent: bool = False,
    unit: str = "",
    scale: tuple[float, float] | None = None,
) -> Page:
    """The chart at the top, in the middle; below it a label in bold and the caption's lines, left.

    whole: the page has the size of the paper; else it is cropped to what is drawn. scale: of another
    picture of the same chart, to begin with. Raises ValueError when the chart cannot be drawn.
    """
    ink, letter = theme.INK[mode], paper.text
    width, height = paper.points
    margin = letter if whole else 2.0
    lines = [*([label] if label else []), *wrap(_printable(caption), width - 2 * margin, letter)]
    foot = (len(lines) * _LINE + 0.4) * letter if lines else 0.0
    if isinstance(chart, Drawing):
        inner = chart
    else:
        chart = specification(chart)
        room = height - 2 * margin - foot
        if paper.longer:
            room = max(room, natural_height(chart, letter))
            height = room + 2 * margin + foot
        inner = drawing(chart, width - 2 * margin, room, letter, mode, scale)
    if not whole:
        longest = max((len(line) for line in lines), default=0) * letter * LETTER * 1.15
        shrink = min(1.0, (width - 2 * margin) / inner.width)
        width = min(width, max(inner.width, longest) + 2 * margin)
        # A chart that cannot be so low makes the page higher, rather than its text smaller.
        height = inner.height * shrink + foot + 2 * margin
    paint = "" if transparent else f'<rect width="100%" height="100%" fill="{ink.background}"/>'
    first = height - margin - foot + 1.4 * letter
    words = "".join(
        f'<text x="{margin:g}" y="{first + number * _LINE * letter:.2f}" '
        f'{_style(ink, bool(label) and not number)} font-family="{theme.FONT}" '
        f'font-size="{letter:g}px">{html.escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'version="1.1" width="{width:.2f}{unit}" height="{height:.2f}{unit}" '
        f'viewBox="0 0 {width:.2f} {height:.2f}">{paint}'
        f"{_placed(inner, width, height - 2 * margin - foot, margin)}{words}</svg>"
    )
    return Page(svg, width, height, inner.scale)


def _placed(inner: Drawing, width: float, room: float, margin: float) -> str:
    """The drawing's own SVG, made smaller where it must be, in the middle of the width."""
    shrink = min(1.0, (width - 2 * margin) / inner.width, room / inner.height)
    across, down = inner.width * shrink, inner.height * shrink
    left = (width - across) / 2
    place = f'x="{left:.2f}" y="{margin:.2f}" width="{across:.2f}" height="{down:.2f}"'
    box = f'viewBox="0 0 {inner.width:g} {inner.height:g}"'
    return re.sub(r"<svg[^>]*>", f"<svg {place} {box}>", inner.svg, count=1)


def _style(ink: theme.Ink, bold: bool) -> str:
    return f'fill="{ink.text}" font-weight="bold"' if bold else f'fill="{ink.quiet}"'


def _printable(text: str) -> str:
    """What XML can hold; everything else would make the picture unreadable."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def picture(
    chart: Any,
    kind: Kind = "png",
    form: theme.Form | theme.Paper = "slide",
    caption: str = "",
    *,
    mode: theme.Mode = "light",
    transparent: bool = False,
) -> bytes:
    """A chart with its caption, as the bytes of a file.

    chart: an Altair chart, a Vega-Lite dict with its data inside, or a finished `Drawing`, which is
    only made smaller when it must be.
    A PNG has exactly the size of `form`, at 2× (a paper column is longer where the chart asks for it);
    SVG and PDF are cropped to what is drawn. In all of them text is at least as large as `form` asks; in the PDF it is text, with its fonts embedded.
    Raises ValueError when the chart cannot be drawn.
    """
    paper = form if isinstance(form, theme.Paper) else theme.PAPER[form]
    unit = "pt" if kind == "svg" else ""  # the exporter's own unit is 1/72 inch
    drawn = page(
        chart, caption, paper, mode, whole=kind == "png", transparent=transparent, unit=unit
    )
    return encoded(drawn.svg, kind)


def encoded(svg: str, kind: Kind, dots: float = DOTS_PER_INCH) -> bytes:
    """A page's SVG as the bytes of a file."""
    import vl_convert

    if kind == "svg":
        return svg.encode()
    if kind == "pdf":
        return bytes(vl_convert.svg_to_pdf(svg))
    return bytes(vl_convert.svg_to_png(svg, ppi=dots))
