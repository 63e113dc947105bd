"""The list of commands: complete, without collisions, and the only source of menus, bars and pages."""

import gc
import json
from collections import Counter
from pathlib import Path

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QTextBrowser, QToolBar, QToolButton

from designer.document.project import Project
from designer.ui.commands import COMMANDS, MENUS
from designer.ui.pages import GESTURES, Page, write_about, write_keys
from tests.ui.conftest import settle


def test_ids_and_keys_are_unique():
    assert all(count == 1 for count in Counter(command.id for command in COMMANDS).values())
    keys = Counter(QKeySequence(keys).toString() for command in COMMANDS for keys in command.shortcuts)
    assert all(keys)
    assert all(count == 1 for count in keys.values()), keys.most_common(3)


def test_every_icon_exists():
    import qtawesome

    fonts = Path(qtawesome.__file__).parent / "fonts"
    (charmap,) = fonts.glob("phosphor-charmap-*.json")
    known = json.loads(charmap.read_text())
    assert {command.icon for command in COMMANDS if command.icon} <= {f"ph.{name}" for name in known}


def test_every_command_is_in_a_menu():
    assert {command.menu for command in COMMANDS} == set(MENUS)


def test_every_command_can_be_asked_about(window, chain):
    for project in (window.editor.project, chain):
        window.filing.show(project)
        window.editor.select(project.graph.nodes)
        for command in COMMANDS:
            assert isinstance(command.enabled(window), bool)
            assert command.title_now is None or command.title_now(window)
            for choice in command.choices(window) if command.choices is not None else ():
                assert choice.title
                assert choice.checked is None or isinstance(choice.checked(window), bool)


def test_menus_and_tool_bar_hold_what_the_records_say(window):
    bar = window.menuBar()
    assert [action.text().replace("&", "") for action in bar.actions()] == list(MENUS)
    for head in bar.actions():
        shown = [action.text() for action in head.menu().actions() if not action.isSeparator()]
        said = [command.title for command in COMMANDS if command.menu == head.text().replace("&", "")]
        assert [title.partition(" ")[0] for title in shown] == [title.partition(" ")[0] for title in said]
    tools = window.findChild(QToolBar, "tools")
    buttons = [button for button in tools.findChildren(QToolButton) if button.accessibleName()]
    wanted = sorted((command for command in COMMANDS if command.bar), key=lambda command: command.bar)
    assert {button.accessibleName() for button in buttons} == {command.title for command in wanted}
    assert all(not window.menus.actions[command.id].icon().isNull() for command in wanted)


def test_what_makes_no_sense_is_disabled(window, user, chain):
    actions = window.menus.actions
    assert not actions["edit.undo"].isEnabled()
    assert not actions["edit.copy"].isEnabled()
    assert not actions["file.export"].isEnabled()
    window.filing.show(chain)
    user.click_node("relu_1")
    assert actions["edit.copy"].isEnabled()
    assert actions["edit.rename"].isEnabled()
    assert actions["file.export"].isEnabled()
    assert not actions["train.stop"].isEnabled()


def test_the_page_of_keys_tells_every_key():
    page = write_keys()
    for command in COMMANDS:
        for keys in command.shortcuts:
            assert QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) in page
    assert all(hand in page and keys in page for hand, _, keys in GESTURES)


def test_pages_open_and_close(window, user):
    user.choose("Help", "Keyboard shortcuts")
    (page,) = window.findChildren(Page)
    assert "Ctrl+Shift+Z" in page.findChild(QTextBrowser).toPlainText()
    page.close()
    settle()
    assert not window.findChildren(Page)
    assert "Python" in write_about()


def test_submenus_outlive_what_python_held_of_them(window, user):
    for name in ("one", "two", "three"):
        window.filing.show(Project(name=name))
        window.hands.add("Linear")
        window.hands.add("ReLU")
        gc.collect()
        user.choose("Edit", "Undo several steps", "Add linear1")
        user.choose("View", "Interface scale", "100")
        user.choose("View", "Documents", name)
    window.menus.context_menu("canvas").close()
    gc.collect()
    window.hands.add("Linear")
    user.choose("Edit", "Undo several steps", "Add")
    assert len(window.editor.project.graph.nodes) == 0


def test_titles_of_a_menu_stand_below_one_another_with_an_icon_or_without(window, user):
    head = next(action for action in window.menuBar().actions() if action.text() == "&Network")
    menu = head.menu()
    user.click(window.menuBar(), window.menuBar().actionGeometry(head).center())
    image = menu.grab().toImage()
    ground = image.pixelColor(6, 3).lightness()

    def find_start(title: str) -> int:
        action = next(one for one in menu.actions() if one.text() == title)
        place = menu.actionGeometry(action)
        columns = range(place.left() + 27, place.right())
        rows = range(place.top() + 4, place.bottom() - 4)
        return next(
            x - place.left() for x in columns if any(image.pixelColor(x, y).lightness() - ground > 40 for y in rows)
        )

    starts = [find_start(title) for title in ("Replace with …", "Rename block", "Fold long networks", "Freeze")]
    menu.close()
    assert max(starts) - min(starts) <= 1, starts
