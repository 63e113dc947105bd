"""What a card says: its name, its kind, its key parameters in one short line, its number of learned parameters."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from designer.catalogue.ablation import describe_mark
from designer.catalogue.blocks import name_kind
from designer.catalogue.parameters import Maybe, Parameter, PerAxis, Real
from designer.catalogue.shapes import Inferred
from designer.catalogue.source_spec import Target
from designer.catalogue.spec import LayerSpec
from designer.document.graph import Edge, Value
from designer.ui.words import write_amount, write_count, write_message, write_short, write_sizes

# Long names with a sign that everyone reads at once.
SYMBOLS = {"eps": "ε", "negative_slope": "slope"}
# A number under these names needs no name beside it: the kind of the layer says what it counts.
PLAIN = ("features", "channels", "size", "embeddings", "embedding_dim")
TASKS = {
    "class": "multi-class",
    "binary": "yes or no",
    "value": "regression",
    "labels": "labels",
    "tokens": "next token",
}


@dataclass(frozen=True, slots=True)
class Face:
    """The four texts of a card and the family that colours it."""

    title: str
    kind: str
    line: str
    count: str
    family: str
    frozen: bool = False
    off: bool = False


def describe_card(inferred: Inferred, target: Target | None = None) -> Face:
    """Return the texts of a node's card. `target` is what the data asks to predict, for the Output card."""
    node, spec = inferred.node, inferred.spec
    if spec is None:
        return Face(_one_line(node.name), _one_line(node.kind), "unknown here", "", "custom")
    count = inferred.parameters
    shown = "" if not count else write_count(count) if count < 100_000 else write_short(count)
    line = _describe_settings(inferred, spec, target)
    line = " · ".join(part for part in (line, describe_mark(node)) if part)
    frozen = inferred.options.get("frozen") is True and count > 0
    return Face(_one_line(node.name), _one_line(name_kind(spec)), line, shown, spec.family, frozen, inferred.is_off)


def describe_settings(inferred: Inferred) -> dict[str, str]:
    """Return every setting of a layer as short as it can be understood, by name."""
    if inferred.spec is None:
        return {}
    found = {
        parameter.name: _describe_setting(parameter, inferred.values[parameter.name])
        for parameter in inferred.spec.parameters
        if parameter.name in inferred.values
    }
    if inferred.options["repeat"] > 1:
        found["repeat"] = f"× {inferred.options['repeat']}"
    return found


def describe_refusal(edge: Edge, source: Inferred, target: Inferred, circle: AbstractSet[str] = frozenset()) -> str:
    """Return why a wire that is there does not fit, empty where it does. `circle` are the nodes on a cycle."""
    if source.spec is not None and not 0 <= edge.source_port < len(source.spec.outputs):
        return f"{source.subject} has no such output."
    if target.spec is not None:
        ports = target.spec.inputs
        if edge.target_port < 0 or (edge.target_port >= len(ports) and not (ports and ports[-1].many)):
            return f"{target.subject} has no such input."
    if edge.source in circle and edge.target in circle:
        return "This wire is part of a circle. Remove one of its wires."
    if target.error is not None:
        return write_message(f"{target.subject} {target.error.message}.")
    return ""


def _describe_settings(inferred: Inferred, spec: LayerSpec, target: Target | None) -> str:
    if spec.role == "input":
        return write_sizes(inferred.outputs[0]) if inferred.outputs else "shape not known yet"
    if spec.role == "output":
        return _describe_target(target)
    times = inferred.options["repeat"]
    declared = {parameter.name: parameter for parameter in spec.parameters}
    parts = [_describe_setting(declared[name], inferred.values[name]) for name in spec.card if name in declared]
    if inferred.is_off:
        parts.insert(0, "off")
    if times > 1:
        parts.insert(0, f"× {times}")
    if spec.inputs and spec.inputs[-1].many:
        parts.append(write_amount(len(inferred.inputs), "input"))
    return " · ".join(part for part in parts if part)


def _describe_target(target: Target | None) -> str:
    if target is None:
        return ""
    if target.kind == "class":
        return f"{TASKS['class']} · {write_amount(target.size, 'class', 'classes')}"
    if target.kind == "tokens":
        return f"{TASKS['tokens']} · {write_amount(target.size, 'token')}"
    return TASKS[target.kind] if target.size == 1 else f"{TASKS[target.kind]} · {write_amount(target.size, 'value')}"


def _describe_setting(parameter: Parameter, value: Value) -> str:
    """Return one setting as short as it can be understood: 3×3, 32, same, p 0.2, ε 1e-05; empty for none and for off."""
    name = SYMBOLS.get(parameter.name, parameter.name)
    kind = parameter.type.item if isinstance(parameter.type, Maybe) else parameter.type
    plain = parameter.name.endswith(PLAIN)
    if value is None or value is False or (isinstance(kind, PerAxis) and value == 0):
        return ""
    if value is True:
        return name
    if isinstance(value, str):
        return _one_line(value)
    if isinstance(value, int) and isinstance(kind, PerAxis) and plain:
        value = (value,) * kind.axes
    if isinstance(value, tuple):
        text = "×".join(map(str, value))
    else:
        text = f"{value:g}" if isinstance(kind, Real) else str(value)
    return text if plain else f"{name} {text}"


def _one_line(text: str) -> str:
    """Return a stranger's text as it may stand on a card: one line, nothing unprintable, not endless."""
    return "".join(c if c.isprintable() else " " for c in text[:120])
