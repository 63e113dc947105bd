"""A form generated from parameter declarations: a row each, with its meaning, its error and a way back to the default."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QToolButton, QWidget

from designer.catalogue.parameters import Objection, Parameter
from designer.catalogue.sharing import Mixed
from designer.document.expressions import SIGN, Names, is_expression
from designer.document.graph import NO_PARAMETERS, Parameters, Value
from designer.ui.marks import make_label, set_mark
from designer.ui.panels.entries import describe_type
from designer.ui.panels.fields import Field, make_field
from designer.ui.panels.joint import Shared
from designer.ui.panels.pickers import Check, PlaceEntry, WordList
from designer.ui.panels.text_entry import Entry
from designer.ui.words import write_message, write_tip

LABEL_WIDTH = 104
MOST_RESTING = 12  # declarations whose rows are kept: one goes to and fro between few kinds of layers


class Row(QObject):
    """The widgets of one parameter: label, way back, field, and the sentence that says what is wrong."""

    def __init__(self, parameter: Parameter, form: "ParameterForm") -> None:
        super().__init__(form)
        self.parameter = parameter
        self.label = make_label(parameter.name)
        self.field: Field = make_field(parameter.type)
        self.back = QToolButton(text="↺", autoRaise=True)
        self.message = make_label("", "error", wrap=True)
        tip = f"{parameter.meaning}\nTakes {describe_type(parameter.type)}."
        for widget in (self.label, self.field):
            widget.setToolTip(write_tip(tip))
        self.label.setBuddy(self.field)
        self.label.setMinimumWidth(LABEL_WIDTH)
        self.field.setAccessibleName(parameter.name)
        self.field.setAccessibleDescription(parameter.meaning)
        self.back.setObjectName("back")
        self.back.setAccessibleName(f"reset {parameter.name}")
        self.back.setToolTip("Back to the default")
        self.back.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        keep = self.back.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.back.setSizePolicy(keep)
        self.message.hide()
        self.names: Names | None = None
        self.formula: Entry | None = None  # takes the place of a check box or a list of words
        self._given: Parameters = NO_PARAMETERS
        self.field.refused.connect(self.show_error)
        if isinstance(self.field, Check | WordList):
            self.field.installEventFilter(self)

    @property
    def widgets(self) -> list[QWidget]:
        """All that the row consists of."""
        return [one for one in (self.label, self.back, self.field, self.message, self.formula) if one is not None]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let "=" on a check box or a list of words begin an expression."""
        if self.names is None or event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.text() != SIGN:
            return False
        entry = self._begin_formula()
        entry.setText(SIGN)
        entry.setFocus(Qt.FocusReason.ShortcutFocusReason)
        entry.end(False)  # what is typed next goes on
        return True

    def _begin_formula(self) -> Entry:
        """Return the entry for an expression, in the place of the field."""
        form, field = self.parent(), self.field
        assert isinstance(form, ParameterForm)
        if self.formula is None:
            self.formula = form.add_formula(self)
        self.formula.names = self.names
        self.formula.show()
        field.hide()
        return self.formula

    def end_formula(self) -> None:
        """Put the field back in its place, unless an expression is set."""
        if self.formula is not None and not is_expression(self._given.get(self.parameter.name)):
            self.formula.hide()
            self.field.show()
            self.show_error("")

    def show_error(self, error: str) -> None:
        """Show why what stands in the field is not taken; "" hides it."""
        set_mark(self.message, "error")
        set_mark(self.message, "muted", False)
        self.message.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.message.setText(write_message(f"{self.parameter.name} {error}.") if error else "")
        self.message.setVisible(bool(error))

    def show_value(self, given: Parameters, objection: str) -> None:
        """Show what is set, or the default, or a stored value that cannot stand and why."""
        parameter = self.parameter
        self._given = given
        is_set = parameter.name in given
        value = given[parameter.name] if is_set else parameter.default
        self.back.setVisible(is_set)
        entry = self.field.entry if isinstance(self.field, PlaceEntry) else self.field
        if isinstance(entry, Entry):
            entry.names = self.names
        elif self.names is not None and is_expression(value):
            self._show_formula(value, objection)
            return
        else:
            self._leave_formula()
        if objection:
            self._show_unsound(value, objection)
            return
        if isinstance(self.field, Entry) and self.field.error and self.field.hasFocus():
            return  # something is being typed that cannot stand yet
        self.field.show_value(value, default=not is_set)
        self.show_error("")
        if isinstance(entry, Entry) and is_expression(value):
            self._show_result(entry)

    def show_shared(self, shared: Shared) -> None:
        """Show what several layers hold: a value they have alike, or that they differ."""
        entry = self.field.entry if isinstance(self.field, PlaceEntry) else self.field
        if not isinstance(shared.value, Mixed):
            given = {self.parameter.name: shared.value} if shared.is_set else NO_PARAMETERS
            parameter, self.parameter = self.parameter, replace(self.parameter, default=shared.value)
            self.show_value(given, "")
            self.parameter = parameter
        else:
            self._given = NO_PARAMETERS
            self.back.setVisible(shared.is_set)
            self._leave_formula()
            if isinstance(entry, Entry):
                entry.names = self.names
            if not (isinstance(entry, Entry) and entry.error and entry.hasFocus()):
                self.field.show_mixed(shared.note)
                self.show_error("")
        if shared.objection and not self.message.isVisible():
            self.message.setText(write_message(shared.objection.replace("`", "")))
            self.message.show()

    def refuse(self, error: str) -> None:
        """Say why what was entered does not fit one of several layers; finishes "kernel_size ..."."""
        entry = self.field.entry if isinstance(self.field, PlaceEntry) else self.field
        if self.formula is not None and self.formula.isVisible():
            entry = self.formula
        if isinstance(entry, Entry):
            entry.refuse(error)
        else:
            self.show_error(error)

    def _show_formula(self, value: Value, objection: str) -> None:
        entry = self._begin_formula()
        if objection:
            self.show_error("")
            entry.show_unsound(value)
            self.message.setText(write_message(objection.replace("`", "")))
            self.message.show()
        elif not (entry.error and entry.hasFocus()):
            entry.show_value(value)
            self.show_error("")
            self._show_result(entry)

    def _show_result(self, entry: Entry) -> None:
        """Show what an expression comes to below it, where it does not fit beside it."""
        if entry.note and not entry.has_room:
            set_mark(self.message, "error", False)
            set_mark(self.message, "muted")
            self.message.setAlignment(Qt.AlignmentFlag.AlignRight)
            self.message.setText(entry.note)
            self.message.show()

    def _leave_formula(self) -> None:
        if self.formula is not None and not self.formula.isHidden() and not self.formula.hasFocus():
            self.end_formula()

    def _show_unsound(self, value: Value, objection: str) -> None:
        self.show_error("")
        field = self.field.entry if isinstance(self.field, PlaceEntry) else self.field
        if isinstance(field, Entry):
            field.show_unsound(value)
        else:
            field.show_value(self.parameter.default, default=True)
        self.message.setText(write_message(objection.replace("`", "")))
        self.message.show()


