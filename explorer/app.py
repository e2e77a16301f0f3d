"""The server: `streamlit run explorer/app.py` from any folder, or `python -m explorer`.

`app` is written out as a call at module level, because that is what `streamlit run` looks for. This
process never imports torch: nets live in the workers of `explorer.jobs`.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

# `streamlit run` puts this folder on the path, where `import export` would find ours: the root
# belongs there instead.
sys.path[:] = [str(HERE.parent)] + [
    entry for entry in sys.path if Path(entry or ".").resolve() not in (HERE, HERE.parent)
]

import streamlit as st  # noqa: E402

from explorer.server import error_response, lifespan, middleware  # noqa: E402

app = st.App(
    HERE / "main.py",
    lifespan=lifespan,
    middleware=middleware(),
    exception_handlers={Exception: error_response},
)

st.get_option("logger.level")  # reads config.toml now: later that would undo uvicorn's log level
