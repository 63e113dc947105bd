"""The problems of the project, worst first: what is wrong, where, and fixes one click away."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from designer.catalogue.check import Fix, Problem
from designer.document.graph import Node
from designer.document.places import place_in_block
from designer.document.project import block_kind
from designer.document.wording import show_name
from designer.ui.editor import Editor
from designer.ui.marks import make_label, set_mark
from designer.ui.words import write_plain, write_rich

SIGNS = {"error": "■", "warning": "▲", "hint": "●"}
MOST = 60  # rows at once: whoever has more mends the first ones first


class ProblemRow(QFrame):
    """One problem: severity in a sign and a word, the node, the sentence, a button for each fix."""

    chosen = Signal(
        str
    )  # key of the node, as in `document.places`; the kind of a block alone where no node is at fault
    fix_chosen = Signal(object, object)  # Problem, Fix

    def __init__(self, parent: QWidget | None = None, *, place: bool = True) -> None:
        super().__init__(parent)
        self.setObjectName("problem" if place else "problemcard")
        self._problem: Problem | None = None
        self._place = place
        self.sign, self.word, self.node = make_label(), make_label(), make_label("", "strong")
        for label in (self.sign, self.word, self.node):
            label.setParent(self)
            label.setVisible(place)
        self.sign.setObjectName("sign")
        self.word.setObjectName("sign")
        self.word.setMinimumWidth(56)
        self.text = make_label("", wrap=True)
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.buttons: list[QPushButton] = []
        self._fixes = QHBoxLayout()
        self._fixes.setSpacing(6)
        line = QHBoxLayout(self) if place else QVBoxLayout(self)
        line.setContentsMargins(14 if place else 10, 6, 12, 6)
        line.setSpacing(8)
        if place:
            for widget in (self.sign, self.word, self.node):
                line.addWidget(widget)
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        line.addWidget(self.text, 1)
        line.addLayout(self._fixes)
        if not place:
            self._fixes.addStretch()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_problem(self, problem: Problem, name: str) -> None:
        """Show a problem of the node called `name`."""
        if problem is self._problem and name == self.node.text():
            return
        self._problem = problem
        for widget in (self, self.sign, self.word):
            set_mark(widget, "severity", problem.severity)
        self.sign.setText(SIGNS[problem.severity])
        self.word.setText(problem.severity.capitalize())
        self.node.setText(name)
        self.node.setVisible(bool(name) and self._place)
        self.text.setText(write_rich(problem.message))
        self.setAccessibleName(f"{problem.severity}: {write_plain(problem.message)}")
        self._show_fixes(problem.fixes)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose()
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose()
        else:
            super().keyPressEvent(event)

    def _choose(self) -> None:
        problem = self._problem
        if problem is not None and self._place and (problem.node is not None or problem.block):
            key = block_kind(problem.block) if problem.node is None else place_in_block(problem.block, problem.node)
            self.chosen.emit(key)

    def _show_fixes(self, fixes: tuple[Fix, ...]) -> None:
        for button in self.buttons:
            self._fixes.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = []
        for number, fix in enumerate(fixes):
            button = QPushButton(fix.title.replace("&", "&&"))
            button.setProperty("link", True)
            button.setAccessibleName(f"fix: {fix.title}")
            button.clicked.connect(lambda _=False, fix=fix: self.fix_chosen.emit(self._problem, fix))
            self._fixes.insertWidget(number, button)
            self.buttons.append(button)


def apply_fix(editor: Editor, problem: Problem, fix: Fix) -> None:
    """Apply a fix as an undo step that says what was mended: "fix digit: set out_features to 10"."""
    node = _find_node(editor, problem)
    of = f" {show_name(node.name)}" if node is not None else ""
    editor.apply(f"fix{of}: {fix.title[:1].lower()}{fix.title[1:]}", fix.apply(editor.project))


def _find_node(editor: Editor, problem: Problem) -> Node | None:
    project = editor.project
    block = project.blocks.get(problem.block)
    return (project.graph if block is None else block.graph).nodes.get(problem.node or "")


class Problems(QWidget):
    """The list. `node_chosen` asks to show a node; fixes are applied here. Filled only while it is visible."""

    node_chosen = Signal(str)
    counted = Signal(int, str)  # number of problems, worst severity

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._shown: tuple[Problem, ...] | None = None
        self.rows: list[ProblemRow] = []
        self.empty = make_label("No problems. What does not fit or will not learn is listed here.", "muted")
        self.rest = make_label("", "muted")
        for label in (self.empty, self.rest):
            label.setContentsMargins(14, 10, 14, 10)
        inner = QWidget()
        inner.setObjectName("ground")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 4, 0, 4)
        self._column.setSpacing(0)
        for widget in (self.empty, self.rest):
            self._column.addWidget(widget)
        self._column.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)
        editor.project_changed.connect(self._change)
        self._fill()

    def showEvent(self, event) -> None:
        self._fill()
        super().showEvent(event)

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
        while len(self.rows) < min(len(problems), MOST):
            row = ProblemRow()
            row.chosen.connect(self.node_chosen)
            row.fix_chosen.connect(self._fix)
            self._column.insertWidget(len(self.rows) + 1, row)
            self.rows.append(row)
        for row, problem in zip(self.rows, problems, strict=False):
            node = _find_node(self._editor, problem)
            row.show_problem(problem, show_name(node.name) if node else "")
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(problems))
        self.empty.setVisible(not problems)
        self.rest.setText(f"and {len(problems) - MOST:,} more")
        self.rest.setVisible(len(problems) > MOST)

    def _fix(self, problem: Problem, fix: Fix) -> None:
        apply_fix(self._editor, problem, fix)
