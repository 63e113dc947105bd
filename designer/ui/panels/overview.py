"""Pages of the inspector for the project as a whole and for several selected things."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from designer.catalogue.registry import sources
from designer.document.edits import EditError, set_name, set_notes, set_option
from designer.document.graph import Value
from designer.document.wording import show_name
from designer.ui.editor import Editor
from designer.ui.marks import make_label
from designer.ui.panels.block_form import BlockForm, write_default
from designer.ui.panels.fact_list import FactList, NameLine, make_line
from designer.ui.panels.options import OptionsSection
from designer.ui.words import write_amount, write_bytes, write_count, write_message, write_short, write_sizes

BYTES = 4  # of a float32
MOST_NAMES = 12


class ProjectPage(QWidget):
    """Nothing is selected: name, totals and notes of the project."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.name = NameLine("name of the project")
        self.kind = make_label("Project", "muted")
        self.facts = FactList()
        self.notes = QPlainTextEdit()
        self.notes.setPlaceholderText("What is this network for? What was tried?")
        self.notes.setAccessibleName("notes")
        self.notes.setTabChangesFocus(True)
        self.notes.setMinimumHeight(120)
        self._visit = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 16)
        column.setSpacing(12)
        head = QVBoxLayout()
        head.setSpacing(0)
        head.addWidget(self.name)
        head.addWidget(self.kind)
        column.addLayout(head)
        for widget in (self.facts, make_line(), make_label("Notes", "muted")):
            column.addWidget(widget)
        column.addWidget(self.notes, 1)
        hint = "Select a layer to set its parameters. Double click the canvas, or press Tab there, to add one."
        column.addWidget(make_label(hint, "muted", wrap=True))
        self.name.editingFinished.connect(self._rename)
        self.notes.textChanged.connect(self._note)

    def refresh(self) -> None:
        """Show the present project."""
        project, inference = self._editor.project, self._editor.inference
        self.name.show_name(project.name)
        source = project.data.source
        declared = sources.get(source.kind) if source else None
        facts = [
            ("Layers", write_count(len(project.graph.nodes))),
            ("Wires", write_count(len(project.graph.edges))),
            ("Parameters", write_count(inference.parameters)),
            ("Size", write_bytes(BYTES * inference.parameters)),
            ("Cost", f"{write_short(inference.multiply_adds)} multiply-adds"),
            (
                "Data",
                write_message(declared.title) if declared else show_name(source.kind) if source else "none chosen",
            ),
            ("Sample", write_sizes(inference.data) if inference.data else "?"),
        ]
        self.facts.show_facts(facts)
        if self.notes.toPlainText() != project.notes:
            self.notes.blockSignals(True)
            self.notes.setPlainText(project.notes)
            self.notes.blockSignals(False)
            self._visit += 1

    def _rename(self) -> None:
        name = self.name.text()
        if not name.strip():
            self.name.setText(self._editor.project.name)
            return
        try:
            self._editor.apply(f"rename project to {show_name(name)}", set_name(self._editor.project, name))
        except EditError:
            self.name.setText(self._editor.project.name)

    def _note(self) -> None:
        try:
            project = set_notes(self._editor.project, self.notes.toPlainText())
        except EditError:
            return
        self._editor.apply("edit notes", project, f"notes.{self._visit}")


class BlockPage(QWidget):
    """Nothing is selected inside a block: its name, notes and parameters, and what its network sums to."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.form = BlockForm(editor)
        self.kind = make_label("Block", "muted")
        self.facts = FactList()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 16)
        column.setSpacing(12)
        for widget in (self.kind, self.form, make_line(), self.facts):
            column.addWidget(widget)
        hint = "Values inside may be expressions over the parameters: =channels * 4. Press = in a check box or a list."
        column.addWidget(make_label(hint, "muted", wrap=True))
        column.addStretch()

    def refresh(self) -> None:
        """Show the block in which one stands."""
        editor, inference = self._editor, self._editor.view_inference
        self.form.show_block(editor.where[-1])
        given = [(show_name(name), write_default(value)) for name, value in inference.scope.names.items()]
        self.facts.show_facts(
            [
                *given,
                ("Layers", write_count(len(editor.view.graph.nodes))),
                ("Parameters", write_count(inference.parameters)),
                ("Cost", f"{write_short(inference.multiply_adds)} multiply-adds"),
            ]
        )


class SelectionPage(QWidget):
    """Several layers, or wires: how many, and what they sum to."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.title = make_label("", "title")
        self.facts = FactList()
        self.names = make_label("", "muted", wrap=True)
        self.names.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        self.options = OptionsSection()
        self._visit = 0
        self.options.edited.connect(self._set)
        self.options.reset.connect(lambda option: self._set(option, None))
        self.options.finished.connect(self._finish)
        for widget in (self.title, self.facts, self.options, make_line(), self.names):
            column.addWidget(widget)
        column.addStretch()

    def refresh(self) -> None:
        """Show the present selection."""
        editor, graph = self._editor, self._editor.view.graph
        chosen = [node for node in graph.nodes if node in editor.selected_nodes]
        wires = sorted(editor.selected_edges)
        parts = [write_amount(len(chosen), "layer")] if chosen else []
        parts += [write_amount(len(wires), "wire")] if wires else []
        self.title.setText(f"{' and '.join(parts)} selected")
        inferred = [editor.view_inference.nodes[node] for node in chosen if node in editor.view_inference.nodes]
        self.options.show_options(tuple(inferred), editor.view_inference)
        facts = []
        if chosen:
            facts = [
                ("Parameters", write_count(sum(one.parameters for one in inferred))),
                ("Cost", f"{write_short(sum(one.multiply_adds for one in inferred))} multiply-adds"),
            ]
        if len(wires) == 1 and not chosen:
            facts.append(("Carries", write_sizes(editor.view_inference.type_at(wires[0].source, wires[0].source_port))))
        self.facts.show_facts(facts)
        names = [show_name(graph.nodes[node].name) for node in chosen]
        names += [
            f"{show_name(graph.nodes[wire.source].name)} → {show_name(graph.nodes[wire.target].name)}"
            for wire in wires
            if wire.source in graph.nodes and wire.target in graph.nodes
        ]
        more = f"\nand {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else ""
        self.names.setText("\n".join(names[:MOST_NAMES]) + more)

    def _set(self, option: str, value: Value) -> None:
        """Set an option on every selected layer."""
        editor = self._editor
        chosen = [node for node in editor.view.graph.nodes if node in editor.selected_nodes]
        word = "reset" if value is None else "set"
        title = f"{word} {option} of {write_amount(len(chosen), 'layer')}"
        editor.apply_view(title, set_option(editor.view, chosen, option, value), f"{chosen}.{option}.{self._visit}")
        if value is None:
            self._finish()

    def _finish(self) -> None:
        self._visit += 1
