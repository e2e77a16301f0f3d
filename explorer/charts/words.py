"""How numbers are written in pictures, the same as in the rows that move: 1/3000, <1e-8, 99.8 %."""

from __future__ import annotations

import math

from explorer.theme import REACH_FLOOR


def short(value: float, fraction: bool = True) -> str:
    """Two figures: 1, 0.85, 1/8, 1/3100, 2.4e-5, <1e-8; a dash for what is not known."""
    if not math.isfinite(value):
        return "–"
    if value < REACH_FLOOR:
        return f"<{_scientific(REACH_FLOOR)}"
    if value >= 0.95:
        return f"{value:.1f}".removesuffix(".0") if value < 9.5 else f"{value:.0f}"
    if value >= (0.4 if fraction else 0.1):
        return f"{value:.2f}"
    if not fraction or value < 1e-4:
        return _scientific(value)
    parts = 1 / value
    return f"1/{float(f'{parts:.1g}' if parts < 10 else f'{parts:.2g}'):g}"


def percent(share: float) -> str:
    """Never "100 %" for a net that is only almost sure."""
    if 0.995 <= share < 1:
        return f"{math.floor(share * 1000) / 10:.1f} %"
    return f"{share * 100:.0f} %" if share >= 0.01 or share == 0 else "<1 %"


def _scientific(value: float) -> str:
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits.removesuffix('.0')}e{int(exponent)}"


def width(text: str) -> float:
    """About how wide a text is in Liberation Sans, in font sizes."""
    narrow = sum(letter in " .,'|:;!/Iijltfr-" for letter in text)
    wide = sum(letter.isupper() or letter in "mwMW_→%" for letter in text.replace("I", ""))
    return 0.28 * narrow + 0.7 * wide + 0.55 * (len(text) - narrow - wide)
