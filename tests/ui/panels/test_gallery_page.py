"""Samples, balance and what the network gets in the Data tab: with real files, mouse and keys."""

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from designer.data import look
from designer.document.project import OFF, Choice, Data, Project
from designer.ui.background import Job
from designer.ui.editor import Editor
from designer.ui.panels.data import DataPanel
from designer.ui.theme import load_theme
from tests.ui.conftest import settle

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def make(qtbot):
    """A visible panel over a project with some data."""
    panels = []

    def make(data: Data, width: int = 1200) -> DataPanel:
        panel = DataPanel(Editor(Project(data=data)), load_theme("dark"))
        qtbot.addWidget(panel)
        panel.resize(width, 420)
        panel.show()
        panels.append(panel)
        return panel

    def go(panel: DataPanel, title: str) -> None:
        """Click on the tab of a page, and wait until all is read."""
        tabs = panel.sides.tabs
        place = next(place for place in range(tabs.count()) if tabs.tabText(place) == title)
        QTest.mouseClick(tabs, LEFT, pos=tabs.tabRect(place).center())
        wait(panel)

    def wait(panel: DataPanel) -> None:
        sides = panel.sides
        pages = (sides.gallery, sides.balance, sides.feed)
        qtbot.waitUntil(lambda: not any(page.busy for page in pages), timeout=60_000)

    make.go, make.wait = go, wait
    yield make
    for panel in panels:
        panel.shut_down()


@pytest.fixture
def pictures(tmp_path):
    """Two folders of pictures, one of them broken, one very long, one small."""
    for name, shade, count in (("cat", 40, 30), ("dog", 200, 8)):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for number in range(count):
            grey = np.full((90, 90, 3), shade + number, np.uint8)
            Image.fromarray(grey).save(tmp_path / "pets" / name / f"{name}{number:02}.png")
    Image.fromarray(np.zeros((70, 300, 3), np.uint8)).save(tmp_path / "pets" / "dog" / "dog06.png")
    Image.fromarray(np.zeros((9, 9, 3), np.uint8)).save(tmp_path / "pets" / "dog" / "dog07.png")
    (tmp_path / "pets" / "dog" / "dog05.png").write_bytes(b"\x89PNG\r\n\x1a\n cut off")
    return tmp_path / "pets"


def click(grid, index: int) -> None:
    QTest.mouseClick(grid.viewport(), LEFT, pos=grid.cell(index).center() - QPoint(0, 10))


def pick(box, start: str) -> None:
    """Choose from a list by the keys."""
    row = next(row for row in range(box.count()) if box.itemText(row).startswith(start))
    box.setFocus()
    while box.currentIndex() != row:
        QTest.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < row else Qt.Key.Key_Up)


@pytest.mark.filterwarnings("ignore:1 of 38 files cannot be read")
def test_pictures_are_filtered_searched_and_enlarged(make, pictures):
    panel = make(Data(look(pictures).source))
    make.go(panel, "Samples")
    gallery = panel.sides.gallery
    grid = gallery.grid
    assert gallery.count.text() == "38 pictures"
    assert {int(place) for place in grid.kept} <= set(range(38))
    click(grid, 2)
    told = gallery.card.facts.text().replace("\xa0", " ")
    assert told == "cat/cat02.png\n3 of 38 · cat · validation\n90 × 90, grey"
    assert gallery.card.picture.image.width() == 90
    QTest.keyClick(grid, Qt.Key.Key_Right)
    assert gallery.card.facts.text().startswith("cat/cat03.png")
    pick(gallery.label, "dog")
    make.wait(panel)
    assert gallery.count.text() == "8 pictures of 38"
    QTest.keyClick(grid, Qt.Key.Key_End)
    assert "9 × 9 is smaller than the 64 × 64 that" in gallery.card.warning.text().replace("\xa0", " ")
    QTest.keyClick(grid, Qt.Key.Key_Left)
    assert "4.3 times as wide as high" in gallery.card.warning.text()
    assert grid.kept[int(grid.places[5])].reason  # the broken one
    gallery.label.setCurrentIndex(0)
    QTest.keyClicks(gallery.search, "07")
    make.wait(panel)
    assert gallery.count.text() == "2 pictures of 38"
    click(grid, 0)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    make.wait(panel)
    assert panel.sides.feed.isVisible()
    assert panel.sides.feed.title.text().startswith("cat/cat07.png")
    assert panel.sides.feed.pictures.words == ("in the file: 90 × 90", "what the network gets: 64 × 64")


