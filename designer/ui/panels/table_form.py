"""How the file of a table is written, as it was guessed and why; each guess can be overruled here."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from designer.catalogue.sources.table_files import ENCODINGS, SEPARATORS, THOUSANDS
from designer.data.form import SEPARATOR_NAMES, Form
from designer.document.wording import show_name
from designer.ui.marks import make_label

DECIMALS = {".": "point", ",": "comma"}
GROUPS = {
    "": "nothing",
    ",": "comma",
    ".": "point",
    "'": "apostrophe",
    "\u2019": "curly apostrophe",
    " ": "space",
    "\u00a0": "hard space",
    "\u202f": "narrow space",
    "_": "underscore",
}


class TableForm(QScrollArea):
    """A row for each thing that was guessed: what it is, to be changed, and why. `overruled` carries its name and value."""

    overruled = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = self._make_box("sheet", {})
        self.separator = self._make_box("separator", {mark: SEPARATOR_NAMES[mark] for mark in SEPARATORS})
        self.decimal = self._make_box("decimal", DECIMALS)
        self.thousands = self._make_box("thousands", {mark: GROUPS[mark] for mark in THOUSANDS})
        self.encoding = self._make_box("encoding", {name: name for name in ENCODINGS})
        self.quotes, self.header, self.leave_out = QCheckBox(), QCheckBox(), QCheckBox()
        self.missing, self.units = QLineEdit(), QLineEdit()
        for name, box in (("quotes", self.quotes), ("header", self.header), ("leave_out", self.leave_out)):
            box.clicked.connect(lambda on, name=name: self.overruled.emit(name, on))
        for name, line in (("missing", self.missing), ("units", self.units)):
            line.editingFinished.connect(partial(self._take_words, name, line))
        self._words: dict[str, tuple[str, ...]] = {}
        self._reasons: dict[str, QLabel] = {}
        self._rows: list[tuple[str, QLabel, QWidget]] = []
        self._build()

    def show_form(self, form: Form) -> None:
        """Show how a file is written."""
        self._words = {"missing": form.missing, "units": form.units}
        self.sheet.clear()
        for sheet in form.sheets:
            self.sheet.addItem(show_name(sheet, 60), sheet)
        self.sheet.setCurrentIndex(max(self.sheet.findData(form.sheet), 0))
        for name in ("separator", "decimal", "thousands", "encoding"):
            box: QComboBox = getattr(self, name)
            box.setCurrentIndex(box.findData(getattr(form, name)))
        self.quotes.setChecked(form.quotes)
        self.header.setChecked(not form.names)
        self.leave_out.setChecked(bool(form.left_out))
        self.missing.setText(", ".join(form.missing))
        self.units.setText(", ".join(form.units))
        reasons = {**form.reasons, "header": form.reasons.get("names", "")}
        reasons["leave_out"] = form.reasons.get("left_out", "All rows have as many fields as the first.")
        shown = {"excel": ("sheet", "header", "missing"), "csv": [row[0] for row in self._rows if row[0] != "sheet"]}
        for name, label, widget in self._rows:
            self._reasons[name].setText(reasons.get(name, ""))
            for part in (label, widget, self._reasons[name]):
                part.setVisible(name in shown.get(form.form, ("missing",)))

    def _take_words(self, name: str, line: QLineEdit) -> None:
        words = tuple(word.strip() for word in line.text().split(",") if word.strip())
        if words != self._words.get(name, ()):
            self._words[name] = words
            self.overruled.emit(name, words)

    def _make_box(self, name: str, items: dict[str, str]) -> QComboBox:
        box = QComboBox()
        for data, text in items.items():
            box.addItem(text, data)
        box.activated.connect(lambda: self.overruled.emit(name, box.currentData()))
        return box

    def _build(self) -> None:
        page = QWidget()
        page.setObjectName("ground")
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(2, 1)
        for row, (name, words, widget) in enumerate(
            (
                ("sheet", "Sheet", self.sheet),
                ("separator", "Fields are parted by", self.separator),
                ("header", "First row is a header", self.header),
                ("decimal", "Before decimals stands a", self.decimal),
                ("thousands", "Between thousands stands", self.thousands),
                ("missing", "Also missing are", self.missing),
                ("units", "Taken off numbers are", self.units),
                ("quotes", "Fields may be quoted", self.quotes),
                ("encoding", "Encoding", self.encoding),
                ("leave_out", "Leave odd rows out", self.leave_out),
            )
        ):
            label, reason = make_label(words), make_label("", "muted")
            reason.setTextFormat(Qt.TextFormat.PlainText)
            label.setBuddy(widget)
            widget.setAccessibleName(words)
            widget.setMaximumWidth(180)
            for place, part in enumerate((label, widget, reason)):
                grid.addWidget(part, row, place)
            self._reasons[name] = reason
            self._rows.append((name, label, widget))
        for line, tip in (
            (self.missing, "Words that stand for a missing value, parted by commas"),
            (self.units, "Units such as kg or %, before or behind numbers, parted by commas"),
        ):
            line.setPlaceholderText("none")
            line.setToolTip(tip)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 4, 0, 4)
        column.addLayout(grid)
        column.addStretch(1)
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
