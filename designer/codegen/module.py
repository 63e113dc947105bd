"""The network as an nn.Module class, written as a person would write it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from designer.catalogue.registry import losses
from designer.catalogue.shapes import Inference, Inferred
from designer.catalogue.spec import Inputs, TensorType
from designer.codegen.flow import Flow, Place, find_outputs, plan_flow
from designer.codegen.imports import Import
from designer.codegen.layout import LINE_LENGTH, STEP, Group, Piece, lay_out, lay_out_expression
from designer.codegen.lettering import measure_width
from designer.codegen.names import make_class_name
from designer.codegen.naming import Naming, name_flow
from designer.codegen.objectives import find_extra_results
from designer.codegen.recipes import Definition, collect_definitions
from designer.codegen.source import write_piece
from designer.document.project import Project

BODY = " " * 8  # where statements of a method stand
MANY = "tuple[Tensor, ...]"


@dataclass(slots=True)
class Text:
    """Lines of code on their way, each with the node it comes from."""

    lines: list[str] = field(default_factory=list)
    nodes: list[str | None] = field(default_factory=list)

    def add(self, lines: Sequence[str], node: str | None = None) -> None:
        """Append lines that come from a node."""
        self.lines += lines
        self.nodes += [node] * len(lines)

    def append(self, other: "Text") -> None:
        """Append another text with its nodes."""
        self.lines += other.lines
        self.nodes += other.nodes


@dataclass(frozen=True, slots=True)
class Network:
    """The class of a network.

    `summary` says what it takes and gives; `modules` has the path of each node's module; `results` are the values
    it returns; `definitions` are the recipes it needs above it.
    """

    text: Text
    name: str
    summary: str
    modules: Mapping[str, str]
    results: tuple[Place, ...]
    definitions: tuple[Definition, ...]
    imports: frozenset[Import]


def write_network(project: Project, inference: Inference, order: Sequence[str]) -> Network:
    """Return the class of a network whose nodes, in the order given by flow.order_nodes, are all sound."""
    flow = plan_flow(inference, order, find_outputs(inference))
    flow = replace(flow, results=(*flow.results, *find_extra_results(project, inference, order)))
    definitions = _collect_recipes(inference, order)
    given = frozenset(definition.name for definition in definitions)
    naming = name_flow(inference, flow, given)
    name = make_class_name(project.name, given)
    answer = _join([_describe_result(project, _type_of(inference, place)) for place in flow.results])
    summary = f"{_join_types(inference, flow, '')} -> {answer}, {_count_parameters(inference, order)}"
    text = Text()
    text.add([f"class {name}(nn.Module):", f'    """{summary}."""', "", "    def __init__(self) -> None:"])
    text.add([f"{BODY}super().__init__()"])
    modules = _write_layers(text, inference, flow, naming)
    text.add([""])
    _write_signature(text, flow, naming)
    batch = _join([f"N x {_describe_result(project, _type_of(inference, place))}" for place in flow.results])
    text.add([f'{BODY}"""Return {batch} for {_join_types(inference, flow, "N x ")}."""'])
    _write_steps(text, inference, flow, naming)
    imports = {("torch", "Tensor", ""), ("torch", "nn", "")}
    imports.update(item for definition in definitions for item in definition.imports)
    if any("torch." in line for line in text.lines):
        imports.add(("torch", "", ""))
    if any("F." in line for line in text.lines):
        imports.add(("torch.nn.functional", "", "F"))
    return Network(text, name, summary, modules, flow.results, definitions, frozenset(imports))


def write_constructor(known: Inferred) -> Group:
    """Return the call that makes a layer: `nn.Linear(784, 512)`."""
    spec, values = known.spec, known.values
    assert spec is not None
    call = spec.call
    inputs: Inputs = tuple([kind for kind in known.inputs if kind is not None])
    derived = {name: rule(values, inputs) for name, rule in call.derived.items()}
    given = {**values, **derived}
    items: list[tuple[str, Piece]] = [("", write_piece(given[name])) for name in call.positional]
    # What is derived as None is left to torch's own default.
    named = {name: value for name, value in derived.items() if name not in call.positional and value is not None}
    items.extend((f"{name}=", write_piece(value)) for name, value in named.items())
    written = {*call.positional, *derived}
    for parameter in spec.parameters:
        value = values[parameter.name]
        if parameter.argument and parameter.name not in written and value != parameter.default:
            items.append((f"{parameter.name}=", write_piece(value)))
    return Group(f"{call.constructor}(", tuple(items))


# Constructors written before, by the identity of what they come from: between two edits most layers stay the same
# value, and a large network is written anew after every one.
_written: dict[int, tuple[Inferred, str, str]] = {}
_MOST_WRITTEN = 50_000


def _lay_out_constructor(before: str, known: Inferred, after: str, indent: str) -> list[str]:
    """Return the lines that make a layer, with its output size as the comment."""
    entry = _written.get(id(known))
    if entry is None or entry[0] is not known:
        if len(_written) >= _MOST_WRITTEN:
            _written.clear()
        entry = _written[id(known)] = (known, str(write_constructor(known)), _comment(known))
    line = f"{indent}{before}{entry[1]}{after}{entry[2]}"
    if measure_width(line) <= LINE_LENGTH:
        return [line]
    return lay_out(before, write_constructor(known), f"{after}{entry[2]}", indent)


def _write_layers(text: Text, inference: Inference, flow: Flow, naming: Naming) -> dict[str, str]:
    """Add the lines of __init__ that make the layers; return the module path of each node that has one."""
    modules: dict[str, str] = {}
    for step, attribute in zip(flow.steps, naming.attributes, strict=True):
        if not attribute:
            continue
        if len(step.nodes) == 1:
            node = step.nodes[0]
            text.add(_lay_out_constructor(f"self.{attribute} = ", inference.nodes[node], "", BODY), node)
            modules[node] = attribute
            continue
        text.add([f"{BODY}self.{attribute} = nn.Sequential("])
        for number, node in enumerate(step.nodes):
            text.add(_lay_out_constructor("", inference.nodes[node], ",", BODY + STEP), node)
            modules[node] = f"{attribute}.{number}"
        text.add([f"{BODY})"])
    return modules


def _write_signature(text: Text, flow: Flow, naming: Naming) -> None:
    """Add the first line of forward."""
    arguments = [naming.variables[node, 0] for node in flow.inputs]
    gives = len(flow.results)
    result = "Tensor" if gives == 1 else f"tuple[{'Tensor, ' * (gives - 1)}Tensor]" if gives < 5 else MANY
    items = (("", "self"), *(("", f"{argument}: Tensor") for argument in arguments))
    text.add(lay_out("def forward", Group("(", items), f" -> {result}:", STEP), flow.inputs[0])


def _write_steps(text: Text, inference: Inference, flow: Flow, naming: Naming) -> None:
    """Add the statements of forward. A line of a Sequential counts as its first layer's."""
    variables = naming.variables
    used = {place for step in flow.steps for place in step.sources} | set(flow.results)
    last = len(flow.steps) - 1
    returned = False
    for index, (step, attribute) in enumerate(zip(flow.steps, naming.attributes, strict=True)):
        known = inference.nodes[step.nodes[-1]]
        assert known.spec is not None
        call = known.spec.call
        arguments = [variables[place] for place in step.sources]
        layer = f"self.{attribute}"
        folded = len(step.nodes) > 1
        expression = f"{layer}({arguments[0]})" if folded else call.apply(known.values, layer, arguments)
        ports = [(step.nodes[-1], number) for number in range(len(known.spec.outputs))]
        if index == last and len(flow.results) == 1 and len(ports) == 1:
            before, returned = "return ", True
        else:
            before = ", ".join(variables[place] if place in used else "_" for place in ports) + " = "
        comment = "" if attribute else _comment(known)
        text.add(lay_out_expression(before, expression, comment, BODY), step.nodes[0])
    if not returned:
        results = [variables[place] for place in flow.results]
        lines = [f"{BODY}return {', '.join(results)}"]
        if measure_width(lines[0]) > LINE_LENGTH:
            lines = lay_out("return ", Group("(", tuple(("", name) for name in results)), "", BODY)
        text.add(lines, flow.outputs[0])


