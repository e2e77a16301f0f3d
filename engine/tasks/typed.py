"""What a typed sentence says: its words, what its end asks for, and the word that settles it."""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.tasks.clouds import FRAME, PAIRS

COUNTRIES: tuple[tuple[str, str], ...] = (
    ("France", "French"),
    ("Japan", "Japanese"),
    ("Italy", "Italian"),
    ("Spain", "Spanish"),
    ("Germany", "German"),
    ("China", "Chinese"),
    ("Russia", "Russian"),
    ("Greece", "Greek"),
    ("Poland", "Polish"),
    ("Turkey", "Turkish"),
    ("Sweden", "Swedish"),
    ("Portugal", "Portuguese"),
)
NAMES = tuple(country for country, _ in COUNTRIES)
OPENING = ("I", "grew", "up", "in")
ENDING = ("so", "I", "speak", "fluent")
NEAR_ENDING = (*FRAME[1:], FRAME[0])

LONGEST_SENTENCE = 2000 + len(OPENING) + 1 + len(ENDING)
"""Words of the longest sentence that is read: the one of the longest gap."""
LONGEST_TEXT = 100_000
"""Characters of the longest text that is read."""
PIECES = re.compile(r"(?:…|\.{3,})+|[^\s.…_,;:!?()\[\]{}<>\"“”„«»–—]+")
"""An ellipsis, or a word: whatever stands between spaces and punctuation."""


def words_of(
    text: str, vocabulary: tuple[str, ...], continued: Callable[[list[str], bool], list[str]]
) -> list[str]:
    """Split a text into words, in the vocabulary's spelling where it has them.

    ``continued(words, at_end)`` gives the words of an ellipsis after ``words``. Raises ValueError
    when there is no word, or too many.
    """
    if len(text) > LONGEST_TEXT:
        raise ValueError(
            f"The sentence has {len(text)} characters; at most {LONGEST_TEXT} are allowed."
        )
    known = {word.lower(): word for word in vocabulary}
    # A lone surrogate could not be written to a file later: it becomes "�", an unknown word.
    pieces = PIECES.findall(text.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
    words: list[str] = []
    for place, piece in enumerate(pieces):
        if piece[0] in "….":
            words += continued(words, place == len(pieces) - 1)
        else:
            words.append(known.get(piece.lower(), piece))
        if len(words) > LONGEST_SENTENCE:
            raise ValueError(
                f"The sentence has more than {LONGEST_SENTENCE} words, filler counted; shorten it."
            )
    if not words:
        raise ValueError("The sentence has no words: type one, or take one that is drawn.")
    return words


def question(words: list[str]) -> tuple[str, ...]:
    """The question at the end, or its last words ("speak fluent"); empty where there is none."""
    for ending in (ENDING, NEAR_ENDING):
        for start in range(len(ending) - 1):
            if tuple(words[start - len(ending) :]) == ending[start:]:
                return ending[start:]
    return ()


def settled(words: list[str], asked: tuple[str, ...]) -> tuple[int, int] | None:
    """Where the word stands that settles the answer, and the answer's number, of what is asked."""
    if asked and asked[-1] == NEAR_ENDING[-1]:
        return near_cue(words)
    far = far_cue(words)
    return far if far is not None or asked else near_cue(words)


def far_cue(words: list[str]) -> tuple[int, int] | None:
    """Where the first country after "grew up in" stands, and its language's number."""
    for place, word in enumerate(words):
        if word in NAMES and tuple(words[max(0, place - 3) : place]) == OPENING[1:]:
            return place, NAMES.index(word)
    return None


def near_cue(words: list[str]) -> tuple[int, int] | None:
    """Where the last cue of a near pair stands, and the number of its answer."""
    cues = [cue for cue, _ in PAIRS]
    for place in range(len(words) - 1, -1, -1):
        if words[place] in cues:
            return place, len(COUNTRIES) + cues.index(words[place])
    return None
