"""Stacks of transformer layers do as torch's own with the same weights, and start with different ones."""

import pytest
import torch
from torch import Tensor, nn

from designer.recipes.transformer import TransformerDecoder, TransformerEncoder

SETTINGS = {"dim_feedforward": 16, "dropout": 0.0, "activation": "gelu", "norm_first": True}


def make_mask(length: int) -> Tensor:
    return nn.Transformer.generate_square_subsequent_mask(length)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("causal", [True, False])
def test_encoder_does_as_torchs(causal: bool, training: bool) -> None:
    layer = nn.TransformerEncoderLayer(8, 2, batch_first=True, **SETTINGS)
    torchs = nn.TransformerEncoder(layer, 2, nn.LayerNorm(8), enable_nested_tensor=False).train(training)
    ours = TransformerEncoder(8, 2, 2, causal=causal, norm=True, **SETTINGS).train(training)
    assert [*ours.state_dict()] == [*torchs.state_dict()]
    torchs.load_state_dict(ours.state_dict())
    x = torch.randn(2, 5, 8)
    with torch.set_grad_enabled(training):  # without gradients torch takes another way, which must be the same
        torch.testing.assert_close(ours(x), torchs(x, mask=make_mask(5) if causal else None), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("causal", [True, False])
def test_decoder_does_as_torchs(causal: bool) -> None:
    layer = nn.TransformerDecoderLayer(8, 2, batch_first=True, **SETTINGS)
    torchs = nn.TransformerDecoder(layer, 2, nn.LayerNorm(8))
    ours = TransformerDecoder(8, 2, 2, causal=causal, norm=True, **SETTINGS)
    assert [*ours.state_dict()] == [*torchs.state_dict()]
    torchs.load_state_dict(ours.state_dict())
    target, memory = torch.randn(2, 5, 8), torch.randn(2, 7, 8)
    mask = make_mask(5) if causal else None
    torch.testing.assert_close(ours(target, memory), torchs(target, memory, tgt_mask=mask))


@pytest.mark.parametrize("make", [TransformerEncoder, TransformerDecoder])
def test_layers_start_with_weights_of_their_own(make: type[nn.Module]) -> None:
    first, second = make(8, 2, 2).layers
    assert not torch.equal(first.self_attn.in_proj_weight, second.self_attn.in_proj_weight)


@pytest.mark.parametrize("training", [True, False])
def test_causal_steps_know_nothing_of_later_ones(training: bool) -> None:
    model = TransformerEncoder(8, 2, 2, causal=True, **SETTINGS).train(training)
    x = torch.randn(1, 6, 8)
    changed = x.clone()
    changed[:, 4:] += 1
    with torch.no_grad():
        torch.testing.assert_close(model(changed)[:, :4], model(x)[:, :4])
