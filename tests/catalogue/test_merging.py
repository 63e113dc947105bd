"""What merging and cutting layers give, number by number, in the code that is written for them."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from designer.catalogue.registry import layers
from designer.document.graph import Parameters
from tests.catalogue.drawn_layers import run_generated

GATE, MAP = torch.randn(3, 2, 1, 1), torch.randn(3, 2, 4, 5)


@pytest.mark.parametrize(
    ("kind", "given", "inputs", "wanted"),
    [
        ("Multiply", {}, (GATE, MAP), GATE * MAP),
        ("Subtract", {}, (MAP, GATE), MAP - GATE),
        ("Divide", {}, (MAP, GATE), MAP / GATE),
        ("Maximum", {}, (MAP, -MAP, GATE), torch.maximum(MAP.abs(), GATE)),
        ("Minimum", {}, (MAP, -MAP), -MAP.abs()),
        ("Average", {}, (MAP, MAP + 3), MAP + 1.5),
        ("Stack", {"axis": -1}, (MAP, -MAP), torch.stack((MAP, -MAP), 4)),
        ("MatMul", {"transpose_second": True}, (MAP, MAP), MAP @ MAP.transpose(2, 3)),
        ("MatMul", {"transpose_first": True}, (MAP, MAP), MAP.transpose(2, 3) @ MAP),
        ("DotProduct", {}, (MAP, MAP), (MAP**2).sum(-1, keepdim=True)),
        ("DotProduct", {"axis": 0, "keepdim": False}, (MAP, MAP), (MAP**2).sum(1)),
        ("CosineSimilarity", {"axis": 0}, (MAP, GATE), F.cosine_similarity(MAP, GATE, dim=1)[:, None]),
        ("Reduce", {"operation": "max", "axis": -1}, (MAP,), MAP.amax(3)),
        ("Reduce", {"operation": "mean", "keepdim": True}, (MAP,), MAP.mean(1, keepdim=True)),
        ("Scale", {"axis": 0, "init": 0.5}, (MAP,), MAP / 2),
        ("Slice", {"axis": -2, "start": 1, "stop": -1}, (MAP,), MAP[:, :, 1:-1]),
        ("Slice", {"axis": 1, "step": 2}, (MAP,), MAP[:, :, ::2]),
        ("Select", {"axis": 1, "index": -1}, (MAP,), MAP[:, :, -1]),
        ("Permute", {"order": (1, 2, 0)}, (MAP,), MAP.permute(0, 2, 3, 1)),
        ("Transpose", {"first": 0, "second": -1}, (MAP,), MAP.transpose(1, 3)),
        ("Reshape", {"shape": (5, -1)}, (MAP,), MAP.reshape(3, 5, 8)),
        ("Unflatten", {"axis": 1, "unflattened_size": (2, -1)}, (MAP,), MAP.reshape(3, 2, 2, 2, 5)),
    ],
)
def test_layer_gives_what_its_formula_says(
    kind: str, given: Parameters, inputs: tuple[Tensor, ...], wanted: Tensor
) -> None:
    answer = run_generated(layers[kind], given, inputs)
    assert torch.allclose(answer, wanted, atol=1e-6)


def test_parts_of_a_split_go_their_own_ways() -> None:
    rest = run_generated(layers["Split"], {"axis": 1, "sizes": (1, 3)}, (MAP,), [1])
    assert torch.equal(rest, MAP[:, :, 1:])
    halves = run_generated(layers["Split"], {"axis": -2, "parts": 2}, (MAP,), [0, 1])
    assert torch.equal(torch.cat(halves, 2), MAP)


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_states_are_those_after_the_whole_sequence(kind: str) -> None:
    x = torch.randn(3, 5, 2)
    for bidirectional in (False, True):
        settings: Parameters = {"hidden_size": 4, "num_layers": 2, "bidirectional": bidirectional}
        answers = {}
        for output in ("last", "sequence", "state"):
            torch.manual_seed(0)
            answers[output] = run_generated(layers[kind], {**settings, "output": output}, (x,))
        ends = (answers["sequence"][:, -1, :4], answers["sequence"][:, 0, 4:])[: 1 + bidirectional]
        state = answers["state"][:, -len(ends) :]
        assert torch.allclose(state, torch.stack(ends, 1))
        assert torch.allclose(answers["last"], torch.cat(ends, 1))
