"""The code panel: the text is the engine's own, follows the project, and is linked with the nodes both ways."""

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QFileDialog

from designer.codegen.script import render_script
from designer.document.edits import remove_nodes, set_parameter
from designer.ui.panels.code import CodeView
from designer.ui.panels.highlighter import PythonHighlighter
from designer.ui.theme import load_theme
from tests.ui.conftest import settle


@pytest.fixture
def panel(window, user, chain):
    window.filing.show(chain)
    return user.show("code")


def test_it_shows_the_script_that_will_run(panel, chain):
    assert panel.view.toPlainText() == render_script(chain).text
    assert panel.about.text().startswith("class ")


def test_it_follows_an_edit(window, qtbot, panel, chain):
    window.editor.apply("widen", set_parameter(chain, "linear_1", "out_features", 77))
    qtbot.waitUntil(lambda: "nn.Linear(64, 77)" in panel.view.toPlainText())
    assert panel.view.toPlainText() == render_script(window.editor.project).text


def test_selecting_a_node_marks_its_lines_and_shows_them(window, user, panel):
    user.click_node("linear_2")
    lines = panel.lines["linear_2"]
    assert panel.view.marked == frozenset(lines)
    text = panel.view.toPlainText().split("\n")
    assert any("nn.Linear(64, 10)" in text[line - 1] for line in lines)
    top = panel.view.firstVisibleBlock().blockNumber() + 1
    rows = panel.view.viewport().height() // panel.view.fontMetrics().lineSpacing()
    assert top <= lines[0] <= top + rows


def test_clicking_a_line_selects_its_node(window, user, panel):
    line = panel.lines["linear_1"][0]
    panel.view.show_line(line)
    block = panel.view.document().findBlockByNumber(line - 1)
    place = panel.view.blockBoundingGeometry(block).translated(panel.view.contentOffset()).center().toPoint()
    place.setX(120)
    scroll = panel.view.verticalScrollBar().value()
    user.click(panel.view.viewport(), place)
    assert window.editor.selected_nodes == {"linear_1"}
    assert panel.view.verticalScrollBar().value() == scroll


def test_it_says_why_there_is_no_code_yet(window, qtbot, panel, chain):
    window.editor.apply("break", remove_nodes(chain, ["output_1"]))
    qtbot.waitUntil(panel.reason.isVisible)
    assert not panel.copy.isEnabled()
    assert "Output" in panel.reason.text()
    window.editor.undo()
    qtbot.waitUntil(panel.view.isVisible)


def test_copy_puts_all_of_it_on_the_clipboard(user, panel):
    user.click(panel.copy)
    assert QApplication.clipboard().text() == panel.view.toPlainText()


def test_export_asks_where_and_writes_the_file(window, user, panel, tmp_path):
    user.click(panel.export)
    dialog = window.findChild(QFileDialog)
    assert dialog.selectedFiles()[0].endswith("chain.py")
    user.name_file(tmp_path / "run.py")
    assert (tmp_path / "run.py").read_text("utf-8") == panel.view.toPlainText()


def test_the_text_cannot_be_edited(user, panel):
    before = panel.view.toPlainText()
    user.click(panel.view.viewport())
    user.type("x = 1", panel.view)
    assert panel.view.toPlainText() == before


texts = st.lists(st.sampled_from(["a", "b", "", "    x = 1", "def f():", '"""']), max_size=12).map("\n".join)


@given(before=texts, after=texts)
def test_any_text_follows_any_other(qapp, before: str, after: str):
    view = CodeView(load_theme("dark"))
    view.show_text(before)
    assert view.toPlainText() == before
    view.show_text(after)
    assert view.toPlainText() == after
    view.deleteLater()


def colours_of(text: str) -> dict[str, str]:
    """The colour of each coloured piece of a text."""
    document = QTextDocument(text)
    PythonHighlighter(document, load_theme("dark"))
    found = {}
    block = document.begin()
    while block.isValid():
        for piece in block.layout().formats():
            found[block.text()[piece.start : piece.start + piece.length]] = piece.format.foreground().color().name()
        block = block.next()
    return found


def test_python_is_coloured(qapp):
    theme = load_theme("dark")
    found = colours_of("@torch.no_grad()\ndef forward(self, x):  # why\n    return len('a # b') + 1e-3 if x else None")
    assert found["# why"] == theme.muted
    assert found["'a # b'"] == theme.family["normalization"]
    assert found["1e-3"] == theme.family["activation"]
    assert found["forward"] == theme.family["linear"]
    assert found["@torch.no_grad"] == theme.family["attention"]
    assert {found[word] for word in ("def", "return", "if", "else", "None")} == {theme.family["convolution"]}
    assert all(keyword.iskeyword(word) for word in ("def", "return", "if", "else", "None"))
    assert "self" not in found


def test_strings_over_several_lines_are_coloured(qapp):
    theme = load_theme("dark")
    text = '"""One.\n\n    two = 2\n"""\nx = 3'
    found = colours_of(text)
    assert found["    two = 2"] == theme.family["normalization"]
    assert found["3"] == theme.family["activation"]


def test_no_text_is_made_while_nobody_looks(window, user, chain):
    panel = user.show("code")
    user.show("problems")
    window.filing.show(chain)
    settle()
    assert panel.view.toPlainText() == ""
    assert user.show("code").view.toPlainText() == render_script(chain).text
