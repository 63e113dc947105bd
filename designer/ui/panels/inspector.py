"""The inspector: a page for the one thing that is selected, for several, or for the project."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from designer.ui.editor import Editor
from designer.ui.panels.layer_page import LayerPage
from designer.ui.panels.overview import BlockPage, ProjectPage
from designer.ui.panels.selection_page import SelectionPage
from designer.ui.theme import Theme

WIDTH = 250  # logical pixels, at least


class Inspector(QWidget):
    """The panel: a page for one layer, for several, or for the project."""

    help_requested = Signal(str)

    def __init__(self, editor: Editor, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.layer = LayerPage(editor, theme)
        self.project = ProjectPage(editor)
        self.selection = SelectionPage(editor)
        self.block = BlockPage(editor)
        self.setMinimumWidth(WIDTH)
        self._stack = QStackedWidget()
        for page in (self.project, self.layer, self.selection, self.block):
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setFrameShape(QFrame.Shape.NoFrame)
            area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            page.setObjectName("ground")
            area.setWidget(page)
            self._stack.addWidget(area)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self.layer.help_requested.connect(self.help_requested)
        editor.view_changed.connect(self.refresh)
        editor.selection_changed.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self.layer.theme = theme
        self.refresh()

    def start_rename(self) -> None:
        """Put the cursor into the name of the one selected layer, or of the project."""
        page = self._stack.currentIndex()
        name = {1: self.layer.name, 3: self.block.form.name}.get(page, self.project.name)
        name.setFocus(Qt.FocusReason.ShortcutFocusReason)
        name.selectAll()

    def start_rename_block(self) -> None:
        """Put the cursor into the name of the selected block, or of the one in which one stands."""
        form = self.layer.block if self._stack.currentIndex() == 1 else self.block.form
        area = self._stack.currentWidget()
        assert isinstance(area, QScrollArea)
        form.focus_name()
        area.ensureWidgetVisible(form)

    def refresh(self) -> None:
        """Show what is selected now."""
        nodes, edges = self._editor.selected_nodes, self._editor.selected_edges
        known = [node for node in nodes if node in self._editor.view_inference.nodes]
        if len(known) == 1 and not edges:
            (node,) = known
            self.layer.show_layer(node)
            self._stack.setCurrentIndex(1)
        elif known or edges:
            self.selection.refresh()
            self._stack.setCurrentIndex(2)
        elif self._editor.where:
            self.block.refresh()
            self._stack.setCurrentIndex(3)
        else:
            self.project.refresh()
            self._stack.setCurrentIndex(0)
