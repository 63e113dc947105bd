"""The name of the document in the middle of the menu bar, with a dot while something is not saved."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QMenuBar, QWidget

from designer.ui.fitting_label import FittingLabel
from designer.ui.marks import make_label


class DocumentTitle(QWidget):
    """Lies over the free middle of a menu bar and lets every click through. Hides where menus need the room."""

    def __init__(self, bar: QMenuBar) -> None:
        super().__init__(bar)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.name = FittingLabel("muted")
        self.dot = make_label("●")
        self.dot.setObjectName("unsaved")
        self.dot.setAccessibleName("not saved")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.name)
        line.addWidget(self.dot)
        bar.installEventFilter(self)

    def show_document(self, name: str, modified: bool) -> None:
        """Show a name, and whether it has changes that are not saved."""
        if (name, modified) != (self.name.text(), self.dot.isVisibleTo(self)):
            self.name.setText(name)
            self.dot.setVisible(modified)
            self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._place()
        return False

    def _place(self) -> None:
        bar = self.parentWidget()
        assert isinstance(bar, QMenuBar)
        actions = bar.actions()
        used = bar.actionGeometry(actions[-1]).right() + 16 if actions else 0
        room = bar.width() - 2 * used
        self.name.setMaximumWidth(max(40, room - 30))
        self.adjustSize()
        self.setVisible(not bar.isNativeMenuBar() and room > 60)
        self.move((bar.width() - self.width()) // 2, (bar.height() - self.height()) // 2)
