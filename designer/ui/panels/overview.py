"""Pages of the inspector for what nothing is selected of: the project as a whole, the inside of a block."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.catalogue.registry import sources
from designer.document.edits import EditError, set_name, set_notes
from designer.document.wording import show_name
from designer.ui.editor import Editor
from designer.ui.marks import make_label
from designer.ui.panels.block_form import BlockForm, write_default
from designer.ui.panels.fact_list import FactList, NameLine, make_line
from designer.ui.panels.page_area import Page
from designer.ui.panels.words_field import WordsField
from designer.ui.words import write_bytes, write_count, write_message, write_short, write_sizes

BYTES = 4  # of a float32


class ProjectPage(Page):
    """Nothing is selected: name, totals and notes of the project."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.name = NameLine("name of the project")
        self.kind = make_label("Project", "muted")
        self.facts = FactList()
        self.notes = WordsField("notes", "What is this network for? What was tried?")
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
        if self.notes.show_text(project.notes):
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


class BlockPage(Page):
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
