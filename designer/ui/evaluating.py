"""Evaluates the network of a run, beside the window: the run of the document that is shown, or one that is kept."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, QTimer, Signal

from designer.document.custom import Untrusted
from designer.ui.background import Job, Report
from designer.ui.evaluation_job import Result, evaluate_beside, move
from designer.ui.run_weights import Asked, Find, RunWeights

if TYPE_CHECKING:
    from designer.engine.evaluation.evaluating import Held
    from designer.engine.evaluation.record import Assessment
    from designer.engine.runs import Run
    from designer.ui.window import Window

KEY = "evaluate"  # of the notices
AT_ONCE = 40_000  # answers to questions up to which figures follow a threshold without a thread
LONGEST_WAIT = 5.0  # seconds for the job, when the window closes
REST = 120  # milliseconds from the last move of a threshold to figures that take longer


@dataclass(slots=True, eq=False)
class Subject:
    """What was found of the run of a document, or of a kept one, by part; `looks` at the test part of one that is not kept.

    `which` are the weights that were chosen last.
    """

    which: str = ""
    results: dict[str, Result] | None = None
    looks: int = 0


class Evaluating(QObject):
    """One evaluation at a time. `changed` tells that the result, or what can be evaluated, is another now."""

    changed = Signal()
    busy_changed = Signal(bool)
    progressed = Signal(float)
    refused = Signal(str)

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._subjects: WeakKeyDictionary[object, Subject] = WeakKeyDictionary()
        self._job: Job | None = None
        self._held: tuple[tuple[Any, ...], Held] | None = None
        self.part = self._asked_part = "validation"
        self._move_soon = QTimer(self, singleShot=True, interval=REST)
        self._move_soon.timeout.connect(self._move_beside)
        self._wanted: tuple[Subject, str, float] | None = None  # of which part yes is to begin where
        self.weights = RunWeights(window, "evaluate", self)
        self.weights.given.connect(self._start)
        self.weights.refused.connect(lambda _, text: self._refuse(text))
        window.editor.opened.connect(self.changed)

    # --- what there is ------------------------------------------------------------------------------------------

    @property
    def subject(self) -> Subject:
        """What is evaluated of the document that is shown."""
        return self._subjects.setdefault(self._window.editor.document, Subject())

    @property
    def result(self) -> Result | None:
        """What was found of the part that is chosen, if anything."""
        return (self.subject.results or {}).get(self.part)

    @property
    def is_busy(self) -> bool:
        """Whether an evaluation is under way."""
        return self.weights.is_asking or (self._job is not None and self._job.running)

    @property
    def looks(self) -> int:
        """How often the test part was looked at."""
        from designer.engine.evaluation.opening import list_looks

        folder = self.weights.folder
        return len(list_looks(folder)) if folder is not None else self.subject.looks

    # --- what is asked ----------------------------------------------------------------------------------------------

    def show(self) -> None:
        """Bring the tab into view."""
        self._window.rounds.go_to("evaluate")

    def begin(self) -> None:
        """Bring the tab into view, and evaluate the run of the document."""
        self.show()
        if self.weights.choices and not self.is_busy:
            self.evaluate(self.weights.choices[0][0], "validation")

    def evaluate_run(self, run: "Run") -> None:
        """Bring the tab into view, and evaluate the best epoch of a kept run on its validation data."""
        self.cancel()
        self.weights.choose(run)
        self._subjects[self._window.editor.document] = Subject()
        self.part = "validation"
        self.show()
        self.evaluate("best", "validation")

    def choose_part(self, part: str) -> None:
        """Show what was found of a part."""
        if part != self.part:
            self.part = part
            self.changed.emit()

    def choose_weights(self, which: str) -> None:
        """Take note of which weights are to be evaluated next."""
        self.subject.which = which

    def choose_output(self, place: int) -> None:
        """Show another output of the network."""
        result = self.result
        if result is not None and 0 <= place < len(result.assessments) and place != result.shown:
            self._keep(self.subject, self.part, replace(result, shown=place))

    def evaluate(self, which: str, part: str) -> None:
        """Evaluate weights on a part; what is in the way is said."""
        if self.is_busy:
            return
        self.part = self._asked_part = part
        self.subject.which = which
        self.changed.emit()
        self.weights.ask(which)
        self.busy_changed.emit(self.is_busy)

    def cancel(self) -> None:
        """Give the evaluation up."""
        if self.is_busy:
            self.weights.cancel()
            if self._job is not None:
                self._job.cancel()
                self._job = None
            self.busy_changed.emit(False)

    def shut_down(self) -> None:
        """End what is done beside the window."""
        self._move_soon.stop()
        if self._job is not None:
            self._job.cancel(LONGEST_WAIT)

    # --- how it is done -----------------------------------------------------------------------------------------

    def follow(self, state: str) -> None:
        """Take note of where the run of the document stands: a new one is evaluated from now on, not a kept one."""
        if state == "loading" and self.weights.note_run():
            self._subjects.pop(self._window.editor.document, None)
        self.changed.emit()

    def _start(self, asked: Asked, find: Find) -> None:
        alone = not self._window.trainer.is_active
        held = not self._window.trainer.is_paused
        name, known, part = self.weights.name, self._held, self._asked_part

        def work(report: Report) -> Any:
            return evaluate_beside(find, part, name, known, alone=alone, beside=not alone and held, report=report)

        self._job = Job(work, self)
        self._job.progressed.connect(self.progressed)
        self._job.done.connect(lambda found: self._finish(asked, part, found))
        self._job.failed.connect(self._fail)
        self._job.start()
        self._window.notices.dismiss(KEY)
        self.busy_changed.emit(True)

    def _finish(self, asked: Asked, part: str, found: Any) -> None:
        result, self._held = found
        self._job = None
        subject = self._subjects.setdefault(asked.document, Subject())
        subject.results = {**(subject.results or {}), part: result}
        if part == "test":
            self._note_look(subject, asked.folder)
        self.busy_changed.emit(False)
        self.changed.emit()

    def _note_look(self, subject: Subject, folder: Path | None) -> None:
        from designer.engine.evaluation.opening import note_look
        from designer.engine.record import RecordError

        subject.looks += 1
        try:
            if folder is not None:
                note_look(folder)
        except (RecordError, OSError) as error:
            self._window.notices.show_notice(
                "warning", f"The look at the test part is not remembered: {error}", key=KEY
            )

    def _fail(self, error: Exception) -> None:
        from designer.engine.evaluation.record import EvaluationError

        self._job = None
        if isinstance(error, EvaluationError | Untrusted | ValueError | OSError):
            self._refuse(str(error))
        elif isinstance(error, MemoryError) or "out of memory" in str(error).lower():
            self._refuse("There is not enough memory to evaluate this part beside what is there already.")
        else:
            self._refuse(f"The network cannot be evaluated: {type(error).__name__}: {error}")

    def _refuse(self, text: str) -> None:
        self.busy_changed.emit(False)
        if not text:
            return
        self.refused.emit(text)
        self._window.notices.show_notice("warning", text.replace("`", ""), key=KEY)

    def _keep(self, subject: Subject, part: str, result: Result) -> None:
        subject.results = {**(subject.results or {}), part: result}
        self.changed.emit()

    # --- the threshold ----------------------------------------------------------------------------------------------

    def move_threshold(self, threshold: float) -> None:
        """Let yes begin elsewhere: figures follow at once, of very many answers after a moment."""
        result = self.result
        if result is None:
            return
        if result.outcome.task == "binary" or result.outcome.chances.size <= AT_ONCE:
            self._take_moved(self.subject, self.part, result, move(result, threshold))
        else:
            self._wanted = self.subject, self.part, threshold
            self._move_soon.start()

    def _move_beside(self) -> None:
        if self._wanted is None or self.is_busy:
            return
        (subject, part, threshold), self._wanted = self._wanted, None
        result = (subject.results or {}).get(part)
        if result is None:
            return
        self._job = Job(lambda report: move(result, threshold), self)
        self._job.done.connect(lambda moved: self._take_moved(subject, part, result, moved))
        self._job.failed.connect(self._fail)
        self._job.start()

    def _take_moved(self, subject: Subject, part: str, before: Result, moved: "Assessment") -> None:
        assessments = list(before.assessments)
        assessments[before.shown] = moved
        self._keep(subject, part, replace(before, assessments=tuple(assessments)))
