"""Read a text by words, and go on with one as a network expects it."""

from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from designer.recipes.texts import fit_vocabulary, number_texts

TOKENS: list[str] = []  # of the vocabulary that was fitted last: what `draw_tokens` writes with


def read_text(path: Path) -> str:
    """Return a text in UTF-8."""
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error


def fit_language(text: str, unit: str, size: int, share: float = 1.0) -> dict[str, Any]:
    """Return at most so many tokens of the first share of a text, as `fit_vocabulary` does.

    The unit "piece" is a word with the space before it, so that tokens put together are the text again.
    """
    vocabulary = fit_vocabulary([text[: round(share * len(text))]], [0], unit, size, lowercase=False)
    TOKENS[:] = vocabulary["tokens"]
    return vocabulary


def encode_language(text: str, vocabulary: dict[str, Any]) -> Tensor:
    """Return the tokens of a text as numbers."""
    return torch.tensor(number_texts([text], vocabulary)[0], dtype=torch.int64)


def draw_numbers(model: nn.Module, size: int, length: int, count: int, device: torch.device) -> list[int]:
    """Return so many tokens, of `size` that there are, each drawn from what the network expects after those before it."""
    tokens = torch.ones(1, 1, dtype=torch.int64, device=device)
    for _ in range(count):
        window = tokens[:, -length:]
        known = window.shape[1]
        # What stands after the place in question is not looked at.
        logits = model(F.pad(window, (0, length - known)))[0, known - 1, :size]
        tokens = torch.cat([tokens, torch.multinomial(logits.softmax(0), 1)[None]], 1)
    numbers: list[int] = tokens[0, 1:].tolist()
    return numbers


def draw_tokens(model: nn.Module, length: int, count: int, device: torch.device) -> str:
    """Return a text of so many tokens, each drawn from what the network expects after the `length` before it."""
    return "".join(TOKENS[token] for token in draw_numbers(model, len(TOKENS), length, count, device))