class ParameterForm(QWidget):
    """Rows for the parameters of one declaration.

    `edited` carries the name and a canonical value, as often as it changes while typing; `reset` the name of a
    parameter that goes back to its default; `finished` says that the typing in one field is over.
    """

    edited = Signal(str, object)
    reset = Signal(str)
    finished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._declared: tuple[Parameter, ...] = ()
        self.joint = False  # whether it stands for several layers
        self.rows: dict[str, Row] = {}
        self._resting: list[tuple[tuple[Parameter, ...], bool, dict[str, Row]]] = []  # the rows in sight last
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(4)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnStretch(2, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)  # higher for long messages

    def show_parameters(
        self,
        declared: tuple[Parameter, ...],
        given: Parameters,
        objections: tuple[Objection, ...] = (),
        names: Names | None = None,
    ) -> None:
        """Show what is set of a declaration's parameters; rows are made only for a declaration that is new here.

        With `names` every value may be an expression over them.
        """
        if declared is not self._declared or self.joint:
            self._build(declared)
        said: Mapping[str, str] = {objection.parameter: objection.message for objection in objections}
        for name, row in self.rows.items():
            row.names = names
            row.show_value(given, said.get(name, ""))

    def show_shared(
        self, declared: tuple[Parameter, ...], shared: Mapping[str, Shared], names: Names | None = None
    ) -> None:
        """Show what several layers hold of parameters that all of them have."""
        if declared != self._declared or not self.joint:
            self._build(declared, joint=True)
        for name, row in self.rows.items():
            row.names = names
            row.show_shared(shared[name])

    def add_formula(self, row: Row) -> Entry:
        """Return a new entry for an expression, over the field of a row."""
        name = row.parameter.name
        entry = Entry(row.parameter.type, self)
        entry.joint = self.joint
        entry.setAccessibleName(f"{name} as an expression")
        entry.setToolTip(row.field.toolTip())
        self._grid.addWidget(entry, 2 * list(self.rows).index(name), 2)
        QWidget.setTabOrder(row.field, entry)
        entry.refused.connect(row.show_error)
        entry.edited.connect(lambda value: self.edited.emit(name, value))
        entry.editingFinished.connect(row.end_formula)
        entry.editingFinished.connect(self.finished)
        return entry

    def focus_first(self) -> None:
        """Put the cursor into the first field."""
        for row in self.rows.values():
            row.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return

    def _build(self, declared: tuple[Parameter, ...], *, joint: bool = False) -> None:
        """Have the rows of a declaration: those made for it before, or new ones. The others rest out of sight."""
        for row in self.rows.values():
            for widget in row.widgets:
                self._grid.removeWidget(widget)
                widget.hide()
        resting = next((one for one in self._resting if one[0] is declared and one[1] == joint), None)
        if resting is None:
            rows = {parameter.name: Row(parameter, self) for parameter in declared if not parameter.hidden}
        else:
            rows = resting[2]
            self._resting.remove(resting)
        self._declared, self.joint, self.rows = declared, joint, rows
        self._resting.append((declared, joint, rows))
        self._place(is_new=resting is None)
        while len(self._resting) > MOST_RESTING:
            self._throw_away(self._resting.pop(0)[2])

    def _place(self, *, is_new: bool) -> None:
        before: QWidget | None = None
        for place, row in enumerate(self.rows.values()):
            self._grid.addWidget(row.label, 2 * place, 0)
            self._grid.addWidget(row.back, 2 * place, 1)
            self._grid.addWidget(row.field, 2 * place, 2)
            self._grid.addWidget(row.message, 2 * place + 1, 1, 1, 2)
            if row.formula is not None:
                self._grid.addWidget(row.formula, 2 * place, 2)
            if is_new:
                self._listen(row)
            else:
                row.label.show()
                row.field.show()
            for widget in (row.field, row.formula, row.back):
                if before is not None and widget is not None:
                    QWidget.setTabOrder(before, widget)
                before = widget or before

    def _throw_away(self, rows: "dict[str, Row]") -> None:
        for row in rows.values():
            for widget in row.widgets:
                widget.deleteLater()
            row.deleteLater()

    def _listen(self, row: Row) -> None:
        name, field = row.parameter.name, row.field
        entry = field.entry if isinstance(field, PlaceEntry) else field
        if isinstance(entry, Entry):
            entry.joint = self.joint
        field.edited.connect(lambda value: self.edited.emit(name, value))
        row.back.clicked.connect(lambda: self.reset.emit(name))
        if isinstance(entry, Entry):
            entry.editingFinished.connect(self.finished)
        else:
            entry.edited.connect(lambda _: self.finished.emit())
