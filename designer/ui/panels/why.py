"""Why a network answers a sample so: the method, what is asked, the picture, and how far it can be trusted."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QScrollArea, QSizePolicy, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from designer.document.wording import show_name
from designer.engine.evaluation.record import write_number
from designer.engine.explaining.methods import METHODS, list_baselines, refuse
from designer.engine.explaining.record import Ask, Explained
from designer.engine.explaining.traits import Traits
from designer.ui.fitting_label import FittingLabel
from designer.ui.marks import make_label
from designer.ui.panels.flow import FlowBox
from designer.ui.panels.watched import WatchedWidget
from designer.ui.panels.work_bar import WorkBar
from designer.ui.theme import Theme

EMPTY = "Choose a sample to see what of it speaks for the answer, and what against it."
ANSWER = "its answer"
SHARES = (300, 200)  # of picture and words
WIDE = 560  # logical pixels from which words stand beside the picture


class WhyView(WatchedWidget):
    """`ask_changed` carries what is asked from now on. `draw` shows an explanation on `board` (plots/heat_board.py)."""

    ask_changed = Signal(object)

    def __init__(self, board: QWidget, draw: Callable[[Explained], None]) -> None:
        super().__init__()
        self.board, self._draw = board, draw
        self.method, self.question = QComboBox(), QComboBox()
        self.baseline, self.layer = QComboBox(), QComboBox()
        self.caption = FittingLabel("muted", left_out=Qt.TextElideMode.ElideRight)
        self.score = make_label("", wrap=True)
        self.words = make_label("", "muted", wrap=True)
        self.work = WorkBar("the explanation")
        self.empty = make_label(EMPTY, "muted", wrap=True)
        self.stack = QStackedWidget()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self._traits: Traits | None = None
        self._questions: tuple[str, ...] = ()
        self._build()

    @property
    def ask(self) -> Ask:
        """What is asked now."""
        question = self.question.currentData()
        return Ask(
            self.method.currentData() or "integrated",
            question if isinstance(question, int) else None,
            self.baseline.currentData() or "",
            self.layer.currentData() or "",
        )

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        if hasattr(self.board, "set_theme"):
            self.board.set_theme(theme)

    def show_traits(self, traits: Traits | None) -> None:
        """Offer what suits a network: what does not says why."""
        if traits == self._traits and self.method.count():
            return
        self._traits, self._questions = traits, ()
        before = self.method.currentData()
        _fill(self.method, [(spec.title, spec.kind) for spec in METHODS.values()])
        model = self.method.model()
        for place, spec in enumerate(METHODS.values()):
            reason = refuse(spec.kind, traits)
            item = model.item(place)  # type: ignore[attr-defined]
            item.setEnabled(not reason)
            item.setToolTip(reason or f"{spec.shows} ({spec.source})")
        usable = [kind for kind in METHODS if not refuse(kind, traits)]
        wanted = before if before in usable else next(iter(usable), "integrated")
        self.method.setCurrentIndex(self.method.findData(wanted))
        _fill(self.question, [(ANSWER, None)])
        _fill(self.baseline, [(spec.title, spec.kind) for spec in list_baselines(traits)] if traits is not None else [])
        layers = reversed(traits.convolutions) if traits is not None else ()
        _fill(self.layer, [(show_name(layer.name, 40), layer.id) for layer in layers])
        self._show_choices()

    def show_caption(self, text: str) -> None:
        """Say which sample it is."""
        self.caption.setText(text)
        self.caption.setVisible(bool(text))

    def show_explained(self, explained: Explained) -> None:
        """Show an explanation."""
        if explained.questions != self._questions:
            self._questions = explained.questions
            chosen = self.question.currentData()
            names = [(show_name(name, 40), place) for place, name in enumerate(explained.questions)]
            _fill(self.question, [(ANSWER, None), *names])
            self.question.setCurrentIndex(max(self.question.findData(chosen), 0))
        self.question.setVisible(len(explained.questions) > 1)
        spec = METHODS[explained.ask.method]
        number = write_number(explained.score, ".5g")
        unit = f" ({explained.unit})" if explained.unit else ""
        self.score.setText(f"{show_name(explained.questions[explained.asked], 60)}: {number}{unit}")
        self.words.setText("\n\n".join((spec.shows, *explained.notes, f"Its limits: {spec.limits}")))
        self._draw(explained)
        self.stack.setCurrentWidget(self.splitter)

    def show_nothing(self, text: str = EMPTY) -> None:
        """Say what will be there, or why it is not."""
        self.empty.setText(text)
        self.stack.setCurrentWidget(self.empty)

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        wide = self.width() >= WIDE
        way = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if way != self.splitter.orientation() or event.oldSize().width() <= 0:
            self.splitter.setOrientation(way)
            self.splitter.setSizes(SHARES)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 90)

    def _choose(self) -> None:
        self._show_choices()
        self.ask_changed.emit(self.ask)

    def _show_choices(self) -> None:
        spec = METHODS.get(self.method.currentData() or "")
        choose = spec.choose if spec is not None else ""
        self.baseline.setVisible(choose == "baseline" and self.baseline.count() > 1)
        self.layer.setVisible(choose == "layer" and self.layer.count() > 1)
        self.method.setToolTip(f"{spec.shows} ({spec.source})" if spec is not None else "")

    def _build(self) -> None:
        for box, name, tip in (
            (self.method, "method of explaining", ""),
            (self.question, "what is explained", "Which answer is explained: the one it gives, or another"),
            (self.baseline, "baseline", "What takes the place of what the sample has, to see what that added"),
            (self.layer, "layer whose maps are weighed", "The maps of this layer are weighed by how much they matter"),
        ):
            box.setAccessibleName(name)
            box.setToolTip(tip)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.setMaximumWidth(220)
            box.activated.connect(lambda _: self._choose())
        head = FlowBox(8, 4)
        for part in (self.method, self.question, self.baseline, self.layer, self.caption):
            head.add(part)
        self.splitter.addWidget(self.board)
        self.splitter.addWidget(self._make_side())
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.splitter)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 4, 0, 0)
        whole.setSpacing(6)
        whole.addWidget(head)
        whole.addWidget(self.work)
        whole.addWidget(self.stack, 1)
        self.show_traits(None)
        self.show_caption("")
        self.show_nothing()

    def _make_side(self) -> QScrollArea:
        """Return the words beside the picture, to be scrolled."""
        side = QWidget()
        side.setObjectName("ground")
        column = QVBoxLayout(side)
        column.setContentsMargins(8, 0, 4, 4)
        column.addWidget(self.score)
        column.addWidget(self.words)
        column.addStretch(1)
        area = QScrollArea()
        area.setObjectName("sidescroll")
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(side)
        area.setMinimumSize(150, 40)
        return area


def _fill(box: QComboBox, items: Sequence[tuple[str, object]]) -> None:
    box.clear()
    for title, data in items:
        box.addItem(title, data)
