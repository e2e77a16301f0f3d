"""A file that only grows: one JSON record a line, its CRC in front, one write for each line.

    6b1e3f0a {"step":1,"loss":2.48}

A line that was handed to the system is never lost to the death of its writer. A writer that dies
in a line leaves a torn tail without a line end: readers pass it over, the next writer cuts it
back. A line that is whole but does not match its CRC is counted, never shown.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.disk import DiskError, sync, trouble, write_all
from engine.strictjson import JSONError, dumps, loads


@dataclass(frozen=True)
class Tail:
    """What a log holds from some byte on: its records, how many lines were damaged, and the byte to read on from."""

    records: tuple[dict[str, Any], ...] = ()
    damaged: int = 0
    end: int = 0


class LogWriter:
    """The only writer of a log (whoever holds the run's lock)."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        try:
            self._descriptor = os.open(path, flags, 0o644)
        except OSError as error:
            raise trouble(error, self._name) from error
        self._end = path.read_bytes().rfind(b"\n") + 1
        os.ftruncate(self._descriptor, self._end)

    def append(self, record: Mapping[str, Any]) -> None:
        """Write one record, whole or not at all. Raises DiskFull or DiskError, and then cuts back what was written."""
        line = to_line(record)
        try:
            write_all(self._descriptor, line)
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._descriptor, self._end)
            raise trouble(error, self._name) from error
        self._end += len(line)

    def sync(self) -> None:
        """Keep all lines through a power cut. Raises DiskError."""
        sync(self._descriptor, self._name)

    def close(self) -> None:
        """Close the file; asking twice is fine."""
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            try:
                os.close(descriptor)
            except OSError as error:  # a network folder may say only now that it kept nothing
                raise DiskError(str(trouble(error, self._name))) from error


def read_log(path: Path, start: int = 0) -> Tail:
    """The whole lines from byte `start` on. A log that does not exist is empty; one that was begun anew since, and so
    ends before that byte, is read from its first."""
    try:
        with path.open("rb") as file:
            if file.seek(0, os.SEEK_END) < start:
                start = 0
            file.seek(start)
            data = file.read()
    except FileNotFoundError:
        return Tail(end=start)
    whole = data[: data.rfind(b"\n") + 1]
    records = [_record(line) for line in whole.split(b"\n")[:-1]]
    good = tuple(record for record in records if record is not None)
    return Tail(good, len(records) - len(good), start + len(whole))


def to_line(record: Mapping[str, Any]) -> bytes:
    """The line of a record. Raises ValueError for NaN: what is no number has no field."""
    text = dumps(record).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _record(line: bytes) -> dict[str, Any] | None:
    checksum, _, text = line.partition(b" ")
    if checksum != b"%08x" % zlib.crc32(text):
        return None
    try:
        record = loads(text)
    except JSONError:
        return None
    return record if isinstance(record, dict) else None
