"""The inspector: a page for the one thing that is selected, for several, or for the project."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from designer.ui.editor import Editor
from designer.ui.panels.fact_list import NameLine
from designer.ui.panels.overview import BlockPage, ProjectPage
from designer.ui.panels.page_area import Page, PageArea
from designer.ui.theme import Theme
from designer.ui.turns import polish

if TYPE_CHECKING:
    from designer.ui.panels.layer_page import LayerPage
    from designer.ui.panels.remark_page import RemarkPage
    from designer.ui.panels.selection_page import SelectionPage

WIDTH = 250  # logical pixels, at least
MOST_KINDS = 8  # of layers, of which rows are made before one is selected

AnyPage = TypeVar("AnyPage", bound=Page)


class Inspector(QWidget):
    """The panel: a page for one layer, for several, for comments and frames, or for the project.

    Pages are made when they are first asked for, or by `list_pieces`: the first paint needs the project's alone.
    """

    help_requested = Signal(str)
    vary_requested = Signal(str)  # key of a setting, as a sweep calls it
    name_left = Signal()  # a name was taken or given up

    def __init__(self, editor: Editor, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._theme = theme
        self.setMinimumWidth(WIDTH)
        self._stack = QStackedWidget()
        self._areas: dict[QWidget, PageArea] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        editor.view_changed.connect(self.refresh)
        editor.selection_changed.connect(self.refresh)
        self.refresh()

    @cached_property
    def project(self) -> ProjectPage:
        """What is shown while nothing is selected."""
        return self._add(ProjectPage(self._editor))

    @cached_property
    def layer(self) -> "LayerPage":
        """What is shown of one layer."""
        from designer.ui.panels.layer_page import LayerPage

        page = self._add(LayerPage(self._editor, self._theme))
        page.help_requested.connect(self.help_requested)
        page.vary_requested.connect(self.vary_requested)
        return page

    @cached_property
    def selection(self) -> "SelectionPage":
        """What is shown of several layers and wires."""
        from designer.ui.panels.selection_page import SelectionPage

        page = self._add(SelectionPage(self._editor, self._theme))
        page.vary_requested.connect(self.vary_requested)
        return page

    @cached_property
    def remarks(self) -> "RemarkPage":
        """What is shown of comments and frames."""
        from designer.ui.panels.remark_page import RemarkPage

        return self._add(RemarkPage(self._editor, self._theme))

    @cached_property
    def block(self) -> BlockPage:
        """What is shown inside a block while nothing is selected."""
        return self._add(BlockPage(self._editor))

    def list_pieces(self) -> list[Callable[[], object]]:
        """Return what makes the pages that are not there yet, each by a call of its own."""
        return [lambda: self.layer, lambda: self.selection, lambda: self.block, lambda: self.remarks]

    def rehearse(self) -> Iterator[None]:
        """Do in small steps what takes its time where a page is seen for the first time: rows, style, pictures."""
        inferred = self._editor.view_inference.nodes.values()
        kinds = list({known.node.kind: known.node.id for known in inferred}.values())[:MOST_KINDS]
        for node in kinds:
            if not self._shows("layer") and node in self._editor.view_inference.nodes:
                self.layer.show_layer(node)
                yield from self._try_on(self.layer)
        if not self._shows("selection"):
            self.selection.rehearse()
            yield from self._try_on(self.selection)

    def _try_on(self, page: Page) -> Iterator[None]:
        """Style a page in steps, let it be seen before anything is painted, and paint it out of sight."""
        yield from polish(page)
        yield
        there, field = self._stack.currentWidget(), QApplication.focusWidget()
        if there is self._areas[page] or (field is not None and self.isAncestorOf(field)):
            return  # it is in use
        self._show(page)
        self._stack.setCurrentWidget(there)
        yield
        page.resize(self._areas[page].viewport().size())
        page.grab()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self._theme = theme
        if "layer" in self.__dict__:
            self.layer.theme = theme
        if "selection" in self.__dict__:
            self.selection.set_theme(theme)
        if "remarks" in self.__dict__:
            self.remarks.set_theme(theme)
        self.refresh()

    def start_rename(self) -> None:
        """Put the cursor into the name of the one selected layer, the words of a comment or frame, or the project's name."""
        if self._shows("remarks"):
            self.remarks.start_rename()
            return
        if self._shows("layer"):
            name = self.layer.name
        elif self._shows("block"):
            name = self.block.form.name
        else:
            name = self.project.name
        name.setFocus(Qt.FocusReason.ShortcutFocusReason)
        name.selectAll()

    def start_rename_block(self) -> None:
        """Put the cursor into the name of the selected block, or of the one in which one stands."""
        form = self.layer.block if self._shows("layer") else self.block.form
        area = self._stack.currentWidget()
        assert isinstance(area, PageArea)
        form.focus_name()
        area.ensureWidgetVisible(form)

    def refresh(self) -> None:
        """Show what is selected now."""
        editor = self._editor
        nodes, edges = editor.selected_nodes, editor.selected_edges
        remarks = editor.selected_remarks & editor.view.drawing.remarks.keys()
        there = editor.view_inference.nodes
        known = [node for node in nodes if node in there]
        if len(known) == 1 and not edges and not remarks:
            (node,) = known
            self.layer.show_layer(node)
            self._show(self.layer)
        elif known or edges:
            self.selection.refresh(remarks)
            self._show(self.selection)
        elif remarks:
            self.remarks.show_remarks(remarks)
            self._show(self.remarks)
        elif editor.where:
            self.block.refresh()
            self._show(self.block)
        else:
            self.project.refresh()
            self._show(self.project)

    def _add(self, page: AnyPage) -> AnyPage:
        for name in page.findChildren(NameLine):
            name.left.connect(self.name_left)
        area = PageArea(page)
        self._stack.addWidget(area)
        self._areas[page] = area
        return page

    def _show(self, page: QWidget) -> None:
        self._stack.setCurrentWidget(self._areas[page])

    def _shows(self, name: str) -> bool:
        """Whether a page was made and is the one in sight."""
        page = self.__dict__.get(name)
        return page is not None and self._stack.currentWidget() is self._areas[page]
