"""The Try it tab in the real window: samples of every kind are asked about by mouse and keys, as predict.py would answer them."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from designer.api.building import new
from designer.document.edits import set_training
from designer.document.project import Choice, Project
from designer.engine.answering import open_answerer
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.record import change_record, read_record
from designer.engine.runs import Run
from designer.ui.canvas.outputs import output_box
from designer.ui.panels.try_it import TryPanel
from designer.ui.plots.answer_board import AnswerBoard
from designer.ui.try_made import MadePart
from tests.engine.kept_runs import Kept, keep_run
from tests.engine.plans import make_project
from tests.ui.conftest import drop_on, files, settle
from tests.ui.drawing import drag
from tests.ui.runs import looked_at, make_moons, single_thread

PATIENCE = 60_000  # milliseconds
ALPHABET = "abcd"


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> dict[str, Kept]:
    """A run for each kind of sample, trained when it is first asked for."""
    return {}


@pytest.fixture(scope="module")
def keep(tmp_path_factory, kept):
    def keep(kind: str) -> Kept:
        if kind not in kept:
            with single_thread():
                folder = tmp_path_factory.mktemp(kind)
                kept[kind] = keep_tokens(folder) if kind == "tokens" else keep_run(folder, kind)
        return kept[kind]

    return keep


def keep_tokens(folder: Path) -> Kept:
    text = folder / "text.txt"
    text.write_text(ALPHABET * 60, "utf-8")
    source = Choice("Characters", {"path": str(text), "length": 8, "vocabulary": ALPHABET})
    layers = (("Embedding", {"num_embeddings": 4, "embedding_dim": 4}), ("Linear", {"out_features": 4}))
    project = make_project(source, *layers, optimizer=Choice("Adam", {"lr": 0.1}), epochs=10)
    list(train(Plan.from_project(project, out=folder / "run")))
    return Kept(folder / "run", text, project)


@pytest.fixture
def tab(window, tmp_path, monkeypatch):
    """The panel, and an end to all that runs."""
    monkeypatch.setenv("DESIGNER_RUNS", str(tmp_path / "runs"))
    with looked_at(window, "try") as panel:
        assert isinstance(panel, TryPanel)
        yield panel


def train_to_end(window, qtbot, project: Project) -> None:
    window.filing.show(project)
    window.trainer.start()
    qtbot.waitUntil(lambda: window.trainer.state == "ended", timeout=PATIENCE)


def try_run(window, qtbot, kept: Kept):
    """Ask a kept run about the first sample of its data, and return the way in which samples are given."""
    window.trying.try_run(Run(kept.folder, read_record(kept.folder)))
    wait_for_answer(window, qtbot)
    return next(each for each in window.children() if type(each).__name__ == "TryView").way


def wait_for_answer(window, qtbot, what=lambda sample: True):
    """Wait until all that was asked is answered, and return the reply."""
    trying = window.trying
    qtbot.waitUntil(
        lambda: not trying.is_opening and not trying.is_asking and trying.reply is not None and what(trying.sample),
        timeout=PATIENCE,
    )
    settle()
    return trying.reply


def is_own(sample) -> bool:
    return sample.number < 0


def demand_same(reply, kept: Kept, path: Path) -> None:
    """See that `designer predict` answers the samples of a file, the last of them, as the window does."""
    columns = open_answerer(kept.folder).answer(path).columns
    (answer,) = reply.answers
    assert answer.best == columns["answer"][-1]
    chances = [values[-1] for name, values in columns.items() if name.startswith("p(")]
    assert [chance for _, chance in answer.bars][-len(chances) :] == pytest.approx(chances, abs=1e-6)


def test_an_empty_tab_says_how_to_fill_it(window, tab):
    assert "Train a network first" in tab.empty.text()


def test_a_sample_of_the_data_is_answered_as_the_evaluation_answers_it(window, user, qtbot, tab, chain):
    train_to_end(window, qtbot, set_training(chain, replace(chain.training, epochs=1, device="cpu")))
    user.show("try")
    wait_for_answer(window, qtbot)
    window.evaluating.evaluate("best", "validation")
    qtbot.waitUntil(lambda: not window.evaluating.is_busy, timeout=PATIENCE)
    outcome = window.evaluating.result.outcome
    user.show("try")
    user.click(tab.head.picker.after)
    reply = wait_for_answer(window, qtbot, lambda sample: sample.number == 1)
    assert tab.head.picker.field.text() == "2"
    (answer,) = reply.answers
    assert np.allclose([chance for _, chance in answer.bars], outcome.chances[1], atol=1e-6)
    assert answer.best == outcome.labels[outcome.answers[1]]
    part = tab.findChild(AnswerBoard).parts[0]
    assert part.headline.text().startswith(f"{answer.best} · ")
    assert f"In the data: {outcome.labels[outcome.targets[1]]}" in part.truth.text()
    # The Activity tab shows a validation sample of the run, or this one.
    relu = next(node.id for node in window.editor.project.graph.nodes.values() if node.kind == "ReLU")
    window.editor.select([relu])
    panel = user.show("activity")
    assert panel.picker.isVisible()
    user.click(panel.mine)
    qtbot.waitUntil(lambda: bool(window.trying.reply.activations), timeout=PATIENCE)
    settle()
    assert np.array_equal(panel.bars.values, window.trying.reply.activations[relu].values)
    assert not panel.picker.isVisible()
    user.click(panel.mine)
    assert panel.picker.isVisible()


def test_a_digit_is_drawn(window, user, qtbot, tab, keep, tmp_path):
    kept = keep("digits")
    entry = try_run(window, qtbot, kept).entry
    user.click(entry.clear)
    room = entry.pad.room
    stroke = [QPoint(round(room.left() + room.width() * 0.4), round(room.top() + room.height() * y / 10)) for y in range(2, 8)]  # fmt: skip
    drag(entry.pad, stroke)
    reply = wait_for_answer(window, qtbot, is_own)
    x = window.trying.sample.x
    assert x.shape == (1, 1, 8, 8)
    columns = np.flatnonzero(x[0, 0].amax(0) > 0.3)
    assert columns.mean() == pytest.approx(3.5, abs=0.6)  # it was drawn further left: digits stand in the middle
    assert float(x[0, 0].amax(1).min()) > 0.3  # and fill the height
    np.save(tmp_path / "drawn.npy", x.numpy())
    demand_same(reply, kept, tmp_path / "drawn.npy")
    assert entry.seen.pixels.shape == (1, 8, 8)
    user.click(entry.centred)
    wait_for_answer(window, qtbot, lambda sample: float(sample.x[0, 0, 0].max()) < 0.3)
    # By keys: a stroke downwards, and back.
    entry.pad.setFocus()
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Space):
        QTest.keyClick(entry.pad, key)
    assert len(entry.pad.strokes) == 2
    QTest.keyClick(entry.pad, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(entry.pad.strokes) == 1
    wait_for_answer(window, qtbot)


def test_a_picture_is_dropped(window, qtbot, tab, keep, tmp_path):
    kept = keep("pictures")
    entry = try_run(window, qtbot, kept).entry
    path = tmp_path / "new.png"
    Image.new("RGB", (40, 30), (250, 10, 10)).save(path)
    drop_on(entry, files(path), QPoint(20, 20))
    reply = wait_for_answer(window, qtbot, is_own)
    demand_same(reply, kept, path)
    assert reply.answers[0].best == "red" or max(dict(reply.answers[0].bars).values()) < 0.6
    assert entry.seen.pixels.shape == (3, 8, 8)
    Image.new("RGB", (8, 8), (10, 10, 240)).save(tmp_path / "blue.png")
    drop_on(tab, files(tmp_path / "blue.png"), QPoint(tab.width() - 60, 90))  # beside the entry, on the tab
    wait_for_answer(window, qtbot, lambda sample: sample.raw[2].mean() > sample.raw[0].mean())
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n nothing")
    drop_on(entry, files(broken), QPoint(20, 20))
    qtbot.waitUntil(lambda: not window.trying.is_asking and tab.message.isVisible(), timeout=PATIENCE)
    assert "broken.png is broken, or no picture in truth" in tab.message.text()
    assert entry.seen.pixels is None
    assert window.trying.sample is None  # so that nothing is explained, either
    before = window.editor.project
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n", "utf-8")
    drop_on(entry, files(tmp_path / "rows.csv"), QPoint(20, 20))
    qtbot.waitUntil(lambda: "rows.csv is no picture" in tab.message.text(), timeout=PATIENCE)
    assert window.editor.project is before
    assert tab.isVisible()


def test_a_row_is_filled_in(window, user, qtbot, tab, keep, tmp_path):
    kept = keep("table")
    entry = try_run(window, qtbot, kept).entry
    assert list(entry.fields) == ["sex", "age", "fare"]
    user.click(entry.usual)
    wait_for_answer(window, qtbot, is_own)
    assert entry.values == {"sex": "male", "age": 42.0, "fare": 4.5}
    user.retype(entry.fields["age"].line, "25")
    choice = entry.fields["sex"].choice
    choice.setFocus()
    QTest.keyClick(choice, Qt.Key.Key_Up)
    reply = wait_for_answer(window, qtbot, lambda sample: sample.raw == {"sex": "female", "age": 25.0, "fare": 4.5})
    file = tmp_path / "row.csv"
    file.write_text("sex,age,fare\nfemale,25,4.5\n", "utf-8")
    demand_same(reply, kept, file)
    # Arrows turn a number, an empty field is a missing one, and what was never seen is marked.
    line = entry.fields["age"].line
    QTest.keyClick(line, Qt.Key.Key_Up)
    assert entry.values["age"] == 26
    user.retype(line, "99")
    assert line.property("outside")
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    reply = wait_for_answer(window, qtbot, lambda sample: sample.raw["age"] is None)
    file.write_text("sex,age,fare\nfemale,,4.5\n", "utf-8")
    demand_same(reply, kept, file)
    entry.fields["fare"].slider.setFocus()
    QTest.keyClick(entry.fields["fare"].slider, Qt.Key.Key_End)
    wait_for_answer(window, qtbot, lambda sample: sample.raw["fare"] == 10.5)
    # A row of the data stands in the form, beside what was right.
    user.click(tab.head.picker.after)
    wait_for_answer(window, qtbot, lambda sample: sample.number == 1)
    assert entry.values["age"] == 25
    assert tab.findChild(AnswerBoard).parts[0].truth.text().startswith("In the data: ")


def test_a_text_is_typed(window, user, qtbot, tab, keep, tmp_path):
    kept = keep("texts")
    way = try_run(window, qtbot, kept)
    field = way.entry.field
    user.click(field)
    field.selectAll()
    user.type("a bad film zzz", field)
    reply = wait_for_answer(window, qtbot, lambda sample: sample.raw == "a bad film zzz")
    file = tmp_path / "text.tsv"
    file.write_text("a good one\tgood\na bad film zzz\tbad\n", "utf-8")
    demand_same(reply, kept, file)
    assert "4 of at most" in way.entry.about.text()
    assert "1 it has never seen" in way.entry.about.text()
    field.put("film " * 300)
    QTest.keyClick(field, Qt.Key.Key_Space)
    wait_for_answer(window, qtbot, lambda sample: sample.raw.startswith(" film"))
    assert "are cut off" in way.entry.about.text()


def test_a_text_is_continued(window, user, qtbot, tab, keep):
    way = try_run(window, qtbot, keep("tokens"))
    entry = way.entry
    user.click(entry.field)
    entry.field.selectAll()
    user.type("abc", entry.field)
    reply = wait_for_answer(window, qtbot, is_own)
    assert reply.answers[0].best == "d"
    assert tab.findChild(AnswerBoard).parts[0].headline.text().startswith("next: d")
    for line, text in ((entry.temperature, "0"), (entry.length, "6")):
        user.retype(line, text)
    user.click(entry.button)
    qtbot.waitUntil(lambda: entry.button.text() == "Continue", timeout=PATIENCE)
    assert entry.written.toPlainText() == "dabcda"
    user.retype(entry.temperature, "3")
    texts = []
    for _ in range(2):
        user.click(entry.button)
        qtbot.waitUntil(lambda: entry.button.text() == "Continue", timeout=PATIENCE)
        texts.append(entry.written.toPlainText())
    assert texts[0] == texts[1]
    user.retype(entry.length, "20000")
    user.click(entry.button)
    qtbot.waitUntil(lambda: len(entry.written.toPlainText()) > 10, timeout=PATIENCE)
    user.click(entry.button)
    assert entry.button.text() == "Continue"
    assert len(entry.written.toPlainText()) < 20_000
    user.type("ß", entry.field)
    qtbot.waitUntil(lambda: not window.trying.is_asking and tab.message.isVisible(), timeout=PATIENCE)
    assert "the character 'ß', which is not in the vocabulary" in tab.message.text()


def test_what_comes_next_in_a_series(window, user, qtbot, tab, tmp_path):
    layers = (("Flatten", {}), ("Linear", {"out_features": 2}))
    source = Choice("AirlinePassengers", {"horizon": 2, "log": True, "difference": 12})
    project = make_project(source, *layers, loss="MSELoss", epochs=1)
    list(train(Plan.from_project(project, out=tmp_path / "run")))
    way = try_run(window, qtbot, Kept(tmp_path / "run", None, project))
    assert len(way.plot.came) == len(way.plot.foretold) == 2
    assert way.plot.known.min() > 100  # passengers, in their own unit
    came = ", ".join(f"{value:.0f}" for value in way.plot.came)
    assert tab.findChild(AnswerBoard).parts[0].truth.text() == f"In the data: {came}"
    assert all(100 < value < 1000 for _, value in window.trying.reply.answers[0].bars)
    user.click(way.last)
    wait_for_answer(window, qtbot, is_own)
    assert way.plot.known[-1] == pytest.approx(432)  # of December 1960
    assert len(way.plot.came) == 0


def test_what_layers_give_is_seen_along_the_canvas(window, user, qtbot, tab, keep):
    kept = keep("digits")
    window.filing.show(kept.project)
    sheet = window.canvas.sheet
    try_run(window, qtbot, kept)
    user.show("try")
    user.click(tab.head.along, QPoint(8, tab.head.along.height() // 2))
    qtbot.waitUntil(lambda: bool(sheet.outputs), timeout=PATIENCE)
    assert sheet.outputs.keys() == sheet.nodes.keys()
    relu = next(node.id for node in kept.project.graph.nodes.values() if node.kind == "ReLU")
    assert "4 × 8 × 8 numbers from 0 to" in sheet.outputs[relu].facts
    before = sheet.outputs[relu]
    box = output_box(sheet.nodes[relu], before.image)
    window.canvas.reveal(box)
    settle()
    user.click(tab.head.picker.after)
    qtbot.waitUntil(lambda: sheet.outputs[relu] is not before, timeout=PATIENCE)
    settle()
    # Its pixels are on the screen, left of the card.
    place = window.canvas.mapFromScene(QPointF((box.left + box.right) / 2, (box.top + box.bottom) / 2))
    seen = window.canvas.viewport().grab().toImage()
    around = {seen.pixel(place + QPoint(x, y)) for x in range(-6, 7, 3) for y in range(-6, 7, 3)}
    assert len(around) > 2
    # The Activity tab shows the same sample of a selected layer, though there was no run here.
    window.editor.select([relu])
    panel = user.show("activity")
    assert panel.maps.isVisible()
    assert np.array_equal(panel.maps.filters[:, 0], window.trying.reply.activations[relu].values)
    user.show("try")
    user.click(tab.head.along, QPoint(8, tab.head.along.height() // 2))
    assert not sheet.outputs


def test_what_a_network_makes_of_noise_and_of_a_sample(window, user, qtbot, tab, tmp_path):
    project = new("vae")
    project = set_training(project, replace(project.training, epochs=1, device="cpu"))
    list(train(Plan.from_project(project, out=tmp_path / "run")))
    try_run(window, qtbot, Kept(tmp_path / "run", None, project))
    (answer,) = window.trying.reply.answers
    assert answer.form == "copy"
    assert answer.values.shape == (1, 8, 8)
    part = tab.findChild(AnswerBoard).parts[0]
    assert part.picture.isVisible()
    made = tab.findChild(MadePart)
    qtbot.waitUntil(lambda: made.view.sheet.picture is not None, timeout=PATIENCE)
    first = made.view.sheet.picture
    user.click(made.button)
    assert made.seed.value == 1
    qtbot.waitUntil(lambda: made.view.sheet.picture != first, timeout=PATIENCE)
    user.retype(made.seed, "0")
    qtbot.waitUntil(lambda: made.view.sheet.picture == first, timeout=PATIENCE)


def test_without_the_data_rows_of_ones_own_are_answered(window, user, qtbot, tab, keep, tmp_path):
    kept = keep("table")
    folder = tmp_path / "run"
    shutil.copytree(kept.folder, folder)
    open_answerer(folder)  # writes down what was fitted
    record = read_record(folder)
    change_record(folder, data={**record.data, "path": str(tmp_path / "gone.csv")})
    moved = kept.data.rename(tmp_path / "elsewhere.csv")
    try:
        window.trying.try_run(Run(folder, read_record(folder)))
        reply = wait_for_answer(window, qtbot, is_own)
        assert "The data of this run are not there" in tab.message.text()
        assert not tab.head.picker.isVisible()
        assert reply.answers[0].best in ("no", "yes")
        (folder / "preprocessing.json").unlink()
        window.trying.try_run(Run(folder, read_record(folder)))
        qtbot.waitUntil(lambda: not window.trying.is_opening, timeout=PATIENCE)
        assert "Put them back" in tab.message.text()
        assert window.trying.bench is None
    finally:
        moved.rename(kept.data)


def test_the_network_under_way_is_asked_again_and_again(window, user, qtbot, tab):
    window.filing.show(make_moons(epochs=1_000_000))
    window.trainer.start()
    user.show("try")
    wait_for_answer(window, qtbot)
    trying = window.trying
    assert trying.standing.which == "now"
    assert [field.name for field in trying.standing.entry.fields] == ["x", "y"]
    first = trying.bench.weights.step
    qtbot.waitUntil(lambda: trying.bench.weights.step > first, timeout=PATIENCE)
    # Along the canvas it goes on being seen when the tab is left.
    user.click(tab.head.along, QPoint(8, tab.head.along.height() // 2))
    qtbot.waitUntil(lambda: bool(window.canvas.sheet.outputs), timeout=PATIENCE)
    user.show("training")
    first = trying.bench.weights.step
    qtbot.waitUntil(lambda: trying.bench.weights.step > first, timeout=PATIENCE)
    user.show("try")
    window.trainer.stop()
    qtbot.waitUntil(lambda: window.trainer.state == "ended", timeout=PATIENCE)
    wait_for_answer(window, qtbot, lambda _: trying.standing.which == "last")
    assert trying.bench.weights.step == read_record(window.trainer.bridge.folder).step


def test_the_answers_are_those_of_the_weights_that_are_named(window, user, qtbot, tab):
    window.filing.show(make_moons(epochs=1_000_000))
    window.trainer.start()
    trying, bridge = window.trying, window.trainer.bridge
    user.show("try")
    qtbot.waitUntil(lambda: bridge.progress.best > 0, timeout=PATIENCE)
    wait_for_answer(window, qtbot)
    choose(tab.head.weights, "best")
    wait_for_answer(window, qtbot, lambda _: trying.bench.weights.title == "the best epoch so far")
    first = trying.bench.weights.epoch
    qtbot.waitUntil(lambda: trying.bench.weights.epoch > first, timeout=PATIENCE)  # another is the best by now
    window.workbench.show("evaluate")
    head = window.workbench.panel("evaluate").head
    window.evaluating.evaluate("now", "validation")
    qtbot.waitUntil(lambda: not window.evaluating.is_busy, timeout=PATIENCE)
    assert head.weights.currentData() == "now"
    window.trainer.stop()
    qtbot.waitUntil(lambda: window.trainer.state == "ended", timeout=PATIENCE)
    assert head.weights.currentText() == "the last step"  # as it was "now" before
    user.show("try")
    wait_for_answer(window, qtbot, lambda _: trying.bench.weights.title == "the best epoch")
    assert tab.head.weights.currentText() == "the best epoch"
    assert trying.bench.weights.epoch == read_record(bridge.folder).best["epoch"]


def choose(box, key: str) -> None:
    """Choose by keys, as somebody does."""
    step = box.findData(key) - box.currentIndex()
    for _ in range(abs(step)):
        QTest.keyClick(box, Qt.Key.Key_Down if step > 0 else Qt.Key.Key_Up)


def test_a_network_that_only_makes_samples_is_asked_of_none(window, qtbot, tab, tmp_path):
    project = new("gan")
    project = set_training(project, replace(project.training, epochs=1, device="cpu"))
    list(train(Plan.from_project(project, out=tmp_path / "run")))
    window.trying.try_run(Run(tmp_path / "run", read_record(tmp_path / "run")))
    made = tab.findChild(MadePart)
    qtbot.waitUntil(lambda: made.view.sheet.picture is not None, timeout=PATIENCE)
    settle()
    assert made.isVisible()
    assert window.trying.sample is None
    assert not tab.head.picker.isVisible()
    assert not tab.entries.isVisible()
    assert not tab.findChild(AnswerBoard).isVisible()


def test_labels_follow_the_threshold_of_the_evaluation(window, user, qtbot, tab):
    project = new("task-multi-label")
    train_to_end(window, qtbot, set_training(project, replace(project.training, epochs=1, device="cpu")))
    user.show("try")
    (answer,) = wait_for_answer(window, qtbot).answers
    part = tab.findChild(AnswerBoard).parts[0]
    assert part.headline.text() == answer.best
    window.evaluating.evaluate("best", "validation")
    qtbot.waitUntil(lambda: not window.evaluating.is_busy, timeout=PATIENCE)
    window.evaluating.move_threshold(0.999)
    qtbot.waitUntil(lambda: window.evaluating.result.assessment.threshold == 0.999, timeout=PATIENCE)
    user.click(tab.head.picker.after)
    wait_for_answer(window, qtbot, lambda sample: sample.number == 1)
    assert part.headline.text() == "none"
    assert part.bars.threshold == 0.999


def test_each_document_keeps_what_is_tried_in_it(window, user, qtbot, tab, chain):
    train_to_end(window, qtbot, set_training(chain, replace(chain.training, epochs=1, device="cpu")))
    user.show("try")
    wait_for_answer(window, qtbot)
    user.click(tab.head.picker.after)
    wait_for_answer(window, qtbot, lambda sample: sample.number == 1)
    bench, first = window.trying.bench, window.editor.document
    window.filing.show(make_moons(epochs=1))
    assert window.editor.document is not first
    assert window.trying.bench is None
    assert tab.stack.currentWidget() is tab.empty
    window.documents.show_at(window.documents.all.index(first))
    settle()
    assert window.trying.bench is bench
    assert window.trying.sample.number == 1
    window.trainer.start()
    user.show("try")
    qtbot.waitUntil(lambda: window.trying.bench not in (None, bench), timeout=PATIENCE)


def test_what_was_begun_in_another_document_is_not_said_of_this_one(window, user, qtbot, tab):
    train_to_end(window, qtbot, make_moons(epochs=1))
    first = window.editor.document
    train_to_end(window, qtbot, make_moons(epochs=1))
    second, trying = window.editor.document, window.trying
    assert second is not first
    user.show("try")
    wait_for_answer(window, qtbot)
    for file in trying.weights.folder.glob("*.safetensors"):
        file.write_bytes(b"broken")
    trying.use("best")
    assert trying.is_opening
    window.documents.show_at(window.documents.all.index(first))  # it waits for the other one
    assert trying.bench is None
    wait_for_answer(window, qtbot)
    bench, reply = trying.bench, trying.reply
    assert tab.message.text() == ""
    window.documents.show_at(window.documents.all.index(second))
    assert trying.bench is None
    assert trying.is_opening
    window.documents.show_at(window.documents.all.index(first))
    qtbot.waitUntil(lambda: not trying.is_opening, timeout=PATIENCE)
    settle()
    assert (trying.bench, trying.reply) == (bench, reply)
    assert tab.message.text() == ""
    trying.use("last")  # the other way round: what was asked is there, when the other one is shown
    window.documents.show_at(window.documents.all.index(second))
    qtbot.waitUntil(lambda: not trying.is_opening and bool(tab.message.text()), timeout=PATIENCE)
    assert trying.bench is None


def test_two_who_ask_for_other_weights_are_both_answered_beside_another_document(window, qtbot, tab):
    window.filing.show(make_moons(epochs=100_000))
    window.trainer.start()
    qtbot.waitUntil(lambda: window.trainer.bridge.progress.step > 0, timeout=PATIENCE)
    window.trainer.pause()
    asking = window.trying.weights, window.evaluating.weights
    given: list[str] = []
    for weights, which in zip(asking, ("now", "best"), strict=True):
        weights.given.connect(lambda asked, find: given.append(asked.which))
        weights.refused.connect(lambda document, text: given.append("best"))  # where no epoch was over yet
        weights.ask(which)
    window.filing.show(make_moons(epochs=1))
    qtbot.waitUntil(lambda: not any(weights.is_asking for weights in asking), timeout=PATIENCE)
    assert sorted(given) == ["best", "now"]
    window.trainer.bridge.stop()
    qtbot.waitUntil(lambda: window.trainer.bridge.run_under_way is None, timeout=PATIENCE)
