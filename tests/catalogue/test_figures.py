"""What figures and worked formulas say of a layer is what the layer does."""

import math
import re

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from designer.catalogue.examples import find_example
from designer.catalogue.figures import Bars, Curve
from designer.catalogue.parameters import resolve
from designer.catalogue.registry import layers, own_layers
from designer.catalogue.spec import ShapeError, TensorType
from tests.catalogue.drawn_layers import draw_case, make_module
from tests.strategies import sound_parameters

CURVES = [kind for kind, spec in layers.items() if isinstance(spec.figure, Curve)]
BARS = [kind for kind, spec in layers.items() if isinstance(spec.figure, Bars)]
WORKED = [kind for kind, spec in layers.items() if spec.worked is not None]


def test_every_layer_names_a_figure_and_every_element_wise_activation_its_curve():
    assert [kind for kind, spec in own_layers.items() if spec.figure is None] == []
    along_an_axis = {"Softmax", "LogSoftmax", "Softmin", "Softmax2d", "GLU"}
    activations = {kind for kind, spec in own_layers.items() if spec.family == "activation"}
    assert set(CURVES) == activations - along_an_axis


@pytest.mark.parametrize("kind", CURVES)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_a_curve_is_what_torch_computes(kind, data):
    spec = layers[kind]
    drawn = data.draw(sound_parameters(kind))
    values, _ = resolve(spec.parameters, drawn)
    x = torch.linspace(-spec.figure.reach, spec.figure.reach, 41, dtype=torch.float64)
    kinds = (TensorType((41,)),)
    try:
        spec.shape(values, kinds)
    except ShapeError:
        assume(False)
    module = make_module(spec, values, kinds, "cpu")
    layer = None if module is None else module.double().eval()
    y = eval(spec.call.apply(values, "layer", ["x"]), {"layer": layer, "torch": torch, "x": x[None]}).detach()[0]
    ours = torch.tensor([spec.figure.function(values, float(one)) for one in x], dtype=torch.float64)
    if spec.figure.second is None:
        torch.testing.assert_close(ours, y.double(), rtol=1e-5, atol=1e-6)
    else:
        other = torch.tensor([spec.figure.second(values, float(one)) for one in x], dtype=torch.float64)
        assert bool((torch.minimum(ours, other) - 1e-9 <= y).all())
        assert bool((y <= torch.maximum(ours, other) + 1e-9).all())


@pytest.mark.parametrize("kind", BARS)
def test_bars_are_what_torch_computes(kind):
    name = "Softmax" if kind == "Softmax2d" else kind
    row = [1.0, 2.0, -0.5, 0.4, 3.0]
    expected = getattr(torch.nn, name)(dim=-1)(torch.tensor(row, dtype=torch.float64))
    torch.testing.assert_close(torch.tensor(layers[kind].figure.function(row), dtype=torch.float64), expected)


def work_out(text: str) -> list[tuple[float, float]]:
    """Both sides of each equation of a worked formula, as numbers."""
    pairs = []
    for line in re.split(r"\n|,  ", text):
        if "=" not in line:
            continue
        *_, left, right = ["", *line.split("=", 1)]
        code = right.split(",")[0].replace("as the last window would begin outside", "")
        for ours, theirs in (
            ("−", "-"),
            ("·", "*"),
            ("⌊", "floor("),
            ("⌋", ")"),
            ("⌈", "ceil("),
            ("⌉", ")"),
            ("²", "**2"),
        ):
            code = code.replace(ours, theirs)
        if left.strip() == "d":
            code, left = code.split("=")
        pairs.append((float(left), eval(code, {"floor": math.floor, "ceil": math.ceil})))
    return pairs


@pytest.mark.parametrize("kind", WORKED)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_worked_formula_holds(kind, data):
    spec = layers[kind]
    drawn, inputs = data.draw(draw_case(spec))
    values, _ = resolve(spec.parameters, drawn)
    try:
        outputs = spec.shape(values, inputs)
    except ShapeError:
        found = find_example(spec)
        assert found is not None
        values, inputs, outputs = found
    text = spec.worked(values, inputs, outputs)
    for left, right in work_out(text):
        assert left == right, text
    if "=" in text and not text.startswith("d"):
        sizes = {size for kind in outputs for size in kind.sizes}
        assert {left for left, _ in work_out(text)} <= sizes


def test_an_example_is_there_for_every_layer():
    assert [kind for kind, spec in own_layers.items() if find_example(spec) is None] == ["Custom"]
