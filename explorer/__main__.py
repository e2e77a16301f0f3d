"""`python -m explorer [--port N] [--no-browser] [--store DIR]`: serve the page, open the browser.

A word in front does something else, see COMMANDS: `python -m explorer figures`.

The port is taken before Streamlit is even imported: nobody can take it in between, and the browser
starts while the server does (the system holds its request until we answer).
"""

from __future__ import annotations

import argparse
import errno
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

HOST = "127.0.0.1"
FIRST_PORT = 8501
TRIES = 100


def listen(first: int) -> socket.socket:
    """A socket that listens on this machine only: on port `first`, or the next free one after it.

    Raises OSError when none of TRIES ports can be had.
    """
    refusal = OSError(errno.EADDRINUSE, "no free port")
    for port in range(first, min(first + TRIES, 65536)):
        taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":  # elsewhere the option would let two servers share the port
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((HOST, port))
            taken.listen(128)
            return taken
        except OSError as error:
            taken.close()
            refusal = error
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                break
    raise refusal


def port_number(text: str) -> int:
    """A port from the command line."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; choose 1 to 65535")
    return int(text)


def store_folder(text: str) -> Path:
    """A folder that exists or can be made, and that we may write to."""
    folder = Path(text).expanduser().resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{text!r} cannot be a folder: {error.strerror}") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise argparse.ArgumentTypeError(f"{text!r} cannot be written to")
    return folder


def open_browser(url: str) -> None:
    """Open the page beside the starting server; where there is no screen the printed link must do."""
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return  # webbrowser would start a text browser inside this terminal
    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def serve(listening: socket.socket) -> None:
    """Serve until Ctrl-C or SIGTERM; uvicorn hands both on when everything is closed."""
    from explorer import firstpaint

    firstpaint.hurry()
    import uvicorn

    from explorer.app import app

    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        ws_per_message_deflate=False,  # on one machine compressing costs more than it saves
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(config).run(sockets=[listening])


def options(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Give a parser the options of the server."""
    parser.add_argument("--port", type=port_number, default=FIRST_PORT, help="first port to try")
    parser.add_argument("--no-browser", action="store_true", help="only print the link")
    parser.add_argument("--store", type=store_folder, help="folder for runs and recordings")
    return parser


def start(chosen: argparse.Namespace, path: str = "") -> int:
    """Serve the page with these `options`, and open it at a path (with its query); the exit status."""
    if chosen.store is not None:
        from engine.disk import STORE_VARIABLE

        os.environ[STORE_VARIABLE] = str(chosen.store)
    try:
        listening = listen(chosen.port)
    except OSError as error:
        print(f"No port from {chosen.port} on can be used: {error.strerror}.", file=sys.stderr)
        return 1
    port = listening.getsockname()[1]
    if port != chosen.port:
        print(f"Port {chosen.port} is taken; using {port}.", flush=True)
    url = f"http://{HOST}:{port}{path}"
    print(f"RNN explorer: {url}   (Ctrl-C ends it)", flush=True)
    if not chosen.no_browser:
        open_browser(url)
    try:
        with listening:
            serve(listening)
    except KeyboardInterrupt:
        print()
    return 0


def _figure(arguments: list[str]) -> int:
    from explorer.figurecommand import figure

    return figure(arguments)


def _figures(arguments: list[str]) -> int:
    from explorer.figurecommand import figures

    return figures(arguments)


def _open(arguments: list[str]) -> int:
    from explorer.opencommand import open_file

    return open_file(arguments)


COMMANDS: dict[str, tuple[str, Callable[[list[str]], int]]] = {
    "open": ("look inside a run, a module or a state_dict", _open),
    "figure": ("draw a chart of a run into a file", _figure),
    "figures": ("list the charts", _figures),
}
"""What stands in front of the options: its words, and the function that takes the rest of the line."""


def main(arguments: list[str] | None = None) -> int:
    """The command; returns the exit status."""
    given = sys.argv[1:] if arguments is None else arguments
    if given and given[0] in COMMANDS:
        return COMMANDS[given[0]][1](given[1:])
    told = [f"  {name:8} {words}" for name, (words, _) in COMMANDS.items()]
    parser = argparse.ArgumentParser(
        prog="python -m explorer",
        usage="python -m explorer [options] | command …",
        description="Look inside recurrent nets.",
        epilog="\n".join(["commands:", *told]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return start(options(parser).parse_args(given))


if __name__ == "__main__":
    sys.exit(main())
