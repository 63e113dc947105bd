"""The window itself: themes, panels, title, status, what it remembers, and what happens when something breaks."""

import os
import time

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette, QStatusTipEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from designer.document.edits import rename_node
from designer.document.files import save
from designer.ui.editor import Editor
from designer.ui.faults import Faults, log_path
from designer.ui.focus_chain import has_proxy
from designer.ui.settings import Settings
from designer.ui.theme import load_theme
from designer.ui.window import Window
from tests.ui.conftest import settle


def ground_of(widget: QWidget) -> QColor:
    picture = widget.grab().toImage()
    return picture.pixelColor(picture.width() // 2, picture.height() - 6)


def test_the_theme_changes_at_once_and_is_remembered(window, user, settings):
    assert ground_of(window.canvas) == QColor(load_theme("dark").canvas)
    user.choose("View", "Theme", "Light")
    assert window.theme is load_theme("light")
    assert ground_of(window.canvas) == QColor(load_theme("light").canvas)
    assert QApplication.palette().color(QPalette.ColorRole.Window) == QColor(load_theme("light").panel)
    assert settings.theme == "light"
    user.choose("View", "Theme", "Dark")
    assert ground_of(window.canvas) == QColor(load_theme("dark").canvas)


def test_like_the_system_follows_the_system(window, user):
    user.choose("View", "Theme", "Light")
    user.choose("View", "Theme", "Like the system")
    scheme = QApplication.styleHints().colorScheme()
    assert window.theme.dark is (scheme != Qt.ColorScheme.Light)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_text_can_be_read(theme):
    """WCAG 2: at least 4.5 to 1 for every pair of text and ground that the window uses."""
    colours = load_theme(theme)
    grounds = (colours.window, colours.panel, colours.card)
    for ink in (colours.text, colours.muted, colours.accent, colours.error, colours.warning, colours.ok):
        for ground in grounds:
            assert contrast(ink, ground) >= 4.4, (ink, ground)
    assert contrast(colours.on_accent, colours.accent) >= 4.5


def contrast(first: str, second: str) -> float:
    def luminance(code: str) -> float:
        parts = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in QColor(code).getRgbF()[:3]
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_panels_hide_and_come_back(window, user):
    inspector = window.workbench.docks["inspector"]
    user.click(inspector.titleBarWidget().closer)
    assert inspector.isHidden()
    user.choose("View", "Panels", "Inspector")
    assert inspector.isVisible()
    user.choose("View", "Panels", "Layers")
    assert window.workbench.docks["palette"].isHidden()
    user.choose("View", "Reset panels")
    assert window.workbench.docks["palette"].isVisible()


def test_layout_is_remembered(qtbot, settings):
    def open_window() -> Window:
        window = Window(Editor(), Settings(settings.path), "dark")
        with qtbot.waitSignal(window.ready):
            window.show()
        settle()
        return window

    first = open_window()
    first.resize(790, 700)
    first.workbench.docks["palette"].hide()
    first.workbench.show("code")
    settle()
    first.close()
    first.deleteLater()
    second = open_window()
    assert (second.width(), second.height()) == (790, 700)
    assert second.workbench.docks["palette"].isHidden()
    assert second.workbench.panel("code").isVisible()
    second.close()
    second.deleteLater()


@pytest.mark.parametrize("content", ["[General]\nrecent=@Invalid()\ntheme=pink\ndocks=7", "\0\1\2", "recent=[1, {}]"])
def test_damaged_settings_do_no_harm(qtbot, tmp_path, content):
    path = tmp_path / "window.ini"
    path.write_text(content)
    settings = Settings(path)
    assert settings.theme == "system"
    assert settings.recent == []
    window = Window(Editor(), settings)
    with qtbot.waitSignal(window.ready):
        window.show()
    window.close()
    window.deleteLater()


def test_tabs_have_no_second_title(window):
    bottom = [
        dock for dock in window.workbench.docks.values() if dock.panel.area == Qt.DockWidgetArea.BottomDockWidgetArea
    ]
    assert [dock.panel.name for dock in bottom if dock.isHidden()] == ["comparison"]  # comes with one
    settle()
    assert all(dock.titleBarWidget().sizeHint().height() == 0 for dock in bottom if not dock.isHidden())
    bottom[0].setFloating(True)
    settle()
    assert bottom[0].titleBarWidget().sizeHint().height() > 0
    bottom[0].setFloating(False)


def test_the_title_tells_the_document(window, chain):
    window.filing.show(chain)
    assert window.windowTitle() == "chain[*] – Designer"
    title = [label.text() for label in window.menuBar().findChildren(QLabel) if label.isVisible()]
    assert title == ["chain"]
    window.editor.apply("rename", rename_node(chain, "relu_1", "gate"))
    assert window.isWindowModified()
    assert [label.text() for label in window.menuBar().findChildren(QLabel) if label.isVisible()] == ["chain", "●"]


def test_the_status_bar_sums_up(window, chain):
    window.filing.show(chain)
    assert window.status.totals.text() == "6 layers · 4,810 parameters · 4.74 k multiply-adds · 19.2 kB"
    window.canvas.status_hint.emit("Insert ReLU between a and b")
    assert window.status.totals.text() == "Insert ReLU between a and b"
    window.canvas.status_hint.emit("")
    assert window.status.totals.text().startswith("6 layers")
    window.status.show_run("running", "epoch 5/12 · 98.1 %")
    assert window.status.run.text() == "Training · epoch 5/12 · 98.1 %"


def test_the_status_bar_tells_the_age_of_the_file_and_not_of_the_look_at_it(window, chain, tmp_path):
    save(tmp_path / "old.nnd", chain)
    past = time.time() - 3 * 24 * 3600
    os.utime(tmp_path / "old.nnd", (past, past))
    window.filing.open(tmp_path / "old.nnd")
    assert window.status.file.text() == "auto · saved 3 days ago"
    window.editor.apply("rename", rename_node(chain, "relu_1", "gate"))
    assert window.status.file.text() == "auto · not saved"
    window.editor.undo()
    assert window.status.file.text() == "auto · saved 3 days ago"


def test_what_a_command_does_is_said_beside_the_state_of_the_run(window, chain):
    window.filing.show(chain)
    window.status.show_run("running", "epoch 5/12 · 98.1 %")
    train = window.findChild(QWidget, "tools").widgetForAction(window.menus.actions["train.start"])
    for tip in ("Train the network as the Training panel says", ""):
        QApplication.sendEvent(train, QStatusTipEvent(tip))
        assert window.status.totals.text().startswith(tip or "6 layers")
        assert window.status.run.isVisible()


def test_every_widget_that_takes_the_focus_has_a_name(window, user, chain):
    window.filing.show(chain)
    window.editor.select(["linear_1"])
    for panel in window.workbench.docks:
        user.show(panel)
    nameless = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not has_proxy(widget)
        and widget.isVisible()
        and not (widget.accessibleName() or getattr(widget, "text", lambda: "")() or widget.windowTitle())
        and not widget.objectName().startswith("qt_")
    ]
    assert [f"{type(widget).__name__} in {type(widget.parent()).__name__}" for widget in nameless] == []


class Breaker(QObject):
    go = Signal()


def test_an_exception_in_a_slot_is_logged_and_shown_calmly(window, user, qtbot, monkeypatch, tmp_path):
    monkeypatch.setenv("DESIGNER_HOME", str(tmp_path))
    faults = Faults()
    faults.install()
    try:
        faults.raised.connect(window.report_fault)
        breaker = Breaker()
        breaker.go.connect(lambda: 1 / 0)
        breaker.go.emit()
        breaker.go.emit()
    finally:
        faults.remove()
    settle()
    (notice,) = window.notices.shown
    assert notice.text == "Something unexpected went wrong (ZeroDivisionError). Your work is still here."
    user.answer("Copy details")
    assert "1 / 0" in QApplication.clipboard().text()
    assert log_path().read_text().count("ZeroDivisionError") >= 2
    user.click(notice.closer)
    assert not window.notices.shown


def test_the_tabs_below_reach_below_both_sides_in_a_narrow_window(window):
    """As on a screen of 1280 x 800 at 150 %, where too little is left between the sides."""
    below = window.workbench.docks["training"]
    window.resize(853, 533)
    settle()
    assert below.width() == 853
    window.resize(1400, 900)
    settle()
    assert below.width() < 1000
