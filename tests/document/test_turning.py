"""Turning the flow: what was arranged is folded anew, what hands laid is only turned."""

import pytest

from designer.catalogue.templates import open_template
from designer.document.drawing import Remark
from designer.document.edits import move_nodes
from designer.document.folding import lay_out
from designer.document.remarks import add_remark, set_flow
from designer.document.turning import turn_flow


def test_the_network_and_its_blocks_lie_as_arranged():
    project = turn_flow(open_template("resnet-50"), "right")
    for drawn in (project, *project.blocks.values()):
        assert drawn.drawing.flow == "right"
        assert drawn.layout == lay_out(drawn.graph, "right")
    assert turn_flow(project, "down") == open_template("resnet-50")
    assert turn_flow(project, "right") is project


@pytest.mark.parametrize("page", [1.0, 2.2])
def test_what_was_arranged_for_a_page_is_so_again(page):
    start = open_template("vgg-16")
    project = move_nodes(start, lay_out(start.graph, page=page))
    assert turn_flow(project, "right", page).layout == lay_out(start.graph, "right", page=page)


def test_what_hands_laid_is_only_turned():
    moved = move_nodes(open_template("vgg-16"), {"image": (-400.0, 0.0)})
    assert turn_flow(moved, "right") == set_flow(moved, "right")
    told, _ = add_remark(open_template("lenet-5"), Remark("as drawn"))
    assert turn_flow(told, "right") == set_flow(told, "right")
