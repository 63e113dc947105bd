"""What an ablation leaves out or exchanges: branches that join, stretches, whole blocks, other kinds, inside blocks too."""

import pytest

from designer.api.building import new
from designer.catalogue.check import check
from designer.document.edits import add_node, connect, disconnect, insert_on_edge
from designer.document.files import dumps, read_project
from designer.document.graph import Edge
from designer.document.grouping import group
from designer.engine.sweeps.ablation import describe_combination, make_ablation
from designer.engine.sweeps.leaving import refuse_alternatives, refuse_leaving
from designer.engine.sweeps.parts import find_groups, find_optional, mark, mark_alternatives, mark_optional
from designer.engine.sweeps.setting import set_values


def forked(join: str = "Add"):
    """Return moons with three ways from relu1: hidden2 and relu2, a Linear with a Tanh, and a Linear of 16."""
    project, tanh = add_node(new("moons"), "Tanh", id="tanh")
    project, _ = add_node(project, "Linear", id="left", parameters={"out_features": 16})
    project, _ = add_node(project, "Linear", id="right", parameters={"out_features": 16})
    project, _ = add_node(project, join, id="join")
    project = disconnect(project, [edge for edge in project.graph.edges if edge.source == "relu2"])
    wires = ("relu1", "left"), ("left", tanh), ("relu1", "right"), ("join", "score")
    for source, target in wires:
        project = connect(project, Edge(source, 0, target, 0))
    for port, source in enumerate(("relu2", "tanh", "right")):
        project = connect(project, Edge(source, 0, "join", port))
    assert not errors(project)
    return project


def errors(project):
    return [one.message for one in check(project) if one.severity == "error"]


def sources(project, node):
    return {edge.source for edge in project.graph.incoming[node]}


def is_off(project, node):
    return project.graph.nodes[node].options.get("when") is False


def values_of(project, words):
    """Return the combination that goes by these words."""
    sweep = make_ablation(project, seeds=(1,))
    return next(point for point in sweep.points if describe_combination(project, sweep, point) == words)


@pytest.mark.parametrize("join", ["Add", "Concatenate"])
def test_a_whole_branch_is_cut_off_where_it_joins_the_others(join):
    project = mark_optional(forked(join), ["left", "tanh", "right"])
    assert [part.nodes for part in find_optional(project)] == [("right",), ("left", "tanh")]
    assert read_project(dumps(project)) == project
    one = set_values(project, values_of(project, "without linear2"))
    assert sources(one, "join") == {"relu2", "tanh"}
    both = set_values(project, values_of(project, "without linear2, without linear1 and tanh1"))
    assert sources(both, "join") == {"relu2"}
    assert is_off(both, "join")  # what joins nothing passes it on
    for made in (one, both):
        assert not errors(made)
        assert not any(is_off(made, node) for node in ("left", "tanh", "right"))


def test_what_is_no_whole_branch_is_passed_by():
    project = mark_optional(forked(), ["tanh"])
    made = set_values(project, values_of(project, "without tanh1"))
    assert is_off(made, "tanh")
    assert sources(made, "join") == {"relu2", "tanh", "right"}


def test_branches_are_alternatives_of_one_another():
    project = mark_alternatives(forked(), ["hidden2", "relu2", "left", "tanh", "right"])
    (group,) = find_groups(project).values()
    assert [part.nodes for part in group] == [("right",), ("hidden2", "relu2"), ("left", "tanh")]
    assert not refuse_alternatives(project, group)
    sweep = make_ablation(project)
    words = [describe_combination(project, sweep, point) for point in sweep.points]
    assert words == ["the whole network", "hidden2 and relu2 for linear2", "linear1 and tanh1 for linear2"]
    for point, kept in zip(sweep.points, ("right", "relu2", "tanh"), strict=True):
        made = set_values(project, point)
        assert sources(made, "join") == {kept}
        assert not errors(made)


def test_what_lies_beside_takes_the_wires_of_what_it_stands_for():
    project, spare = add_node(new("moons"), "GELU")
    project, norm = add_node(project, "LayerNorm")
    project = connect(project, Edge(norm, 0, spare, 0))
    project = mark_alternatives(project, ["relu1", spare, norm])
    assert not [one for one in check(project) if one.node in (spare, norm)]  # they wait, which is no fault
    made = set_values(project, values_of(project, "norm1 and gelu1 for relu1"))
    assert sources(made, norm) == {"hidden1"}
    assert sources(made, "hidden2") == {spare}
    assert not errors(made)
    assert set_values(project, values_of(project, "the whole network")) == project


