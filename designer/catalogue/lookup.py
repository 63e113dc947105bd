"""Find layers of a project by what a person types: name, kind, shape, a parameter, or a state such as "error".

Looked at are the network and the inside of each block. What is known of each layer is written down once and again only
when it changes, so that ten thousand layers are gone through with every key.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from designer.catalogue.blocks import name_kind
from designer.catalogue.check import Problem
from designer.catalogue.check.blocks import infer_first_use
from designer.catalogue.parameters import Values
from designer.catalogue.search import rate_kind
from designer.catalogue.shapes import Inference, Inferred
from designer.catalogue.spec import LayerSpec, TensorType
from designer.document.graph import Value
from designer.document.project import Project
from designer.document.wording import show_name

# What may be typed of the state of a layer, and the state that is meant.
STATES: Mapping[str, str] = {
    "problem": "problem",
    "problems": "problem",
    "wrong": "problem",
    "error": "error",
    "errors": "error",
    "warning": "warning",
    "warnings": "warning",
    "hint": "hint",
    "hints": "hint",
    "frozen": "frozen",
    "bypassed": "bypassed",
    "off": "bypassed",
    "repeated": "repeated",
    "unknown": "unknown",
    "block": "block",
    "blocks": "block",
}
NOTHING: Mapping[str, str] = {
    "problem": "has a problem",
    "error": "has an error",
    "warning": "has a warning",
    "hint": "has a hint",
    "frozen": "is frozen",
    "bypassed": "is bypassed",
    "repeated": "is repeated",
    "unknown": "is of a kind that is unknown here",
    "block": "is a block",
}
FILLERS = frozenset(("has", "have", "a", "an", "is", "are", "with", "the"))  # "has a problem"

_TIMES = re.compile(r"(?<=[\d?])\s*[×x*]\s*(?=[\d?])")
_SHAPE = re.compile(r"\d+(?:x\d+)*")
_SETTING = re.compile(r"([a-z_]+)\s*(?:=|:)\s*(\S+)")


@dataclass(frozen=True, slots=True)
class Place:
    """What there is to find of one layer. `block` is the one in whose definition it lies, "" for the network."""

    block: str
    node: str
    name: str
    kind: str
    spec: LayerSpec | None
    shapes: tuple[str, ...]
    values: Values
    states: frozenset[str]
    lower: str  # the name, as it is compared
    gives: str  # the shape of what leaves it, for people

    @property
    def family(self) -> str:
        """The family that colours it."""
        return "custom" if self.spec is None else self.spec.family


class Index:
    """The places of a project. Those of layers of which nothing changed are kept from one project to the next."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[Inferred, frozenset[str], Place]] = {}
        self.places: tuple[Place, ...] = ()

    def renew(self, project: Project, inference: Inference, problems: Iterable[Problem]) -> None:
        """Look at a project: its network in the order in which data flows, then its blocks."""
        wrong: dict[tuple[str, str], set[str]] = {}
        for problem in problems:
            if problem.node is not None:
                wrong.setdefault((problem.block, problem.node), set()).add(problem.severity)
        known, self._known = self._known, {}
        places: list[Place] = []
        parts = [("", inference), *((block, infer_first_use(inference, block)) for block in project.blocks)]
        for block, part in parts:
            for node in (*part.order, *part.unplaced):
                inferred = part.nodes[node]
                key = (block, node)
                marks = frozenset(wrong[key]) if key in wrong else _FINE
                before = known.get(key)
                if before is None or before[0] is not inferred or before[1] != marks:
                    before = (inferred, marks, _describe(block, inferred, marks))
                self._known[key] = before
                places.append(before[2])
        self.places = tuple(places)


_FINE: frozenset[str] = frozenset()


def find_places(places: Iterable[Place], text: str) -> list[Place]:
    """Return the places that fit a text; none for a blank one.

    Those of that name come first, then those with it in their name, then the others, each in the order given.

    Every word must fit: in the name, as the kind or the family ("cv2" finds Conv2d only where nothing is called so), as
    sizes that follow one another in a shape that goes in or out ("64x56", "512"), as a state ("error", "frozen"), or
    as a parameter ("kernel_size=7", "kernel: 7x7").
    """
    words = _split(text)
    if not words:
        return []
    places = tuple(places)
    found = _find(places, [_make_test(word, loose=False) for word in words])
    found = found or _find(places, [_make_test(word, loose=True) for word in words])
    whole = text.strip().lower()
    return sorted(found, key=lambda place: (place.lower != whole, whole not in place.lower))


