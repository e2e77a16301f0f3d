"""Clauses that are put together into filler."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from engine.tasks.blank import ASIDE, Blank
from engine.tasks.clauses import Clauses, draw, shapes
from engine.tasks.evidence import FILM, Evidence

GRAMMARS = {"evidence": (FILM, Evidence().tokens), "blank": (ASIDE, Blank().tokens)}
every_grammar = pytest.mark.parametrize("name", GRAMMARS)


def english(grammar: Clauses, words: list[str]) -> bool:
    """Second source: the clauses as one regular expression over words."""
    clauses = "|".join(
        " ".join(f"({'|'.join(grammar.classes.get(name, (name,)))})" for name in clause)
        for clause in grammar.clauses
    )
    return re.fullmatch(f"(({clauses}) )*", "".join(f"{word} " for word in words)) is not None


@every_grammar
@pytest.mark.parametrize("length", [*range(13), 40, 41, 333, 2000])
def test_filler_is_english_of_exactly_the_words_that_were_asked_for(name: str, length: int) -> None:
    grammar, tokens = GRAMMARS[name]
    assert shapes(grammar, length).shape == (64, length)
    drawn = draw(np.random.default_rng(0), grammar, 20, length, tokens)
    assert drawn.shape == (20, length) and drawn.dtype == np.int64
    word = {token: word for word, token in tokens.items()}
    assert all(english(grammar, [word[token] for token in row]) for row in drawn)


@every_grammar
def test_every_word_comes_and_no_clause_twice_in_a_row(name: str) -> None:
    grammar, tokens = GRAMMARS[name]
    drawn = draw(np.random.default_rng(0), grammar, 4000, 41, tokens)
    assert {tokens[word] for word in grammar.words} == set(np.unique(drawn).tolist())
    word = {token: word for word, token in tokens.items()}
    for row in drawn[:400]:
        text = " ".join(word[token] for token in row)
        begins = re.split(f" (?={'|'.join(rf'{opener} ' for opener in grammar.openers)})", text)
        assert all(one != other for one, other in itertools.pairwise(begins))


@every_grammar
def test_the_words_tell_where_a_clause_begins(name: str) -> None:
    grammar, _ = GRAMMARS[name]
    inside = {word for clause in grammar.clauses for n in clause[1:] for word in grammar.of(n)}
    assert not inside & set(grammar.openers)


@every_grammar
def test_shapes_do_not_depend_on_what_was_drawn_before(name: str) -> None:
    grammar, _ = GRAMMARS[name]
    again = Clauses(grammar.classes, grammar.clauses)  # another value, so nothing is kept of it
    np.testing.assert_array_equal(shapes(grammar, 17), shapes(again, 17))
