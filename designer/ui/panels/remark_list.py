"""The comments and frames of where one stands, as a list below the outline: for eyes, keys and screen readers."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from designer.document.drawing import Remark
from designer.document.remarks import describe_remark
from designer.document.wording import show_name
from designer.ui.editor import Editor
from designer.ui.panels.hues import PATCH, make_patch
from designer.ui.theme import Theme, hue_colour
from designer.ui.words import write_amount, write_tip

KEY = Qt.ItemDataRole.UserRole
MOST_ROWS = 6  # in sight at once
LONGEST = 60  # characters of a row


class RemarkList(QListWidget):
    """In step with the canvas both ways. Enter goes to a comment or frame, Delete takes it away; hidden without any."""

    chosen = Signal(str)  # key of the one to bring into view
    entered_row = Signal()
    delete_requested = Signal()

    def __init__(self, editor: Editor, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._theme = theme
        self._shown: Mapping[str, Remark] | None = None
        self._following = False  # whether the selection changes because the canvas's did
        self.setAccessibleName("comments and frames")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(PATCH, PATCH))
        self.itemSelectionChanged.connect(self._choose)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self._theme, self._shown = theme, None
        self.refresh()

    def refresh(self) -> None:
        """Show the comments and frames of the view, and which of them are selected."""
        was, self._following = self._following, True
        remarks = self._editor.view.drawing.remarks
        if remarks is not self._shown:
            self._shown = remarks
            self._fill(remarks)
        chosen = self._editor.selected_remarks
        for place in range(self.count()):
            item = self.item(place)
            if item.isSelected() != (item.data(KEY) in chosen):
                item.setSelected(not item.isSelected())
        self._following = was

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_row.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_requested.emit()
        else:
            super().keyPressEvent(event)

    def _fill(self, remarks: Mapping[str, Remark]) -> None:
        current = self.currentItem().data(KEY) if self.currentItem() is not None else ""
        self.clear()
        for key, remark in remarks.items():
            item = QListWidgetItem(make_patch(hue_colour(self._theme, remark.hue)), write_row(remark), self)
            item.setData(KEY, key)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, describe_remark(remark))
            item.setToolTip(write_tip(describe_remark(remark)))
            if key == current:
                self.setCurrentItem(item)
        if self.count():
            self.setFixedHeight(self.sizeHintForRow(0) * min(self.count(), MOST_ROWS) + 2 * self.frameWidth() + 2)
        self.setVisible(bool(self.count()))

    def _choose(self) -> None:
        if self._following:
            return
        keys = [item.data(KEY) for item in self.selectedItems()]
        self._editor.select((), (), keys)
        if len(keys) == 1:
            self.chosen.emit(keys[0])


def write_row(remark: Remark) -> str:
    """Return what a row says: Encoder · 4 layers, or the words of a comment."""
    text = show_name(" ".join(remark.text.split()), LONGEST)
    if not remark.is_frame:
        return text or "Comment"
    return f"{text or 'Frame'} · {write_amount(len(remark.nodes), 'layer')}"