def tell_nothing(text: str) -> str:
    """Return the sentence for a text that nothing fits."""
    words = _split(text)
    if len(words) != 1:
        return "No layer fits all of these words."
    (word,) = words
    name, sign, written = word.partition("=")
    if (state := STATES.get(written if sign and name in ("is", "has") else word)) is not None:
        return f"No layer {NOTHING[state]}."
    shape = written if name in ("shape", "size") else word
    if _SHAPE.fullmatch(shape):
        return f"No layer takes or gives {shape.replace('x', ' × ')}" + (
            "." if "x" in shape or sign else ", or is called so."
        )
    if sign:
        return f"No layer has {show_name(name)} = {show_name(written)}."
    return f"No layer is called {show_name(word)}, and none is of that kind."


Test = Callable[[Place], bool]


def _find(places: tuple[Place, ...], tests: list[Test]) -> list[Place]:
    for test in tests:
        places = tuple([place for place in places if test(place)])
    return list(places)


def _split(text: str) -> list[str]:
    """Return the words of a text: sizes and settings are one word each, and "has a problem" is "problem"."""
    text = _SETTING.sub(r"\1=\2", _TIMES.sub("x", text.lower()))
    words = text.split()[:8]
    if any(word in STATES for word in words):
        words = [word for word in words if word not in FILLERS] or words
    return words


def _make_test(word: str, *, loose: bool) -> Test:
    name, sign, written = word.partition("=")
    if sign:
        return _test_setting(name, written)
    if (state := STATES.get(word)) is not None:
        return lambda place: state in place.states or word in place.lower
    if _SHAPE.fullmatch(word):
        part = f"x{word}x"
        if "x" in word:
            return lambda place: any(part in shape for shape in place.shapes)
        return lambda place: word in place.lower or any(part in shape for shape in place.shapes)
    fits: dict[int, bool] = {}  # by the identity of a declaration: kinds are few, layers are many

    def test(place: Place) -> bool:
        if word in place.lower:
            return True
        key = id(place.spec)
        if place.spec is None or key not in fits:
            fits[key] = (
                rate_kind(place.spec, word, loose=loose) if place.spec is not None else word in place.kind.lower()
            )
        return fits[key]

    return test


def _test_setting(name: str, written: str) -> Test:
    """Return the test of name=written: name, kind and shape mean those, other names are parameters."""
    if name in ("name", "called"):
        return lambda place: written in place.lower
    if name in ("type", "kind", "layer"):
        return lambda place: written in place.kind.lower()
    if name in ("shape", "size"):
        return lambda place: any(f"x{written}x" in shape for shape in place.shapes)
    if name in ("is", "has"):
        state = STATES.get(written, written)
        return lambda place: state in place.states

    def test(place: Place) -> bool:
        return any(key.startswith(name) and _same_value(value, written) for key, value in place.values.items())

    return test


def _same_value(value: Value, written: str) -> bool:
    """Return whether a value is what was written: 7, 7x7, true, none, same; 3 is 3x3 as well."""
    if isinstance(value, tuple):
        return "x".join(map(_write, value)) == written.replace(",", "x").strip("()")
    text = _write(value)
    parts = written.split("x")
    if text == written or (len(parts) > 1 and all(part == text for part in parts)):
        return True
    try:
        return isinstance(value, int | float) and not isinstance(value, bool) and float(written) == value
    except ValueError:
        return False


def _write(value: Value) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value).lower()


@lru_cache(maxsize=4096)
def _write_shape(kind: TensorType) -> str:
    """Return a shape with an x on each side of each size, so that a part of it is found whole."""
    return f"x{'x'.join(map(str, kind.sizes))}x"


def _describe(block: str, known: Inferred, wrong: frozenset[str]) -> Place:
    node, spec = known.node, known.spec
    states = set(wrong)
    if wrong:
        states.add("problem")
    if known.is_off:
        states.add("bypassed")
    if spec is None:
        states.add("unknown")
    elif spec.family == "block":
        states.add("block")
    if node.options:
        if known.options.get("frozen") is True:
            states.add("frozen")
        if known.options.get("repeat") not in (None, 1):
            states.add("repeated")
    outputs = known.outputs or ()
    flows = [*outputs, *(kind for kind in known.inputs if kind is not None)]
    name = show_name(node.name)
    return Place(
        block=block,
        node=node.id,
        name=name,
        kind=show_name(node.kind) if spec is None else name_kind(spec),
        spec=spec,
        shapes=tuple(dict.fromkeys(map(_write_shape, flows))),
        values=known.values,
        states=frozenset(states),
        lower=node.name.lower(),
        gives=", ".join(map(str, outputs)).replace(" x ", " × "),
    )
