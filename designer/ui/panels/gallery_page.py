"""The samples of a source in the Data tab, all of them: pictures, texts, a series, a corpus; filtered and searched."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QSplitter, QVBoxLayout

from designer.catalogue.parameters import resolve
from designer.catalogue.registry import sources
from designer.document.wording import show_name
from designer.ui.background import Report
from designer.ui.marks import make_label
from designer.ui.panels.data_reader import DataReader
from designer.ui.panels.filter_box import FilterBox
from designer.ui.panels.flow import FlowBox
from designer.ui.panels.image_grid import make_image
from designer.ui.panels.part_colours import TITLES
from designer.ui.panels.picture_grid import PictureGrid, Places
from designer.ui.panels.points_view import PointsView
from designer.ui.panels.reading_page import ReadingPage
from designer.ui.panels.sample_card import SampleCard
from designer.ui.panels.sample_faces import find_odd, list_columns, look_at
from designer.ui.panels.sample_model import SampleModel, search
from designer.ui.panels.series_view import SeriesView
from designer.ui.panels.sides import Pages
from designer.ui.panels.table_views import make_view
from designer.ui.theme import Theme
from designer.ui.words import write_amount, write_count

if TYPE_CHECKING:
    from designer.engine.inspection import Raw

SEARCHING = 150  # milliseconds without a key before names or texts are searched
NOUNS = {"files": "picture", "picture": "picture", "text": "text", "series": "window", "corpus": "window"}
MOST_LETTERS = 200_000  # of a corpus that are shown
CARD_WIDTH = 250
BY_CLASS = -1  # the choice of all classes, one after the other
MOST_FITTED = 6  # columns that are made as wide as what is in sight of them


class GalleryPage(ReadingPage):
    """Shows all samples of a source. `feed_wanted` carries the one of which it is to be seen what the network gets."""

    feed_wanted = Signal(int)

    def __init__(self, reader: DataReader, theme: Theme) -> None:
        super().__init__(reader)
        self.raw: Raw | None = None
        self.place = 0
        self._overview: Any = None
        self._label: int | None = None  # a class that is to be shown once samples are there
        self.part, self.label = FilterBox("part that is shown"), FilterBox("class that is shown")
        self.search = QLineEdit()
        self.count = make_label("", "muted")
        self.grid = PictureGrid(theme)
        self.model = SampleModel()
        self.table = make_view(self.model, "samples")
        self.series = SeriesView(theme)
        self.points = PointsView(theme)
        self.corpus = QPlainTextEdit(readOnly=True)
        self.button = QPushButton("What the network gets")
        self.stack = Pages()
        self.card = SampleCard(theme)
        self._searching = QTimer(self, singleShot=True, interval=SEARCHING)
        self._build()

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        for view in (self.grid, self.series, self.points, self.card.lengths):
            view.theme = theme
            view.update()
        self.grid.viewport().update()

    @property
    def busy(self) -> bool:
        """Whether something is being read or searched, or will be."""
        return super().busy or self._searching.isActive() or self.grid.busy

    def show_class(self, label: int) -> None:
        """Show the samples of one class, once they are there."""
        self._label = label
        if self.raw is not None and not super().busy:
            self._take_label()

    def find_work(self) -> Callable[[Report], Any]:
        """Return what finds the samples, and what they have in common."""
        find = self.reader.list_samples()
        finish = self.reader.finish(lambda reading, raw: reading)

        def work(report: Report) -> Any:
            from designer.engine.inspection.overview import look_over_corpus, look_over_texts

            raw = find(report)
            if raw is None:
                return None
            if raw.form == "text":
                return raw, look_over_texts(raw)
            if raw.form != "corpus":
                return raw, None
            reading = finish(report)
            return (raw, look_over_corpus(reading, raw)) if reading is not None else None

        return work

    def show_found(self, found: Any) -> None:
        """Show the samples that were found."""
        self.raw, self._overview = found
        raw = self.raw
        assert raw is not None
        parts = [(name, int((raw.parts == part).sum())) for part, name in enumerate(TITLES)]
        shown = [(f"{name} ({write_count(count)})", place) for place, (name, count) in enumerate(parts) if count]
        self.part.show_entries("all parts", shown)
        counts = np.bincount(raw.classes, minlength=len(raw.labels)).tolist() if raw.classes is not None else []
        named = zip(raw.labels, counts, strict=False)
        entries = [(f"{show_name(name)} ({write_count(count)})", place) for place, (name, count) in enumerate(named)]
        self.label.show_entries("all classes", [("class by class", BY_CLASS), *entries])
        self.label.setVisible(bool(counts))
        self.search.setVisible(raw.form in ("files", "text"))
        self.search.setPlaceholderText("file name" if raw.form == "files" else "words")
        self.part.setVisible(raw.form not in ("series", "corpus"))
        self._show_form(raw)
        self._take_label()

    def show_nothing(self) -> None:
        """Show no samples."""
        self.raw = None
        self.grid.set_source(None, lambda place: "", lambda sight: "")
        self.grid.show_places(np.zeros(0, np.int64))
        self.model.show((), np.zeros(0, np.int64))
        self.series.show_series(None)
        self.points.show_points(None, np.zeros(0, np.int64))
        self.corpus.clear()
        self.card.clear()
        self.count.setText("")

    def stop(self, timeout: float = 0.0) -> None:
        """Give up what is being read."""
        super().stop(timeout)
        self._searching.stop()
        self.grid.stop(timeout)

    def hideEvent(self, event) -> None:
        super().hideEvent(event)
        self.grid.stop()

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self.grid.show_places(self.grid.places)  # what was given up is read

    # --- what is shown --------------------------------------------------------------------------------------------

    def _show_form(self, raw: "Raw") -> None:
        """Bring the view for samples of this form to the front."""
        source = self.reader.project.data.source
        assert source is not None
        values = resolve(sources[source.kind].parameters, source.parameters)[0]
        if raw.form in ("files", "picture"):
            odd = find_odd(self.reader.project)
            self.grid.set_source(lambda place: look_at(raw, place), lambda place: show_name(raw.label(place)), odd)
            self.stack.setCurrentWidget(self.grid)
        elif raw.form == "series":
            self.series.show_series(raw, values["length"], values["horizon"], int(values.get("difference", 0)))
            self.stack.setCurrentWidget(self.series)
        elif raw.form == "corpus":
            self.corpus.setPlainText(raw.items[:MOST_LETTERS])
            self.stack.setCurrentWidget(self.corpus)
        elif raw.read is not None and raw.read(0).size == 2:
            self.stack.setCurrentWidget(self.points)
        else:
            self.stack.setCurrentWidget(self.table)

    def _take_label(self) -> None:
        if self._label is not None and self.label.findData(self._label) >= 0:
            self.label.setCurrentIndex(self.label.findData(self._label))
            self.part.setCurrentIndex(0)
            self.search.clear()
        self._label = None
        self._filter()

    def find_places(self) -> Places:
        """Return the numbers of the samples that the part and the class let through."""
        raw = self.raw
        assert raw is not None
        chosen = np.ones(raw.count, bool)
        if self.part.currentData() is not None:
            chosen &= raw.parts == self.part.currentData()
        label = self.label.currentData()
        if label is None or raw.classes is None:
            return np.flatnonzero(chosen)
        if label == BY_CLASS:
            ordered = np.argsort(raw.classes, kind="stable")
            return ordered[chosen[ordered]]
        return np.flatnonzero(chosen & (raw.classes == label))

    def _filter(self) -> None:
        """Show the samples that part, class and words let through; words are looked for on a thread."""
        super().stop()
        self._searching.stop()
        raw, words = self.raw, self.search.text().strip().lower()
        if raw is None:
            return
        places = self.find_places()
        if not words or raw.form not in ("files", "text"):
            self._show_places(places)
            return
        self.start(lambda report: search(raw.items, places, words, report), self._show_places)

    def _show_places(self, places: Places) -> None:
        raw = self.raw
        if raw is None:
            return
        noun = NOUNS.get(raw.form, "row")
        of = f" of {write_count(raw.count)}" if len(places) < raw.count else ""
        self.count.setText(f"{write_amount(len(places), noun)}{of}")
        if self.stack.currentWidget() is self.grid:
            self.grid.show_places(places)
        elif self.stack.currentWidget() is self.points:
            self.points.show_points(raw, places)
        elif self.stack.currentWidget() is self.table:
            self.model.show(list_columns(raw), places)
            for column in range(min(self.model.columnCount() - 1, MOST_FITTED)):
                self.table.resizeColumnToContents(column)
        self.card.clear()
        self.card.setVisible(raw.form != "series")  # whose window says it all
        self.button.setEnabled(raw.form == "corpus")
        if raw.form == "series":
            self.series.select(self.series.current)
        elif self._overview is not None:
            lengths = self._overview.lengths if raw.form == "text" else None
            self.card.show_overview("\n\n".join(self._overview.tell()), lengths)

    def _choose(self, place: int) -> None:
        """Show one sample by itself."""
        raw, self.place = self.raw, place
        self.button.setEnabled(True)
        if raw is None:
            return
        words = [
            f"{place + 1:,} of {raw.count:,}",
            show_name(raw.label(place), 60),
            raw.part(place).replace("train", "training"),
        ]
        facts = " · ".join(word for word in words if word)
        if raw.form in ("files", "picture"):
            sight = look_at(raw, place, large=True)
            name = f"{show_name(raw.items[place], 300)}\n" if raw.root is not None else ""
            path = str(raw.root / raw.items[place]) if raw.root is not None else ""
            size = f"\n{sight.size[0]} × {sight.size[1]}{', grey' if sight.grey else ''}" if sight.size[0] else ""
            odd = sight.reason or find_odd(self.reader.project)(sight)
            self.card.show_picture(
                make_image(sight.small) if sight.small is not None else None, f"{name}{facts}{size}", odd, path
            )
        elif raw.form == "text":
            self.card.show_text(raw.items[place], f"{facts} · {write_amount(len(raw.items[place]), 'character')}")
        else:
            self.card.show_facts(facts)

    def _choose_row(self) -> None:
        row = self.table.currentIndex().row()
        if 0 <= row < len(self.model.places):
            self._choose(int(self.model.places[row]))

    def _build(self) -> None:
        self.search.setAccessibleName("search")
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(180)
        self.corpus.setAccessibleName("the text")
        for box in (self.part, self.label):
            box.activated.connect(self._filter)
        self.search.textChanged.connect(lambda: self._searching.start())
        self._searching.timeout.connect(self._filter)
        self.grid.chosen.connect(self._choose)
        self.series.chosen.connect(self._choose)
        self.points.chosen.connect(self._choose)
        self.grid.opened.connect(self.feed_wanted)
        self.table.selectionModel().currentChanged.connect(lambda: self._choose_row())
        self.table.doubleClicked.connect(lambda: self.feed_wanted.emit(self.place))
        self.button.setToolTip("Show this sample beside the tensor that is made of it")
        self.button.clicked.connect(lambda: self.feed_wanted.emit(self.place))
        self.table.horizontalHeader().setStretchLastSection(True)
        for view in (self.grid, self.table, self.series, self.points, self.corpus):
            self.stack.addWidget(view)
        row = FlowBox(8, 4)
        for part in (self.part, self.label, self.search, self.button, self.count):
            row.add(part)
        both = QSplitter()
        both.addWidget(self.stack)
        both.addWidget(self.card)
        both.setStretchFactor(0, 1)
        both.setSizes([3 * CARD_WIDTH, CARD_WIDTH])
        both.setChildrenCollapsible(False)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(row)
        column.addWidget(both, 1)
