"""The Weights tab: what the selected layer has learned, live while it trains and afterwards."""

from collections.abc import Iterable, Mapping

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from designer.document.places import walk
from designer.document.project import used_block
from designer.document.wording import show_name
from designer.engine.events import Event, Loading, Weights
from designer.ui.bridge import TrainingBridge
from designer.ui.editor import Editor
from designer.ui.marks import make_label
from designer.ui.plots.axes import write_tick
from designer.ui.plots.distribution import BarPlot, HistogramPlot, SpreadPlot
from designer.ui.plots.filters import FilterPlot
from designer.ui.plots.heat import MatrixPlot, make_matrix
from designer.ui.plots.history import Summary, TensorHistory
from designer.ui.plots.key import Key
from designer.ui.plots.norms import GRADIENT, UPDATE, NormPlot
from designer.ui.plots.plot import Plot
from designer.ui.theme import Theme
from designer.ui.words import write_count

HEAD = 20  # pixels of the line above a plot
OF_GRADIENT = " gradient"  # how the gradient of a tensor is called, after its name
BRIEF = 900  # pixels under which the line of numbers is short
NOTHING = (
    "Select a layer to see what it learns: its weights as a matrix or as filters,\nhow they spread, and their gradient."
)
UPDATE_TIP = (
    "Update: how far one step moves the weights, relative to their norm. About 0.001 is healthy: much less learns "
    "slowly, much more is unstable."
)


