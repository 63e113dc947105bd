"""What every layer can be told beside its own parameters: when it is there, how its weights begin, learn and are shared."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from designer.catalogue.blocks import BlockSpec
from designer.catalogue.options import BEGINNING, LEARNING, WHEN
from designer.catalogue.parameters import Parameter
from designer.catalogue.shapes import Inference, Inferred, find_shared
from designer.document.expressions import Names
from designer.document.graph import Value
from designer.document.wording import show_name
from designer.ui.marks import make_label
from designer.ui.panels.forms import LABEL_WIDTH, ParameterForm
from designer.ui.panels.joint import find_shared_values

GAINED = ("weight_init", "bias_init")  # each with a gain of its own
SHARED = "shared_with"
SHARED_TIP = (
    "Use the weights of another layer: both then learn one set. Offered are layers of the same kind, settings and "
    "input, and an Embedding and a Linear whose weights have one size."
)


@functools.cache
def list_options(learns: bool, begins: bool, has_gain: bool, has_bias_gain: bool) -> tuple[Parameter, ...]:
    """Return the options to offer: those of weights only where something learns, a gain only beside its initializer."""
    shown = [WHEN]
    if learns and begins:
        left_out = {name for name, there in (("weight_gain", has_gain), ("bias_gain", has_bias_gain)) if not there}
        shown += [parameter for parameter in BEGINNING if parameter.name not in left_out]
    return (*shown, *(LEARNING if learns else ()))


class OptionsSection(QWidget):
    """A folded section. Its form is made when it is first unfolded; what is set is told beside the heading."""

    edited = Signal(str, object)
    reset = Signal(str)
    finished = Signal()
    vary_wanted = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: tuple[tuple[Inferred, ...], Inference | None] = ((), None)
        self.head = QToolButton(text="More", checkable=True, autoRaise=True)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setArrowType(Qt.ArrowType.RightArrow)
        self.head.setAccessibleName("more: initializer, frozen, penalties, shared weights")
        self.told = make_label("", "muted")
        self.form = ParameterForm(varies=True)
        self.shared = QComboBox()
        self.shared.setAccessibleName("shares weights with")
        self.shared.setToolTip(SHARED_TIP)
        self.shared.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.shared.setMinimumContentsLength(6)
        self.shared_label = make_label("shares with")
        self.shared_label.setMinimumWidth(LABEL_WIDTH)
        self.shared_label.setToolTip(SHARED_TIP)
        line = QHBoxLayout()
        line.addWidget(self.head)
        line.addWidget(self.told, 1)
        self._picker = QWidget()
        row = QHBoxLayout(self._picker)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.shared_label)
        row.addWidget(self.shared, 1)
        self._body = QWidget()
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(7)
        body.addWidget(self.form)
        body.addWidget(self._picker)
        self._body.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        column.addLayout(line)
        column.addWidget(self._body)
        self.head.toggled.connect(self._unfold)
        self.form.edited.connect(self.edited)
        self.form.reset.connect(self.reset)
        self.form.finished.connect(self.finished)
        self.form.vary_wanted.connect(self.vary_wanted)
        self.shared.activated.connect(self._share)

    def show_options(self, layers: tuple[Inferred, ...], inference: Inference) -> None:
        """Show what is set at these layers, and where they differ."""
        self._state = (layers, inference)
        kinds = {known.spec.role for known in layers if known.spec is not None}
        self.setVisible(bool(layers) and not kinds & {"input", "output"} and all(known.spec for known in layers))
        common, differing = find_common(known.node.options for known in layers)
        words = [name for name in (*common, *differing) if name != "repeat"]
        self.told.setText(" · ".join(words))
        if self.head.isChecked():
            self._fill(common, differing)

    def _unfold(self, on: bool) -> None:
        self.head.setArrowType(Qt.ArrowType.DownArrow if on else Qt.ArrowType.RightArrow)
        self._body.setVisible(on)
        if on:
            self._fill(*find_common(known.node.options for known in self._state[0]))

    def _fill(self, common: Mapping[str, Value], differing: tuple[str, ...]) -> None:
        layers, inference = self._state
        assert inference is not None
        learns = any(can_learn(known) for known in layers)
        begins = not any(isinstance(known.spec, BlockSpec) for known in layers)
        both = (bool(common.get("weight_init")), bool(common.get("bias_init")))
        declared = list_options(
            learns, begins, *(on or name in differing for on, name in zip(both, GAINED, strict=True))
        )
        if len(layers) == 1:
            self.form.show_parameters(declared, common, layers[0].objections, inference.scope.names)
        else:
            shared = find_shared_values(declared, layers, "options")
            self.form.show_shared(declared, shared, inference.scope.names)
        self._show_owners(layers, inference)

    def _show_owners(self, layers: tuple[Inferred, ...], inference: Inference) -> None:
        """List the layers whose weights the one shown could use."""
        known = layers[0] if len(layers) == 1 else None
        owner = str(known.options[SHARED]) if known is not None else ""
        fitting = list_owners(inference, known) if known is not None and known.parameters else []
        self._picker.setVisible(bool(fitting) or bool(owner))
        self.shared.clear()
        self.shared.addItem("no other layer", "")
        for one in fitting:
            self.shared.addItem(show_name(one.node.name), one.node.id)
        if owner and self.shared.findData(owner) < 0:
            there = inference.nodes.get(owner)
            self.shared.addItem(show_name(there.node.name if there is not None else owner), owner)
        self.shared.setCurrentIndex(max(0, self.shared.findData(owner)))

    def _share(self, index: int) -> None:
        owner = self.shared.itemData(index)
        if owner:
            self.edited.emit(SHARED, owner)
        else:
            self.reset.emit(SHARED)
        self.finished.emit()


def can_learn(known: Inferred) -> bool:
    """Return whether a layer has weights, or may have once its input is known."""
    spec = known.spec
    if spec is None or known.parameters:
        return known.parameters > 0
    return (known.outputs is None or known.is_off) and spec.may_learn


def list_owners(inference: Inference, known: Inferred) -> list[Inferred]:
    """Return the layers whose weights a layer could use."""
    found = []
    for key, other in inference.nodes.items():
        if key == known.node.id or not other.parameters or other.options[SHARED]:
            continue
        options = type(known.options)({**known.options, SHARED: key})  # type: ignore[call-arg]
        pair = {known.node.id: known._replace(options=options), key: other}
        if find_shared(replace(inference, nodes=pair), known.node.id):
            found.append(other)
    return found


def find_common(options: Iterable[Mapping[str, Value]]) -> tuple[dict[str, Value], tuple[str, ...]]:
    """Return the options that all have alike, and the names of those in which they differ."""
    every = list(options)
    names = dict.fromkeys(name for one in every for name in one)
    common = {name: every[0][name] for name in names if all(one.get(name) == every[0].get(name) for one in every)}
    return common, tuple(name for name in names if name not in common)


def name_scope(inference: Inference, known: Inferred) -> Names:
    """Return what the expressions of a node may use: the parameters of the block, and `index` at the use of a block."""
    names = inference.scope.names
    return {**names, "index": 0} if isinstance(known.spec, BlockSpec) else names
