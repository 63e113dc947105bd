"""How a sweep goes about: the method, how often, for which goal, with which seeds."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QWidget

from designer.catalogue.parameters import Integer, Maybe
from designer.catalogue.registry import metrics
from designer.document.project import Project
from designer.ui.marks import make_label
from designer.ui.panels.text_entry import Entry
from designer.ui.sweep_draft import ABLATION, Draft

METHODS = {"bayes": "Bayesian", "random": "random", "grid": "grid", ABLATION: "ablation"}
TIPS = {
    "trials": "How many times values are tried",
    "epochs": "Epochs of each trial; as set: what the Training panel says",
    "seeds": "Train each trial with each of these seeds, as in 1, 2, 3, and take the mean",
    "goal": "What is to be best; the best of all epochs counts",
    "pruning": "End a trial that is worse than half of the others at the same epoch",
    "single": "Train the whole network and each change by itself, instead of every combination of them",
}


class SweepSettings(QWidget):
    """The settings of a draft. `taken` carries the name of one and its new value."""

    taken = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.method = QComboBox(accessibleName="method")
        for key, title in METHODS.items():
            self.method.addItem(title, key)
        self.goal = QComboBox(accessibleName="goal")
        self.trials = Entry(Integer(1, 100_000))
        self.trials.setAccessibleName("trials")
        self.epochs = Entry(Maybe(Integer(1, 1_000_000), none="as set"))
        self.epochs.setAccessibleName("epochs")
        self.seeds = QLineEdit(placeholderText="as set")
        self.seeds.setAccessibleName("seeds")
        self.pruning = QCheckBox("give up early")
        self.single = QCheckBox("one at a time")
        for name, tip in TIPS.items():
            getattr(self, name).setToolTip(tip)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        for place, name in enumerate(("method", "trials", "goal", "epochs", "seeds")):
            label, widget = make_label(name), getattr(self, name)
            label.setBuddy(widget)
            row, column = divmod(place, 2)
            grid.addWidget(label, row, 2 * column)
            grid.addWidget(widget, row, 2 * column + 1)
        for box in (self.pruning, self.single):
            grid.addWidget(box, 2, 2, 1, 2)
        grid.setColumnStretch(1, 2)
        grid.setColumnStretch(3, 1)
        for name in ("method", "goal"):
            box = getattr(self, name)
            box.activated.connect(lambda _, name=name, box=box: self.taken.emit(name, box.currentData()))
        self.trials.edited.connect(lambda value: self.taken.emit("trials", value))
        self.epochs.edited.connect(lambda value: self.taken.emit("epochs", value or 0))
        self.seeds.textEdited.connect(lambda text: self.taken.emit("seeds", text))
        self.pruning.clicked.connect(lambda on: self.taken.emit("pruning", on))
        self.single.clicked.connect(lambda on: self.taken.emit("single", on))

    def show_draft(self, draft: Draft, project: Project) -> None:
        """Show a draft, and the goals that its project has."""
        self.method.setCurrentIndex(self.method.findData(draft.method))
        self.trials.show_value(draft.trials)
        self.epochs.show_value(draft.epochs or None)
        if self.seeds.text() != draft.seeds:
            self.seeds.setText(draft.seeds)
        self.pruning.setChecked(draft.pruning)
        self.single.setChecked(draft.single)
        self.trials.setEnabled(draft.method in ("bayes", "random"))
        self.pruning.setVisible(draft.method != ABLATION)
        self.single.setVisible(draft.method == ABLATION)
        goals = list_goals(project)
        if [self.goal.itemData(row) for row in range(self.goal.count())] != goals:
            self.goal.clear()
            for goal in goals:
                self.goal.addItem(goal.replace("_", " "), goal)
        self.goal.setCurrentIndex(max(0, self.goal.findData(draft.goal)))


def list_goals(project: Project) -> list[str]:
    """Return what can be the goal: the losses, then the metrics that are measured."""
    chosen = project.training.metrics or tuple(metrics)
    return ["val_loss", *(f"val_{name}" for name in chosen), "train_loss"]