class WeightsPanel(QWidget):
    """Shows one learned tensor of the selected layer. Snapshots are asked for only while the tab can be seen."""

    def __init__(self, editor: Editor, bridge: TrainingBridge, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._bridge = bridge
        self._theme = theme
        self._node: str | None = None  # its id where one stands,
        self._key = ""  # and what a run calls it: inside a block, the node of the use that was entered
        self._histories: dict[str, dict[str, TensorHistory]] = {}
        self.message = make_label(NOTHING, "muted", wrap=True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.name = make_label("", "strong")
        self.tensors = QComboBox()
        self.facts = make_label("", "muted")
        self.matrix = MatrixPlot(theme)
        self.filters = FilterPlot(theme)
        self.bars = BarPlot(theme)
        self.histogram = HistogramPlot(theme)
        self.spread = SpreadPlot(theme)
        self.norms = NormPlot(theme)
        self.keys = (Key("gradient", GRADIENT, theme), Key("update", UPDATE, theme, "dashed"))
        self._redraw = QTimer(self, singleShot=True, interval=0)
        self._redraw.timeout.connect(self.draw)
        self._build()
        self.tensors.activated.connect(lambda _: self.draw())
        editor.selection_changed.connect(self._follow)
        editor.view_changed.connect(self._follow)
        bridge.happened.connect(self.take)
        bridge.state_changed.connect(self._take_state)
        for snapshot in bridge.weights.values():  # of a run that was there before this tab
            self.take(snapshot)
        self._follow()

    @property
    def plots(self) -> tuple[Plot, ...]:
        """Every plot, those that are not shown too."""
        return self.matrix, self.filters, self.bars, self.histogram, self.spread, self.norms

    @property
    def history(self) -> TensorHistory | None:
        """What is known of the tensor shown."""
        return self._histories.get(self._key, {}).get(self.tensors.currentData() or "")

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self._theme = theme
        for plot in self.plots:
            plot.set_theme(theme)
        for key in self.keys:
            key.theme = theme
            key.update()

    def take(self, event: Event) -> None:
        """Take in one event of the engine; a snapshot is drawn soon after."""
        if isinstance(event, Loading):
            self._histories.clear()
        elif isinstance(event, Weights):
            known = self._histories.setdefault(event.node, {})
            for name, tensor in event.tensors.items():
                history = known.setdefault(name, TensorHistory())
                history.add(event.step, tensor, event.gradients.get(name), event.updates.get(name, np.nan))
            if event.node == self._key:  # spread like the weights, for as long as it is looked at
                for name, gradient in event.gradients.items():
                    summary = known[name].summary
                    norm = summary.gradient if summary is not None else None
                    known.setdefault(f"{name}{OF_GRADIENT}", TensorHistory()).add(event.step, gradient, norm)
            if event.node == self._key and not self._redraw.isActive():
                self._redraw.start()

    def draw(self) -> None:
        """Show the newest snapshot of the selected layer, or say what is missing."""
        if not self.isVisible():
            return
        known = self._histories.get(self._key, {})
        self._offer(known)
        history = self.history
        if self._node is None or history is None or history.tensor is None or history.summary is None:
            self.message.setText(self._explain())
            self._stack.setCurrentIndex(0)
            return
        self._stack.setCurrentIndex(1)
        tensor, node = history.tensor, self._editor.view.graph.nodes[self._node]
        inferred = self._editor.view_inference.nodes[self._node]
        hue = inferred.spec.family if inferred.spec else "custom"
        self.name.setText(f"{show_name(node.name)} · {show_name(node.kind)}")
        self.facts.setText(describe(history.summary, brief=self.width() < BRIEF))
        for plot in (self.bars, self.histogram, self.spread):
            plot.hue = hue
        self._show_shape(tensor, node.kind)
        first = history.first if history.first is not None else np.zeros(0, np.float32)
        self.histogram.show_values(tensor, first)
        self.spread.show_bands(history.steps, history.bands)
        self.norms.show_norms(history.steps, history.gradients, history.updates)

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self._follow()

    def hideEvent(self, event) -> None:
        super().hideEvent(event)
        self._bridge.watch(())

    def _take_state(self, state: str) -> None:
        if state == "idle":
            self._histories.clear()
        self._follow()

    def _follow(self) -> None:
        """Watch the selected layer that learns something, the first of several."""
        if not self.isVisible():
            return
        editor = self._editor
        chosen = [node for node in editor.view.graph.nodes if node in editor.selected_nodes]
        learning = [node for node in chosen if self._has_weights(node)]
        self._node = next(iter(learning or chosen), None)
        self._key = editor.key_of(self._node) if self._node is not None else ""
        self._bridge.watch([self._key] if learning and self._key else [])
        self.draw()

    def _has_weights(self, node: str) -> bool:
        inferred = self._editor.view_inference.nodes.get(node)
        return bool(self._histories.get(self._editor.key_of(node))) or (inferred is not None and bool(inferred.weights))

    def _explain(self) -> str:
        """Return why there is nothing to see."""
        node = self._editor.view.graph.nodes.get(self._node or "")
        if node is None:
            return NOTHING
        name = show_name(node.name)
        if used_block(node.kind) is not None:
            return f"{name} is a block. Step inside (Tab) and select a layer there to see what it learns."
        if not self._key:
            return f"{name} lies in a block that is used nowhere, so nothing of it learns."
        if not self._has_weights(node.id):
            inferred = self._editor.view_inference.nodes.get(node.id)
            if inferred is None or inferred.outputs is None:
                return f"The sizes of {name} are not known yet. Connect it, and choose data."
            return f"{name} ({show_name(node.kind)}) has no weights: there is nothing in it to learn."
        run = self._bridge.project
        if self._bridge.active and run is not None and not walk(run, self._key):
            return (
                f"{name} came after this run began. Let the run use your changes, or train again, to see its weights."
            )
        if self._bridge.active:
            return f"The weights of {name} appear here in a moment."
        if self._bridge.state == "ended":
            return f"No snapshot of {name} was taken in the last run. Train again to see its weights."
        return f"The weights of {name} appear here from the first step on. Press Train to begin."

    def _offer(self, known: Mapping[str, TensorHistory]) -> None:
        """Fill the list of tensors where they changed, and keep the one that was chosen by name."""
        entries = []
        for name, history in sorted(known.items(), key=lambda entry: entry[0].endswith(OF_GRADIENT)):
            sizes = " × ".join(map(write_count, history.tensor.shape)) if history.tensor is not None else ""
            entries.append((f"{name}   {sizes}", name))
        if entries == [(self.tensors.itemText(i), self.tensors.itemData(i)) for i in range(self.tensors.count())]:
            return
        chosen = self.tensors.currentData()
        self.tensors.clear()
        for entry in entries:
            self.tensors.addItem(*entry)
        self.tensors.setCurrentIndex(max(self.tensors.findData(chosen), 0))

    def _show_shape(self, tensor: np.ndarray, kind: str) -> None:
        """Show a tensor in the plot that suits its axes."""
        if tensor.ndim <= 1 or (tensor.ndim == 2 and 1 in tensor.shape):
            self.bars.show_values(tensor.ravel())
            self._show_form("Values", self.bars)
        elif tensor.ndim == 4 and tensor.shape[2:] != (1, 1):
            self.filters.show_filters(tensor)
            self._show_form("Filters", self.filters)
        else:
            self.matrix.show_matrix(make_matrix(tensor, kind))
            self._show_form("Matrix", self.matrix)

    def _show_form(self, title: str, plot: Plot) -> None:
        self._form_title.setText(title)
        self._form.setCurrentWidget(plot)

    def _build(self) -> None:
        self.tensors.setAccessibleName("tensor")
        self.tensors.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.facts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.facts.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.facts.setToolTip(UPDATE_TIP)
        self.keys[1].setToolTip(UPDATE_TIP)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.name)
        head.addWidget(self.tensors)
        head.addWidget(self.facts, 1)
        self._form = QStackedWidget()
        for form in (self.matrix, self.filters, self.bars):
            self._form.addWidget(form)
        self._form_title = make_label("Matrix", "strong")
        columns: tuple[tuple[QLabel, tuple[Key, ...], QWidget, int], ...] = (
            (self._form_title, (), self._form, 3),
            (make_label("Distribution", "strong"), (), self.histogram, 2),
            (make_label("Over the steps", "strong"), (), self.spread, 2),
            (make_label("Norms", "strong"), self.keys, self.norms, 2),
        )
        row = QHBoxLayout()
        row.setSpacing(18)
        for title, keys, plot, share in columns:
            row.addLayout(_make_column(title, keys, plot), share)
        page = QWidget()
        page.setObjectName("ground")
        column = QVBoxLayout(page)
        column.setContentsMargins(20, 10, 16, 4)
        column.setSpacing(8)
        column.addLayout(head)
        column.addLayout(row, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.message)
        self._stack.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)


def describe(summary: Summary, *, brief: bool = False) -> str:
    """Return the numbers of a tensor in one line; what is not known is left out, and what the plots show if `brief`."""
    parts = [f"step {write_count(summary.step)}"]
    if not brief:
        parts += [f"mean {_write(summary.mean)}", f"deviation {_write(summary.deviation)}"]
        parts.append(f"{_write(summary.low)} to {_write(summary.high)}")
    if np.isfinite(summary.gradient):
        parts.append(f"gradient {_write(summary.gradient)}")
    if np.isfinite(summary.update):
        parts.append(f"update {_write(summary.update)}")
    return " · ".join(parts)


def _write(value: float) -> str:
    """Return a number with three digits that count."""
    return write_tick(float(f"{value:.3g}")) if np.isfinite(value) else str(value)


def _make_column(title: QWidget, keys: Iterable[Key], plot: QWidget) -> QVBoxLayout:
    head = QHBoxLayout()
    head.setSpacing(10)
    title.setFixedHeight(HEAD)
    head.addWidget(title)
    head.addStretch(1)
    for key in keys:
        head.addWidget(key)
    column = QVBoxLayout()
    column.setSpacing(2)
    column.addLayout(head)
    column.addWidget(plot, 1)
    return column
