"""One problem in words, with its fixes: a row of the list, or a card beside what it is about."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from designer.catalogue.check import Fix, Problem
from designer.catalogue.check.groups import Group
from designer.document.graph import Node
from designer.document.places import place_in_block
from designer.document.project import block_kind
from designer.document.wording import show_name
from designer.ui.editor import Editor
from designer.ui.marks import make_label, set_mark
from designer.ui.panels.fix_list import FixList
from designer.ui.words import write_amount, write_plain, write_rich

SIGNS = {"error": "■", "warning": "▲", "hint": "●"}


class ProblemRow(QFrame):
    """One problem: severity in a sign and a word, the node, the sentence, a button for each fix.

    With `place` it is a row of the list, which leads to the node; without, a card that already stands at the node.
    """

    chosen = Signal(
        str
    )  # key of the node, as in `document.places`; the kind of a block alone where no node is at fault
    fix_chosen = Signal(object, object)  # Problem, Fix
    all_chosen = Signal(object)  # Group: the first fix of all problems of this kind

    def __init__(self, editor: Editor, parent: QWidget | None = None, *, place: bool = True) -> None:
        super().__init__(parent)
        self.setObjectName("problem" if place else "problemcard")
        self._problem: Problem | None = None
        self._group: Group | None = None
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
        self.fixes = FixList(editor, across=place)
        self.fixes.chosen.connect(lambda fix: self.fix_chosen.emit(self._problem, fix))
        self.all = QPushButton()
        self.all.setProperty("link", True)
        self.all.clicked.connect(lambda: self.all_chosen.emit(self._group))
        self.all.setVisible(False)
        self._arrange_row() if place else self._arrange_card()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def problem(self) -> Problem | None:
        """The problem that is shown."""
        return self._problem

    @property
    def buttons(self) -> list[QPushButton]:
        """The buttons of the fixes, the likeliest first."""
        return self.fixes.buttons

    def show_problem(self, problem: Problem, name: str, group: Group | None = None) -> None:
        """Show a problem of the node called `name`; `group` says what it stands for beside itself."""
        if problem is self._problem and name == self.node.text() and group == self._group:
            return
        renewed = problem is not self._problem
        self._problem, self._group = problem, group
        for widget in (self, self.sign, self.word):
            set_mark(widget, "severity", problem.severity)
        self.sign.setText(SIGNS[problem.severity])
        self.word.setText(problem.severity.capitalize())
        self.node.setText(name)
        self.node.setVisible(bool(name) and self._place)
        message = problem.message
        if group is not None and group.uses:
            message += f" So {write_amount(len(group.uses), 'use')} of the block cannot work."
        self.text.setText(write_rich(message))
        self.setAccessibleName(f"{problem.severity}: {write_plain(message)}")
        if renewed:
            self.fixes.show_fixes(problem)
        many = len(group.alike) if group is not None else 1
        self.all.setVisible(many > 1)
        if many > 1:
            self.all.setText(f"Fix all {many}")
            self.all.setAccessibleName(f"fix all {many}: {problem.fixes[0].title}")
            self.all.setToolTip(f"{problem.fixes[0].title} for each of the {many} problems of this kind")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose()
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._place:
            self._choose()
        else:
            super().keyPressEvent(event)

    def _choose(self) -> None:
        problem = self._problem
        if problem is not None and self._place and (problem.node is not None or problem.block):
            key = block_kind(problem.block) if problem.node is None else place_in_block(problem.block, problem.node)
            self.chosen.emit(key)

    def _arrange_row(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(14, 6, 12, 6)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        for column, widget in enumerate((self.sign, self.word, self.node)):
            grid.addWidget(widget, 0, column, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.text, 0, 3)
        grid.addWidget(self.fixes, 1, 2, 1, 2)
        grid.addWidget(self.all, 0, 4, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(3, 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def _arrange_card(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 12, 6)
        column.setSpacing(6)
        column.addWidget(self.text)
        column.addWidget(self.fixes)
        column.addWidget(self.all, 0, Qt.AlignmentFlag.AlignLeft)


def apply_fix(editor: Editor, problem: Problem, fix: Fix) -> None:
    """Apply a fix as an undo step that says what was mended: "fix digit: set out_features to 10"."""
    node = find_node(editor, problem)
    of = f" {show_name(node.name)}" if node is not None else ""
    editor.apply(f"fix{of}: {fix.title[:1].lower()}{fix.title[1:]}", fix.apply(editor.project))


def find_node(editor: Editor, problem: Problem) -> Node | None:
    """Return the node that a problem is about, in the network or in the block it lies in."""
    project = editor.project
    block = project.blocks.get(problem.block)
    return (project.graph if block is None else block.graph).nodes.get(problem.node or "")
