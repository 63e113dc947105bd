"""The transformers that made the field can be drawn from these layers, exact to the parameter."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from designer.catalogue.shapes import Inference, infer
from designer.document.graph import Graph, Value
from tests.codegen.networks import Line, make_graph

GELU = {"approximate": "tanh"}


def chain(*layers: tuple[str, str, Mapping[str, Value]]) -> list[Line]:
    """Return the lines of layers one behind the other."""
    return [(*layer, (layers[i - 1][0],) if i else ()) for i, layer in enumerate(layers)]


def write_block(name: str, source: str, features: int, attention: Mapping[str, Value]) -> tuple[list[Line], str]:
    """Return a block with its norms first, as GPT-2 and ViT have it, and the name of its last layer."""
    one, two = f"{name}_sum1", f"{name}_sum2"
    lines = [
        (f"{name}_norm1", "LayerNorm", {}, (source,)),
        (f"{name}_attention", "SelfAttention", {"num_heads": 12, **attention}, (f"{name}_norm1",)),
        (one, "Add", {}, (f"{name}_attention", source)),
        (f"{name}_norm2", "LayerNorm", {}, (one,)),
        (f"{name}_wide", "Linear", {"out_features": 4 * features}, (f"{name}_norm2",)),
        (f"{name}_gelu", "GELU", GELU, (f"{name}_wide",)),
        (f"{name}_narrow", "Linear", {"out_features": features}, (f"{name}_gelu",)),
        (two, "Add", {}, (f"{name}_narrow", one)),
    ]
    return lines, two


def infer_lines(lines: list[Line]) -> Inference:
    return infer_graph(make_graph(lines))


def infer_graph(graph: Graph) -> Inference:
    inference = infer(graph)
    wrong = {key: known.error for key, known in inference.nodes.items() if known.outputs is None}
    assert not wrong
    return inference


def test_gpt2_small_has_124_439_808_parameters() -> None:
    lines = chain(
        ("tokens", "Input", {"shape": (1024,), "dtype": "int"}),
        ("embedding", "Embedding", {"num_embeddings": 50257, "embedding_dim": 768}),
        ("positions", "LearnedPosition", {"max_length": 1024}),
        ("dropout", "Dropout", {"p": 0.1}),
    )
    last = "dropout"
    for number in range(12):
        block, last = write_block(f"b{number}", last, 768, {"causal": True, "dropout": 0.1})
        lines += block
    lines.append(("norm", "LayerNorm", {}, (last,)))
    lines.append(("head", "Linear", {"out_features": 50257, "bias": False}, ("norm",)))
    lines.append(("logits", "Output", {}, ("head",)))
    graph = make_graph(lines)
    head = replace(graph.nodes["n-head"], options={"shared_with": "n-embedding"})
    inference = infer_graph(replace(graph, nodes={**graph.nodes, "n-head": head}))
    assert inference.parameters == 124_439_808


def test_a_stack_has_the_parameters_of_its_blocks() -> None:
    tokens = ("tokens", "Input", {"shape": (128, 96)})
    settings = {"dim_feedforward": 384, "norm_first": True, "causal": True}
    stack = infer_lines(
        chain(tokens, ("encoder", "TransformerEncoder", {"nhead": 12, "num_layers": 2, "norm": True, **settings}))
    )
    layers = infer_lines(
        chain(
            tokens,
            ("one", "TransformerEncoderLayer", {"nhead": 12, **settings}),
            ("two", "TransformerEncoderLayer", {"nhead": 12, **settings}),
            ("norm", "LayerNorm", {}),
        )
    )
    one, middle = write_block("one", "tokens", 96, {"causal": True})
    two, last = write_block("two", middle, 96, {"causal": True})
    drawn = infer_lines([*chain(tokens), *one, *two, ("norm", "LayerNorm", {}, (last,))])
    assert stack.parameters == layers.parameters == drawn.parameters
    assert stack.multiply_adds == layers.multiply_adds == drawn.multiply_adds


def test_vit_b_16_costs_what_torchvisions_does() -> None:
    lines = chain(
        ("image", "Input", {"shape": (3, 224, 224)}),
        ("patches", "PatchEmbedding", {"embed_dim": 768, "patch_size": 16}),
        ("token", "ClassToken", {}),
        ("positions", "LearnedPosition", {}),
    )
    last = "positions"
    for number in range(12):
        block, last = write_block(f"b{number}", last, 768, {})
        lines += block
    lines.append(("norm", "LayerNorm", {}, (last,)))
    inference = infer_lines(lines)
    head = 768 * 1000  # on the first step alone, which a layer of another family takes out
    assert inference.parameters + head + 1000 == 86_567_656
    assert inference.multiply_adds + head == pytest.approx(17.564e9, rel=1e-4)
    shapes = [sizes for known in inference.nodes.values() for sizes in known.weights.values()]
    # torchvision's state_dict in its order, but for the token, which it keeps before the convolution.
    block = [(768,), (768,), (2304, 768), (2304,), (768, 768), (768,), (768,), (768,), (3072, 768), (3072,)]
    block += [(768, 3072), (768,)]
    assert shapes == [(768, 3, 16, 16), (768,), (1, 1, 768), (1, 197, 768), *block * 12, (768,), (768,)]
