"""What the Attention page looks at: a net that writes, a source, and how it writes; tied to the link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from engine.bottleneck import LENGTHS
from engine.questions import Drawn, drawn_from
from engine.tasks.fluent import NAMES
from engine.tasks.translation import MIXED, Translation
from explorer import cache, controls
from explorer.address import LONGEST_EDITS, WIDEST_BEAM, Address, Limits
from explorer.lessons import attention as text
from explorer.picture import Asked, Net
from explorer.views import link, look
from explorer.views.look import TRIALS, Look


def nets_or_fault() -> dict[str, Net]:
    """Every net that writes; where the store cannot be read, the shipped ones and a sentence on the page."""
    try:
        return cache.pair_nets()
    except cache.FAULTS as fault:
        st.error(controls.plain(str(fault)))
        return cache.shipped_pairs()


def header(nets: Mapping[str, Net]) -> Look | None:
    """Net, source and the way of writing; None, and a sentence on the page, where there is nothing to look at."""
    link.follow(Limits(countries=NAMES, cues=link.CUES, pairs=tuple(nets)))
    before: Address = st.session_state["chosen"]
    notices = st.container()
    with st.container(horizontal=True, vertical_alignment="top"):
        name = link.pick(
            text.NET,
            tuple(nets),
            "pair",
            before.pair,
            width=330,
            words=lambda one: f"{nets[one].label} · {nets[one].detail}",
        )
        task = nets[name].task
        assert isinstance(task, Translation)
        asked, chosen = _source(task, replace(before, pair=name))
        told, beam = _writing(asked is not None and _right_known(task, asked), chosen)
    chosen = replace(chosen, told=told, beam=beam)
    link.write(chosen)
    with notices:
        link.say_notices(chosen)
    if asked is None:
        st.info(controls.plain(_why_nothing(task, chosen.source)))
        return None
    try:
        words, known = _words(task, asked)
        look.say_unknown(words, known)
        return Look(nets[name], asked, chosen, cache.steps(name), words, known)
    except cache.FAULTS as fault:
        st.error(controls.plain(str(fault)))
        return None


def _why_nothing(task: Translation, typed: str) -> str:
    """What is wrong with a typed source, and one that would do."""
    example = text.EMPTY.format(example=sources(task)[0])
    try:
        task.words_of(typed)
    except ValueError as fault:
        return f"{fault} {example}" if typed.strip() else example
    return example


def lengths(task: Translation) -> tuple[int, ...]:
    """Lengths at which a source can be drawn: those of the training, and those of the measurement."""
    return tuple(sorted({*LENGTHS.get(task.name, ()), *range(task.shortest, task.gap + 1)}))


def length_words(task: Translation, length: int) -> str:
    """A length in words; of one that no training had also that. 0: every length."""
    if not length:
        return text.EVERY
    said = f"{length} {task.parts}"
    seen = task.shortest <= length <= task.gap
    return said if seen else text.NEVER_SEEN.format(length=said)


def sources(task: Translation, length: int = 0) -> tuple[str, ...]:
    """The drawn sources of a length as one would write them; 0: of every length of the training."""
    drawn = drawn_from(task, _drawn(length))
    return tuple(task.text(task.wording(drawn, trial)) for trial in range(TRIALS))


def options(address: Address) -> dict[str, int]:
    """How it writes, as options of the analysis "alignment"; what is usual is left out."""
    if address.told:
        return {"told": 1}
    return {"beam": address.beam} if address.beam > 1 else {}


def ask(here: Look, analysis: str = "alignment", **given: Any) -> Any:
    """`look.ask` of what is looked at, written in the chosen way."""
    ways = options(here.address)
    if analysis == "source_credit":
        ways.pop("beam", None)  # it follows what is likeliest word by word
    return look.ask(here, analysis, **ways, **given)


def ask_weights(here: Look) -> Any:
    """The analysis "pair_weights" of the shown snapshot; a fault is a sentence on the page, and None.

    The source decides nothing of it, so the same is asked for all of them.
    """
    return look.ask(
        replace(here, asked=Asked(drawn=Drawn(count=1))), "pair_weights", step=here.step
    )


def right(here: Look) -> tuple[str, ...]:
    """What is to be written, the end among it, also where the net ended before; nothing where that is not known."""
    task = here.net.task
    assert isinstance(task, Translation)
    drawn = here.asked.drawn
    trials = drawn_from(task, drawn) if drawn else task.read(here.asked.texts[0]).trials
    return tuple(task.answers[answer] for answer in trials.targets[0].tolist() if answer >= 0)


def _source(task: Translation, before: Address) -> tuple[Asked | None, Address]:
    """The controls of the source, and what is asked; None for an empty text."""
    st.session_state.setdefault("source kind", text.OWN if before.source else text.DRAWN)
    kind = st.segmented_control(text.SOURCE, text.SOURCES, key="source kind", required=True)
    if kind == text.OWN:
        example = sources(task)[0]
        st.session_state.setdefault("source typed", before.source or example)
        typed = st.text_input(
            text.TYPED, key="source typed", max_chars=LONGEST_EDITS, placeholder=example, width=250
        )
        chosen = replace(before, source=typed)
        try:
            task.words_of(typed)
        except ValueError:
            return None, chosen
        return Asked((typed,)), chosen
    length = link.pick(
        text.LENGTH,
        (0, *lengths(task)),
        "length",
        before.length,
        width=220,
        words=lambda one: length_words(task, one),
        help=text.LENGTH_HELP,
    )
    written = sources(task, length)
    trial = link.pick(
        text.TRIAL,
        tuple(range(TRIALS)),
        # Of this net and length: else the closed box goes on saying the source that it stood for.
        f"drawn {before.pair} {length}",
        before.drawn,
        width=250,
        words=lambda one: f"{one + 1} · {written[one]}",
    )
    # One of them alone: every snapshot of them all would be more than an answer may hold.
    asked = Asked(drawn=_drawn(length).model_copy(update={"only": trial}))
    return asked, replace(before, source="", length=length, drawn=trial)


def _writing(known: bool, before: Address) -> tuple[int, int]:
    """What the decoder reads, and the width of the beam; what cannot be is greyed, with the reason."""
    st.session_state.setdefault("told", before.told)
    if not known:
        st.session_state["told"] = 0
    told = st.segmented_control(
        text.READS,
        list(text.READ_AS),
        format_func=text.READ_AS.__getitem__,
        key="told",
        required=True,
        disabled=not known,
        help=text.READS_HELP if known else text.NOT_TOLD,
    )
    st.session_state.setdefault("beam", before.beam)
    beam = st.number_input(
        text.BEAM,
        1,
        WIDEST_BEAM,
        key="beam",
        width=120,
        disabled=bool(told),
        help=text.NO_BEAM if told else text.BEAM_HELP,
    )
    return told or 0, int(beam)


def _drawn(length: int) -> Drawn:
    return Drawn(condition=f"length {length}" if length else MIXED, count=TRIALS)


def _right_known(task: Translation, asked: Asked) -> bool:
    return not asked.texts or task.translated(task.words_of(asked.texts[0])) is not None


def _words(task: Translation, asked: Asked) -> tuple[tuple[str, ...], tuple[bool, ...]]:
    """The words of the source, and which of them the task knows."""
    if asked.drawn is None:
        sentence = task.read(asked.texts[0])
        words, known = sentence.words, sentence.known
    else:
        words = task.wording(drawn_from(task, asked.drawn), 0)
        known = (True,) * len(words)
    return words, known
