"""The arguments of a block's class: how each number of its layers is written so that one text serves every use.

A value is written as the expression that the project has for it, else as what a layer before it was given where
the two always agree (the channels that a convolution gives), else as a literal where it is the same in every use, else
as one more argument of the class.
"""

from collections import deque
from collections.abc import Sequence

from designer.codegen.forms import Form
from designer.codegen.layout import Piece
from designer.codegen.names import Namespace
from designer.codegen.source import write_piece
from designer.document.expressions import ExpressionError, evaluate, find_names, is_expression, write_expression
from designer.document.graph import Value


class Missing:
    """Stands in the place of a value of a layer that a use lacks."""


MISSING = Missing()

Vector = Sequence[Value | Missing]  # a value for each instance of a form


class Arguments:
    """The arguments of the class of a form while it is written: those the block declares that are used, and further ones."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._first = form.instances[0].scope.names if form.block else {}
        self._names = Namespace(self._first)
        self._declared = {
            name: tuple(instance.scope.names[name] for instance in form.instances) for name in self._first
        }
        self._used: set[str] = set()
        self._derived: dict[str, tuple[Value | Missing, ...]] = {}
        self._written: dict[str, list[tuple[str, Vector]]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._declared or name in self._derived

    @property
    def is_plain(self) -> bool:
        """Whether every value is a literal: the network itself, or a block without parameters that is built one way."""
        return len(self._form.instances) == 1 and not self._first

    def list_derived(self) -> dict[str, tuple[Value, ...]]:
        """Return the arguments that the block does not declare, each with its values."""
        found: dict[str, tuple[Value, ...]] = {}
        for name, values in self._derived.items():
            some = next(value for value in values if not isinstance(value, Missing))
            found[name] = tuple(some if isinstance(value, Missing) else value for value in values)
        return found

    def list_declared(self) -> dict[str, tuple[Value, ...]]:
        """Return the parameters of the block that its text uses, in the order of the block, each with its values."""
        return {name: values for name, values in self._declared.items() if name in self._used}

    def write(self, node: str, name: str, values: Vector, source: Value = None, *, derived: bool = False) -> Piece:
        """Return one value of a layer as code.

        `source` is what the project has for it; `derived` says that it follows from the layer's input instead.
        """
        text = self._write_expression(values, source)
        if text is not None:
            self._note(node, text, self._complete(values, source))
            return text
        if not self.is_plain:
            text = self._find_before(node, values)
        if text is None and name in self._declared and _agree(self._declared[name], values):
            self._used.add(name)
            text = name
        if text is None and derived:
            text = self._find_size(values)
        known = [value for value in values if not isinstance(value, Missing)]
        if text is None and all(_is_same(value, known[0]) for value in known):
            piece = write_piece(known[0])
            self._note(node, str(piece), [known[0]] * len(values))
            return piece
        if text is None:
            text = self._derive(node, name, values)
        self._note(node, text, self._declared.get(text, values))
        return text

    def write_condition(self, expression: str) -> str:
        """Return the code of an expression over the block's parameters."""
        self._used |= find_names(expression) & self._declared.keys()
        return write_expression(expression, {})

    def _write_expression(self, values: Vector, source: Value) -> str | None:
        """Return the project's own expression, None where there is none or it says something else than the values."""
        if not (isinstance(source, str) and is_expression(source)) or not self._first:
            return None
        found = []
        try:
            for instance, value in zip(self._form.instances, values, strict=True):
                found.append(MISSING if value is MISSING else evaluate(source, instance.scope.names))
            text = write_expression(source, {})
        except ExpressionError:
            return None
        if not _agree(found, values):
            if not all(isinstance(value, int) and value == other for value, other in zip(values, found, strict=True)):
                return None
            text = f"int({text})"
        self._used |= find_names(source) & self._declared.keys()
        return text

    def _complete(self, values: Vector, source: Value) -> Vector:
        """Return values with what their expression gives in the uses that lack the layer, where it gives anything."""
        found = list(values)
        for number, instance in enumerate(self._form.instances):
            if found[number] is MISSING:
                try:
                    found[number] = evaluate(str(source), instance.scope.names)
                except ExpressionError:
                    continue
        return found

    def _find_before(self, node: str, values: Vector) -> str | None:
        """Return what a layer before the node was given where it is always this value, the nearest such layer's."""
        known = next(value for value in values if value is not MISSING)
        if isinstance(known, bool) or not isinstance(known, int | tuple):
            return None
        incoming = self._form.inference.graph.incoming
        pending = deque(edge.source for edge in incoming.get(node, ()))
        seen: set[str] = set()
        while pending:
            before = pending.popleft()
            if before in seen:
                continue
            seen.add(before)
            text = self._find_written(before, values)
            if text is not None:
                return text
            pending += [edge.source for edge in incoming.get(before, ())]
        return None

    def _find_size(self, values: Vector) -> str | None:
        """Return the one parameter of the block that a size always equals, None where none or several do.

        Small sizes prove nothing: a stride may be 2 as well.
        """
        if not all(isinstance(value, Missing) or (type(value) is int and value > 3) for value in values):
            return None
        found = [name for name, given in self._declared.items() if _agree(given, values)]
        self._used.update(found if len(found) == 1 else ())
        return found[0] if len(found) == 1 else None

    def _derive(self, node: str, name: str, values: Vector) -> str:
        """Return the further argument that has these values, a new one where there is none yet."""
        for known, others in self._derived.items():
            if _agree(others, values):
                self._derived[known] = _fill(others, values)
                return known
        if name in self._first or name in self._derived:
            name = f"{self._form.inference.graph.nodes[node].name}_{name}"
        given = self._names.give(name, "value")
        self._derived[given] = tuple(values)
        return given

    def note_result(self, node: str, text: str, values: Vector) -> None:
        """Note what a block gives, so that the layers behind it are written by it."""
        if not self.is_plain:
            self._note(node, text, values)

    def find_result(self, node: str, values: Vector) -> str | None:
        """Return the expression of what leaves a node or one before it where it always has these values."""
        return self._find_written(node, values) or self._find_before(node, values)

    def _find_written(self, node: str, values: Vector) -> str | None:
        """Return the text of a value of this very node that has these values wherever they are known."""
        for text, written in self._written.get(node, ()):
            if text in self._derived and _agree(self._derived[text], values):
                self._derived[text] = _fill(self._derived[text], values)
                return text
            if all(value is MISSING or _is_same(one, value) for one, value in zip(written, values, strict=True)):
                return text
        return None

    def _note(self, node: str, text: str, values: Vector) -> None:
        self._written.setdefault(node, []).append((text, values))


def write_type(values: Sequence[object]) -> str:
    """Return the annotation of an argument that takes these values."""
    found = list(dict.fromkeys(_name_type(value) for value in values))
    if "float" in found and "int" in found:
        found.remove("int")
    return " | ".join(found)


def _name_type(value: object) -> str:
    if isinstance(value, tuple):
        return f"tuple[{write_type(value)}, ...]" if value else "tuple[()]"
    return "None" if value is None else type(value).__name__


def _fill(these: Vector, others: Vector) -> tuple[Value | Missing, ...]:
    """Return values with those of others where they are missing."""
    return tuple(other if one is MISSING else one for one, other in zip(these, others, strict=True))


def _agree(these: Vector, others: Vector) -> bool:
    return all(
        one is MISSING or other is MISSING or _is_same(one, other) for one, other in zip(these, others, strict=True)
    )


def _is_same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other
