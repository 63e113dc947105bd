"""A window in random hands: whatever is done to it, in any order, the canvas shows the document and nothing breaks.

DESIGNER_STEPS=5000 pytest tests/ui/test_random_gestures.py goes on for so many steps, other ones each time.
"""

import os
import random
import sys
import traceback
from pathlib import Path

import pytest
import shiboken6
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QCursor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLineEdit,
    QListView,
    QMenu,
    QPlainTextEdit,
    QWidget,
)

from designer.catalogue.facts import facts
from designer.catalogue.registry import objectives
from designer.catalogue.shapes import Inferred
from designer.catalogue.templates import open_template
from designer.document.files import dumps, read_project
from designer.document.project import Project
from designer.ui.canvas.geometry import Point
from designer.ui.canvas.sheet import Sheet
from designer.ui.canvas.view import LAYER_MIME
from designer.ui.commands import COMMANDS
from designer.ui.editor import Editor
from designer.ui.settings import Settings
from designer.ui.window import Window
from tests.ui.canvas.test_backdrop import count_unlike
from tests.ui.canvas.test_sheet import describe
from tests.ui.conftest import LEFT, NO_KEYS, drop_on, settle

STEPS = int(os.environ.get("DESIGNER_STEPS", "0"))
EXAMPLE = 100  # steps with one window
MOST_DOCUMENTS = 3
IN_CI = 4  # windows

CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
KINDS = ("Linear", "Conv2d", "ReLU", "Flatten", "Add", "Concatenate", "LSTM", "Dropout", "Input", "Output", "MaxPool2d")
WORDS = ("linear", "relu", "conv2d", "pool", "add", "flat", "drop", "lstm", "output", "zzz", "Linear 20", "")
VALUES = ("3", "1", "0", "-4", "7 x 7", "same", "", "abc", "1e3", "0.5", "=channels", "999999999")
STARTS = ("", "digits-cnn", "digits-residual", "three-block-cnn", "xor", "tiny-gpt")
# Commands that open dialogs of files or pages, end the window, or train: not for random hands.
LEFT_OUT = ("file.", "help.", "train.", "block.keep", "view.commands")

any_number = st.integers(0, 10**6)
shares = st.floats(0.02, 0.98)
places = st.tuples(shares, shares)
ways = st.tuples(st.integers(-400, 400), st.integers(-300, 300))
canvas_keys = st.sampled_from(
    [
        (Qt.Key.Key_Delete, NO_KEYS),
        (Qt.Key.Key_Backspace, NO_KEYS),
        (Qt.Key.Key_M, NO_KEYS),
        (Qt.Key.Key_H, NO_KEYS),
        (Qt.Key.Key_F, NO_KEYS),
        (Qt.Key.Key_Home, NO_KEYS),
        (Qt.Key.Key_L, NO_KEYS),
        (Qt.Key.Key_Escape, NO_KEYS),
        (Qt.Key.Key_Return, NO_KEYS),
        (Qt.Key.Key_Tab, NO_KEYS),
        (Qt.Key.Key_Space, NO_KEYS),
        (Qt.Key.Key_F2, NO_KEYS),
        (Qt.Key.Key_Up, ALT),
        (Qt.Key.Key_C, SHIFT),
        *[(key, keys) for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left) for keys in (NO_KEYS, SHIFT)],
        *[(getattr(Qt.Key, f"Key_{key}"), CONTROL) for key in "ACXVVDGGJ"],
        *[(getattr(Qt.Key, f"Key_{key}"), CONTROL | SHIFT) for key in "GJ"],
    ]
)


def tell(inferred: Inferred) -> dict[str, object]:
    """Return what is known of a node as values that can be compared; errors are equal where their words are."""
    told = inferred._asdict()
    told["error"] = None if inferred.error is None else str(inferred.error)
    told["inside"] = [{key: tell(node) for key, node in inner.nodes.items()} for inner in inferred.inside]
    return told


