"""The fixes of a problem: a button for each, beside it what follows from it."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolTip

from designer.catalogue.check import Fix, Problem
from designer.catalogue.check.preview import Preview
from designer.ui.editor import Editor
from designer.ui.marks import make_label
from designer.ui.panels.flow import FlowBox
from designer.ui.previews import explain_preview, previews_of, write_preview
from designer.ui.words import write_tip

ONE_A_ROW = 100_000  # pixels between two: no second one has room
LEAST_WIDTH = 60  # of a button, in logical pixels


class FixButton(QPushButton):
    """A button with the title of a fix, the middle of it left out where there is no room."""

    def __init__(self) -> None:
        super().__init__()
        self._whole = ""
        self._size = QSize()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setProperty("link", True)

    def show_title(self, title: str) -> None:
        """Show a title, whole as far as is known yet."""
        self._whole = title.replace("&", "&&")
        self.setText(self._whole)
        self._size = super().sizeHint()
        self.setAccessibleName(f"fix: {title}")

    def sizeHint(self) -> QSize:
        if self.text() == self._whole:
            self._size = super().sizeHint()
        return self._size

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_WIDTH, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # Qt takes them for a button in a dialog alone
            self.click()
        else:
            super().keyPressEvent(event)

    def fit(self) -> None:
        """Show as much of the title as there is room for."""
        frame = self._size.width() - self.fontMetrics().horizontalAdvance(self._whole)
        fits = self.width() >= self._size.width()
        cut = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideMiddle, self.width() - frame)
        self.setText(self._whole if fits else cut)


class FixChoice(FlowBox):
    """One fix: its button, and the shape and the parameters that follow."""

    chosen = Signal(object)  # Fix

    def __init__(self, editor: Editor, problem: Problem, fix: Fix) -> None:
        super().__init__(across=5, down=0)
        self._editor = editor
        self._problem = problem
        self._fix = fix
        self.button = FixButton()
        self.button.show_title(fix.title)
        self.button.clicked.connect(lambda: self.chosen.emit(self._fix))
        self.button.installEventFilter(self)
        self.follows = make_label("", "muted")
        self.follows.setObjectName("follows")
        self.follows.setMinimumWidth(LEAST_WIDTH)
        self.add(self.button)
        self.add(self.follows)
        self.follows.setVisible(False)

    def show_fix(self, problem: Problem, fix: Fix) -> None:
        """Show a fix in place of the one that was shown. What followed from the same one stands until more is known."""
        if fix is self._fix:
            return
        is_same = problem == self._problem and fix == self._fix
        self._problem, self._fix = problem, fix
        if not is_same:
            self.button.show_title(fix.title)
            self.button.setAccessibleDescription("")
            self.follows.setVisible(False)
        if self.isVisible():
            self.ask()

    def _renew(self) -> None:
        super()._renew()
        self.button.fit()

    def ask(self) -> None:
        """Ask for what follows from the fix; it is shown when it is known, unless another fix is shown by then."""
        fix = self._fix
        previews_of(self._editor).ask(
            self, self._problem, fix, lambda seen: self._show(seen) if fix is self._fix else None
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.ask()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), write_tip(self.explain()), self.button)
            return True
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.Enter):
            if self.follows.isHidden():
                self._show(previews_of(self._editor).look(self._problem, self._fix))
            previews_of(self._editor).point(self, self._problem, self._fix)
        elif event.type() in (QEvent.Type.FocusOut, QEvent.Type.Leave, QEvent.Type.Hide):
            previews_of(self._editor).unpoint(self)
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


class FixList(FlowBox):
    """The fixes of one problem, `across` in a row that goes on below, else one below the other."""

    chosen = Signal(object)  # Fix

    def __init__(self, editor: Editor, *, across: bool) -> None:
        super().__init__(across=14 if across else ONE_A_ROW, down=2)
        self._editor = editor
        self._choices: list[FixChoice] = []  # that were made; they are kept
        self.choices: list[FixChoice] = []  # in sight

    @property
    def buttons(self) -> list[QPushButton]:
        """The buttons of the fixes, the likeliest first."""
        return [choice.button for choice in self.choices]

    def show_fixes(self, problem: Problem) -> None:
        """Show the fixes of a problem in place of those that were shown."""
        for choice in self._choices[len(problem.fixes) :]:
            choice.follows.hide()  # by the time it is shown again that may be otherwise
            choice.hide()
        self.choices = self._choices[: len(problem.fixes)]
        for choice, fix in zip(self.choices, problem.fixes, strict=False):
            choice.show_fix(problem, fix)
            choice.show()
        for fix in problem.fixes[len(self.choices) :]:
            choice = FixChoice(self._editor, problem, fix)
            choice.chosen.connect(self.chosen)
            self.add(choice)
            self._choices.append(choice)
            self.choices.append(choice)
        if self.parentWidget() is not None or not self.choices:  # else it would open as a window
            self.setVisible(bool(self.choices))
