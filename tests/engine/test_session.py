"""The thread around the loop: whatever is asked of it and whenever, the run is the same and its end is told."""

import contextlib
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file

from designer.document.project import Choice
from designer.engine.events import (
    Changed,
    EpochDone,
    Event,
    Failed,
    Finished,
    Loading,
    StepsDone,
    Weights,
    merge_steps,
)
from designer.engine.loop import train
from designer.engine.session import Session
from designer.engine.state import read_place
from tests.engine.plans import plan_digits

LONG = 10_000  # epochs that no test waits for
PATIENCE = 60  # seconds after which something hangs


@contextlib.contextmanager
def running(session: Session):
    """Start a session and see to its end."""
    session.start()
    try:
        yield session
    finally:
        session.stop()
        assert session.join(PATIENCE)


def finish(session: Session) -> list[Event]:
    """Wait for the end; return the events not yet taken."""
    assert session.join(PATIENCE)
    return session.drain()


def losses_of(events: Iterable[Event]) -> list[float]:
    return [loss for event in events if isinstance(event, StepsDone) for loss in event.losses]


def without_time(event: Event) -> Event:
    """Return an event without the figures that differ from run to run."""
    import dataclasses

    timed = {"seconds": 0.0, "samples_per_second": 0.0}
    names = {field.name for field in dataclasses.fields(event)}
    return dataclasses.replace(event, **{name: value for name, value in timed.items() if name in names})


def test_session_tells_what_the_loop_tells():
    plan = plan_digits(epochs=2)
    with running(Session(plan)) as session:
        events = finish(session)
    assert session.state == "ended"
    assert [without_time(e) for e in events if not isinstance(e, StepsDone)] == [
        without_time(e) for e in train(plan) if not isinstance(e, StepsDone)
    ]
    assert losses_of(events) == losses_of(train(plan))


def test_two_sessions_in_one_process_are_equal():
    plan = plan_digits(epochs=2)
    runs = []
    for _ in range(2):
        with running(Session(plan)) as session:
            runs.append(losses_of(finish(session)))
    assert runs[0] == runs[1] != []


def test_paused_and_resumed_run_is_the_same_run():
    plan = plan_digits(epochs=40)
    events: list[Event] = []
    pauses = 0
    with running(Session(plan)) as session:
        while True:
            session.pause()
            if session.wait("paused", timeout=PATIENCE) == "ended":
                break
            pauses += 1
            events += session.drain()
            session.resume()
            session.wait_for_event(PATIENCE)
        events += session.drain()
    assert pauses >= 10
    assert losses_of(events) == losses_of(train(plan))
    assert isinstance(events[-1], Finished)
    # The clock stands still while a run is held.
    assert sum(e.seconds for e in events if isinstance(e, EpochDone)) <= events[-1].seconds


PLAN = plan_digits(epochs=3)

COMMANDS: dict[str, Callable[[Session], object]] = {
    "pause": Session.pause,
    "resume": Session.resume,
    "step": Session.step,
    "start": Session.start,
    "watch": lambda session: session.watch(["n-linear2", "n-relu3"], per_second=1000),
    "watch nothing": lambda session: session.watch([]),
    "drain": Session.drain,
    "wait a moment": lambda session: session.wait("paused", timeout=0.001),
    "stop": Session.stop,
}


@pytest.fixture(scope="module")
def whole() -> list[float]:
    """Return the losses of the plan when nobody interferes."""
    return losses_of(train(PLAN))


@settings(max_examples=40)
@given(commands=st.lists(st.sampled_from(list(COMMANDS)), max_size=25), started=st.booleans())
def test_any_commands_in_any_order_leave_the_start_of_the_same_run(whole, commands: list[str], started: bool):
    session = Session(PLAN)
    if started:
        session.start()
    events: list[Event] = []
    for command in commands:
        events += session.drain()
        COMMANDS[command](session)
    if "start" in commands or started:
        session.resume()
    session.start()
    session.resume()
    events += finish(session) if "stop" not in commands else []
    assert session.join(PATIENCE)
    events += session.drain()
    last = events[-1]
    assert isinstance(last, Finished)
    assert last.reason == ("stopped" if "stop" in commands and last.epoch < PLAN.epochs else last.reason)
    assert session.state == "ended"
    assert sum(isinstance(event, Finished | Failed) for event in events) == 1
    if "drain" not in commands:
        losses = losses_of(events)
        assert losses == whole[: len(losses)]
        assert len(losses) == last.step
        if last.reason == "finished":
            assert len(losses) == len(whole)


