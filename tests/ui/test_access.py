"""Every part of the window by key, with the focus in sight and a name for those who only hear."""

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QScrollBar,
    QToolBar,
    QToolButton,
    QWidget,
)

from designer.catalogue.templates import open_template
from designer.document.drawing import Remark
from designer.document.edits import set_parameter
from designer.document.grouping import group
from designer.document.remarks import add_remark
from designer.ui.commands.panels import NUMBERED
from designer.ui.rounds import takes_tab
from designer.ui.theme import LEAST_CONTRAST, contrast
from tests.ui.conftest import settle

CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def furnished(window):
    """The window with a network in it, a layer selected, and every panel built."""
    window.resize(1680, 1050)
    window.filing.show(open_template("digits-cnn"))
    window.editor.select(["conv1"])
    for name in window.workbench.docks:
        window.workbench.show(name)
        settle()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    settle()
    return window


def reachable(window) -> list[QWidget]:
    """Every widget in view that Tab stops at."""
    return [
        widget for widget in window.findChildren(QWidget) if takes_tab(widget) and not widget.visibleRegion().isEmpty()
    ]


def every_panel(window):
    """Bring each panel to the front in turn."""
    for name in window.workbench.docks:
        window.workbench.show(name)
        settle()
        yield name


def label(widget: QWidget) -> str:
    where = [widget.objectName() or type(widget).__name__]
    while (widget := widget.parentWidget()) is not None and len(where) < 4:
        where.append(widget.objectName() or type(widget).__name__)
    return " < ".join(where)


def test_the_keys_of_panels_name_panels_that_there_are(window):
    docks = window.workbench.docks
    assert [(name, docks[name].panel.title) for name, _ in NUMBERED] == list(NUMBERED)


def test_each_panel_is_reached_by_its_key(furnished, user):
    for number, (name, _) in enumerate(NUMBERED, 1):
        user.press(Qt.Key(Qt.Key.Key_0 + number), ALT)
        assert not furnished.workbench.docks[name].visibleRegion().isEmpty()
        assert furnished.rounds.here == name
    user.press(Qt.Key.Key_0, ALT)
    assert QApplication.focusWidget() is furnished.canvas


def test_the_keys_go_round_and_back(furnished, user):
    furnished.canvas.setFocus()
    forth, back = ["canvas"], []
    for _ in range(len(furnished.rounds.places) - 1):
        user.press(Qt.Key.Key_F6, CONTROL)
        forth.append(furnished.rounds.here)
    assert len(set(forth)) == len(forth) > 3
    user.press(Qt.Key.Key_F6, CONTROL)
    assert furnished.rounds.here == "canvas"
    for _ in forth:
        user.press(Qt.Key.Key_F6, CONTROL | SHIFT)
        back.append(furnished.rounds.here)
    assert back == [*reversed(forth[1:]), "canvas"]


def test_everything_that_takes_the_focus_has_a_name(furnished):
    nameless = set()
    for _ in every_panel(furnished):
        for widget in reachable(furnished):
            told = QAccessible.queryAccessibleInterface(widget)
            if not told.text(QAccessible.Text.Name).strip():
                nameless.add(label(widget))
    assert not nameless


def test_the_focus_is_seen_wherever_it_is(furnished):
    unseen, stops = set(), 0
    for _ in every_panel(furnished):
        for widget in reachable(furnished):
            if not (shiboken6.isValid(widget) and takes_tab(widget)):
                continue
            if (
                isinstance(widget, QAbstractItemView)
                and widget.model().rowCount()
                and not widget.currentIndex().isValid()
            ):
                widget.setCurrentIndex(widget.model().index(0, 0))
            furnished.setFocus()
            settle()
            before = furnished.grab().toImage()
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            settle()
            assert QApplication.focusWidget() is widget, label(widget)
            stops += 1
            if furnished.grab().toImage() == before:
                unseen.add(label(widget))
    assert not unseen
    assert stops > 60


def test_a_notice_is_read_aloud(window, monkeypatch):
    """What the platform's bridge to screen readers is handed; there is none off screen."""
    told = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: told.append((event.type(), event.object())))
    notice = window.notices.show_notice("warning", "Something to know")
    assert (QAccessible.Event.Alert, notice) in told
    assert notice.accessibleName() == "warning: Something to know"
    notice.say("More to know")
    assert notice.accessibleName() == "warning: More to know"


