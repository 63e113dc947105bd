"""The store of runs: what it lists, keeps and lets go; and a run whose process is killed."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from designer.document.files import save
from designer.document.project import Choice
from designer.engine.curves import read_curves, read_losses
from designer.engine.events import EpochDone, Finished, Request, StepsDone
from designer.engine.loop import train
from designer.engine.ownership import MARKER
from designer.engine.plan import Plan
from designer.engine.record import Record, change_record, hold, now, read_record, write_record
from designer.engine.store import TRASH, Store, StoreError, measure
from tests.engine.plans import CONVOLUTION, digits


def put(store: Store, name: str = "net", **fields: object) -> Path:
    """Put a run into a store that nobody trained."""
    folder = store.new_folder(name)
    (folder / MARKER).write_text("# a run\n")
    record = {"name": name, "state": "finished", "step": 5, "started": "2026-01-01T00:00:00+00:00"} | fields
    write_record(folder, Record(**record))
    return folder


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "runs")


def test_a_run_is_listed_with_what_it_says_of_itself(store):
    assert store.list().runs == ()
    folder = store.new_folder("digits <1>/..")
    assert folder.parent == store.root
    list(train(_plan(folder)))
    (run,) = store.list().runs
    record = run.record
    assert (run.told_state, run.alive, run.can_go_on, run.is_repeatable) == ("finished", False, False, True)
    assert (record.epoch, record.epochs, record.learning_rate, record.optimizer) == (2, 2, 0.002, "Adam")
    assert record.batch_size == 64
    assert record.best["val_loss"] <= record.scores["val_loss"]
    assert [one.title for one in run.list_checkpoints()] == ["the last step", "the best epoch", "epoch 1", "epoch 2"]
    assert measure(folder) == sum(path.stat().st_size for path in folder.iterdir())


def _plan(folder: Path) -> Plan:
    return Plan.from_project(digits(optimizer=Choice("Adam", {"lr": 0.002}), epochs=2), out=folder, every=1)


def test_folders_of_runs_that_begin_in_the_same_second_differ(store):
    names = {store.new_folder("net").name for _ in range(20)}
    assert len(names) == 20
    assert store.new_folder("../../etc").parent == store.root
    assert store.new_folder("").parent == store.root


def test_what_cannot_be_read_is_said_and_what_is_no_run_is_passed_by(store):
    good = put(store)
    broken = put(store, "broken")
    (broken / "run.json").write_text("{")
    bare = put(store, "bare")
    (bare / "run.json").unlink()
    assert {run.folder for run in store.list().runs} == {good, broken}  # one that begins has not written it yet
    assert store.list().moves
    os.utime(bare / MARKER, (0, 0))
    (store.root / "notes").mkdir()
    (store.root / "notes.txt").write_text("mine")
    listing = store.list()
    assert [run.folder for run in listing.runs if not run.is_damaged] == [good]
    damaged = [run for run in listing.runs if run.is_damaged]
    assert {run.folder for run in damaged} == {broken, bare}
    assert all(run.record.cause in listing.faults and run.told_state == "damaged" for run in damaged)
    store.tidy(most=1)
    assert len(store.list().runs) == 3  # nobody throws them away but a person
    store.delete(broken)
    assert [run.folder for run in store.list().runs] == [good, bare]
    assert len(listing.faults) == 2
    assert all(str(folder) in " ".join(listing.faults) for folder in (broken, bare))


def test_hundreds_of_runs_are_listed_at_once(store):
    for number in range(400):
        put(store, f"net {number}", started=f"2026-01-01T00:{number // 60:02}:{number % 60:02}+00:00")
    began = time.process_time()
    runs = store.list().runs
    assert time.process_time() - began < 2  # a tenth of it on a quiet machine
    assert [run.name for run in runs[:2]] == ["net 399", "net 398"]
    change_record(runs[0].folder, name="first")
    assert [run.name for run in store.list().runs[:2]] == ["first", "net 398"]


def test_names_and_stars_are_kept_beside_a_run_under_way(store):
    folder = store.new_folder("net")
    run = train(Plan.from_project(digits(epochs=2), out=folder))
    for event in run:
        if isinstance(event, EpochDone):
            break
    assert store.list().runs[0].told_state.startswith("running, epoch ")
    store.rename(folder, "  my\nbest ")
    store.star(folder, True)
    with pytest.raises(StoreError, match="is under way"):
        store.delete(folder)
    list(run)
    record = read_record(folder)
    assert (record.name, record.starred, record.state) == ("my best", True, "finished")
    resumed = replace(Plan.from_project(digits(epochs=3), out=folder), resume=folder / "last.state")
    assert isinstance(list(train(resumed))[-1], Finished)
    again = read_record(folder)
    assert (again.name, again.starred, again.started, again.epoch) == ("my best", True, record.started, 3)


def test_deleting_moves_to_the_trash_and_never_touches_what_is_no_run(store, tmp_path):
    folder = put(store)
    store.delete(folder)
    assert not folder.exists()
    assert (store.root / TRASH / folder.name / "run.json").exists()
    assert store.list().runs == ()
    assert store.restore(folder.name) == folder
    assert len(store.list().runs) == 1
    mine = store.root / "mine"
    mine.mkdir()
    (mine / "thesis.tex").write_text("mine")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / MARKER).write_text("")
    link = store.root / "link"
    link.symlink_to(elsewhere)
    for strange in (mine, elsewhere, link, store.root, store.root / "..", store.root / "gone"):
        with pytest.raises(StoreError, match="is no run of"):
            store.delete(strange, for_good=True)
        store.discard(strange)
    assert (mine / "thesis.tex").exists()
    assert (elsewhere / MARKER).exists()
    (folder / "thesis.tex").write_text("mine")
    with pytest.raises(StoreError, match=r"thesis\.tex"):
        store.delete(folder, for_good=True)
    (folder / "thesis.tex").unlink()
    store.delete(folder, for_good=True)
    assert not folder.exists()


def test_the_oldest_without_a_star_make_room(store):
    folders = [put(store, f"net {day}", started=f"2026-01-0{day}T00:00:00+00:00") for day in range(1, 8)]
    store.star(folders[0], True)
    empty = put(store, "nothing", state="running", pid=2**22 + 1, step=0, host=read_host())
    assert store.tidy(4, 0) == ("net 3", "net 2")
    assert [run.name for run in store.list().runs] == ["net 7", "net 6", "net 5", "net 4", "net 1"]
    assert not empty.exists()
    (folders[5] / "last.state").write_bytes(bytes(10_000))
    assert store.tidy(0, 10_000) == ("net 6", "net 5", "net 4")
    assert [run.name for run in store.list().runs] == ["net 7", "net 1"]


def read_host() -> str:
    import socket

    return socket.gethostname()


def test_curves_are_drawn_together_where_they_are_long(tmp_path):
    folder = tmp_path / "run"
    events = list(train(Plan.from_project(digits(epochs=2, batch_size=100), out=folder)))
    losses = [loss for event in events if isinstance(event, StepsDone) for loss in event.losses]
    curves = read_curves(folder)
    assert curves.losses.tolist() == losses
    assert curves.steps.tolist() == list(range(1, len(losses) + 1))
    assert curves.epochs["val_loss"].tolist() == [e.val_loss for e in events if isinstance(e, EpochDone)]
    few = read_curves(folder, most=7)
    assert few.stretch == -(-len(losses) // 7)
    assert few.losses[0] == pytest.approx(np.mean(losses[: few.stretch]))
    assert few.losses[-1] == pytest.approx(np.mean(losses[few.stretch * (len(few.losses) - 1) :]))
    torn = tmp_path / "torn.csv"
    torn.write_text("step,loss\n1,0.5\n2,nan\n3,0.2")
    assert read_losses(torn)[0].tolist() == [1, 2]
    assert read_curves(tmp_path / "gone").epochs == {}


def test_a_run_from_a_checkpoint_elsewhere_takes_its_curve_along(store):
    first, second = store.new_folder("net"), store.new_folder("net")
    list(train(Plan.from_project(digits(epochs=3), out=first, every=1)))
    whole = read_curves(first)
    list(train(replace(Plan.from_project(digits(epochs=3), out=second), resume=first / "epoch-1.state")))
    again = read_curves(second)
    assert again.losses.tolist() == whole.losses.tolist()
    assert again.epochs["val_loss"].tolist() == whole.epochs["val_loss"].tolist()
    assert not read_record(second).changes
    other = digits(epochs=3, optimizer=Choice("SGD", {"lr": 0.1}))
    list(train(replace(Plan.from_project(other, out=second), resume=first / "epoch-1.state")))
    assert [change.step for change in read_record(second).changes] == [len(whole.losses) // 3]


def test_who_holds_a_record_is_alone_with_it(store):
    folder = put(store)
    code = (
        "import sys, pathlib; from designer.engine.record import change_record;"
        "print('here', flush=True); change_record(pathlib.Path(sys.argv[1]), name='other')"
    )
    with hold(folder):
        record = read_record(folder)
        process = subprocess.Popen([sys.executable, "-c", code, folder], stdout=subprocess.PIPE)
        assert process.stdout.readline() == b"here\n"
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.3)
        write_record(folder, msgspec.structs.replace(record, step=77))
    process.communicate(timeout=30)
    assert (read_record(folder).name, read_record(folder).step) == ("other", 77)


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_a_killed_run_says_how_far_it_came_and_goes_on_to_the_same_end(store, tmp_path):
    project = digits(*CONVOLUTION, epochs=400)
    save(tmp_path / "net.nnd", project)
    folder = store.new_folder("net")
    command = [sys.executable, "-m", "designer", "train", tmp_path / "net.nnd", "--out", folder]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    ends = time.monotonic() + 120
    while not (folder / "run.json").exists() or not read_record(folder).step:
        assert process.poll() is None
        assert time.monotonic() < ends
        time.sleep(0.02)
    (run,) = store.list().runs
    assert run.alive
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    (run,) = store.list().runs
    record = run.record
    assert (record.state, run.alive, run.is_broken, run.can_go_on) == ("running", False, True, True)
    assert record.step > 0
    assert run.told_state == f"broken off at epoch {record.epoch:,}, step {record.step:,}"
    epochs = record.epoch + 2
    plan = replace(Plan.from_project(replace(project, training=replace(project.training, epochs=epochs))), out=folder)
    assert isinstance(list(train(replace(plan, resume=folder / "last.state")))[-1], Finished)
    whole = tmp_path / "whole"
    list(train(replace(plan, out=whole)))
    ours, theirs = read_curves(folder), read_curves(whole)
    assert ours.losses.tolist() == theirs.losses.tolist()
    assert ours.epochs["val_loss"].tolist() == theirs.epochs["val_loss"].tolist()
    assert (folder / "last.safetensors").read_bytes() == (whole / "last.safetensors").read_bytes()
    assert store.list().runs[0].told_state == "finished"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells when a process began")
def test_a_number_that_another_process_has_by_now_is_no_life(store):
    mine = {"state": "running", "pid": os.getpid(), "host": read_host()}
    alive = put(store, "alive", updated=now(), **mine)
    gone = put(store, "gone", updated="2020-01-01T00:00:00+00:00", **mine)
    assert {run.folder: run.is_broken for run in store.list().runs} == {alive: False, gone: True}


def test_a_stopped_run_can_go_on(store):
    folder = store.new_folder("net")
    run = train(Plan.from_project(digits(epochs=3), out=folder))
    for event in run:
        if isinstance(event, EpochDone):
            break
    run.send(Request(stop=True))
    (kept,) = store.list().runs
    assert kept.can_go_on
    assert kept.told_state == "stopped at epoch 1, step 23"
    assert not kept.is_repeatable
