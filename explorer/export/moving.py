"""A picture over training: as a GIF, as a PDF with a page for each snapshot, as a strip of four."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from explorer import theme
from explorer.export.figure import MOST_FRAMES, Figure, at_step, spread
from explorer.export.picture import Kind, Look, Page, encoded, page, picture
from explorer.export.strip import four, paper_of

PACE, REST = 250, 2000
"""Milliseconds that a frame of a GIF stands, and the last one."""
DOTS: dict[theme.Form, float] = {"slide": 96, "half": 96, "column": 192}
"""Dots an inch of a GIF: a slide has 1280 × 720 of them."""
COLOURS = 256


def frames(figure: Figure, look: Look, steps: Sequence[int], whole: bool) -> Iterator[Page]:
    """The picture at each step, labelled with it."""
    scale = None
    for step in steps:
        drawn = page(
            figure.chart(step, look.mode),
            at_step(figure.caption, step) + (f" · {figure.link}" if figure.link else ""),
            look.paper,
            look.mode,
            label=f"training step {step} of {figure.steps[-1]}",
            whole=whole,
            transparent=look.transparent and not whole,
            scale=scale,
        )
        scale = drawn.scale
        yield drawn


def gif(figure: Figure, look: Look | None = None) -> bytes:
    """An animated GIF that runs through training again and again. It has no transparency.

    Raises ValueError for a picture without steps, or one that cannot be drawn.
    """
    from PIL import Image

    # The octree keeps the hue of a thin line, Pillow's usual method mixes it.
    tree, plain = Image.Quantize.FASTOCTREE, Image.Dither.NONE
    look = _checked(figure, look)
    images = []
    for drawn in frames(figure, look, spread(figure.steps, MOST_FRAMES), whole=True):
        png = encoded(drawn.svg, "png", DOTS[look.form])
        with Image.open(io.BytesIO(png)) as image:
            images.append(image.convert("RGB").quantize(COLOURS, tree, dither=plain))
    out = io.BytesIO()
    images[0].save(
        out,
        "GIF",
        save_all=True,
        append_images=images[1:],
        duration=[PACE] * (len(images) - 1) + [REST],
        loop=0,
        optimize=False,
    )
    return out.getvalue()


def pages(figure: Figure, look: Look | None = None) -> bytes:
    """A PDF with a page for each snapshot, listed by step. Raises ValueError as `gif` does."""
    from pypdf import PdfReader, PdfWriter

    look = _checked(figure, look)
    writer = PdfWriter()
    drawn = frames(figure, look, figure.steps, whole=False)
    for number, (step, one) in enumerate(zip(figure.steps, drawn, strict=True)):
        writer.add_page(PdfReader(io.BytesIO(encoded(one.svg, "pdf"))).pages[0])
        writer.add_outline_item(title=f"training step {step}", page_number=number)
    writer.compress_identical_objects()  # pages bring much that is the same
    writer.add_metadata({"/Title": figure.title or figure.name, "/Subject": figure.source})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def strip(figure: Figure, kind: Kind = "png", look: Look | None = None) -> bytes:
    """Four snapshots from the first to the last: on a slide, or in a paper column under each other.

    Raises ValueError as `gif` does.
    """
    look = _checked(figure, look)
    steps = spread(figure.steps, 4)
    named = [(f"training step {step}", figure.chart(step, look.mode)) for step in steps]
    source = at_step(figure.source, steps[-1]).replace(
        f"step {steps[-1]}", f"steps {', '.join(map(str, steps))}"
    )
    paper = paper_of(look.form)
    return picture(
        four(named, paper),
        kind,
        paper,
        source,
        mode=look.mode,
        transparent=look.transparent,
    )


def _checked(figure: Figure, look: Look | None) -> Look:
    if not figure.steps:
        raise ValueError("This picture has no training to run through.")
    return look or figure.look
