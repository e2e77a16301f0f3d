"""What the tests of the pages without a browser share: a store and its worker. Files that need a fresh one make it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.store import Store
from explorer import jobs


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store and one warm worker for the tests of a file: loading torch takes seconds."""
    root = tmp_path_factory.mktemp("store")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RNN_EXPLORER_STORE", str(root))
        yield Store(root)
        jobs.close()
