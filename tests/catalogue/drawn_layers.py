"""Layers with random parameters and inputs, and the torch modules they stand for."""

import contextlib
import importlib
import math
from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from hypothesis import strategies as st
from torch import Tensor, nn

from designer.catalogue.geometry import spread
from designer.catalogue.parameters import Values, resolve
from designer.catalogue.registry import layers
from designer.catalogue.spec import Inputs, LayerSpec, ShapeError, TensorType
from designer.codegen.script import render_module
from designer.document.graph import Edge, Graph, Node, Parameters, Value
from designer.document.project import Project
from tests.strategies import sound_parameters

BATCH = 3
DTYPES = {"float": torch.float32, "int": torch.int64}

# The numbers of axes that a sample usually has, by kind: a kind that ends in 2d takes channels and two more.
RANKS = {kind: (int(kind[-2]) + 1,) for kind in layers if kind.endswith(("1d", "2d", "3d"))} | {
    "Linear": (1, 2),
    "Embedding": (1, 2),
    "BatchNorm1d": (1, 2),
    "RNN": (2,),
    "LSTM": (2,),
    "GRU": (2,),
    "LocalResponseNorm": (2, 3, 4),
    "MatMul": (2, 3),
    "GlobalAvgPool": (2, 3, 4),
    "GlobalMaxPool": (2, 3, 4),
    "CenterCrop": (2, 3, 4),
    "Upsample": (2, 3, 4),
    "ChannelShuffle": (2, 3, 4),
    "PixelShuffle": (3,),
    "PixelUnshuffle": (3,),
    "Unfold": (3,),
    "Fold": (2,),
    "Bilinear": (1, 2),
    "EmbeddingBag": (1,),
    "EmbedColumns": (1,),
    "Reservoir": (2,),
    "SelfAttention": (2,),
    "MultiheadAttention": (2,),
    "TransformerEncoderLayer": (2,),
    "TransformerDecoderLayer": (2,),
    "TransformerEncoder": (2,),
    "TransformerDecoder": (2,),
    "PatchEmbedding": (3,),
    "ClassToken": (2,),
    "LearnedPosition": (2,),
    "SinusoidalPosition": (2,),
}
# Sizes that the layer cuts evenly more often than not.
EVEN = {
    "CenterCrop": (24, 30, 4, 7),
    "ChannelShuffle": (12, 8, 6),
    "PixelShuffle": (36, 4, 16, 9),
    "PixelUnshuffle": (12, 8, 6),
    "PatchEmbedding": (12, 8, 4, 6, 3),
    "SelfAttention": (24, 8, 12),
    "MultiheadAttention": (24, 8, 12),
    "TransformerEncoderLayer": (24, 8, 12),
    "TransformerDecoderLayer": (24, 8, 12),
    "TransformerEncoder": (24, 8, 12),
    "TransformerDecoder": (24, 8, 12),
}


@st.composite
def draw_inputs(draw: st.DrawFn, spec: LayerSpec) -> Inputs:
    """Return types that fit the layer most of the time."""
    right = draw(st.sampled_from((True,) * 7 + (False,)))
    ranks = RANKS.get(spec.kind, (1, 2, 3)) if right else (1, 2, 3, 4)
    dtype = "int" if spec.kind.startswith("Embedding") == right else "float"
    if spec.family == "shape" or spec.kind in ("Concatenate", "Stack"):
        dtype = draw(st.sampled_from(("float", "float", "int")))
    rank = draw(st.sampled_from(ranks))
    usual = (12, 8, 6, 9, 16, 1, 3, 5) if spec.kind.endswith(("1d", "2d", "3d")) else (4, 6, 8, 1, 2, 3, 5, 7)
    size = st.sampled_from(EVEN.get(spec.kind, usual))
    one = TensorType(tuple(draw(st.lists(size, min_size=rank, max_size=rank))), dtype)
    if not spec.inputs[-1].many:
        if spec.kind == "MatMul" and right:
            *lead, _, columns = one.sizes
            return one, _vary(draw, TensorType((*lead, columns, draw(size))))
        return (one, *(_vary(draw, one) for _ in spec.inputs[1:]))
    count = draw(st.integers(2, 4))
    return tuple(_vary(draw, one) for _ in range(count))


@st.composite
def draw_case(draw: st.DrawFn, spec: LayerSpec) -> tuple[Parameters, Inputs]:
    """Return settings that a layer accepts and types that fit it most of the time."""
    given, inputs = draw(sound_parameters(spec.kind)), draw(draw_inputs(spec))
    if spec.kind == "Fold" and draw(st.integers(0, 3)):  # columns that no drawing of numbers would hit
        values, _ = resolve(spec.parameters, given)
        window, image = spread(values["kernel_size"], 2), (1, *spread(values["output_size"], 2))
        settings = {name: values[name] for name in ("kernel_size", "dilation", "padding", "stride")}
        with contextlib.suppress(ShapeError):
            (columns,) = layers["Unfold"].shape(settings, (TensorType(image),))
            return given, (TensorType((draw(st.integers(1, 3)) * math.prod(window), columns.sizes[1])),)
    return fit_parameters(draw, spec.kind, given, inputs[0]), inputs


