"""Permutation importance: a column that is the target rules, one that is not looked at is exactly nothing."""

import numpy as np
import pytest
import torch
from torch import nn

import designer
from designer import layer
from designer.catalogue.matching import match_loss
from designer.data import look
from designer.document.project import Choice
from designer.engine.evaluation.evaluating import Weights, read_data
from designer.engine.evaluation.resampling import Cancelled
from designer.engine.explaining.columns import list_columns
from designer.engine.explaining.explaining import explain
from designer.engine.explaining.importance import measure_importance
from designer.engine.explaining.network import open_network
from designer.engine.explaining.record import Ask, ExplainError
from designer.engine.loop import train
from designer.engine.plan import Plan
from tests.engine.explaining.networks import find, prepare, sample
from tests.engine.plans import digits

ROWS = "kind,wide,born,noise,twice\n" + "".join(
    f"{'abc'[n % 3]},{'' if n % 9 == 0 else n * 7 % 40},19{50 + n % 40}-0{1 + n % 9}-11,{n * n % 17},{'nyn'[n % 3]}\n"
    for n in range(240)
)


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """A trained network on a table whose target `twice` is yes where `kind` is b."""
    path = tmp_path_factory.mktemp("table") / "rows.csv"
    path.write_text(ROWS, "utf-8")
    project = designer.build("Net", layer("Linear", out_features=1), data=look(path).source, epochs=15, batch_size=16)
    project = match_loss(designer.with_training(project, optimizer=Choice("Adam", {"lr": 0.03}), device="cpu"))
    plan = Plan.from_project(project)
    from dataclasses import replace

    from designer.engine.evaluation.opening import open_weights

    out = path.parent / "run"
    list(train(replace(plan, out=out)))
    from designer.engine.build import build

    return plan, open_weights(out, "last"), read_data(build(plan.source), plan)


def test_the_column_that_is_the_target_rules_and_one_not_looked_at_is_nothing(table):
    plan, weights, held = table
    columns = {column.name: column for column in list_columns(plan.project, held.names)}
    assert list(columns) == ["wide", "noise", "born", "kind"] or set(columns) == {"wide", "noise", "born", "kind"}
    assert sum(len(column.places) for column in columns.values()) == held.parts["validation"][0].shape[1]
    assert len(columns["kind"].places) == 3
    assert len(columns["born"].places) > 1
    tensors = {name: tensor.clone() for name, tensor in weights.tensors.items()}
    (name,) = (name for name, tensor in tensors.items() if tensor.ndim == 2)
    tensors[name][:, columns["noise"].places] = 0.0
    before = held.parts["validation"][0].clone()
    shares = []
    found = measure_importance(
        plan, Weights(tensors, "", 0, 0), held, report=lambda share: shares.append(share) or True
    )
    assert torch.equal(before, held.parts["validation"][0])
    assert shares[-1] == 1.0
    assert set(found.scores) >= {"loss", "accuracy"}
    for kind, drops in found.drops.items():
        assert drops.shape == (4, 10)
        noise, kinds = (found.columns.index(column) for column in ("noise", "kind"))
        assert (drops[noise] == 0).all()
        assert drops[kinds].min() > 0, kind
        assert drops[kinds].mean() == drops.mean(1).max()
    again = measure_importance(plan, Weights(tensors, "", 0, 0), held)
    assert all((drops == again.drops[kind]).all() for kind, drops in found.drops.items())


def test_raw_columns_are_explained_with_what_the_row_has(table):
    plan, weights, held = table
    network = open_network(plan, weights, held)
    x = held.parts["validation"][0]
    row = int(held.names["validation"][0])
    cells = {str(name): str(value) for name, value in held.names["table"].iloc[row].items()}
    for method in ("integrated", "occlusion", "gradient"):
        found = explain(network, sample(x), Ask(method), cells=cells)
        (heat,) = found.heats
        assert set(heat.names) == {"wide", "noise", "born", "kind"}
        assert heat.given[heat.names.index("kind")] == cells["kind"]
        assert np.abs(heat.values).argmax() == heat.names.index("kind")
    assert found.questions == ("n", "y")


def test_categories_that_are_looked_up_are_explained_at_their_vectors(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(ROWS, "utf-8")
    source = look(path).source
    source = Choice("Csv", {**source.parameters, "treatments": (("kind", "encode", "embedding"),)})
    layers = (layer("EmbedColumns", categories=(3,), embedding_dim=2), layer("Linear", out_features=1))
    project = match_loss(designer.build("Net", *layers, data=source, device="cpu"))

    def look_at_kind(model: nn.Module) -> None:
        (head,) = find(model, nn.Linear)
        head.weight[:, :-2] = 0.0

    plan, weights, held = prepare(project, look_at_kind)
    network, x = open_network(plan, weights, held), held.parts["validation"][0]
    for method in ("integrated", "gradient", "occlusion"):
        values, names = [], ()
        for row in range(4):
            (heat,) = explain(network, sample(x, row), Ask(method)).heats
            values.append(heat.values)
            names = heat.names
        others = np.delete(np.stack(values), names.index("kind"), 1)
        assert (others == 0).all()
        assert np.stack(values)[:, names.index("kind")].any()
    found = measure_importance(plan, weights, held)
    assert (found.drops["loss"][[place for place, name in enumerate(found.columns) if name != "kind"]] == 0).all()


def test_it_can_be_given_up_and_says_where_there_are_no_columns(table):
    plan, weights, held = table
    before = held.parts["validation"][0].clone()
    with pytest.raises(Cancelled):
        measure_importance(plan, weights, held, report=lambda share: share < 0.3)
    assert torch.equal(before, held.parts["validation"][0])
    with pytest.raises(ExplainError, match="no rows of a table"):
        measure_importance(*prepare(digits()))
