"""The training script of the project, live, linked both ways with the nodes it comes from."""

from bisect import bisect_left

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent, QPainter, QPaintEvent, QTextCursor, QTextFormat
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from designer.codegen.source import Source
from designer.document.places import place_in_block
from designer.ui.editor import Editor
from designer.ui.marks import make_label
from designer.ui.panels.highlighter import PythonHighlighter
from designer.ui.panels.hunks import find_hunks
from designer.ui.theme import Theme, colour, fixed_font
from designer.ui.words import write_amount, write_rich

SETTLE = 60  # milliseconds of rest before the text is made anew: typing stays fluid


class LineNumbers(QWidget):
    """The numbers left of the code; a bar marks the lines of selected nodes."""

    def __init__(self, view: "CodeView") -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self) -> QSize:
        return QSize(self._view.margin_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._view.paint_numbers(self, event.rect())


class CodeView(QPlainTextEdit):
    """Read-only source with line numbers. `line_clicked` carries 1-based numbers."""

    line_clicked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.marked: frozenset[int] = frozenset()
        self._lines = [""]  # what it shows
        self.setObjectName("code")
        self.setReadOnly(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFont(fixed_font(12))
        self.setAccessibleName("training script")
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setTabChangesFocus(True)
        self.setCursorWidth(1)
        self.highlighter = PythonHighlighter(self.document(), theme)
        self._numbers = LineNumbers(self)
        self.blockCountChanged.connect(self._make_margin)
        self.updateRequest.connect(self._scroll_numbers)
        self._make_margin()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self.theme = theme
        self.highlighter.set_theme(theme)
        self.mark_lines(self.marked)
        self._numbers.update()

    def show_text(self, text: str) -> None:
        """Show a new text in place of the old one; only the lines that differ are touched, so nothing jumps."""
        old, new = self._lines, text.split("\n")
        self._lines = new
        for start, end, first, last in reversed(find_hunks(old, new)):
            if start == end or first == last:  # lines were only added or taken away: take a neighbour in
                start, first = (start - 1, first - 1) if start else (start, first)
                end, last = (end, last) if start < end and first < last else (end + 1, last + 1)
            self._replace(start, end, "\n".join(new[first:last]))

    def _replace(self, start: int, end: int, text: str) -> None:
        """Put a text in the place of some lines. Each place by itself: only what is new is coloured then."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(self.document().findBlockByNumber(start).position())
        last = self.document().findBlockByNumber(end - 1)
        cursor.setPosition(last.position() + last.length() - 1, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)

    def mark_lines(self, lines: frozenset[int]) -> None:
        """Put a ground under these lines."""
        if not lines and not self.marked:
            return
        self.marked = lines
        ground = colour(self.theme.chosen_line)
        selections = []
        for line in sorted(lines):
            selection = QTextEdit.ExtraSelection()
            selection.cursor = QTextCursor(self.document().findBlockByNumber(line - 1))
            selection.format.setBackground(ground)
            selection.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            selections.append(selection)
        self.setExtraSelections(selections)
        self._numbers.update()

    def show_line(self, line: int) -> None:
        """Scroll so that a line is in view, with some lines around it."""
        top = self.firstVisibleBlock().blockNumber() + 1
        rows = max(1, self.viewport().height() // max(1, self.fontMetrics().lineSpacing()))
        if not top + 1 <= line <= top + rows - 3:
            self.verticalScrollBar().setValue(max(0, line - 1 - rows // 3))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self.line_clicked.emit(self.cursorForPosition(event.position().toPoint()).blockNumber() + 1)

    def keyReleaseEvent(self, event) -> None:
        super().keyReleaseEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.line_clicked.emit(self.textCursor().blockNumber() + 1)

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        area = self.contentsRect()
        self._numbers.setGeometry(QRect(area.left(), area.top(), self.margin_width(), area.height()))

    def margin_width(self) -> int:
        """Return how wide the line numbers are."""
        return 26 + self.fontMetrics().horizontalAdvance("9") * max(3, len(str(self.blockCount())))

    def paint_numbers(self, margin: QWidget, area: QRect) -> None:
        """Draw the numbers of the lines in view onto the margin."""
        painter = QPainter(margin)
        painter.fillRect(area, colour(self.theme.window))
        painter.setFont(self.font())
        block, offset = self.firstVisibleBlock(), self.contentOffset()
        top = self.blockBoundingGeometry(block).translated(offset).top()
        dim = colour(self.theme.muted)
        while block.isValid() and top <= area.bottom():
            height, line = self.blockBoundingRect(block).height(), block.blockNumber() + 1
            is_marked = line in self.marked
            if is_marked:
                painter.fillRect(0, round(top), 3, round(height), colour(self.theme.accent))
            painter.setPen(colour(self.theme.text) if is_marked else dim)
            room = QRect(0, round(top), margin.width() - 14, round(height))
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(line))
            block, top = block.next(), top + height

    def _make_margin(self) -> None:
        self.setViewportMargins(self.margin_width(), 0, 0, 0)

    def _scroll_numbers(self, area: QRect, by: int) -> None:
        if by:
            self._numbers.scroll(0, by)
        else:
            self._numbers.update(0, area.y(), self._numbers.width(), area.height())


class Code(QWidget):
    """The panel. The script is made only while the panel is visible. `export_requested` asks to save it."""

    export_requested = Signal()
    node_chosen = Signal(str)  # its key, as in `document.places`

    def __init__(self, editor: Editor, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._source: Source | None = None
        self.view = CodeView(theme)
        self.reason = make_label("", "muted", wrap=True)
        self.reason.setTextFormat(Qt.TextFormat.RichText)
        self.reason.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.reason.setContentsMargins(14, 12, 14, 12)
        self.about = make_label("", "muted")
        self.copy = QPushButton("Copy")
        self.export = QPushButton("Export …")
        self._stack = QStackedWidget()  # a bare layout would show the view as a window of its own first
        self._stack.addWidget(self.view)
        area = QScrollArea()  # a low panel has no room for many reasons
        area.setWidgetResizable(True)
        area.setWidget(self.reason)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._stack.addWidget(area)
        line = QHBoxLayout()
        line.setContentsMargins(14, 6, 12, 6)
        line.setSpacing(6)
        line.addWidget(self.about, 1)
        line.addWidget(self.copy)
        line.addWidget(self.export)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self._stack, 1)
        self._timer = QTimer(self, singleShot=True, interval=SETTLE)
        self._timer.timeout.connect(self.refresh)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.view.toPlainText()))
        self.export.clicked.connect(self.export_requested)
        self.view.line_clicked.connect(self._choose)
        editor.project_changed.connect(self._change)
        editor.selection_changed.connect(self._mark)

    @property
    def lines(self) -> dict[str, list[int]]:
        """The line numbers of each node."""
        result: dict[str, list[int]] = {}
        if self._source is not None:
            for line, node in sorted(self._source.lines.items()):
                result.setdefault(node, []).append(line)
        return result

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self.view.set_theme(theme)

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Make the text that belongs to the present project, or say why there is none yet."""
        self._timer.stop()
        result = self._editor.code()
        ready = isinstance(result, Source)
        self._source = result if isinstance(result, Source) else None
        self._stack.setCurrentIndex(0 if ready else 1)
        self.copy.setEnabled(ready)
        if isinstance(result, Source):
            self.view.show_text(result.text)
            self.about.setText(f"class {result.model} · {write_amount(result.text.count(chr(10)), 'line')}")
            self._mark()
        else:
            self.about.setText("No code yet")
            wrongs = "".join(f"<li>{write_rich(problem.message)}</li>" for problem in result.problems)
            self.reason.setText(f"The script stands here as soon as the network can run:<ul>{wrongs}</ul>")

    def _change(self) -> None:
        if self.isVisible():
            self._timer.start()

    def _mark(self) -> None:
        if not self.isVisible() or self._source is None:
            return
        block = next(reversed(self._editor.where), "")
        chosen = {place_in_block(block, node) for node in self._editor.selected_nodes}
        lines = [line for line, node in self._source.lines.items() if node in chosen] if chosen else []
        self.view.mark_lines(frozenset(lines))
        if lines and not self._is_near(sorted(lines)):
            self.view.show_line(min(lines))

    def _is_near(self, lines: list[int]) -> bool:
        """Return whether the line with the cursor is one of them: whoever clicked it needs no scrolling."""
        here = self.view.textCursor().blockNumber() + 1
        place = bisect_left(lines, here)
        return self.view.hasFocus() and place < len(lines) and lines[place] == here

    def _choose(self, line: int) -> None:
        if self._source is not None and (node := self._source.lines.get(line)):
            self.node_chosen.emit(node)
