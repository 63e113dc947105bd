"""What looks wrong with a run, in words: a list with figures and what to try, and a line of it for where room is scarce."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from designer.engine.symptoms import Finding
from designer.ui.marks import make_label
from designer.ui.theme import Theme, colour

NOTHING = (
    "What looks wrong while a network trains is said here: dead units, vanishing gradients, over-fitting, a learning rate "
    "that does not suit. Press Train to begin."
)
SOUND = "Nothing looks wrong so far."
MOST = 40  # rows

Name = Callable[[str], str]


class FindingRow(QWidget):
    """One finding: what and where, the figure, and what to try. A click or Return shows its layer."""

    chosen = Signal(str)

    def __init__(self, finding: Finding, name: Name) -> None:
        super().__init__()
        self.finding = finding
        where = name(finding.node) if finding.node is not None else ""
        self.title = make_label(f"{where} · {finding.kind}" if where else finding.kind, "strong", wrap=True)
        self.fact = make_label(finding.fact, wrap=True)
        self.advice = make_label(f"Try: {finding.advice}", "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 6, 12, 6)
        column.setSpacing(2)
        for label in (self.title, self.fact, self.advice):
            column.addWidget(label)
        if finding.node is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setToolTip("Show the layer")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(f"{self.title.text()}. {finding.fact} {self.advice.text()}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._choose()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose()
        else:
            super().keyPressEvent(event)

    def _choose(self) -> None:
        if self.finding.node is not None:
            self.chosen.emit(self.finding.node)


class FindingList(QScrollArea):
    """The findings of a run. `node_chosen` asks to show the layer of one."""

    node_chosen = Signal(str)

    def __init__(self, name: Name) -> None:
        super().__init__()
        self._name = name
        self.rows: list[FindingRow] = []
        self.empty = make_label(NOTHING, "muted", wrap=True)
        self.empty.setContentsMargins(14, 8, 12, 8)
        inner = QWidget()
        inner.setObjectName("ground")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 4, 0, 4)
        self._column.setSpacing(0)
        self._column.addWidget(self.empty)
        self._column.addStretch(1)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("findings")

    def show_findings(self, findings: Sequence[Finding], *, begun: bool) -> None:
        """List these; rows of findings that stay as they are stay too."""
        wanted = list(findings[:MOST])
        kept = {row.finding: row for row in self.rows if row.finding in wanted}
        for row in self.rows:
            if row.finding not in kept:
                self._column.removeWidget(row)
                row.deleteLater()
        self.rows = [kept.get(finding) or self._make_row(finding) for finding in wanted]
        for place, row in enumerate(self.rows):
            self._column.insertWidget(place, row)
        self.empty.setText(SOUND if begun else NOTHING)
        self.empty.setVisible(not self.rows)

    def _make_row(self, finding: Finding) -> FindingRow:
        row = FindingRow(finding, self._name)
        row.chosen.connect(self.node_chosen)
        return row


class FindingLine(QAbstractButton):
    """The first finding, below it what to try where the line may be so high, and how many more there are.

    Hidden while there is none. A click wants them all; the tool tip has the whole text where it is cut.
    """

    def __init__(self, name: Name, theme: Theme) -> None:
        super().__init__()
        self._name = name
        self.theme = theme
        self._more = self._advice = ""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.theme = theme
        self.update()

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show these."""
        self.setVisible(bool(findings))
        if not findings:
            return
        first = findings[0]
        where = f"{self._name(first.node)}: " if first.node is not None else ""
        self._more = f"and {len(findings) - 1} more" if len(findings) > 1 else ""
        text = f"{where}{first.kind}. {first.fact}"
        self._advice = f"Try: {first.advice}"
        if text != self.text():
            self.setText(text)
        self.setAccessibleName(f"{text} {self._advice} {self._more}".strip())
        self.setToolTip(f"{text}\n{self._advice}\nA click shows all that looks wrong.")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 2 * self.fontMetrics().height() + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.fontMetrics().height() + 2)

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, row = self.theme, min(self.height(), self.sizeHint().height() // 2)
        middle = row / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(theme.warning))
        painter.drawRoundedRect(QRectF(0, middle - 6, 12, 12), 3, 3)
        painter.setPen(QPen(colour(theme.panel), 1.4))
        wave = ((2, 0), (4, 0), (5.2, -3), (6.8, 3), (8, 0), (10, 0))
        painter.drawPolyline(QPolygonF([QPointF(x, middle + y) for x, y in wave]))
        metrics, right = painter.fontMetrics(), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(colour(theme.accent if self.underMouse() or self.hasFocus() else theme.muted))
        line = QRect(0, 0, self.width(), row)
        painter.drawText(line, right, self._more)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(colour(theme.accent if self.underMouse() or self.hasFocus() else theme.text))
        room = line.adjusted(20, 0, -metrics.horizontalAdvance(self._more) - 12, 0)
        painter.drawText(room, left, metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width()))
        painter.setPen(colour(theme.muted))
        room = line.adjusted(20, row, 0, row)
        painter.drawText(room, left, metrics.elidedText(self._advice, Qt.TextElideMode.ElideRight, room.width()))
