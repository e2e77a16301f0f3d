"""Figures as one HTML file that works without a network: what moves still scrubs, the rest is SVG.

The file asks for nothing outside itself, and its policy allows no script but the one in it. People's
words are text everywhere: escaped in markup, and `<`, `>`, `&` written as \\u003c … in data.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from explorer import theme
from explorer.export.figure import MOST_FRAMES, Figure, Moving, spread, untitled
from explorer.export.picture import page

SHEET = theme.Paper((12.5, 6.0), 11)
"""The place of a still picture in the page."""
_HERE = Path(__file__).parent
_MODULE = "export default function"


def offline(
    figures: Sequence[Figure],
    mode: theme.Mode = "light",
    title: str = "Inside recurrent nets",
) -> bytes:
    """The page, all in one mode. Raises ValueError for a figure that cannot be drawn."""
    parts = []
    for number, figure in enumerate(figures, start=1):
        inside = _moving(figure.moving, number) if figure.moving else _still(figure, number, mode)
        where = "".join(
            f'<p class="caption">{html.escape(line)}</p>'
            for line in (figure.caption, figure.link and f"In the explorer: {figure.link}")
        )
        parts.append(f"<section><h2>{html.escape(figure.title)}</h2>{inside}{where}</section>")
    program = _program([figure.moving for figure in figures if figure.moving])
    style = _inks(mode) + (_HERE / "offline.css").read_text(encoding="utf-8")
    policy = (
        f"default-src 'none'; script-src {_hash(program)}; style-src {_hash(style)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    lead = f"{len(figures)} picture{'s' * (len(figures) != 1)} of trained nets. This file needs no network."
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{html.escape(title)}</title><style>{style}</style></head><body><main>"
        f'<h1>{html.escape(title)}</h1><p class="lead">{lead}</p>{"".join(parts)}</main>'
        f"<script>{program}</script></body></html>\n"
    ).encode()


def _still(figure: Figure, number: int, mode: theme.Mode) -> str:
    """The picture as SVG; at each of its steps where it has some, with a scrubber."""
    if not figure.steps:
        return _svg(figure, None, mode, f"p{number}")
    steps = spread(figure.steps, MOST_FRAMES)
    last = steps[-1]
    frames = "".join(
        f'<div class="frame" data-label="training step {step} of {last}"{"" if step == last else " hidden"}>'
        f"{_svg(figure, step, mode, f'p{number}s{step}')}</div>"
        for step in steps
    )
    return (
        f'<div class="frames">{frames}<div class="scrub" hidden><button type="button"></button>'
        f'<input type="range" min="0" max="{len(steps) - 1}" step="1" aria-label="training step">'
        "<output></output></div></div>"
    )


def _svg(figure: Figure, step: int | None, mode: theme.Mode, prefix: str) -> str:
    """The names inside begin with `prefix`: two pictures of one page must not share them."""
    chart = untitled(figure.chart(step, mode))
    svg = page(chart, "", SHEET, mode, whole=False, transparent=True).svg
    return re.sub(r'((?<= id=")|(?<=url\(#)|(?<=href="#))(?=[A-Za-z_])', f"{prefix}-", svg)


def _moving(moving: Moving, number: int) -> str:
    data = _json(base64.b64encode(moving.data).decode())
    return (
        f'<div data-moving="{html.escape(moving.kind)}" data-of="data{number}"></div>'
        f'<script type="application/json" id="data{number}">{data}</script>'
    )


def _program(moving: Sequence[Moving]) -> str:
    """All scripts as one: each component in a function of its own, and what mounts them."""
    makers = "".join(_makers({one.kind: one for one in moving}))
    whole = "\n".join(
        [
            '"use strict";',
            f"const makers = {{{makers}}};",
            (_HERE / "offline.js").read_text("utf-8"),
        ]
    )
    if re.search(r"</script|<!--", whole, re.IGNORECASE):
        raise ValueError("A component's script would end the page's script.")
    return whole


def _makers(kinds: dict[str, Moving]) -> Iterator[str]:
    for kind, one in kinds.items():
        if one.script.count(_MODULE) != 1:
            raise ValueError(f"The component {kind} is no module with one function.")
        body = one.script.replace(_MODULE, "return function")
        yield f"{_json(kind)}: {{style: {_json(one.style)}, mount: (() => {{\n{body}\n}})()}},"


def _json(value: str) -> str:
    """JSON that can stand inside a script: no character of it means anything to HTML."""
    text = json.dumps(value)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _inks(mode: theme.Mode) -> str:
    """The names under which components ask for colours, as the app gives them."""
    ink = theme.INK[mode]
    names = {
        "scheme": mode,
        "st-text-color": ink.text,
        "st-background-color": ink.background,
        "st-secondary-background-color": ink.panel,
        "st-primary-color": ink.accent,
        "st-font": theme.FONT,
        "st-green-text-color": theme.VERDICT[mode][0],
        "st-red-text-color": theme.VERDICT[mode][1],
        "line": ink.line,
        "quiet": ink.quiet,
    }
    return f":root {{ {''.join(f'--{name}: {value}; ' for name, value in names.items())}}}\n"
