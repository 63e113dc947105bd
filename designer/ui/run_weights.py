"""Whose network is asked: the run of the document that is shown, or one that is kept; and how its weights are come by."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Signal

from designer.document.wording import show_name

if TYPE_CHECKING:
    from designer.engine.evaluation.evaluating import Weights
    from designer.engine.plan import Plan
    from designer.engine.runs import Run
    from designer.ui.live_run import LiveRun
    from designer.ui.window import Window

Find = Callable[[], "tuple[Plan, Any]"]  # plan and weights, read on a thread

UNDER_WAY = (("now", "the network as it is now"), ("best", "the best epoch so far"))
ENDED = (("best", "the best epoch"), ("last", "the last step"))
HEIRS = {"now": "last", "last": "now"}  # what stands for weights that are there no longer


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Which weights were asked for: of the run of a document, or of one that is kept in a folder."""

    document: object
    which: str
    folder: Path | None
    live: "LiveRun | None" = None


class RunWeights(QObject):
    """Gives plan and weights of a run, one at a time: `given` carries what was asked, and the function that finds them.

    `refused` carries for which document there are none, and why; `verb` is what is done with them, in words. Each document has its own run, or a
    kept one that was chosen in its place.
    """

    given = Signal(object, object)  # Asked, Find
    refused = Signal(object, str)  # document, text

    def __init__(self, window: "Window", verb: str, parent: QObject) -> None:
        super().__init__(parent)
        self._window, self._verb = window, verb
        self._kept: WeakKeyDictionary[object, Run] = WeakKeyDictionary()
        self._sessions: WeakKeyDictionary[object, object] = WeakKeyDictionary()  # of the runs that were seen
        self._asked: Asked | None = None  # for weights of the run under way
        self._hears = False

    @property
    def run(self) -> "Run | None":
        """The kept run that was chosen for the document that is shown, None for its own."""
        return self._kept.get(self._window.editor.document)

    @property
    def is_asking(self) -> bool:
        """Whether weights of the run under way are still to come."""
        return self._asked is not None

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """The weights that can be asked for, by key and in words; none while there is no run."""
        if self.run is not None:
            return ENDED
        if self._window.trainer.state == "idle":
            return ()
        return UNDER_WAY if self.is_ours else ENDED

    def find_heir(self, which: str) -> str:
        """Return which weights stand for those that were chosen, now that others can be asked for; "" while none can."""
        keys = [key for key, _ in self.choices]
        found = which if which in keys else HEIRS.get(which, "")
        return found if found in keys else next(iter(keys), "")

    def is_named(self, which: str, weights: "Weights") -> bool:
        """Return whether weights are what is chosen by now, as it is called: a run that has ended calls its own otherwise."""
        return weights.title == dict(self.choices).get(which)

    def has_better(self, weights: "Weights | None") -> bool:
        """Return whether the run under way has had a better epoch since it gave these weights as its best."""
        return self.is_ours and self._window.trainer.bridge.progress.best > (
            weights.epoch if weights is not None else 0
        )

    @property
    def folder(self) -> Path | None:
        """The folder of the run, None for one that is not kept."""
        if self.run is not None:
            return self.run.folder
        return self._window.trainer.bridge.folder if self._window.trainer.state != "idle" else None

    @property
    def name(self) -> str:
        """The run in words: a kept one by its name, else ""."""
        return show_name(self.run.name, 60) if self.run is not None else ""

    @property
    def is_ours(self) -> bool:
        """Whether the run of the shown document is under way in this process, and can be asked for its weights."""
        from designer.engine.session import Session

        bridge = self._window.trainer.bridge
        return self.run is None and bridge.active and isinstance(bridge.session, Session)

    def choose(self, run: "Run") -> None:
        """Take a kept run in place of the document's own."""
        self._note_session()
        self._kept[self._window.editor.document] = run

    def note_run(self) -> bool:
        """Take note of the document's own run; return whether it is another than before: then it is asked from now on."""
        if not self._note_session():
            return False
        self._kept.pop(self._window.editor.document, None)
        return True

    def _note_session(self) -> bool:
        document, session = self._window.editor.document, self._window.trainer.bridge.session
        known = self._sessions.get(document)
        self._sessions[document] = session
        return session is not known

    def ask(self, which: str) -> None:
        """Ask for weights: "now", "best" or "last". `given` or `refused` follows, unless it is cancelled."""
        window, folder = self._window, self.folder
        self._note_session()
        self._listen()
        if self.is_ours and which in ("now", "best"):
            self._asked = Asked(window.editor.document, which, folder, window.trainer.bridge.run_under_way)
            window.trainer.bridge.session.copy(which)  # type: ignore[union-attr,arg-type]
        elif folder is None:
            text = "This run was not kept, and it has ended: its weights are gone. Train it again to"
            self.refused.emit(window.editor.document, f"{text} {self._verb} it.")
        else:
            asked = Asked(window.editor.document, which, folder)
            self.given.emit(asked, lambda: open_kept(folder, which))

    def cancel(self) -> None:
        """Want no weights any more."""
        self._asked = None

    def _listen(self) -> None:
        if not self._hears:
            self._hears = True
            self._window.trainer.bridge.told.connect(self._take)

    def _take(self, owner: object, event: object) -> None:
        from designer.engine.events import Copied, Failed, Finished

        asked = self._asked
        if asked is None or owner is not asked.document:
            return
        folder, run = asked.folder, asked.live
        other = isinstance(event, Copied) and event.best != (asked.which == "best")
        if other and run is not None and run.active and run.steered is not None:
            run.steered.copy(asked.which)  # type: ignore[arg-type]
        elif isinstance(event, Copied) and not other:  # the other was of somebody else, who has asked in between
            self._asked = None
            if event.tensors:
                self.given.emit(asked, _plan_under_way(asked, event))
            elif folder is not None and event.best:
                self.given.emit(asked, lambda: _open_best_so_far(folder))
            else:
                text = f"No epoch is over yet. Wait for the first, or {self._verb} the network as it is now."
                self.refused.emit(asked.document, text)
        elif other or isinstance(event, Finished | Failed):  # a run that is over gives no copy any more
            self._asked = None
            if folder is not None:
                which = "last" if asked.which == "now" else "best"
                self.given.emit(asked, lambda: open_kept(folder, which))
            else:
                self.refused.emit(asked.document, "")


def open_kept(folder: Path, which: str) -> "tuple[Plan, Any]":
    """Return plan and weights of a run that is kept. Raises EvaluationError."""
    from designer.engine.evaluation.opening import open_plan, open_weights

    return open_plan(folder), open_weights(folder, which)  # type: ignore[arg-type]


def _open_best_so_far(folder: Path) -> "tuple[Plan, Any]":
    plan, weights = open_kept(folder, "best")
    return plan, replace(weights, title=dict(UNDER_WAY)["best"])


def _plan_under_way(asked: Asked, event: Any) -> Find:
    """Return what gives plan and weights of a run that has given a copy of them."""
    from designer.engine.evaluation.evaluating import Weights
    from designer.engine.plan import Plan

    run = asked.live
    assert run is not None
    plan = Plan.from_project(run.project, source=run.source, beside=run.beside)
    title = dict(UNDER_WAY)["best" if event.best else "now"]
    weights = Weights(event.tensors, title, event.epoch, event.step)
    return lambda: (plan, weights)