def test_only_pictures_in_sight_are_read_and_few_are_kept(make, pictures, monkeypatch):
    monkeypatch.setattr("designer.ui.panels.picture_grid.MOST_KEPT", 10)
    panel = make(Data(look(pictures).source))
    panel.resize(700, 330)
    make.go(panel, "Samples")
    grid = panel.sides.gallery.grid
    assert 0 < len(grid.kept) <= 10
    assert 37 not in grid.kept
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_End)
    make.wait(panel)
    assert 37 in grid.kept
    assert len(grid.kept) <= 10
    assert grid.verticalScrollBar().value() > 0
    settle()
    assert panel.sides.findChildren(Job) == []  # each holds what it has read


def test_uneven_classes_are_said_and_evened_out(make, pictures):
    panel = make(Data(look(pictures).source))
    make.go(panel, "Balance")
    balance = panel.sides.balance
    assert balance.bars.tell()[0].startswith("cat: training 2")
    assert balance.sentence.text().startswith("dog is rare: ")
    shown = [button.text() for button in balance.buttons if button.isVisible()]
    assert shown == ["Split class by class", "Weigh classes", "Balance draws"]
    QTest.mouseClick(balance.buttons[1], LEFT)
    assert panel._editor.project.data.sampling == Choice("ClassWeights")
    assert balance.doing.text() == "The loss weighs each class by how rare it is."
    QTest.mouseClick(balance.buttons[0], LEFT)
    make.wait(panel)
    assert panel._editor.project.data.split == Choice("Stratified")
    assert balance.bars.balance.counts[:2].tolist() == [[24, 6], [6, 2]]
    assert panel._editor.history.titles == ("weigh classes", "split class by class")
    QTest.mouseClick(balance.buttons[3], LEFT)
    assert panel._editor.project.data.sampling == OFF
    row = balance.bars.row_height
    QTest.mouseClick(balance.bars, LEFT, pos=QPoint(20, 22 + row + row // 2))  # the bars of dogs
    make.wait(panel)
    assert panel.sides.gallery.count.text() == "8 pictures of 38"


def test_a_target_of_numbers_has_a_histogram(make):
    panel = make(Data(Choice("Diabetes")))
    make.go(panel, "Balance")
    balance = panel.sides.balance
    assert balance.sentence.text() == "progression runs from 25 to 346; mean 152.133, sd 77.0057."
    assert balance.bars.balance.counts.sum(1).tolist() == [354, 88, 0]
    assert not any(button.isVisible() for button in balance.buttons)


def test_texts_are_listed_with_what_they_have_in_common(make, tmp_path, qtbot):
    path = tmp_path / "mails.csv"
    rows = [f"see you at lunch number {n} today my dear friend,friend" for n in range(40)]
    rows += [f"claim your free prize now call number {n},advert" for n in range(12)]
    path.write_text("\n".join(["message,kind", *rows]), "utf-8")
    panel = make(Data(look(path).source))
    make.go(panel, "Samples")
    gallery = panel.sides.gallery
    assert gallery.count.text() == "52 texts"
    common = gallery.card.text.toPlainText()
    assert "Typical of advert: call, claim, free, now, prize, your" in common
    assert gallery.card.lengths.isVisible()
    QTest.keyClicks(gallery.search, "FREE")
    make.wait(panel)
    assert gallery.count.text() == "12 texts of 52"
    QTest.mouseClick(gallery.table.viewport(), LEFT, pos=gallery.table.visualRect(gallery.model.index(1, 4)).center())
    assert gallery.card.text.toPlainText() == "claim your free prize now call number 1"
    QTest.mouseClick(gallery.button, LEFT)
    make.wait(panel)
    feed = panel.sides.feed
    tokens = feed.tokens
    assert [token.text for token in tokens.tokens][:3] == ["claim", "your", "free"]
    assert [token.kind for token in tokens.tokens][-2:] == ["unknown", "padding"] or tokens.tell().startswith(
        "8 tokens"
    )
    assert feed.fitted.text().startswith("· vocabulary: ")
    QTest.mouseClick(feed.copy, LEFT)
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("Sample 42 · ")
    assert "'prize' " in copied


def test_samples_in_memory_are_shown_class_by_class(make):
    panel = make(Data(Choice("Digits")))
    make.go(panel, "Samples")
    gallery = panel.sides.gallery
    assert gallery.grid.places.tolist() == list(range(1797))
    pick(gallery.label, "class by class")
    make.wait(panel)
    labels = [gallery.raw.label(int(place)) for place in gallery.grid.places]
    assert labels == sorted(labels)
    click(gallery.grid, 1)
    assert gallery.card.facts.text().startswith("11 of 1,797 · 0 · ")
    assert gallery.grid.kept[10].size == (8, 8)


def test_points_are_picked_in_their_plane(make):
    panel = make(Data(Choice("Xor")))
    make.go(panel, "Samples")
    gallery = panel.sides.gallery
    points = gallery.points
    assert points.points.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    x, y = points.spots[2]
    QTest.mouseClick(points, LEFT, pos=QPoint(round(x) + 2, round(y)))
    assert gallery.card.facts.text() == "3 of 4 · 1 · training"
    QTest.keyClick(points, Qt.Key.Key_Right)
    assert gallery.place == 3
    pick(gallery.label, "1")
    make.wait(panel)
    assert points.places.tolist() == [1, 2]


def test_a_series_shows_its_windows(make):
    panel = make(Data(Choice("AirlinePassengers", {"length": 12, "horizon": 2, "difference": 12, "log": True})))
    make.go(panel, "Samples")
    series = panel.sides.gallery.series
    assert series.tell() == "Window 1 (training): numbers 13 to 24 are known, 25 to 26 to be predicted"
    series.setFocus()
    QTest.keyClick(series, Qt.Key.Key_Right)
    assert series.current == 1
    across = round(series.room.left() + series.room.width() * 100 / 143)
    QTest.mouseClick(series, LEFT, pos=QPoint(across, 100))
    assert series.current == 100 - 12 - 6
    QTest.mouseClick(panel.sides.gallery.button, LEFT)
    make.wait(panel)
    cells = panel.sides.feed.feed.cells
    assert (cells[0].raw, cells[-1].name) == ("271", "to predict +2")
    assert [name for name, _ in cells[0].features] == ["prepared", "scaled"]


def test_reading_ends_where_another_source_is_chosen_on_another_page(make):
    panel = make(Data(Choice("AirlinePassengers", {"length": 12, "horizon": 2})))
    gallery, tabs = panel.sides.gallery, panel.sides.tabs
    shown = tabs.currentIndex()
    panel.sides.go_to(gallery)
    gallery.begin()
    tabs.setCurrentIndex(shown)
    assert not gallery.isVisible()
    assert gallery.busy
    panel._editor.apply("choose no source", Project())
    assert not gallery.busy
    panel._editor.undo()
    make.go(panel, "Samples")
    assert gallery.raw.form == "series"


def test_a_row_is_seen_with_what_each_column_became(make, tmp_path, qtbot):
    path = tmp_path / "flowers.csv"
    path.write_text("length,colour,kind\n" + "1,red,a\n3,blue,b\n,red,a\n5,,b\n" * 10, "utf-8")
    panel = make(Data())
    panel.take_path(path, pytest.fail)
    qtbot.waitUntil(lambda: not panel.csv.busy and panel._editor.project.data.source is not None, timeout=30_000)
    panel.sides.show_feed(2)
    make.wait(panel)
    feed = panel.sides.feed
    assert feed.title.text() in ("Row 3 · training · a", "Row 3 · validation · a")
    length, colour = feed.feed.cells[:2]
    assert (length.raw, colour.raw) == ("missing", "red")
    assert "missing filled with" in length.how
    assert dict(colour.features)["= red"] == 1
    feed.number.selectAll()
    QTest.keyClicks(feed.number, "4")
    QTest.keyClick(feed.number, Qt.Key.Key_Return)
    make.wait(panel)
    assert feed.feed.cells[0].raw == "5"
    QTest.mouseClick(feed.before, LEFT)
    make.wait(panel)
    assert feed.feed.place == 2
    make.go(panel, "Rows")
    qtbot.waitUntil(lambda: not panel.tables.busy, timeout=30_000)
    rows = panel.tables.rows
    rows.view.setFocus()
    rows.view.setCurrentIndex(rows.model.index(6, 1))
    QTest.keyClick(rows.view, Qt.Key.Key_Return)
    make.wait(panel)
    assert feed.isVisible()
    assert feed.feed.place == 6


def test_settings_give_way_where_there_is_little_room(make):
    panel = make(Data(Choice("Digits")), width=760)
    assert panel.split.isVisible()
    make.go(panel, "Samples")
    assert not panel.split.isVisible()
    QTest.mouseClick(panel.sides.fold, LEFT)
    assert panel.split.isVisible()


def test_what_cannot_be_read_is_said(make, tmp_path):
    panel = make(Data(Choice("ImageFolder", {"path": str(tmp_path / "gone"), "classes": ("a", "b")})))
    make.go(panel, "Samples")
    assert "There is no file or folder" in panel.sides.gallery.message.text()
    make.go(panel, "What the network gets")
    assert "There is no file or folder" in panel.sides.feed.message.text()
