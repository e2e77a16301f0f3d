"""The first page: why does one net lose the word?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from engine import second_act
from engine.shipped import seeds
from explorer import cache, controls, picture
from explorer.address import Address
from explorer.components.rows import rows
from explorer.lessons import france as text
from explorer.picture import Asked, Net
from explorer.views import below, france_second, link, train


def show() -> None:
    """Draw the page from top to bottom."""
    known = picture.shipped_nets(seeds()) | picture.attending_net(second_act.figures())
    try:
        known |= cache.own_nets()
    except cache.FAULTS as fault:
        st.error(controls.plain(str(fault)))
    st.html(link.STYLE)
    st.title(text.TITLE, anchor="rows")
    st.markdown(text.LEAD)
    chosen = link.choose(known, train.just_ended())
    asked = ask(chosen)
    if asked is not None:
        hero(chosen, asked, {name: known[name] for name in chosen.rows})
    train.section(asked)
    below.section(asked, [known[name] for name in chosen.rows])
    france_second.section(asked)
    cache.warm_soon()


def ask(chosen: Address) -> Asked | None:
    """The sentences of a choice; None, and a sentence on the page, where there is nothing to ask."""
    if chosen.kind == "far":
        return picture.far(chosen.country, chosen.gap, chosen.swap)
    if chosen.kind == "near":
        return picture.near(chosen.cue, chosen.other)
    try:
        asked = Asked((chosen.text,))
        sentence = asked.sentence
    except ValueError as fault:
        st.info(controls.plain(str(fault)))
        return None
    unknown = [
        word for word, known in zip(sentence.words, sentence.known, strict=True) if not known
    ]
    if unknown:
        st.warning(text.UNKNOWN.format(words=controls.plain(", ".join(dict.fromkeys(unknown)))))
    if int(sentence.trials.targets[0, -1]) < 0:
        st.caption(text.NOTHING_ASKED)
    return asked


@st.fragment
def hero(chosen: Address, asked: Asked, nets: dict[str, Net]) -> None:
    """The rows, with their training scrubber; releasing it reruns no more than this."""
    drawn = []
    for net in nets.values():
        try:
            with st.spinner(f"Asking {net.label} …", show_time=True):
                answer = cache.answer_arrays(net.name, asked.texts)
            tested = replace(net, solved=net.near) if chosen.kind == "near" else net
            drawn.append(picture.row_of(tested, answer, asked))
        except cache.FAULTS as fault:
            st.error(controls.plain(f"{net.label}: {fault}"))
    if not drawn:
        return
    data = picture.picture(drawn, asked, start_step=chosen.step, measure=chosen.measure)
    touched = rows(data, key="rows")
    now = link.remember(chosen, step=touched.step, measure=touched.measure, last=data)
    steps = {step for row in drawn for step in row.steps}
    shown = max(steps) if now.step is None else now.step

    def still(step: int) -> Any:
        from explorer.charts.rows import rows_still

        return rows_still(data, step=step, measure=now.measure)

    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(text.USE, width="stretch")
        controls.drawer(
            "rows",
            still,
            picture.caption(nets.values(), shown),
            step=shown,
            steps=steps,
            film=replace(data, start_step=now.step, start_measure=now.measure),
        )


show()
