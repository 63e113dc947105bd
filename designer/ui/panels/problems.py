"""The problems of the project, worst first: what is wrong, where, and fixes one click away."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from designer.catalogue.check import Fix, Problem
from designer.catalogue.check.groups import Group, fix_all, group_problems
from designer.document.wording import show_name
from designer.ui.editor import Editor
from designer.ui.marks import make_label, set_mark
from designer.ui.panels.problem_row import SIGNS, ProblemRow, apply_fix, find_node
from designer.ui.words import write_amount, write_count

__all__ = ["Problems", "ProblemRow", "apply_fix"]

MOST = 60  # rows at once: whoever has more mends the first ones first
PLURALS = {"error": "errors", "warning": "warnings", "hint": "hints"}


class SeverityFilter(QWidget):
    """A button for each severity there is, with its number: which are listed."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 12, 2)
        row.setSpacing(6)
        self.buttons: dict[str, QToolButton] = {}
        for severity in SIGNS:
            button = QToolButton(checkable=True, checked=True)
            button.setObjectName("severity")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.toggled.connect(self.changed)
            set_mark(button, "severity", severity)
            row.addWidget(button)
            self.buttons[severity] = button
        row.addStretch()

    def count(self, groups: tuple[Group, ...]) -> None:
        """Show how many there are of each severity; nothing where all are of one."""
        counts = {name: sum(1 for group in groups if group.problem.severity == name) for name in self.buttons}
        for severity, button in self.buttons.items():
            number = counts[severity]
            button.setText(f"{SIGNS[severity]} {write_amount(number, severity, PLURALS[severity])}")
            button.setToolTip(f"List {PLURALS[severity]}, or leave them out")
            button.setVisible(number > 0)
        self.setVisible(sum(1 for number in counts.values() if number) > 1)

    def lets_through(self, severity: str) -> bool:
        """Return whether problems of a severity are listed."""
        return self.buttons[severity].isChecked() or not self.isVisibleTo(self.parentWidget())


class Problems(QWidget):
    """The list. `node_chosen` asks to show a node; fixes are applied here. Filled only while it is visible."""

    node_chosen = Signal(str)
    counted = Signal(int, str)  # number of problems, worst severity

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._shown: tuple[Problem, ...] | None = None
        self._groups: tuple[Group, ...] = ()
        self.rows: list[ProblemRow] = []
        self.filter = SeverityFilter(self)
        self.filter.changed.connect(self._list)
        self.empty = make_label("No problems. What does not fit or will not learn is listed here.", "muted", wrap=True)
        self.empty.setContentsMargins(14, 10, 14, 10)
        self.rest = QPushButton()
        self.rest.setProperty("link", True)
        self.rest.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.rest.clicked.connect(self._list_more)
        self._most = MOST
        inner = QWidget()
        inner.setObjectName("ground")
        inner.installEventFilter(self)
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 4, 0, 4)
        self._column.setSpacing(0)
        for widget in (self.empty, self.rest):
            self._column.addWidget(widget)
        self._column.addStretch()
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setWidget(inner)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.filter)
        column.addWidget(self._area)
        editor.opened.connect(self._begin)
        editor.project_changed.connect(self._change)
        self._fill()

    def showEvent(self, event) -> None:
        self._fill()
        super().showEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Walk from row to row by the arrow keys, before the list scrolls by them."""
        return event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._walk(event.key())

    def _walk(self, key: int) -> bool:
        steps: dict[int, int] = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        ends: dict[int, int] = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: -1}
        shown = [row for row in self.rows if row.isVisibleTo(self)]
        focus = self.window().focusWidget()
        here = next((place for place, row in enumerate(shown) if row is focus or row.isAncestorOf(focus)), -1)
        if not shown or (key not in steps and key not in ends):
            return False
        place = ends[key] if key in ends else max(0, min(len(shown) - 1, here + steps[key]))
        shown[place].setFocus(Qt.FocusReason.TabFocusReason)
        self._area.ensureWidgetVisible(shown[place])
        return True

    def announce(self) -> None:
        """Emit `counted` for the present problems."""
        problems = self._editor.problems
        self.counted.emit(len(problems), problems[0].severity if problems else "")

    def _change(self) -> None:
        self.announce()
        if self.isVisible():
            self._fill()

    def _fill(self) -> None:
        problems = self._editor.problems
        if problems is self._shown:
            return
        self._shown = problems
        self._groups = group_problems(problems)
        self.filter.count(self._groups)
        self._list()

    def _list(self) -> None:
        groups = [group for group in self._groups if self.filter.lets_through(group.problem.severity)]
        self._arrange_rows(groups[: self._most])
        for row, group in zip(self.rows, groups, strict=False):
            node = find_node(self._editor, group.problem)
            row.show_problem(group.problem, show_name(node.name) if node else "", group)
        for place, row in enumerate(self.rows):
            row.setVisible(place < min(len(groups), self._most))
        self.empty.setVisible(not self._groups)
        left = len(groups) - self._most
        self.rest.setText(f"and {write_count(left)} more: list {write_count(min(left, MOST))} of them")
        self.rest.setVisible(left > 0)

    def _list_more(self) -> None:
        """List the next ones too, and let the first of them have the keys."""
        first, self._most = self._most, self._most + MOST
        self._list()
        self.rows[first].setFocus(Qt.FocusReason.OtherFocusReason)

    def _begin(self) -> None:
        """List the first ones alone, in another document."""
        if self._most != MOST:
            self._most = MOST
            self._list()

    def _arrange_rows(self, groups: list[Group]) -> None:
        """Have a row for each group: the one that shows its problem already, wherever it stands, else another."""
        free = list(self.rows)
        rows: list[ProblemRow | None] = []
        for group in groups:
            rows.append(next((row for row in free if row.problem == group.problem), None))
            if rows[-1] is not None:
                free.remove(rows[-1])
        rows = [row or (free.pop(0) if free else self._make_row()) for row in rows]
        for place, row in enumerate((*rows, *free)):
            if self._column.indexOf(row) != place + 1:
                self._column.removeWidget(row)
                self._column.insertWidget(place + 1, row)
        self.rows = [*rows, *free]

    def _make_row(self) -> ProblemRow:
        row = ProblemRow(self._editor)
        row.chosen.connect(self.node_chosen)
        row.fix_chosen.connect(self._fix)
        row.all_chosen.connect(self._fix_all)
        return row

    def _fix(self, problem: Problem, fix: Fix) -> None:
        apply_fix(self._editor, problem, fix)
        self._refocus()

    def _fix_all(self, group: Group) -> None:
        fix = fix_all(group.alike)
        title = f"fix {write_amount(len(group.alike), 'problem')}: {fix.title[:1].lower()}{fix.title[1:]}"
        self._editor.apply(title, fix.apply(self._editor.project))

    def _refocus(self) -> None:
        """Let the keyboard go on in the list where the row that had it is gone."""
        focus = self.window().focusWidget()
        if focus is None or not self.isAncestorOf(focus):
            return
        shown = [row for row in self.rows if row.isVisibleTo(self)]
        if shown:
            shown[0].setFocus(Qt.FocusReason.OtherFocusReason)
