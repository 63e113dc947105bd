"""Where one stands: keys lead there and back, and whatever is undone meanwhile one stands in something that is there."""

import random

import pytest

from designer.catalogue.facts import infer_project
from designer.document.blocks import look_inside, make_independent, put_back, remove_block
from designer.document.edits import EditError, add_node, connect, remove_nodes, set_option
from designer.document.graph import Edge
from designer.document.grouping import dissolve, group
from designer.document.project import Project, used_block
from designer.ui.canvas.scene import CanvasScene
from designer.ui.editor import Editor
from designer.ui.standpoint import Step, count_uses, find_way, infer_where, keep_way, read_key, write_key
from designer.ui.theme import load_theme
from tests.codegen.block_networks import resnet

RESNET = resnet((2, 3), size=16, width=4, classes=3)


def list_keys(inference, before: str = "") -> list[str]:
    """Every node of a network with blocks written out, as a running network goes by it."""
    found = []
    for key, known in inference.nodes.items():
        found.append(before + key)
        for number, inner in enumerate(known.inside):
            place = f"{key}[{number}]" if len(known.inside) > 1 else key
            found += list_keys(inner, f"{before}{place}/")
    return found


def test_every_key_leads_to_its_node_and_back():
    inference = infer_project(RESNET)
    keys = list_keys(inference)
    assert len(keys) == len(set(keys)) == inference.size
    for key in keys:
        way, node = read_key(RESNET, key)
        assert keep_way(RESNET, way) == way
        assert write_key(inference, way, node) == key
        assert node in infer_where(inference, way).nodes
    assert read_key(RESNET, "stage1/nothing/conv1") == ((), "")
    assert read_key(RESNET, "block:bottleneck/conv1") == (find_way(RESNET, "bottleneck"), "conv1")
    other = (Step("stage", "stage1"), Step("bottleneck", "rest", 1))
    assert read_key(RESNET, "block:bottleneck/conv1", other) == (other, "conv1")  # one stays in the use one is in


def test_uses_are_counted_with_blocks_written_out():
    inference = infer_project(RESNET)
    assert count_uses(inference, "bottleneck") == 5
    assert count_uses(inference, "stage") == 2
    assert count_uses(inference, "nothing") == 0


def test_the_sizes_are_those_of_the_use_that_was_entered():
    inference = infer_project(RESNET)
    first, second = (infer_where(inference, (Step("stage", use),)) for use in ("stage0", "stage1"))
    assert first.scope.names["channels"] != second.scope.names["channels"]
    alone = infer_where(inference, (Step("bottleneck"),))  # entered by no use: as in the first
    assert alone is infer_where(inference, find_way(RESNET, "bottleneck"))


def test_a_way_ends_where_the_project_has_no_more_of_it():
    way = (Step("stage", "stage1"), Step("bottleneck", "rest", 1))
    assert keep_way(RESNET, way) == way
    inside = put_back(RESNET, "stage", remove_nodes(look_inside(RESNET, "stage"), ["rest"]))
    assert keep_way(inside, way) == way[:1]
    assert keep_way(remove_nodes(RESNET, ["stage1"]), way) == ()
    bare = remove_nodes(RESNET, ["stage0", "stage1"])
    assert keep_way(remove_block(bare, "stage"), way) == ()
    assert find_way(bare, "bottleneck") == (Step("bottleneck"),)


def edit_somehow(chance: random.Random, view: Project) -> Project:
    """Return the view with some edit, an unlikely one perhaps."""
    nodes = list(view.graph.nodes)
    uses = [key for key, node in view.graph.nodes.items() if used_block(node.kind)]
    some = chance.sample(nodes, min(len(nodes), chance.randint(1, 3)))
    match chance.randrange(6):
        case 0:
            return group(view, some)[0]
        case 1 if uses:
            return dissolve(view, chance.choice(uses))[0]
        case 2 if uses:
            return make_independent(view, chance.choice(uses))
        case 3:
            return remove_nodes(view, some, close_gap=True)
        case 4:
            return set_option(view, some, "when", chance.choice((None, False)))
        case _:
            project, new = add_node(
                view, chance.choice(("ReLU", "Input", *(node.kind for node in view.graph.nodes.values())))
            )
            return connect(project, Edge(chance.choice(nodes), 0, new, 0)) if nodes else project


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_done_the_canvas_shows_where_one_stands(qapp, seed):
    chance, editor = random.Random(seed), Editor(RESNET)
    scene = CanvasScene(editor, load_theme("dark"))
    for _ in range(100):
        view = editor.view
        match chance.randrange(8):
            case 0 | 1:
                editor.enter(chance.choice([*view.graph.nodes, "nothing"]))
            case 2:
                editor.leave()
            case 3:
                for _ in range(chance.randint(1, 4)):
                    editor.undo()
            case 4:
                editor.redo()
            case 5 if editor.project.blocks:
                editor.enter_block(chance.choice(list(editor.project.blocks)))
            case _:
                try:
                    editor.apply_view("edit", edit_somehow(chance, view))
                except EditError:
                    continue
        editor.select(chance.sample(list(editor.view.graph.nodes), min(2, len(editor.view.graph.nodes))))
        assert all(block in editor.project.blocks for block in editor.where)
        assert editor.view_inference.graph is editor.view.graph
        assert set(scene.sheet.nodes) == set(editor.view.graph.nodes)
        assert set(scene.sheet.edges) == set(editor.view.graph.edges)
        for key, item in scene.sheet.nodes.items():
            assert item.inferred is editor.view_inference.nodes[key]
            assert scene.sheet.face(item).title
    scene.deleteLater()
