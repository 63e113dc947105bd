"""The form of a sweep: what varies, how it goes about, the buttons, and how far it is."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from designer.document.wording import show_name
from designer.engine.sweeps.folds import tell_folds
from designer.ui.editor import Editor
from designer.ui.fitting_label import FittingLabel
from designer.ui.panels.sweep_rows import VariedRows
from designer.ui.panels.sweep_settings import SweepSettings
from designer.ui.sweep_draft import ABLATION, Sweeping
from designer.ui.words import write_message, write_tip

STEPS = 1000
MOST_KEPT = 20
GO_ON = {"stopped": "Go on", "elsewhere": "Join in"}
ENDS = {"finished": "Finished: ", "stopped": "Stopped: ", "elsewhere": "Under way elsewhere: ", "": ""}


class SweepForm(QWidget):
    """The draft of the sweep of the document that is shown."""

    def __init__(self, editor: Editor, sweeper: Sweeping) -> None:
        super().__init__()
        self._editor, self._sweeper = editor, sweeper
        self.rows = VariedRows(editor, sweeper)
        self.settings = SweepSettings()
        self.start = QPushButton("Start sweep")
        self.kept = QToolButton(text="Kept", popupMode=QToolButton.ToolButtonPopupMode.InstantPopup)
        self.kept.setToolTip("Sweeps that are kept, to look at and to go on with")
        self.kept.setMenu(QMenu(self.kept))
        self.bar = QProgressBar(textVisible=False, maximum=STEPS)
        self.bar.setAccessibleName("progress of the sweep")
        self.bar.setMaximumHeight(6)
        self.message = FittingLabel("muted", left_out=Qt.TextElideMode.ElideRight)
        self.message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._lay_out()
        self.settings.taken.connect(self._take)
        self.start.clicked.connect(self._press)
        self.kept.menu().aboutToShow.connect(self._fill_kept)
        sweeper.draft_changed.connect(self.refresh)
        sweeper.changed.connect(self.refresh)
        sweeper.advanced.connect(self.show_progress)
        editor.project_changed.connect(self._show_settings)
        self.refresh()

    def _lay_out(self) -> None:
        told = QVBoxLayout()
        told.setSpacing(2)
        told.addWidget(self.bar)
        told.addWidget(self.message)
        buttons = QHBoxLayout()
        buttons.addWidget(self.start)
        buttons.addLayout(told, 1)
        buttons.addWidget(self.kept)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 6, 6)
        column.setSpacing(5)
        column.addWidget(self.rows, 1)
        column.addWidget(self.settings)
        column.addLayout(buttons)

    def refresh(self) -> None:
        """Show the draft of the document that is shown."""
        self._show_settings()
        self.rows.refresh()
        self.show_progress()

    def _show_settings(self, *_: object) -> None:
        self.settings.show_draft(self._sweeper.draft, self._editor.project)

    def show_progress(self) -> None:
        """Show how far the sweep is, and what the button does."""
        sweeper, found = self._sweeper, self._sweeper.findings
        going = sweeper.is_active
        again = GO_ON.get(found.ended) if found is not None and not going and sweeper.can_go_on else None
        ablation = sweeper.draft.method == ABLATION
        begin = again or ("Run ablation" if ablation else "Start sweep")
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
        end = ENDS.get(found.ended, f"{found.ended} ")
        folds = tell_folds(found.sweep, found.trials)
        return f"{end}{told}, of {found.sweep.size:,}{' · ' if folds else ''}{folds}"

    def _take(self, name: str, value: object) -> None:
        draft = self._sweeper.draft
        setattr(draft, name, value)
        if name == "method":
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
        folders = self._sweeper.list_kept()[:MOST_KEPT]
        for folder in folders:
            menu.addAction(write_message(folder.name), partial(self._sweeper.open, folder))
        if not folders:
            menu.addAction("none yet").setEnabled(False)
