"""The words of the collection."""

from __future__ import annotations

TITLE = "My collection"
BUTTON = "Collection ({count})"
BUTTON_EMPTY = "Collection"
EMPTY = (
    "Nothing is collected yet. Under every picture there is **Download**: open it, and choose "
    "**Add to my collection**. From here the pictures go into slides, an archive, or one web page."
)
ADDED = "Added to your collection."
REMOVED = "{count} removed."
NAME = "Title"
LONGEST = 120
TAKE = "Take them along"
MODE = "Slides and page"
FILES = (
    (
        "Slides (PPTX)",
        "16:9, a picture and a title on each; where it comes from is in the notes.",
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    (
        "One web page (HTML)",
        "A single file that needs no network. What scrubs here scrubs there.",
        "html",
        "text/html",
    ),
    (
        "Archive (ZIP)",
        "Each picture as PNG, SVG, PDF and CSV, in the size and colours it was collected in.",
        "zip",
        "application/zip",
    ),
)
