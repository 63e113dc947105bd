"""The page of the inspector for one layer: settings as a form, shapes and cost, its picture, formula and help."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from designer.catalogue.blocks import BlockSpec, name_kind
from designer.catalogue.check import Fix, Problem
from designer.catalogue.options import REPEAT
from designer.catalogue.shapes import Inferred
from designer.catalogue.spec import LayerSpec, Port
from designer.document.blocks import find_uses
from designer.document.edits import EditError, rename_node, reset_parameter, set_option, set_parameter
from designer.document.graph import Value
from designer.document.places import place_in_block
from designer.document.wording import show_name
from designer.engine.sweeps.places import LAYER
from designer.ui.editor import Editor
from designer.ui.figures.view import FigureView
from designer.ui.marks import make_label
from designer.ui.panels.block_form import BlockForm
from designer.ui.panels.code_field import CodeField
from designer.ui.panels.fact_list import ColourBar, FactList, NameLine, make_line
from designer.ui.panels.forms import ParameterForm
from designer.ui.panels.options import OptionsSection, name_scope
from designer.ui.panels.problems import ProblemRow, apply_fix
from designer.ui.panels.walk import WalkedPage
from designer.ui.theme import Theme, fixed_font
from designer.ui.words import write_count, write_rich, write_short, write_sizes

MOST_PROBLEMS = 3
REPEATS = (REPEAT,)


class LayerPage(WalkedPage):
    """One selected layer."""

    help_requested = Signal(str)  # kind
    vary_requested = Signal(str)  # key of a setting, as a sweep calls it

    def __init__(self, editor: Editor, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.theme = theme
        self._id = ""
        self._where: tuple[str, ...] = ()
        self._shown: tuple[object, ...] = ()
        self._visit = 0  # steps of one visit to a field become one
        self.bar = ColourBar()
        self.name = NameLine("name of the layer")
        self.kind = make_label("", "muted")
        self.kind.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # names of blocks may be long
        self.count = make_label("", "strong")
        self.unit = make_label("", "muted")
        self.form = ParameterForm(varies=True)
        self.repeat = ParameterForm(varies=True)
        self.options = OptionsSection()
        self.code = CodeField(editor, theme)
        self.block = BlockForm(editor)
        self._block_title = make_label("Block", "muted", wrap=True)
        self.facts = FactList()
        self.rows = [ProblemRow(editor, place=False) for _ in range(MOST_PROBLEMS)]
        self.figure = FigureView(theme)
        self.formula, self.worked = make_label("", wrap=True), make_label("", "muted", wrap=True)
        for label in (self.formula, self.worked):
            label.setFont(fixed_font(12))
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.worked.setAccessibleName("the formula with the numbers of this layer")
        self.help = make_label("", "muted", wrap=True)
        self.help.setTextFormat(Qt.TextFormat.RichText)
        self.more = QPushButton("Manual")
        self.more.setProperty("link", True)
        self._lines = [make_line(), make_line(), make_line()]
        self._arrange()
        self.name.editingFinished.connect(self._rename)
        self.form.edited.connect(self._set)
        self.form.reset.connect(self._reset)
        for form in (self.repeat, self.options):
            form.edited.connect(self._set_option)
            form.reset.connect(lambda option: self._set_option(option, None))
        for form in (self.form, self.repeat, self.options):
            form.finished.connect(self._finish)
        for form in (self.form, self.repeat, self.options):
            form.vary_wanted.connect(self._vary)
        self.more.clicked.connect(lambda: self.help_requested.emit(self.inferred.node.kind))
        for row in self.rows:
            row.fix_chosen.connect(self._fix)

    @property
    def inferred(self) -> Inferred:
        """What is known of the layer shown."""
        return self._editor.view_inference.nodes[self._id]

    def _vary(self, name: str) -> None:
        place = place_in_block(self._where[-1] if self._where else "", self._id)
        self.vary_requested.emit(f"{LAYER}{place}.{name}")

    def show_layer(self, node: str) -> None:
        """Show a node; nothing is touched where nothing of it changed."""
        if (node, self._editor.where) != (self._id, self._where):
            self._id, self._where, self._visit = node, self._editor.where, self._visit + 1
        inferred = self.inferred
        problems = tuple(problem for problem in self._editor.view_problems if problem.node == node)[:MOST_PROBLEMS]
        state = (inferred, problems, self.theme.name)
        if self._shown and all(a is b or a == b for a, b in zip(state[1:], self._shown[1:], strict=True)):
            if inferred is self._shown[0]:
                return
        self._shown = state
        spec = inferred.spec
        self.bar.show_colour(self.theme.family[spec.family if spec else "custom"])
        self.name.show_name(inferred.node.name)
        self.kind.setText(f"{name_kind(spec)} · {spec.family.capitalize()}" if spec else show_name(inferred.node.kind))
        self.count.setText(write_count(inferred.parameters) if inferred.parameters else "")
        self.unit.setText("parameters" if inferred.parameters else "")
        self._show_forms(inferred, spec)
        self.code.show_layer(inferred, self.theme)
        self.facts.show_facts(list_facts(inferred))
        self._show_problems(problems)
        self._show_words(inferred, spec)

    def _show_forms(self, inferred: Inferred, spec: LayerSpec | None) -> None:
        inference, objections = self._editor.view_inference, inferred.objections
        names, given = name_scope(inference, inferred), inferred.node.parameters
        self.form.show_parameters(spec.parameters if spec else (), given, objections, names)
        self.form.setVisible(bool(self.form.rows))
        block = spec.block if isinstance(spec, BlockSpec) else ""
        repeats = bool(block) or "repeat" in inferred.node.options
        self.repeat.setVisible(repeats)
        if repeats:
            self.repeat.show_parameters(REPEATS, inferred.node.options, objections, inference.scope.names)
        self.options.show_options((inferred,), inference)
        for widget in (self.block, self._block_title, self._lines[2]):
            widget.setVisible(bool(block))
        if block:
            uses = sum(1 for _ in find_uses(self._editor.project, block))
            self._block_title.setText(
                "Block" if uses < 2 else f"Block · what is changed here changes all {uses:,} uses"
            )
            self.block.show_block(block)

    def _show_problems(self, problems: tuple[Problem, ...]) -> None:
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(problems))
            if place < len(problems):
                row.show_problem(problems[place], "")

    def _show_words(self, inferred: Inferred, spec: LayerSpec | None) -> None:
        self.figure.theme = self.theme
        self.figure.show_layer(spec, inferred)
        if spec is None:
            self.help.setText("This installation does not know this kind of layer. It is kept as it is and saved back.")
        else:
            self.help.setText(write_rich(" ".join(text for text in (spec.summary, spec.help) if text)))
        formula = spec.formula if spec and len(spec.formula) > 1 else ""  # of Input and Output it only names the symbol
        self.formula.setText(formula)
        self.formula.setVisible(bool(formula))
        worked = work_out(inferred)
        self.worked.setText(worked)
        self.worked.setVisible(bool(worked))
        self.more.setVisible(spec is not None and not isinstance(spec, BlockSpec))

    def _rename(self) -> None:
        if self._id not in self._editor.view_inference.nodes or self._editor.where != self._where:
            return  # the typing ends because one has gone elsewhere
        node, name = self.inferred.node, self.name.text()
        if name == node.name:
            return
        if not name.strip():
            self.name.setText(node.name)
            return
        try:
            project = rename_node(self._editor.view, self._id, name)
        except EditError:
            self.name.setText(node.name)
            return
        self._editor.apply_view(f"rename {show_name(node.name)} to {show_name(name)}", project)

    def _set(self, parameter: str, value: Value) -> None:
        name = show_name(self.inferred.node.name)
        project = set_parameter(self._editor.view, self._id, parameter, value)
        self._editor.apply_view(
            f"set {parameter} of {name}", project, f"{self._editor.where}.{self._id}.{parameter}.{self._visit}"
        )

    def _reset(self, parameter: str) -> None:
        name = show_name(self.inferred.node.name)
        self._finish()
        self._editor.apply_view(f"reset {parameter} of {name}", reset_parameter(self._editor.view, self._id, parameter))

    def _set_option(self, option: str, value: Value) -> None:
        name = show_name(self.inferred.node.name)
        if value is None:
            self._finish()
        project = set_option(self._editor.view, [self._id], option, value)
        word = "reset" if value is None else "set"
        self._editor.apply_view(
            f"{word} {option} of {name}", project, f"{self._where}.{self._id}.{option}.option.{self._visit}"
        )

    def _finish(self) -> None:
        self._visit += 1

    def _fix(self, problem: Problem, fix: Fix) -> None:
        apply_fix(self._editor, problem, fix)

    def _arrange(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.name)
        words.addWidget(self.kind)
        amount = QVBoxLayout()
        amount.setSpacing(2)
        for label in (self.count, self.unit):
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            amount.addWidget(label)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.bar)
        head.addLayout(words, 1)
        head.addLayout(amount)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 16)
        column.setSpacing(12)
        column.addLayout(head)
        for widget in (
            *self.rows,
            self.form,
            self.repeat,
            self.code,
            self.options,
            self._lines[2],
            self._block_title,
            self.block,
            self._lines[0],
            self.facts,
            self._lines[1],
            self.figure,
            self.formula,
            self.worked,
            self.help,
        ):
            column.addWidget(widget)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch()


def work_out(inferred: Inferred) -> str:
    """Return the size rule of a layer with its numbers filled in, "" where it has none or they are not known."""
    spec = inferred.spec
    if spec is None or spec.worked is None or inferred.outputs is None or inferred.is_off or not inferred.inputs:
        return ""
    return spec.worked(inferred.values, tuple(kind for kind in inferred.inputs if kind is not None), inferred.outputs)


def list_facts(inferred: Inferred) -> list[tuple[str, str]]:
    """Return the rows of shapes and cost of a layer."""
    spec = inferred.spec
    given = [write_sizes(kind) for kind in inferred.inputs]
    facts: list[tuple[str, str]] = []
    if spec is None or spec.inputs:
        facts.append(("Input" if len(given) < 2 else "Inputs", "\n".join(given) or "not connected"))
    if spec is None or spec.outputs:
        outputs = inferred.outputs
        ports = spec.outputs if spec else (Port("output"),)
        known = [write_sizes(kind) for kind in outputs] if outputs else ["?"] * len(ports)
        facts.append(("Output" if len(ports) == 1 else "Outputs", "\n".join(known)))
    for name, sizes in inferred.weights.items():
        facts.append((name, " × ".join(map(str, sizes))))
    if inferred.multiply_adds:
        facts.append(("Cost", f"{write_short(inferred.multiply_adds)} multiply-adds"))
    return facts
