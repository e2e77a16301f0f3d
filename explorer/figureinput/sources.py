"""From what a person types to a net that can be asked: a run file, a stored run, a shipped one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from engine import shipped
from engine.cells import CELLS
from engine.command.record import found
from engine.command.runs import store_of
from engine.command.say import Stop
from engine.store import RUN_ID
from explorer import picture
from explorer.figureinput.wanted import Source
from explorer.picture import Net

if TYPE_CHECKING:
    from engine.run import Run
    from engine.store import Store


def source(name: str, store: str | None, aside: Store, number: int) -> Source:
    """The run of a file, a shipped name or an id, as one that can be asked.

    aside: where the run of a file is put meanwhile. Raises Stop.
    """
    shown = None if os.path.exists(name) else shipped.shipped_run(name)
    run = found(name, store) if shown is None else shown
    if not run.snapshots:
        raise Stop("The run has no snapshot yet.")
    if shown is not None:
        return Source(Net(name, shipped.nets()[name].label, run.experiment), run, aside)
    if not os.path.exists(name) and RUN_ID.fullmatch(name):
        net = picture.own_net(name, number, run.experiment, run.result or {})
        return Source(net, run, store_of(store))
    return Source(_called(aside.add(run), run), run, aside)


def _called(run_id: str, run: Run) -> Net:
    net = picture.own_net(run_id, 1, run.experiment, run.result or {})
    return Net(net.name, CELLS[run.experiment.network.cell].label, run.experiment, net.solved)
