"""The settings of a run: loss, optimizer, schedule, epochs, batch size, device and seed."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from designer.catalogue.parameters import Integer, Parameter, resolve
from designer.catalogue.registry import losses, optimizers, schedules
from designer.document.edits import set_training
from designer.document.project import Choice, Training
from designer.ui.editor import Editor
from designer.ui.marks import make_label
from designer.ui.panels.choice import ChoiceForm
from designer.ui.panels.forms import ParameterForm

_DEFAULTS = Training()
RUN = (
    Parameter("epochs", Integer(1, 1_000_000), _DEFAULTS.epochs, "How often every training sample is seen."),
    Parameter("batch_size", Integer(1, 10_000_000), _DEFAULTS.batch_size, "Samples in one step of the optimizer."),
    Parameter(
        "seed", Integer(0, 2**63 - 1), _DEFAULTS.seed, "Fixes the first weights, dropout and the order of samples."
    ),
)


class DeviceList(QComboBox):
    """The devices to train on. What is there is only looked up when the list is opened, since that takes torch."""

    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("device")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.show_devices((("auto", "auto"), ("cpu", "cpu")))

    def show_devices(self, devices: tuple[tuple[str, str], ...]) -> None:
        """Offer these devices: pairs of id and label."""
        present = self.currentData()
        self.clear()
        for device, label in devices:
            self.addItem(label, device)
        self.show_device(present or "auto")

    def show_device(self, device: str) -> None:
        """Show the chosen device, also one that this machine lacks."""
        if self.findData(device) < 0:
            self.addItem(f"{device} (not found here)", device)
        self.setCurrentIndex(self.findData(device))

    def showPopup(self) -> None:
        self.asked.emit()
        super().showPopup()

    def wheelEvent(self, event) -> None:
        event.ignore()


class RunSettings(QScrollArea):
    """The form of `project.training`; every change is one undo step."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.loss = ChoiceForm("loss", losses)
        self.optimizer = ChoiceForm("optimizer", optimizers)
        self.schedule = ChoiceForm("schedule", schedules)
        self.run = ParameterForm()
        self.device = DeviceList()
        self._build()
        self.loss.chosen.connect(self._setter("loss"))
        self.optimizer.chosen.connect(self._setter("optimizer"))
        self.schedule.chosen.connect(self._setter("schedule"))
        self.run.edited.connect(
            lambda name, value: self._apply(f"set {name} to {value}", f"training.{name}", **{name: value})
        )
        self.run.reset.connect(lambda name: self._apply(f"reset {name}", None, **{name: getattr(_DEFAULTS, name)}))
        self.device.activated.connect(lambda _: self._choose_device())
        editor.project_changed.connect(self._refresh)
        self._show(editor.project.training)

    def _build(self) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(8)
        for title, form in (("Loss", self.loss), ("Optimizer", self.optimizer), ("Schedule", self.schedule)):
            column.addWidget(make_label(title, "muted"))
            column.addWidget(form)
        column.addWidget(make_label("Run", "muted"))
        column.addWidget(self.run)
        row = QFormLayout()
        row.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        label = make_label("device")
        label.setMinimumWidth(104)
        row.addRow(label, self.device)
        column.addLayout(row)
        column.addStretch(1)
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(270)

    def _refresh(self, before: object, after: object) -> None:
        self._show(self._editor.project.training)

    def _show(self, training: Training) -> None:
        self.loss.show_choice(training.loss)
        self.optimizer.show_choice(training.optimizer)
        self.schedule.show_choice(training.schedule)
        given = {
            parameter.name: value
            for parameter in RUN
            if (value := getattr(training, parameter.name)) != parameter.default
        }
        self.run.show_parameters(RUN, given, resolve(RUN, given)[1])
        self.device.show_device(training.device)

    def _setter(self, field: str) -> Callable[[Choice, str], None]:
        def set_choice(choice: Choice, key: str) -> None:
            before: Choice = getattr(self._editor.project.training, field)
            title = f"choose {choice.kind}" if choice.kind != before.kind else f"set {field} options"
            self._apply(title, f"training.{field}.{key}" if key else None, **{field: choice})

        return set_choice

    def _choose_device(self) -> None:
        self._apply(f"train on {self.device.currentData()}", None, device=self.device.currentData())

    def _apply(self, title: str, key: str | None, **changes: object) -> None:
        project = self._editor.project
        self._editor.apply(title, set_training(project, replace(project.training, **changes)), key)  # type: ignore[arg-type]
