"""The tokens of a text as words beside their numbers: known ones, unknown ones, and what fills up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from designer.engine.inspection.reading import Reading
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


def list_next(reading: Reading, values: Mapping[str, Any], row: int) -> tuple[tuple[Token, ...], str]:
    """Return the tokens of a window, each with what follows it, and the text that they are."""
    names = reading.names
    words = name_tokens(names, values)
    given, after = names["x"][row].tolist(), names["y"][row].tolist()
    texts = _find_pieces(reading, values, row, len(given)) or [words[number] for number in given]
    tokens = tuple(
        Token(text, number, "unknown" if number == 1 and words[1] == "<unknown>" else "", words[later])
        for text, number, later in zip(texts, given, after, strict=True)
    )
    return tokens, "".join(texts)


def _find_pieces(reading: Reading, values: Mapping[str, Any], row: int, length: int) -> list[str]:
    """Return the words of a window as the text has them, those too that are unknown; none where tokens are no words."""
    vocabulary = reading.names.get("vocabulary")
    if not isinstance(vocabulary, dict) or "tokenizer" in vocabulary:
        return []
    if "pieces" not in reading.notes:
        reading.notes["pieces"] = cut(reading.names["text"], vocabulary["unit"], vocabulary["lowercase"])
    start = row * int(values["stride"] or length)
    found: list[str] = reading.notes["pieces"][start : start + length]
    return found
