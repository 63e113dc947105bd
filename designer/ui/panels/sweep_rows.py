"""What varies in a sweep: a field to find settings, and a row for each one with its values as text."""

from PySide6.QtCore import QStringListModel, Qt, QTimer
from PySide6.QtWidgets import QCompleter, QGridLayout, QLineEdit, QScrollArea, QToolButton, QVBoxLayout, QWidget

from designer.document.project import Project
from designer.document.wording import show_name
from designer.engine.sweeps.ablation import describe_axes
from designer.engine.sweeps.definition import read_values
from designer.engine.sweeps.places import LAYER, Place, SweepError, find_place, list_places
from designer.ui.editor import Editor
from designer.ui.fitting_label import FittingLabel
from designer.ui.marks import make_label, set_mark
from designer.ui.sweep_draft import ABLATION, Sweeping
from designer.ui.text_match import rate_text
from designer.ui.words import write_message, write_plain, write_tip

LEAST_ENTRY = 130  # logical pixels
SHAPES = "a list as in 16,32, a range as in 0..0.5, or a logarithmic one as in log:1e-4..1e-1"
HINT = f"Pick a setting above, or right-click one in the inspector. Its values are {SHAPES}."
GONE = "It is no longer there: the layer or the choice it belongs to is gone. Take the row away with ×."
UNMARKED = (
    "Mark layers on the canvas, by their context menu or the Network menu: those that may be left out, those of which one "
    "is used, and other kinds to try."
)


