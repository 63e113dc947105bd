"""Explains answers beside the window: those to the sample that is tried, and to one of an evaluation."""

import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from designer.document.project import Project
from designer.engine.explaining.methods import refuse
from designer.engine.explaining.record import Ask, Explained
from designer.engine.explaining.traits import read_traits
from designer.ui.aside import Aside
from designer.ui.background import Report
from designer.ui.panels.why import EMPTY, WhyView

if TYPE_CHECKING:
    from designer.engine.explaining.network import Network

REST = 200  # milliseconds from the last change of a sample to its explanation


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What is explained: a sample before a network, as `explain` does it on a thread, and what it is called."""

    project: Project
    caption: str
    explain: Callable[[Ask, Report], Explained]


class Shelf:
    """The network that was explained last, kept ready as long as its key is there. Only for threads: they take turns."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[weakref.ref[object], Network] | None = None

    def explain(
        self,
        key: object,
        make: "Callable[[], Network]",
        take: Callable[[], Any],
        ask: Ask,
        cells: Mapping[str, str],
        report: Report,
        tokens: int = 0,
    ) -> Explained:
        """Explain what `take` gives before the network of a key, which `make` opens where it is another than last time."""
        from designer.engine.explaining.explaining import explain

        with self._lock:
            kept = self._kept
            if kept is None or kept[0]() is not key:
                self._kept = kept = None  # two at once could be too many
                self._kept = kept = weakref.ref(key, self._let_go), make()
            return explain(kept[1], take(), ask, report, cells, tokens)

    def _let_go(self, key: "weakref.ref[object]") -> None:
        kept = self._kept
        if kept is not None and kept[0] is key:
            self._kept = None


class Explaining(QObject):
    """Lets a view show why, for the subject that a function gives, as long as the view is seen."""

    def __init__(self, view: WhyView, find: Callable[[], Subject | None], parent: QObject) -> None:
        super().__init__(parent)
        self.view = view
        self._find = find
        self._stale = True
        self.aside = Aside("explain this answer", self)
        self._soon = QTimer(self, singleShot=True, interval=REST)
        self._soon.timeout.connect(self.explain)
        view.watched.connect(self._watch)
        view.ask_changed.connect(lambda _: self.explain())
        view.work.stop_wanted.connect(self._stop)
        self.aside.busy_changed.connect(view.work.show_busy)
        self.aside.progressed.connect(view.work.show_share)
        self.aside.done.connect(self._show)
        self.aside.refused.connect(self._refuse)

    @property
    def is_busy(self) -> bool:
        """Whether an explanation is under way or will be in a moment."""
        return self._soon.isActive() or self.aside.is_busy

    def follow(self) -> None:
        """Take note that the sample, or the network, is another: it is explained as soon as somebody looks."""
        self.aside.cancel()
        self._stale = True
        if self.view.isVisible():
            self._soon.start()

    def explain(self) -> None:
        """Explain now what there is."""
        self._soon.stop()
        subject = self._find()
        if subject is None:
            self.aside.cancel()
            self.view.show_caption("")
            self.view.show_nothing(EMPTY)
            return
        traits = read_traits(subject.project)
        self.view.show_traits(traits)
        self.view.show_caption(subject.caption)
        ask = self.view.ask
        reason = refuse(ask.method, traits)
        if reason:
            self.view.show_nothing(reason)
            return
        self._stale = False
        self.aside.start(lambda report: subject.explain(ask, report))

    def shut_down(self) -> None:
        """End what is done beside the window."""
        self._soon.stop()
        self.aside.shut_down()

    def _watch(self, on: bool) -> None:
        if on and self._stale:
            self._soon.start()
        elif not on and self.is_busy:
            self._soon.stop()
            self.aside.cancel()
            self._stale = True

    def _stop(self) -> None:
        self.aside.cancel()
        self.view.work.say("Stopped. Choose a method to explain it again.")

    def _show(self, explained: Explained) -> None:
        self.view.work.say("")
        self.view.show_explained(explained)

    def _refuse(self, text: str) -> None:
        self.view.show_nothing("")
        self.view.work.say(text, error=True)


def read_cells(table: Any, row: int) -> dict[str, str]:
    """Return what a table has in a row, in words, by column; nothing where it is none."""
    if not hasattr(table, "iloc") or not -len(table) <= row < len(table):
        return {}
    return write_cells(table.iloc[row])


def write_cells(row: Any) -> dict[str, str]:
    """Return the values of a row in words, by column: "" where one is missing."""
    import pandas as pd  # loaded wherever there is a table

    return {str(name): "" if pd.isna(value) else str(value) for name, value in row.items()}
