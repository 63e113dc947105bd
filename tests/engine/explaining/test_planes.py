"""Samples in a plane: what a layer gives, by PCA and t-SNE, and the vectors of an Embedding with what they stand for."""

import numpy as np
import pytest
import torch
from torch import nn

from designer.engine.evaluation.resampling import Cancelled
from designer.engine.explaining.places import list_views
from designer.engine.explaining.planes import lay_out_plane, place_points
from designer.engine.explaining.record import ExplainError
from tests.engine.explaining.networks import find, prepare
from tests.engine.objective_projects import language
from tests.engine.plans import CONVOLUTION, digits


def test_the_plane_holds_what_goes_into_the_last_linear(monkeypatch):
    project = digits(*CONVOLUTION)
    views = list_views(project)
    assert views[0].title == "into linear7"
    assert views[1].title == "out of linear7"
    plan, weights, held = prepare(project)
    found = lay_out_plane(plan, weights, held)
    x = held.parts["validation"][0]
    from designer.engine.build import build

    model = build(plan.source).make_model()
    model.load_state_dict(dict(weights.tensors))
    seen = []
    find(model, nn.Linear)[0].register_forward_pre_hook(lambda layer, given: seen.append(given[0]))
    with torch.no_grad():
        model.eval()(x)
    wide = seen[0].double().numpy()
    wide -= wide.mean(0)
    _, sizes, axes = np.linalg.svd(wide, full_matrices=False)
    expected = wide @ axes[:2].T
    assert np.allclose(np.abs(found.points), np.abs(expected), atol=1e-4)
    assert found.shares == pytest.approx((sizes**2 / (sizes**2).sum())[:2], rel=1e-4)
    assert found.width == 64
    assert found.places.tolist() == list(range(len(x)))
    # Of many samples some are drawn, always the same.
    monkeypatch.setattr("designer.engine.explaining.planes.MOST_SAMPLES", 50)
    some, again = (lay_out_plane(plan, weights, held, view=views[1].key) for _ in range(2))
    assert some.points.shape == (50, 2)
    assert (some.places == again.places).all()
    assert "50 of 359 samples" in some.notes[0]


def test_t_sne_keeps_groups_together_and_can_be_stopped():
    random = np.random.default_rng(1)
    groups = np.repeat([0, 1, 2], 20)
    values = random.normal(size=(60, 8)) + 12 * np.eye(8)[groups]
    points, shares = place_points(values, "tsne", 0)
    assert shares == ()
    again, _ = place_points(values, "tsne", 0)
    assert (points == again).all()
    away = np.linalg.norm(points[:, None] - points[None], axis=2) + np.eye(60) * 1e9
    assert (groups[away.argmin(1)] == groups).all()
    shares = []
    with pytest.raises(Cancelled):
        place_points(values, "tsne", 0, lambda share: shares.append(share) or share < 0.6)
    assert len(shares) == 2
    with pytest.raises(ExplainError, match="not all numbers"):
        place_points(np.full((5, 2), np.nan), "pca", 0)


def test_vectors_of_an_embedding_have_the_names_of_their_tokens():
    project = language()
    view = next(view for view in list_views(project) if view.what == "weights")
    plan, weights, held = prepare(project)
    found = lay_out_plane(plan, weights, held, view=view.key)
    vocabulary = project.data.source.parameters["vocabulary"]
    assert found.points.shape == (200, 2)
    assert found.width == 16
    assert found.names[: len(vocabulary)] == tuple(vocabulary)
