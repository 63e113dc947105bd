"""How many rows of each class are in each part, as bars; of a target of numbers its histogram."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from designer.document.wording import show_name
from designer.ui.panels.part_colours import TITLES, choose_hue
from designer.ui.theme import Theme, colour, text_font
from designer.ui.words import write_count, write_tip

if TYPE_CHECKING:
    from designer.engine.inspection.balance import Balance

BAR, BETWEEN, HEAD = 7, 8, 22  # pixels
FIGURES = 100  # pixels for a count and a share
HISTOGRAM = 130


class ClassBars(QWidget):
    """Shows a balance. `picked` carries the class that is clicked, or that Enter is pressed on."""

    picked = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.balance: Balance | None = None
        self.current = -1
        self._most = 1.0
        self.setAccessibleName("rows of each class and part")

    def show_balance(self, balance: "Balance | None") -> None:
        """Show how rows are spread; None shows nothing."""
        self.balance, self.current = balance, -1
        self._most = self._find_most()
        has_classes = balance is not None and balance.edges is None and bool(balance.labels)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if has_classes else Qt.FocusPolicy.NoFocus)
        self.setAccessibleDescription("; ".join(self.tell()))
        self.updateGeometry()
        self.update()

    def tell(self) -> list[str]:
        """Return what the bars show, in words: ham: training 3,856 (86.5 %), validation 971 (87.1 %)."""
        balance = self.balance
        if balance is None or balance.edges is not None:
            return []
        lines = []
        for place, label in enumerate(balance.labels):
            parts = [
                f"{TITLES[part]} {write_count(int(balance.counts[part, place]))} ({self._share(part, place):.1f} %)"
                for part in self.parts
            ]
            lines.append(f"{show_name(label)}: {', '.join(parts)}")
        return lines

    @property
    def parts(self) -> list[int]:
        """The parts that have rows."""
        rows = self.balance.rows if self.balance is not None else ()
        return [part for part, count in enumerate(rows) if count]

    def _find_most(self) -> float:
        """Return the largest share of a class in any part, as wide as there is room for."""
        shares = [100 * self.balance.counts[part].max(initial=0) / self.balance.rows[part] for part in self.parts]  # type: ignore[union-attr]
        return float(max(shares, default=0)) or 1.0

    def _share(self, part: int, place: int) -> float:
        assert self.balance is not None
        return float(100 * self.balance.counts[part, place] / max(self.balance.rows[part], 1))

    @property
    def row_height(self) -> int:
        """The height of a class, with the bars of its parts."""
        return max(len(self.parts) * (BAR + 6), 15) + BETWEEN

    def sizeHint(self) -> QSize:
        if self.balance is None:
            return QSize(200, HEAD)
        high = HISTOGRAM if self.balance.edges is not None else len(self.balance.labels) * self.row_height
        return QSize(320, HEAD + high)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, event) -> None:
        if self.balance is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(text_font(11.5))
        self._paint_key(painter)
        if self.balance.edges is not None:
            self._paint_histogram(painter)
            return
        top, bottom = event.rect().top(), event.rect().bottom()
        for place in range(len(self.balance.labels)):
            y = HEAD + place * self.row_height
            if y + self.row_height >= top and y <= bottom:
                self._paint_class(painter, place, y)

    def _paint_key(self, painter: QPainter) -> None:
        x = 0
        for part in self.parts:
            painter.fillRect(QRectF(x, 5, 9, 9), colour(choose_hue(self.theme, part)))
            told = f"{TITLES[part]} {write_count(self.balance.rows[part])}"
            painter.setPen(colour(self.theme.muted))
            painter.drawText(QPoint(x + 14, 14), told)
            x += 14 + painter.fontMetrics().horizontalAdvance(told) + 16

    def _paint_class(self, painter: QPainter, place: int, y: int) -> None:
        label = show_name(self.balance.labels[place], 60)
        left = self._name_width(painter)
        if place == self.current and self.hasFocus():
            painter.fillRect(QRectF(0, y - 3, self.width(), self.row_height - 2), colour(self.theme.card))
        painter.setPen(colour(self.theme.text))
        told = painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideRight, left - 8)
        high = self.row_height - BETWEEN
        painter.drawText(QRectF(0, y, left - 8, high), Qt.AlignmentFlag.AlignVCenter, told)
        room = max(self.width() - left - FIGURES, 20)
        for number, part in enumerate(self.parts):
            middle = y + (number + 0.5) * high / len(self.parts)
            share = self._share(part, place)
            painter.fillRect(
                QRectF(left, middle - BAR / 2, max(room * share / self._most, 1), BAR),
                colour(choose_hue(self.theme, part)),
            )
            told = f"{write_count(int(self.balance.counts[part, place]))} · {share:.1f} %"
            painter.setPen(colour(self.theme.muted))
            painter.drawText(QPoint(round(left + room * share / self._most) + 6, round(middle + 4)), told)

    def _name_width(self, painter: QPainter) -> int:
        widths = [painter.fontMetrics().horizontalAdvance(show_name(each, 60)) for each in self.balance.labels[:200]]
        return min(max(widths, default=0) + 12, self.width() // 3)

    def _paint_histogram(self, painter: QPainter) -> None:
        counts, edges = self.balance.counts, self.balance.edges
        room = QRectF(2, HEAD, self.width() - 4, HISTOGRAM - 26)
        step = room.width() / counts.shape[1]
        for part in reversed(self.parts):
            shares = counts[part] / max(counts[part].max(), 1)
            for place, share in enumerate(shares.tolist()):
                bar = QRectF(
                    room.left() + place * step, room.bottom() - share * room.height(), step - 1, share * room.height()
                )
                if part == 0:
                    painter.fillRect(bar, colour(choose_hue(self.theme, part), 150))
                elif share:
                    painter.setPen(QPen(colour(choose_hue(self.theme, part)), 1.6))
                    painter.drawLine(bar.topLeft(), bar.topRight())
        painter.setPen(colour(self.theme.muted))
        for share in (0, 0.5, 1):
            told = _write(float(edges[0] + share * (edges[-1] - edges[0])))
            wide = painter.fontMetrics().horizontalAdvance(told)
            x = room.left() + share * (room.width() - wide)
            painter.drawText(QPoint(round(x), round(room.bottom() + 16)), told)

    def find(self, point: QPoint) -> int:
        """Return the class at a point, -1 where there is none."""
        if self.balance is None or self.balance.edges is not None:
            return -1
        place = (point.y() - HEAD) // self.row_height
        return place if point.y() >= HEAD and place < len(self.balance.labels) else -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.find(event.position().toPoint())
        if place >= 0:
            self._go(place)
            self.picked.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        key = Qt.Key(event.key())
        if key in steps and self.balance is not None:
            self._go(max(0, min(self.current + steps[key], len(self.balance.labels) - 1)))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current >= 0:
            self.picked.emit(self.current)
        else:
            super().keyPressEvent(event)

    def _go(self, place: int) -> None:
        self.current = place
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self.find(event.pos())
            told = f"{self.tell()[place]}. Click to see its samples." if place >= 0 else ""
            QToolTip.showText(event.globalPos(), write_tip(told), self)
            return True
        return super().event(event)


def _write(number: float) -> str:
    return (f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}").replace("-", "−")
