"""What is proposed for the data of the document: a card on the empty canvas, else a bar in the Data tab, one click to take it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QFrame

from designer.document.project import Data

if TYPE_CHECKING:
    from designer.catalogue.proposing import Proposal
    from designer.ui.panels.data import DataPanel
    from designer.ui.window import Window

CARD_WIDTH = 520  # logical pixels
MARGIN = 16


class Proposals(QObject):
    """The proposal for the project that is shown, None where its network is sound already. `changed` says it is another."""

    changed = Signal()

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._seen: tuple[Data, bool, bool] | None = None
        self.card: ProposalCard | None = None  # on the empty canvas, once something was proposed for one
        self.proposal: Proposal | None = None
        self._goes_on = False  # to make the network, once the columns that are ticked are taken over
        for signal in (window.editor.view_changed, window.ready):
            signal.connect(self.refresh)

    @property
    def replaces(self) -> bool:
        """Whether there is a network that would give way."""
        return bool(self._window.editor.project.graph.nodes)

    def refresh(self) -> None:
        """Work out what is proposed for the present project."""
        editor = self._window.editor
        unsound = self.replaces and any(problem.severity == "error" for problem in editor.problems)
        wanted = not editor.where and editor.document.compared is None and (unsound or not self.replaces)
        seen = editor.project.data, wanted, self.replaces
        if not self._window.is_ready or seen == self._seen:
            return
        self._seen = seen
        self.proposal = None
        if wanted and editor.project.data.source is not None:
            from designer.catalogue.proposing import propose  # after the first paint

            self.proposal = propose(editor.project)
        self._show_card()
        self.changed.emit()

    def make(self) -> None:
        """Make the network that is proposed, as one step, and bring the training into view.

        Columns that were ticked and not taken over yet are so first: the network is to learn from what is seen.
        """
        if self.proposal is None:
            return
        window = self._window
        page = window.workbench.panel("data").csv  # type: ignore[attr-defined]
        if page.apply.isEnabled():
            self._goes_on = True
            page.apply.click()
            return
        window.editor.apply("make a network for the data", self.proposal.project)
        window.canvas.fit_all()
        window.workbench.show("training")
        window.baselines.begin_where_cheap()

    def serve(self, panel: "DataPanel") -> None:
        """Show in the Data tab what is proposed in place of a network; where there is none, a card on the canvas does."""
        from designer.ui.panels.table_targets import choose_target, list_targets

        panel.proposal.wanted.connect(self.make)

        def show() -> None:
            proposal = self.proposal if self.replaces else None
            panel.proposal.show_proposal(proposal, list_targets(panel.csv.table), replaces=True)

        self.changed.connect(show)
        panel.proposal.target_chosen.connect(lambda name: choose_target(panel.csv, name))
        panel.csv.columns.modelReset.connect(self.changed)
        panel.csv.applied.connect(lambda: self._go_on())
        panel.csv.reader.failed.connect(lambda: self._stop())
        show()

    def _go_on(self) -> None:
        if self._goes_on:
            self._goes_on = False
            self.make()

    def _stop(self) -> None:
        """Show why what is ticked cannot be taken over."""
        if self._goes_on:
            self._goes_on = False
            self._window.workbench.show("data")

    def _show_card(self) -> None:
        shown = self.proposal is not None and not self.replaces
        if shown and self.card is None:
            self.card = ProposalCard(self._window)
        if self.card is not None:
            self.card.place()
        self._window.hint.set_aside(shown)


class ProposalCard(QFrame):
    """Lies at the top of the empty canvas while something is proposed."""

    def __init__(self, window: "Window") -> None:
        from designer.ui.panels.proposal_bar import ProposalBar

        super().__init__(window.canvas)
        self._window = window
        self.bar: ProposalBar = ProposalBar(self, explains=True)
        self.bar.wanted.connect(window.proposals.make)
        self.bar.target_chosen.connect(self._choose_target)
        window.canvas.installEventFilter(self)
        self.bar.installEventFilter(self)
        window.proposals.changed.connect(self.place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.Resize and watched is self._window.canvas
        ) or event.type() == QEvent.Type.LayoutRequest:
            self._lie()
        return False

    def place(self) -> None:
        """Lie at the top of the canvas, or be hidden where nothing is proposed or a network is there."""
        proposals = self._window.proposals
        shown = proposals.proposal is not None and not proposals.replaces
        self.setVisible(shown)
        if shown:
            self.bar.show_proposal(proposals.proposal, self._list_targets())
            self._lie()
            self.raise_()

    def _lie(self) -> None:
        canvas = self._window.canvas
        width = min(CARD_WIDTH, canvas.width() - 2 * MARGIN)
        height = self.bar.fit(width, canvas.height() - 2 * MARGIN)
        self.resize(width, height)
        self.bar.resize(width, height)
        self.move((canvas.width() - width) // 2, MARGIN)  # not in the middle, where a layer is dropped

    @property
    def _panel(self) -> "DataPanel | None":
        return self._window.workbench.docks["data"].content  # type: ignore[return-value]  # what the furniture made

    def _list_targets(self) -> list[str]:
        from designer.ui.panels.table_targets import list_targets

        return list_targets(self._panel.csv.table) if self._panel is not None else []

    def _choose_target(self, name: str) -> None:
        from designer.ui.panels.table_targets import choose_target

        if self._panel is not None:
            choose_target(self._panel.csv, name)
