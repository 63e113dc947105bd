"""One run of the engine as the window knows it: what it trains with, and all that it has told."""

import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from designer.catalogue.revisions import is_same_network
from designer.codegen.source import Source
from designer.document.project import Project
from designer.engine.diagnosis import Diagnosis
from designer.engine.events import Changed, Copied, Event, Samples, Started, StepsDone, Validating, Weights
from designer.engine.plan import Plan
from designer.engine.seeing import Activation, Look, Wish
from designer.engine.session import Session
from designer.ui.progress import Progress, advance

if TYPE_CHECKING:
    from designer.engine.following import Following

SNAPSHOTS = 4.0  # a second
LOOKS, QUICK_LOOKS = 1.0, 4.0  # a second; the second where something of a look is watched live
TREND = 40  # looks whose gradients and updates are kept
MOST_KEPT = 25_000_000  # parameters that are all looked at once more when a run ends
MOST_STEPS = 4_000  # of a run that are told to the one that goes on from it
ACTIVE = ("loading", "running", "paused", "stopping")


@dataclass(slots=True, eq=False)
class LiveRun:
    """A run, under way or ended.

    `project` and `source` are what it trains with now: another plan may take the place of the first. A relative path of
    the data starts from `beside`; `folder` is where the run is kept, if it is.
    `log` has its events in order, but for the snapshots: `weights` holds the newest of each node, `samples` what the
    network last made, `look` the newest look into it, with `activations` of all layers that were looked at for the same
    sample, `trends` of gradient and update, and the `diagnosis` of what looks wrong.
    With them whoever comes later can be told everything.
    `left` are the projects whose network another one took the place of, each with the step at which it did. `past`
    are steps of the run that it goes on from. `held` is set from the moment a pause is asked for.
    """

    project: Project
    source: Source
    session: "Session | Following"
    progress: Progress = field(default_factory=Progress)
    weights: dict[str, Weights] = field(default_factory=dict)
    samples: Samples | None = None
    look: Look | None = None
    activations: dict[str, Activation] = field(default_factory=dict)
    trends: dict[str, deque[tuple[float, float]]] = field(default_factory=dict)
    diagnosis: Diagnosis = field(default_factory=Diagnosis)
    wish: Wish = field(default_factory=Wish)
    log: list[Event] = field(default_factory=list)
    left: list[tuple[Project, int]] = field(default_factory=list)
    past: tuple[StepsDone, ...] = ()
    _first: Project = field(init=False)
    held: bool = False
    state: str = "loading"
    watched: tuple[str, ...] = ()
    looked: float = field(default_factory=time.monotonic)
    worked: float = 0.0
    beside: Path | None = None
    folder: Path | None = None

    def __post_init__(self) -> None:
        self._first = self.project

    @property
    def active(self) -> bool:
        """Whether it is under way, paused included."""
        return self.state in ACTIVE

    @property
    def steered(self) -> Session | None:
        """The session of a run that goes on here; of one that is followed nothing can be asked."""
        return self.session if isinstance(self.session, Session) else None

    def begin(self, watched: tuple[str, ...]) -> None:
        """Start the thread, with snapshots of some nodes."""
        self.watched = watched
        if self.steered is not None:
            self.steered.watch(watched, SNAPSHOTS)
            self.steered.keep(self.source.modules)  # so that every layer can be looked at afterwards
        self._ask_looks()
        self.session.start()

    def change(self, project: Project, source: Source, back_to: int | None = None) -> None:
        """Ask to go on with another project, with its network as it was left at a step, if one is given.

        A Changed event says what came of it.
        """
        plan = Plan.from_project(project, source=source, beside=self.beside)
        if self.steered is not None:
            self.steered.change(replace(plan, back_to=back_to))

    def find_left(self, project: Project) -> int | None:
        """Return the step at which the very network of a project was left: an undo has brought it back, or a redo."""
        steps = [step for left, step in self.left if left.graph is project.graph and left.blocks is project.blocks]
        return None if is_same_network(self.project, project) else max(steps, default=None)

    def project_at(self, step: int) -> Project:
        """Return what it took a step with."""
        told = (event for event in reversed(self.log) if isinstance(event, Changed) and event.step < step)
        plan = next((event.plan for event in told if event.plan is not None and not event.refusal), None)
        return plan.project if plan is not None else self._first

    def watch(self, nodes: Iterable[str]) -> None:
        """Ask for snapshots of these nodes from now on, the first at once."""
        watched = tuple(nodes)
        if watched != self.watched:
            self.watched = watched
            if self.active and self.steered is not None:
                self.steered.watch(watched, SNAPSHOTS)

    def watch_looks(self, wish: Wish) -> None:
        """Ask what looks into the network should bring from now on."""
        if wish != self.wish:
            self.wish = wish
            if self.active:
                self._ask_looks()

    def _ask_looks(self) -> None:
        live = self.wish.nodes or (self.wish.boundary and (self.look is None or self.look.boundary is not None))
        if self.steered is not None:
            self.steered.look(self.wish, QUICK_LOOKS if live else LOOKS)

    def drain(self) -> list[Event]:
        """Take in what happened since the last call, and return it."""
        session, now = self.session, time.monotonic()
        state = session.state  # before the events: when it says "ended" the last event is in the queue
        if state in ("running", "stopping"):  # loading and pauses are no work: the time left must not grow with them
            self.worked += now - self.looked
        self.looked = now
        events = [self._complete(event) for event in session.drain()]
        for event in events:
            self._take(event)
        self.note_state(state)
        return events

    def note_state(self, state: str = "") -> None:
        """Take over a state, the session's own unless given; a pause that was asked for counts at once."""
        if not state:
            state = self.session.state
            if state == "ended":  # that is known when its last event is taken in
                state = self.state
        self.state = "paused" if self.held and state in ("loading", "running") else state

    def tell(self) -> Iterator[Event]:
        """Yield what it has told so far, in an order that would have led to what is known now."""
        yield from self.log
        yield from self.weights.values()
        if self.samples is not None:
            yield self.samples
        if self.look is not None:
            yield self.look

    def list_steps(self) -> tuple[StepsDone, ...]:
        """Return what its steps have told, evenly thinned out, without losses; those of the run before among them."""
        found = [*self.past, *(replace(event, losses=()) for event in self.log if isinstance(event, StepsDone))]
        return tuple(found[:: -(-len(found) // MOST_STEPS) or 1])

    def _complete(self, event: Event) -> Event:
        """Return an event with what only the window still knows of the run before."""
        if not isinstance(event, Started) or not self.past:
            return event
        self.past = tuple(done for done in self.past if done.step <= event.step)
        return replace(event, past_steps=self.past)

    def _take(self, event: Event) -> None:
        if isinstance(event, Started) and event.parameters > MOST_KEPT and self.steered is not None:
            self.steered.keep(self.watched)
        if isinstance(event, Changed) and event.plan is not None and not event.refusal:
            if not is_same_network(self.project, event.plan.project):
                self.left.append((self.project, event.step))
            self.project, self.source = event.plan.project, event.plan.source
            self.activations.clear()
            self.trends.clear()
            self.weights = {node: seen for node, seen in self.weights.items() if node in self.source.modules}
            if self.active and self.steered is not None:
                self.steered.keep(self.source.modules)
        self.diagnosis.take(event)
        if isinstance(event, Weights):
            self.weights[event.node] = event
        elif isinstance(event, Look):
            self._take_look(event)
        elif isinstance(event, Samples):
            self.samples = event
        elif not isinstance(event, Copied):  # whoever asked for it has heard of it
            if not isinstance(event, Validating):
                self.log.append(event)
            self.progress = advance(self.progress, event, self.worked)
            self.worked = 0.0

    def _take_look(self, look: Look) -> None:
        first = self.look is None
        if self.look is not None and look.wish.sample != self.look.wish.sample:
            self.activations.clear()
        if look.pulses or first:
            self.look = look
        self.activations |= {seen.node: seen for seen in look.activations}
        for pulse in look.pulses:
            if pulse.gradient == pulse.gradient:  # a number
                self.trends.setdefault(pulse.node, deque(maxlen=TREND)).append((pulse.gradient, pulse.update))
        if first and self.active and self.wish.boundary and look.boundary is None:
            self._ask_looks()  # this data has no plane: there is no haste
