"""The pages at the right of the Data tab: the source, its rows or samples, their balance, what becomes of them, leaks."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from designer.catalogue.facts import facts
from designer.document.project import Project
from designer.ui.panels.balance_page import BalancePage
from designer.ui.panels.data_reader import DataReader
from designer.ui.panels.feed_page import FeedPage
from designer.ui.panels.gallery_page import GalleryPage
from designer.ui.panels.learning_page import LearningPage
from designer.ui.panels.sides import Sides, make_area
from designer.ui.theme import Theme

ROWS, LEAKS = 1, 5  # the places of two pages
TABLES = ("Csv",)  # whose rows have a page of their own
MOST_HELD = 200_000_000  # bytes of samples that are held while nobody looks at them
NARROW = 900  # pixels below which the settings are seen beside their own page only


class DataSides(Sides):
    """Shows the data of a project, page by page; what the pages read they share.

    `wanted` carries fields of the data to set, and the title of that step.
    """

    wanted = Signal(object, str)

    def __init__(self, theme: Theme, reader: DataReader, source: QWidget, rows: QWidget, leaks: QWidget) -> None:
        self.reader = reader
        self.source, self.rows = source, rows
        self.gallery = GalleryPage(self.reader, theme)
        self.balance = BalancePage(self.reader, theme)
        self.feed = FeedPage(self.reader, theme)
        self.learning = LearningPage(self.reader, theme)
        self._changes = make_area(self.learning)
        pages = {
            "Source": source,
            "Rows": rows,
            "Samples": self.gallery,
            "Balance": self.balance,
            "What the network gets": self.feed,
            "Leaks": leaks,
            "Split and augmentation": self._changes,
        }
        super().__init__(pages)
        self._settings: QWidget | None = None  # what is folded away where there is little room
        self._held: bool | None = None  # whether they are to be shown, where somebody has said so
        self.fold = QToolButton(checkable=True, checked=True)
        self.fold.setToolTip("Show or hide the settings of source and split")
        self.fold.setAccessibleName("settings of source and split")
        self.head.insertWidget(0, self.fold)
        self.fold.clicked.connect(self._hold)
        self.tabs.currentChanged.connect(self._share_room)
        self.gallery.feed_wanted.connect(self.show_feed)
        self.balance.class_picked.connect(self.show_class)
        self.balance.wanted.connect(self.wanted)

    def share_room_with(self, settings: QWidget) -> None:
        """Let settings beside the pages be folded away, as they are where there is little room but on the first page."""
        self._settings = settings
        self._share_room()

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self._share_room()

    def hideEvent(self, event) -> None:
        super().hideEvent(event)
        if self.reader.weigh() > MOST_HELD and not self.isVisible():
            self.leave()  # they are read again once somebody looks: a run needs the memory

    def _hold(self, shown: bool) -> None:
        self._held = shown
        self._share_room()

    def _share_room(self) -> None:
        if self._settings is None:
            return
        parent = self.parentWidget()
        wide = (parent.width() if parent is not None else self.width()) >= NARROW
        shown = self._held if self._held is not None else wide or self.tabs.currentIndex() == 0
        self._settings.setVisible(shown)
        self.fold.setChecked(shown)
        self.fold.setArrowType(Qt.ArrowType.LeftArrow if shown else Qt.ArrowType.RightArrow)

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        for page in (self.gallery, self.balance, self.feed, self.learning):
            page.set_theme(theme)

    def show_project(self, project: Project, beside: Path | None) -> None:
        """Show a project's data; a relative path starts from `beside`."""
        kind = project.data.source.kind if project.data.source is not None else ""
        self.offer(self.rows, on=kind in TABLES)
        self.offer(self.gallery, on=kind not in TABLES)
        known = facts(project)
        self.offer(
            self.balance, on=known is None or known.target.kind != "tokens"
        )  # of a text there is nothing to weigh
        self.reader.show_project(project, beside)
        for page in (self.gallery, self.balance, self.feed, self.learning):
            page.refresh()

    def show_feed(self, place: int) -> None:
        """Show what the network gets of a sample."""
        self.feed.go_to(place)
        self.go_to(self.feed)

    def show_class(self, label: int) -> None:
        """Show the samples of a class."""
        if self.reader.project.data.source is not None and self.reader.project.data.source.kind not in TABLES:
            self.gallery.show_class(label)
            self.go_to(self.gallery)

    def show_changes(self) -> None:
        """Show how rows are split, and how samples are changed as they are learned."""
        self.go_to(self._changes)

    def show_source(self) -> None:
        """Show where the samples come from."""
        self.go_to(self.source)

    def leave(self) -> None:
        """Give up what is being read and forget what was: the next data shown are another project's."""
        self.reader.let_go()
        for page in (self.gallery, self.balance, self.feed, self.learning):
            page.leave()

    def stop(self, timeout: float = 0.0) -> None:
        """Give up what is being read."""
        for page in (self.gallery, self.balance, self.feed, self.learning):
            page.stop(timeout)