def tell_apart(one: Inferred, other: Inferred) -> list[tuple[str, str, object, object]]:
    """Return in which fields two records of a node differ."""
    now, then = tell(one), tell(other)
    return [(one.node.id, name, now[name], then[name]) for name in now if now[name] != then[name]]


class Gestures(RuleBasedStateMachine):
    """Random gestures on one window. Every one sends real events; texts that open get words, dialogs are closed."""

    folder: Path  # of the settings, given by the test

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self._hook, sys.excepthook = sys.excepthook, self._take
        self.window = Window(Editor(), Settings(self.folder / "window.ini"), "dark", keep_safe=False)
        self.window.resize(1300, 850)
        self.window.show()
        self.window.activateWindow()
        while not self.window.is_ready:
            QTest.qWait(5)
        settle()
        self.children = 0

    def _take(self, kind: type[BaseException], error: BaseException, trace: object) -> None:
        self.faults.append("".join(traceback.format_exception(error)))

    # --- what hands find ------------------------------------------------------------------------------------------

    @property
    def port_view(self) -> QWidget:
        return self.window.canvas.viewport()

    @property
    def sheet(self) -> Sheet:
        return self.window.canvas.sheet

    def node(self, number: int) -> str | None:
        keys = list(self.sheet.nodes)
        return keys[number % len(keys)] if keys else None

    def pixel(self, place: Point) -> QPoint:
        return self.window.canvas.mapFromScene(QPointF(*place))

    def card(self, node: str) -> QPoint:
        """A place on a card that is not on one of its ports, in view."""
        self.window.canvas.reveal(self.sheet.nodes[node].box)
        box = self.sheet.nodes[node].box
        return self.pixel((box.left + 30, (box.top + box.bottom) / 2))

    def port(self, node: str, number: int) -> QPoint | None:
        ports = self.sheet.nodes[node].ports()
        return self.pixel(ports[number % len(ports)][1]) if ports else None

    def spot(self, place: tuple[float, float]) -> QPoint:
        return QPoint(round(self.port_view.width() * place[0]), round(self.port_view.height() * place[1]))

    def drag(self, start: QPoint, end: QPoint, keys=NO_KEYS, button=LEFT) -> None:
        QTest.mousePress(self.port_view, button, keys, start)
        for step in range(1, 5):
            QTest.mouseMove(self.port_view, start + (end - start) * step / 4)
        QTest.mouseRelease(self.port_view, button, keys, end)
        self.answer("relu", go=True)

    def press(self, key: Qt.Key, keys=NO_KEYS) -> None:
        self.window.activateWindow()
        self.window.canvas.setFocus()
        QTest.keyClick(self.window.canvas, key, keys)

    def answer(self, text: str, go: bool) -> None:
        """Type into whatever asks for words now: the search box, a name, a comment; close menus and dialogs."""
        settle()
        for _ in range(5):
            popup = QApplication.activePopupWidget() or QApplication.activeModalWidget()
            if isinstance(popup, QMenu | QDialog):
                QTest.keyClick(popup, Qt.Key.Key_Escape)
            elif popup is not None:
                line = popup.findChild(QLineEdit)
                QTest.keyClicks(line, text)
                QTest.keyClick(line, Qt.Key.Key_Return if go else Qt.Key.Key_Escape)
                if popup.isVisible():
                    QTest.keyClick(line, Qt.Key.Key_Escape)
            else:
                break
            settle()
        field = QApplication.focusWidget()
        if isinstance(field, QPlainTextEdit) and field.objectName() == "remarktext":
            QTest.keyClicks(field, text)
            QTest.keyClick(field, Qt.Key.Key_Return if go else Qt.Key.Key_Escape, CONTROL if go else NO_KEYS)
        settle()

    # --- gestures -------------------------------------------------------------------------------------------------

    @initialize(name=st.sampled_from(STARTS))
    def begin(self, name: str) -> None:
        self.window.filing.show(open_template(name) if name else Project(), remember=False)
        settle()

    @rule(place=places, text=st.sampled_from(WORDS), go=st.booleans())
    def add_by_search(self, place, text, go) -> None:
        QCursor.setPos(self.port_view.mapToGlobal(self.spot(place)))
        self.press(Qt.Key.Key_Space)
        self.answer(text, go)

    @rule(place=places, text=st.sampled_from(WORDS))
    def double_click(self, place, text) -> None:
        where = self.spot(place)
        QTest.mouseClick(self.port_view, LEFT, NO_KEYS, where)
        QTest.mouseDClick(self.port_view, LEFT, NO_KEYS, where)
        QTest.mouseRelease(self.port_view, LEFT, NO_KEYS, where)
        self.answer(text, go=True)

    @rule(kind=st.sampled_from(KINDS), place=places, at=st.sampled_from(["place", "wire", "port"]), number=any_number)
    def drop_from_palette(self, kind, place, at, number) -> None:
        where = self.spot(place)
        edges = list(self.sheet.edges.values())
        if at == "wire" and edges:
            line = edges[number % len(edges)].line
            where = self.pixel(line[len(line) // 2])
        elif at == "port" and (node := self.node(number)) is not None:
            where = (self.port(node, number) or where) + QPoint(4, 9)
        data = QMimeData()
        data.setData(LAYER_MIME, kind.encode())
        drop_on(self.port_view, data, where)

    @rule(number=any_number, way=ways, keys=st.sampled_from([NO_KEYS, NO_KEYS, ALT, SHIFT]))
    def drag_card(self, number, way, keys) -> None:
        if (node := self.node(number)) is not None:
            start = self.card(node)
            self.drag(start, start + QPoint(*way), keys)

    @rule(start=any_number, end=any_number, port=any_number)
    def draw_wire(self, start, end, port) -> None:
        first, second = self.node(start), self.node(end)
        if first is not None and second is not None:
            out, into = self.port(first, -1), self.port(second, port)
            if out is not None and into is not None:
                self.drag(out, into)

    @rule(number=any_number, port=any_number, place=places)
    def draw_wire_to_a_place(self, number, port, place) -> None:
        if (node := self.node(number)) is not None and (start := self.port(node, port)) is not None:
            self.drag(start, self.spot(place))

    @rule(start=places, end=places, keys=st.sampled_from([NO_KEYS, CONTROL, SHIFT]))
    def drag_over_the_canvas(self, start, end, keys) -> None:
        """Select by a box, cut wires, or move whatever happens to be there."""
        self.drag(self.spot(start), self.spot(end), keys)

    @rule(number=any_number, keys=st.sampled_from([NO_KEYS, NO_KEYS, SHIFT, CONTROL]))
    def click_card(self, number, keys) -> None:
        if (node := self.node(number)) is not None:
            QTest.mouseClick(self.port_view, LEFT, keys, self.card(node))

    @rule(number=any_number)
    def click_wire(self, number) -> None:
        edges = list(self.sheet.edges.values())
        if edges:
            line = edges[number % len(edges)].line
            QTest.mouseClick(self.port_view, LEFT, NO_KEYS, self.pixel(line[len(line) // 3]))

    @rule(number=any_number)
    def click_remark(self, number) -> None:
        remarks = list(self.sheet.remarks.values())
        if remarks:
            grip = remarks[number % len(remarks)].grip
            QTest.mouseClick(self.port_view, LEFT, NO_KEYS, self.pixel((grip.left + 20, grip.top + 8)))

    @rule(chosen=canvas_keys, text=st.sampled_from(WORDS))
    def press_a_key(self, chosen, text) -> None:
        self.press(*chosen)
        self.answer(text, go=True)

    @rule(number=any_number, steps=st.integers(1, 25), place=places)
    def choose_from_the_context_menu(self, number, steps, place) -> None:
        node = self.node(number)
        where = self.card(node) if node is not None and number % 3 else self.spot(place)
        QTest.mouseClick(self.port_view, Qt.MouseButton.RightButton, NO_KEYS, where)
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, self.port_view.mapToGlobal(where))
        QApplication.sendEvent(self.port_view, event)
        menu = QApplication.activePopupWidget()
        if isinstance(menu, QMenu):
            for _ in range(steps):
                QTest.keyClick(menu, Qt.Key.Key_Down)
            entry = menu.activeAction()
            if entry is None or entry.objectName().startswith(LEFT_OUT):
                QTest.keyClick(menu, Qt.Key.Key_Escape)
            else:
                QTest.keyClick(menu, Qt.Key.Key_Return)
        self.answer("pool", go=bool(number % 2))

    @rule(number=any_number, text=st.sampled_from(WORDS))
    def ask_for_any_command(self, number, text) -> None:
        actions = self.window.menus.actions
        able = [one.id for one in COMMANDS if not one.id.startswith(LEFT_OUT) and actions[one.id].isEnabled()]
        chosen = able[number % len(able)]
        record = next(one for one in COMMANDS if one.id == chosen)
        if record.choices is None:
            actions[chosen].trigger()
        else:
            choices = list(record.choices(self.window))
            if choices:
                choices[number % len(choices)].run(self.window)
        self.answer(text, go=True)

    @rule(number=any_number, text=st.sampled_from(VALUES))
    def type_in_the_inspector(self, number, text) -> None:
        inspector = self.window.workbench.panel("inspector")
        fields = [line for line in inspector.findChildren(QLineEdit) if line.isVisible() and line.isEnabled()]
        if fields:
            field = fields[number % len(fields)]
            field.setFocus()
            field.selectAll()
            QTest.keyClicks(field, text)
            if shiboken6.isValid(field):
                QTest.keyClick(field, Qt.Key.Key_Return)

    @rule(number=any_number)
    def press_a_button_of_the_problems(self, number) -> None:
        self.window.workbench.show("problems")
        settle()
        panel = self.window.workbench.panel("problems")
        buttons = [one for one in panel.findChildren(QAbstractButton) if one.isVisible() and one.isEnabled()]
        if buttons:
            QTest.mouseClick(buttons[number % len(buttons)], LEFT)
        self.answer("", go=False)

    @rule(back=st.integers(1, 6), forth=st.integers(0, 6))
    def undo_and_redo(self, back, forth) -> None:
        for _ in range(back):
            self.press(Qt.Key.Key_Z, CONTROL)
        for _ in range(forth):
            self.press(Qt.Key.Key_Z, CONTROL | SHIFT)

    @rule(name=st.sampled_from(["dark", "light"]), width=st.integers(800, 1500), height=st.integers(560, 1000))
    def change_the_looks(self, name, width, height) -> None:
        self.window.appearance.choose(name)
        self.window.resize(width, height)

    @rule(place=places, turns=st.sampled_from([-360, -120, 120, 360]), way=ways)
    def zoom_and_pan(self, place, turns, way) -> None:
        where = self.spot(place)
        there = QPointF(self.port_view.mapToGlobal(where))
        event = QWheelEvent(
            QPointF(where),
            there,
            QPoint(),
            QPoint(0, turns),
            Qt.MouseButton.NoButton,
            NO_KEYS,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.port_view, event)
        self.drag(where, where + QPoint(*way), button=Qt.MouseButton.MiddleButton)

    @rule(name=st.sampled_from(["code", "problems", "training", "data", "weights", "samples"]))
    def look_at_a_panel(self, name) -> None:
        self.window.workbench.show(name)

    @rule(name=st.sampled_from(STARTS))
    def open_another_document(self, name) -> None:
        if len(self.window.documents.all) < MOST_DOCUMENTS:
            self.window.filing.new()
            if name:
                self.window.filing.show(open_template(name), remember=False)

    @rule(key=st.sampled_from([Qt.Key.Key_PageDown, Qt.Key.Key_PageUp]))
    def look_at_another_document(self, key) -> None:
        self.press(key, CONTROL)

    @rule(number=any_number)
    def jump_in_history(self, number) -> None:
        self.window.workbench.show("history")
        settle()
        steps = self.window.workbench.panel("history").findChild(QListView)
        row = number % steps.model().rowCount()
        steps.setCurrentIndex(steps.model().index(row, 0))
        QTest.keyClick(steps, Qt.Key.Key_Return)

    @rule()
    def go_through_the_whole_past(self) -> None:
        """Undo all, redo all: the same values come again."""
        editor = self.window.editor
        now, steps = editor.project, 0
        while editor.history.undo_title:
            editor.undo()
            steps += 1
        for _ in range(steps):
            editor.redo()
        assert editor.project == now

    # --- what holds after each ------------------------------------------------------------------------------------

    @invariant()
    def nothing_unexpected_happened(self) -> None:
        settle()
        self.window.canvas.glide.stop()
        assert not self.faults, self.faults[0]
        assert not [notice.text for notice in self.window.notices.shown if notice.key == "fault"]

    @invariant()
    def the_canvas_shows_the_document(self) -> None:
        editor = self.window.editor
        fresh = Sheet()
        view = editor.view
        known = None if editor.way else facts(view)
        objective = objectives.get(view.training.objective.kind)
        plain = objective is None or (objective.form == "plain" and objective.compares == "target")
        target = known.target if known is not None and plain else None
        fresh.show(view, editor.view_inference, editor.view_problems, target)
        for now, then in zip(describe(self.sheet), describe(fresh), strict=True):
            if isinstance(now, dict):
                assert now.keys() == then.keys()
                assert not {key: (now[key], then[key]) for key in now if now[key] != then[key]}
            assert now == then

    @invariant()
    def the_picture_that_is_kept_is_as_if_drawn_anew(self) -> None:
        seen = self.port_view.grab().toImage()
        self.window.canvas._backdrop.forget()
        assert not count_unlike(self.port_view.grab().toImage(), seen)

    @invariant()
    def what_is_derived_is_of_this_document(self) -> None:
        editor = self.window.editor
        other = Editor(editor.project)
        now, then = editor.inference.nodes, other.inference.nodes
        assert now.keys() == then.keys()
        assert not [row for key in now if now[key] != then[key] for row in tell_apart(now[key], then[key])]
        assert editor.problems == other.problems
        other.deleteLater()

    @invariant()
    def only_what_is_there_is_selected(self) -> None:
        editor, view = self.window.editor, self.window.editor.view
        assert editor.selected_nodes <= view.graph.nodes.keys()
        assert editor.selected_edges <= set(view.graph.edges)
        assert editor.selected_remarks <= view.drawing.remarks.keys()
        marks = self.window.canvas.marks
        assert (marks.nodes, marks.edges, marks.remarks) == (
            editor.selected_nodes,
            editor.selected_edges,
            editor.selected_remarks,
        )

    @invariant()
    def the_document_can_be_saved(self) -> None:
        project = self.window.editor.project
        assert read_project(dumps(project)) == project

    @invariant()
    def nothing_is_left_open(self) -> None:
        shown = {widget for widget in QApplication.topLevelWidgets() if widget.isVisible()}
        assert shown == {self.window}
        assert not self.window.canvas.busy
        assert self.window.grab(self.window.canvas.geometry()).width()
        self.children = self.children or len(self.window.findChildren(QObject))
        assert len(self.window.findChildren(QObject)) < self.children + 4000

    def teardown(self) -> None:
        sys.excepthook = self._hook
        self.window.close_for_good()
        self.window.deleteLater()
        settle()


@pytest.mark.qt_no_exception_capture
def test_random_gestures_leave_canvas_and_document_equal(qapp, tmp_path):
    class Here(Gestures):
        folder = tmp_path

    examples = max(1, STEPS // EXAMPLE) if STEPS else IN_CI
    chosen = settings(
        max_examples=examples,
        stateful_step_count=EXAMPLE,
        deadline=None,
        derandomize=not STEPS,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),  # a window for each try makes shrinking take forever
        database=None,
        print_blob=False,
    )
    if STEPS:
        random.seed()
    run_state_machine_as_test(Here, settings=chosen)
