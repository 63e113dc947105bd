"""Comments and frames in the hand: moved by the pointer, and their words typed where they stand."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from designer.document.remarks import write_remarks
from designer.ui.canvas.changes import move_carried, places_after
from designer.ui.canvas.geometry import Point, snap_move
from designer.ui.canvas.gestures import TOGGLE, Gesture, Pointer
from designer.ui.canvas.remark_item import TEXT_SIZE
from designer.ui.theme import text_font

if TYPE_CHECKING:
    from designer.ui.canvas.view import CanvasView

LEAST_WIDTH, LEAST_HEIGHT, TALL = 180, 30, 84  # logical pixels of the field
ROOM = 1.6  # how much larger than a comment the field is, so that there is room to go on


class MoveRemarks(Gesture):
    """Move the pressed comment, or frame with the cards and comments in it, and whatever else is selected."""

    def __init__(self, view: "CanvasView", start: Pointer, remark: str) -> None:
        super().__init__(view, start)
        self._remark = remark
        editor = view.editor
        if start.keys & TOGGLE:
            editor.select(editor.selected_nodes, editor.selected_edges, editor.selected_remarks ^ {remark})
        elif remark not in editor.selected_remarks:
            editor.select((), (), [remark])

    def move(self, pointer: Pointer) -> None:
        nodes, comments, delta = self._carried(pointer)
        sheet, view = self.view.sheet, self.view.editor.view
        sheet.preview(places_after(view, nodes, delta))
        places = {key: view.drawing.remarks[key].position for key in comments}
        sheet.preview_remarks({key: (x + delta[0], y + delta[1]) for key, (x, y) in places.items()})

    def end(self, pointer: Pointer) -> None:
        editor = self.view.editor
        nodes, comments, delta = self._carried(pointer)
        change = move_carried(editor.view, nodes, comments, delta, editor.selected_remarks)
        self.cancel()
        editor.apply_view(*change)

    def click(self, pointer: Pointer) -> None:
        if not self.start.keys & TOGGLE:
            self.view.editor.select((), (), [self._remark])

    def cancel(self) -> None:
        self.view.sheet.preview({})
        self.view.sheet.preview_remarks({})

    def _carried(self, pointer: Pointer) -> tuple[frozenset[str], frozenset[str], Point]:
        """Return the nodes and the comments that move, and by how much."""
        editor = self.view.editor
        nodes, comments = carried_by(self.view, editor.selected_nodes, editor.selected_remarks)
        delta = (pointer.place[0] - self.start.place[0], pointer.place[1] - self.start.place[1])
        return nodes, comments, snap_move((0.0, 0.0), delta)


def carried_by(
    view: "CanvasView", nodes: frozenset[str], remarks: frozenset[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the nodes and comments that move with these nodes, comments and frames: what lies in a frame goes along."""
    drawing, sheet = view.editor.view.drawing, view.sheet
    frames = [key for key in remarks if key in drawing.remarks and drawing.remarks[key].is_frame]
    inside = frozenset(node for key in frames for node in drawing.remarks[key].nodes if node in sheet.nodes)
    around = [sheet.remarks[key].box for key in frames if key in sheet.remarks]
    comments = {key for key in remarks if key in drawing.remarks and key not in frames}
    comments |= {
        key
        for key, item in sheet.remarks.items()
        if not item.remark.is_frame and any(box.holds(item.box[:2]) and box.holds(item.box[2:]) for box in around)
    }
    return nodes | inside, frozenset(comments)


class RemarkText(QPlainTextEdit):
    """A field over a comment or the title of a frame. Its words are taken when it is left; Escape leaves them as they were.

    Return takes the title of a frame; in a comment it breaks the line, and Ctrl+Return takes it.
    """

    def __init__(self, view: "CanvasView", remark: str, step: str | None = None) -> None:
        super().__init__(view.viewport())
        self._step = step
        self._view = view
        self._remark = remark
        item = view.sheet.remarks[remark]
        self._one_line = item.remark.is_frame
        self._done = False
        self.setObjectName("remarktext")
        self.setAccessibleName("title of the frame" if self._one_line else "text of the comment")
        self.setPlaceholderText("Title" if self._one_line else "Comment")
        scale = view.scale_now
        font = text_font(max(11.0, TEXT_SIZE * scale))
        self.setFont(font)
        self.setPlainText(item.remark.text)
        self.setTabChangesFocus(True)
        corner = view.mapFromScene(item.grip.left, item.grip.top)
        width = (item.grip.right - item.grip.left) * scale
        height = (item.grip.bottom - item.grip.top) * scale
        if self._one_line:
            self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        else:
            width, height = max(width * ROOM, LEAST_WIDTH * ROOM), max(height * ROOM, TALL)
        self.setGeometry(corner.x(), corner.y(), round(max(LEAST_WIDTH, width)), round(max(LEAST_HEIGHT, height)))
        view.editor.leaving.connect(self._finish)
        view.editor.view_changed.connect(self.close)
        view.scale_changed.connect(self.close)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.moveCursor(QTextCursor.MoveOperation.End)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self._done = not (self._step and self.toPlainText().strip())  # the first words of a comment are kept
            self._take()
            self._leave()
        elif enter and (self._one_line or event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            self._take()
            self._leave()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # letters are text here, not keys of the canvas
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._finish()

    def _take(self) -> None:
        if self._done:
            return
        self._done = True
        editor = self._view.editor
        remark = editor.view.drawing.remarks.get(self._remark)
        if remark is not None:
            title, project = write_remarks(editor.view, [self._remark], self.toPlainText().strip())
            editor.apply_view(editor.history.undo_title if self._step else title, project, key=self._step)

    def _finish(self) -> None:
        self._take()
        self.close()

    def _leave(self) -> None:
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.close()
