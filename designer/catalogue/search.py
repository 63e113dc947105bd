"""Search over layers: what a person types is matched against kinds, families and search words, best match first.

A size or a number may follow the name ("conv 3x3", "linear 128", "conv stride=2"): it sets a parameter of the layer.
"""

import difflib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from frozendict import frozendict

from designer.catalogue.blocks import name_kind
from designer.catalogue.parameters import Flag, Option, Parameter, Unacceptable
from designer.catalogue.registry import layers
from designer.catalogue.spec import LayerSpec
from designer.document.graph import NO_PARAMETERS, Parameters, Value

# The less the better; a query of several words costs their sum.
EXACT, STARTS, PART_STARTS, WORD, SETTING, WORD_STARTS, INSIDE, FAMILY = 0, 10, 20, 21, 25, 30, 40, 50
SCATTERED, SCATTERED_PART, SCATTERED_WORD, MISSPELT = 60, 75, 82, 90

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+[a-z]?")
_KERNEL = re.compile(r"\d{1,3}(?:x\d{1,3}){1,2}")
_NUMBER = re.compile(r"-?\d+(?:\.\d*)?|-?\.\d+")
_JOINED = re.compile(r"([a-z]{2,})(\d+x\d+(?:x\d+)?)")
_TIMES = re.compile(r"(?<=\d)\s*[×x*]\s*(?=\d)")


@dataclass(frozen=True, slots=True)
class Found:
    """A layer that fits a text, and what the text sets on it. The less the `cost`, the better it fits."""

    spec: LayerSpec
    parameters: Parameters = NO_PARAMETERS
    cost: int = 0


def search(text: str, more: Iterable[LayerSpec] = ()) -> tuple[LayerSpec, ...]:
    """Return the layers that fit a text, best first; all of them, in the order of the palette, where it is blank."""
    return tuple(found.spec for found in find_layers(text, more))


def find_layers(
    text: str,
    more: Iterable[LayerSpec] = (),
    *,
    recent: Sequence[str] = (),
    fitting: Collection[str] | None = None,
) -> tuple[Found, ...]:
    """Return the layers that fit a text, best first; all of them, in the order of the palette, where it is blank.

    `more` are declarations beside those of the catalogue: the blocks of a project, which go by their names. Of two that
    fit the text as well as each other, the one of `fitting` kinds comes first, then the one used more recently.

    Every word must fit: as a beginning or a part of the kind, of the family or of a search word, as letters scattered
    through the kind in order ("cv2" finds Conv2d), or misspelt; or as a setting of the layer.
    """
    words = _split(text)
    own = (_match(spec, kind, words, known=True) for kind, spec in layers.items())
    others = (_match(spec, name_kind(spec), words, known=False) for spec in more)
    found = [one for one in (*own, *others) if one is not None]
    rank = {kind: place for place, kind in enumerate(recent)}

    def order(one: Found) -> tuple[int, bool, int]:
        kind = one.spec.kind
        return one.cost, fitting is not None and kind not in fitting, rank.get(kind, len(rank))

    return tuple(sorted(found, key=order))


def rate_kind(spec: LayerSpec, word: str, *, loose: bool = False) -> bool:
    """Return whether a word in lower case means a kind of layer; `loose` takes scattered letters and slips too."""
    name = name_kind(spec)
    cost = _cost(name, word) if layers.get(name) is spec else _rate(spec, name, word)
    return cost is not None and (loose or cost <= FAMILY)


def _split(text: str) -> tuple[str, ...]:
    """Return the words of a text: sizes are one word however they are written, and part from a name ("conv3x3")."""
    text = _JOINED.sub(r"\1 \2", _TIMES.sub("x", text.lower()))
    return tuple(word[:40] for word in text.split()[:8])


def _match(spec: LayerSpec, name: str, words: tuple[str, ...], *, known: bool) -> Found | None:
    """Return how the words fit a layer, None where one of them does not."""
    total, named = 0, not words
    settings: dict[str, Value] = {}
    for word in words:
        cost = _cost(name, word) if known else _rate(spec, name, word)
        if cost is None:
            setting = _read_setting(spec, word) if word[0] in ".-=" or not word.isalpha() else None
            if setting is None:
                return None
            settings.update([setting])
            cost = SETTING
            named |= bool(_KERNEL.fullmatch(word))
        else:
            named = True
        total += cost
    return Found(spec, frozendict(settings) if settings else NO_PARAMETERS, total) if named else None


def _read_setting(spec: LayerSpec, word: str) -> tuple[str, Value] | None:
    """Return the parameter that a word sets and its value: 3x3 the kernel, 128 the first one, stride=2 the named one."""
    name, sign, written = word.partition("=")
    wanted: Parameter | None
    if sign:
        wanted = next((one for one in spec.parameters if name and one.name.startswith(name)), None)
        value = _read_value(written)
    elif _KERNEL.fullmatch(word):
        wanted = next((one for one in spec.parameters if one.name == "kernel_size"), None)
        value = tuple(map(int, word.split("x")))
    elif _NUMBER.fullmatch(word):
        wanted = next(iter(spec.parameters), None)
        value = _read_value(word)
    else:
        return None
    if wanted is None or value is None or (not sign and isinstance(wanted.type, Flag | Option)):
        return None
    try:
        return wanted.name, wanted.type.accept(value)
    except Unacceptable:
        return None


def _read_value(text: str) -> Value:
    """Return a value as a person writes it, None for nothing: 3, 0.5, 3x3, true, same."""
    if _KERNEL.fullmatch(text):
        return tuple(map(int, text.split("x")))
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}.get(text, text or None)


@lru_cache(maxsize=4096)
def _cost(name: str, word: str) -> int | None:
    """Return how badly a word fits the layer of that kind, None where it does not."""
    return _rate(layers[name], name, word)


def _rate(spec: LayerSpec, name: str, word: str) -> int | None:
    """Return how badly a word fits the layer called so, None where it does not."""
    kind = name.lower()
    if kind == word:
        return EXACT
    if kind.startswith(word):
        return STARTS
    ends = _end_parts(name)
    if any(part.startswith(word) for part in ends):
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
        return SCATTERED + min(spread, SCATTERED_PART - SCATTERED - 1)
    if len(word) > 2 and any((spread := _spread(word, part)) is not None and spread <= len(word) for part in ends):
        return SCATTERED_PART
    if any((spread := _spread(word, one)) is not None and spread <= 4 * len(word) for one in known):
        return SCATTERED_WORD
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
