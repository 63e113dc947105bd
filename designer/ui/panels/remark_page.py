"""The page of the inspector for comments and frames: their words, their colour, and what a frame carries."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from designer.document.drawing import Remark
from designer.document.edits import EditError
from designer.document.remarks import name_remarks, write_remarks
from designer.document.wording import show_name
from designer.ui.editor import Editor
from designer.ui.marks import make_label
from designer.ui.panels.fact_list import ColourBar, FactList, NameLine, make_line
from designer.ui.panels.hues import HueRow
from designer.ui.panels.walk import WalkedPage
from designer.ui.panels.words_field import WordsField
from designer.ui.theme import Theme, hue_colour
from designer.ui.words import write_count, write_short

MOST_NAMES = 12
HEIGHT = 160  # logical pixels of a comment's words
MIXED = "mixed: what is typed here stands on all of them"
HINT = (
    "The frame carries its layers. One that is dropped in it belongs to it; Ctrl+Shift+J takes the selected ones out."
)


class RemarkPage(WalkedPage):
    """Selected comments and frames, one or several: what is set here is set on all of them."""

    def __init__(self, editor: Editor, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._theme = theme
        self._keys: frozenset[str] = frozenset()
        self._title = ""  # as the line shows it, which has no breaks
        self._visit = 0  # what is typed on one visit to the field is one step
        self.bar = ColourBar()
        self.title = NameLine("title of the frame")
        self.heading = make_label("", "title")
        self.kind = make_label("", "muted")
        self.text = WordsField("text of the comment")
        self.text.setFixedHeight(HEIGHT)
        self.hue = HueRow(editor, theme)
        self.facts = FactList()
        self.names = make_label("", "muted", wrap=True)
        self.select = QPushButton("Select the layers in it")
        self.select.setProperty("link", True)
        self.hint = make_label(HINT, "muted", wrap=True)
        self._line = make_line()
        self._arrange()
        self.title.editingFinished.connect(self._retitle)
        self.text.textChanged.connect(self._write)
        self.text.left.connect(self._end)
        self.select.clicked.connect(lambda: editor.select(self._carried()))

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self._theme = theme
        self.hue.list.set_theme(theme)

    def show_remarks(self, keys: frozenset[str]) -> None:
        """Show these comments and frames, at least one."""
        remarks = self._editor.view.drawing.remarks
        if keys != self._keys:
            self._keys = keys
            self._end()
        chosen = [remarks[key] for key in keys]
        frames = sum(one.is_frame for one in chosen)
        self.bar.show_colour(hue_colour(self._theme, self.hue.show_remarks(keys) or "grey"))
        self._show_words(chosen, frames)
        for widget in (self.facts, self.names, self.select, self.hint, self._line):
            widget.setVisible(bool(frames))
        if frames:
            self._show_carried(frames)

    def start_rename(self) -> None:
        """Put the cursor into the title or the text, all of it selected."""
        field = self.text if self.title.isHidden() else self.title
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        field.selectAll()

    def _show_words(self, chosen: Sequence[Remark], frames: int) -> None:
        """Show the words where all are frames or all are comments: of both nobody wants the same."""
        named = name_remarks(self._editor.view.drawing.remarks, self._keys) if len(chosen) > 1 else ""
        texts = {one.text for one in chosen}
        text = texts.pop() if len(texts) == 1 else ""
        hint = MIXED if texts else ""
        self.title.setVisible(frames == len(chosen))
        self.kind.setVisible(frames == len(chosen))
        self.heading.setVisible(frames < len(chosen))
        self.text.setVisible(not frames)
        if frames == len(chosen):
            self.kind.setText(named or "Frame")
            self.title.setPlaceholderText("mixed" if hint else "Title")
            self.title.show_name(text)
            self._title = text if self.title.hasFocus() else self.title.text()
        else:
            self.heading.setText(named or "Comment")
            self.text.setPlaceholderText(hint or "Why is it so? What was tried?")
            self.text.show_text(text)

    def _show_carried(self, frames: int) -> None:
        editor = self._editor
        carried, known = self._carried(), editor.view_inference.nodes
        layers = [known[node] for node in carried if node in known]
        inside = sum(
            one.is_frame and one.nodes <= set(carried) and key not in self._keys
            for key, one in editor.view.drawing.remarks.items()
        )
        self.facts.show_facts(
            [
                ("Layers", write_count(len(carried))),
                *([("Frames inside", write_count(inside))] if inside else []),
                ("Parameters", write_count(sum(one.parameters for one in layers))),
                ("Cost", f"{write_short(sum(one.multiply_adds for one in layers))} multiply-adds"),
            ]
        )
        names = [show_name(one.node.name) for one in layers[:MOST_NAMES]]
        left = len(carried) - len(names)
        self.names.setText("\n".join(names) + (f"\nand {left:,} more" if left else ""))
        self.select.setText("Select the layers in it" if frames == 1 else "Select the layers in them")

    def _carried(self) -> list[str]:
        """Return the layers in the selected frames, in the order of the graph."""
        view = self._editor.view
        inside = frozenset[str]().union(*(view.drawing.remarks[key].nodes for key in self._keys))
        return [node for node in view.graph.nodes if node in inside]

    def _retitle(self) -> None:
        text = self.title.text().strip()
        if text != self._title.strip():
            self._title = text
            self._apply(text, None)

    def _write(self) -> None:
        self._apply(self.text.toPlainText(), f"words {self._editor.where} {sorted(self._keys)} {self._visit}")

    def _apply(self, text: str, key: str | None) -> None:
        view = self._editor.view
        if not self._keys <= view.drawing.remarks.keys():
            return  # the typing ends because they are gone
        try:
            self._editor.apply_view(*write_remarks(view, self._keys, text), key)
        except EditError:
            self.show_remarks(self._keys)

    def _end(self) -> None:
        self._visit += 1

    def _arrange(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        for label in (self.title, self.kind, self.heading):
            words.addWidget(label)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.bar)
        head.addLayout(words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 16)
        column.setSpacing(12)
        column.addLayout(head)
        for widget in (self.text, self.hue, self._line, self.facts, self.names):
            column.addWidget(widget)
        column.addWidget(self.select, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.hint)
        column.addStretch()
