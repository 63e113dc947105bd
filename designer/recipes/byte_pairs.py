"""Cut texts into byte pairs with the package tokenizers: pieces of words that are common; what is not, byte by byte."""

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from torch import Tensor, nn

from designer.recipes.language import draw_numbers
from designer.recipes.texts import PAD, UNKNOWN, fill_rows

DECODERS: list[Tokenizer] = []  # the tokenizer that was fitted last: what `draw_byte_pairs` writes with


def train_tokenizer(texts: Iterable[str], size: int, lowercase: bool) -> Tokenizer:
    """Return a tokenizer of at most so many byte pairs, 256 of them the bytes themselves, so that no text is unknown."""
    tokenizer = Tokenizer(models.BPE())
    if lowercase:
        tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=size, min_frequency=2, initial_alphabet=letters, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def keep_tokenizer(tokenizer: Tokenizer, lowercase: bool) -> dict[str, Any]:
    """Return a tokenizer as JSON has it, with its tokens in words; a part of a letter is written as the bytes' signs."""
    tokens = []
    for number in range(tokenizer.get_vocab_size()):
        text = tokenizer.decode([number])
        tokens.append(tokenizer.id_to_token(number) if "\ufffd" in text else text)
    found = {"unit": "byte pair", "lowercase": lowercase, "tokens": [PAD, UNKNOWN, *tokens]}
    return found | {"tokenizer": tokenizer.to_str()}


def open_tokenizer(vocabulary: dict[str, Any]) -> Tokenizer:
    """Return the tokenizer of a vocabulary."""
    if "tokenizer" not in vocabulary:
        raise ValueError("These byte pairs were fitted by an earlier version, which cut texts otherwise. Train anew.")
    return Tokenizer.from_str(vocabulary["tokenizer"])


def fit_pairs(texts: Sequence[str], rows: Iterable[int], size: int, lowercase: bool = True) -> dict[str, Any]:
    """Return at most so many tokens of some of the texts: 0, which fills up, 1, which none is, and byte pairs.

    Sennrich and others (2016), on bytes as GPT-2 has them (Radford and others, 2019).
    """
    return keep_tokenizer(train_tokenizer((texts[row] for row in rows), size - 2, lowercase), lowercase)


def number_pairs(texts: Sequence[str], vocabulary: dict[str, Any]) -> list[list[int]]:
    """Return the numbers of the byte pairs of each text: those of the tokenizer come after 0 and 1."""
    found = open_tokenizer(vocabulary).encode_batch_fast(list(texts), add_special_tokens=False)
    return [[number + 2 for number in encoding.ids] for encoding in found]


def encode_pairs(texts: Sequence[str], vocabulary: dict[str, Any], length: int) -> Tensor:
    """Return N x length byte pairs as numbers: longer texts are cut off, shorter ones filled up with 0."""
    return fill_rows(number_pairs(texts, vocabulary), length)


def spell_pairs(numbers: Iterable[int], tokenizer: Tokenizer) -> str:
    """Return the text that byte pairs stand for; 0 and 1 stand for none."""
    text: str = tokenizer.decode([number - 2 for number in numbers if number >= 2])
    return text


def fit_text(text: str, size: int, share: float = 1.0) -> dict[str, Any]:
    """Return at most so many byte pairs of the first share of a text, as `fit_pairs` does."""
    lines = text[: round(share * len(text))].splitlines(keepends=True)
    tokenizer = train_tokenizer(lines, size - 2, lowercase=False)
    DECODERS[:] = [tokenizer]
    return keep_tokenizer(tokenizer, lowercase=False)


def encode_text(text: str, vocabulary: dict[str, Any]) -> Tensor:
    """Return the byte pairs of a text as numbers; none reaches over the end of a line."""
    lines = number_pairs(text.splitlines(keepends=True), vocabulary)
    return torch.tensor([number for line in lines for number in line], dtype=torch.int64)


def draw_byte_pairs(model: nn.Module, length: int, count: int, device: torch.device) -> str:
    """Return a text of so many byte pairs, each drawn from what the network expects after the `length` before it."""
    (tokenizer,) = DECODERS
    return spell_pairs(draw_numbers(model, tokenizer.get_vocab_size() + 2, length, count, device), tokenizer)
