"""The tokens of a text as words beside their numbers: known ones, unknown ones, and what fills up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from torch import Tensor

from designer.recipes.texts import list_tokens as cut

Kind = Literal["", "unknown", "padding"]


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it stands in the text, its number, what it is, and the one that is to be predicted after it."""

    text: str
    number: int
    kind: Kind = ""
    after: str = ""


def list_tokens(text: str, numbers: Sequence[int], vocabulary: Mapping[str, Any]) -> tuple[tuple[Token, ...], int]:
    """Return the tokens that the network gets of a text, and how many more there are that it does not get."""
    words = _cut(text, vocabulary)
    known = vocabulary["tokens"]
    tokens: list[Token] = []
    for place, number in enumerate(numbers):
        if place >= len(words):
            tokens.append(Token(known[0], number, "padding"))
        else:
            tokens.append(Token(words[place], number, "unknown" if number == 1 else ""))
    return tuple(tokens), max(len(words) - len(numbers), 0)


def _cut(text: str, vocabulary: Mapping[str, Any]) -> list[str]:
    """Return the pieces of a text that become a token each."""
    if "tokenizer" in vocabulary:
        from designer.recipes.byte_pairs import number_pairs

        return [vocabulary["tokens"][number] for number in number_pairs([text], dict(vocabulary))[0]]
    return cut(text, vocabulary["unit"], vocabulary["lowercase"])


def name_tokens(names: Mapping[str, Any], values: Mapping[str, Any]) -> Sequence[str]:
    """Return the words for the numbers of a language model's tokens."""
    vocabulary = names.get("vocabulary")
    return vocabulary["tokens"] if isinstance(vocabulary, dict) else str(values.get("vocabulary", ""))


def list_next(names: Mapping[str, Any], values: Mapping[str, Any], row: int) -> tuple[tuple[Token, ...], str]:
    """Return the tokens of a window, each with what follows it, and the text that they are."""
    words = name_tokens(names, values)
    given, after = names["x"][row].tolist(), names["y"][row].tolist()
    tokens = tuple(
        Token(words[number], number, "unknown" if number == 1 and words[1] == "<unknown>" else "", words[later])
        for number, later in zip(given, after, strict=True)
    )
    return tokens, "".join(token.text for token in tokens)


def count_tokens(tokens: Tensor, size: int) -> list[int]:
    """Return how often each of so many tokens occurs."""
    counts: list[int] = tokens.flatten().bincount(minlength=size).tolist()
    return counts
