"""The canvas and the bars above it: what was fitted is seen whole, whatever comes and goes above it."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from designer.catalogue.templates import open_template
from designer.document.edits import set_parameter
from designer.document.project import used_block
from designer.ui.compared import Side
from tests.ui.conftest import settle


def sees_all(window) -> bool:
    """Return whether all of the network is in view, as large as it can be."""
    canvas = window.canvas
    seen, scale = canvas.area().encloses(canvas.sheet.bounds()), canvas.scale_now
    canvas.fit_all()
    return seen and scale == canvas.scale_now


def find_blocks(window) -> list[str]:
    return [key for key, node in window.editor.view.graph.nodes.items() if used_block(node.kind)]


@pytest.mark.parametrize("way", ["tab", "double click"])
def test_a_block_is_seen_whole_by_whoever_steps_in_and_the_network_as_it_was_left(window, user, way):
    window.filing.show(open_template("resnet-50"))
    canvas = window.canvas
    for _ in range(2):  # in a block that was looked at closely before, too
        canvas.fit_all()
        canvas.zoom_by(1.2)
        looks = []
        for depth in (1, 2):
            block = find_blocks(window)[0]
            canvas.centre_on(block)
            looks.append(canvas.look())
            if way == "tab":
                window.editor.select([block])
                user.press(Qt.Key.Key_Tab, widget=canvas)
            else:
                user.double_click(canvas.viewport(), user.canvas_place(block))
            settle()
            assert len(window.editor.where) == depth
            assert sees_all(window)
            canvas.zoom_by(2)
        window.editor.leave(0)
        settle()
        assert canvas.look() == looks[0]


def test_what_is_fitted_stays_so_when_the_window_grows_and_a_place_of_ones_own_stays_put(window):
    window.filing.show(open_template("vgg-16"))
    window.canvas.fit_all()
    for size in ((900, 600), (1500, 950)):
        window.resize(*size)
        settle()
        assert sees_all(window)
    window.canvas.zoom_by(1.3)
    corner, scale = window.canvas.mapToScene(QPoint(0, 0)), window.canvas.scale_now
    window.resize(1000, 700)
    settle()
    assert (window.canvas.mapToScene(QPoint(0, 0)), window.canvas.scale_now) == (corner, scale)


@pytest.mark.parametrize("size", [(820, 600), (1400, 900)])
def test_the_legend_of_a_comparison_covers_nothing_and_its_words_have_room(window, size):
    window.resize(*size)
    project = open_template("digits-cnn")
    window.filing.show(set_parameter(project, "conv1", "out_channels", 48))
    name = "the network as it was before the change of Monday.nnd"
    window.comparing.with_side(Side(name, project))
    settle()
    canvas, legend = window.canvas, window.comparing.legend
    assert legend.isVisible()
    assert not canvas.geometry().intersects(legend.geometry())
    assert canvas.area().encloses(canvas.sheet.bounds())
    assert legend.title.text().startswith(name)
    assert "…" in legend.title.shown or legend.title.shown == legend.title.text()
    tree = window.workbench.panel("comparison").tree
    header, metrics = tree.header(), tree.header().fontMetrics()
    for column in (1, 2):
        text = tree.headerItem().text(column)
        assert metrics.horizontalAdvance(text) < header.sectionSize(column)
        assert tree.headerItem().toolTip(column)
    assert name in tree.headerItem().toolTip(1)
    assert sum(map(header.sectionSize, range(3))) <= tree.viewport().width()


def test_return_presses_the_crumb_that_has_the_keys(window, user):
    window.filing.show(open_template("resnet-50"))
    window.editor.enter(find_blocks(window)[0])
    window.crumbs.buttons[0].setFocus()
    user.press(Qt.Key.Key_Return)
    assert not window.editor.where


def test_what_is_brought_into_view_does_not_lie_under_the_minimap(window):
    window.filing.show(open_template("vgg-16"))
    canvas = window.canvas
    canvas.zoom_by(1.5 / canvas.scale_now)
    canvas.minimap.renew()
    assert canvas.minimap.isVisible()
    for node in canvas.sheet.nodes:
        canvas.fit_all()
        canvas.zoom_by(1.5 / canvas.scale_now)
        box = canvas.sheet.nodes[node].box
        middle = canvas.mapToScene(canvas.minimap.geometry().center())
        canvas.centerOn(canvas.view_centre() + QPointF(box.left, box.top) - middle)
        canvas.reveal(box)
        assert (
            not canvas.mapFromScene(canvas.sheet.nodes[node].rect).boundingRect().intersects(canvas.minimap.geometry())
        )
        assert canvas.area().encloses(box)
