"""One form for several layers: what they have alike, what differs, and an edit of all of them as one undo step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from designer.catalogue.blocks import BlockSpec
from designer.catalogue.options import OPTIONS
from designer.catalogue.parameters import Parameter, Text, Unacceptable
from designer.catalogue.shapes import Inference, Inferred
from designer.catalogue.sharing import MIXED, Change, Mixed, share_parameters
from designer.document.edits import set_each
from designer.document.expressions import Names, is_expression
from designer.document.graph import Value
from designer.document.project import Project
from designer.document.wording import show_name
from designer.ui.editor import Editor
from designer.ui.panels.entries import parse_expression, takes_expressions, write_entry
from designer.ui.words import write_amount

Part = Literal["parameters", "options"]
MOST_VALUES = 3  # that a mixed field lists


@dataclass(frozen=True, slots=True)
class Shared:
    """What several layers hold of one parameter: a value, or MIXED with a `note` that says between what.

    `is_set` where one of them at least does not have the default; `objection` names the first whose value cannot stand.
    """

    value: Value | Mixed
    is_set: bool
    note: str = ""
    objection: str = ""


class Unfit(ValueError):
    """A value that one of the layers does not take; finishes the sentence "`kernel_size` ..."."""


def find_parameters(layers: Sequence[Inferred]) -> tuple[Parameter, ...]:
    """Return the parameters that all of these layers have."""
    declared = {id(known.spec.parameters): known.spec.parameters for known in layers if known.spec is not None}
    if any(known.spec is None for known in layers):
        return ()
    return share_parameters(tuple(declared.values()))


def find_shared_values(
    parameters: Sequence[Parameter], layers: Sequence[Inferred], part: Part = "parameters"
) -> dict[str, Shared]:
    """Return what these layers hold of each parameter."""
    return {parameter.name: _find_shared(parameter, layers, part) for parameter in parameters}


def _find_shared(parameter: Parameter, layers: Sequence[Inferred], part: Part) -> Shared:
    name, found, is_set = parameter.name, dict[tuple[type, Value], None](), False
    for known in layers:
        given, values = (
            (known.node.parameters, known.values) if part == "parameters" else (known.node.options, known.options)
        )
        raw = given.get(name)
        is_set = is_set or name in given
        value = raw if is_expression(raw) else values[name]
        found[type(value), value] = None
    held = [value for _, value in found]
    objection = _find_objection(name, layers)
    if len(held) == 1:
        return Shared(held[0], is_set, objection=objection)
    return Shared(MIXED, is_set, write_mixed(parameter, held), objection)


def _find_objection(name: str, layers: Sequence[Inferred]) -> str:
    for known in layers:
        for objection in known.objections:
            if objection.parameter == name:
                return f"{show_name(known.node.name)}: {objection.message}"
    return ""


def write_mixed(parameter: Parameter, held: Sequence[Value]) -> str:
    """Return between what values differ: "3 – 7 · mixed" of numbers, "same, 1 · mixed" of anything else."""
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in held):
        least, most = min(held), max(held)  # type: ignore[type-var]
        return f"{write_entry(parameter.type, least)} – {write_entry(parameter.type, most)} · mixed"
    if all(isinstance(value, bool) for value in held):
        return "mixed"
    words = [write_entry(parameter.type, value) or getattr(parameter.type, "none", '""') for value in held]
    text = ", ".join(words[:MOST_VALUES]) + (" …" if len(words) > MOST_VALUES else "")
    return f"{text} · mixed" if len(text) < 24 else f"{len(words)} values · mixed"


class JointEdit:
    """Sets one parameter, or option, of several layers. Steps of one visit to a field become one."""

    def __init__(self, editor: Editor, part: Part = "parameters") -> None:
        self._editor = editor
        self._part: Part = part
        self._visit = 0
        self._left: Project | None = None  # the view as the last edit left it
        self._bases: dict[str, tuple[Mapping[str, Value], list[str]]] = {}  # what held when the visit began

    def finish(self) -> None:
        """End the visit to a field: the next edit is a step of its own."""
        self._visit += 1
        self._bases = {}

    def set(self, layers: Sequence[Inferred], name: str, value: Value | Change | Mixed) -> None:
        """Set a value on all layers, change the one of each, or with MIXED take back what was set in this visit.

        Raises Unfit, with all as they were, where one of them does not take it.
        """
        if self._left is not self._editor.view:
            self._bases = {}  # undone, or changed from elsewhere meanwhile
        base, unset = self._bases.setdefault(name, self._read(layers, name))
        if isinstance(value, Mixed):
            self._apply(layers, name, base, unset)
            return
        inference = self._editor.view_inference
        wanted: dict[str, Value] = {}
        try:
            for known in layers:
                wanted[known.node.id] = self._fit(known, name, value, base, inference)
        except Unfit:
            self._apply(layers, name, base, unset)
            raise
        self._apply(layers, name, wanted, ())

    def reset(self, layers: Sequence[Inferred], name: str) -> None:
        """Put all layers back to their defaults, as a step of its own."""
        self.finish()
        ids = [known.node.id for known in layers]
        self._commit(f"reset {name} of {write_amount(len(ids), 'layer')}", name, {}, ids, None)

    def _read(self, layers: Sequence[Inferred], name: str) -> tuple[Mapping[str, Value], list[str]]:
        held = {known.node.id: getattr(known.node, self._part) for known in layers}
        given = {node: there[name] for node, there in held.items() if name in there}
        return given, [node for node in held if node not in given]

    def _fit(
        self,
        known: Inferred,
        name: str,
        value: Value | Change,
        base: Mapping[str, Value],
        inference: Inference,
    ) -> Value:
        declared = OPTIONS if self._part == "options" or known.spec is None else known.spec.parameters
        parameter = next(one for one in declared if one.name == name)
        names: Names = inference.scope.names
        if isinstance(known.spec, BlockSpec):
            names = {**names, "index": 0}
        try:
            if isinstance(value, Change):
                value = value.apply(base.get(known.node.id, parameter.default))
            if is_expression(value) and not isinstance(parameter.type, Text) and takes_expressions(parameter.type):
                assert isinstance(value, str)
                parse_expression(parameter.type, value, names)
                return value
            return parameter.type.accept(value)
        except Unacceptable as error:
            raise Unfit(f"of {show_name(known.node.name)} {error}") from None

    def _apply(self, layers: Sequence[Inferred], name: str, values: Mapping[str, Value], unset: Sequence[str]) -> None:
        key = f"{self._editor.where}.{hash(tuple(known.node.id for known in layers))}.{self._part}.{name}.{self._visit}"
        self._commit(f"set {name} of {write_amount(len(layers), 'layer')}", name, values, unset, key)

    def _commit(
        self, title: str, name: str, values: Mapping[str, Value], unset: Sequence[str], key: str | None
    ) -> None:
        view = set_each(self._editor.view, name, values, unset, part=self._part)
        self._editor.apply_view(title, view, key)
        self._left = self._editor.view
