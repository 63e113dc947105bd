"""The gallery in the real window: look, search, choose by mouse and by keys; pictures come one at a time."""

import pytest
from PySide6.QtCore import QSize, Qt

from designer.catalogue.templates import list_templates, open_template
from designer.document.files import load
from designer.document.project import Project
from designer.ui.gallery.dialog import GalleryDialog
from designer.ui.gallery.pictures import paint_network
from designer.ui.theme import load_theme
from tests.ui.conftest import settle

KEY = Qt.Key


@pytest.fixture
def gallery(window, user) -> GalleryDialog:
    user.choose("File", "New from template")
    dialog = window.findChild(GalleryDialog)
    assert dialog.isVisible()
    return dialog


def names(gallery: GalleryDialog) -> list[str]:
    return [gallery.cards.item(row).text() for row in range(gallery.cards.count())]


def place(gallery: GalleryDialog, title: str):
    row = names(gallery).index(title)
    gallery.cards.scrollToItem(gallery.cards.item(row))
    return gallery.cards.visualItemRect(gallery.cards.item(row)).center()


def test_all_are_there_and_a_click_tells_their_story(window, user, gallery):
    assert names(gallery) == [template.title for template in list_templates()]
    user.click(gallery.cards.viewport(), place(gallery, "ResNet-50"))
    story = gallery.story
    assert story.facts.facts()["Parameters"] == "25,557,032"
    assert "He, Zhang, Ren and Sun" in story.text.text()
    assert story.source.text().startswith("Source: K. He")
    user.click(gallery.groups.viewport(), gallery.groups.visualItemRect(gallery.groups.item(1)).center())
    assert names(gallery) == [each.title for each in list_templates() if each.group == "First steps"]
    gallery.reject()
    assert window.editor.project == Project()


def test_a_double_click_opens_it_as_a_new_document(window, user, gallery):
    user.double_click(gallery.cards.viewport(), place(gallery, "XOR network"))
    assert window.editor.project == open_template("xor")
    assert window.editor.path is None
    assert not window.editor.modified
    settle()
    assert window.findChild(GalleryDialog) is None


def test_enter_opens_what_fits_a_search_best(window, user, gallery):
    user.type("resnet-50", gallery.search)  # after "resnet" ResNet-18 stands first
    assert gallery.story.title.text() == "ResNet-50"
    user.press(KEY.Key_Return, widget=gallery.search)
    assert window.editor.project == open_template("resnet-50")


def test_by_keys_alone(window, user):
    user.press(KEY.Key_N, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, window)
    gallery = window.findChild(GalleryDialog)
    user.type("bottleneck he 2015", gallery.search)
    assert names(gallery)[:2] == ["ResNet-50", "ResNet-152"]
    user.press(KEY.Key_Down, widget=gallery.search)
    assert gallery.cards.hasFocus()
    user.press(KEY.Key_Right, widget=gallery.cards)
    assert gallery.story.title.text() == "ResNet-152"
    assert gallery.cards.currentItem().data(Qt.ItemDataRole.AccessibleTextRole).startswith("ResNet-152. ")
    user.press(KEY.Key_Return, widget=gallery.cards)
    assert window.editor.project == open_template("resnet-152")


def test_what_nothing_fits_says_so_and_opens_nothing(window, user, gallery):
    user.type("quux", gallery.search)
    assert gallery.none.isVisible()
    assert not gallery.button.isEnabled()
    user.press(KEY.Key_Return, widget=gallery.search)
    assert gallery.isVisible()
    user.press(KEY.Key_Escape, widget=gallery.search)
    assert len(names(gallery)) == len(list_templates())
    user.press(KEY.Key_Escape, widget=gallery.search)
    assert window.findChild(GalleryDialog) is None


def test_unsaved_work_stays_in_its_tab(window, user, chain):
    window.filing.show(chain, saved=False)
    user.choose("File", "New from template")
    user.click(window.findChild(GalleryDialog).button)
    assert window.editor.project.graph == load(list_templates()[0].path).graph
    assert [document.modified for document in window.documents.all] == [True, False]
    user.choose("View", "Previous document")
    assert window.editor.project == chain


def test_pictures_come_one_at_a_time_and_are_kept(window, qtbot, gallery):
    pictures = window.filing._pictures
    qtbot.waitUntil(lambda: not pictures._wanted)
    kept = len(pictures._kept)
    assert 5 < kept <= len(list_templates()) + 1  # those in sight, and the large one
    gallery.set_theme(load_theme("light"))
    qtbot.waitUntil(lambda: len(pictures._kept) > kept and not pictures._wanted)
    gallery.reject()


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("name", ["xor", "resnet-152"])
@pytest.mark.usefixtures("qapp")
def test_a_picture_shows_the_network(name, theme):
    colours = load_theme(theme)
    image = paint_network(open_template(name), colours, QSize(200, 120), 2.0)
    assert (image.width(), image.height()) == (400, 240)
    seen = {image.pixelColor(x, y).name() for x in range(400) for y in range(240)}
    assert colours.family["linear"] in seen or colours.family["block"] in seen
    assert paint_network(Project(), colours, QSize(200, 120)).pixelColor(7, 7).name() == colours.canvas
