"""Stacks of torch's transformer layers, each with weights of its own: nn.TransformerEncoder copies one layer."""

from torch import Tensor, nn


class TransformerEncoder(nn.Module):
    """A stack of encoder layers (Vaswani and others, 2017), with a LayerNorm behind the last if `norm`.

    With `causal` a step sees itself and earlier ones only, as in GPT. The weights have the names of nn.TransformerEncoder.

    Shape: N x length x d_model; the output has the same.
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        num_layers: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str = "relu",
        norm_first: bool = False,
        bias: bool = True,
        causal: bool = False,
        norm: bool = False,
    ) -> None:
        super().__init__()
        self.causal = causal
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                d_model,
                nhead,
                dim_feedforward,
                dropout,
                activation,
                batch_first=True,
                norm_first=norm_first,
                bias=bias,
            )
            for _ in range(num_layers)
        )
        self.norm = nn.LayerNorm(d_model, bias=bias) if norm else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """Return N x length x d_model."""
        mask = None
        if self.causal:
            mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1], device=x.device)
        for layer in self.layers:
            x = layer(x, src_mask=mask, is_causal=self.causal)
        encoded: Tensor = self.norm(x)
        return encoded


class TransformerDecoder(nn.Module):
    """A stack of decoder layers (Vaswani and others, 2017), with a LayerNorm behind the last if `norm`.

    With `causal` a step of the target sees itself and earlier ones only. The weights have the names of
    nn.TransformerDecoder.

    Shape: target N x length x d_model, memory N x steps x d_model; the output has the target's.
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        num_layers: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str = "relu",
        norm_first: bool = False,
        bias: bool = True,
        causal: bool = True,
        norm: bool = False,
    ) -> None:
        super().__init__()
        self.causal = causal
        self.layers = nn.ModuleList(
            nn.TransformerDecoderLayer(
                d_model,
                nhead,
                dim_feedforward,
                dropout,
                activation,
                batch_first=True,
                norm_first=norm_first,
                bias=bias,
            )
            for _ in range(num_layers)
        )
        self.norm = nn.LayerNorm(d_model, bias=bias) if norm else nn.Identity()

    def forward(self, target: Tensor, memory: Tensor) -> Tensor:
        """Return N x length x d_model."""
        mask = None
        if self.causal:
            mask = nn.Transformer.generate_square_subsequent_mask(target.shape[1], device=target.device)
        for layer in self.layers:
            target = layer(target, memory, tgt_mask=mask, tgt_is_causal=self.causal)
        decoded: Tensor = self.norm(target)
        return decoded
