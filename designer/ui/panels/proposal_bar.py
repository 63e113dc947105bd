"""What could be made of the data, as a sentence and a button: Predict Survived (yes or no) from 7 columns. Make a network."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QPushButton, QVBoxLayout, QWidget

from designer.catalogue.proposing import Proposal
from designer.document.wording import show_name
from designer.ui.marks import make_label, set_mark
from designer.ui.panels.flow import FlowBox
from designer.ui.words import write_message

MAKE, REPLACE = "Make a network", "Replace the network"


class ProposalBar(QFrame):
    """Shows a proposal. `wanted` says that it is to be made, `target_chosen` carries another column to predict.

    One that `explains` says as well why the network is as it is; the other says it in a tip.
    """

    wanted = Signal()
    target_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, explains: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("proposal")
        self.before, self.column, self.after = (make_label("", "strong") for _ in range(3))
        self.target = QComboBox(sizeAdjustPolicy=QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.target.setAccessibleName("column to predict")
        self.target.setToolTip(
            "What is to be predicted; all other columns that can be used are what it is predicted from"
        )
        self.make = QPushButton(MAKE)
        self.reasons = make_label("", "muted", wrap=True)
        set_mark(self.make, "primary")
        self.row = FlowBox(6, 4)
        for part in (self.before, self.column, self.target, self.after, self.make):
            self.row.add(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(4)
        column.addWidget(self.row)
        column.addWidget(self.reasons)
        self.reasons.setVisible(explains)
        self.make.clicked.connect(self.wanted)
        self.target.activated.connect(lambda: self.target_chosen.emit(self.target.currentData()))

    @property
    def sentence(self) -> str:
        """What it says, as one reads it."""
        if self.after.isHidden():
            return self.before.text()
        column = self.target.currentText() if self.column.isHidden() else self.column.text()
        return f"{self.before.text()} {column} {self.after.text()}"

    def fit(self, width: int, room: int) -> int:
        """Return the height that it takes in this width; where it is more than the room the reasons are left to the tip."""
        layout = self.layout()
        layout.invalidate()
        height, margins = layout.totalHeightForWidth(width), layout.contentsMargins()
        words = self.reasons.heightForWidth(width - margins.left() - margins.right()) + layout.spacing()
        without = height - (0 if self.reasons.isHidden() else words)
        explained = without + words <= room
        if explained == self.reasons.isHidden():
            self.reasons.setVisible(explained)
        return without + (words if explained else 0)

    def show_proposal(self, proposal: Proposal | None, targets: Sequence[str] = (), *, replaces: bool = False) -> None:
        """Show a proposal, None for none. `targets` are the columns that could be predicted instead, where it is known."""
        self.setVisible(proposal is not None)
        if proposal is None:
            return
        task = proposal.task
        choice = list(targets) if task.column in targets else []
        self.before.setText(write_message(task.before if task.column else task.sentence))
        self.column.setText(show_name(task.column, 40))
        self.column.setVisible(bool(task.column) and not choice)
        if [self.target.itemData(place) for place in range(self.target.count())] != choice:
            self.target.clear()
            for name in choice:
                self.target.addItem(show_name(name, 40), name)
        self.target.setCurrentIndex(self.target.findData(task.column))
        self.target.setVisible(bool(choice))
        self.after.setText(write_message(task.after))
        self.after.setVisible(bool(task.column))
        self.make.setText(REPLACE if replaces else MAKE)
        self.reasons.setText(write_message(f"A {proposal.network}. {proposal.reasons}"))
        self.make.setToolTip(self.reasons.text())
