"""Code that a project holds: the bar that asks before any of it runs, and the trials of what may."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout

from designer.catalogue.layers.custom import Finding
from designer.catalogue.trials import Untried, find_untried, record_findings
from designer.document.custom import code_of, find_code, find_custom
from designer.document.project import Project
from designer.document.wording import show_name
from designer.ui.background import Job, Report
from designer.ui.marks import make_label
from designer.ui.notices import Answer
from designer.ui.open_document import OpenDocument
from designer.ui.panels.code import CodeView

if TYPE_CHECKING:
    from designer.ui.window import Window

SETTLE = 300  # milliseconds of rest before code is tried
KEY = "trust"
QUESTION = "This project holds Python code that did not come from you. Nothing of it runs until you trust it."
WARNING = (
    "This code can do anything that you can do on this computer. Trust it only if you know where it comes from or "
    "understand what it does. The consent holds for exactly this text."
)


class Trust(QObject):
    """Asks for consent where a project needs one, and tries code that is trusted as soon as its inputs are known."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._editor = window.editor
        self._job: Job | None = None
        self.dialog: TrustDialog | None = None
        self._soon = QTimer(self, singleShot=True, interval=SETTLE)
        self._soon.timeout.connect(self._try_code)
        self._editor.project_changed.connect(lambda *_: self.look())
        self.look()

    def look(self) -> None:
        """Ask where that is needed; else try what is still to try, a little later."""
        project, notices = self._editor.project, self._window.notices
        if next(find_custom(project), None) is None or self._editor.allows(find_code(project)):
            notices.dismiss(KEY)
            if find_untried(project, self._editor.inference):
                self._soon.start()
        elif not any(notice.key == KEY for notice in notices.shown):
            notices.show_notice("warning", QUESTION, Answer("Look at the code...", self.ask), key=KEY)

    def ask(self) -> None:
        """Show the code, and the question whether it may run."""
        project = self._editor.project
        self.dialog = TrustDialog(project, self._window)
        self.dialog.accepted.connect(partial(self._editor.trust, find_code(project)))
        self.dialog.finished.connect(self.look)
        self.dialog.open()

    def shut_down(self) -> None:
        """End a trial that is under way."""
        self._soon.stop()
        if self._job is not None:
            self._job.cancel(10.0)
            self._job = None

    def _try_code(self) -> None:
        project = self._editor.project
        if self._job is not None or not self._editor.allows(find_code(project)):
            return
        untried = find_untried(project, self._editor.inference)
        if untried:
            self._job = Job(partial(_run, untried), self)
            self._job.done.connect(partial(self._note, self._editor.document, untried))
            self._job.failed.connect(self._give_up)
            self._job.start()

    def _note(self, document: OpenDocument, untried: list[Untried], findings: list[Finding]) -> None:
        self._job = None
        found = record_findings(document.project, list(zip(untried, findings, strict=False)))
        self._editor.amend(found, document)
        self.look()

    def _give_up(self, error: Exception) -> None:
        self._job = None
        self._window.notices.show_notice("warning", f"The code could not be tried: {error}.", key="trial")


def _run(untried: list[Untried], report: Report) -> list[Finding]:
    from designer.engine.trial import run_trials

    return run_trials(untried, stopped=lambda: not report(0.0))


class TrustDialog(QDialog):
    """All code of a project to read, and a button that allows it to run."""

    def __init__(self, project: Project, window: "Window") -> None:
        super().__init__(window)
        self.setWindowTitle("Trust the code of this project?")
        self.view = CodeView(window.theme)
        self.view.setLineWrapMode(CodeView.LineWrapMode.WidgetWidth)  # nothing stands out of sight on the right
        texts: dict[str, list[str]] = {}
        for _, node in find_custom(project):
            texts.setdefault(code_of(node), []).append(show_name(node.name))
        self.view.setPlainText("\n\n".join(f"# ---- {', '.join(names)} ----\n{text}" for text, names in texts.items()))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.trust = buttons.addButton("Trust this code", QDialogButtonBox.ButtonRole.AcceptRole)
        self.trust.setAutoDefault(False)
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(make_label(WARNING, wrap=True))
        column.addWidget(self.view, 1)
        column.addWidget(buttons)
        self.resize(760, 560)
