"""The supervisor: queue, cancel, questions, deaths, and no process that outlives the server."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest

from engine.experiment import Experiment
from engine.questions import Question
from engine.recordings import read
from engine.store import STORE_VARIABLE, Store
from explorer import jobs, trainings
from explorer.jobs import JobError, Supervisor
from explorer.workers import LOG, TWICE, Worker
from tests.patience import alive, until

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.training


def experiment(steps: int = 6, seed: int = 0) -> Experiment:
    """The smallest thing that really trains, and can be asked about sentences."""
    choice = {
        "task": {"name": "fluent", "gap": 2},
        "network": {"units": 3, "embedding": 3},
        "training": {"steps": steps, "snapshots": 3, "batch": 4},
        "seed": seed,
    }
    return Experiment.model_validate(choice)


ENDLESS = experiment(100_000)


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervisor]:
    """One supervisor for all tests: its workers load torch once."""
    supervisor = Supervisor(tmp_path_factory.mktemp("store"))
    supervisor.warm(trainers=2)
    yield supervisor
    pids = supervisor.pids()
    supervisor.close()
    assert gone(pids)


@pytest.fixture(scope="module")
def trained(warm: Supervisor) -> str:
    """The id of a finished run."""
    run_id = warm.store.create(experiment())
    warm.train(run_id)
    until(lambda: warm.store.state(run_id) == "finished")
    return run_id


def begun(supervisor: Supervisor, run_id: str, records: int = 3) -> Callable[[], bool]:
    """Whether a training is under way."""
    return lambda: len(supervisor.store.metrics(run_id)) > records


def ended(supervisor: Supervisor, *ids: str) -> Callable[[], bool]:
    """Whether trainings have ended."""
    return lambda: all(supervisor.store.result(i) and supervisor.place(i) is None for i in ids)


def reached(store: Store, run_id: str, state: str) -> bool:
    """Whether a run is in this state."""
    return store.state(run_id) == state


def let_go(store: Store, run_id: str) -> bool:
    """Whether nobody holds the run, and it has no end."""
    return store.state(run_id) in ("interrupted", "queued")


def gone(pids: list[int]) -> bool:
    """Whether none of these processes runs any more."""
    return not any(map(alive, pids))


def question(run_id: str, country: str = "France") -> str:
    """A question as the page sends it."""
    return Question(
        run=run_id, texts=(f"I grew up in {country} and I speak fluent",)
    ).model_dump_json()


def test_the_server_holds_no_torch() -> None:
    code = "import explorer.jobs, sys; print('torch' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert found.stdout == "False\n", found.stderr


# -- trainings


def test_two_train_and_the_others_wait(warm: Supervisor) -> None:
    ids = [warm.store.create(ENDLESS) for _ in range(5)]
    for run_id in ids:
        warm.train(run_id)
        warm.train(run_id)  # twice from two tabs is once
    assert [warm.place(run_id) for run_id in ids] == [0, 0, 1, 2, 3]
    until(begun(warm, ids[0]))
    until(begun(warm, ids[1]))
    assert warm.store.state(ids[0]) == warm.store.state(ids[1]) == "running"
    warm.cancel(ids[3])
    assert warm.place(ids[3]) is None
    assert warm.store.state(ids[3]) == "cancelled"
    assert warm.place(ids[4]) == 2
    for run_id in ids[:2]:
        warm.cancel(run_id)
    until(begun(warm, ids[2]))
    until(begun(warm, ids[4]))
    for run_id in ids:
        warm.cancel(run_id)
    until(ended(warm, ids[2], ids[4]))
    assert {warm.store.state(run_id) for run_id in ids} == {"cancelled"}
    assert len(warm.pids()) == 3


def test_cancelling_is_quick_in_every_phase(warm: Supervisor) -> None:
    dice, seconds = random.Random(4), []
    for _ in range(20):
        run_id = warm.store.create(ENDLESS)
        warm.train(run_id)
        wanted = dice.randrange(-1, 30)
        until(begun(warm, run_id, wanted))
        moment = time.perf_counter()
        warm.cancel(run_id)
        until(partial(reached, warm.store, run_id, "cancelled"))
        seconds.append(time.perf_counter() - moment)
        until(ended(warm, run_id))
    assert sorted(seconds)[-2] < 0.5, seconds


def test_the_same_seed_gives_the_same_bits_in_both_workers_at_once(
    warm: Supervisor, trained: str
) -> None:
    ids = [warm.store.create(experiment()) for _ in range(4)]
    threads = [threading.Thread(target=warm.train, args=[run_id]) for run_id in ids]
    for thread in threads:
        thread.start()
    until(ended(warm, *ids))
    expected = [s.digest() for s in warm.store.snapshots(trained)]
    for run_id in ids:
        assert [s.digest() for s in warm.store.snapshots(run_id)] == expected


def test_a_run_that_is_ended_is_left_alone(warm: Supervisor, trained: str) -> None:
    warm.train(trained)
    assert warm.place(trained) is None
    warm.cancel(trained)
    assert warm.store.state(trained) == "finished"
    for run_id in ("../..", "20240101T000000-aaaaaaaaaa"):
        for action in (warm.train, warm.cancel):
            with pytest.raises(JobError):
                action(run_id)
        assert warm.place(run_id) is None
        assert warm.trouble(run_id) == ""


def test_a_training_whose_worker_dies_is_made_anew_once(warm: Supervisor) -> None:
    run_id = warm.store.create(ENDLESS)
    warm.train(run_id)
    until(begun(warm, run_id))
    for _ in range(2):
        kill_trainer_of(warm, run_id)
        until(lambda: warm.place(run_id) is None or begun(warm, run_id)())
    assert warm.store.state(run_id) == "interrupted"
    assert warm.trouble(run_id) == f"The worker died twice on this; {LOG} in the store may say why."
    assert warm.store.damage(run_id) == 0
    warm.train(run_id)  # a person may ask for it again
    until(begun(warm, run_id))
    assert warm.trouble(run_id) == ""
    warm.cancel(run_id)
    until(ended(warm, run_id))


def kill_trainer_of(supervisor: Supervisor, run_id: str) -> None:
    """kill -9 for the process that trains a run; returns when it is known to be gone."""
    (worker,) = [w for w, run in supervisor._trainings._workers.items() if run == run_id]
    os.kill(worker.pid, signal.SIGKILL)
    until(lambda: worker not in supervisor._trainings._workers)


def test_a_training_that_does_not_hear_is_ended_by_force(
    warm: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainings, "GRACE", 0.1)
    run_id = warm.store.create(ENDLESS)
    warm.train(run_id)
    until(begun(warm, run_id))
    (worker,) = [w for w, run in warm._trainings._workers.items() if run == run_id]
    os.kill(worker.pid, signal.SIGSTOP)  # as in one endless step
    warm.cancel(run_id)
    until(lambda: warm.store.state(run_id) == "cancelled")
    until(
        lambda: not alive(worker.pid), 5
    )  # a process closes its files, the lock too, before it is gone
    until(lambda: warm.place(run_id) is None)


# -- questions


def test_a_question_is_answered_while_two_train(warm: Supervisor, trained: str) -> None:
    busy = [warm.store.create(ENDLESS) for _ in range(2)]
    for run_id in busy:
        warm.train(run_id)
    until(begun(warm, busy[0]))
    until(begun(warm, busy[1]))
    path = warm.store.recordings / "one.safetensors"
    warm.ask(question(trained), path, 60)
    written = path.stat().st_mtime_ns
    assert read(path).sizes["snapshot"] == 3
    warm.ask(question(trained), path, 0)  # the file is there: nobody is asked
    assert path.stat().st_mtime_ns > written  # and it is among the last to be thrown away
    for run_id in busy:
        warm.cancel(run_id)
    until(ended(warm, *busy))


def test_the_same_question_from_many_tabs_is_answered_once(
    warm: Supervisor, trained: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = warm.store.recordings / "many.safetensors"
    sent: list[object] = []
    worker = warm._questions._worker
    assert worker is not None
    send = worker.send

    def spy(job: Mapping[str, object]) -> None:
        sent.append(job)
        send(job)

    monkeypatch.setattr(worker, "send", spy)
    tabs = [threading.Thread(target=warm.ask, args=[question(trained), path]) for _ in range(8)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert path.exists()
    assert len(sent) == 1


def test_many_questions_at_once_are_all_answered(warm: Supervisor, trained: str) -> None:
    paths = [warm.store.recordings / f"q{number}.safetensors" for number in range(8)]
    tabs = [threading.Thread(target=warm.ask, args=[question(trained), path]) for path in paths]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert all(path.exists() for path in paths)


def test_what_cannot_be_answered_is_said(warm: Supervisor, trained: str, tmp_path: Path) -> None:
    path = warm.store.recordings / "wrong.safetensors"
    for text, place, said in (
        (question("20240101T000000-aaaaaaaaaa"), path, "There is no run"),
        (json.dumps({"run": trained, "until": -1}), path, "until = -1: "),
        (question(trained), tmp_path / "x.safetensors", "only be written into the store"),
    ):
        with pytest.raises(JobError, match=said.replace("[", r"\[")):
            warm.ask(text, place, 60)
    assert not path.exists()
    assert not list(tmp_path.iterdir())


def test_a_question_is_asked_again_when_its_worker_dies(warm: Supervisor, trained: str) -> None:
    path = warm.store.recordings / "again.safetensors"
    worker = warm._questions._worker
    assert worker is not None
    os.kill(worker.pid, signal.SIGSTOP)
    tab = threading.Thread(target=warm.ask, args=[question(trained), path, 60])
    tab.start()
    until(lambda: str(path) in warm._questions._asked)
    os.kill(worker.pid, signal.SIGKILL)
    tab.join()
    assert path.exists()
    assert warm._questions._worker is not worker


def test_a_question_that_kills_two_workers_is_given_up(warm: Supervisor, trained: str) -> None:
    path = warm.store.recordings / "deadly.safetensors"
    errors: list[str] = []

    def tab() -> None:
        with pytest.raises(JobError) as caught:
            warm.ask(question(trained), path, 60)
        errors.append(str(caught.value))

    killed: set[int] = set()
    worker = warm._questions._worker
    assert worker is not None
    os.kill(worker.pid, signal.SIGSTOP)
    thread = threading.Thread(target=tab)
    thread.start()
    until(lambda: str(path) in warm._questions._asked)
    while thread.is_alive():
        worker = warm._questions._worker
        if worker is not None and worker.pid not in killed:
            killed.add(worker.pid)
            os.kill(worker.pid, signal.SIGKILL)
        thread.join(0.01)
    assert len(killed) == 2
    assert errors == [TWICE]


def test_a_late_answer_frees_the_worker(warm: Supervisor, trained: str) -> None:
    warm.ask(question(trained), warm.store.recordings / "early.safetensors", 60)
    worker = warm._questions._worker
    assert worker is not None
    os.kill(worker.pid, signal.SIGSTOP)
    with pytest.raises(JobError, match=r"^The answer took longer than 0\.2 seconds\.$"):
        warm.ask(question(trained), warm.store.recordings / "late.safetensors", 0.2)
    until(lambda: not alive(worker.pid))
    warm.ask(question(trained), warm.store.recordings / "next.safetensors", 60)


# -- the end


def test_closing_ends_everything_and_starts_nothing(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)
    run_id, waiting = (supervisor.store.create(ENDLESS) for _ in range(2))
    supervisor.warm(trainers=1)
    supervisor.train(run_id)
    pids = supervisor.pids()
    assert len(pids) == 2
    supervisor.close()
    supervisor.close()
    assert gone(pids)
    assert supervisor.pids() == []
    for action in (supervisor.train, lambda run: supervisor.ask(question(run), tmp_path / "a")):
        with pytest.raises(JobError, match=r"^The server is closing\.$"):
            action(waiting)
    supervisor.warm()
    assert supervisor.pids() == []


def test_a_worker_that_cannot_start_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor = Supervisor(tmp_path)
    run_id = supervisor.store.create(ENDLESS)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    supervisor.warm(trainers=1)
    for action in (supervisor.train, lambda run: supervisor.ask(question(run), tmp_path / "a")):
        with pytest.raises(JobError, match="A worker could not be started: No such file"):
            action(run_id)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(JobError, match="The worker died twice"):
        supervisor.ask(question(run_id), supervisor.store.recordings / "a.safetensors", 60)
    supervisor.train(run_id)
    until(lambda: supervisor.trouble(run_id) == TWICE)
    supervisor.close()


def test_there_is_one_supervisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(STORE_VARIABLE, str(tmp_path))
    jobs.close()
    found: list[Supervisor] = []
    tabs = [threading.Thread(target=lambda: found.append(jobs.supervisor())) for _ in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert len(set(map(id, found))) == 1
    assert found[0].store.root == tmp_path
    assert found[0].pids() == []  # made, but nothing was started
    jobs.close()
    assert jobs.supervisor() is not found[0]
    jobs.close()


def test_a_worker_says_once_that_it_is_gone(tmp_path: Path) -> None:
    gone = threading.Event()
    worker = Worker(tmp_path, "ask", lambda *_: None, lambda _: gone.set())
    worker.let_go()
    worker.join(5)
    worker.send({"job": "ask"})
    assert gone.is_set()
    assert not alive(worker.pid)
