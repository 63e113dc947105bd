"""Blocks in the document: made of a selection, looked into, dissolved again; files and clips carry them."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from designer.catalogue.facts import infer_project
from designer.document import blocks, grouping
from designer.document.clip import copy_nodes, from_text, paste_clip, to_text
from designer.document.edits import EditError, add_node, connect, set_option, set_parameter
from designer.document.files import dumps, read_project
from designer.document.graph import Edge
from designer.document.places import find_use, place_in_block, split_definition, walk
from designer.document.project import Block, BlockParameter, Project
from designer.document.reading import FileError
from tests.codegen.block_networks import BLOCK_NETWORKS, draw, parameters, small_resnet
from tests.codegen.networks import NETWORKS


def count(project):
    return infer_project(project).parameters


@pytest.mark.parametrize("make", BLOCK_NETWORKS, ids=lambda make: make.__name__)
def test_files_and_clips_carry_blocks(make):
    project = make()
    assert read_project(dumps(project)) == project
    clip = from_text(to_text(copy_nodes(project, project.graph.nodes)))
    pasted, new = paste_clip(Project("other"), clip)
    assert len(new) == len(project.graph.nodes)
    assert pasted.blocks == project.blocks
    sharing = any("shared_with" in node.options for node in project.graph.nodes.values())
    assert sharing or count(pasted) == count(project)


def test_another_block_of_the_same_id_comes_under_a_new_one():
    project = small_resnet()
    inside = project.blocks["bottleneck"]
    other = replace(project, blocks={**project.blocks, "bottleneck": replace(inside, notes="another")})
    pasted, new = paste_clip(other, copy_nodes(project, ["stage0"]))
    assert pasted.blocks["bottleneck"].notes == "another"
    added = pasted.blocks.keys() - other.blocks.keys()
    assert len(added) == 2  # the bottleneck, and the stage that uses it
    assert pasted.graph.nodes[new[0]].kind.removeprefix("block:") in added
    assert count(pasted) > 0


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(NETWORKS), st.data())
def test_a_group_dissolves_into_what_it_was(make, data):
    project = make()
    body = [key for key, node in project.graph.nodes.items() if node.kind not in ("Input", "Output")]
    chosen = data.draw(st.lists(st.sampled_from(body), min_size=1, max_size=6, unique=True))
    try:
        grouped, use = grouping.group(project, chosen, "Part")
    except EditError:
        assume(False)
    before, after = infer_project(project), infer_project(grouped)
    assert after.parameters == before.parameters
    assert after.multiply_adds == before.multiply_adds
    assert set(project.graph.nodes) - set(chosen) == set(grouped.graph.nodes) - {use}
    again, new = grouping.dissolve(grouped, use)
    last = infer_project(again)
    assert len(new) == len(chosen)
    assert (last.parameters, last.multiply_adds) == (before.parameters, before.multiply_adds)
    assert len(again.graph.edges) == len(project.graph.edges)
    ends = [key for key, node in project.graph.nodes.items() if node.kind == "Output"]
    assert [last.nodes[key].inputs for key in ends] == [before.nodes[key].inputs for key in ends]


def test_a_use_is_named_after_its_block_and_dissolving_covers_no_card():
    project = small_resnet()
    neck = project.blocks["bottleneck"]
    neck = replace(neck, name="Neck", layout={key: (0.0, 88.0 * row) for row, key in enumerate(neck.graph.nodes)})
    project = replace(project, blocks={**project.blocks, "bottleneck": neck})
    project, first = add_node(project, "block:bottleneck", parameters={"channels": 8}, position=(0.0, 5000.0))
    project, below = add_node(project, "ReLU", position=(0.0, 5088.0))
    assert project.graph.nodes[first].name == "neck1"
    flat, new = grouping.dissolve(connect(project, Edge(first, 0, below, 0)), first)
    assert flat.layout[below][1] >= max(flat.layout[key][1] for key in new) + 88


def test_dissolving_repetitions_and_expressions():
    project = small_resnet()
    inference = infer_project(project)
    flat = project
    while uses := [key for key, node in flat.graph.nodes.items() if node.kind.startswith("block:")]:
        flat, _ = grouping.dissolve(flat, uses[0])
    again = infer_project(flat)
    assert again.parameters == inference.parameters
    assert again.multiply_adds == inference.multiply_adds
    assert not any("=" in str(value) for node in flat.graph.nodes.values() for value in node.parameters.values())


@pytest.mark.parametrize(
    ("chosen", "words"),
    [([], "Select"), (["gone"], "no node"), (["x"], "enters or leaves"), (["conv1", "relu"], "leads out")],
)
def test_what_cannot_be_grouped_says_why(chosen, words):
    with pytest.raises(EditError, match=words):
        grouping.group(small_resnet(), chosen)


def test_looking_inside_and_putting_back():
    project = small_resnet()
    inside = blocks.look_inside(project, "bottleneck")
    assert "conv2" in inside.graph.nodes
    assert blocks.put_back(project, "bottleneck", inside) == project
    wider = set_parameter(inside, "conv2", "kernel_size", 5)
    whole = blocks.put_back(project, "bottleneck", set_parameter(wider, "conv2", "padding", 2))
    assert whole.graph is project.graph
    assert count(whole) > count(project)


def test_parameters_are_renamed_everywhere():
    project = small_resnet()
    renamed = blocks.rename_block_parameter(project, "bottleneck", "channels", "width")
    assert renamed.blocks["bottleneck"].graph.nodes["conv3"].parameters["out_channels"] == "=width * 4"
    assert renamed.blocks["stage"].graph.nodes["rest"].parameters == {"width": "=channels"}
    assert count(renamed) == count(project)
    with pytest.raises(EditError, match="two parameters"):
        blocks.rename_block_parameter(project, "bottleneck", "channels", "stride")
    for bad in ("self", "class", "2x", "a b", "_x", ""):
        with pytest.raises(EditError, match="letters, digits"):
            blocks.rename_block_parameter(project, "bottleneck", "channels", bad)


def test_used_blocks_stay_and_copies_stand_alone():
    project = small_resnet()
    with pytest.raises(EditError, match="still used"):
        blocks.remove_block(project, "bottleneck")
    alone = blocks.make_independent(project, "stage1")
    (new,) = alone.blocks.keys() - project.blocks.keys()
    assert alone.graph.nodes["stage1"].kind == f"block:{new}"
    assert [where for where, _ in blocks.find_uses(alone, "stage")] == [None]
    assert [where for where, _ in blocks.find_uses(alone, "bottleneck")] == ["stage", "stage", new, new]


def test_recursion_is_found():
    direct = Block("A", draw(("x", "Input", {}, ()), ("a", "block:a", {}, ("x",)), ("y", "Output", {}, ("a",))))
    through = Block("B", draw(("x", "Input", {}, ()), ("c", "block:c", {}, ("x",)), ("y", "Output", {}, ("c",))))
    back = Block("C", draw(("x", "Input", {}, ()), ("b", "block:b", {}, ("x",)), ("y", "Output", {}, ("b",))))
    plain = Block("D", draw(("x", "Input", {}, ()), ("b", "block:a", {}, ("x",)), ("y", "Output", {}, ("b",))))
    named = {"a": direct, "b": through, "c": back, "d": plain}
    assert blocks.find_recursion(named) == {"a", "b", "c"}
    assert blocks.find_needed(named, plain.graph) == ("a",)


def test_options_are_set_on_many_and_reset():
    project = set_option(small_resnet(), ["conv1", "fc"], "frozen", True)
    assert project.graph.nodes["fc"].options == {"frozen": True}
    assert set_option(project, ["conv1", "fc"], "frozen", None) == small_resnet()
    with pytest.raises(EditError):
        set_option(project, ["gone"], "frozen", True)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ('{"b": 3}', "`blocks.b` must be an object"),
        ('{"b": {"nodes": {"n": {}}}}', "In block `b`: `nodes.n.kind` is missing"),
        ('{"b": {"parameters": [{"name": "self", "default": 1}]}}', "`blocks.b.parameters[0].name` must be a name"),
        ('{"b": {"parameters": [{"name": "n"}]}}', "default` is missing"),
        ('{"b": {"parameters": 3}}', "must be a list"),
    ],
)
def test_bad_files_name_the_place(fields, words):
    with pytest.raises(FileError) as caught:
        read_project(f'{{"version": 1, "blocks": {fields}}}')
    assert words in str(caught.value)


def test_keys_lead_to_nodes():
    project = small_resnet()
    assert split_definition(project, "conv1") == ("", "conv1")
    assert split_definition(project, place_in_block("bottleneck", "conv2")) == ("bottleneck", "conv2")
    assert split_definition(project, "stage1/rest[1]/conv2") == ("bottleneck", "conv2")
    assert split_definition(project, "stage1/first") == ("stage", "first")
    assert find_use(project, "stage1/rest[1]/conv2") == "stage1"
    assert [node.name for node in walk(project, "stage1/rest[1]/conv2")] == ["stage1", "rest", "conv2"]
    for lost in ("", "gone", "stage1/gone", "conv1/conv2", "block:gone/x", "stage1/rest[1]/"):
        assert split_definition(project, lost) in (("", ""), ("stage", "rest"))


def test_two_ways_in_and_out_keep_their_wires():
    graph = draw(
        ("x", "Input", {"shape": (4,)}, ()),
        ("a", "Linear", {"out_features": 3}, ("x",)),
        ("b", "Linear", {"out_features": 3}, ("x",)),
        ("add", "Add", {}, ("a", "b")),
        ("mul", "Add", {}, ("b", "a")),
        ("join", "Concatenate", {}, ("add", "mul", "a")),
        ("y", "Output", {}, ("join",)),
    )
    grouped, use = grouping.group(Project("p", graph), ["add", "mul"], "Pair")
    inside = grouped.blocks["pair"]
    assert [len(ports) for ports in blocks.find_ports(inside)] == [2, 2]
    assert Edge(use, 0, "join", 0) in grouped.graph.edges
    assert Edge(use, 1, "join", 1) in grouped.graph.edges
    assert str(infer_project(grouped).type_at("join")) == "9"


def test_expression_defaults_and_limits():
    project = Project("p")
    made = blocks.set_block(project, "b", Block("B", parameters=(BlockParameter("n", 2),)))
    assert made.blocks["b"].parameters[0].default == 2
    assert parameters(n=2) == made.blocks["b"].parameters
    with pytest.raises(EditError, match="no block"):
        blocks.find_block(project, "b")
    with pytest.raises(EditError, match="a layer, not a block"):
        grouping.dissolve(connect(small_resnet(), Edge("x", 0, "conv1", 0)), "conv1")
