"""A declaration picked from a list, with the form of its parameters below: a loss, an optimizer, a data source."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from designer.catalogue.parameters import resolve
from designer.catalogue.spec import Declaration
from designer.document.graph import Value
from designer.document.project import Choice
from designer.document.wording import show_name
from designer.ui.marks import make_label
from designer.ui.panels.field_menu import offer_vary
from designer.ui.panels.forms import ParameterForm
from designer.ui.words import write_message

HEAD_WIDTH = 68  # pixels of the label before a list


class DeclarationList(QComboBox):
    """The kinds to choose from; `titles` are what people read, where that is not the kind itself."""

    def __init__(self, kinds: Mapping[str, Declaration], titles: Mapping[str, str]) -> None:
        super().__init__()
        for kind, declaration in kinds.items():
            self.addItem(write_message(titles.get(kind, kind)), kind)
            self.setItemData(self.count() - 1, write_message(declaration.summary), Qt.ItemDataRole.ToolTipRole)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setMaxVisibleItems(24)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # a wheel that scrolls the panel must not change what it passes over


class ChoiceForm(QWidget):
    """Shows one Choice and emits `chosen` with the new one, and a key under which typing in one field merges."""

    chosen = Signal(object, str)
    vary_wanted = Signal(str)  # the name of a parameter, "" for the choice itself

    def __init__(
        self,
        name: str,
        kinds: Mapping[str, Declaration],
        titles: Mapping[str, str] | None = None,
        *,
        varies: bool = False,
        only_settings: bool = False,
    ) -> None:
        super().__init__()
        self._varies = varies and not only_settings  # the choice itself
        self._kinds = kinds
        self._choice: Choice | None = None
        self._visit = 0  # steps of one visit to a field become one
        self.list = DeclarationList(kinds, titles or {})
        self.list.setAccessibleName(name)
        self.form = ParameterForm(varies=varies)
        self.form.vary_wanted.connect(lambda name, _: self.vary_wanted.emit(name))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        column.addLayout(self._head(name))
        column.addWidget(self.form)
        self.list.activated.connect(self._pick)
        self.form.edited.connect(self._edit)
        self.form.reset.connect(self._reset)
        self.form.finished.connect(self._finish)

    @property
    def choice(self) -> Choice | None:
        """What is shown as chosen."""
        return self._choice

    def _head(self, name: str) -> QHBoxLayout:
        """Return the line of the list. It is wider than the fields below, since names of classes are long."""
        label = make_label(name)
        label.setMinimumWidth(HEAD_WIDTH)
        label.setBuddy(self.list)
        if self._varies:
            for widget in (label, self.list):
                offer_vary(widget, name, lambda _: self.vary_wanted.emit(""))
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(label)
        row.addWidget(self.list, 1)
        return row

    def offer(self, kinds: Mapping[str, Declaration]) -> None:
        """Take over other declarations of the same kinds."""
        self._kinds = kinds

    def show_choice(self, choice: Choice | None) -> None:
        """Show what is chosen; a kind this installation does not know is shown by its name and left alone."""
        self._choice = choice
        kind = choice.kind if choice is not None else None
        declaration = self._kinds.get(kind) if kind is not None else None
        self.list.setCurrentIndex(self.list.findData(kind) if declaration is not None else -1)
        unknown = "" if declaration is not None or kind is None else f"{show_name(kind)} (unknown here)"
        self.list.setPlaceholderText(unknown or "choose …")
        declared = declaration.parameters if declaration is not None else ()
        given = choice.parameters if choice is not None else {}
        self.list.setToolTip(write_message(declaration.help) if declaration is not None else "")
        self.form.setVisible(any(not parameter.hidden for parameter in declared))
        self.form.show_parameters(declared, given, resolve(declared, given)[1])

    def _pick(self, index: int) -> None:
        kind = self.list.itemData(index)
        if self._choice is None or kind != self._choice.kind:
            self.chosen.emit(Choice(kind, self._carry_over(kind)), "")

    def _carry_over(self, kind: str) -> Mapping[str, Value]:
        """Return the settings that mean the same under the new kind: the learning rate of another optimizer."""
        if self._choice is None or "lr" not in self._choice.parameters:
            return {}
        declared = {parameter.name for parameter in self._kinds[kind].parameters}
        return {"lr": self._choice.parameters["lr"]} if "lr" in declared else {}

    def _edit(self, name: str, value: Value) -> None:
        if self._choice is not None:
            parameters = {**self._choice.parameters, name: value}
            self.chosen.emit(Choice(self._choice.kind, parameters), f"{self._choice.kind}.{name}.{self._visit}")

    def _reset(self, name: str) -> None:
        if self._choice is not None:
            self._finish()
            parameters = {key: value for key, value in self._choice.parameters.items() if key != name}
            self.chosen.emit(Choice(self._choice.kind, parameters), "")

    def _finish(self) -> None:
        self._visit += 1
