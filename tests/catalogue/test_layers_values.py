"""Layers that torch has no class for give what torch gives by other means."""

import pytest
import torch
from torch import Tensor, nn

from designer.catalogue.parameters import resolve
from designer.catalogue.registry import layers
from designer.catalogue.spec import TensorType
from designer.document.graph import Value
from tests.catalogue.drawn_layers import make_module


def apply(kind: str, x: Tensor, **parameters: Value) -> Tensor:
    """Return what a layer gives for a batch."""
    spec, inputs = layers[kind], (TensorType(tuple(x.shape[1:])),)
    values, objections = resolve(spec.parameters, parameters)
    assert not objections
    module = make_module(spec, values, inputs, "cpu")
    result = eval(spec.call.apply(values, "layer", ["x"]), {"layer": module, "torch": torch, "x": x})
    assert tuple(result.shape[1:]) == spec.shape(values, inputs)[0].sizes
    return result


@pytest.mark.parametrize("sizes, edges", [((9,), (1, 3)), ((8, 9), (0, 2, 3, 0)), ((5, 8, 9), (0, 2, 3, 0, 1, 1))])
def test_crop_is_padding_backwards(sizes: tuple[int, ...], edges: tuple[int, ...]) -> None:
    x = torch.randn(2, 3, *sizes)
    wanted = nn.functional.pad(x, [-edge for edge in edges])
    assert torch.equal(apply(f"Crop{len(sizes)}d", x, edges=edges), wanted)
    assert torch.equal(apply(f"Crop{len(sizes)}d", x, edges=0), x)


@pytest.mark.parametrize("sizes", [(9,), (8, 9), (5, 8, 9)])
def test_the_middle_and_the_whole(sizes: tuple[int, ...]) -> None:
    x, axes = torch.randn(2, 3, *sizes), len(sizes)
    wanted = nn.functional.pad(
        x, [edge for size in reversed(sizes) for edge in (-((size - 4) // 2), -((size - 3) // 2))]
    )
    assert torch.equal(apply("CenterCrop", x, size=4), wanted)
    assert torch.equal(apply("CenterCrop", x, size=sizes), x)
    for name in ("Avg", "Max"):
        pool = getattr(nn, f"Adaptive{name}Pool{axes}d")(1)
        assert torch.allclose(apply(f"Global{name}Pool", x), pool(x).flatten(1), atol=1e-6)
