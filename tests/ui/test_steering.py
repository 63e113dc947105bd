"""A run under way and the edits beside it: taken over, refused, marked, undone; one batch at a time; rates and batches."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from designer.document.edits import add_node, connect, disconnect, set_option, set_parameter, set_training
from designer.document.graph import Edge
from designer.document.project import Choice
from designer.engine.events import Changed, Started, StepsDone
from designer.ui.steering import BACK, KEEP, PROBLEMS, USE, WITHOUT
from designer.ui.trainer import Trainer
from designer.ui.window import Window
from tests.ui.conftest import settle
from tests.ui.runs import make_moons

ENDLESS = 1_000_000


def wait_until_held(qtbot, trainer: Trainer) -> None:
    qtbot.waitUntil(lambda: trainer.bridge.session.state == "paused", timeout=30_000)
    trainer.bridge.drain()


def start_held(qtbot, trainer: Trainer) -> None:
    trainer.start()
    qtbot.waitUntil(lambda: trainer.bridge.progress.step > 20, timeout=30_000)
    trainer.pause()
    wait_until_held(qtbot, trainer)


def wait_for_change(qtbot, events: list, count: int = 1) -> Changed:
    def changes():
        return [event for event in events if isinstance(event, Changed)]

    qtbot.waitUntil(lambda: len(changes()) >= count, timeout=30_000)
    return changes()[count - 1]


def notices(window: Window) -> list[str]:
    return [notice.text for notice in window.notices.shown]


def widen(window: Window, width: int) -> None:
    layer = next(node.id for node in window.editor.project.graph.nodes.values() if node.kind == "Linear")
    window.editor.apply("widen", set_parameter(window.editor.project, layer, "out_features", width))


def test_resume_goes_on_with_the_changed_network(window, user, trainer, events, qtbot):
    panel = user.show("training")
    start_held(qtbot, trainer)
    step = trainer.bridge.progress.step
    widen(window, 12)
    assert notices(window) == ["Paused. Resume goes on with what you changed: linear1."]
    qtbot.waitUntil(lambda: "linear1" in window.menus.actions["train.pause"].toolTip())
    user.tool("train.pause")
    told = wait_for_change(qtbot, events)
    assert (told.step, told.kept, len(told.partly), told.refusal) == (step, (), 2, "")
    assert trainer.bridge.project == window.editor.project
    (text,) = notices(window)
    assert text == (
        f"From step {step:,} on the run goes on with your changes: linear1. "
        "The part in common is kept in linear1 and linear2."
    )
    assert panel.curves.loss.marks == panel.curves.score.marks == [(step / 8, "linear1")]
    qtbot.waitUntil(lambda: trainer.bridge.progress.step > step, timeout=30_000)
    assert trainer.state == "running"


def test_changes_are_taken_over_while_held_and_undo_goes_back_there_too(window, user, trainer, events, qtbot):
    start_held(qtbot, trainer)
    first = trainer.bridge.progress.step
    widen(window, 3)
    settle()
    user.answer(USE)
    assert len(wait_for_change(qtbot, events).partly) == 2
    trainer.step()
    qtbot.waitUntil(lambda: trainer.bridge.progress.step > first, timeout=30_000)
    wait_until_held(qtbot, trainer)
    window.editor.undo()
    settle()
    (bar,) = [notice for notice in window.notices.shown if notice.key == "outdated"]
    assert bar.titles == (f"{BACK} {first:,}", KEEP, WITHOUT)
    assert f"This network was left at step {first:,}" in bar.text
    user.answer(f"{BACK} {first:,}")
    told = wait_for_change(qtbot, events, 2)
    assert (len(told.kept), told.partly, told.fresh, told.back_to) == (2, (), (), first)
    assert any(f"The whole network is as it was at step {first:,}." in text for text in notices(window))
    assert trainer.is_paused
    assert not trainer.steering.changes
    window.editor.redo()
    settle()
    user.answer(KEEP)
    assert wait_for_change(qtbot, events, 3).back_to is None


def test_regularization_is_taken_over_while_it_runs(window, user, trainer, events, qtbot):
    trainer.start()
    qtbot.waitUntil(lambda: trainer.bridge.progress.step > 20, timeout=30_000)
    project = window.editor.project
    optimizer = Choice("Adam", {"weight_decay": 0.01})
    window.editor.apply("decay", set_training(project, replace(project.training, optimizer=optimizer)))
    assert notices(window) == ["The run goes on without what you changed: weight_decay 0.01."]
    settle()
    user.answer(USE)
    told = wait_for_change(qtbot, events)
    assert (told.changes, len(told.kept), told.restarted) == (("weight_decay 0.01",), 2, ())
    assert notices(window)[0].endswith("Every layer keeps what it has learned.")
    assert trainer.state == "running"


def test_an_incomplete_network_says_why_it_cannot_be_used_yet(window, user, trainer, events, qtbot):
    start_held(qtbot, trainer)
    edge = next(iter(window.editor.project.graph.edges))
    window.editor.apply("cut", disconnect(window.editor.project, [edge]))
    (text,) = notices(window)
    assert text.startswith("The run cannot use what you changed yet: ")
    assert [notice.titles for notice in window.notices.shown] == [(PROBLEMS, WITHOUT)]
    user.press(Qt.Key.Key_F6)
    assert trainer.is_paused  # nothing is left behind unasked
    assert not any(isinstance(event, Changed) for event in events)
    settle()
    user.answer(WITHOUT)
    qtbot.waitUntil(lambda: trainer.state == "running")
    window.editor.undo()
    assert not any("cannot use" in text for text in notices(window))


def test_what_the_engine_refuses_is_told_and_the_run_goes_on(window, user, trainer, events, qtbot):
    start_held(qtbot, trainer)
    project = window.editor.project
    window.editor.apply("far", set_training(project, replace(project.training, device="cuda:77")))
    settle()
    user.answer(USE)
    told = wait_for_change(qtbot, events)
    assert told.refusal
    assert trainer.bridge.project.training.device == "cpu"
    assert any(text.startswith("The run goes on as it was at step") for text in notices(window))
    settle()
    user.answer(WITHOUT)
    step = trainer.bridge.progress.step
    qtbot.waitUntil(lambda: trainer.bridge.progress.step > step, timeout=30_000)


def test_rate_and_batch_are_turned_beside_the_curves_and_nothing_else_goes_along(window, user, trainer, events, qtbot):
    panel = user.show("training")
    start_held(qtbot, trainer)
    widen(window, 12)
    user.click(panel.live.rate.half)
    wait_for_change(qtbot, events)
    user.retype(panel.live.batch.field, "100")
    user.press(Qt.Key.Key_Return, widget=panel.live.batch.field)
    told = wait_for_change(qtbot, events, 2)
    assert (told.changes, told.steps_per_epoch) == (("batch size 100",), 4)
    assert window.editor.project.training.optimizer.parameters["lr"] == 0.0005
    assert window.editor.project.training.batch_size == 100
    assert trainer.steering.changes == ("linear1",)  # still to be decided
    assert [text for _, text in panel.curves.loss.marks] == ["lr 0.0005, batch size 100"]
    place = trainer.bridge.progress.place
    trainer.step()
    wait_for_change(qtbot, events, 3)  # a step takes over what was changed, as Resume does
    qtbot.waitUntil(lambda: trainer.bridge.progress.place > place, timeout=30_000)
    wait_until_held(qtbot, trainer)
    assert [event for event in events if isinstance(event, StepsDone)][-1].learning_rate == 0.0005
    assert trainer.bridge.progress.place == pytest.approx(place + 1 / 4)
    window.editor.undo()
    assert "batch size 50" in trainer.steering.changes


def test_what_cannot_be_a_rate_is_marked_and_not_sent(window, user, trainer, events, qtbot):
    panel = user.show("training")
    start_held(qtbot, trainer)
    project = window.editor.project
    field = panel.live.rate.field
    for text in ("-1", "fast", "0"):
        user.retype(field, text)
        user.press(Qt.Key.Key_Return, widget=field)
        assert field.property("invalid")
    assert window.editor.project is project
    assert not any(isinstance(event, Changed) for event in events)


def test_step_takes_one_batch_and_begins_a_run_where_there_is_none(window, user, trainer, events, qtbot):
    panel = user.show("training")
    for count in (1, 2, 3):
        user.press(Qt.Key.Key_F7)
        qtbot.waitUntil(lambda count=count: trainer.bridge.progress.step == count, timeout=30_000)
        wait_until_held(qtbot, trainer)
        assert trainer.is_paused
    settle()
    assert [len(event.losses) for event in events if isinstance(event, StepsDone)] == [1, 1, 1]
    assert len(panel.curves.loss.training) == 3
    qtbot.waitUntil(lambda: "step 3 of" in panel.place.text())
    assert len([event for event in events if isinstance(event, Started)]) == 1


def test_a_layer_that_is_new_begins_anew_and_can_be_looked_at(window, user, trainer, events, qtbot):
    start_held(qtbot, trainer)
    project = window.editor.project
    nodes = {node.name: node.id for node in project.graph.nodes.values()}
    edge = next(edge for edge in project.graph.edges if edge.source == nodes["tanh1"])
    project, new = add_node(disconnect(project, [edge]), "Linear", parameters={"out_features": 8})
    project = connect(project, Edge(edge.source, 0, new, 0))
    project = connect(project, Edge(new, 0, edge.target, 0))
    window.editor.apply("add", project)
    trainer.bridge.watch([new])
    settle()
    user.answer(USE)
    told = wait_for_change(qtbot, events)
    assert (told.fresh, told.changes) == ((new,), ("+ linear3",))
    assert any("Fresh: linear3." in text for text in notices(window))
    trainer.resume()
    qtbot.waitUntil(lambda: new in trainer.bridge.weights, timeout=30_000)
    assert trainer.bridge.weights[new].tensors["weight"].shape == (8, 8)


def test_weights_that_are_looked_at_follow_the_change(window, user, trainer, events, qtbot):
    panel = user.show("weights")
    window.editor.select(["linear_1"])
    start_held(qtbot, trainer)
    qtbot.waitUntil(lambda: "linear_1" in trainer.bridge.weights, timeout=30_000)
    widen(window, 12)
    trainer.resume()
    wait_for_change(qtbot, events)
    qtbot.waitUntil(
        lambda: (
            trainer.bridge.weights.get("linear_1") is not None
            and trainer.bridge.weights["linear_1"].tensors["weight"].shape == (12, 2)
        ),
        timeout=30_000,
    )
    qtbot.waitUntil(lambda: "12 × 2" in panel.tensors.currentText(), timeout=30_000)


def test_dropout_penalties_and_clipping_are_changed_and_all_weights_stay(window, user, trainer, events, qtbot):
    layers = (("Linear", {"out_features": 8}), ("Dropout", {"p": 0.1}), ("Linear", {"out_features": 1}))
    window.editor.open(make_moons(epochs=ENDLESS, layers=layers))
    start_held(qtbot, trainer)
    project = set_parameter(window.editor.project, "dropout_1", "p", 0.5)
    project = set_option(project, ["linear_1"], "l2", 0.01)
    clip = Choice("Norm", {"max_norm": 0.5})
    window.editor.apply("all", set_training(project, replace(project.training, clip=clip, epochs=2)))
    user.press(Qt.Key.Key_F6)
    told = wait_for_change(qtbot, events)
    assert set(told.changes) == {"epochs 2", "clip Norm", "linear1", "drop1"}
    assert (len(told.kept), told.partly, told.fresh, told.restarted) == (2, (), (), ())
    qtbot.waitUntil(lambda: trainer.state == "ended", timeout=30_000)  # it was past its new end


def test_a_run_behind_another_tab_is_let_alone(window, user, trainer, events, qtbot):
    start_held(qtbot, trainer)
    widen(window, 12)
    first = window.editor.document
    user.choose("File", "New")
    settle()
    assert not trainer.steering.changes
    assert not any("what you changed" in text for text in notices(window))
    trainer.pause()  # Resume from here is about the other document, as it is
    assert not any(isinstance(event, Changed) for event in events)
    window.documents.show(first)
    assert trainer.steering.changes == ("linear1",)
    assert any("what you changed: linear1" in text for text in notices(window))
