"""Frames follow their cards, however these are moved: always as if they were laid anew."""

import random
from dataclasses import replace

import pytest
from frozendict import frozendict

from designer.catalogue.facts import infer_project
from designer.document.drawing import Remark
from designer.document.edits import move_nodes, remove_nodes
from designer.ui.canvas.sheet import Sheet
from tests.ui.canvas.networks import digits_cnn


def describe(sheet: Sheet) -> list:
    return [(key, item.remark, item.box) for key, item in sheet.remarks.items()]


@pytest.mark.parametrize("seed", range(4))
def test_frames_follow_moved_cards(qapp, seed):
    chance = random.Random(seed)
    project = digits_cnn()
    names = list(project.graph.nodes)
    groups = [frozenset(chance.sample(names, count)) for count in (1, 2, 3)] + [
        frozenset(names[:4]),
        frozenset(names[:2]),
    ]
    remarks = {f"f{place}": Remark("frame", nodes=group) for place, group in enumerate(groups)}
    remarks["c"] = Remark("comment", position=(30.0, 40.0))
    project = replace(project, drawing=replace(project.drawing, remarks=frozendict(remarks)))
    sheet, inference = Sheet(), infer_project(project)
    sheet.show(project, inference, ())
    for turn in range(25):
        some = chance.sample(list(project.graph.nodes), chance.randint(1, 3))
        places = {node: (chance.uniform(-500, 500), chance.uniform(-500, 500)) for node in some}
        moved = move_nodes(project, places)
        sheet.preview(places)
        fresh = Sheet()
        fresh.show(moved, inference, ())
        assert describe(sheet) == describe(fresh)
        if turn % 3 == 0:
            sheet.preview({})
        elif turn % 7 == 4:
            project = remove_nodes(project, some[:1], close_gap=True)
            inference = infer_project(project)
        else:
            project = moved
        if turn % 5 == 2:
            sheet.preview_remarks({"c": (float(turn), 0.0)})
        sheet.show(project, inference, ())
        sheet.preview_remarks({})
        fresh = Sheet()
        fresh.show(project, inference, ())
        assert describe(sheet) == describe(fresh)
