"""The command line, one command per file. To add one: a file with a `Command`, a line here.

Exit status: 0 done; 1 it was tried and did not work out (a training that diverged, a full disk); 2 a value
that cannot be; 130 stopped by Ctrl-C. Whatever is not 0 says why in one sentence on stderr. With ``--json``
stdout holds one JSON value and nothing else (sweep: one a line, as the trainings end).

Nothing here loads torch before there is a net to compute with.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import NoReturn

from engine.command import cells, record, runs, sweep, tasks, train
from engine.command.say import REFUSED, STOPPED, UNFINISHED, Stop, complain

PROGRAM = "python -m engine"

COMMANDS = {
    command.name: command
    for command in (
        train.COMMAND,
        record.COMMAND,
        sweep.COMMAND,
        runs.COMMAND,
        tasks.COMMAND,
        cells.COMMAND,
    )
}


def main(arguments: list[str] | None = None) -> int:
    """Do what the arguments say; returns the exit status."""
    if sys.stdout is None:  # closed by whoever called us: there is nobody to tell
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that knows no "σ" gets "?", not a traceback
            stream.reconfigure(errors="replace")
    try:
        status = run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
        return status
    except Stop as stop:
        complain(str(stop))
        return stop.status
    except KeyboardInterrupt:
        complain("Stopped; nothing was written.")
        return STOPPED
    except BrokenPipeError:  # `… | head`: whoever read has seen enough; at exit nobody may flush
        _hush()
        return UNFINISHED
    except OSError as error:  # a full disk behind `… > file`
        _hush()
        complain(f"The answer could not be written: {error.strerror}.")
        return UNFINISHED


def _hush() -> None:
    """What is still to be flushed at exit goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run(arguments: list[str]) -> int:
    """Find the command, read its options (before, between and after what it works on) and do it."""
    command = COMMANDS[whole().parse_args(arguments[:1]).command]
    parser = Parser(prog=f"{PROGRAM} {command.name}", description=command.words, allow_abbrev=False)
    command.add(parser)
    parser.add_argument("--json", action="store_true", help="print JSON for another program")
    return command.run(parser.parse_intermixed_args(arguments[1:]))


class Parser(argparse.ArgumentParser):
    """A parser that refuses in one sentence."""

    def error(self, message: str) -> NoReturn:
        why = message.removeprefix("argument ")
        raise Stop(f"{why[:1].upper()}{why[1:]}; see {self.prog} --help.", REFUSED)


def whole() -> Parser:
    """The parser of the first word."""
    width = max(map(len, COMMANDS))
    told = [f"  {command.name:{width}}  {command.words}" for command in COMMANDS.values()]
    parser = Parser(
        prog=PROGRAM,
        usage=f"{PROGRAM} command [options]",
        description="Train recurrent nets and look into them.",
        epilog="\n".join(
            ["commands:", *told, "", f"{PROGRAM} command --help says what a command takes"]
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("command", choices=COMMANDS, help=argparse.SUPPRESS)
    return parser
