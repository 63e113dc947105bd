"""The manual in the real window: F1, links, a way back, search, keys, both themes."""

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from designer.catalogue.registry import layers
from designer.ui.figures.tip import write_figure_tip
from designer.ui.manual.reader import Manual
from tests.ui.conftest import settle

ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def manual(window, qtbot):
    """The manual on the page of Conv2d."""
    shown = window.pages.show_manual("layer:Conv2d")
    qtbot.waitUntil(lambda: not shown._job.running)
    shown.activateWindow()
    settle()
    return shown


def text_of(manual: Manual) -> str:
    return manual.page.toPlainText()


def follow(user, manual: Manual, text: str) -> None:
    """Click on a link by its text."""
    document, page = manual.page.document(), manual.page
    cursor = document.find(text)
    while not cursor.charFormat().isAnchor():
        cursor = document.find(text, cursor)
        assert not cursor.isNull()
    middle = QTextCursor(document)
    middle.setPosition((cursor.selectionStart() + cursor.selectionEnd()) // 2)
    page.setTextCursor(middle)
    page.ensureCursorVisible()
    settle()
    user.click(page.viewport(), page.cursorRect(middle).center())


def test_f1_opens_the_page_of_the_selected_layer(window, user, chain):
    window.filing.show(chain)
    user.click_node("relu_1")
    user.press(Qt.Key.Key_F1)
    (manual,) = window.findChildren(Manual)
    assert manual.address == "layer:ReLU"
    assert manual.windowTitle() == "ReLU – Manual"
    assert not manual.isModal()
    window.activateWindow()
    user.click_node("linear_1")
    user.press(Qt.Key.Key_F1)
    assert window.findChildren(Manual) == [manual]
    assert manual.address == "layer:Linear"
    window.editor.select([])
    manual.close()
    settle()
    assert not window.findChildren(Manual)
    window.menus.actions["help.manual"].trigger()
    assert window.findChildren(Manual)[0].address == "home:manual"


def test_the_inspector_leads_to_the_page(window, user, chain):
    window.filing.show(chain)
    user.click_node("relu_1")
    user.click(window.workbench.panel("inspector").layer.more)
    assert window.findChildren(Manual)[0].address == "layer:ReLU"


def test_links_and_the_way_back(window, user, manual):
    assert "nn.Conv2d(" in text_of(manual)
    assert "LeNet-5" in text_of(manual)
    assert not manual.back.isEnabled()
    follow(user, manual, "Convolution")
    assert manual.address == "family:convolution"
    follow(user, manual, "Conv3d")
    assert manual.address == "layer:Conv3d"
    assert manual.contents.currentItem().text(0) == "Conv3d"
    user.press(Qt.Key.Key_Left, ALT, manual.page)
    user.click(manual.back)
    assert manual.address == "layer:Conv2d"
    user.press(Qt.Key.Key_Right, ALT, manual.page)
    assert manual.address == "family:convolution"
    assert manual.contents.currentItem().text(0) == "Convolution"


def test_contents_are_searched_as_one_types(window, user, manual):
    user.press(Qt.Key.Key_F, CTRL, manual.page)
    assert QApplication.focusWidget() is manual.search
    user.type("lstm")
    assert manual.contents.currentItem().text(0) == "LSTM"
    shown = [item for item in manual._items.values() if not item.isHidden()]
    assert 2 <= len(shown) < 20
    user.press(Qt.Key.Key_Return)
    assert manual.address == "layer:LSTM"
    user.press(Qt.Key.Key_Escape, widget=manual.search)
    assert all(not item.isHidden() for item in manual._items.values())
    assert manual.contents.currentItem().text(0) == "LSTM"
    manual.contents.setFocus()
    user.press(Qt.Key.Key_Down, widget=manual.contents)
    user.press(Qt.Key.Key_Return, widget=manual.contents)
    assert manual.address == "layer:GRU"


def test_the_written_part_is_there_with_its_pictures(window, user, manual):
    manual.show_page("topic:data")
    assert "Time series (CSV)" in text_of(manual)
    assert not manual.page._load_image("images/window-light.png").isNull()
    assert manual.page._load_image("images/../../../pyproject.toml").isNull()
    manual.show_page("keys:shortcuts")
    assert "Ctrl+Shift+Z" in text_of(manual)


def test_a_change_of_theme_is_followed_while_it_is_open(window, user, manual):
    ground = manual.page.viewport().grab().toImage()
    window.menus.actions["view.theme.light"].trigger() if "view.theme.light" in window.menus.actions else (
        window.appearance.choose("light")
    )
    settle()
    assert manual.address == "layer:Conv2d"
    after = manual.page.viewport().grab().toImage()
    assert after != ground
    assert after.pixelColor(3, 3).lightness() > 200
    assert ground.pixelColor(3, 3).lightness() < 60
    picture = manual.page._load_image("figure:Conv2d")
    assert picture.pixelColor(2, 2).lightness() > 200


def test_a_network_of_the_gallery_can_be_opened_from_its_page(window, user, manual):
    manual.show_page("template:xor")
    manual._go(QUrl("open:xor"))
    settle()
    assert "Linear" in [node.kind for node in window.editor.project.graph.nodes.values()]


def test_the_palette_leads_to_pages_by_key_and_by_menu(window, user):
    palette = window.workbench.panel("palette")
    user.click(palette.search)
    user.type("maxpool2", palette.search)
    user.press(Qt.Key.Key_F1, widget=palette.search)
    manual = window.findChildren(Manual)[0]
    assert manual.address == "layer:MaxPool2d"
    window.activateWindow()
    palette.tree.setFocus()
    palette.tree.setCurrentItem(palette.tree.item_of("AvgPool2d") or palette.tree.currentItem())
    item = palette.tree.item_of("MaxPool2d")
    QTest.mouseClick(palette.tree.viewport(), Qt.MouseButton.LeftButton, pos=palette.tree.visualItemRect(item).center())
    place = palette.tree.visualItemRect(item).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, palette.tree.viewport().mapToGlobal(place))
    QApplication.sendEvent(palette.tree.viewport(), event)
    settle()
    (menu,) = palette.tree.findChildren(QMenu)
    assert [action.text() for action in menu.actions()] == ["Add MaxPool2d", "Open its manual page"]
    manual.show_page("home:manual")
    menu.actions()[1].trigger()
    menu.close()
    assert manual.address == "layer:MaxPool2d"


def test_tool_tips_of_the_palette_show_the_figure(window):
    tip = write_figure_tip(layers["Conv2d"], window.theme)
    assert "data:image/png;base64," in tip
    assert layers["Conv2d"].summary in tip
    assert write_figure_tip(layers["Conv2d"], window.theme) is tip


def test_the_search_box_leads_to_the_page_of_what_it_offers(window, user, chain):
    window.filing.show(chain)
    window.canvas.setFocus()
    user.press(Qt.Key.Key_Tab, widget=window.canvas)
    box = window.asking.box
    assert box.isVisible()
    user.type("groupnorm", box.line)
    user.press(Qt.Key.Key_F1, widget=box.line)
    assert not box.isVisible()
    assert window.findChildren(Manual)[0].address == "layer:GroupNorm"
    assert window.editor.project is chain or window.editor.project == chain
