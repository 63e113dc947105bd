"""The page of the inspector for several selected things: their sums, and what they have in common as one form."""

from collections import Counter

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from designer.catalogue.blocks import name_kind
from designer.catalogue.check import Fix, Problem
from designer.catalogue.shapes import Inferred
from designer.catalogue.sharing import Change, Mixed
from designer.document.graph import Value
from designer.document.places import place_in_block
from designer.document.remarks import name_remarks
from designer.document.wording import show_name
from designer.engine.sweeps.places import JOINT, LAYER
from designer.ui.editor import Editor
from designer.ui.marks import make_label
from designer.ui.panels.fact_list import FactList, make_line
from designer.ui.panels.forms import ParameterForm
from designer.ui.panels.hues import HueRow
from designer.ui.panels.joint import JointEdit, Unfit, find_parameters, find_shared_values
from designer.ui.panels.options import OptionsSection
from designer.ui.panels.problems import ProblemRow, apply_fix
from designer.ui.panels.walk import WalkedPage
from designer.ui.theme import Theme
from designer.ui.words import write_amount, write_count, write_short, write_sizes

MOST_NAMES = 12
MOST_KINDS = 6
MOST_PROBLEMS = 3


class KindButtons(QWidget):
    """A button for each kind among the selected layers; it narrows the selection to that kind."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: list[QPushButton] = []
        self._shown: dict[str, tuple[str, int]] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)

    def show_kinds(self, kinds: dict[str, tuple[str, int]]) -> None:
        """Show kinds with what people call them and how many there are."""
        self.setVisible(len(kinds) > 1)
        if kinds == self._shown:
            return
        self._shown = kinds
        shown = list(kinds.items())[:MOST_KINDS]
        while len(self.buttons) < len(shown):
            self.buttons.append(self._make_button(len(self.buttons)))
        for place, button in enumerate(self.buttons):
            button.setVisible(place < len(shown))
            if place < len(shown):
                name, count = shown[place][1]
                button.setText(f"{count:,} × {name}".replace("&", "&&"))
                button.setAccessibleName(f"select only the {write_amount(count, name, name)}")

    def _make_button(self, place: int) -> QPushButton:
        button = QPushButton()
        button.setProperty("link", True)
        button.setToolTip("Select these alone")
        button.clicked.connect(lambda: self.chosen.emit(list(self._shown)[place]))
        self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return button


class SelectionPage(WalkedPage):
    """Several layers, or wires: how many, what they sum to, and what can be set on all of them."""

    vary_requested = Signal(str)  # key of a setting, as a sweep calls it

    def __init__(self, editor: Editor, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._layers: tuple[Inferred, ...] = ()
        self._where: tuple[str, ...] = ()
        self.title = make_label("", "title")
        self.kinds = KindButtons()
        self.rows = [ProblemRow(editor, place=False) for _ in range(MOST_PROBLEMS)]
        self.form = ParameterForm(varies=True)
        self.none = make_label("These layers have no parameter in common.", "muted", wrap=True)
        self.options = OptionsSection()
        self.hue = HueRow(editor, theme)
        self.facts = FactList()
        self.names = make_label("", "muted", wrap=True)
        self.names.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._parameters, self._options = JointEdit(editor), JointEdit(editor, "options")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        self._line = make_line()
        parts = (
            self.title,
            self.kinds,
            self.form,
            self.none,
            *self.rows,
            self.options,
            self._line,
            self.hue,
            self.facts,
        )
        for widget in (*parts, self.names):
            column.addWidget(widget)
        column.addStretch()
        for form, edit in ((self.form, self._parameters), (self.options, self._options)):
            form.edited.connect(lambda name, value, edit=edit: self._set(edit, name, value))
            form.reset.connect(lambda name, edit=edit: edit.reset(self._layers, name))
            form.finished.connect(edit.finish)
            form.vary_wanted.connect(self._vary)
        self.kinds.chosen.connect(self._narrow)
        for row in self.rows:
            row.fix_chosen.connect(self._fix)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self.hue.list.set_theme(theme)

    def rehearse(self) -> None:
        """Make what is needed for all layers of the network, before it is seen."""
        self._show_layers(tuple(self._editor.view_inference.nodes.values()))

    def refresh(self, remarks: frozenset[str]) -> None:
        """Show the present selection; `remarks` are the comments and frames in it."""
        editor, graph = self._editor, self._editor.view.graph
        selected = editor.selected_nodes
        chosen = [node for node in graph.nodes if node in selected]
        wires = sorted(editor.selected_edges)
        parts = [write_amount(len(chosen), "layer")] if chosen else []
        parts += [write_amount(len(wires), "wire")] if wires else []
        if remarks:
            parts.append(name_remarks(editor.view.drawing.remarks, remarks))
            self.hue.show_remarks(remarks)
        self.hue.setVisible(bool(remarks))
        self.title.setText(f"{' and '.join(parts)} selected")
        nodes = editor.view_inference.nodes
        self._show_layers(tuple(nodes[node] for node in chosen if node in nodes))
        facts = []
        if chosen:
            facts = [
                ("Parameters", write_count(sum(one.parameters for one in self._layers))),
                ("Cost", f"{write_short(sum(one.multiply_adds for one in self._layers))} multiply-adds"),
            ]
        if len(wires) == 1 and not chosen:
            facts.append(("Carries", write_sizes(editor.view_inference.type_at(wires[0].source, wires[0].source_port))))
        self.facts.show_facts(facts)
        drawn = [wire for wire in wires if wire.source in graph.nodes and wire.target in graph.nodes]
        names = [show_name(graph.nodes[node].name) for node in chosen[:MOST_NAMES]]
        names += [
            f"{show_name(graph.nodes[wire.source].name)} → {show_name(graph.nodes[wire.target].name)}"
            for wire in drawn[: MOST_NAMES - len(names)]
        ]
        left = len(chosen) + len(drawn) - len(names)
        self.names.setText("\n".join(names) + (f"\nand {left:,} more" if left else ""))

    def _show_layers(self, layers: tuple[Inferred, ...]) -> None:
        ids = [known.node.id for known in layers]
        if ids != [known.node.id for known in self._layers] or self._editor.where != self._where:
            for edit in (self._parameters, self._options):
                edit.finish()
        elif len(layers) == len(self._layers) and all(map(_is_same, layers, self._layers)):
            self._show_problems()
            return
        self._layers, self._where = layers, self._editor.where
        inference = self._editor.view_inference
        kinds = Counter(known.node.kind for known in layers)
        called = {known.node.kind: name_kind(known.spec) if known.spec else known.node.kind for known in layers}
        self.kinds.show_kinds({kind: (show_name(called[kind]), count) for kind, count in kinds.most_common()})
        declared = find_parameters(layers) if len(layers) > 1 else ()
        self.form.show_shared(declared, find_shared_values(declared, layers), inference.scope.names)
        self.form.setVisible(bool(self.form.rows))
        self.none.setVisible(len(kinds) > 1 and not self.form.rows)
        self.options.show_options(layers, inference)
        self._line.setVisible(bool(layers))
        self._show_problems()

    def _show_problems(self) -> None:
        chosen = {known.node.id for known in self._layers}
        found = [one for one in self._editor.view_problems if one.node in chosen][:MOST_PROBLEMS]
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(found))
            if place < len(found):
                row.show_problem(found[place], "")

    def _set(self, edit: JointEdit, name: str, value: Value | Change | Mixed) -> None:
        """Set a parameter or an option of every selected layer; where one does not take it, say so at the field."""
        form = self.form if edit is self._parameters else self.options.form
        try:
            edit.set(self._layers, name, value)
        except Unfit as reason:
            form.rows[name].refuse(str(reason))

    def _vary(self, name: str, alike: bool) -> None:
        """Ask for a setting of all that is selected to vary: with one value for all, or each by itself."""
        block = self._where[-1] if self._where else ""
        keys = [f"{LAYER}{place_in_block(block, known.node.id)}.{name}" for known in self._layers]
        for key in [JOINT.join(keys)] if alike else keys:
            self.vary_requested.emit(key)

    def _narrow(self, kind: str) -> None:
        self._editor.select([known.node.id for known in self._layers if known.node.kind == kind])

    def _fix(self, problem: Problem, fix: Fix) -> None:
        apply_fix(self._editor, problem, fix)


def _is_same(first: Inferred, second: Inferred) -> bool:
    return first is second
