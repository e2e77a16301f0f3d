"""Any figure -> a file: made in this process, without a browser, network or page. In reading order:

    picture   one chart -> PNG, SVG, PDF;   table   its numbers -> CSV
    figure    a picture to be taken along, as a value
    moving    one over training -> GIF, PDF with a page for each snapshot, and by `strip` four of them
    archive   many figures -> ZIP;   slides   -> PPTX;   offline   -> one HTML file that still scrubs

The last four are imported where they are used: the page needs none of them to be drawn.
"""

from __future__ import annotations

from explorer.export.figure import Figure, Moving
from explorer.export.picture import DOTS_PER_INCH, Kind, Look, caption, picture
from explorer.export.table import table
from explorer.fit import Drawing

__all__ = [
    "DOTS_PER_INCH",
    "Drawing",
    "Figure",
    "Kind",
    "Look",
    "Moving",
    "caption",
    "picture",
    "table",
]
