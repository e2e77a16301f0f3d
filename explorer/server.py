"""What stands between the network and Streamlit: who may ask, what every answer says, how it ends.

The page is served on this machine only, yet any web site open in the same browser can send requests
to it. So: known host names only (no DNS rebinding), and headers that allow no script but ours.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from explorer import firstpaint
from explorer.preload import link_header, streamlit_page

HOSTS = ("127.0.0.1", "localhost")
FRAMES = "RNN_EXPLORER_FRAMES"
"""Environment variable; "local" lets pages of this machine (a notebook) show ours in a frame."""


def inline_scripts(html: str) -> list[str]:
    """The CSP hashes of the scripts written inside an HTML page: 'sha256-…' of their exact text."""
    texts = re.findall(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", html, re.DOTALL)
    digests = (hashlib.sha256(text.encode()).digest() for text in texts)
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


@cache
def headers() -> dict[str, str]:
    """The headers of every response.

    `script-src blob:` is for components v2, whose JavaScript Streamlit imports from a blob; markup
    cannot make a blob, so injected HTML gains nothing from it. Styles are inline throughout Streamlit.
    """
    framed = os.environ.get(FRAMES) == "local"  # browsers then look past X-Frame-Options
    own = " ".join(inline_scripts(streamlit_page().read_text(encoding="utf-8")))
    policy = {
        "default-src": "'self'",
        "script-src": f"'self' blob: {own}",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'self'"
        + ("".join(f" http://{host}:*" for host in HOSTS) if framed else ""),
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }


class SecurityHeaders:
    """Puts `headers()` on every response: pages, files, refusals, failed handshakes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        waiting = scope["type"] == "websocket"

        async def send_with_headers(message: Message) -> None:
            nonlocal waiting
            if waiting and message["type"] == "websocket.close":
                # The server's own answer to a refused handshake would have no headers.
                refusal = PlainTextResponse("Refused", status_code=403)
                return await refusal(scope, receive, send_with_headers)
            waiting = False
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                given = MutableHeaders(scope=message)
                given.update(headers())
                if given.get("content-type", "").startswith("text/html"):
                    given["Link"] = link_header()
            await send(message)

        await self.app(scope, receive, send_with_headers)


class OwnOrigin:
    """Refuses what another site's page sends. Streamlit would ask the internet for its own address
    before it refused a socket."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.app
        if scope["type"] in ("http", "websocket"):
            given = Headers(scope=scope)
            origin = given.get("origin")
            if origin is not None and origin.partition("://")[2] != given.get("host"):
                app = PlainTextResponse("Foreign origin", status_code=403)
        await app(scope, receive, send)


def middleware() -> list[Middleware]:
    """Outermost first: the headers stand on the refusals too."""
    return [
        Middleware(firstpaint.Requests),
        Middleware(SecurityHeaders),
        Middleware(TrustedHostMiddleware, allowed_hosts=list(HOSTS), www_redirect=False),
        Middleware(OwnOrigin),
    ]


async def error_response(request: Request, error: Exception) -> PlainTextResponse:
    """The answer when the server itself fails; it is made outside the middleware."""
    return PlainTextResponse("Internal Server Error", status_code=500, headers=headers())


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
    """The server's life: imports go on beside its start; workers are made on first use, end here."""
    firstpaint.warm()
    try:
        yield {}
    finally:
        jobs = sys.modules.get("explorer.jobs")  # never imported: nothing to close
        if jobs is not None:
            jobs.close()
