"""The open tab of a page stands in the link, and comes back with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer import jobs

PAGE = """
import streamlit as st
from explorer.address import Address
from explorer.views import link
from explorer.views.tabs import tabs
from explorer.address import Limits
link.follow(Limits())
tabs(["One", "Change it", "Three"], "some_tabs", lambda name: st.caption("drawn " + name))
"""


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RNN_EXPLORER_STORE", str(tmp_path))
    yield AppTest.from_string(PAGE, default_timeout=60)
    jobs.close()


def test_the_first_is_open_and_not_in_the_link(app: AppTest) -> None:
    app.run()
    assert [one.value for one in app.caption] == ["drawn One"]
    assert "tab" not in app.query_params


def test_a_link_opens_its_tab_and_only_that_is_drawn(app: AppTest) -> None:
    app.query_params["tab"] = "Change it"
    app.run()
    assert [one.value for one in app.caption] == ["drawn Change it"]
    assert app.query_params["tab"] in ("Change it", ["Change it"])


def test_a_tab_of_another_page_or_none_at_all_opens_the_first(app: AppTest) -> None:
    for named in ("Exchange", "<script>", "x" * 65):
        app.query_params["tab"] = named
        app.run()
        assert not app.exception
        assert [one.value for one in app.caption] == ["drawn One"]
