"""`python -m tests.benchmarks [name …]`: measure, print one line a ratio; exit 1 when a claim is missed."""

from __future__ import annotations

import sys

from tests.benchmarks import BENCHMARKS


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"No benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    held = True
    for name in names or BENCHMARKS:
        for ratio in BENCHMARKS[name]():
            print(ratio.line(), flush=True)
            held = held and ratio.holds
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
