"""Settings of runs side by side: a row for each that differs, a column for each run."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from designer.catalogue.comparing.settings import Detail, compare_data, compare_training
from designer.document.files import FileError, load
from designer.document.project import Project
from designer.document.wording import show_name
from designer.engine.runs import Run
from designer.ui.compared import Side, compare_sides
from designer.ui.marks import make_label
from designer.ui.theme import Theme
from designer.ui.words import write_count, write_plain, write_tip

EMPTY = "Select two runs or more to see which of their settings differ."
SAME = "All settings of these runs are the same, and so are their networks."
END = "Settings are those at the end of each run; “changed on the way” says since when."
LARGE = 400  # layers of two networks that are compared here layer by layer; of larger ones it is said that they differ
FOLLOW = ("output", "parameters", "multiply-adds")  # from the settings, which are listed
HEAD, COLUMN = 190, 110


class RunSettingsTable(QWidget):
    """The table. The first run's value stands in every cell that does not differ from it, in quiet letters."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._shown: tuple[tuple[Path, str], ...] = ()
        self._projects: dict[Path, Project | None] = {}
        self.about = make_label(EMPTY, "muted", wrap=True)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName("settings that differ")
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.tree.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.tree.header().setStretchLastSection(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 4)
        column.addWidget(self.about)
        column.addWidget(self.tree, 1)
        self.tree.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.theme = theme
        self._shown = ()

    def show_runs(self, runs: Sequence[Run]) -> None:
        """Show what differs between these runs."""
        now = tuple((run.folder, run.name) for run in runs)
        if now == self._shown:
            return
        self._shown = now
        rows = list_rows(runs, [self._load(run) for run in runs]) if len(runs) > 1 else {}
        changed = END if any(run.record.changes for run in runs) else ""
        self.about.setText(EMPTY if len(runs) < 2 else changed if rows else SAME)
        self.about.setVisible(bool(self.about.text()))
        self.tree.setVisible(bool(rows))
        self.tree.clear()
        self.tree.setColumnCount(len(runs) + 1)
        self.tree.setHeaderLabels(["setting", *(show_name(run.name, 40) for run in runs)])
        for name, values in rows.items():
            item = QTreeWidgetItem([write_plain(name), *map(write_plain, values)])
            for place, value in enumerate(values, 1):
                item.setToolTip(place, write_tip(value))
                item.setData(place, Qt.ItemDataRole.AccessibleTextRole, f"{name} of {runs[place - 1].name}: {value}")
            self.tree.addTopLevelItem(item)
        for place in range(len(runs) + 1):
            self.tree.setColumnWidth(place, COLUMN if place else HEAD)

    def _load(self, run: Run) -> Project | None:
        if run.folder not in self._projects:
            try:
                self._projects[run.folder] = load(run.folder / "project.nnd")
            except FileError:
                self._projects[run.folder] = None
        return self._projects[run.folder]


def list_rows(runs: Sequence[Run], projects: Sequence[Project | None]) -> dict[str, list[str]]:
    """Return the settings that differ between runs by name, with the value of each run."""
    rows: dict[str, list[str]] = {}
    first = projects[0]
    for place, project in enumerate(projects):
        if project is None or first is None or place == 0:
            continue
        for detail in compare_pair(first, project):
            values = rows.setdefault(detail.name, [detail.before] * len(runs))
            values[place] = detail.after
    for name, told in _TOLD.items():
        values = [told(run) for run in runs]
        if len(set(values)) > 1 and name not in rows:
            rows[name] = values
    return rows


def compare_pair(before: Project, after: Project) -> Iterator[Detail]:
    """Yield what differs between two projects: settings of training and data, then layer by layer."""
    yield from compare_training(before.training, after.training)
    yield from compare_data(before.data, after.data)
    if (before.graph, before.blocks) == (after.graph, after.blocks):
        return
    if len(before.graph.nodes) + len(after.graph.nodes) > LARGE:
        yield Detail("network", "one", "another: compare the two on the canvas")
        return
    compared = compare_sides(Side("", before), Side("", after))
    assert compared is not None
    for section in compared.record.sections:
        if section.block is None:
            continue
        for one in section.differences:
            if one.change == "follows" or not one.node:
                continue
            if not one.details:
                ends = {"added": ("–", "there"), "removed": ("there", "–")}
                yield Detail(one.subject, *ends.get(one.change, ("one", "another")))
            for detail in one.details:
                if detail.name in FOLLOW:
                    continue
                yield Detail(f"{one.subject} {detail.name}".strip(), detail.before, detail.after)


_TOLD = {
    "device": lambda run: run.record.device,
    "parameters": lambda run: write_count(run.record.parameters),
    "training samples": lambda run: write_count(run.record.samples),
    "data": lambda run: run.record.data.get("fingerprint", ""),
    "torch": lambda run: run.record.versions.get("torch", ""),
    "python": lambda run: run.record.versions.get("python", ""),
    "numpy": lambda run: run.record.versions.get("numpy", ""),
    "threads": lambda run: str(run.record.threads),
    "began from": lambda run: Path(run.record.resumed).name if run.record.resumed else "fresh weights",
    "changed on the way": lambda run: run.told_changes or "no",
}