def fit_parameters(draw: st.DrawFn, kind: str, given: Parameters, x: TensorType) -> Parameters:
    """Return settings that go with an input most of the time, where those drawn by themselves hardly ever do."""
    axis = draw(st.integers(-len(x.sizes), len(x.sizes) - 1)) if x.sizes else 0
    size = x.sizes[axis] if x.sizes else 1
    half = next((factor for factor in (2, 3, 5, 7) if size % factor == 0), 1)
    fitting: dict[str, list[dict[str, Value]]] = {
        "Reshape": [{"shape": x.sizes[::-1]}, {"shape": (-1, size)}, {"shape": (size, -1, 1)}],
        "Unflatten": [{"unflattened_size": (half, -1)}, {"axis": axis, "unflattened_size": (1, half, size // half)}],
        "Permute": [{"order": tuple(draw(st.permutations(range(len(x.sizes)))))}],
        "Split": [{"axis": axis, "parts": max(half, 2)}, {"axis": axis, "sizes": (1, max(size - 1, 1))}],
        "Slice": [{"axis": axis, "start": 0}, {"axis": axis, "stop": None}],
        "Squeeze": [{"axis": place} for place, one in enumerate(x.sizes) if one == 1],
    }
    options = fitting.get(kind, [])
    return {**given, **draw(st.sampled_from([{}, *options * 3]))}


def _vary(draw: st.DrawFn, one: TensorType) -> TensorType:
    """Return the type itself mostly, else one with an axis changed, added or left out."""
    change = draw(st.sampled_from(("none", "none", "none", "one", "size", "rank")))
    axis = draw(st.integers(0, len(one.sizes) - 1))
    before, after = one.sizes[:axis], one.sizes[axis + 1 :]
    if change == "one":
        return TensorType((*before, 1, *after), one.dtype)
    if change == "size":
        return TensorType((*before, draw(st.integers(1, 5)), *after), one.dtype)
    if change == "rank" and len(one.sizes) > 1:
        return TensorType((*before, *after), one.dtype)
    return one


def find_class(spec: LayerSpec) -> type[nn.Module]:
    """Return the class that a declaration names, from torch or from a recipe."""
    if spec.call.recipe:
        package, colon, file = spec.call.recipe.partition(":")
        module = f"{package}.{file}" if colon else f"designer.recipes.{package}"
        return getattr(importlib.import_module(module), spec.call.constructor)
    prefix, name = spec.call.constructor.split(".")
    assert prefix == "nn"
    return getattr(nn, name)


def make_arguments(spec: LayerSpec, values: Values, inputs: Inputs) -> dict[str, Value]:
    """Return all arguments of the constructor by name."""
    derived = {name: work_out(values, inputs) for name, work_out in spec.call.derived.items()}
    return derived | {each.name: values[each.name] for each in spec.parameters if each.argument}


def make_module(spec: LayerSpec, values: Values, inputs: Inputs, device: str) -> nn.Module | None:
    """Return the module, None where the expression alone is the layer. Raises what torch raises."""
    if not spec.call.constructor:
        return None
    with torch.device(device):
        return find_class(spec)(**make_arguments(spec, values, inputs))


def make_tensors(inputs: Inputs, device: str) -> list[Tensor]:
    """Return one batch for each input, zeros: the least class index, and a number like any other."""
    return [torch.zeros(BATCH, *x.sizes, dtype=DTYPES[x.dtype], device=device) for x in inputs]


def run_layer(spec: LayerSpec, values: Values, inputs: Inputs, module: nn.Module | None, device: str) -> Any:
    """Return what the layer's own expression gives for one batch: a tensor, or a tuple of several."""
    names = [f"x{i}" for i in range(len(inputs))]
    tensors = dict(zip(names, make_tensors(inputs, device), strict=True))
    return eval(spec.call.apply(values, "layer", names), {"layer": module, "torch": torch, "nn": nn, "F": F, **tensors})


def run_generated(spec: LayerSpec, given: Parameters, tensors: Sequence[Tensor], ports: Sequence[int] = (0,)) -> Any:
    """Return what generated code gives for one batch: a network of this layer alone, with an Output for each port."""
    nodes = {"layer": Node("layer", spec.kind, "layer", given)}
    edges = []
    for number, x in enumerate(tensors):
        nodes[f"in{number}"] = Node(f"in{number}", "Input", f"in{number}", {"shape": tuple(x.shape[1:])})
        edges.append(Edge(f"in{number}", 0, "layer", number))
    for port in ports:
        nodes[f"out{port}"] = Node(f"out{port}", "Output", f"out{port}")
        edges.append(Edge("layer", port, f"out{port}", 0))
    source = render_module(Project(graph=Graph(nodes, tuple(edges))))
    namespace: dict[str, Any] = {}
    exec(compile(source.text, "<layer>", "exec"), namespace)
    return namespace[source.model]()(*tensors)