class VariedRows(QWidget):
    """The settings of the draft of the document that is shown; of an ablation, in words, what is marked."""

    def __init__(self, editor: Editor, sweeper: Sweeping) -> None:
        super().__init__()
        self._editor, self._sweeper = editor, sweeper
        self._places: dict[str, Place] = {}
        self._listed: Project | None = None  # of which the places are
        self._order: list[Place] = []  # that are offered
        self.entries: dict[str, QLineEdit] = {}
        self._said: tuple[str, ...] | None = None  # what the rows are made for
        self.picker = QLineEdit(placeholderText="Vary a setting: type to search …")
        self.picker.setAccessibleName("setting to vary")
        self.picker.setClearButtonEnabled(True)
        self._titles = QStringListModel(self)
        self._completer = QCompleter(self._titles, self)
        self._completer.setMaxVisibleItems(14)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)  # see _offer
        self.picker.setCompleter(self._completer)
        rows = QWidget()
        self._grid = QGridLayout(rows)
        self._grid.setContentsMargins(0, 0, 4, 0)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        area = QScrollArea(widgetResizable=True, frameShape=QScrollArea.Shape.NoFrame)
        area.setWidget(rows)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumHeight(40)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addWidget(self.picker)
        column.addWidget(area, 1)
        self._completer.activated.connect(self._pick)
        self.picker.textEdited.connect(self._offer)
        self.picker.returnPressed.connect(self._pick_best)
        editor.project_changed.connect(self.refresh)
        editor.selection_changed.connect(self._list_titles)

    def refresh(self, *_: object) -> None:
        """Show the rows as they are for the present project; those that stay keep their cursor."""
        project, draft = self._editor.project, self._sweeper.draft
        if self.isVisible() and project is not self._listed:
            self._listed, self._places = project, {place.key: place for place in list_places(project)}
            self._list_titles()
        ablation = draft.method == ABLATION
        self.picker.setVisible(not ablation)
        said = (ABLATION, describe_marks(project)) if ablation else ("", *draft.rows)
        if said != self._said:
            self._said = said
            self._clear()
            if ablation or not draft.rows:
                text = said[1] if ablation else HINT
                self._grid.addWidget(make_label(write_message(text), "muted", wrap=True), 0, 0, 1, 3)
            for row, key in enumerate(() if ablation else draft.rows):
                self._add_row(row, key)
            self._grid.setRowStretch(self._grid.rowCount(), 1)
        for key, entry in self.entries.items():
            if entry.text() != draft.rows[key]:
                entry.setText(draft.rows[key])
            self._judge(key)

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self.refresh()

    def _list_titles(self, *_: object) -> None:
        """Offer what is selected first."""
        chosen = tuple(f"{LAYER}{node}." for node in self._editor.selected_nodes)
        self._order = sorted(
            (place for place in self._places.values() if not place.key.startswith(("alternatives.", "optional."))),
            key=lambda place: (not (chosen and place.key.startswith(chosen)), place.key.startswith(LAYER)),
        )
        self._offer(self.picker.text())

    def _offer(self, text: str) -> None:
        """List what fits a text, the best first: by its name, or by what is said of it, as "learning rate" of lr."""
        rated = ((rate_text(text, place.title, place.meaning), place.title) for place in self._order)
        fitting = sorted(((cost, title) for cost, title in rated if cost is not None), key=lambda one: one[0])
        titles = [title for _, title in fitting]
        if titles != self._titles.stringList():
            self._titles.setStringList(titles)

    def _clear(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if item.widget() is not None:
                item.widget().hide()
                item.widget().deleteLater()
        self.entries.clear()

    def _find(self, key: str) -> Place | None:
        try:
            return self._places.get(key) or find_place(self._editor.project, key)
        except SweepError:
            return None

    def _add_row(self, row: int, key: str) -> None:
        place = self._find(key)
        title = place.title if place is not None else show_name(key, 80)
        label = FittingLabel()
        label.setText(write_plain(title))
        label.setToolTip(write_tip(title))
        entry = QLineEdit(self._sweeper.draft.rows[key])
        entry.setMinimumWidth(LEAST_ENTRY)
        entry.setAccessibleName(f"values of {title}")
        remove = QToolButton(text="×", autoRaise=True, accessibleName=f"do not vary {title}")
        remove.setToolTip("Do not vary it")
        label.setBuddy(entry)
        entry.textEdited.connect(lambda typed: self._type(key, typed))
        remove.clicked.connect(lambda: self._remove(key))
        for column, widget in enumerate((label, entry, remove)):
            self._grid.addWidget(widget, row, column)
        self.entries[key] = entry

    def _judge(self, key: str) -> None:
        """Mark values that cannot stand, and say why in the tip."""
        entry, place, text = self.entries[key], self._find(key), self._sweeper.draft.rows[key]
        error = "" if place is not None else GONE
        try:
            if place is not None:
                read_values(place, text)
        except SweepError as reason:
            error = str(reason)
        set_mark(entry, "invalid", bool(error))
        meaning = place.meaning if place is not None else ""
        entry.setToolTip(write_tip(error.replace("`", "") or f"{meaning}\nValues: {SHAPES}."))

    def _pick(self, title: str) -> None:
        place = next((place for place in self._places.values() if place.title == title), None)
        if place is not None:
            self._sweeper.vary(place.key)
            self.picker.clear()
            QTimer.singleShot(0, self.picker, lambda: self._forget(title))
            entry = self.entries.get(place.key)
            if entry is not None:
                entry.setFocus(Qt.FocusReason.OtherFocusReason)
                entry.selectAll()

    def _forget(self, title: str) -> None:
        """Clear the search again where the completer has written what was chosen into it since."""
        if self.picker.text() == title:
            self.picker.clear()

    def _pick_best(self) -> None:
        """Take what fits best, where the keys have chosen nothing else from the list."""
        titles = self._titles.stringList()
        if titles and self.picker.text().strip():
            self._completer.popup().hide()
            self._pick(titles[0])

    def _type(self, key: str, text: str) -> None:
        self._sweeper.draft.rows[key] = text
        self._judge(key)

    def _remove(self, key: str) -> None:
        del self._sweeper.draft.rows[key]
        self.refresh()


def describe_marks(project: Project) -> str:
    """Return in words what an ablation leaves out and exchanges."""
    return " ".join(describe_axes(project)) or UNMARKED
