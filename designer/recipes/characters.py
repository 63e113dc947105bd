"""Read a text as characters and cut it into windows, each with the character that follows every place."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor


def read_characters(path: Path, vocabulary: str) -> Tensor:
    """Return a text as numbers: the place of each character in the vocabulary, which is in order of code points."""
    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    codes = np.frombuffer(text.encode("utf-32-le"), "<u4")
    known = np.frombuffer(vocabulary.encode("utf-32-le"), "<u4")
    places = np.searchsorted(known, codes).clip(max=len(known) - 1)
    if (strange := known[places] != codes).any():
        raise ValueError(f"{path} has the character {text[strange.argmax()]!r}, which is not in the vocabulary.")
    return torch.from_numpy(places)


def number_characters(text: str, vocabulary: str) -> Tensor:
    """Return a text as numbers: the place of each character in the vocabulary."""
    places = {character: place for place, character in enumerate(vocabulary)}
    strange = next((character for character in text if character not in places), None)
    if strange is not None:
        raise ValueError(f"The text has the character {strange!r}, which is not in the vocabulary.")
    return torch.tensor([places[character] for character in text], dtype=torch.int64)


def cut_text(characters: Tensor, length: int, stride: int) -> tuple[Tensor, Tensor]:
    """Return windows N x length of a text, and the same windows one character later."""
    if len(characters) <= length:
        raise ValueError(f"The text has {len(characters)} characters, too few for one window of {length} and the next.")
    windows = characters.unfold(0, length + 1, stride)
    return windows[:, :-1].contiguous(), windows[:, 1:].contiguous()


def end_window(tokens: Tensor, length: int) -> Tensor:
    """Return the last window 1 x length of a text, after which nothing is known; of a shorter text all there is."""
    if not len(tokens):
        raise ValueError("The text is empty: there is nothing that could be gone on with.")
    return tokens[None, -length:].contiguous()
