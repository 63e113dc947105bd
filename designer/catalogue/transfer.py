"""Which tensor of a file belongs to which of a network: by layer, by name, by order, by shape. Names and sizes only."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from typing import Literal

from designer.catalogue.alignment import align

# What wrappers put before or into the names: DataParallel, torch.compile, Lightning and many hand-written trainers.
WRAPPERS = frozenset({"module", "_orig_mod", "model", "net", "network"})
FLOATS = frozenset({"float16", "bfloat16", "float32", "float64"})
WHOLES = frozenset({"bool", "uint8", "int8", "int16", "int32", "int64", "uint16", "uint32", "uint64"})
MOST_WORDS = 4  # that are taken away before the names

Sign = tuple[tuple[str, tuple[int, ...]], ...]  # kinds and sizes of a module's tensors, in an order of their own
How = Literal["layer", "name", "prefix", "order", "shape", ""]


@dataclass(frozen=True, slots=True)
class Entry:
    """One tensor of a file or of a network; `node` is the layer it belongs to where that is known.

    `shared` says that it is another name for a tensor that stands before it.
    """

    name: str
    sizes: tuple[int, ...]
    dtype: str = "float32"
    node: str = ""
    shared: bool = False

    @property
    def kind(self) -> str:
        """Return "float", "whole", or the dtype where its numbers mean something by themselves no more."""
        return "float" if self.dtype in FLOATS else "whole" if self.dtype in WHOLES else self.dtype

    @property
    def form(self) -> tuple[str, tuple[int, ...]]:
        """Kind and sizes: what has to agree."""
        return self.kind, self.sizes

    @property
    def module(self) -> str:
        """The name without its last word: `layer1.0.conv1` of `layer1.0.conv1.weight`."""
        return self.name.rpartition(".")[0]

    @property
    def leaf(self) -> str:
        """The last word of the name: `weight`."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Match:
    """A row of the table: a tensor of the file, one of the network, or both.

    `how` they were found to belong together is "" where they do not; `reason` then says why.
    """

    given: Entry | None
    own: Entry | None
    how: How = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A row for each tensor of the network, in its order, then one for each tensor of the file that found no place."""

    rows: tuple[Match, ...]

    @property
    def matched(self) -> tuple[Match, ...]:
        """The rows whose tensor of the file goes into the network."""
        return tuple(row for row in self.rows if row.how)

    @property
    def fresh(self) -> tuple[Match, ...]:
        """The rows of the network whose tensor stays as it is drawn."""
        return tuple(row for row in self.rows if not row.how and row.own is not None)

    @property
    def unused(self) -> tuple[Match, ...]:
        """The rows of the file whose tensor goes nowhere."""
        return tuple(row for row in self.rows if not row.how and row.given is not None)


def match_weights(own: Sequence[Entry], given: Sequence[Entry], *, ordered: bool = True) -> Table:
    """Return which of the file's tensors (`given`) goes where in the network (`own`, in the order of its state_dict).

    First by the layer a file of ours names, then by the same name, by the name without what wrappers put before it,
    by shape and order module for module, and last by shape alone where there is only one choice. Without `ordered` the
    order of the file says nothing (safetensors sorts by name): numbered modules still have one.
    """
    pairs: dict[str, tuple[Entry, How]] = {}  # by the network's name

    def take(how: How, found: Iterable[tuple[Entry, Entry]]) -> None:
        used = {entry.name for entry, _ in pairs.values()}
        for mine, theirs in found:
            if mine.form == theirs.form and mine.name not in pairs and theirs.name not in used:
                pairs[mine.name] = theirs, how
                used.add(theirs.name)

    def left(entries: Sequence[Entry], taken: Iterable[str]) -> list[Entry]:
        gone = set(taken)
        return [entry for entry in entries if entry.name not in gone]

    def rest() -> tuple[list[Entry], list[Entry]]:
        return left(own, pairs), left(given, [entry.name for entry, _ in pairs.values()])

    if not ordered:
        given = sorted(given, key=lambda entry: (_natural(entry.module), entry.leaf))
    take("layer", _pair_by(own, given, lambda entry: (entry.node, entry.leaf) if entry.node else None))
    take("name", _pair_by(own, given, lambda entry: entry.name))
    names = _find_names(*rest())
    take("prefix", _pair_by(*rest(), key=lambda entry: names.get(id(entry))))
    in_order = ordered or _is_numbered(rest()[1])
    if in_order:
        take("order", _pair_in_order(*_drop_counters(*rest()), ordered))
        # A branch that one side has before the other branch, and the other side after it, is left: again in order.
        take("order", _pair_in_order(*_drop_counters(*rest()), ordered))
    take("shape", _pair_by_shape(*_drop_counters(*rest()), counts=not in_order, ordered=ordered))
    return _tabulate(own, given, pairs, names)


def _pair_by(
    own: Sequence[Entry], given: Sequence[Entry], key: Callable[[Entry], object]
) -> Iterator[tuple[Entry, Entry]]:
    """Yield the pairs with the same key; None is no key."""
    by_key = {key(entry): entry for entry in reversed(given)}
    by_key.pop(None, None)
    return ((entry, by_key[key(entry)]) for entry in own if key(entry) in by_key)


def _find_names(own: Sequence[Entry], given: Sequence[Entry]) -> dict[int, str]:
    """Return a name for each entry, without wrappers, such that as many as possible are the same on both sides.

    Names of numbers alone (`0.weight`, `2.weight`) say little: they count only where one side has all of the other's.
    """
    best: dict[int, str] = {}
    most = 0
    for ours in _name_variants(own):
        for theirs in _name_variants(given):
            common = set(ours) & set(theirs)
            if len(common) <= most:
                continue
            if all(_is_bare(name) for name in common) and len(common) < min(len(set(ours)), len(set(theirs))):
                continue
            most = len(common)
            best = {id(entry): name for entry, name in (*zip(own, ours), *zip(given, theirs))}  # noqa: B905 - as long
    return best


def _name_variants(entries: Sequence[Entry]) -> list[list[str]]:
    """Return the names without wrappers, then without the first word that most of them share, and so on."""
    names = []
    for entry in entries:
        *path, leaf = [word for word in entry.name.split(".") if word != "_orig_mod"] or [entry.name]
        while path and path[0] in WRAPPERS:
            del path[0]
        names.append(".".join((*path, leaf)))
    variants = [names]
    for _ in range(MOST_WORDS):
        first = Counter(name.partition(".")[0] for name in names if "." in name).most_common(1)
        if not first or first[0][1] * 2 <= len(names):
            break
        names = [name.removeprefix(f"{first[0][0]}.") for name in names]
        variants.append(names)
    return variants


def _is_bare(name: str) -> bool:
    return all(word.isdigit() for word in name.split(".")[:-1])


def _drop_counters(own: Sequence[Entry], given: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Return both sides without single whole numbers (num_batches_tracked) unless both have them: old files do not."""
    counted = [any(entry.form == ("whole", ()) for entry in side) for side in (own, given)]
    ours, theirs = ([entry for entry in side if all(counted) or entry.form != ("whole", ())] for side in (own, given))
    return ours, theirs


