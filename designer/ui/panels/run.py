"""The settings of a run: loss, optimizer, schedule, epochs, batch size, device and seed."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from designer.catalogue.parameters import Integer, Parameter, resolve
from designer.catalogue.registry import losses, optimizers, schedules
from designer.catalogue.training_settings import BATCHES, SETTINGS
from designer.document.edits import EditError, set_training
from designer.document.limits import WHOLE
from designer.document.project import Choice, Training
from designer.document.wording import show_name
from designer.ui.editor import Editor
from designer.ui.marks import make_label
from designer.ui.panels.choice import HEAD_WIDTH, ChoiceForm
from designer.ui.panels.columns import Columns
from designer.ui.panels.devices import DeviceList
from designer.ui.panels.forms import ParameterForm
from designer.ui.panels.metrics import MetricList, describe_metrics
from designer.ui.panels.objective import ObjectiveForm
from designer.ui.panels.section import Section

_DEFAULTS = Training()
_MEANINGS = {
    "epochs": "How often every training sample is seen.",
    "batch_size": "Samples in one step of the optimizer.",
    "seed": "Fixes the first weights, dropout and the order of samples.",
}
RUN = tuple(
    Parameter(name, Integer(*WHOLE[name]), getattr(_DEFAULTS, name), meaning) for name, meaning in _MEANINGS.items()
)
PLANS = {1: ((0, 1, 2, 3),), 2: ((0, 3), (1, 2)), 3: ((0,), (1,), (2, 3))}
# What lies folded until it is wanted: the title of each section, and the fields in it.
SECTIONS = {
    "Metrics": ("metrics",),
    "Batches": ("batch", "accumulate"),
    "Gradients": ("clip",),
    "Warm-up": ("warmup",),
    "Averaging": ("averaging",),
    "Early stopping": ("early_stopping",),
}
COLUMN = 240  # pixels


class RunSettings(Columns):
    """The form of `project.training`; every change is one undo step.

    `rate_wanted` asks for a learning rate, `fit_wanted` what it takes, `vary_wanted` carries what is to vary in a sweep.
    """

    rate_wanted = Signal()
    fit_wanted = Signal()
    vary_wanted = Signal(str)

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._visit = 0  # steps of one visit to a field become one
        self.run = ParameterForm(varies=True)  # in the order of the Tab key
        self.device = DeviceList()
        self.objective = ObjectiveForm(editor)
        self.loss = ChoiceForm("loss", losses, varies=True)
        self.optimizer = ChoiceForm("optimizer", optimizers, varies=True)
        self.find_rate = QPushButton("Find learning rate …")
        self.find_rate.setToolTip("A short run with a growing learning rate shows which one is a good start.")
        self.fit = QPushButton("Will it fit? …")
        self.fit.setToolTip(
            "A few real steps show what memory the run takes, the largest batch, and the time of an epoch."
        )
        self.schedule = ChoiceForm("schedule", schedules, varies=True)
        self.batches = ParameterForm(varies=True)
        self.metrics = MetricList(editor)
        self.parts = {
            field: ChoiceForm(name, kinds, {kind: spec.title for kind, spec in kinds.items()}, varies=True)
            for field, (name, kinds) in SETTINGS.items()
        }
        self.sections = {title: Section(title, self._widget_of(fields)) for title, fields in SECTIONS.items()}
        super().__init__((self._group_run(), self._group_optimizer(), self.schedule, self._group_more()), PLANS, COLUMN)
        choices = {field: getattr(self, field) for field in ("loss", "optimizer", "schedule")} | self.parts
        for field, form in choices.items():
            form.chosen.connect(self._setter(field))
            form.vary_wanted.connect(lambda name, field=field: self.vary_wanted.emit(f"{field}.{name}".rstrip(".")))
        self.objective.vary_wanted.connect(lambda name: self.vary_wanted.emit(f"objective.{name}".rstrip(".")))
        for plain in (self.run, self.batches):
            plain.vary_wanted.connect(lambda name, _: self.vary_wanted.emit(name))
            plain.edited.connect(self._edit)
            plain.reset.connect(lambda name: self._apply(f"reset {name}", None, **{name: getattr(_DEFAULTS, name)}))
            plain.finished.connect(self._finish)
        self.metrics.chosen.connect(lambda title, names: self._apply(title, None, metrics=names))
        self.fit.clicked.connect(lambda: self.fit_wanted.emit())
        self.find_rate.clicked.connect(lambda: self.rate_wanted.emit())
        self.device.activated.connect(lambda _: self._choose_device())
        editor.project_changed.connect(self._refresh)
        self._show(editor.project.training)

    def _group_run(self) -> QWidget:
        label = make_label("device")
        label.setMinimumWidth(HEAD_WIDTH)
        label.setBuddy(self.device)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(label)
        row.addWidget(self.device, 1)
        group = QWidget()
        column = QVBoxLayout(group)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        column.addWidget(self.run)
        column.addLayout(row)
        column.addWidget(self.objective)
        column.addWidget(self.loss)
        return group

    def _widget_of(self, fields: tuple[str, ...]) -> QWidget:
        return {"batch": self.batches, "metrics": self.metrics}.get(fields[0]) or self.parts[fields[0]]

    def _group_optimizer(self) -> QWidget:
        group = QWidget()
        column = QVBoxLayout(group)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        column.addWidget(self.optimizer)
        column.addWidget(self.find_rate)
        column.addWidget(self.fit)
        return group

    def use_rate(self, rate: float) -> None:
        """Set the optimizer's learning rate."""
        optimizer = self._editor.project.training.optimizer
        changed = replace(optimizer, parameters={**optimizer.parameters, "lr": rate})
        self._apply(f"use learning rate {rate:g}", None, optimizer=changed)

    def _group_more(self) -> QWidget:
        group = QWidget()
        column = QVBoxLayout(group)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for section in self.sections.values():
            column.addWidget(section)
        return group

    def _refresh(self) -> None:
        if self._editor.project.training is not self._shown:
            self._show(self._editor.project.training)

    def _show(self, training: Training) -> None:
        self._shown = training
        self.loss.show_choice(training.loss)
        self.optimizer.show_choice(training.optimizer)
        self.schedule.show_choice(training.schedule)
        for form, parameters in ((self.run, RUN), (self.batches, BATCHES)):
            given = {parameter.name: getattr(training, parameter.name) for parameter in parameters}
            given = {name: value for name, value in given.items() if value != getattr(_DEFAULTS, name)}
            form.show_parameters(parameters, given, resolve(parameters, given)[1])
        for field, part in self.parts.items():
            part.show_choice(getattr(training, field))
        for title, fields in SECTIONS.items():
            changed = [field for field in fields if getattr(training, field) != getattr(_DEFAULTS, field)]
            self.sections[title].show_summary(", ".join(_describe(training, field) for field in changed))
        self.device.show_device(training.device)

    def _setter(self, field: str) -> Callable[[Choice, str], None]:
        def set_choice(choice: Choice, key: str) -> None:
            before: Choice = getattr(self._editor.project.training, field)
            if choice.kind != before.kind:
                title = f"choose {show_name(choice.kind)}"
            else:
                names = dict(choice.parameters.items() ^ before.parameters.items())
                title = f"set {', '.join(map(show_name, names))} of {show_name(choice.kind)}"
            self._apply(title, f"training.{field}.{key}" if key else None, **{field: choice})

        return set_choice

    def _edit(self, name: str, value: object) -> None:
        self._apply(f"set {name}", f"training.{name}.{self._visit}", **{name: value})

    def _finish(self) -> None:
        self._visit += 1

    def _choose_device(self) -> None:
        device = self.device.currentData()
        if device is not None:
            self._apply(f"train on {show_name(device)}", None, device=device)

    def _apply(self, title: str, key: str | None, **changes: object) -> None:
        project = self._editor.project
        try:
            changed = set_training(project, replace(project.training, **changes))  # type: ignore[arg-type]
        except EditError:
            self._show(project.training)  # what no file could hold is put back
            return
        self._editor.apply(title, changed, key)


def _describe(training: Training, field: str) -> str:
    """Return a setting in a word or two, for the line of a folded section."""
    if field == "metrics":
        return describe_metrics(training)
    if field in SETTINGS:
        choice: Choice = getattr(training, field)
        spec = SETTINGS[field][1].get(choice.kind)
        return "on" if field == "early_stopping" else spec.title if spec is not None else show_name(choice.kind)
    return f"{training.accumulate} gathered" if field == "accumulate" else training.batch
