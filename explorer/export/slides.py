"""Figures as slides (PPTX, 16:9): one picture and an editable title each, where it comes from in the notes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from explorer import theme
from explorer.export.figure import Figure, untitled
from explorer.export.picture import picture

TITLE = 28
"""Points of a slide's title."""
_SIDE, _TOP, _HEAD, _FOOT = 0.5, 0.35, 0.85, 0.35
"""Inches: margins at the sides and above, the title's height, the margin below."""
TITLE_ONLY = 5
"""The layout of the usual template that has a title and nothing else."""


def slides(figures: Sequence[Figure], mode: theme.Mode = "light") -> bytes:
    """The presentation, all in one mode. Raises ValueError for a figure that cannot be drawn."""
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    across, down = theme.PAPER["slide"].inches
    deck.slide_width, deck.slide_height = Inches(across), Inches(down)
    top = _TOP + _HEAD
    room = theme.Paper((across - 2 * _SIDE, down - top - _FOOT), theme.PAPER["slide"].text)
    for figure in figures:
        slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
        _head(slide, figure.title, mode, across)
        png = picture(untitled(figure.chart(mode=mode)), "png", room, mode=mode)
        width, height = (Inches(side) for side in room.inches)
        image = slide.shapes.add_picture(io.BytesIO(png), Inches(_SIDE), Inches(top), width, height)
        image.name = figure.title or figure.name
        image._element.nvPicPr.cNvPr.set("descr", figure.source)  # read out to who cannot see it
        slide.notes_slide.notes_text_frame.text = _printable(
            "\n".join(filter(None, (figure.title, figure.caption, figure.link)))
        )
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _head(slide: Any, title: str, mode: theme.Mode, across: float) -> None:
    """The slide's own title, to be edited, and the paper's colour behind everything."""
    from pptx.dml.color import RGBColor
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Inches, Pt

    ink = theme.INK[mode]
    slide.background.fill.solid()
    slide.background.fill.fore_color.rgb = RGBColor.from_string(ink.background[1:])
    shape = slide.shapes.title
    shape.left, shape.top = Inches(_SIDE), Inches(_TOP)
    shape.width, shape.height = Inches(across - 2 * _SIDE), Inches(_HEAD)
    frame = shape.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
    frame.text = _printable(title)
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.font.size, paragraph.font.bold = Pt(TITLE), True
        paragraph.font.name = theme.FONT.split(",")[1].strip()  # the first is the exporter's own
        paragraph.font.color.rgb = RGBColor.from_string(ink.text[1:])


def _printable(text: str) -> str:
    """What XML can hold."""
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)