def test_a_layer_is_tried_as_other_kinds_and_a_block_as_other_blocks():
    project, block = group(new("moons"), ["hidden1", "relu1"], "Narrow")
    project, other = group(project, ["hidden2", "relu2"], "Wide")
    kinds = [project.graph.nodes[node].kind for node in (block, other)]
    project = mark(project, [block], f"instead: {kinds[1]}")
    made = set_values(project, values_of(project, f"Wide for {project.graph.nodes[block].name}"))
    assert made.graph.nodes[block].kind == kinds[1]
    assert not errors(made)
    plain = mark(new("moons"), ["relu1"], "instead: GELU, Tanh")
    sweep = make_ablation(plain)
    assert [describe_combination(plain, sweep, point) for point in sweep.points[1:]] == [
        "GELU for relu1",
        "Tanh for relu1",
    ]
    made = set_values(plain, sweep.points[2])
    assert made.graph.nodes["relu1"].kind == "Tanh"
    assert made.graph.edges == plain.graph.edges


def test_the_inside_of_a_block_is_marked_too():
    from dataclasses import replace

    project, _ = group(new("moons"), ["hidden1", "relu1", "hidden2", "relu2"], "Body")
    (key,) = project.blocks
    inside = project.blocks[key].graph
    relu = next(node for node in inside.nodes.values() if node.name == "relu1")
    marked = inside.with_node(replace(relu, options={"ablation": "optional"}))
    project = replace(project, blocks={key: replace(project.blocks[key], graph=marked)})
    made = set_values(project, values_of(project, "without relu1"))
    assert made.blocks[key].graph.nodes[relu.id].options["when"] is False
    assert not errors(made)


def test_each_change_by_itself_takes_fewer_trainings():
    project = mark(new("moons"), ["relu1", "hidden2", "relu2"], "optional")
    sweep = make_ablation(project, single=True)
    words = [describe_combination(project, sweep, point) for point in sweep.points]
    assert words == ["the whole network", "without relu1", "without hidden2", "without relu2"]
    assert sweep.size == 4
    assert make_ablation(project).size == 8


def refuse(project, *nodes):
    found = mark(project, nodes, "optional")
    return refuse_leaving(found, find_optional(found)[0])


def test_what_cannot_be_left_out_or_exchanged_is_said():
    project = new("moons")
    assert refuse(project, "hidden2") == ""
    assert refuse(project, "point") == "point is the Input: no network is without it."
    assert refuse(project, "score").startswith("score cannot be left out: then ")
    loose, gelu = add_node(project, "GELU")
    assert refuse(loose, gelu) == "gelu1 leads nowhere: there is nothing to leave out. Wire it first."
    both = mark_alternatives(project, ["relu1", "answer"])
    assert refuse_alternatives(both, next(iter(find_groups(both).values()))) == (
        "answer is the Output, and has no alternative."
    )
    other, wide = add_node(project, "LSTM")
    other = mark_alternatives(other, ["relu1", wide])
    assert refuse_alternatives(other, next(iter(find_groups(other).values()))).startswith(
        "lstm1 cannot stand for the others: then LSTM"
    )
    other, one = add_node(project, "GELU")
    other, two = add_node(other, "Tanh")
    other = mark_alternatives(other, [one, two])
    assert refuse_alternatives(other, next(iter(find_groups(other).values()))) == (
        "None of the alternatives leads to the Output. Wire one of them."
    )


def test_an_optional_layer_in_series_with_alternatives_is_left_out_of_each():
    project, tanh = insert_on_edge(
        new("moons"), next(e for e in new("moons").graph.edges if e.source == "relu2"), "Tanh"
    )
    project = mark(mark_alternatives(project, ["relu2", tanh]), ["hidden2"], "optional")
    made = set_values(project, values_of(project, "without hidden2, tanh1 for relu2"))
    assert [is_off(made, node) for node in ("hidden2", "relu2", tanh)] == [True, True, False]
    assert not errors(made)
