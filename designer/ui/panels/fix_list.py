"""The fixes of a problem: a button for each, beside it what follows from it."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from designer.catalogue.check import Fix, Problem
from designer.catalogue.check.preview import Preview
from designer.ui.editor import Editor
from designer.ui.marks import make_label
from designer.ui.panels.flow import FlowLayout
from designer.ui.previews import explain_preview, previews_of, write_preview
from designer.ui.words import write_tip

LEAST_WIDTH = 60  # of a button, in logical pixels


class FixButton(QPushButton):
    """A button with the title of a fix, the middle of it left out where there is no room."""

    def __init__(self, title: str) -> None:
        super().__init__(title.replace("&", "&&"))
        self._whole = self.text()
        self._size = super().sizeHint()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setProperty("link", True)
        self.setAccessibleName(f"fix: {title}")

    def sizeHint(self) -> QSize:
        if self.text() == self._whole:
            self._size = super().sizeHint()
        return self._size

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_WIDTH, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        frame = self._size.width() - self.fontMetrics().horizontalAdvance(self._whole)
        fits = self.width() >= self._size.width()
        cut = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideMiddle, self.width() - frame)
        self.setText(self._whole if fits else cut)


class FixChoice(QWidget):
    """One fix: its button, and the shape and the parameters that follow."""

    chosen = Signal()

    def __init__(self, editor: Editor, problem: Problem, fix: Fix) -> None:
        super().__init__()
        self._editor = editor
        self._problem = problem
        self._fix = fix
        self.button = FixButton(fix.title)
        self.button.clicked.connect(self.chosen)
        self.button.installEventFilter(self)
        self.follows = make_label("", "muted")
        self.follows.setObjectName("follows")
        self.follows.setMinimumWidth(LEAST_WIDTH)
        self.follows.setVisible(False)
        row = FlowLayout(self, across=5, down=0)
        row.addWidget(self.button)
        row.addWidget(self.follows)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def ask(self) -> None:
        """Ask for what follows from the fix; it is shown when it is known."""
        previews_of(self._editor).ask(self, self._problem, self._fix, self._show)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.ask()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), write_tip(self.explain()), self.button)
            return True
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.Enter) and self.follows.isHidden():
            self._show(previews_of(self._editor).look(self._problem, self._fix))
        return False

    def explain(self) -> str:
        """Return all that follows from the fix, line by line."""
        seen = previews_of(self._editor).look(self._problem, self._fix)
        return explain_preview(seen, len(self._editor.problems))

    def _show(self, seen: Preview) -> None:
        text = write_preview(seen)
        self.follows.setText(text)
        self.follows.setVisible(bool(text))
        self.button.setAccessibleDescription(text)
        self.updateGeometry()


class FixList(QWidget):
    """The fixes of one problem, `across` in a row that goes on below, else one below the other."""

    chosen = Signal(object)  # Fix

    def __init__(self, editor: Editor, *, across: bool) -> None:
        super().__init__()
        self._editor = editor
        self.choices: list[FixChoice] = []
        self._line = FlowLayout(self, across=14, down=2) if across else QVBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        if not across:
            self._line.setSpacing(2)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def buttons(self) -> list[QPushButton]:
        """The buttons of the fixes, the likeliest first."""
        return [choice.button for choice in self.choices]

    def show_fixes(self, problem: Problem) -> None:
        """Show the fixes of a problem in place of those that were shown."""
        for choice in self.choices:
            self._line.removeWidget(choice)
            choice.hide()
            choice.deleteLater()
        self.choices = []
        for fix in problem.fixes:
            choice = FixChoice(self._editor, problem, fix)
            choice.chosen.connect(lambda fix=fix: self.chosen.emit(fix))
            self._line.addWidget(choice)
            self.choices.append(choice)
        self.setVisible(bool(self.choices))

    def add_choice(self, button: QPushButton) -> None:
        """Add a button of another kind behind the fixes."""
        self._line.addWidget(button)
