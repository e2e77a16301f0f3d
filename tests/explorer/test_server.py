"""The server as a real process: who may ask, what every answer says, which port, how it ends.

The witness of a session is a WebSocket client that speaks Streamlit's own messages, so no browser is
needed to run the page's script in the process under test.
"""

from __future__ import annotations

import http.client
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0

WANTED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@dataclass
class Server:
    """A running `python -m explorer`, its port and the lines it said first."""

    process: subprocess.Popen[str]
    port: int
    said: list[str]

    def get(self, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as line:
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            line.request(method, path, headers=names)
            response = line.getresponse()
            response.read()
            response.close()
        return response

    def session(self) -> list[str]:
        """Open a tab: run the script once. Returns the kinds of the messages that came."""
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
        from websockets.sync.client import connect
        from websockets.typing import Origin, Subprotocol

        origin = f"http://127.0.0.1:{self.port}"
        kinds: list[str] = []
        with connect(
            f"ws://127.0.0.1:{self.port}/_stcore/stream",
            origin=Origin(origin),
            subprotocols=[Subprotocol("streamlit")],
            max_size=None,
            open_timeout=PATIENCE,
        ) as tab:
            start = BackMsg()
            start.rerun_script.query_string = ""
            tab.send(start.SerializeToString())
            while "script_finished" not in kinds:
                message = ForwardMsg.FromString(tab.recv(timeout=PATIENCE))
                kinds.append(str(message.WhichOneof("type")))
        return kinds


def start(*arguments: str, prefix: tuple[str, ...] = (), errors: int | None = None) -> Server:
    """Start the command and wait, by reading, until it has said its address."""
    process = subprocess.Popen(
        [sys.executable, *prefix, "-m", "explorer", "--no-browser", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
    )
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        if found:
            return Server(process, int(found[1]), said)
    raise AssertionError(f"it ended with status {process.wait()} after: {''.join(said)}")


def end(server: Server, by: signal.Signals = signal.SIGTERM) -> int:
    """End it, and return its exit status; a server that does not end in time fails the test."""
    if server.process.poll() is None:
        server.process.send_signal(by)
    try:
        return server.process.wait(timeout=20)
    finally:
        server.process.kill()
        for stream in (server.process.stdout, server.process.stderr):
            if stream is not None:
                stream.close()


def children(process: int) -> list[int]:
    """All living descendants of a process, from the system's process table."""
    table = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    parents = [tuple(map(int, line.split())) for line in table.splitlines()]
    found, new = [], [process]
    while new:
        new = [child for child, parent in parents if parent in new]
        found += new
    return found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    store = tmp_path_factory.mktemp("store")
    running = start("--store", str(store))
    yield running
    end(running)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/france?country=%3Cscript%3E"),
        ("GET", "/favicon.png"),
        ("GET", "/_stcore/health"),
        ("GET", "/_stcore/host-config"),
        ("GET", "/_stcore/stream"),
        ("GET", "/media/no-such-file.png"),
        ("GET", "/component/no.such/index.html"),
        ("GET", "/static/js/no-such-file.js"),
        ("GET", "/..%2f..%2fetc%2fpasswd"),
        ("POST", "/_stcore/upload_file/x/y"),
        ("OPTIONS", "/"),
        ("DELETE", "/"),
    ],
)
def test_every_response_has_the_headers(server: Server, method: str, path: str) -> None:
    response = server.get(path, method)
    for name, value in WANTED.items():
        assert response.getheader(name) == value, (response.status, name)
    policy = response.getheader("content-security-policy")
    assert policy is not None
    assert "object-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    assert "http:" not in policy
    assert "https:" not in policy
    assert "*" not in policy


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "[::1]", "", "192.168.0.7"]
)
def test_a_foreign_host_name_is_refused(server: Server, host: str) -> None:
    for path in ("/", "/_stcore/health", "/media/x"):
        response = server.get(path, Host=f"{host}:{server.port}")
        assert response.status == 400
        assert response.getheader("x-content-type-options") == "nosniff"


