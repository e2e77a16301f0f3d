"""`python -m explorer.attached …`: the server of somebody else's process, which it does not outlive.

Its stdin is a pipe that the other process holds: when that process ends, however it ends, the pipe
closes, and the server ends itself and its workers. A page of this machine may show it in a frame.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from explorer.__main__ import main
from explorer.server import FRAMES


def follow() -> None:
    """Wait for the end of stdin, and then end as after Ctrl-C."""
    while os.read(0, 4096):
        pass
    signal.raise_signal(signal.SIGTERM)


if __name__ == "__main__":
    os.environ[FRAMES] = "local"
    threading.Thread(target=follow, name="follow stdin", daemon=True).start()
    sys.exit(main())
