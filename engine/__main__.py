"""`python -m engine train|record|sweep|runs|tasks|cells`: the command line, see `engine.command`."""

from __future__ import annotations

import sys

from engine.command import main

if __name__ == "__main__":
    sys.exit(main())
