"""Two looks at the whole sentence: how surprising the answer is at every step, and what one other word changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer import cache, controls, picture, wordlink
from explorer.charts.words import percent
from explorer.components.film import film
from explorer.controls import plain
from explorer.films import inside, unitorder
from explorer.films.directions import key_of, place_of
from explorer.films.edited import CHANGE, edited_film
from explorer.lessons import recurrence as text
from explorer.picture import Asked
from explorer.views import draw, look, worked
from explorer.views.look import Look

if TYPE_CHECKING:
    import xarray as xr

    from engine.tasks import Task


def surprise(here: Look) -> None:
    """-log p of the right answer at every step, and its sum."""
    if not look.has_task(here, text.SURPRISE):
        return
    found = look.ask(here, "surprise")
    if found is None:
        return
    draw.chart(
        here,
        "surprise",
        (here.asked, here.step),
        lambda mode="light", step=None: draw.charted("surprise")(
            found, step=step, trial=here.trial
        ),
        steps=here.steps,
    )


def edit(here: Look) -> None:
    """Change one word: both answers, the difference in every signal, and one signal of both side by side."""
    task = here.net.task
    if task is None:
        look.has_task(here, text.EDIT)
        return
    if not here.asked.texts:
        st.info(text.NO_WORDS)
        return
    place, new = _choose(here, task)
    look.remember(word=wordlink.write(place, new) if new else "")
    if not new or new == here.words[place]:
        st.info(text.SAME if new else text.CHOOSE)
        return
    if new not in task.vocabulary:
        st.warning(text.UNKNOWN.format(word=plain(new)))
    asked = Asked((" ".join(here.words), wordlink.changed(here.words, place, new)))
    try:
        found = cache.ask(here.net.name, asked, "record")
    except cache.FAULTS as fault:
        st.error(plain(str(fault)))
        return
    _answers(here, found, place, new)
    layer, ways = here.address.layer, here.directions
    draw.chart(
        here,
        "difference",
        (asked, here.step, layer),
        lambda direction, mode="light", step=None: draw.charted("difference")(
            found, step=step, layer=layer, direction=direction
        ),
        steps=here.steps,
        directed=True,
    )
    data = edited_film(
        found,
        here.signal,
        layer=layer,
        directions=ways,
        step=here.step,
        orders=unitorder.orders_of(found, here.cell.state[-1], ways, trial=0, layer=layer),
        cursor=(key_of(CHANGE, here.direction, ways), here.unit, here.time),
    )
    st.markdown(f"**{look.signal_words(here.cell)[here.signal]}**, {text.SIDE_BY_SIDE}")
    touched = film(data, key="edited")
    if touched.panel is not None:
        _, way = place_of(touched.panel)
        worked.put_next(signal=here.signal, unit=touched.row, time=touched.column, way=way)
        st.rerun()  # the whole page: film, fields and arithmetic above go there too
    old, new_ = (found.isel(trial=[trial]) for trial in (0, 1))

    def still(direction: int, step: int | None = None, mode: Any = "light") -> Any:
        options = {"signal": here.signal, "layer": layer, "direction": direction}
        return draw.charted("changed")(old, new_, step=step, mode=mode, **options)

    make = draw.each(here, still)
    controls.drawer("edited", make, draw.caption(here), steps=here.steps, film=data, step=here.step)


def _choose(here: Look, task: Task) -> tuple[int, str]:
    """The widgets: which word, and what it becomes."""
    known = wordlink.read(here.address.word, here.words)
    cue = picture.cue_of(task.read(here.asked.texts[here.trial])) or 0
    places = range(len(here.words))
    if here.address.word and known is None:
        st.warning(text.BAD_WORD)
    if known is not None:
        st.session_state.setdefault("word place", known[0])
        st.session_state.setdefault("word new", known[1])
    if st.session_state.setdefault("word place", cue) not in places:
        st.session_state["word place"] = cue
    with st.container(horizontal=True, vertical_alignment="bottom"):
        place = st.selectbox(
            text.WORD,
            places,
            format_func=lambda at: f"{at + 1} · {here.words[at]}",
            key="word place",
            width=240,
        )
        new = st.selectbox(
            text.NEW,
            task.vocabulary[1:],
            accept_new_options=True,
            key="word new",
            width=240,
            index=None,
        )
    return place, wordlink.one_word(new or "")


def _answers(here: Look, found: xr.Dataset, place: int, new: str) -> None:
    """Old and new: the likeliest answers at the end."""
    for column, trial, word, label in zip(
        st.columns(2), (0, 1), (here.words[place], new), (text.OLD, text.CHANGED), strict=True
    ):
        best = inside.answers(found, step=here.step, trial=trial)
        with column:
            st.caption(f"{label}: … {plain(word)} …")
            said = [f"{plain(answer)} {percent(share)}" for answer, share in best]
            st.markdown(f"### {said[0]}" if said else "")
            st.caption(", ".join(said[1:]))
