"""What is measured: a box for each metric that fits the task, those ticked that a run would show."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from designer.catalogue.check.study import Study
from designer.catalogue.facts import facts
from designer.catalogue.measuring import choose_metrics, list_fitting
from designer.catalogue.registry import metrics
from designer.catalogue.training_spec import MetricSpec
from designer.document.project import Training
from designer.document.wording import show_name
from designer.ui.editor import Editor
from designer.ui.marks import make_label
from designer.ui.words import write_message

UNKNOWN = "Loss and data decide what can be measured. Choose both first."
OWN = "This task brings its own metrics."
USUAL = "As is usual for the task. The first is drawn."
CHOSEN = "The first that was ticked is drawn."


class MetricList(QWidget):
    """Shows `project.training.metrics`. `chosen` carries the title of an edit and the new names: none are the usual ones.

    It follows the project while it is visible.
    """

    chosen = Signal(str, object)

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self._usual: tuple[str, ...] = ()
        self._measured: tuple[str, ...] = ()
        self.boxes: dict[str, QCheckBox] = {}
        self.note = make_label("", "muted", wrap=True)
        self.back = QToolButton(text="↺", autoRaise=True)
        self.back.setObjectName("back")
        self.back.setAccessibleName("measure what is usual")
        self.back.setToolTip("Back to what is usual for the task")
        self.back.clicked.connect(lambda: self.chosen.emit("measure what is usual", ()))
        foot = QHBoxLayout()
        foot.addWidget(self.note, 1)
        foot.addWidget(self.back)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(5)
        self._column.addLayout(foot)
        editor.project_changed.connect(self._refresh)

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self._refresh()

    def _refresh(self) -> None:
        if not self.isVisible():
            return
        project = self._editor.project
        study = Study(project, self._editor.inference, facts(project))
        given, reading = project.training.metrics, study.reading
        fitting: tuple[MetricSpec, ...] = () if reading is None else list_fitting(reading)
        self._usual = () if reading is None else tuple(spec.kind for spec in choose_metrics((), reading))
        self._measured = () if reading is None else tuple(spec.kind for spec in choose_metrics(given, reading))
        if tuple(self.boxes) != tuple(spec.kind for spec in fitting):
            self._build(fitting)
        for kind, box in self.boxes.items():
            box.setChecked(kind in self._measured)
        unknown = UNKNOWN if study.facts is None or study.loss is None else OWN
        self.note.setText(unknown if reading is None else CHOSEN if given else USUAL)
        self.back.setVisible(bool(given))

    def _build(self, fitting: tuple[MetricSpec, ...]) -> None:
        for box in self.boxes.values():
            self._column.removeWidget(box)
            box.hide()
            box.deleteLater()
        self.boxes = {spec.kind: self._make_box(spec) for spec in fitting}
        before: QWidget | None = None
        for place, box in enumerate(self.boxes.values()):
            self._column.insertWidget(place, box)
            if before is not None:
                QWidget.setTabOrder(before, box)
            before = box

    def _make_box(self, spec: MetricSpec) -> QCheckBox:
        box = QCheckBox(spec.title)
        box.setToolTip(write_message(f"{spec.summary}\n{spec.formula}\n{spec.help}"))
        box.setAccessibleDescription(spec.summary)
        box.clicked.connect(lambda on: self._tick(spec.kind, on))
        return box

    def _tick(self, kind: str, on: bool) -> None:
        """Take a metric in behind the others, or out; the last one out brings the usual ones back."""
        names = tuple(name for name in self._measured if name != kind) + ((kind,) if on else ())
        names = () if names == self._usual else names
        if names == self._editor.project.training.metrics:
            self._refresh()  # nothing changes, so nothing else unticks or ticks the box
        else:
            title = metrics[kind].title
            self.chosen.emit(f"measure {title}" if on else f"leave out {title}", names)


def describe_metrics(training: Training) -> str:
    """Return the chosen metrics in a few words, for the line of a folded section."""
    titles = [metrics[name].title if name in metrics else show_name(name) for name in training.metrics]
    return ", ".join(titles) if len(titles) <= 2 else f"{titles[0]} and {len(titles) - 1} others"
