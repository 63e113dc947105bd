"""What the network gets of a sample, beside the sample as its file has it, with what was fitted on the way."""

import random
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QIntValidator
from PySide6.QtWidgets import QLineEdit, QPushButton, QSplitter, QToolButton, QVBoxLayout, QWidget

from designer.ui.background import Report
from designer.ui.marks import make_label
from designer.ui.panels.data_reader import DataReader
from designer.ui.panels.fact_list import FactList
from designer.ui.panels.feed_views import CellTable, PicturePair, TokenFlow
from designer.ui.panels.flow import FlowBox
from designer.ui.panels.reading_page import ReadingPage
from designer.ui.panels.sample_faces import look_at
from designer.ui.panels.sides import Pages, make_area
from designer.ui.theme import Theme
from designer.ui.words import write_message

if TYPE_CHECKING:
    from designer.engine.inspection import Feed

MOST = 2**31 - 1
MOST_LETTERS = 4_000  # of a text that are shown as it is


class FeedPage(ReadingPage):
    """Shows one sample after another, as the script's own `load_data` prepares them."""

    def __init__(self, reader: DataReader, theme: Theme) -> None:
        super().__init__(reader)
        self.feed: Feed | None = None
        self._wanted = self._count = 0
        self.number = QLineEdit("1")
        self.before, self.after = QToolButton(), QToolButton()
        self.total = make_label("", "muted")
        self.another = QPushButton("Random")
        self.copy = QPushButton("Copy as text")
        self.title = make_label("", "strong", wrap=True)
        self.pictures = PicturePair(theme)
        self.cells = CellTable()
        self.tokens = TokenFlow(theme)
        self.text = make_label("", wrap=True)
        self.stack = Pages()
        self.facts = FactList()
        self.fitted = make_label("", wrap=True)
        self.fitted_head = make_label("What was fitted to the training rows", "muted", wrap=True)
        self._build()

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        for view in (self.pictures, self.tokens):
            view.set_theme(theme)

    def go_to(self, place: int) -> None:
        """Show another sample, now or once the page is in sight."""
        self._wanted = place
        if self.isVisible() and self._shown == self.reader.key:
            self.begin()
        else:
            self._shown = None

    def find_work(self) -> Callable[[Report], Any]:
        """Return what finds what the network gets of the sample that is wanted."""
        find = self.reader.feed(self._wanted)

        def work(report: Report) -> Any:
            found = find(report)
            return None if found is None else (*found, look_at(found[1], found[0].place, large=True) if found[1].form in ("files", "picture") else None)  # fmt: skip

        return work

    def show_found(self, found: Any) -> None:
        """Show a sample and what becomes of it."""
        self.feed, raw, sight = found
        feed = self.feed
        assert feed is not None
        self._wanted = feed.place
        self._count = raw.count
        self.number.setText(str(feed.place + 1))
        self.total.setText(f"of {raw.count:,}")
        self.before.setEnabled(feed.place > 0)
        self.after.setEnabled(feed.place + 1 < raw.count)
        self.title.setText(write_message(feed.title))
        self.facts.show_facts(feed.facts)
        self.fitted.setText(
            "\n".join(write_message(f"· {line}") for line in feed.fitted) or "Nothing: samples are taken as they are."
        )
        self.fitted_head.setText(
            "What was fitted to the training rows, or given" if feed.fitted else "What was fitted to the training rows"
        )
        if raw.form in ("files", "picture"):
            self.pictures.show_pair(sight, feed.tensor, feed.reason)
            self.stack.setCurrentWidget(self.pictures)
        elif feed.tokens:
            self.text.setText(feed.text[:MOST_LETTERS])
            self.tokens.show_tokens(feed)
            self.stack.setCurrentWidget(self._token_area)
        else:
            self.cells.show_cells(feed)
            self.stack.setCurrentWidget(self.cells)

    def show_nothing(self) -> None:
        """Show no sample."""
        self.feed = None
        self.title.setText("")
        self.facts.show_facts(())
        self.fitted.setText("")

    def _take_number(self) -> None:
        number = int(re.sub(r"\D", "", self.number.text()) or 1) - 1  # 1,000 is typed as well
        if self.feed is not None and number != self.feed.place:
            self.go_to(number)

    def _copy(self) -> None:
        if self.feed is not None:
            QGuiApplication.clipboard().setText(self.feed.write())

    def _build(self) -> None:
        self.number.setValidator(QIntValidator(1, MOST, self))
        self.number.setFixedWidth(64)
        self.number.setAccessibleName("number of the sample")
        self.number.editingFinished.connect(self._take_number)
        for button, step, arrow, tip in (
            (self.before, -1, Qt.ArrowType.LeftArrow, "The sample before"),
            (self.after, 1, Qt.ArrowType.RightArrow, "The next sample"),
        ):
            button.setArrowType(arrow)
            button.setToolTip(tip)
            button.setAccessibleName(tip.lower())
            button.clicked.connect(lambda _=False, step=step: self.go_to(self._wanted + step))
        self.another.setToolTip("Show a sample that is drawn at random")
        self.another.clicked.connect(lambda: self.go_to(random.randrange(max(self._count, 1))))
        self.copy.setToolTip("Copy the sample, what becomes of it and what was fitted, as plain text")
        self.copy.clicked.connect(self._copy)
        words = QWidget()
        words.setObjectName("ground")
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 8, 0)
        for text in (make_label("As it is", "muted"), self.text, self.tokens):
            column.addWidget(text)
        column.addStretch(1)
        self._token_area = make_area(words)
        for view in (self.pictures, self.cells, self._token_area):
            self.stack.addWidget(view)
        row = FlowBox(8, 4)
        for part in (self.before, self.number, self.total, self.after, self.another, self.copy, self.title):
            row.add(part)
        said = QWidget()
        said.setObjectName("ground")
        column = QVBoxLayout(said)
        column.setContentsMargins(10, 0, 8, 0)
        column.setSpacing(8)
        for words_of in (self.facts, self.fitted_head, self.fitted):
            column.addWidget(words_of)
        column.addStretch(1)
        both = QSplitter()
        both.addWidget(self.stack)
        both.addWidget(make_area(said))
        both.setSizes([640, 280])
        both.setStretchFactor(0, 1)
        both.setChildrenCollapsible(False)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(row)
        column.addWidget(both, 1)
