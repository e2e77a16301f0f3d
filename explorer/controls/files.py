"""The file behind each button of a drawer: made when it is pressed, outside the page's script."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from explorer import export
from explorer.export import Figure, Moving

PICTURES: dict[str, tuple[str, str]] = {
    "PNG": (".png", "image/png"),
    "SVG": (".svg", "image/svg+xml"),
    "PDF": (".pdf", "application/pdf"),
    "CSV": (".csv", "text/csv"),
}
"""What every chart can be had as: label -> (end of the file's name, media type)."""
MOVING: dict[str, tuple[str, str]] = {
    "GIF": (".gif", "image/gif"),
    "PDF pages": ("-pages.pdf", "application/pdf"),
    "Four steps": ("-four.png", "image/png"),
}
"""What it can be had as beside that, when it can be drawn at every snapshot."""
OFFLINE: dict[str, tuple[str, str]] = {"HTML, works offline": ("-offline.html", "text/html")}
"""What scrubs on the page scrubs there too."""


def file(label: str, figure: Figure, film: Any) -> bytes:
    """The bytes behind a button, made when it is pressed: outside the script."""
    look = figure.look
    if label == "CSV":
        return export.table(figure.chart(), figure.source)
    if label in PICTURES:
        kind = cast(export.Kind, label.lower())
        return export.picture(
            figure.chart(),
            kind,
            look.form,
            figure.source,
            mode=look.mode,
            transparent=look.transparent,
        )
    from explorer.export import moving, offline

    if label in OFFLINE:
        return offline.offline([whole(figure, film)], look.mode)
    return {"GIF": moving.gif, "PDF pages": moving.pages}.get(label, moving.strip)(figure)


def whole(figure: Figure, film: Any) -> Figure:
    """The figure with a title, and with what scrubs."""
    from explorer.export.figure import headline

    title = figure.title or headline(figure.chart()) or figure.name
    return replace(figure, title=title, moving=_moving(film))


def _moving(film: Any) -> Moving | None:
    if film is None:
        return None
    from explorer.components import film as films
    from explorer.components import rows

    kind: Any = rows if isinstance(film, rows.RowsData) else films
    return Moving(kind.__name__.rpartition(".")[2], kind.script(), kind.style(), kind.pack(film))
