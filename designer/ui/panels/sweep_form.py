"""What varies in a sweep, and how: settings with their values as text, the method, the goal, the buttons."""

from functools import partial

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from designer.catalogue.parameters import Integer, Maybe
from designer.document.project import Project
from designer.document.wording import show_name
from designer.engine.sweeps.alternatives import find_groups, find_optional
from designer.engine.sweeps.definition import read_values
from designer.engine.sweeps.places import LAYER, Place, SweepError, list_places
from designer.ui.editor import Editor
from designer.ui.marks import make_label, set_mark
from designer.ui.panels.text_entry import Entry
from designer.ui.sweep_draft import ABLATION, Sweeping
from designer.ui.words import write_message, write_tip

METHODS = {"bayes": "Bayesian", "random": "random", "grid": "grid", ABLATION: "ablation"}
SHAPES = "a list as in 16,32,64, a range as in 0..0.5, or a logarithmic one as in log:1e-4..1e-1"
STEPS = 1000


class SweepForm(QWidget):
    """The draft of the sweep of the document that is shown."""

    def __init__(self, editor: Editor, sweeper: Sweeping) -> None:
        super().__init__()
        self._editor, self._sweeper = editor, sweeper
        self._places: dict[str, Place] = {}
        self.entries: dict[str, QLineEdit] = {}
        self._as: tuple[bool, bool] | None = None  # what the rows are made for: an ablation, anything at all
        self.picker = QLineEdit(placeholderText="Vary a setting: type to search …")
        self.picker.setAccessibleName("setting to vary")
        self.picker.setClearButtonEnabled(True)
        self._titles = QStringListModel(self)
        self._completer = QCompleter(self._titles, self)
        self._completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setMaxVisibleItems(14)
        self._completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.picker.setCompleter(self._completer)
        self._rows = QWidget()
        self._grid = QGridLayout(self._rows)
        self._grid.setContentsMargins(0, 0, 4, 0)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._area = QScrollArea(widgetResizable=True, frameShape=QScrollArea.Shape.NoFrame)
        self._area.setWidget(self._rows)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setMinimumHeight(40)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._make_settings()
        self._lay_out()
        self._listen()
        self.refresh()

    def _make_settings(self) -> None:
        self.method = QComboBox(accessibleName="method")
        for key, title in METHODS.items():
            self.method.addItem(title, key)
        self.goal = QComboBox(accessibleName="goal")
        self.trials = Entry(Integer(1, 100_000))
        self.trials.setAccessibleName("trials")
        self.epochs = Entry(Maybe(Integer(1, 1_000_000), none="as set"))
        self.epochs.setAccessibleName("epochs")
        self.seeds = QLineEdit(placeholderText="as set")
        self.seeds.setAccessibleName("seeds")
        self.pruning = QCheckBox("give up early")
        self.pruning.setToolTip("End a trial that is worse than half of the others at the same epoch")
        self.start = QPushButton("Start sweep")
        self.kept = QToolButton(text="Kept", popupMode=QToolButton.ToolButtonPopupMode.InstantPopup)
        self.kept.setToolTip("Sweeps that are kept, to look at and to go on with")
        self.kept.setMenu(QMenu(self.kept))
        self.bar = QProgressBar(textVisible=False, maximum=STEPS)
        self.bar.setAccessibleName("progress of the sweep")
        self.message = make_label("", "muted")
        self.bar.setMaximumHeight(6)
        self.message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        tips = {
            self.trials: "How many times values are tried",
            self.epochs: "Epochs of each trial; as set: what the Training panel says",
            self.seeds: "Train each trial with each of these seeds, as in 1, 2, 3, and take the mean",
            self.goal: "What is to be best; the best of all epochs counts",
        }
        for widget, tip in tips.items():
            widget.setToolTip(tip)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        pairs = (
            ("method", self.method, 0, 0),
            ("trials", self.trials, 0, 2),
            ("goal", self.goal, 1, 0),
            ("epochs", self.epochs, 1, 2),
            ("seeds", self.seeds, 2, 0),
        )
        for text, widget, row, place in pairs:
            label = make_label(text)
            label.setBuddy(widget)
            grid.addWidget(label, row, place)
            grid.addWidget(widget, row, place + 1)
        grid.addWidget(self.pruning, 2, 2, 1, 2)
        grid.setColumnStretch(1, 2)
        grid.setColumnStretch(3, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.start)
        told = QVBoxLayout()
        told.setSpacing(2)
        told.addWidget(self.bar)
        told.addWidget(self.message)
        buttons.addLayout(told, 1)
        buttons.addWidget(self.kept)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 6, 6)
        column.setSpacing(5)
        column.addWidget(self.picker)
        column.addWidget(self._area, 1)
        column.addLayout(grid)
        column.addLayout(buttons)

    def _listen(self) -> None:
        sweeper = self._sweeper
        self._completer.activated.connect(self._pick)
        self.picker.returnPressed.connect(self._pick_typed)
        self.method.activated.connect(lambda _: self._take(method=self.method.currentData()))
        self.goal.activated.connect(lambda _: self._take(goal=self.goal.currentData()))
        self.trials.edited.connect(lambda value: self._take(trials=value))
        self.epochs.edited.connect(lambda value: self._take(epochs=value or 0))
        self.seeds.textEdited.connect(lambda text: self._take(seeds=text))
        self.pruning.clicked.connect(lambda on: self._take(pruning=on))
        self.start.clicked.connect(self._press)
        self.kept.menu().aboutToShow.connect(self._fill_kept)
        sweeper.draft_changed.connect(self.refresh)
        sweeper.changed.connect(self.refresh)
        sweeper.advanced.connect(self.show_progress)
        self._editor.project_changed.connect(self._follow_project)
        self._editor.selection_changed.connect(self._list_titles)

    def refresh(self) -> None:
        """Show the draft of the document that is shown."""
        draft = self._sweeper.draft
        self.method.setCurrentIndex(self.method.findData(draft.method))
        self.trials.show_value(draft.trials)
        self.epochs.show_value(draft.epochs or None)
        if self.seeds.text() != draft.seeds:
            self.seeds.setText(draft.seeds)
        self.pruning.setChecked(draft.pruning)
        self._follow_project()
        self.show_progress()

    def show_progress(self) -> None:
        """Show how far the sweep is, and what the button does."""
        sweeper, found = self._sweeper, self._sweeper.findings
        going = sweeper.is_active
        can_go_on = found is not None and not going and found.ended == "stopped"
        ablation = sweeper.draft.method == ABLATION
        begin = "Go on" if can_go_on else "Run ablation" if ablation else "Start sweep"
        self.start.setText("Stopping …" if sweeper.is_stopping else "Stop" if going else begin)
        self.start.setEnabled(not sweeper.is_stopping)
        self.bar.setVisible(sweeper.is_here)
        if found is not None:
            self.bar.setValue(round(found.share * STEPS))
        self.message.setText(write_message(self._describe()))
        self.message.setToolTip(write_tip(self.message.text()))

    def _describe(self) -> str:
        sweeper, found = self._sweeper, self._sweeper.findings
        if sweeper.is_active and not sweeper.is_here:
            return f"A sweep of {show_name(sweeper.name)} is under way."
        if found is None:
            return ""
        counts = {state: sum(trial.state == state for trial in found.trials) for state in ("done", "pruned", "failed")}
        words = {"done": "done", "pruned": "given up early", "failed": "failed"}
        told = ", ".join(f"{count:,} {words[state]}" for state, count in counts.items() if count) or "begins"
        end = {"finished": "Finished: ", "stopped": "Stopped: ", "": ""}.get(found.ended, f"{found.ended} ")
        return f"{end}{told}, of {found.sweep.size:,}"

    def _follow_project(self, *_: object) -> None:
        """Show rows and goals as they are for the present project."""
        project = self._editor.project
        if self.isVisible() or not self._places:
            self._places = {place.key: place for place in list_places(project)}
        self._list_titles()
        self._show_rows(project)
        goals = list_goals(project)
        if [self.goal.itemData(row) for row in range(self.goal.count())] != goals:
            self.goal.clear()
            for goal in goals:
                self.goal.addItem(goal.replace("_", " "), goal)
        self.goal.setCurrentIndex(max(0, self.goal.findData(self._sweeper.draft.goal)))

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self._follow_project()

    def _list_titles(self, *_: object) -> None:
        """Offer what is selected first."""
        chosen = tuple(f"{LAYER}{node}." for node in self._editor.selected_nodes)
        order = sorted(self._places.values(), key=lambda place: not (chosen and place.key.startswith(chosen)))
        titles = [place.title for place in order if not place.key.startswith("alternatives.")]
        if titles != self._titles.stringList():
            self._titles.setStringList(titles)

    def _show_rows(self, project: Project) -> None:
        """Show a row for each setting that varies; those that stay keep their cursor."""
        draft = self._sweeper.draft
        ablation = draft.method == ABLATION
        self.picker.setVisible(not ablation)
        self.trials.setEnabled(draft.method in ("bayes", "random"))
        self.pruning.setEnabled(not ablation)
        if ablation or set(self.entries) != set(draft.rows) or self._as != (ablation, bool(draft.rows)):
            while (item := self._grid.takeAt(0)) is not None:
                if item.widget() is not None:
                    item.widget().hide()
                    item.widget().deleteLater()
            self.entries, self._as = {}, (ablation, bool(draft.rows))
            if ablation:
                self._grid.addWidget(make_label(write_message(describe_marks(project)), "muted", wrap=True), 0, 0, 1, 3)
            else:
                for row, (key, text) in enumerate(draft.rows.items()):
                    self._add_row(row, key, text)
                if not draft.rows:
                    hint = f"Pick a setting above, or right-click one in the inspector. Its values are {SHAPES}."
                    self._grid.addWidget(make_label(hint, "muted", wrap=True), 0, 0, 1, 3)
            self._grid.setRowStretch(self._grid.rowCount(), 1)
        for key, entry in self.entries.items():
            if entry.text() != draft.rows[key]:
                entry.setText(draft.rows[key])
            self._judge(key)

    def _add_row(self, row: int, key: str, text: str) -> None:
        place = self._places.get(key)
        title = place.title if place is not None else key
        label = make_label(write_message(title))
        entry = QLineEdit(text)
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
        entry, place, text = self.entries[key], self._places.get(key), self._sweeper.draft.rows[key]
        error = ""
        try:
            if place is None:
                raise SweepError("It is no longer there.")
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
            entry = self.entries.get(place.key)
            if entry is not None:
                entry.setFocus(Qt.FocusReason.OtherFocusReason)
                entry.selectAll()

    def _pick_typed(self) -> None:
        popup = self._completer.popup()
        if not popup.isVisible():
            self._pick(self.picker.text())

    def _type(self, key: str, text: str) -> None:
        self._sweeper.draft.rows[key] = text
        self._judge(key)

    def _remove(self, key: str) -> None:
        del self._sweeper.draft.rows[key]
        self.refresh()

    def _take(self, **values: object) -> None:
        draft = self._sweeper.draft
        for name, value in values.items():
            setattr(draft, name, value)
        if "method" in values:
            if draft.method == ABLATION and not draft.seeds:
                draft.seeds = "1, 2, 3"
            self.refresh()

    def _press(self) -> None:
        if self._sweeper.is_active:
            self._sweeper.stop()
        else:
            self._sweeper.start()

    def _fill_kept(self) -> None:
        menu = self.kept.menu()
        menu.clear()
        folders = self._sweeper.list_kept()[:20]
        for folder in folders:
            menu.addAction(write_message(folder.name), partial(self._sweeper.open, folder))
        if not folders:
            menu.addAction("none yet").setEnabled(False)


def list_goals(project: Project) -> list[str]:
    """Return what can be the goal: the losses, then the metrics that are measured."""
    from designer.catalogue.registry import metrics

    chosen = project.training.metrics or tuple(metrics)
    return ["val_loss", *(f"val_{name}" for name in chosen), "train_loss"]


def describe_marks(project: Project) -> str:
    """Return in words what an ablation leaves out and exchanges."""
    nodes = project.graph.nodes
    optional = [show_name(nodes[node].name) for node in find_optional(project)]
    words = [f"Left out, one and all: {', '.join(optional)}."] if optional else []
    for members in find_groups(project).values():
        words += [f"One of these is used: {', '.join(show_name(nodes[node].name) for node in members)}."]
    return " ".join(words) or (
        "Mark layers on the canvas, by their context menu or the Network menu: those that may be left out, and "
        "those of which one is used. Every combination is trained with each seed."
    )
