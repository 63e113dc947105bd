"""Sentiment: 20 -> 1 logit, 117,505 parameters.

Designed with Designer.
"""

from torch import Tensor, nn


class Sentiment(nn.Module):
    """20 -> 1 logit, 117,505 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding1 = nn.Embedding(1000, 32)  # 20 x 32
        self.gru1 = nn.GRU(32, 64, batch_first=True)  # 20 x 64
        self.lstm1 = nn.LSTM(64, 64, batch_first=True, bidirectional=True)  # 128
        self.head = nn.Sequential(
            nn.Dropout(0.3),
            nn.Linear(128, 1),  # 1
        )

    def forward(self, tokens: Tensor) -> Tensor:
        """Return N x 1 logit for N x 20."""
        x = self.embedding1(tokens)
        x = self.gru1(x)[0]
        x = self.lstm1(x)[1][0][-2:].transpose(0, 1).flatten(1)
        return self.head(x)
