"""One row of a form: a parameter with its meaning, its error and a way back to the default."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QToolButton, QWidget

from designer.catalogue.parameters import Parameter
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


class Row(QObject):
    """The widgets of one parameter: label, way back, field, and the sentence that says what is wrong."""

    def __init__(self, parameter: Parameter, add_formula: "Callable[[Row], Entry]", parent: QWidget) -> None:
        super().__init__(parent)
        self.parameter = parameter
        self._add_formula = add_formula
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
    def entry(self) -> Entry | None:
        """The entry in which a value is typed, if it is."""
        entry = self.field.entry if isinstance(self.field, PlaceEntry) else self.field
        return entry if isinstance(entry, Entry) else None

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
        if self.formula is None:
            self.formula = self._add_formula(self)
        self.formula.names = self.names
        self.formula.show()
        self.field.hide()
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
        entry = self.entry
        if entry is not None:
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
        if entry is not None and is_expression(value):
            self._show_result(entry)

    def show_shared(self, shared: Shared) -> None:
        """Show what several layers hold: a value they have alike, or that they differ."""
        entry = self.entry
        if not isinstance(shared.value, Mixed):
            given = {self.parameter.name: shared.value} if shared.is_set else NO_PARAMETERS
            parameter, self.parameter = self.parameter, replace(self.parameter, default=shared.value)
            self.show_value(given, "")
            self.parameter = parameter
        else:
            self._given = NO_PARAMETERS
            self.back.setVisible(shared.is_set)
            self._leave_formula()
            if entry is not None:
                entry.names = self.names
            if entry is None or not (entry.error and entry.hasFocus()):
                self.field.show_mixed(shared.note)
                self.show_error("")
        if shared.objection and not self.message.isVisible():
            self.message.setText(write_message(shared.objection.replace("`", "")))
            self.message.show()

    def refuse(self, error: str) -> None:
        """Say why what was entered does not fit one of several layers; finishes "kernel_size ..."."""
        entry = self.formula if self.formula is not None and self.formula.isVisible() else self.entry
        if entry is not None:
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
        if self.entry is not None:
            self.entry.show_unsound(value)
        else:
            self.field.show_value(self.parameter.default, default=True)
        self.message.setText(write_message(objection.replace("`", "")))
        self.message.show()