@pytest.mark.parametrize("state", ["idle", "loading", "running", "paused", "ended"])
def test_stop_from_every_state(state):
    session = Session(plan_digits(epochs=1 if state == "ended" else LONG))
    if state != "idle":
        session.start()
    if state == "paused":
        session.pause()
    if state != "idle":
        session.wait(state, timeout=PATIENCE)
    for _ in range(3):
        session.stop()
    assert session.join(PATIENCE)
    session.stop()
    assert session.state == "ended"
    events = session.drain()
    assert isinstance(events[-1], Finished)
    assert events[-1].reason == ("finished" if state == "ended" else "stopped")
    assert session.drain() == []
    for command in (session.start, session.pause, session.resume, session.step, session.stop):
        command()
    assert session.state == "ended"
    assert session.drain() == []


def test_state_follows_the_run():
    session = Session(plan_digits(epochs=LONG))
    assert session.state == "idle"
    with running(session):
        assert session.state in ("loading", "running")
        assert session.wait("running", timeout=PATIENCE) == "running"
        session.pause()
        assert session.wait("paused", timeout=PATIENCE) == "paused"
        session.resume()
        assert session.state == "running"
        session.stop()
        assert session.state in ("stopping", "ended")
    assert session.state == "ended"


def test_a_step_is_one_batch_past_the_end_of_epochs_with_weights_that_are_looked_at():
    session = Session(plan_digits(epochs=LONG, batch_size=720))  # two steps an epoch
    session.pause()
    events: list[Event] = []
    with running(session):
        session.watch(["n-linear2"], 1e9)
        session.wait("paused", timeout=PATIENCE)
        for count in range(1, 8):
            session.step()
            while [e.step for e in events if isinstance(e, StepsDone)] != list(range(1, count + 1)):
                assert session.wait_for_event(PATIENCE)
                events += session.drain()
        session.wait("paused", timeout=PATIENCE)
    events += session.drain()
    assert all(len(event.losses) == 1 for event in events if isinstance(event, StepsDone))
    assert [event.epoch for event in events if isinstance(event, EpochDone)] == [1, 2, 3]
    assert any(isinstance(event, Weights) for event in events)


def test_held_run_shows_what_is_watched_at_once():
    session = Session(plan_digits(epochs=LONG))
    with running(session):
        session.pause()
        session.wait("paused", timeout=PATIENCE)
        session.drain()
        for nodes in (["n-linear2"], ["n-linear5", "n-linear2", "n-relu3"]):
            session.watch(nodes)
            seen: list[Event] = []
            while len(seen) < len(nodes):
                assert session.wait_for_event(PATIENCE)
                seen += session.drain()
            assert [event.node for event in seen if isinstance(event, Weights)] == nodes
        assert session.state == "paused"
        step = seen[0].step
        session.watch(["n-linear2"])
        found = [wait_for_weights(session)]
        session.step()
        found.append(wait_for_weights(session))
        assert [weights.step for weights in found] == [step, step + 1]


def wait_for_weights(session: Session) -> Weights:
    """Return the next snapshot. Of two that wait together only the newer is kept."""
    while True:
        assert session.wait_for_event(PATIENCE)
        for event in session.drain():
            if isinstance(event, Weights):
                return event


def test_watching_a_running_network_sends_at_most_so_many_snapshots():
    session = Session(plan_digits(epochs=LONG))
    session.watch(["n-linear2"], per_second=20)
    seen: list[Weights] = []
    with running(session):
        while len(seen) < 3:
            assert session.wait_for_event(PATIENCE)
            seen += [event for event in session.drain() if isinstance(event, Weights)]
    assert seen[0].step < seen[-1].step
    assert seen[0].tensors["weight"].shape == (32, 64)


def test_a_busy_listener_slows_snapshots_but_not_the_first():
    session = Session(plan_digits(epochs=LONG))
    session.watch(["n-linear2"], per_second=20)
    session.slow(1e9)
    events: list[Event] = []
    with running(session):
        while sum(isinstance(event, EpochDone) for event in events) < 20:
            assert session.wait_for_event(PATIENCE)
            events += session.drain()
        assert sum(isinstance(event, Weights) for event in events) == 1


def test_queue_of_a_listener_that_sleeps_stays_short_and_loses_nothing():
    plan = plan_digits(epochs=30)
    session = Session(plan)
    session.watch(["n-linear2", "n-linear5"], per_second=1e6)
    with running(session):
        events = finish(session)
    assert losses_of(events) == losses_of(train(plan))
    assert sum(isinstance(event, EpochDone) for event in events) == 30
    assert sorted(event.node for event in events if isinstance(event, Weights)) == ["n-linear2", "n-linear5"]
    assert len(events) <= 2 + 2 * 30 + 2 * 3 + 1
    assert isinstance(events[-1], Finished)


