"""Fresh ids and names for new nodes: short, readable and unique."""

import re
from collections.abc import Iterable, Mapping, Set

from designer.document.graph import Graph

# What people call these layers; every other kind goes by its own name in lower case, without "1d", "2d", "3d".
_SHORT = {
    "adaptiveavgpool": "pool",
    "adaptivemaxpool": "pool",
    "avgpool": "pool",
    "batchnorm": "bn",
    "concatenate": "concat",
    "convtranspose": "deconv",
    "dropout": "drop",
    "groupnorm": "norm",
    "instancenorm": "norm",
    "layernorm": "norm",
    "maxpool": "pool",
}
_SINGLE = {"input", "output"}  # most networks have one: no number on the first


class FreshNames:
    """Names that are still free, handed out one after the other: "conv1", "conv2" ..."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = taken if isinstance(taken, Mapping | Set) else set(taken)  # ten thousand are not copied for one
        self._given: set[str] = set()
        self._next: dict[str, int] = {}

    def is_free(self, name: str) -> bool:
        """Return whether nobody has this name yet."""
        return name not in self._taken and name not in self._given

    def take(self, stem: str, *, bare: bool = False) -> str:
        """Return `stem` with the lowest number that makes it free; `bare` tries the stem itself first."""
        if bare and self.is_free(stem):
            self._given.add(stem)
            return stem
        number = self._next.get(stem, 2 if bare else 1)
        while (name := f"{stem}{number}") in self._taken or name in self._given:
            number += 1
        self._next[stem] = number + 1
        self._given.add(name)
        return name


def fresh_ids(graph: Graph) -> FreshNames:
    """Return the ids that are free in a graph."""
    return FreshNames(graph.nodes)


def fresh_names(graph: Graph) -> FreshNames:
    """Return the names that are free in a graph."""
    return FreshNames({node.name for node in graph.nodes.values()})


def take_id(ids: FreshNames, kind: str) -> str:
    """Return a free id for a node of this kind: "conv2d_1"."""
    return ids.take(f"{_words(kind)}_")


def take_name(names: FreshNames, kind: str) -> str:
    """Return a free name for a node of this kind: "conv1"."""
    stem = name_stem(kind)
    return names.take(stem, bare=stem in _SINGLE)


def take_copy_name(names: FreshNames, name: str) -> str:
    """Return `name` itself where it is free, else the same name with another number: "conv1" gives "conv2"."""
    if names.is_free(name):
        return names.take(name, bare=True)
    return names.take(re.sub(r"[0-9]{1,9}\Z", "", name)[:900] or "node")


def name_stem(kind: str) -> str:
    """Return what nodes of a kind are called before the number: "conv" for Conv2d."""
    words = re.sub(r"[123]d\Z", "", _words(kind))
    return _SHORT.get(words, words)


def _words(kind: str) -> str:
    """Return a kind as the start of an identifier: lower case, ASCII letters and digits, a letter first."""
    words = re.sub(r"[^a-z0-9]+", "", kind.lower())[:40].lstrip("0123456789")
    return words or "node"
