"""A declaration picked from a list, with the form of its parameters below: a loss, an optimizer, a data source."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from designer.catalogue.parameters import resolve
from designer.catalogue.spec import Declaration
from designer.document.graph import Value
from designer.document.project import Choice
from designer.ui.panels.forms import ParameterForm


class DeclarationList(QComboBox):
    """The kinds to choose from; `titles` are what people read, where that is not the kind itself."""

    def __init__(self, kinds: Mapping[str, Declaration], titles: Mapping[str, str]) -> None:
        super().__init__()
        for kind, declaration in kinds.items():
            self.addItem(titles.get(kind, kind), kind)
            self.setItemData(self.count() - 1, declaration.summary, Qt.ItemDataRole.ToolTipRole)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumContentsLength(10)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # a wheel that scrolls the panel must not change what it passes over


class ChoiceForm(QWidget):
    """Shows one Choice and emits `chosen` with the new one, and a key under which typing in one field merges."""

    chosen = Signal(object, str)

    def __init__(
        self,
        name: str,
        kinds: Mapping[str, Declaration],
        titles: Mapping[str, str] | None = None,
        none: str = "",
    ) -> None:
        super().__init__()
        self._kinds = kinds
        self._choice: Choice | None = None
        self._none = none
        self.list = DeclarationList(kinds, titles or {})
        if none:
            self.list.insertItem(0, none, None)
        self.list.setAccessibleName(name)
        self.form = ParameterForm()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        column.addWidget(self.list)
        column.addWidget(self.form)
        self.list.activated.connect(self._pick)
        self.form.edited.connect(self._edit)
        self.form.reset.connect(self._reset)

    def show_choice(self, choice: Choice | None) -> None:
        """Show what is chosen; a kind this installation does not know is shown by its name and left alone."""
        self._choice = choice
        kind = choice.kind if choice is not None else None
        index = self.list.findData(kind)
        if index < 0:
            self.list.setCurrentIndex(-1)
            self.list.setPlaceholderText(f"{kind} (unknown here)")
        else:
            self.list.setCurrentIndex(index)
        declared = self._kinds[kind].parameters if kind in self._kinds else ()
        given = choice.parameters if choice is not None else {}
        self.list.setToolTip(self._kinds[kind].help if kind in self._kinds else "")
        self.form.setVisible(any(not parameter.hidden for parameter in declared))
        self.form.show_parameters(declared, given, resolve(declared, given)[1])

    def _pick(self, index: int) -> None:
        kind = self.list.itemData(index)
        if kind is None:
            self.chosen.emit(None, "")
        elif self._choice is None or kind != self._choice.kind:
            self.chosen.emit(Choice(kind, self._carry_over(kind)), "")

    def _carry_over(self, kind: str) -> Mapping[str, Value]:
        """Return the settings that mean the same under the new kind (the learning rate of another optimizer)."""
        if self._choice is None:
            return {}
        declared = {parameter.name for parameter in self._kinds[kind].parameters}
        return {name: value for name, value in self._choice.parameters.items() if name in declared and name == "lr"}

    def _edit(self, name: str, value: Value) -> None:
        if self._choice is not None:
            parameters = {**self._choice.parameters, name: value}
            self.chosen.emit(Choice(self._choice.kind, parameters), f"{self._choice.kind}.{name}")

    def _reset(self, name: str) -> None:
        if self._choice is not None:
            parameters = {key: value for key, value in self._choice.parameters.items() if key != name}
            self.chosen.emit(Choice(self._choice.kind, parameters), "")
