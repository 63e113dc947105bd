"""The dialog of New from template: groups, a grid of cards with a search field, and the story of the chosen one."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from designer.catalogue.gallery import search_templates
from designer.catalogue.templates import list_templates
from designer.ui.gallery.cards import CARD, CardGrid
from designer.ui.gallery.pictures import Pictures
from designer.ui.gallery.story import Story
from designer.ui.marks import make_label
from designer.ui.panels.search_line import SearchLine
from designer.ui.theme import Theme

ALL = "All"
GROUP = Qt.ItemDataRole.UserRole
GROUPS_WIDTH = 240
ROW_HEIGHT = 28
HINT = "Search: a name, an author, a year, a kind of layer"


class GalleryDialog(QDialog):
    """Lets one template be chosen. `chosen` carries it once the dialog is closed; Escape chooses none."""

    chosen = Signal(object)  # Template

    def __init__(self, theme: Theme, pictures: Pictures, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("New from template")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._pictures = pictures
        self.search = SearchLine(HINT)
        self.groups = self._make_groups()
        self.cards = CardGrid(theme, pictures)
        self.none = make_label("No template fits. Try a kind of layer, as LSTM, or a year.", "muted", wrap=True)
        self.none.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.story = Story(theme, pictures)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel)
        self.button = self.buttons.button(QDialogButtonBox.StandardButton.Open)
        self.button.setText("Open")
        self.button.setProperty("primary", True)
        self.button.setDefault(True)
        self._lay_out()
        self._listen()
        self._fill()
        self.resize(GROUPS_WIDTH + 3 * CARD.width() + self.story.width() + 90, 720)
        self.search.setFocus()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self.cards.delegate.theme = self.story.picture.theme = theme
        self.update()

    def done(self, result: int) -> None:
        self._pictures.stop()
        super().done(result)

    def accept(self) -> None:
        template = self.cards.chosen
        if template is not None:
            super().accept()
            self.chosen.emit(template)

    def _make_groups(self) -> QListWidget:
        groups = QListWidget()
        groups.setObjectName("groups")
        groups.setAccessibleName("groups of templates")
        groups.setFixedWidth(GROUPS_WIDTH)
        known = list_templates()
        for name in (ALL, *dict.fromkeys(each.group for each in known)):
            count = sum(name in (ALL, each.group) for each in known)
            item = QListWidgetItem(f"{name}  ({count})", groups)
            item.setData(GROUP, name)
            item.setSizeHint(QSize(0, ROW_HEIGHT))
        groups.currentItemChanged.connect(stress)
        groups.setCurrentRow(0)
        return groups

    def _lay_out(self) -> None:
        middle = QVBoxLayout()
        middle.setSpacing(10)
        middle.addWidget(self.search)
        middle.addWidget(self.cards, 1)
        middle.addWidget(self.none, 1)
        right = QVBoxLayout()
        right.setSpacing(10)
        right.addWidget(self.story, 1)
        right.addWidget(self.buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(14)
        row.addWidget(self.groups)
        row.addLayout(middle, 1)
        row.addLayout(right)

    def _listen(self) -> None:
        self.search.textChanged.connect(self._search)
        self.search.down.connect(self.cards.setFocus)
        self.groups.currentRowChanged.connect(lambda _: self._fill())
        self.cards.currentItemChanged.connect(lambda *_: self._show())
        self.cards.doubleClicked.connect(lambda _: self.accept())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _search(self) -> None:
        """Look through all groups for what is typed."""
        if self.groups.currentRow() != 0:
            self.groups.setCurrentRow(0)
        else:
            self._fill()

    def _fill(self) -> None:
        group = self.groups.currentItem().data(GROUP)
        found = [each for each in search_templates(self.search.text()) if group in (ALL, each.group)]
        self.cards.show_templates(found)
        self.cards.setVisible(bool(found))
        self.none.setVisible(not found)
        self._show()

    def _show(self) -> None:
        template = self.cards.chosen
        self.button.setEnabled(template is not None)
        self.story.show_template(template)


def stress(now: QListWidgetItem | None, before: QListWidgetItem | None) -> None:
    """Write the item that is chosen now in bold: its ground alone is too quiet."""
    for item, weight in ((before, QFont.Weight.Normal), (now, QFont.Weight.DemiBold)):
        if item is not None:
            font = item.font()
            font.setWeight(weight)
            item.setFont(font)
