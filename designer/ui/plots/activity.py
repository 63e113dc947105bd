"""The Activity tab: what looks wrong, what each layer does, and what the selected one gives for a sample of one's choice."""

import random
from collections.abc import Mapping

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from designer.document.places import walk
from designer.document.project import used_block
from designer.document.wording import show_name
from designer.engine.events import Event
from designer.engine.seeing import Activation, Example, Look
from designer.ui.bridge import TrainingBridge
from designer.ui.editor import Editor
from designer.ui.fitting_label import FittingLabel
from designer.ui.marks import make_label
from designer.ui.plots.distribution import BarPlot
from designer.ui.plots.heat import MatrixPlot, make_matrix
from designer.ui.plots.layer_table import LayerTable
from designer.ui.plots.layer_words import describe_answer, describe_layer
from designer.ui.plots.maps import CountPlot, MapPlot
from designer.ui.plots.picker import SamplePicker
from designer.ui.plots.plot import Plot
from designer.ui.theme import Theme

HEAD = 20  # pixels of the line above a plot
NOTHING = (
    "From the first steps on, every layer is listed here with what it gives, how it learns and what it takes.\n"
    "Select one to see what it makes of a sample. Press Train to begin."
)


class ActivityPanel(QWidget):
    """`findings` (a widget) at the left; at the right all layers in a table, or the selected one and a sample.

    Looks bring a layer's outputs only while the tab can be seen. `node_chosen` asks to show a layer. `mine` says whether the
    sample that is tried is shown in place of one held out; `mine_wanted` carries that.
    """

    node_chosen = Signal(str)
    mine_wanted = Signal(bool)

    def __init__(self, editor: Editor, bridge: TrainingBridge, theme: Theme, findings: QWidget) -> None:
        super().__init__()
        self._editor, self._bridge = editor, bridge
        self._node: str | None = None
        self._key = ""
        self.findings = findings
        self.message = make_label(NOTHING, "muted", wrap=True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.table = LayerTable()
        self.name = make_label("", "strong")
        self.facts = FittingLabel("muted", left_out=Qt.TextElideMode.ElideRight)
        self.picker = SamplePicker()
        self.mine = QCheckBox("From Try it")
        self.mine.setToolTip("Show what this layer gives for the sample of the Try it tab")
        self._own: tuple[Mapping[str, Activation], Example] | None = None
        self.all = QToolButton(text="All layers", toolTip="Show every layer in a table")
        self.input_map, self.input_bars = MapPlot(theme, "input"), BarPlot(theme)
        self.maps, self.bars, self.matrix = MapPlot(theme), BarPlot(theme), MatrixPlot(theme)
        self.counts, self.means = CountPlot(theme), BarPlot(theme)
        self.answer = FittingLabel("muted")
        self._redraw = QTimer(self, singleShot=True, interval=0)
        self._redraw.timeout.connect(self.draw)
        self._build()
        self.picker.chosen.connect(lambda number: bridge.wish(sample=number))
        self.picker.random_wanted.connect(self._take_any)
        self.table.chosen.connect(self.node_chosen)
        self.all.clicked.connect(lambda: editor.select([]))
        self.mine.toggled.connect(self._take_mine)
        editor.selection_changed.connect(self._follow)
        editor.view_changed.connect(self._follow)
        bridge.happened.connect(self.take)
        bridge.state_changed.connect(lambda _: self._follow())
        self._follow()

    @property
    def plots(self) -> tuple[Plot, ...]:
        """Every plot, those that are not shown too."""
        return self.input_map, self.input_bars, self.maps, self.bars, self.matrix, self.counts, self.means

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        for plot in self.plots:
            plot.set_theme(theme)

    def take(self, event: Event) -> None:
        """Take in one event of the engine; a look is drawn soon after."""
        if isinstance(event, Look) and not self._redraw.isActive():
            self._redraw.start()

    def show_own(self, seen: Mapping[str, Activation], example: Example | None) -> None:
        """Take note of what layers give for the sample that is tried; of no example there is none."""
        self._own = (seen, example) if example is not None else None
        self.mine.setVisible(self._own is not None)
        if self._mine is not None:
            self.draw()

    @property
    def _mine(self) -> tuple[Mapping[str, Activation], Example] | None:
        """The sample that is tried, where that is wanted, or nothing else is there."""
        wanted = self.mine.isChecked() or self._bridge.look is None
        return self._own if wanted and self._own is not None and self._own[0] else None

    def _take_mine(self, on: bool) -> None:
        self.mine_wanted.emit(on)
        self.draw()

    def draw(self) -> None:
        """Show the newest look."""
        if not self.isVisible():
            return
        look = self._bridge.look
        if (look is None or not look.pulses) and (self._mine is None or self._node is None):
            self._say(NOTHING)
        elif self._node is None and look is not None:
            self.table.show_look(look, self._name_of)
            self._stack.setCurrentWidget(self.table)
        else:
            self._draw_layer(look)

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self._follow()

    def hideEvent(self, event) -> None:
        super().hideEvent(event)
        self._bridge.wish(nodes=())

    def _follow(self) -> None:
        """Watch what the selected layer gives, the first of several."""
        if not self.isVisible():
            return
        editor = self._editor
        chosen = next((node for node in editor.view.graph.nodes if node in editor.selected_nodes), None)
        self._node, self._key = chosen, editor.key_of(chosen) if chosen is not None else ""
        source = self._bridge.source
        self._bridge.wish(nodes=(self._key,) if source is not None and self._key in source.modules else ())
        self.draw()

    def _take_any(self) -> None:
        self.picker.take(random.randrange(self.picker.count))

    def _name_of(self, key: str) -> str:
        """Return the name of a layer of the run, with the blocks it lies in."""
        project = self._bridge.project
        way = walk(project, key) if project is not None else ()
        return " / ".join(show_name(node.name) for node in way) or key

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self._stack.setCurrentWidget(self._said)

    def _draw_layer(self, look: Look | None) -> None:
        node = self._editor.view.graph.nodes.get(self._node or "")
        mine = self._mine
        seen = (mine[0] if mine is not None else self._bridge.activations).get(self._key)
        example = mine[1] if mine is not None else look.example if look is not None else None
        if node is None or seen is None or example is None:
            self._say(self._explain(look))
            return
        self._stack.setCurrentWidget(self._page)
        inferred = self._editor.view_inference.nodes.get(node.id)
        hue = inferred.spec.family if inferred is not None and inferred.spec is not None else "custom"
        for plot in (self.bars, self.counts, self.means):
            plot.hue = hue
        self.name.setText(f"{show_name(node.name)} · {show_name(node.kind)}")
        pulse = next((pulse for pulse in look.pulses if pulse.node == self._key), None) if look is not None else None
        self.facts.setText(describe_layer(pulse, look) if pulse is not None and look is not None else "")
        self.picker.setVisible(mine is None)
        if mine is None:
            self.picker.show_number(example.number, example.count, held=not self._bridge.active)
        self._draw_input(example)
        self._draw_output(seen, node.kind)
        self.counts.show_counts(seen.counts, seen.edges)
        self.means.show_values(seen.means.ravel())

    def _draw_input(self, example: Example) -> None:
        values = example.values
        if values.ndim == 3 and min(values.shape[1:]) > 1:
            self.input_map.show_maps(values, len(values))
            self._input.setCurrentWidget(self.input_map)
        else:
            self.input_bars.show_values(values.ravel())
            self._input.setCurrentWidget(self.input_bars)
        self.answer.setText(describe_answer(example))
        self.answer.setToolTip(self.answer.text())

    def _draw_output(self, seen: Activation, kind: str) -> None:
        values = seen.values
        if values.ndim == 3 and min(values.shape[1:]) > 1:
            self.maps.show_maps(values, seen.whole[0])
            self._show_form("Feature maps", self.maps)
        elif values.ndim >= 2 and min(values.shape[0], values.size // len(values)) > 1:
            self.matrix.show_matrix(make_matrix(values, kind))
            self._show_form("Outputs", self.matrix)
        else:
            self.bars.show_values(values.ravel())
            self._show_form("Outputs", self.bars)

    def _show_form(self, title: str, plot: Plot) -> None:
        self._form_title.setText(title)
        self._form.setCurrentWidget(plot)

    def _explain(self, look: Look | None) -> str:
        """Return why there is nothing to see of the selected layer."""
        node = self._editor.view.graph.nodes.get(self._node or "")
        source = self._bridge.source
        if node is None or source is None:
            return NOTHING
        name = show_name(node.name)
        if used_block(node.kind) is not None:
            return f"{name} is a block. Step inside (Tab) and select a layer there."
        if self._key not in source.modules:
            return f"{name} ({show_name(node.kind)}) is no module of its own in the code, so nothing can be seen of it."
        if not self._bridge.active:
            return f"The run is over, and nothing of {name} was kept for this sample."
        if look is not None and look.rows == 0:
            return "A layer failed when the network was looked at; the run itself goes on."
        return f"What {name} gives appears here in a moment."

    def _build(self) -> None:
        self._input, self._form = QStackedWidget(), QStackedWidget()
        inputs: tuple[Plot, ...] = (self.input_map, self.input_bars)
        forms: tuple[Plot, ...] = (self.maps, self.bars, self.matrix)
        for stack, plots in ((self._input, inputs), (self._form, forms)):
            for plot in plots:
                stack.addWidget(plot)
        self._form_title = make_label("Feature maps", "strong")
        row = QHBoxLayout()
        row.setSpacing(18)
        columns: tuple[tuple[QLabel, QWidget, int], ...] = (
            (make_label("Sample", "strong"), self._input, 2),
            (self._form_title, self._form, 4),
            (make_label("All outputs", "strong"), self.counts, 2),
            (make_label("Mean of each unit", "strong"), self.means, 2),
        )
        for title, shown, share in columns:
            row.addLayout(_make_column(title, shown), share)
        self._page = QWidget()
        self._page.setObjectName("ground")
        column = QVBoxLayout(self._page)
        column.setContentsMargins(16, 6, 16, 4)
        column.setSpacing(3)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.name)
        head.addStretch(1)
        for widget in (self.answer, self.picker, self.all):
            head.addWidget(widget)
        self.mine.hide()
        column.addLayout(head)
        self.facts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        below = QHBoxLayout()  # there is room beside the facts, and none above in a narrow window
        below.addWidget(self.facts, 1)
        below.addWidget(self.mine)
        column.addLayout(below)
        column.addLayout(row, 1)
        self._said = QWidget()
        self._said.setObjectName("ground")
        QVBoxLayout(self._said).addWidget(self.message)
        self._stack = QStackedWidget()
        for page in (self._said, self.table, self._page):
            self._stack.addWidget(page)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.findings)
        splitter.addWidget(self._stack)
        self.findings.setMinimumWidth(200)
        splitter.setChildrenCollapsible(False)
        splitter.setStretchFactor(1, 1)
        splitter.setHandleWidth(1)
        splitter.setSizes([250, 1000])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(splitter)


def _make_column(title: QLabel, plot: QWidget) -> QVBoxLayout:
    title.setFixedHeight(HEAD)
    column = QVBoxLayout()
    column.setSpacing(2)
    column.addWidget(title)
    column.addWidget(plot, 1)
    return column
