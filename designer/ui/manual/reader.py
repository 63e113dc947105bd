"""The window of the manual: contents with a search on the left, the page on the right, a way back and forth."""

from collections.abc import Sequence
from urllib.parse import unquote

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QImage, QKeyEvent, QKeySequence, QShortcut, QTextDocument
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSplitter,
    QTextBrowser,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from designer.catalogue.registry import layers
from designer.catalogue.templates import Template, list_templates
from designer.paths import resource
from designer.ui.background import Job
from designer.ui.figures.picture import make_subject, render_figure
from designer.ui.manual.book import HOME, Entry, find_pages, list_contents, write_page
from designer.ui.manual.html import style_sheet
from designer.ui.panels.search_line import SearchLine
from designer.ui.theme import Theme

ADDRESS = Qt.ItemDataRole.UserRole
SIZE = (1060, 760)  # logical pixels
CONTENTS_WIDTH = 236
FIGURE_SCALE = 2.0


class PageView(QTextBrowser):
    """Shows a page by its address; figures are painted when it asks for them."""

    def __init__(self, theme: Theme, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.keys = keys
        self.templates: Sequence[Template] = ()
        self.title = ""
        self.setOpenLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.document().setDocumentMargin(22)
        self.document().setDefaultStyleSheet(style_sheet(theme))

    def loadResource(self, kind: int, name: QUrl) -> object:
        address = name.toString()
        if kind == QTextDocument.ResourceType.ImageResource.value:
            return self._load_image(address)
        found = write_page(address, self.templates, self.keys)
        self.title, text = found or ("Not found", "<h1>Not found</h1><p>There is no such page.</p>")
        return f"<body>{text}</body>"

    def wear(self, theme: Theme) -> None:
        """Show the page in the colours of a theme, at the place where it is read."""
        self.theme = theme
        self.refresh()

    def refresh(self) -> None:
        """Write the page anew."""
        place = self.verticalScrollBar().value()
        self.document().setDefaultStyleSheet(style_sheet(self.theme))
        self.reload()
        self.verticalScrollBar().setValue(place)

    def _load_image(self, address: str) -> QImage:
        scheme, _, name = address.partition(":")
        spec = layers.get(unquote(name)) if scheme == "figure" else None
        if spec is not None:
            subject = make_subject(spec)
            return render_figure(self.theme, subject, self.devicePixelRatioF(), FIGURE_SCALE)
        path = resource("manual") / "images" / address.rpartition("/")[2]
        return QImage(str(path)) if path.is_file() else QImage()


class Manual(QWidget):
    """The window. `template_chosen` carries the name of a template to begin with."""

    template_chosen = Signal(str)

    def __init__(self, theme: Theme, keys: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("manual")
        self.search = SearchLine("Search the manual", "Ctrl+F")
        self.contents = QTreeWidget()
        self.contents.setObjectName("contents")
        self.contents.setHeaderHidden(True)
        self.contents.setAccessibleName("contents")
        self.contents.setIndentation(14)
        self.page = PageView(theme, keys)
        self.back, self.forward = QToolButton(text="←"), QToolButton(text="→")
        self._items: dict[str, QTreeWidgetItem] = {}
        self._fill(list_contents())
        self._lay_out()
        self._listen()
        self.resize(*SIZE)
        self._job = Job(lambda report: list_templates(), self)
        self._job.done.connect(self._take_templates)
        self._job.start()

    @property
    def address(self) -> str:
        """The page that is shown."""
        return self.page.source().toString()

    def show_page(self, address: str) -> None:
        """Show a page by its address: "layer:Conv2d", "family:pooling", "topic:data"."""
        if address != self.address:
            self.page.setSource(QUrl(address))

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self.page.wear(theme)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event) -> None:
        self._job.cancel()
        super().closeEvent(event)

    def _fill(self, entries: Sequence[Entry], below: QTreeWidgetItem | None = None) -> None:
        for entry in entries:
            item = QTreeWidgetItem([entry.title])
            item.setData(0, ADDRESS, entry.address)
            if below is None:
                self.contents.addTopLevelItem(item)
            else:
                below.addChild(item)
            item.setExpanded(below is None and bool(entry.below))
            self._items[entry.address] = item
            self._fill(entry.below, item)

    def _lay_out(self) -> None:
        for button, name, keys in ((self.back, "Back", "Alt+Left"), (self.forward, "Forward", "Alt+Right")):
            button.setAccessibleName(name.lower())
            button.setToolTip(f"{name} ({QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)})")
            button.setEnabled(False)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.back)
        head.addWidget(self.forward)
        head.addWidget(self.search, 1)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(10, 10, 4, 10)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.contents, 1)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.addWidget(left)
        parts.addWidget(self.page)
        parts.setStretchFactor(1, 1)
        parts.setSizes([CONTENTS_WIDTH, SIZE[0] - CONTENTS_WIDTH])
        row = QVBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(parts)

    def _listen(self) -> None:
        page = self.page
        self.back.clicked.connect(page.backward)
        self.forward.clicked.connect(page.forward)
        page.backwardAvailable.connect(self.back.setEnabled)
        page.forwardAvailable.connect(self.forward.setEnabled)
        page.sourceChanged.connect(lambda address: self._follow(address.toString()))
        page.anchorClicked.connect(self._go)
        self.contents.itemClicked.connect(self._open)
        self.contents.itemActivated.connect(self._open)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(lambda: self._open(self.contents.currentItem()))
        self.search.down.connect(lambda: self.contents.setFocus(Qt.FocusReason.TabFocusReason))
        for keys, run in (
            ("Alt+Left", page.backward),
            ("Alt+Right", page.forward),
            ("Alt+Home", lambda: self.show_page(HOME)),
            ("Ctrl+F", lambda: self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)),
        ):
            QShortcut(QKeySequence(keys), self, run)

    def _take_templates(self, templates: Sequence[Template]) -> None:
        """From now on say where layers are used."""
        self.page.templates = templates
        if self.address:
            self.page.refresh()

    def _open(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.show_page(item.data(0, ADDRESS))

    def _go(self, address: QUrl) -> None:
        """Follow a link: to a page, to a network that is opened, or out into the web."""
        if address.scheme() in ("http", "https"):
            QDesktopServices.openUrl(address)
        elif address.scheme() == "open":
            self.template_chosen.emit(unquote(address.path()))
        else:
            self.show_page(address.toString())

    def _follow(self, address: str) -> None:
        """Mark in the contents which page is shown."""
        title = self.page.title
        self.setWindowTitle(f"{title} – Manual" if title != "Manual" else title)
        self.page.setAccessibleName(f"manual: {title}")
        item = self._items.get(address)
        if item is not None and not item.isHidden():
            self.contents.setCurrentItem(item)

    def _filter(self, text: str) -> None:
        """Leave in the contents what fits the text, the best of it current."""
        found = find_pages(text) if text.strip() else list(self._items)
        kept = {address for address in found if address in self._items}
        for item in self._items.values():
            item.setHidden(not self._holds(item, kept))
            if text.strip():
                item.setExpanded(True)
        best = next((address for address in found if address in kept), "")
        if text.strip():
            self.contents.setCurrentItem(self._items.get(best))
        else:
            self._follow(self.address)

    def _holds(self, item: QTreeWidgetItem, kept: set[str]) -> bool:
        """Return whether a line of the contents, or one below it, is to be seen."""
        return item.data(0, ADDRESS) in kept or any(self._holds(item.child(n), kept) for n in range(item.childCount()))