def _collect_recipes(inference: Inference, order: Sequence[str]) -> tuple[Definition, ...]:
    wanted: dict[str, set[str]] = {}
    for node in order:
        spec = inference.nodes[node].spec
        if spec is not None and spec.call.recipe:
            wanted.setdefault(spec.call.recipe, set()).add(spec.call.constructor)
    return tuple(item for recipe, names in wanted.items() for item in collect_definitions(recipe, names))


def _type_of(inference: Inference, place: Place) -> TensorType:
    found = inference.type_at(*place)
    assert found is not None
    return found


def _comment(known: Inferred) -> str:
    """Return the comment with a layer's output size, "" where its input has that size already."""
    assert known.outputs is not None
    return "" if known.outputs[0] in known.inputs else f"  # {known.outputs[0]}"


def _join_types(inference: Inference, flow: Flow, before: str) -> str:
    return _join([f"{before}{_type_of(inference, (node, 0))}" for node in flow.inputs])


def _join(words: Sequence[str]) -> str:
    """Return "a, b and c", at most four of them."""
    if len(words) > 4:
        words = [*words[:3], f"{len(words) - 3} more"]
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def _describe_result(project: Project, kind: TensorType) -> str:
    """Return "10 logits", "1 value", or plain sizes where the loss says nothing or the result is no vector."""
    loss = losses.get(project.training.loss.kind)
    if loss is None or len(kind.sizes) != 1:
        return str(kind)
    return f"{kind} {loss.outputs.removesuffix('s') if kind.sizes[0] == 1 else loss.outputs}"


def _count_parameters(inference: Inference, order: Sequence[str]) -> str:
    count = sum(inference.nodes[node].parameters for node in order)
    return "1 parameter" if count == 1 else f"{count:,} parameters"
