"""Search over layers as one types: by kind, by family, by the words people use for them; forgiving, best first."""

import difflib
import re
from collections.abc import Iterable
from functools import lru_cache

from designer.catalogue.blocks import name_kind
from designer.catalogue.registry import layers
from designer.catalogue.spec import LayerSpec

# The less the better; a query of several words costs their sum.
EXACT, STARTS, PART_STARTS, WORD, WORD_STARTS, INSIDE, FAMILY, SCATTERED, MISSPELT = 0, 10, 20, 20, 30, 40, 50, 60, 90

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+[a-z]?")


def search(text: str, more: Iterable[LayerSpec] = ()) -> tuple[LayerSpec, ...]:
    """Return the layers that fit a text, best first; all of them, in the order of the palette, where it is blank.

    `more` are declarations beside those of the catalogue: the blocks of a project, which go by their names.

    Every word must fit: as a beginning or a part of the kind, of the family or of a search word, as letters scattered
    through the kind in order ("cv2" finds Conv2d), or misspelt.
    """
    words = text.lower().split()[:8]
    scored: list[tuple[int, LayerSpec]] = []
    for kind, spec in layers.items():
        costs = [cost for word in words if (cost := _cost(kind, word)) is not None]
        if len(costs) == len(words):
            scored.append((sum(costs), spec))
    for spec in more:
        costs = [cost for word in words if (cost := _rate(spec, name_kind(spec), word)) is not None]
        if len(costs) == len(words):
            scored.append((sum(costs), spec))
    return tuple(spec for _, spec in sorted(scored, key=lambda pair: pair[0]))


@lru_cache(maxsize=4096)
def _cost(name: str, word: str) -> int | None:
    """Return how badly a word fits the layer of that kind, None where it does not."""
    return _rate(layers[name], name, word)


def _rate(spec: LayerSpec, name: str, word: str) -> int | None:
    """Return how badly a word fits the layer called so, None where it does not."""
    kind, word = name.lower(), word[:40]
    if kind == word:
        return EXACT
    if kind.startswith(word):
        return STARTS
    if any(part.startswith(word) for part in _end_parts(name)):
        return PART_STARTS
    known = {one for phrase in spec.search for one in (phrase.lower(), *phrase.lower().split())}
    if word in known:
        return WORD
    if any(one.startswith(word) for one in known):
        return WORD_STARTS
    if word in kind:
        return INSIDE
    if spec.family.startswith(word):
        return FAMILY
    if (spread := _spread(word, kind)) is not None:
        return SCATTERED + min(spread, MISSPELT - SCATTERED - 1)
    return MISSPELT if difflib.get_close_matches(word, (kind, spec.family, *known), n=1, cutoff=0.8) else None


def _end_parts(kind: str) -> list[str]:
    """Return the ends of a kind from each of its parts on: "maxpool2d", "pool2d", "2d"."""
    return [kind[part.start() :].lower() for part in _PARTS.finditer(kind)]


def _spread(word: str, kind: str) -> int | None:
    """Return how many letters lie between those of the word as they come in the kind, None where they do not."""
    if len(word) < 2 or word[0] != kind[0]:
        return None
    at = start = kind.find(word[0])
    for letter in word[1:]:
        at = kind.find(letter, at + 1)
        if at < 0:
            return None
    return at - start + 1 - len(word)
