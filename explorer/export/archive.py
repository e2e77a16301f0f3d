"""Figures as one ZIP: each as PNG, SVG, PDF and CSV, and a README with captions and links."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence

from explorer.export.figure import Figure
from explorer.export.picture import Kind, picture
from explorer.export.table import table

STAMP = (1980, 1, 1, 0, 0, 0)
"""Of every file: when it was made is nobody's affair."""
_KINDS: tuple[Kind, ...] = ("png", "svg", "pdf")


def archive(figures: Sequence[Figure]) -> bytes:
    """The archive. Raises ValueError for a figure that cannot be drawn."""
    out = io.BytesIO()
    told = ["Pictures of the RNN explorer. A link goes behind the address of the page.", ""]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as whole:

        def put(name: str, data: bytes) -> None:
            whole.writestr(zipfile.ZipInfo(name, STAMP), data, zipfile.ZIP_DEFLATED)

        for number, figure in enumerate(figures, start=1):
            name = f"{number:02} {slug(figure.title or figure.name)}"
            look, chart = figure.look, figure.chart()
            for kind in _KINDS:
                data = picture(
                    chart,
                    kind,
                    look.form,
                    figure.source,
                    mode=look.mode,
                    transparent=look.transparent,
                )
                put(f"{name}.{kind}", data)
            put(f"{name}.csv", table(chart, figure.source))
            told += [name, *(f"    {line}" for line in (figure.title, figure.caption, figure.link))]
            told += [""]
        put("README.txt", "\n".join(line.rstrip() for line in told).encode())
    return out.getvalue()


def slug(title: str) -> str:
    """A title as part of a file's name, on every system."""
    return re.sub(r"[^\w -]+", "", title).strip()[:60].strip() or "picture"
