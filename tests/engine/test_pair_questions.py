"""Questions to nets that write: answered by the right analyses, with the right changes, and refused in a sentence otherwise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine import modules
from engine.analyses import ANALYSES, pair_parts
from engine.answering import answer
from engine.attention_edits import Attend, AttendRow
from engine.edits import Clamp
from engine.modulenet import from_torch
from engine.questions import OF_PAIRS, Drawn, Question, trials_of
from engine.recordings import read, write
from engine.store import Store
from engine.tasks.pairs import Pairs
from engine.tasks.reversal import Reversal
from tests.engine import pairnets, small
from tests.engine.nets import random as numbers


@pytest.fixture
def asked(tmp_path: Path) -> tuple[Store, str]:
    """A store with a net that writes, and its name."""
    store = Store(tmp_path)
    run = pairnets.written(pairnets.experiment(attention="dot", bidirectional=True), snapshots=3)
    return store, store.add(run)


@pytest.mark.parametrize("analysis", ["alignment", "source_credit"])
def test_a_typed_source_is_answered_with_its_words(
    analysis: str, asked: tuple[Store, str], tmp_path: Path
) -> None:
    store, run = asked
    question = Question(run=run, analysis=analysis, texts=("a c d b", "k zebra"))
    found = answer(question, store)
    assert found["word"].values.tolist() == [["a", "c", "d", "b"], ["k", "zebra", "", ""]]
    assert found["known"].values.tolist() == [[True] * 4, [True, False, False, False]]
    assert found["length"].values.tolist() == [4, 2]
    assert found.sizes["snapshot"] == 3
    assert found.attrs["run"] == run
    write(tmp_path / "answer", found)
    assert read(tmp_path / "answer").equals(found)
    one = answer(question.model_copy(update={"step": 1}), store)
    assert one["snapshot"].values.tolist() == [1]
    floats = [name for name, value in found.data_vars.items() if value.dtype.kind == "f"]
    assert floats and all(found[name].dtype == np.float32 for name in floats)


def test_drawn_pairs_and_typed_ones_are_the_same_pairs(asked: tuple[Store, str]) -> None:
    store, run = asked
    drawn = answer(Question(run=run, analysis="alignment", drawn=Drawn(count=2, only=1)), store)
    text = " ".join(drawn["word"].values[0])
    typed = answer(Question(run=run, analysis="alignment", texts=(text,)), store)
    assert drawn.drop_vars("period").equals(typed.drop_vars("period"))


def test_changes_and_options_are_part_of_the_question(asked: tuple[Store, str]) -> None:
    store, run = asked
    plain = Question(run=run, analysis="alignment", texts=("a b c",))
    row = AttendRow(time=0, weights=(0, 0, 1))
    kinds = [
        plain,
        plain.model_copy(update={"edits": (Attend(time=0, source=1),)}),
        plain.model_copy(update={"edits": (row,)}),
        plain.model_copy(update={"options": (("told", 1),)}),
        plain.model_copy(update={"options": (("beam", 4),)}),
    ]
    assert len({one.key("weights") for one in kinds}) == len(kinds)
    for one in kinds:
        assert Question.model_validate_json(one.model_dump_json()) == one
        answer(one, store)
    found = answer(kinds[2], store)
    assert (found["attention"].values[:, 0, 0] == [0, 0, 1]).all()
    told = answer(kinds[3], store)
    assert told["fed"].values[0, 0].tolist() == [0, 4, 3, 2]
    assert told.attrs["told"] == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"edits": (Clamp("forget", 1.0),)}, "no change of the kind clamp"),
        ({"edits": (Attend(time=9, source=0),)}, "attend.time = 9: must be below 6"),
        ({"edits": (AttendRow(time=0, weights=(1,)),)}, "has 1 weights; the source has 3"),
        ({"options": (("told", 2),)}, "told = 2"),
        ({"options": (("beam", 17),)}, "beam = 17"),
        ({"options": (("beam", 2.5),)}, "beam = 2.5"),
        ({"options": (("width", 2),)}, "takes no width"),
        ({"texts": ("",)}, ""),
        ({"texts": ("zebra",), "options": (("told", 1),)}, "not known"),
        ({"analysis": "reach"}, "reach is not for a net that writes; ask alignment, source_credit"),
        ({"texts": ()}, "Nothing is asked"),
        ({"texts": (), "drawn": Drawn(condition="gap 4")}, "condition = 'gap 4' is unknown to reversal"),
        ({"texts": (), "drawn": Drawn(condition="length 65")}, "64"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_a_sentence(
    changes: dict, said: str, asked: tuple[Store, str]
) -> None:
    store, run = asked
    with pytest.raises(ValueError) as caught:
        question = Question(**{"run": run, "analysis": "alignment", "texts": ("a b c",), **changes})
        answer(question, store)
    assert said in str(caught.value)


@pytest.mark.parametrize("analysis", [name for name in ANALYSES if name not in OF_PAIRS])
def test_no_other_analysis_takes_a_net_that_writes(analysis: str, asked: tuple[Store, str]) -> None:
    store, run = asked
    with pytest.raises(ValueError, match=f"{analysis} is not for a net that writes"):
        answer(Question(run=run, analysis=analysis, texts=("a b",)), store)


@pytest.mark.parametrize("analysis", OF_PAIRS)
def test_nets_that_do_not_write_and_modules_are_refused(analysis: str, tmp_path: Path) -> None:
    store = Store(tmp_path)
    recall = store.add(small.run())
    with pytest.raises(ValueError, match="the task recall has no decoder"):
        answer(Question(run=recall, analysis=analysis, drawn=Drawn(count=1)), store)
    with pytest.raises(ValueError, match="attend"):
        edits = (Attend(time=0, source=0),)
        answer(Question(run=recall, analysis="record", drawn=Drawn(count=1), edits=edits), store)
    module = modules.add(store, from_torch(torch.nn.GRU(3, 4), numbers(1, 4, 3).float()))
    with pytest.raises(ValueError, match="a module has no decoder"):
        answer(Question(run=module, analysis=analysis), store)


def test_only_texts_of_the_task_become_pairs() -> None:
    trials = trials_of(Reversal(), ("a b c", "d e"))
    assert isinstance(trials, Pairs)
    assert trials.lengths.tolist() == [3, 2] and trials.written.tolist() == [4, 3]


@pytest.mark.parametrize(("analysis", "kept"), [("alignment", 2), ("source_credit", 1)])
def test_snapshots_are_left_out_evenly_where_they_would_not_fit(
    analysis: str, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = pairnets.written(pairnets.experiment(attention="dot"), snapshots=5)
    drawn = pairnets.sources(4)
    whole = ANALYSES[analysis](run, drawn)
    assert whole.attrs["left_out"] == 0 and whole.sizes["snapshot"] == 5
    each = 4 * 4 * 7 * 4 * pairnets.UNITS  # bytes, numbers kept, words written, symbols read, units
    monkeypatch.setattr(pair_parts, "ROOM", 2 * each)
    part = ANALYSES[analysis](run, drawn)
    assert part.attrs["left_out"] == 5 - kept
    assert part["snapshot"].values.tolist() == [0, 4][-kept:]
    steps = part.sizes["time"]
    for name in part.data_vars:
        wanted = whole[name].sel(snapshot=part["snapshot"])
        wanted = wanted.isel(time=slice(0, steps)) if "time" in wanted.dims else wanted
        np.testing.assert_allclose(part[name], wanted, atol=1e-6, err_msg=str(name))
