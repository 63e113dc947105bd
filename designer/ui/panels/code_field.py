"""The part of the inspector for a layer written in Python: its text, its arguments as a form, and Check."""

import functools

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from designer.catalogue.layers.custom import MOST_PORTS
from designer.catalogue.parameters import Flag, Integer, Maybe, Parameter, ParameterType, Real, Several, Text
from designer.catalogue.registry import layers
from designer.catalogue.shapes import Inferred
from designer.catalogue.written import LONGEST, Argument, Written, read_code
from designer.document.blocks import look_inside, put_back
from designer.document.custom import CUSTOM, code_of
from designer.document.edits import set_parameter
from designer.document.graph import Node, Value
from designer.document.wording import show_name
from designer.ui.editor import Editor
from designer.ui.marks import make_label
from designer.ui.panels.forms import ParameterForm
from designer.ui.panels.highlighter import PythonHighlighter
from designer.ui.theme import Theme, fixed_font

LINES = 18  # of text that are seen at once
INDENT = "    "


class CodeEntry(QPlainTextEdit):
    """Editable Python. `left` when the cursor goes elsewhere, `entered` on Ctrl+Enter."""

    left = Signal()
    entered = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("code")
        self.setAccessibleName("code of the layer")
        self.setFont(fixed_font(12))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * LINES + 12)
        self.highlighter = PythonHighlighter(self.document(), theme)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.entered.emit()
                return
            line = self.textCursor().block().text()[: self.textCursor().positionInBlock()]
            deeper = INDENT if line.rstrip().endswith(":") else ""
            super().keyPressEvent(event)
            self.insertPlainText(line[: len(line) - len(line.lstrip())] + deeper)
        elif event.key() == Qt.Key.Key_Tab and not self.textCursor().hasSelection():
            self.insertPlainText(INDENT)
        elif event.matches(QKeySequence.StandardKey.Cancel):
            self.left.emit()
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.left.emit()


class CodeField(QWidget):
    """The text of one Custom layer and the arguments of its class. Shown for no other kind."""

    def __init__(self, editor: Editor, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._id = ""
        self._where: tuple[str, ...] = ()  # the blocks in which it lies: the text may be left after one has stepped out
        self._theme = theme
        self.entry = CodeEntry(theme)
        self.check = QPushButton("Check")
        self.check.setToolTip("Try the code on sizes alone, in a process of its own (Ctrl+Enter)")
        self.state = make_label("", "muted", wrap=True)
        self.form = ParameterForm()
        row = QHBoxLayout()
        row.addWidget(self.state, 1)
        row.addWidget(self.check)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.entry)
        column.addLayout(row)
        column.addWidget(self.form)
        self.check.clicked.connect(self.try_again)
        self.entry.left.connect(self.commit)
        self.entry.entered.connect(self.try_again)
        self.form.edited.connect(self._set_argument)
        self.form.reset.connect(lambda name: self._set_argument(name, None))

    def show_layer(self, known: Inferred, theme: Theme) -> None:
        """Show a node where it is one with code, else hide."""
        if self._id and (known.node.id, self._editor.where) != (self._id, self._where):
            self.commit()
        is_code = known.node.kind == CUSTOM
        self._id, self._where = known.node.id if is_code else "", self._editor.where
        self.setVisible(is_code)
        if not is_code:
            return
        if theme is not self._theme:
            self._theme = theme
            self.entry.highlighter.set_theme(theme)
        code = code_of(known.node)
        if self.entry.toPlainText() != code and not (self.entry.hasFocus() and self.entry.document().isModified()):
            self.entry.setPlainText(code)
            self.entry.document().setModified(False)
        written = read_code(code)
        given = known.values["arguments"]
        self.form.show_parameters(
            declare_arguments(written.arguments if isinstance(written, Written) else ()), dict(given)
        )
        self.form.setVisible(bool(self.form.rows))
        self._show_state(known, code)

    def _show_state(self, known: Inferred, code: str) -> None:
        trusted = self._editor.allows([code])
        self.check.setEnabled(trusted)
        if not trusted:
            self.state.setText("Not trusted: nothing of it runs.")
        elif known.error is not None:
            self.state.setText(known.error.message.replace("`", ""))
        else:
            self.state.setText(
                "Tried: it works with these inputs." if known.outputs else "Connect its inputs to try it."
            )

    def commit(self) -> None:
        """Make the text as it stands that of the layer. What is written here is trusted if what it was made from is."""
        whole, block = self._editor.project, next(reversed(self._where), "")
        if block and block not in whole.blocks:
            return
        view = look_inside(whole, block) if block else whole
        node = view.graph.nodes.get(self._id)
        if node is None or node.kind != CUSTOM:
            return
        text, before = self.entry.toPlainText()[:LONGEST], code_of(node)
        self.entry.document().setModified(False)
        if text == before:
            return
        if self._editor.allows([before]):
            self._editor.consent.add([text])
        project = set_parameter(view, node.id, "code", text)
        written, ports = read_code(text), read_inputs(node)
        if (
            isinstance(written, Written)
            and written.most is not None
            and not written.least <= len(ports) <= written.most
        ):
            if 1 <= len(written.inputs) <= MOST_PORTS:
                project = set_parameter(project, node.id, "inputs", written.inputs)
        whole = put_back(whole, block, project) if block else project
        self._editor.apply(f"change the code of {show_name(node.name)}", whole)

    def try_again(self) -> None:
        """Take the text over and forget what was found of it, so that it is tried anew."""
        self.commit()
        node = self._editor.view.graph.nodes.get(self._id)
        if node is not None and node.parameters.get("checked"):
            self._editor.amend_view(set_parameter(self._editor.view, node.id, "checked", ()))

    def _set_argument(self, name: str, value: Value) -> None:
        known = self._editor.view_inference.nodes[self._id]
        kept = [pair for pair in known.values["arguments"] if pair[0] != name]
        pairs = tuple(kept if value is None else [*kept, (name, value)])
        project = set_parameter(self._editor.view, self._id, "arguments", pairs)
        title = f"set {name} of {show_name(known.node.name)}"
        self._editor.apply_view(title, project, f"{self._id}.arguments.{name}")


def read_inputs(node: Node) -> tuple[Value, ...]:
    """Return the inputs that a layer of code has, by name."""
    usual = next(parameter.default for parameter in layers[CUSTOM].parameters if parameter.name == "inputs")
    given = node.parameters.get("inputs", usual)
    return given if isinstance(given, tuple) else ()


@functools.lru_cache(256)
def declare_arguments(arguments: tuple[Argument, ...]) -> tuple[Parameter, ...]:
    """Return the arguments of a class as parameters of a form."""
    return tuple(
        Parameter(
            one.name, _find_type(one.default), one.default, f"Argument of the class{'; it must be set' * one.required}."
        )
        for one in arguments
        if one.plain
    )


def _find_type(default: Value) -> ParameterType:
    """Return the type of value that an argument with this default takes."""
    if isinstance(default, bool):
        return Flag()
    if isinstance(default, int):
        return Integer(-(2**62), 2**62)
    if isinstance(default, float):
        return Real()
    if isinstance(default, tuple):
        return Several(_find_type(default[0]) if default else Real())
    return Text(10_000) if isinstance(default, str) else Maybe(Real())
