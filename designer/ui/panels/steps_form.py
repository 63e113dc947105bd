"""What is done to samples as they are learned, as a list to add to, order and switch off, with the settings of one step."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from designer.catalogue.augmentation import augmentations, list_fitting
from designer.catalogue.parameters import resolve
from designer.catalogue.source_spec import Facts
from designer.document.graph import Value
from designer.document.project import Choice
from designer.document.wording import show_name
from designer.ui.marks import make_label
from designer.ui.panels.forms import ParameterForm
from designer.ui.words import write_message

Steps = tuple[Choice, ...]

LEAST_HEIGHT = 60  # pixels of the list
EMPTY = "Samples are learned as they are. Add a change, which each sample then gets at random, every time anew."


class StepsForm(QWidget):
    """Edits a list of changes to samples. `changed` carries the new list, a title and a key to merge by."""

    changed = Signal(object, str, str)
    vary_wanted = Signal(str)  # the key of a setting

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: Steps = ()
        self._known: Facts | None = None
        self._visit = 0
        self.list = QListWidget()
        self.list.setAccessibleName("changes to samples")
        self.add = QPushButton("Add")
        self.up, self.down = QToolButton(text="↑"), QToolButton(text="↓")
        self.remove = QToolButton(text="×")
        self.empty = make_label(EMPTY, "muted", wrap=True)
        self.help = make_label("", "muted", wrap=True)
        self.form = ParameterForm(varies=True)
        self._build()
        self.list.currentRowChanged.connect(lambda _: self._show_step())
        self.list.itemChanged.connect(self._switch)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self.remove.clicked.connect(self._remove)
        self.form.edited.connect(self._set)
        self.form.reset.connect(self._reset)
        self.form.finished.connect(self._finish)
        self.form.vary_wanted.connect(
            lambda name, *_: self.vary_wanted.emit(f"data.augmentation.{self.row + 1}.{name}")
        )

    def show_steps(self, steps: Steps, known: Facts | None) -> None:
        """Show a list; what can be added is what suits the samples that are known."""
        self._known = known
        self.add.setEnabled(known is not None and bool(list_fitting(known)))
        if steps != self._steps or self.list.count() != len(steps):
            row = min(max(self.list.currentRow(), 0), len(steps) - 1)
            if len(steps) == len(self._steps) + 1:
                row = len(steps) - 1
            self._steps = steps
            self._fill(row)
        self._show_step()

    @property
    def row(self) -> int:
        """The step that is chosen, -1 where there is none."""
        return self.list.currentRow()

    def add_step(self, kind: str) -> None:
        """Put one more change at the end."""
        self.changed.emit((*self._steps, Choice(kind)), f"add {augmentations[kind].title}", "")

    def offer(self) -> QMenu:
        """Return the menu of what can be added."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for spec in list_fitting(self._known) if self._known is not None else ():
            action = menu.addAction(write_message(spec.title))
            action.setToolTip(write_message(f"{spec.summary} {spec.help}"))
            action.triggered.connect(lambda *_, kind=spec.kind: self.add_step(kind))
        return menu

    def _open_menu(self) -> None:
        menu = self.offer()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.add.mapToGlobal(self.add.rect().bottomLeft()))

    def _fill(self, row: int) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        for choice in self._steps:
            spec = augmentations.get(choice.kind)
            item = QListWidgetItem(
                write_message(spec.title) if spec is not None else f"{show_name(choice.kind)} (unknown)"
            )
            item.setToolTip(write_message(f"{spec.summary} {spec.help}") if spec is not None else "")
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            is_on = choice.parameters.get("on", True) is not False
            item.setCheckState(Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.setCurrentRow(row)
        self.list.blockSignals(False)

    def _show_step(self) -> None:
        row, count = self.row, len(self._steps)
        spec = augmentations.get(self._steps[row].kind) if 0 <= row < count else None
        self.up.setEnabled(row > 0)
        self.down.setEnabled(0 <= row < count - 1)
        self.remove.setEnabled(0 <= row < count)
        self.empty.setVisible(not count)
        self.list.setVisible(bool(count))
        self.form.setVisible(spec is not None)
        self.help.setText(write_message(spec.summary) if spec is not None else "")
        if spec is not None:
            given = self._steps[row].parameters
            self.form.show_parameters(spec.parameters, given, resolve(spec.parameters, given)[1])

    def _switch(self, item: QListWidgetItem) -> None:
        row = self.list.row(item)
        on = item.checkState() == Qt.CheckState.Checked
        self._change(row, {"on": on} if not on else {}, ("on",), f"switch {item.text()} {'on' if on else 'off'}", "")

    def _set(self, name: str, value: Value) -> None:
        self._change(self.row, {name: value}, (), f"set {name}", f"augmentation.{self.row}.{name}.{self._visit}")

    def _reset(self, name: str) -> None:
        self._finish()
        self._change(self.row, {}, (name,), f"reset {name}", "")

    def _change(self, row: int, given: dict[str, Value], gone: tuple[str, ...], title: str, key: str) -> None:
        if not 0 <= row < len(self._steps):
            return
        choice = self._steps[row]
        kept = {name: value for name, value in choice.parameters.items() if name not in gone}
        steps = list(self._steps)
        steps[row] = replace(choice, parameters={**kept, **given})
        self.changed.emit(tuple(steps), title, key)

    def _move(self, by: int) -> None:
        row, steps = self.row, list(self._steps)
        steps.insert(row + by, steps.pop(row))
        self.list.blockSignals(True)
        self.list.setCurrentRow(row + by)  # the cursor goes along
        self.list.blockSignals(False)
        self.changed.emit(tuple(steps), "move a change to samples", "")

    def _remove(self) -> None:
        steps = list(self._steps)
        gone = steps.pop(self.row)
        spec = augmentations.get(gone.kind)
        title = spec.title if spec is not None else show_name(gone.kind)
        self.changed.emit(tuple(steps), f"remove {title}", "")

    def _finish(self) -> None:
        self._visit += 1

    def _build(self) -> None:
        self.add.clicked.connect(self._open_menu)
        for button, name in ((self.up, "earlier"), (self.down, "later"), (self.remove, "remove the change")):
            button.setAccessibleName(name)
            button.setToolTip(name.capitalize())
        self.add.setToolTip("Add a change to samples")
        self.list.setMinimumHeight(LEAST_HEIGHT)
        self.list.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.addWidget(make_label("Augmentation", "strong"))
        buttons.addStretch(1)
        buttons.addWidget(self.add)
        for button in (self.up, self.down, self.remove):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        column.addLayout(buttons)
        column.addWidget(self.empty)
        column.addWidget(self.list, 1)
        column.addWidget(self.form)
        column.addWidget(self.help)
        column.addStretch(0)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
