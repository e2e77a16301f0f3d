"""One changed word of a sentence <-> text in a link: "5.Japan" says that the fifth word becomes Japan."""

from __future__ import annotations

import re
from collections.abc import Sequence

_FORM = re.compile(r"([1-9][0-9]{0,3})\.(\S{1,40})")
_WORD = re.compile(r"[^\s.…_,;:!?()\[\]{}<>\"“”„«»–—]+")
"""A word as sentences are read: whatever stands between spaces and punctuation."""


def read(text: str, words: Sequence[str]) -> tuple[int, str] | None:
    """(place from 0, new word); None where the text says no such thing about this sentence."""
    found = _FORM.fullmatch(text)
    if found is None or int(found[1]) > len(words) or not _WORD.fullmatch(found[2]):
        return None
    return int(found[1]) - 1, found[2]


def write(place: int, word: str) -> str:
    """The text of a change."""
    return f"{place + 1}.{word}"


def one_word(typed: str) -> str:
    """The first word of what a person typed; empty where there is none."""
    found = _WORD.search(typed)
    return found[0][:40] if found else ""


def changed(words: Sequence[str], place: int, word: str) -> str:
    """The sentence with the one word changed, of the same length."""
    return " ".join([*words[:place], word, *words[place + 1 :]])
