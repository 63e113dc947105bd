"""What __init__ does to layers once they are made: first weights, shared weights, and weights that stay as they are."""

from collections.abc import Callable, Iterable

from designer.catalogue.options import OPTIONS, fits_initializer, part_weights
from designer.catalogue.parameters import Values
from designer.catalogue.shapes import Inferred, find_shared
from designer.codegen.arguments import Arguments
from designer.codegen.forms import Form, find_home
from designer.codegen.source import write_literal
from designer.codegen.text import BODY, Text

# The initializers of torch.nn.init: the code of their arguments, by the gain.
_INITIALIZERS: dict[str, Callable[[str], str]] = {
    "xavier_uniform": lambda gain: f", gain={gain}",
    "xavier_normal": lambda gain: f", gain={gain}",
    "kaiming_uniform": lambda gain: ', nonlinearity="relu"',
    "kaiming_normal": lambda gain: ', nonlinearity="relu"',
    "orthogonal": lambda gain: f", gain={gain}",
    "trunc_normal": lambda gain: f", std={gain}",
    "uniform": lambda gain: f", -{gain}, {gain}",
    "normal": lambda gain: f", std={gain}",
    "constant": lambda gain: f", {gain}",
    "zeros": lambda gain: "",
    "ones": lambda gain: "",
    "dirac": lambda gain: "",
    "eye": lambda gain: "",
    "sparse": lambda gain: f", sparsity={gain}",
}
_BESIDE = {option.name for option in OPTIONS} - {"when", "repeat"}


def write_beginnings(text: Text, form: Form, arguments: Arguments, key: Callable[[str], str]) -> None:
    """Add the lines that follow from the options of a form's layers, in the order the layers are made."""
    nodes = form.inference.nodes
    for node in form.order if form.optional else ():
        known = nodes[node]
        if not known.node.options or not _BESIDE & known.node.options.keys():
            continue
        path = form.modules.get(node)
        home = find_home(form, node)
        shared = find_shared(form.inference, node) if home is not None else ()
        if path is not None and home is not None and shared == ("weight",):
            owner = form.modules.get(home)
            if owner is not None:
                text.add([f"{BODY}{write_path(path)}.weight = {write_path(owner)}.weight"], key(node))
        if path is None:
            continue
        lines = [*_initialize(known, write_path(path), shared)]
        if known.options["frozen"]:
            lines.append(f"{write_path(path)}.requires_grad_(False)")
        if lines and node in form.conditions:
            condition = arguments.write_condition(form.conditions[node])
            text.add([f"{BODY}if {condition}:", *(f"{BODY}    {line}" for line in lines)], key(node))
        else:
            text.add([f"{BODY}{line}" for line in lines], key(node))


def _initialize(known: Inferred, path: str, shared: Iterable[str]) -> list[str]:
    weights, biases = part_weights(known.weights)
    options: Values = known.options
    lines = []
    for names, what in ((weights, "weight"), (biases, "bias")):
        kind = options[f"{what}_init"]
        if kind is None:
            continue
        gain = write_literal(options[f"{what}_gain"])
        lines += [
            f"nn.init.{kind}_({path}.{name}{_INITIALIZERS[kind](gain)})"
            for name in names
            if name not in shared and fits_initializer(kind, known.weights[name])
        ]
    return lines


def write_path(path: str) -> str:
    """Return the expression of a module by its path: self.head[2] for head.2."""
    first, *rest = path.split(".")
    return f"self.{first}" + "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in rest)
