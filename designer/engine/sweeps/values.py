"""Single values of a sweep as people type them, as the storage keeps them, and back."""

import json
from typing import Any

from designer.catalogue.parameters import Flag, Maybe, Option, ParameterType, Sizes
from designer.document.graph import Value
from designer.engine.sweeps.places import Place


def split_words(text: str) -> list[str]:
    """Return the values of a list: at commas, but for those in brackets."""
    words, depth = [""], 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth <= 0:
            words.append("")
        else:
            words[-1] += letter
    return [word for word in words if word.strip()]


def read_value(place: Place, word: str) -> Value:
    """Return the value that a word stands for at a place: a number, true, none, (3,5), or the word itself."""
    plain = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
    kind: ParameterType = place.type
    if isinstance(kind, Maybe):
        if word.lower() in ("none", kind.none):
            return None
        kind = kind.item
    if isinstance(kind, Flag) and word.lower() in plain:
        return plain[word.lower()]
    if isinstance(kind, Option):
        return word
    if word[:1] in "([" and word[-1:] in ")]":
        return tuple(_number(item.strip()) for item in word[1:-1].split(",") if item.strip())
    if isinstance(kind, Sizes) and "x" in word:
        return tuple(_number(item.strip()) for item in word.split("x"))
    return _number(word)


def write_value(value: Value) -> str:
    """Return a value as `read_value` takes it."""
    match value:
        case None | True | False:
            return str(value).lower()
        case float():
            return f"{value:.6g}"
        case tuple():
            return f"({','.join(write_value(item) for item in value)})"
    return str(value)


def encode(value: Value) -> str:
    """Return a value as the storage keeps a choice."""
    return json.dumps(value, sort_keys=True)


def decode(text: object) -> Value:
    """Return the value of a choice that the storage keeps, a number of a range as it is."""
    return freeze(json.loads(text)) if isinstance(text, str) else text  # type: ignore[return-value]


def freeze(value: Any) -> Value:
    """Return a JSON value as a parameter holds it."""
    return tuple(freeze(item) for item in value) if isinstance(value, list) else value


def _number(word: str) -> Value:
    for read in (int, float):
        try:
            return read(word)
        except ValueError:
            continue
    return word
