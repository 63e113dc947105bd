"""Layers through which a wire can be drawn that does not fit: each makes the layer at its end take what comes."""

import itertools

from hypothesis import given, settings

from designer.catalogue.check.bridging import find_bridges
from designer.catalogue.facts import infer_project
from designer.catalogue.wiring import refuse_wire
from designer.document.edits import disconnect
from designer.document.graph import Edge
from designer.document.project import Project
from tests.catalogue.broken import broken_networks
from tests.catalogue.sketches import conv, find, linear, sketch, typed


def test_the_likeliest_comes_first_with_what_it_gives() -> None:
    project = typed(sketch(conv(64), "ReLU", linear(10)), (3, 7, 7))
    wire = Edge(find(project, "relu1"), 0, find(project, "linear1"), 0)
    bridges = find_bridges(infer_project(disconnect(project, [wire])), wire)
    assert [(bridge.fix.title, str(bridge.gives)) for bridge in bridges] == [
        ("Connect through Flatten", "3136"),
        ("Connect through AdaptiveAvgPool2d and Flatten", "64"),
    ]


def test_a_branch_is_made_like_the_one_that_is_there() -> None:
    project = typed(sketch(conv(8), "Add", "Flatten", linear(10)), (3, 8, 8))
    wire = Edge(find(project, "input"), 0, find(project, "add1"), 1)
    (bridge,) = find_bridges(infer_project(project), wire)
    assert (bridge.chain[0][0], bridge.parameters, str(bridge.gives)) == ("Conv2d", 3 * 8 + 8, "8 x 8 x 8")
    assert infer_project(bridge.fix.apply(project)).nodes[wire.target].outputs is not None


def test_no_layer_in_between_opens_a_circle() -> None:
    project = sketch("Flatten", linear(32), "ReLU", linear(10))
    assert find_bridges(infer_project(project), Edge(find(project, "relu1"), 0, find(project, "flatten1"), 0)) == ()


@settings(max_examples=60)
@given(broken_networks())
def test_every_bridge_ends_in_a_wire_that_fits(project: Project) -> None:
    inference = infer_project(project)
    pairs = itertools.permutations(project.graph.nodes, 2)
    bridges = [bridge for pair in pairs for bridge in find_bridges(inference, Edge(pair[0], 0, pair[1], 0))]
    for bridge in bridges[:: 1 + len(bridges) // 10]:
        drawn, wire = bridge.fix.apply(project), bridge.edge
        assert drawn.graph.nodes.keys() > project.graph.nodes.keys()
        last = next(edge for edge in drawn.graph.incoming[wire.target] if edge.target_port == wire.target_port)
        assert refuse_wire(infer_project(disconnect(drawn, [last])), last) == ""
        assert infer_project(drawn).type_at(last.source) == bridge.gives
