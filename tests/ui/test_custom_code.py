"""Code in a project: asked about before it runs, tried by itself once it may, edited in the inspector."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from designer.document.files import load, save
from designer.ui.window import Window
from tests.engine.test_trial import GATE, touching, with_code


def code_node(window: Window) -> str:
    """The id of the layer with code."""
    return next(key for key, node in window.editor.project.graph.nodes.items() if node.kind == "Custom")


def test_code_of_a_stranger_waits_for_consent(window: Window, qtbot, tmp_path: Path) -> None:
    trace, file = tmp_path / "ran", tmp_path / "stranger.nnd"
    save(file, with_code(touching(trace)))
    window.filing.show(load(file), file)
    editor, node = window.editor, code_node(window)
    assert any("is not trusted" in problem.message for problem in editor.problems)
    (notice,) = [one for one in window.notices.shown if one.key == "trust"]
    window.trainer.start()
    editor.select([node])
    field = window.workbench.panel("inspector").layer.code
    assert field.entry.toPlainText() == touching(trace)
    assert not field.check.isEnabled()
    field.entry.appendPlainText("# a word more")
    field.commit()
    assert not editor.allows([field.entry.toPlainText()])
    editor.undo()
    assert not trace.exists()
    window.trust.ask()
    assert "Gate" in window.trust.dialog.view.toPlainText()
    window.trust.dialog.reject()
    assert not editor.allows([touching(trace)])
    assert notice in window.notices.shown
    window.trust.ask()
    QTest.mouseClick(window.trust.dialog.trust, Qt.MouseButton.LeftButton)
    assert not [one for one in window.notices.shown if one.key == "trust"]
    qtbot.waitUntil(lambda: editor.inference.nodes[node].outputs is not None, timeout=60_000)
    assert trace.exists()
    assert not editor.modified
    assert field.state.text() == "Tried: it works with these inputs."


def test_what_is_written_here_is_trusted_and_tried(window: Window, qtbot) -> None:
    window.hands.add("Custom")
    editor = window.editor
    field = window.workbench.panel("inspector").layer.code
    assert field.check.isEnabled()
    field.entry.setPlainText(GATE)
    field.commit()
    assert editor.allows([GATE])
    assert editor.history.undo_title.startswith("change the code of")
    field.entry.setPlainText(GATE.replace("self, x: Tensor)", "self, x: Tensor, y: Tensor)"))
    field.commit()
    assert [port.name for port in editor.inference.nodes[code_node(window)].spec.inputs] == ["x", "y"]
    field.form.edited.emit("scale", 3.0)
    assert editor.project.graph.nodes[code_node(window)].parameters["arguments"] == (("scale", 3.0),)
    field.form.reset.emit("scale")
    assert editor.project.graph.nodes[code_node(window)].parameters["arguments"] == ()


def test_a_text_left_by_stepping_out_of_a_block_goes_to_where_it_was_written(window: Window) -> None:
    window.hands.add("Custom")
    editor, node = window.editor, code_node(window)
    window.grouping.group()
    (use,) = editor.selected_nodes
    (block,) = editor.project.blocks
    window.hands.add("Custom")  # another one outside, under the id that the first has inside
    assert node in editor.project.graph.nodes
    outside = editor.project.graph
    editor.enter(use)
    editor.select([node])
    field = window.workbench.panel("inspector").layer.code
    field.entry.setFocus()
    field.entry.setPlainText(GATE)
    QTest.mouseClick(window.crumbs.buttons[0], Qt.MouseButton.LeftButton)
    assert editor.where == ()
    assert editor.project.graph == outside
    assert editor.project.blocks[block].graph.nodes[node].parameters["code"] == GATE
