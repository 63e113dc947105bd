"""Train, Pause and Stop in the real window with the real engine: refusals, failures, the status bar, closing."""

import threading
from dataclasses import replace

from designer.document.edits import connect, disconnect, remove_nodes, set_data, set_parameter, set_training
from designer.document.graph import Edge
from designer.document.project import Choice, Data
from designer.ui.trainer import Trainer
from designer.ui.window import Window
from tests.ui.runs import make_moons

ENDLESS = 1_000_000


def wait_for(qtbot, trainer: Trainer, state: str) -> None:
    qtbot.waitUntil(lambda: trainer.state == state, timeout=30_000)


def notices(window: Window) -> list[str]:
    return [notice.text for notice in window.notices.shown]


def test_the_status_bar_follows_the_run(window, trainer, qtbot):
    trainer.start()
    assert window.status.run.text() == "Preparing the run …"
    wait_for(qtbot, trainer, "running")
    qtbot.waitUntil(lambda: window.status.run.text().startswith("Training · epoch "), timeout=30_000)
    qtbot.waitUntil(lambda: " %" in window.status.run.text(), timeout=30_000)
    trainer.pause()
    assert window.status.run.text().startswith("Paused · epoch ")
    assert trainer.can_start
    trainer.start()  # goes on
    assert trainer.state == "running"
    trainer.stop()
    wait_for(qtbot, trainer, "ended")
    assert window.status.run.text().startswith("Stopped · epoch ")


def test_edits_during_a_run_are_said_not_to_be_in_it(window, trainer, qtbot):
    trainer.start()
    wait_for(qtbot, trainer, "running")
    layer = next(node.id for node in window.editor.project.graph.nodes.values() if node.kind == "Linear")
    window.editor.apply("edit", set_parameter(window.editor.project, layer, "out_features", 3))
    assert notices(window) == ["The run goes on without what you changed: linear1."]
    window.editor.undo()
    assert not notices(window)
    window.editor.redo()
    trainer.stop()
    wait_for(qtbot, trainer, "ended")
    assert not notices(window)


def test_another_document_shows_nothing_of_the_old_run(window, trainer, qtbot):
    window.workbench.show("training")
    panel = window.workbench.docks["training"].content
    trainer.start()
    qtbot.waitUntil(lambda: len(panel.curves.loss.training) > 5, timeout=30_000)
    trainer.stop()
    wait_for(qtbot, trainer, "ended")
    window.editor.open(make_moons(epochs=1))
    assert trainer.state == "idle"
    assert window.status.run.text() == ""
    assert len(panel.curves.loss.training) == 0
    trainer.start()
    wait_for(qtbot, trainer, "ended")
    assert window.status.run.text().startswith("Finished · epoch 1/1")


def test_a_network_with_an_error_is_refused_with_its_sentence(window, trainer):
    edge = next(iter(window.editor.project.graph.edges))
    window.editor.apply("cut", disconnect(window.editor.project, [edge]))
    trainer.start()
    assert not trainer.is_active
    (text,) = notices(window)
    first = next(problem for problem in window.editor.problems if problem.severity == "error")
    assert first.message.replace("`", "").split(".")[0][:20] in text.replace("`", "")
    window.editor.undo()
    trainer.start()
    assert trainer.is_active
    assert not notices(window)


def test_data_that_is_still_to_be_chosen_is_refused(window, trainer):
    layers = (("Flatten", {}), ("Linear", {"out_features": 10}))
    project = make_moons(layers=layers, loss=Choice("CrossEntropyLoss"))
    window.editor.open(set_data(project, Data(Choice("Idx"))))
    trainer.start()
    assert not trainer.is_active
    (text,) = notices(window)
    assert "No folder is chosen" in text


def test_a_failure_is_told_and_its_layer_is_shown(window, trainer, qtbot):
    layers = (("Linear", {"out_features": 4}), ("ReLU", {}), ("Linear", {"out_features": 1}))
    project = make_moons(epochs=50, layers=layers)
    training = replace(project.training, loss=Choice("MSELoss"), optimizer=Choice("SGD", {"lr": 1e30}))
    window.editor.open(set_training(project, training))
    trainer.start()
    wait_for(qtbot, trainer, "ended")
    (text,) = notices(window)
    assert "learning rate" in text
    assert len(window.editor.selected_nodes) == 1
    assert window.status.run.text() == "Failed"


def test_editing_during_a_run_does_not_disturb_it(window, trainer, qtbot):
    trainer.start()
    wait_for(qtbot, trainer, "running")
    project = window.editor.project
    window.editor.apply("remove", remove_nodes(project, ["linear_1", "tanh_1"], close_gap=True))
    window.editor.apply("wire", connect(window.editor.project, Edge("input_1", 0, "linear_2", 0)))
    step = trainer.bridge.progress.step
    qtbot.waitUntil(lambda: trainer.bridge.progress.step > step, timeout=30_000)
    assert trainer.bridge.project is project
    trainer.stop()
    wait_for(qtbot, trainer, "ended")
    trainer.start()
    assert trainer.bridge.project is window.editor.project


def test_train_shows_the_training_tab_unless_weights_are_looked_at(window, trainer, qtbot):
    window.workbench.show("problems")
    trainer.start()
    qtbot.waitUntil(lambda: window.workbench.panel("training").isVisible())
    trainer.stop()
    wait_for(qtbot, trainer, "ended")
    window.workbench.show("weights")
    qtbot.waitUntil(lambda: window.workbench.panel("weights").isVisible())
    trainer.start()
    assert window.workbench.panel("weights").isVisible()


def test_closing_the_window_ends_the_run(window, trainer, qtbot):
    trainer.start()
    wait_for(qtbot, trainer, "running")
    window.close_for_good()
    assert not window.isVisible()
    assert not any(thread.name == "training" for thread in threading.enumerate())
    assert trainer.state == "ended"
