"""Changes that are in force: text in a field of the link, and what stood there before, for Undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import streamlit as st

from explorer.controls import plain
from explorer.lessons import workbench as text
from explorer.views import look
from explorer.views.look import Look

Change = TypeVar("Change")


@dataclass(frozen=True)
class Changes(Generic[Change]):
    """The changes of one page: the field of the link that holds them, and how they are read from its text and written into it.

    ``read`` and ``write`` raise ValueError in one sentence.
    """

    field: str
    read: Callable[[str], tuple[Change, ...]]
    write: Callable[[Sequence[Change]], str]

    def current(self, looked: Look) -> tuple[Change, ...]:
        """The changes of the link; what cannot be read is a sentence on the page, and no change.

        Of another net or source than before there is nothing to go back to.
        """
        of = (looked.net.name, looked.asked)
        if st.session_state.get(self._of) != of:
            st.session_state.update({self._of: of, self._before: []})
        try:
            return self.read(getattr(looked.address, self.field))
        except ValueError as fault:
            st.warning(plain(str(fault)))
            return ()

    def put(self, changes: Sequence[Change]) -> None:
        """Make these the changes in force; what does not fit into a link is said, and nothing changes."""
        before = getattr(st.session_state["chosen"], self.field)
        try:
            written = self.write(changes)
        except ValueError as fault:
            self.refuse(str(fault))
            return
        if written != before:
            st.session_state[self._before].append(before)
            look.remember(**{self.field: written})

    def refuse(self, why: str) -> None:
        """Why a change could not be made: said once, when the page is drawn again."""
        st.session_state[self._fault] = why

    def say_fault(self) -> None:
        """The sentence of the last change that could not be made, if there is one."""
        if fault := st.session_state.pop(self._fault, ""):
            st.error(plain(fault))

    def buttons(self, changes: Sequence[Change]) -> None:
        """Undo and reset; nothing where there is nothing to take back."""
        history = st.session_state[self._before]
        if changes or history:
            st.button(text.UNDO, disabled=not history, on_click=self._undo, icon=":material/undo:")
            st.button(text.RESET, disabled=not changes, on_click=self.put, args=((),))

    def _undo(self) -> None:
        history: list[Any] = st.session_state[self._before]
        if history:
            look.remember(**{self.field: history.pop()})

    @property
    def _before(self) -> str:
        return f"{self.field} before"

    @property
    def _fault(self) -> str:
        return f"{self.field} fault"

    @property
    def _of(self) -> str:
        return f"{self.field} of"
