"""Search over the layers as people type: beginnings, initials, letters left out, slips, other names, families."""

import re
from collections.abc import Callable
from functools import lru_cache

from designer.catalogue.registry import layers
from designer.catalogue.spec import LayerSpec

# A name as its humps: BatchNorm2d -> batch, norm, 2d.
_HUMPS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+d?")
_LEAST_LIKENESS = 0.72  # of two words that a slip of the finger parts


def search(text: str) -> tuple[LayerSpec, ...]:
    """Return the layers that a text means, best first; all for an empty one. Every word of it must mean the layer."""
    words = text.lower().split()
    found = []
    for place, spec in enumerate(layers.values()):
        ranks = [_rank(word, spec.kind) for word in words]
        if None not in ranks:
            found.append((sum(rank for rank in ranks if rank is not None), len(spec.kind) if words else 0, place, spec))
    return tuple(spec for *_, spec in sorted(found, key=lambda entry: entry[:3]))


@lru_cache(20_000)
def _rank(word: str, kind: str) -> int | None:
    """Return how well a word means a layer, 0 best; None if not at all."""
    spec = layers[kind]
    kind = kind.lower()
    humps = tuple(hump.lower() for hump in _HUMPS.findall(spec.kind))
    others = tuple(other.lower() for other in spec.search)
    about = (spec.family, *(part for other in others for part in other.split()))
    tests: tuple[Callable[[], bool], ...] = (
        lambda: word == kind or word in others,
        lambda: kind.startswith(word),
        lambda: _starts_humps(word, humps),
        lambda: any(part.startswith(word) for part in (*humps, *others)),
        lambda: any(part.startswith(word) for part in about),
        lambda: word in kind,
        lambda: _is_subsequence(word, kind),
        lambda: any(part.startswith(word) for part in spec.summary.lower().split()) and len(word) > 2,
        lambda: _is_like(word, (kind, *humps, *others)),
    )
    return next((rank for rank, test in enumerate(tests) if test()), None)


def _starts_humps(word: str, humps: tuple[str, ...]) -> bool:
    """Return whether a word is made of the beginnings of humps, in order: bn, bn2, aavg, cv2 is not."""
    if not word:
        return True
    for place, hump in enumerate(humps):
        for length in range(min(len(word), len(hump)), 0, -1):
            if hump[:length] == word[:length] and _starts_humps(word[length:], humps[place + 1 :]):
                return True
    return False


def _is_subsequence(word: str, text: str) -> bool:
    rest = iter(text)
    return word[:1] == text[:1] and all(letter in rest for letter in word)


def _is_like(word: str, names: tuple[str, ...]) -> bool:
    import difflib  # here: only those who slip pay for it

    return len(word) > 3 and bool(difflib.get_close_matches(word, names, n=1, cutoff=_LEAST_LIKENESS))
