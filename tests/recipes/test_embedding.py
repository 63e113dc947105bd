"""Categories of a table are looked up as vectors, and the check sees to it that they are."""

import torch

from designer.catalogue.check import check
from designer.document.project import Choice
from designer.recipes.embedding import EmbedColumns
from tests.engine.plans import make_project

TABLE = {
    "target": "price",
    "numbers": ("rooms",),
    "categories": (("town", ("A", "B", "C")), ("kind", ("x", "y"))),
    "treatments": (("town", "encode", "embedding"),),
}


def test_each_category_has_a_vector_and_those_never_seen_have_one():
    layer = EmbedColumns((3, 2), 4)
    x = torch.tensor([[0.5, 0, 1], [7.0, 3, 2], [7.0, 99, -1]])
    y = layer(x)
    assert y.shape == (3, 9)
    assert y[:, 0].tolist() == [0.5, 7, 7]
    assert torch.equal(y[1, 1:5], y[2, 1:5])
    assert torch.equal(y[0, 1:5], layer.tables[0].weight[0])
    assert torch.equal(y[0, 5:], layer.tables[1].weight[1])


def test_the_check_puts_the_layer_in_and_sets_it_right():
    project = make_project(Choice("Csv", TABLE), ("Linear", {"out_features": 1}), loss="MSELoss")
    (problem,) = [one for one in check(project) if "to be embedded" in one.message]
    mended = problem.fixes[0].apply(project)
    (layer,) = [node for node in mended.graph.nodes.values() if node.kind == "EmbedColumns"]
    assert layer.parameters["categories"] == (3,)
    assert not [one for one in check(mended) if "embed" in one.message.lower()]
    wrong = make_project(Choice("Csv", TABLE), ("EmbedColumns", {}), ("Linear", {"out_features": 1}), loss="MSELoss")
    (problem,) = [one for one in check(wrong) if "made for other columns" in one.message]
    mended = problem.fixes[0].apply(wrong)
    assert not [one for one in check(mended) if one.severity == "error"]
