"""Links: what is written is read back; what a stranger writes into one does no more than a notice."""

from __future__ import annotations

import itertools

import pytest

from engine.beam import WIDEST
from engine.tasks import TASKS
from engine.tasks.translation import LONGEST as LONGEST_SOURCE
from engine.tasks.translation import Translation
from explorer.address import (
    LONGEST,
    MOST_SYMBOLS,
    WIDEST_BEAM,
    Address,
    Limits,
    read,
    write,
)

LIMITS = Limits(
    cues=("clouds", "fish"),
    countries=("France", "Japan"),
    rows=("rnn", "lstm", "gru"),
    max_gap=80,
    max_step=700,
)


OTHER = Address("near", "Japan", 3, "France", "fish", "clouds", "x", ("gru",), 5, "loss_gradient")


def test_the_plain_link_is_the_first_picture() -> None:
    assert write(Address()) == {}
    assert read({}, limits=LIMITS) == (Address(), ())


@pytest.mark.parametrize(
    "address",
    [
        Address(*choice)
        for choice in itertools.product(
            ("far", "near", "own"),
            ("France", "Japan"),
            (0, 80),
            ("", "Japan"),
            ("fish",),
            ("", "clouds"),
            ("", "I grew up in España & <b> …"),
            (("rnn",), ("gru", "rnn", "lstm")),
            (None, 0, 700),
            ("reach", "loss_gradient"),
        )
    ],
)
def test_what_is_written_is_read_back(address: Address) -> None:
    for default in (Address(), OTHER):
        query = write(address, default)
        assert all(isinstance(value, str) and len(value) <= LONGEST for value in query.values())
        assert read(query, default, LIMITS) == (address, ())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "nowhere"),
        ("kind", ""),
        ("country", "Atlantis"),
        ("country", "f" * 65),
        ("country", "<script>alert(1)</script>"),
        ("gap", "81"),
        ("gap", "-1"),
        ("gap", "1e1"),
        ("gap", "٤٠"),
        ("gap", "9" * 64),
        ("swap", "../../etc/passwd"),
        ("cue", "sky"),
        ("other", "x.y"),
        ("text", "two\nlines"),
        ("text", "long " * 20),
        ("rows", ""),
        ("rows", "rnn,,lstm"),
        ("rows", "rnn,torch"),
        ("step", "701"),
        ("step", "last"),
        ("measure", "REACH"),
    ],
)
def test_a_bad_value_falls_back_with_a_notice(name: str, value: str) -> None:
    address, notices = read({name: value, "unknown": "x" * 1000}, limits=LIMITS)
    assert address == Address()
    assert len(notices) == 1
    assert name in notices[0]
    assert len(notices[0]) < 200
    assert len(value) < 3 or value not in notices[0]


def test_without_names_to_choose_from_a_name_is_still_only_a_name() -> None:
    assert read({"country": "New Zealand"})[0].country == "New Zealand"
    for value in ("<b>", "a/b", "..", "a\nb", "x" * 40, "![x](http://y)"):
        assert read({"country": value})[0].country == "France"


def test_the_last_of_several_counts_and_rows_are_not_repeated() -> None:
    assert read({"gap": ["10", "20"]}, limits=LIMITS)[0].gap == 20
    assert read({"gap": []}, limits=LIMITS)[1]
    assert read({"rows": "rnn,rnn,gru,rnn"}, limits=LIMITS)[0].rows == ("rnn", "gru")
    assert read({"rows": "a,b,c,d,e,f,g"})[0].rows == Address().rows


def test_rows_that_do_not_fit_are_left_out_of_the_link() -> None:
    names = tuple(f"20260101T00000{number}-abcdefghij" for number in range(3))
    limits = Limits(rows=names)
    read_back, notices = read(write(Address(rows=names)), limits=limits)
    assert notices == ()
    assert read_back.rows == names[:2]


def test_a_link_can_name_every_step_that_a_net_writes_and_no_beam_that_it_refuses() -> None:
    writers = [
        task for task in (kind() for kind in TASKS.values()) if isinstance(task, Translation)
    ]
    assert writers
    assert max(task.limit(LONGEST_SOURCE) for task in writers) == MOST_SYMBOLS
    assert 1 < WIDEST_BEAM <= WIDEST
