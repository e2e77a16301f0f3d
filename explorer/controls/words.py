"""A person's words, shown as they were written."""

from __future__ import annotations

import re


def plain(text: str) -> str:
    """A person's text for a label, caption or markdown: shown as written, never as markup.

    Every one of Streamlit's text places reads markdown, and would fetch an image named in it.
    """
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~$:&\"'])", r"\\\1", text)