def _group(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Return the tensors of each module."""
    return [list(group) for _, group in groupby(entries, key=lambda entry: entry.module)]


def _sign(group: Sequence[Entry]) -> Sign:
    return tuple(sorted(entry.form for entry in group))


def _pair_in_order(own: Sequence[Entry], given: Sequence[Entry], ordered: bool) -> list[tuple[Entry, Entry]]:
    """Return pairs along both lines: module by module, or tensor by tensor from the start where that gives more."""
    ours, theirs = _group(own), _group(given)
    by_module: list[tuple[Entry, Entry]] = []
    for i, j in align([_sign(group) for group in ours], [_sign(group) for group in theirs]):
        by_module += _pair_in_module(ours[i], theirs[j], ordered)
    both = zip(own, given, strict=False)
    by_tensor = list(takewhile(lambda pair: pair[0].form == pair[1].form, both)) if ordered else []
    return by_tensor if len(by_tensor) > len(by_module) else by_module


def _pair_in_module(own: Sequence[Entry], given: Sequence[Entry], ordered: bool) -> Iterator[tuple[Entry, Entry]]:
    """Yield the pairs within two modules of the same shapes: by the last word of the name, then by order or shape."""
    leaves = {entry.leaf: entry for entry in given}
    if all(entry.leaf in leaves and leaves[entry.leaf].form == entry.form for entry in own):
        yield from ((entry, leaves[entry.leaf]) for entry in own)
        return
    for form, count in Counter(entry.form for entry in own).items():
        if ordered or count == 1:
            yield from zip(
                [entry for entry in own if entry.form == form],
                [entry for entry in given if entry.form == form],
                strict=True,
            )


def _pair_by_shape(
    own: Sequence[Entry], given: Sequence[Entry], *, counts: bool, ordered: bool
) -> Iterator[tuple[Entry, Entry]]:
    """Yield pairs of modules whose shapes occur once on both sides.

    With `counts` also those that occur as often on both sides, in the order of their names.
    """
    ours, theirs = _by_sign(_group(own)), _by_sign(_group(given))
    for sign, groups in ours.items():
        others = theirs.get(sign, [])
        telling = any(len(sizes) > 1 for _, sizes in sign)
        if len(groups) == len(others) and (counts or (telling and len(groups) == 1)):
            for mine, yours in zip(groups, others, strict=True):
                yield from _pair_in_module(mine, yours, ordered)


def _by_sign(groups: Sequence[list[Entry]]) -> dict[Sign, list[list[Entry]]]:
    found: dict[Sign, list[list[Entry]]] = {}
    for group in groups:
        found.setdefault(_sign(group), []).append(group)
    return found


def _is_numbered(entries: Sequence[Entry]) -> bool:
    """Return whether the names alone tell an order: at each level there is one word, or there are only numbers."""
    children: dict[str, set[str]] = {}
    for entry in entries:
        path = ""
        for word in entry.module.split("."):
            children.setdefault(path, set()).add(word)
            path += f"{word}."
    return all(len(words) == 1 or all(word.isdigit() for word in words) for words in children.values())


def _natural(name: str) -> list[tuple[bool, int, str]]:
    """Return a sort key that puts layers.2 before layers.10."""
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in re.findall(r"\d+|\D+", name)]


def _tabulate(
    own: Sequence[Entry], given: Sequence[Entry], pairs: dict[str, tuple[Entry, How]], names: dict[int, str]
) -> Table:
    """Return the rows; where a name is there with another shape, both stand in one row."""
    used = {entry.name for entry, _ in pairs.values()}
    free = [entry for entry in given if entry.name not in used]
    namesakes = {names.get(id(entry), entry.name): entry for entry in free} | {entry.name: entry for entry in free}
    rows = []
    for entry in own:
        if entry.name in pairs:
            rows.append(Match(pairs[entry.name][0], entry, pairs[entry.name][1]))
            continue
        other = namesakes.get(entry.name) or namesakes.get(names.get(id(entry), entry.name))
        if other is None or other.name in used:
            rows.append(Match(None, entry, reason="no such tensor in the file"))
        else:
            rows.append(Match(other, entry, reason=_explain(entry, other)))
            used.add(other.name)
    rows += [Match(entry, None, reason="no place in the network") for entry in free if entry.name not in used]
    return Table(tuple(rows))


def _explain(own: Entry, given: Entry) -> str:
    if own.sizes != given.sizes:
        return f"shape {write_sizes(given.sizes)} against {write_sizes(own.sizes)} in the network"
    if own.kind != given.kind:
        return f"{given.dtype} numbers against {own.dtype} in the network"
    return "another tensor has its place"


def write_sizes(sizes: tuple[int, ...]) -> str:
    """Return sizes as people write them: 64 x 3 x 7 x 7."""
    return " x ".join(map(str, sizes)) or "1 number"