def test_merged_steps_say_the_same():
    first = StepsDone(2, 10, (1.0, 2.0), 0.1, 100.0, {"accuracy": 0.5})
    second = StepsDone(2, 14, (3.0, 4.0, 5.0, 6.0), 0.2, 50.0, {"accuracy": 0.6})
    both = merge_steps(first, second)
    assert both.losses == (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)
    assert (both.epoch, both.step, both.learning_rate, both.metrics) == (2, 14, 0.2, {"accuracy": 0.6})
    # Two steps at 100 and four at 50 took 0.02 and 0.08.
    assert both.samples_per_second == pytest.approx(60.0)


def test_failure_is_the_last_event():
    with running(Session(plan_digits(optimizer=Choice("SGD", {"lr": 1e30})))) as session:
        events = finish(session)
    assert isinstance(events[-1], Failed)
    assert events[-1].reason == "non_finite_loss"
    assert session.state == "ended"


def test_error_of_ours_is_told_too(monkeypatch):
    def broken(plan):
        yield Loading()
        yield StepsDone(1, 7, (0.5,), 0.1, 1.0, {})
        raise MemoryError("a bug")

    monkeypatch.setattr("designer.engine.loop.train", broken)
    with running(Session(plan_digits())) as session:
        events = finish(session)
    last = events[-1]
    assert isinstance(last, Failed)
    assert (last.reason, last.epoch, last.step) == ("exception", 1, 7)
    assert "a bug" in last.message
    assert "broken" in last.trace


def test_thread_is_gone_and_session_can_be_forgotten():
    session = Session(plan_digits(epochs=1))
    with running(session):
        finish(session)
    assert "training" not in [thread.name for thread in threading.enumerate()]
    gone = weakref.ref(session)
    del session
    assert gone() is None


def test_interpreter_ends_cleanly_in_the_middle_of_a_run():
    code = (
        "from tests.engine.plans import plan_digits\n"
        "from designer.engine.session import Session\n"
        "session = Session(plan_digits(epochs=10**6)); session.start()\n"
        "assert session.wait('running', timeout=60) == 'running'\n"
        "print('on')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, "on\n", "")


@pytest.mark.parametrize("stop", [False, True])
def test_kept_weights_are_those_at_the_end(stop, tmp_path):
    plan = replace(plan_digits(epochs=LONG if stop else 2), out=tmp_path / "run")
    session = Session(plan)
    session.keep(["n-linear5", "n-relu3"])
    with running(session):
        if stop:
            session.wait("running", timeout=PATIENCE)
            session.stop()
        events = finish(session)
    kept = [event for event in events if isinstance(event, Weights)]
    assert [event.node for event in kept] == ["n-linear5", "n-relu3"]
    saved = load_file(tmp_path / "run" / "last.safetensors")
    path = plan.source.modules["n-linear5"]
    for name, tensor in kept[0].tensors.items():
        np.testing.assert_array_equal(tensor, saved[f"{path}.{name}"])
    assert not kept[1].tensors
    assert kept[0].step == events[-1].step


def test_nothing_is_kept_of_a_run_stopped_while_it_loads():
    session = Session(plan_digits())
    session.keep(["n-linear5"])
    with running(session):
        session.stop()
        assert isinstance(finish(session)[-1], Finished)


def test_a_held_run_takes_single_steps_and_goes_on_with_another_plan():
    plan = plan_digits(epochs=2, batch_size=64)
    session = Session(plan)
    session.pause()
    session.start()
    session.wait("paused", timeout=PATIENCE)
    for count in (1, 2, 3):
        before = len(losses_of(session.drain()))
        session.step()
        assert session.wait_for_event(PATIENCE)
        events = session.drain()
        assert before == 0
        assert [event.step for event in events if isinstance(event, StepsDone)] == [count]
        assert len(losses_of(events)) == 1
    session.change(plan_digits(epochs=2, batch_size=512))
    session.wait_for_event(PATIENCE)
    (changed,) = session.drain()
    assert isinstance(changed, Changed)
    assert (changed.step, changed.fresh, changed.refusal) == (3, (), "")
    assert session.state == "paused"
    session.resume()
    events = finish(session)
    first = next(event for event in events if isinstance(event, EpochDone))
    assert first.step == 3 + 3  # the rest of the epoch in large batches
    assert isinstance(events[-1], Finished)
    assert session.join(PATIENCE)


def test_a_run_that_is_held_is_in_its_folder_up_to_the_last_step(tmp_path):
    plan = replace(plan_digits(epochs=1000), out=tmp_path / "run")
    with running(Session(plan)) as session:
        session.wait("running", timeout=PATIENCE)
        places: list[tuple[int, int]] = []
        while len(places) < 3:
            session.pause()
            assert session.wait("paused", timeout=PATIENCE) == "paused"
            done = [event for event in session.drain() if isinstance(event, StepsDone | EpochDone)]
            if done:
                places.append((done[-1].epoch, done[-1].step))
                assert read_place(tmp_path / "run" / "last.state") == places[-1]  # a kill would lose nothing
            session.resume()
            session.wait_for_event(PATIENCE)
