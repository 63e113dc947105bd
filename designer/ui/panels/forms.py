"""A form generated from parameter declarations: a row each."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from designer.catalogue.parameters import Objection, Parameter
from designer.document.expressions import Names
from designer.document.graph import Parameters
from designer.ui.panels.field_menu import offer_vary
from designer.ui.panels.form_row import LABEL_WIDTH, Row
from designer.ui.panels.joint import Shared
from designer.ui.panels.text_entry import Entry

__all__ = ["LABEL_WIDTH", "ParameterForm"]

MOST_SHEETS = 12  # declarations whose rows are kept: one goes to and fro between few kinds of layers


class Sheet(QWidget):
    """The rows of one declaration, for one layer or for several layers jointly. Its signals are those of the form."""

    edited = Signal(str, object)
    reset = Signal(str)
    finished = Signal()
    vary_wanted = Signal(str, bool)

    def __init__(self, declared: tuple[Parameter, ...], joint: bool, form: "ParameterForm") -> None:
        super().__init__(form)
        self.declared = declared
        self.joint = joint
        self._varies = form.varies
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(4)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnStretch(2, 1)
        self.rows = {one.name: Row(one, self._add_formula, self) for one in declared if not one.hidden}
        before: QWidget | None = None
        for place, row in enumerate(self.rows.values()):
            self._grid.addWidget(row.label, 2 * place, 0)
            self._grid.addWidget(row.back, 2 * place, 1)
            self._grid.addWidget(row.field, 2 * place, 2)
            self._grid.addWidget(row.message, 2 * place + 1, 1, 1, 2)
            self._listen(row)
            for widget in (row.field, row.back):
                if before is not None:
                    QWidget.setTabOrder(before, widget)
                before = widget

    def _add_formula(self, row: Row) -> Entry:
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

    def _listen(self, row: Row) -> None:
        name, entry = row.parameter.name, row.entry
        row.field.edited.connect(lambda value: self.edited.emit(name, value))
        row.back.clicked.connect(lambda: self.reset.emit(name))
        if self._varies:
            for widget in filter(None, dict.fromkeys((row.label, row.field, entry))):
                offer_vary(widget, name, lambda alike: self.vary_wanted.emit(name, alike), joint=self.joint)
        if entry is not None:
            entry.joint = self.joint
            entry.editingFinished.connect(self.finished)
        else:
            row.field.edited.connect(lambda _: self.finished.emit())


class ParameterForm(QWidget):
    """Rows for the parameters of one declaration.

    `edited` carries the name and a canonical value, as often as it changes while typing; `reset` the name of a
    parameter that goes back to its default; `finished` says that the typing in one field is over. Where the form
    `varies`, `vary_wanted` carries the name of one that is to vary in a sweep, and whether alike in all layers that are
    shown: its field has a context menu for that.
    """

    edited = Signal(str, object)
    reset = Signal(str)
    finished = Signal()
    vary_wanted = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None, *, varies: bool = False) -> None:
        super().__init__(parent)
        self.varies = varies
        self._sheets: list[Sheet] = []  # the one in sight is the last
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    @property
    def rows(self) -> dict[str, Row]:
        """The rows in sight, by the names of their parameters."""
        return self._sheets[-1].rows if self._sheets else {}

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
        self._turn_to(declared, joint=False)
        said: Mapping[str, str] = {objection.parameter: objection.message for objection in objections}
        for name, row in self.rows.items():
            row.names = names
            row.show_value(given, said.get(name, ""))

    def show_shared(
        self, declared: tuple[Parameter, ...], shared: Mapping[str, Shared], names: Names | None = None
    ) -> None:
        """Show what several layers hold of parameters that all of them have."""
        self._turn_to(declared, joint=True)
        for name, row in self.rows.items():
            row.names = names
            row.show_shared(shared[name])

    def focus_first(self) -> None:
        """Put the cursor into the first field."""
        for row in self.rows.values():
            row.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return

    def _turn_to(self, declared: tuple[Parameter, ...], *, joint: bool) -> None:
        """Have the sheet of a declaration in sight: the one made for it before, or a new one."""
        before = self._sheets[-1] if self._sheets else None
        kept = (one for one in reversed(self._sheets) if one.joint == joint and one.declared == declared)
        sheet = next(kept, None) or self._make_sheet(declared, joint)
        if sheet is before:
            return
        if sheet in self._sheets:
            self._sheets.remove(sheet)
        self._sheets.append(sheet)
        if before is not None:
            before.hide()
        sheet.show()
        while len(self._sheets) > MOST_SHEETS:
            self._sheets.pop(0).deleteLater()

    def _make_sheet(self, declared: tuple[Parameter, ...], joint: bool) -> Sheet:
        sheet = Sheet(declared, joint, self)
        sheet.edited.connect(self.edited)
        sheet.reset.connect(self.reset)
        sheet.finished.connect(self.finished)
        sheet.vary_wanted.connect(self.vary_wanted)
        self._column.addWidget(sheet)
        return sheet
