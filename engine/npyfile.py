"""An array of numbers in a .npy file, strictly: no pickle, no structure, its length before its content.

Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

from __future__ import annotations

import math
import stat
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

MAX_FILE = 64 * 2**20
_MAX_HEADER = 10_000


class NpyError(ValueError):
    """The file is no array that we read; the message is one sentence."""


def read(path: Path) -> np.ndarray:
    """The array of floats or whole numbers in a file. Raises NpyError, and nothing else."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise NpyError(f"{path.name} is not a file.")
        size = path.stat().st_size
        if size > MAX_FILE:
            raise NpyError(f"{path.name} is larger than {MAX_FILE // 2**20} MB.")
        with path.open("rb") as file:
            try:
                version = npy.read_magic(file)
                if version not in ((1, 0), (2, 0)):
                    raise NpyError(f"{path.name} is of a .npy version that is not read here.")
                header = (
                    npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
                )
                shape, by_column, dtype = header(file, max_header_size=_MAX_HEADER)
            except NpyError:
                raise
            except Exception:  # numpy evaluates the header as a literal: whatever that raises
                raise NpyError(
                    f"{path.name} is not a .npy file, or its header is damaged."
                ) from None
            if dtype.kind not in "fiu" or dtype.itemsize > 8:
                raise NpyError(
                    f"{path.name} holds {str(dtype)[:40]} values, and inputs are numbers."
                )
            if any(n < 0 for n in shape) or len(shape) > 8:
                raise NpyError(f"{path.name} has a shape that is not allowed.")
            if math.prod(shape) * dtype.itemsize != size - file.tell():
                raise NpyError(f"{path.name} is not as long as its header says.")
            values = np.frombuffer(file.read(), dtype)
        return values.reshape(shape, order="F" if by_column else "C")
    except FileNotFoundError:
        raise NpyError(f"There is no file {path.name}.") from None
    except OSError as error:
        raise NpyError(f"{path.name} cannot be read: {error.strerror}.") from None
