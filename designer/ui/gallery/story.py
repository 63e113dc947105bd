"""The right side of the gallery: the chosen template's picture, its facts, its paragraph and its source."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from designer.catalogue.gallery import describe_network
from designer.catalogue.templates import Template
from designer.ui.gallery.pictures import Pictures
from designer.ui.marks import make_label
from designer.ui.panels.fact_list import FactList
from designer.ui.theme import Theme, colour
from designer.ui.words import write_count, write_message, write_plain, write_short

WIDTH = 372  # logical pixels
PICTURE_HEIGHT = 268


class LargePicture(QWidget):
    """The network of a template."""

    def __init__(self, theme: Theme, pictures: Pictures) -> None:
        super().__init__()
        self.theme = theme
        self._pictures = pictures
        self._template: Template | None = None
        self.setFixedHeight(PICTURE_HEIGHT)
        pictures.painted.connect(self.update)

    def show_template(self, template: Template | None) -> None:
        """Show another one."""
        self._template = template
        self.setAccessibleName("" if template is None else f"picture of {template.title}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, PICTURE_HEIGHT)

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(self.theme.canvas))
        if self._template is not None:
            picture = self._pictures.find(self._template, self.theme, self.size(), self.devicePixelRatioF())
            if picture is not None:
                painter.drawImage(self.rect(), picture)


class Story(QWidget):
    """What is told of the chosen template."""

    def __init__(self, theme: Theme, pictures: Pictures) -> None:
        super().__init__()
        self.picture = LargePicture(theme, pictures)
        self.title = make_label("", "title", wrap=True)
        self.summary = make_label("", "muted", wrap=True)
        self.facts = FactList()
        self.text = make_label("", wrap=True)
        self.source = make_label("", "muted", wrap=True)
        for label in (self.text, self.source):
            label.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        inner = QWidget()
        inner.setObjectName("ground")
        column = QVBoxLayout(inner)
        column.setContentsMargins(2, 12, 10, 4)
        column.setSpacing(10)
        for part in (self.title, self.summary, self.facts, self.text, self.source):
            column.addWidget(part)
        column.addStretch(1)
        self.told = QScrollArea()
        self.told.setWidgetResizable(True)
        self.told.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.told.setAccessibleName("about the chosen template")
        self.told.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.picture)
        outer.addWidget(self.told, 1)
        self.setFixedWidth(WIDTH)

    def show_template(self, template: Template | None) -> None:
        """Tell of another one; of none, nothing."""
        self.picture.show_template(template)
        self.told.widget().setVisible(template is not None)
        if template is None:
            return
        known = describe_network(template)
        self.title.setText(template.title)
        self.summary.setText(write_plain(template.summary))
        chosen = ", in a folder or file of yours" if template.path_parameter else ""
        sample = "" if known.sample is None else " × ".join(map(str, known.sample)) or "a number"
        facts = (
            ("Layers", write_count(known.layers)),
            ("Parameters", write_count(known.parameters)),
            ("Cost", f"{write_short(known.multiply_adds)} multiply-adds"),
            ("Data", write_message(known.data) + chosen),
            ("Sample", sample),
        )
        self.facts.show_facts((name, text) for name, text in facts if text)
        self.text.setText(write_plain(template.story))
        self.source.setText(f"Source: {template.source}" if template.source else "")
        self.source.setVisible(bool(template.source))
        self.told.verticalScrollBar().setValue(0)
