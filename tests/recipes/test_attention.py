"""Self-attention is torch's multi-head attention, in one layer of one input."""

import pytest
import torch
from torch import nn

from designer.recipes.attention import SelfAttention


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("causal", [True, False])
def test_it_does_as_multihead_attention_with_the_same_weights(causal: bool, bias: bool) -> None:
    torch.manual_seed(1)
    torchs = nn.MultiheadAttention(12, 3, bias=bias, batch_first=True)
    ours = SelfAttention(12, 3, bias=bias, causal=causal)
    assert [*ours.state_dict()] == [*torchs.state_dict()]
    for value in torchs.state_dict().values():
        value.copy_(torch.randn_like(value))
    ours.load_state_dict(torchs.state_dict())
    x = torch.randn(2, 5, 12)
    mask = nn.Transformer.generate_square_subsequent_mask(5) if causal else None
    torch.testing.assert_close(ours(x), torchs(x, x, x, attn_mask=mask, need_weights=False)[0])


def test_it_starts_as_multihead_attention_does() -> None:
    torch.manual_seed(2)
    torchs = nn.MultiheadAttention(8, 2, batch_first=True)
    torch.manual_seed(2)
    for name, value in SelfAttention(8, 2).state_dict().items():
        assert torch.equal(value, torchs.state_dict()[name])


def test_causal_steps_know_nothing_of_later_ones() -> None:
    layer, x = SelfAttention(8, 2, causal=True), torch.randn(1, 6, 8)
    changed = x.clone()
    changed[:, 4:] += 1
    torch.testing.assert_close(layer(changed)[:, :4], layer(x)[:, :4])
    assert not torch.allclose(layer(changed)[:, 4:], layer(x)[:, 4:])


def test_dropout_acts_while_training_only() -> None:
    layer, x = SelfAttention(8, 2, dropout=0.5), torch.randn(1, 6, 8)
    assert not torch.equal(layer(x), layer(x))
    layer.eval()
    assert torch.equal(layer(x), layer(x))
