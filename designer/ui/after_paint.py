"""What a window does after its first paint, in small pieces: slow imports, icons, panels, watching over the work."""

import importlib
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from designer.catalogue.registry import plugins
from designer.ui.background import Job, Report
from designer.ui.turns import Turns

if TYPE_CHECKING:
    from designer.ui.window import Window

# What panels and icons need that is slow to import.
SLOW_PARTS = (
    "qtawesome",
    "designer.codegen.script",
    "designer.ui.safety",
    "designer.ui.trust",
    "designer.ui.panels.layer_page",
    "designer.ui.panels.selection_page",
    "designer.ui.panels.training",
    "designer.ui.panels.code",
    "designer.ui.panels.problems",
    "designer.ui.plots.curve_pair",
    "designer.ui.figures.picture",
)
PAUSE = 400  # milliseconds after the window is ready until it makes what it may need next
LONGEST_IMPORT = 20.0  # seconds to wait for the imports when the window closes early


class AfterPaint(QObject):
    """Makes a window ready; `done` follows once. `keep_safe` says whether its work is autosaved."""

    done = Signal()

    def __init__(self, window: "Window", *, keep_safe: bool) -> None:
        super().__init__(window)
        self._window = window
        self._keep_safe = keep_safe
        self._imports: Job | None = None
        self._turns: Turns | None = None
        self.is_done = False

    def begin(self) -> None:
        """Begin with Qt's classes: imports on a thread may name them."""
        from designer.ui.classes import make_classes  # with a module of Qt that comes after the first paint

        self._turns = Turns((make_classes, self._import), self)
        self._turns.start()

    def stop(self) -> None:
        """Do nothing more: the window closes."""
        if self._imports is not None:
            self._imports.cancel(LONGEST_IMPORT)
        if self._turns is not None:
            self._turns.stop()

    def _import(self) -> None:
        """Import on a thread what is slow to import, so that nothing stalls."""
        self._imports = Job(import_slow_parts, self)
        for signal in (self._imports.done, self._imports.failed):
            signal.connect(self._complete)
        self._imports.start()

    def _complete(self) -> None:
        window = self._window
        pieces = (
            lambda: window.menus.load_icons(window.theme, 1),  # reads the font of them all
            lambda: window.menus.load_icons(window.theme),
            *window.workbench.list_pieces(),
            window.refresh_library,
            self._begin_watch,
        )
        self._turns = Turns(pieces, self)
        self._turns.done.connect(self._finish)
        self._turns.start()

    def _begin_watch(self) -> None:
        """Keep work safe and run no stranger's code from now on; say what is wrong with plug-ins."""
        from designer.ui import safety, trust

        window = self._window
        for fault in plugins.faults:
            window.notices.show_notice("warning", fault)
        if self._keep_safe:
            window.safety = safety.Safety(window)
            window.safety.begin()
        window.trust = trust.Trust(window)

    def _finish(self) -> None:
        self.is_done = True
        self.done.emit()
        self._turns = Turns((self._window.workbench.rehearse,), self)
        self._turns.start(PAUSE)


def import_slow_parts(report: Report) -> None:
    """Import what the window shows after its first paint; ends early where the window is closed again."""
    for number, name in enumerate(SLOW_PARTS):
        importlib.import_module(name)
        if not report((number + 1) / len(SLOW_PARTS)):
            return
