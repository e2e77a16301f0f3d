"""Writing that either happened or did not: whole lines, whole files, and a clear word when the
disk refuses.

What survives what: bytes handed to the system (`append`) survive the death of the process, kill
-9 included; bytes that were synced survive a power cut too. A file is replaced by write aside,
sync, rename, sync the folder.
"""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path

STORE_VARIABLE = "RNN_EXPLORER_STORE"
"""Environment variable with the folder of runs and recordings; ``--store`` sets it."""

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG}

# Named here, so that a test can put a full or a broken disk in their place.
_write = os.write
_fsync = os.fsync


class DiskError(Exception):
    """The disk did not take what was written; the message is one sentence."""


class DiskFull(DiskError):
    """There is no room left."""


def trouble(error: OSError, what: str) -> DiskError:
    """The system's error as a sentence of ours."""
    if error.errno in _FULL:
        return DiskFull(f"The disk is full: {what} could not be saved.")
    reason = os.strerror(error.errno) if error.errno else str(error)
    return DiskError(f"The disk reported an error ({reason}): {what} could not be saved.")


def write_all(descriptor: int, data: bytes | memoryview) -> None:
    """Write every byte. One system call when the disk takes them all, as it does for a line."""
    view = memoryview(data)
    while view:
        view = view[_write(descriptor, view) :]


def sync(descriptor: int, what: str) -> None:
    """Ask the disk to keep what was written. A failed sync must end the run: the kernel forgets the bytes."""
    try:
        _fsync(descriptor)
    except OSError as error:
        raise trouble(error, what) from error


def sync_folder(folder: Path) -> None:
    """Keep the names in a folder (after a rename). Windows has no such call and needs none."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network folders cannot sync names
            raise trouble(error, folder.name) from error
    finally:
        os.close(descriptor)


def write_file(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Put a whole file in place by rename: readers see the old one or the new one, never a half.

    Raises DiskFull or DiskError; the file aside is removed then and the old one stays.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    try:
        binary = getattr(os, "O_BINARY", 0)
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | binary, 0o644)
        try:
            write_all(descriptor, data)
            if durable:
                _fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(aside, path)
    except BaseException as error:  # Ctrl-C too must not leave the file aside behind
        with suppress(OSError):
            aside.unlink()
        if isinstance(error, OSError):
            raise trouble(error, path.name) from error
        raise
    if durable:
        sync_folder(path.parent)