def test_what_is_selected_is_told_with_its_problems(furnished):
    pool = set_parameter(furnished.editor.project, "pool1", "kernel_size", (9, 9))
    furnished.editor.apply("break", pool)
    furnished.editor.select(["pool1"])
    told = QAccessible.queryAccessibleInterface(furnished.canvas).text(QAccessible.Text.Description)
    assert told.startswith("pool1, MaxPool2d, 9×9")
    assert "larger than its input" in told
    (problem,) = [one for one in furnished.editor.problems if one.severity == "error"]
    furnished.workbench.show("problems")
    settle()
    rows = [row for row in furnished.workbench.panel("problems").findChildren(QWidget) if row.accessibleName()]
    assert any("larger than its input" in row.accessibleName() for row in rows), problem


def test_hints_in_fields_can_be_read(furnished):
    for _ in every_panel(furnished):
        for field in furnished.findChildren(QLineEdit):
            ink = field.palette().color(QPalette.ColorRole.PlaceholderText)
            assert ink.alpha() == 255, label(field)
            assert contrast(ink.name(), furnished.theme.window) >= LEAST_CONTRAST, label(field)


@pytest.mark.parametrize("panel", ["training", "code", "data", "history"])
def test_a_panel_that_is_seen_for_the_first_time_gets_the_keys(window, panel):
    window.workbench.show("samples")
    settle()
    window.rounds.go_to(panel)
    field = QApplication.focusWidget()
    assert window.workbench.panel(panel).isAncestorOf(field)
    assert field.isVisible()


def test_a_panel_that_is_covered_hands_the_keys_to_the_canvas(window):
    window.rounds.go_to("data")
    settle()
    window.workbench.show("training")
    settle()
    assert QApplication.focusWidget() is window.canvas


def test_what_an_empty_data_tab_says_is_not_cut(window):
    window.resize(900, 700)
    window.workbench.show("data")
    settle()
    title = window.workbench.panel("data").title
    assert title.height() >= title.heightForWidth(title.width()) > title.fontMetrics().height() * 1.5


def list_nameless(root: QWidget) -> set[str]:
    """Return the controls and texts below a widget that are in sight and of which a screen reader would hear nothing."""
    kinds = (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit, QAbstractItemView, QLabel, QAbstractSlider)
    found = set()
    for widget in root.findChildren(QWidget):
        inner = isinstance(widget, QScrollBar) or widget.objectName().startswith("qt_")
        if not isinstance(widget, kinds) or inner or widget.visibleRegion().isEmpty():
            continue
        told = QAccessible.queryAccessibleInterface(widget)
        if told is not None and not told.text(QAccessible.Text.Name).strip():
            if not (isinstance(widget, QLabel) and not widget.text()):  # that one has nothing to say
                found.add(label(widget))
    return found


def test_every_control_of_inspector_tool_bar_and_status_bar_has_a_name(furnished):
    editor, inspector = furnished.editor, furnished.workbench.panel("inspector")
    project, _ = add_remark(editor.project, Remark("Head", "green", frozenset({"conv1"})))
    project, _ = add_remark(project, Remark("Why?", "yellow"))
    editor.apply("remarks", project)
    furnished.workbench.show("outline")
    grouped, use = group(editor.project, ["conv1", "bn1"], "Part")
    pages = set()
    states = [((), ()), (("conv1",), ()), (("conv1", "conv2"), ()), ((), ("frame1",)), ((), ("comment1",))]
    for nodes, remarks in [*states, ((use,), ())]:
        if use in nodes:
            editor.apply("group", grouped)
        editor.select(nodes, (), remarks)
        for button in inspector.findChildren(QToolButton):
            if button.isCheckable() and button.isVisible():
                button.setChecked(True)  # what is folded is heard too
        settle()
        pages.add(
            next(type(area.widget()).__name__ for area in inspector.findChildren(QScrollArea) if area.isVisible())
        )
        assert list_nameless(inspector) == set(), (nodes, remarks)
    assert pages == {"ProjectPage", "LayerPage", "SelectionPage", "RemarkPage"}
    for part in (furnished.findChild(QWidget, "tools"), furnished.statusBar(), furnished.menuBar()):
        assert list_nameless(part) == set()
    for action in furnished.findChild(QToolBar, "tools").actions():
        button = furnished.findChild(QToolBar, "tools").widgetForAction(action)
        if isinstance(button, QToolButton):
            assert QAccessible.queryAccessibleInterface(button).text(QAccessible.Text.Name)