@pytest.mark.parametrize(
    ("host", "origin", "opens"),
    [
        ("127.0.0.1", "http://127.0.0.1", True),
        ("localhost", "http://localhost", True),
        ("127.0.0.1", "http://evil.example", False),
        ("127.0.0.1", "http://localhost", False),
        ("evil.example", "http://evil.example", False),
    ],
)
def test_only_our_own_page_may_open_a_socket(
    server: Server, host: str, origin: str, opens: bool
) -> None:
    response = server.get(
        "/_stcore/stream",
        Host=f"{host}:{server.port}",
        Origin=f"{origin}:{server.port}",
        Connection="Upgrade",
        Upgrade="websocket",
        Sec_WebSocket_Version="13",
        Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==",
        Sec_WebSocket_Protocol="streamlit",
    )
    assert (response.status == 101) == opens
    if not opens:
        assert response.getheader("x-content-type-options") == "nosniff"


def test_a_foreign_page_may_not_send(server: Server) -> None:
    response = server.get("/_stcore/upload_file/x/y", "PUT", Origin="https://evil.example")
    assert response.status == 403
    assert response.getheader("x-content-type-options") == "nosniff"
    assert server.get("/", Origin="null").status == 403
    assert server.get("/", Origin=f"http://127.0.0.1:{server.port}").status == 200


def test_the_policy_names_the_scripts_of_the_installed_streamlit() -> None:
    from explorer.server import inline_scripts

    # The witness is the browsers' published example (CSP level 2, §7.17.1).
    page = "<script src='a.js'></script><script>alert('Hello, world.');</script>"
    assert inline_scripts(page) == ["'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"]


def test_it_listens_on_this_machine_only(server: Server) -> None:
    for address in {entry[4][0] for entry in socket.getaddrinfo(socket.gethostname(), None)}:
        if str(address).startswith("127."):
            continue
        with closing(
            socket.socket(socket.AF_INET6 if ":" in str(address) else socket.AF_INET)
        ) as other:
            other.settimeout(2)
            assert other.connect_ex((str(address), server.port)) != 0


def test_a_taken_port_is_left_for_the_next_free_one() -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        running = start("--port", str(taken))
        try:
            assert running.port > taken
            assert running.said[0] == f"Port {taken} is taken; using {running.port}.\n"
            assert running.get("/_stcore/health").status == 200
        finally:
            end(running)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--port", "0"], "'0' is not a port; choose 1 to 65535"),
        (["--port", "70000"], "'70000' is not a port; choose 1 to 65535"),
        (["--port", "x"], "'x' is not a port; choose 1 to 65535"),
        (["--store", __file__], "cannot be a folder"),
    ],
)
def test_a_bad_argument_is_told_in_a_sentence(arguments: list[str], sentence: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "explorer", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_the_end_leaves_no_process(by: signal.Signals, tmp_path: Path) -> None:
    running = start("--store", str(tmp_path), errors=subprocess.PIPE)
    running.session()
    family = children(running.process.pid)
    status = end(running, by)
    assert status in (0, -by)
    table = subprocess.run(["ps", "-A", "-o", "pid="], capture_output=True, text=True, check=True)
    left = set(family) & {int(pid) for pid in table.stdout.split()}
    assert not left


def test_the_server_never_imports_torch(tmp_path: Path) -> None:
    """Every import of the real process, as the interpreter reports it, with a page drawn."""
    log = tmp_path / "imports"
    with log.open("w") as errors:
        running = start(
            "--store", str(tmp_path / "store"), prefix=("-X", "importtime"), errors=errors.fileno()
        )
        try:
            kinds = running.session()
        finally:
            end(running)
    assert "delta" in kinds
    imported = {
        line.rsplit("|", 1)[1].strip()
        for line in log.read_text().splitlines()
        if line.count("|") == 2
    }
    assert "streamlit" in imported
    assert "explorer.app" in imported
    assert not {name for name in imported if re.match(r"torch\b|plotly\.express\b", name)}
