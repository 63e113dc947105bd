"""Asks the network of a run about one sample of the user's own, beside the window: what the Try it tab stands on.

For whoever explains answers (ui/explaining.py): `window.trying` has the `bench` that is asked (its `answerer`, `model` and
`lock`: hold that lock wherever you use the model, or copy it), the `sample` (`x`: one row on the CPU, as the network takes
it; `raw`: what was encoded, None for one of the data; `number`: its place among the samples held out, -1 for one's own) and
the `reply` to it. `sample_changed` follows each answer, `changed` each new bench; all three are None while there is none.
The tab gives a widget room at its right by `window.workbench.panel("try").put_why(widget)`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, QTimer, Signal

from designer.ui.aside import Aside
from designer.ui.background import Report
from designer.ui.run_weights import Asked, Find, RunWeights

if TYPE_CHECKING:
    from designer.engine.runs import Run
    from designer.engine.trying.bench import Bench, Reply, Sample
    from designer.engine.trying.entries import Entry
    from designer.ui.window import Window

QUICK = 4  # milliseconds between two looks for an answer
RENEW = 1000  # milliseconds from one look at the network under way to the next
MOST_RENEWED = 5_000_000  # parameters of a network under way that is looked at again and again

Make = Callable[["Bench"], "Sample"]  # what gives the sample that is asked about


@dataclass(slots=True, eq=False)
class Standing:
    """What is tried in a document: which weights, ready to be asked, the sample and what was answered.

    `entry` is the form in which samples are given.
    """

    which: str = ""
    bench: "Bench | None" = None
    entry: "Entry | None" = None
    make: Make | None = None
    sample: "Sample | None" = None
    reply: "Reply | None" = None
    seconds: float = 0.0


class Trying(QObject):
    """One sample at a time. What is asked while an answer is under way is asked next, the newest alone.

    `changed`: there is another bench, or other weights to choose from. `sample_changed`: sample and reply are others.
    `closing` asks all that goes on to end. `refused` carries in a sentence why there is no answer, "" where there is one again.
    """

    changed = Signal()
    sample_changed = Signal()
    closing = Signal()
    busy_changed = Signal(bool)
    refused = Signal(str)

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._standings: WeakKeyDictionary[object, Standing] = WeakKeyDictionary()
        self._opened = Standing()  # what is being opened, maybe of another document than the one that is shown
        self._asked = Standing()  # what is being asked, likewise
        self._opening = Aside("read this network and its data", self)
        self._opening.done.connect(lambda found: self._put(*found))
        self._opening.refused.connect(lambda text: self._lose(self._opened, text))
        self._asking = Aside("ask this network", self, QUICK)
        self._asking.done.connect(lambda found: self._finish(*found))
        self._asking.refused.connect(lambda text: self._drop(self._asked, text))
        self._again = False
        self.is_watched = False  # whether the tab is in view
        self._seers: set[str] = set()
        self.weights = RunWeights(window, "try", self)
        self.weights.given.connect(self._open)
        self.weights.refused.connect(lambda document, text: self._lose(self._find(document), text))
        self._renew = QTimer(self, singleShot=True, interval=RENEW)
        self._renew.timeout.connect(self._look_again)
        window.editor.opened.connect(self._show_document)

    # --- what there is ----------------------------------------------------------------------------------------------

    @property
    def standing(self) -> Standing:
        """What is tried in the document that is shown."""
        return self._find(self._window.editor.document)

    def _find(self, document: object) -> Standing:
        return self._standings.setdefault(document, Standing())

    @property
    def bench(self) -> "Bench | None":
        """The network that is asked, None while there is none."""
        return self.standing.bench

    @property
    def sample(self) -> "Sample | None":
        """The sample that was asked about last."""
        return self.standing.sample

    @property
    def reply(self) -> "Reply | None":
        """What the network said of it."""
        return self.standing.reply

    @property
    def is_opening(self) -> bool:
        """Whether weights and data are being read."""
        return self.weights.is_asking or self._opening.is_busy

    @property
    def is_asking(self) -> bool:
        """Whether an answer is under way."""
        return self._asking.is_busy

    @property
    def sees(self) -> bool:
        """Whether what layers give is wanted with each answer."""
        return bool(self._seers)

    @property
    def _is_seen(self) -> bool:
        """Whether the tab is in view, or what layers give along the canvas."""
        return self.is_watched or self.sees

    def see(self, who: str, on: bool) -> None:
        """Take note that somebody wants to see what layers give, or no longer."""
        before = self.sees
        (self._seers.add if on else self._seers.discard)(who)
        if self.sees and not before:
            self.ask_again()

    def sees_for(self, who: str) -> bool:
        """Return whether that somebody wants it."""
        return who in self._seers

    # --- what is asked ----------------------------------------------------------------------------------------------

    def show(self) -> None:
        """Bring the tab into view."""
        self._window.rounds.go_to("try")

    def try_run(self, run: "Run") -> None:
        """Bring the tab into view, and ask the best epoch of a kept run."""
        self.cancel()
        self.weights.choose(run)
        self._standings[self._window.editor.document] = Standing()
        self.show()
        self.use("best")

    def watch(self, on: bool) -> None:
        """Take note that the tab is in view, or no longer: nothing is asked that nobody sees."""
        self.is_watched = on
        if on and not self._catch_up():
            self._renew.start()

    def use(self, which: str) -> None:
        """Ask with these weights from now on; what is in the way is said."""
        self._opening.cancel()
        self.standing.which = which
        self.weights.ask(which)
        self.busy_changed.emit(self.is_opening)

    def ask(self, make: Make) -> None:
        """Ask about the sample that a function gives, on a thread; an answer follows, or a refusal."""
        self.standing.make = make
        self.ask_again()

    def take(self, number: int) -> None:
        """Ask about a sample held out."""
        self.ask(lambda bench: bench.take(number))

    def encode(self, raw: Any) -> None:
        """Ask about a sample as a reader of its file would give it."""
        self.ask(lambda bench: bench.encode(raw))

    def open(self, path: Path) -> None:
        """Ask about the first sample of a file."""
        self.ask(lambda bench: bench.open(path))

    def ask_again(self) -> None:
        """Ask once more about the sample that was wanted last: of other weights, or for what layers give."""
        standing = self.standing
        bench, make, see = standing.bench, standing.make, self.sees
        if bench is None or make is None:
            return
        if self.is_asking:
            self._again = True
            return
        self._again = False
        self._asked = standing

        def work(report: Report) -> Any:
            sample = make(bench)
            return standing, sample, bench.ask(sample, see=see)

        self._asking.start(work)

    def cancel(self) -> None:
        """Give up what is under way."""
        self.closing.emit()
        self.weights.cancel()
        self._opening.cancel()
        self._asking.cancel()
        self.busy_changed.emit(False)

    def shut_down(self) -> None:
        """End what is done beside the window."""
        self.closing.emit()
        self._renew.stop()
        self.weights.cancel()
        self._opening.shut_down()
        self._asking.shut_down()

    def follow(self, state: str) -> None:
        """Take note of where the run of the document stands: a new one is asked from now on, not a kept one."""
        if state == "loading" and self.weights.note_run():
            self._standings.pop(self._window.editor.document, None)
            self.sample_changed.emit()
        self.changed.emit()
        if state in ("running", "paused", "ended"):
            self._catch_up()

    # --- how it is done ---------------------------------------------------------------------------------------------

    def _show_document(self) -> None:
        self.changed.emit()
        self.sample_changed.emit()
        if self.is_watched:
            self.watch(True)

    def _catch_up(self) -> bool:
        """Ask what is chosen by now, where other weights answer, and return whether it is asked."""
        which, bench = self.weights.find_heir(self.standing.which), self.bench
        if not self._is_seen or not which or self.is_opening:
            return False
        if bench is not None and self.weights.is_named(which, bench.weights):
            return False
        self.use(which)
        return True

    def _look_again(self) -> None:
        """Ask the network under way as it is by now, or its best epoch where that is another by now."""
        which = self.standing.which
        if not self._is_seen or not self.weights.is_ours:
            return
        if which == "best":
            better = self.weights.has_better(self.bench.weights if self.bench is not None else None)
            if better and not self.is_opening:
                self.use("best")
            else:
                self._renew.start()
            return
        progress = self._window.trainer.bridge.progress
        quick = self.bench is None or sum(each.numel() for each in self.bench.model.parameters()) <= MOST_RENEWED
        if quick and not self.is_opening and not self._window.trainer.is_paused and progress.step:
            self.use("now")
        else:
            self._renew.start()

    def _open(self, asked: Asked, find: Find) -> None:
        self._opened = standing = self._find(asked.document)
        known, entry, folder, here = standing.bench, standing.entry, asked.folder, asked.live is not None
        device = "cpu" if self._window.trainer.is_active else ""  # a device that trains has its hands full

        def work(report: Report) -> Any:
            from designer.engine.trying.bench import is_same, open_bench
            from designer.engine.trying.entries import find_entry

            plan, weights = find()
            bench = open_bench(plan, weights, None if here else folder, known, device)
            same = known is not None and is_same(known.plan, plan)
            return standing, bench, entry if same else find_entry(bench)

        self._opening.start(work)
        self.busy_changed.emit(True)

    def _put(self, standing: Standing, bench: "Bench", entry: "Entry | None") -> None:
        first = standing.bench is None or entry is not standing.entry
        standing.bench, standing.entry = bench, entry
        self.busy_changed.emit(False)
        if first and standing.make is None and bench.takes_samples and bench.stock is not None and bench.stock.count:
            standing.make = lambda bench: bench.take(0)
        self._opened = Standing()
        if standing is not self.standing:
            self._catch_up()  # the one that is shown had to wait
            return
        if first:
            self.changed.emit()
        self.ask_again()
        if self._is_seen and not self._catch_up():
            self._renew.start()

    def _finish(self, standing: Standing, sample: "Sample", reply: "Reply") -> None:
        standing.sample, standing.reply = sample, reply
        self._asked = Standing()
        if standing is self.standing:
            self.refused.emit("")
            self.sample_changed.emit()
        if self._again:
            self.ask_again()

    def _lose(self, standing: Standing, text: str) -> None:
        """Say why what was chosen cannot be asked, and let nothing else answer in its place."""
        if text:
            standing.bench = None
        self._opened = Standing()
        self._drop(standing, text)
        if standing is not self.standing:
            self._catch_up()  # the one that is shown had to wait
        elif standing.which == "best" and not self.weights.has_better(None):
            self._renew.start()  # a best epoch comes with the first that is over

    def _drop(self, standing: Standing, text: str) -> None:
        """Say why there is no answer, where that is shown, and let the sample before stand no longer."""
        standing.sample = standing.reply = None
        shown = standing is self.standing
        if shown:
            self.sample_changed.emit()
        self.refuse(text if shown else "")

    def refuse(self, text: str) -> None:
        """Say in a sentence why something did not go."""
        self.busy_changed.emit(self.is_opening)
        if text:
            self.refused.emit(text.replace("`", ""))
        if self._again:
            self.ask_again()
