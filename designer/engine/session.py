"""A training run on a thread of its own: start, pause, resume, step, stop, and a queue of its events."""

import atexit
import threading
import traceback
import weakref
from collections import deque
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Literal

from designer.engine.asking import Asking
from designer.engine.events import (
    EpochDone,
    Event,
    Failed,
    Finished,
    Held,
    Loading,
    Request,
    StepsDone,
    Weights,
    merge_steps,
)
from designer.engine.plan import Plan
from designer.engine.preload import import_torch, settle_first_steps
from designer.engine.seeing import Look, Wish

State = Literal["idle", "loading", "running", "paused", "stopping", "ended"]


class Session:
    """One run of a plan, driven from any thread; torch is imported on its own.

    Events wait in a queue until `drain` takes them. The queue never grows with the length of an epoch and loses
    nothing but old snapshots: steps that follow each other become one event, and of each node only the newest
    `Weights` are kept. The last event is always Finished or Failed, and is there before `state` says "ended".

    The random numbers of a run come from torch's global generator: nothing else in the process may draw from it
    meanwhile.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._changed = threading.Condition()
        self._state: State = "idle"
        self._events: deque[Event] = deque()
        self._thread: threading.Thread | None = None
        self._paused = False
        self._stopped = False
        self._turns = 0  # steps to let through while paused
        self._stepping = False  # one of them is asked for and not yet here
        self._asking = Asking()
        self._place = 0, 0  # epoch and step last heard of

    @property
    def state(self) -> State:
        """Where the run stands."""
        return self._state

    def start(self) -> None:
        """Begin the run; nothing happens if it was begun before."""
        with self._changed:
            if self._state != "idle":
                return
            self._state = "loading"
            self._thread = threading.Thread(target=self._run, name="training", daemon=True)
            _running.add(self)
            self._thread.start()

    def pause(self) -> None:
        """Hold the run at its next event."""
        with self._changed:
            self._paused, self._turns = True, 0
            self._changed.notify_all()

    def resume(self) -> None:
        """Go on."""
        with self._changed:
            self._paused = False
            self._asking.watching.renew()
            if self._state == "paused":
                self._state = "running"
            self._changed.notify_all()

    def change(self, plan: Plan) -> None:
        """Go on with another plan from the next event on, held or not; a Changed event says what came of it."""
        with self._changed:
            self._asking.plan = plan
            self._changed.notify_all()

    def move(self, folder: Path) -> None:
        """Keep the run in another folder from the next event on, held or not; an Unkept event says what came of it."""
        with self._changed:
            self._asking.out = folder
            self._changed.notify_all()

    def step(self) -> None:
        """Let a held run take one step, past the end of an epoch where it stands there; what it tells on the way comes on top."""
        with self._changed:
            if self._paused:
                self._turns += 1
                self._changed.notify_all()

    def stop(self) -> None:
        """Ask the run to end after the step in hand, from any state, any number of times; `join` waits for it."""
        with self._changed:
            if self._stopped or self._state == "ended":
                return
            self._stopped = True
            if self._state == "idle":
                self._events.append(Finished("stopped", 0, 0, 0.0))
                self._state = "ended"
            else:
                self._state = "stopping"
            self._changed.notify_all()

    def join(self, timeout: float | None = None) -> bool:
        """Wait until the thread has gone, at most `timeout` seconds; return whether it has."""
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)
        return thread is None or not thread.is_alive()

    def wait(self, *states: State, timeout: float | None = None) -> State:
        """Wait until the run is in one of these states, or has ended; return where it stands."""
        with self._changed:
            self._changed.wait_for(lambda: self._state in (*states, "ended"), timeout)
            return self._state

    def wait_for_event(self, timeout: float | None = None) -> bool:
        """Wait until there is an event to drain; return whether there is one."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._events) or self._state == "ended", timeout)

    def watch(self, nodes: Iterable[str], per_second: float = 2.0) -> None:
        """Ask for snapshots of these nodes' weights, the first at once (also while held), then so many a second."""
        with self._changed:
            self._asking.watching.watch(nodes, per_second)
            self._changed.notify_all()

    def look(self, wish: Wish | None, per_second: float = 1.0) -> None:
        """Ask for looks into the network, the first at once (also while held), then so many a second.

        Where they cost much they come less often: they get a fiftieth of the time. None ends them.
        """
        with self._changed:
            self._asking.watching.look(wish, per_second)
            self._changed.notify_all()

    def copy(self, which: Literal["now", "best"]) -> None:
        """Ask for a copy of the weights, held or not: a Copied event brings it, unless the run ends before."""
        with self._changed:
            self._asking.copy = which
            self._changed.notify_all()

    def slow(self, factor: float) -> None:
        """Let snapshots and looks come so many times less often than was asked for: the listener is busy."""
        self._asking.watching.slowness = factor

    def keep(self, nodes: Iterable[str]) -> None:
        """Ask for a last snapshot of these nodes' weights when the run finishes or is stopped, and for a last look."""
        with self._changed:
            self._asking.kept = tuple(nodes)

    def drain(self) -> list[Event]:
        """Return the events since the last call, in order, without waiting."""
        with self._changed:
            events = list(self._events)
            self._events.clear()
        return events

    def _run(self) -> None:
        """Drive the loop from start to end; runs on the thread."""
        try:
            import_torch()
            from designer.engine.loop import train

            last = self._drive(train(self.plan))
        except BaseException as error:  # noqa: BLE001 - whatever it was, the listener must hear of it
            message = f"Training ended with an error of Designer itself: {type(error).__name__}: {error}."
            last = Failed("exception", message, None, *self._place, "".join(traceback.format_exception(error)))
        with self._changed:
            self._events.append(last)
            self._state = "ended"
            self._changed.notify_all()
        _running.discard(self)

    def _drive(self, run: Generator[Event, Request | None, None]) -> Finished | Failed:
        """Pass events on and requests in; return the last event, which is passed on when the run has let go of all."""
        try:
            event = next(run)
            while not isinstance(event, Finished | Failed):
                if isinstance(event, StepsDone):
                    settle_first_steps()
                if not isinstance(event, Held):
                    self._queue(event)
                event = run.send(self._answer(event))
            return event
        finally:
            run.close()

    def _answer(self, event: Event) -> Request | None:
        """Return what is asked of the loop after an event; waits here while the run is held."""
        with self._changed:
            self._asking.note(event)
            if isinstance(event, StepsDone):
                self._stepping = False
            if self._state == "loading" and not isinstance(event, Loading):
                self._set_state("running")
            while not self._stopped:
                if self._asking.is_waiting:
                    return None
                request = self._asking.choose(event, held=self._paused)
                if request is not None or not self._paused or isinstance(event, Loading) or self._stepping:
                    return request
                if self._turns:
                    return self._take_turn()
                if self._state == "running":
                    if isinstance(event, StepsDone | EpochDone):  # between two: nobody knows how long it is held
                        return Request(keep=True)
                    self._set_state("paused")
                self._changed.wait()
            return None if self._asking.is_waiting else self._asking.choose_last(event) or Request(stop=True)

    def _take_turn(self) -> Request:
        """Return the request for one of the steps that a held run is to take."""
        self._turns -= 1
        self._stepping = True
        self._asking.watching.renew()
        return Request(one_step=True)

    def _set_state(self, state: State) -> None:
        self._state = state
        self._changed.notify_all()

    def _queue(self, event: Event) -> None:
        with self._changed:
            if isinstance(event, StepsDone | EpochDone):
                self._place = event.epoch, event.step
            if isinstance(event, Weights | Look):
                old = [e for e in self._events if not _is_newer(event, e)]
                if len(old) < len(self._events):  # the listener is slow, and steps may have become neighbours
                    self._events.clear()
                    for each in old:
                        self._append(each)
            self._append(event)
            self._changed.notify_all()

    def _append(self, event: Event) -> None:
        last = self._events[-1] if self._events else None
        if isinstance(last, StepsDone) and isinstance(event, StepsDone) and last.epoch == event.epoch:
            self._events[-1] = merge_steps(last, event)
        else:
            self._events.append(event)


def _is_newer(event: Weights | Look, old: Event) -> bool:
    """Return whether an event makes an older one worthless."""
    if isinstance(event, Look):
        return isinstance(old, Look)
    return isinstance(old, Weights) and old.node == event.node


# Sessions whose thread runs: a thread that is inside torch when the interpreter ends would crash the process.
_running: "weakref.WeakSet[Session]" = weakref.WeakSet()


@atexit.register
def _stop_all() -> None:
    for session in list(_running):
        session.stop()
    for session in list(_running):
        session.join(5)
