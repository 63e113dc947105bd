"""The network as nn.Module classes, one for itself and one for each block, written as a person would write them."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from designer.catalogue.registry import losses, objectives
from designer.catalogue.shapes import Inference, Inferred, find_shared
from designer.catalogue.spec import TensorType
from designer.codegen.classes import ClassWriter, Describe
from designer.codegen.flow import Flow, Place
from designer.codegen.foreign import settle_definitions
from designer.codegen.forms import Form, find_home, is_loop, plan_forms
from designer.codegen.imports import Import
from designer.codegen.names import make_class_name
from designer.codegen.objectives import find_extra_results
from designer.codegen.recipes import Definition
from designer.codegen.text import Text
from designer.document.graph import Node
from designer.document.places import SEPARATOR
from designer.document.project import Project


@dataclass(frozen=True, slots=True)
class Learning:
    """Options by which the weights of one module learn unlike the others; `path` is that of the module."""

    path: str
    lr_factor: float
    l1: float
    l2: float


@dataclass(frozen=True, slots=True)
class Network:
    """The classes of a network.

    `summary` says what it takes and gives; `modules` has the path of each node's module, of those inside a block under
    the key of the use and their own; `results` are the values it returns; `definitions` are the recipes it needs above
    it; `learning` is what the optimizer must know of single modules; `shares` whether two modules have one weight.
    """

    text: Text
    name: str
    summary: str
    modules: Mapping[str, str]
    results: tuple[Place, ...]
    definitions: tuple[Definition, ...]
    imports: frozenset[Import]
    learning: tuple[Learning, ...] = ()
    shares: bool = False


def write_network(
    project: Project, inference: Inference, order: Sequence[str], called: str = "", given: Iterable[str] = ()
) -> Network:
    """Return the classes of a network whose nodes, in the order given by flow.order_nodes, are all sound.

    It is called like the project unless told otherwise; no class is named like one of those `given`.
    """
    forms, form_of = plan_forms(inference, order)
    definitions = settle_definitions(forms, given)
    taken = {*given, *(definition.name for definition in definitions)}
    top = forms[-1]
    named: set[str] = set()
    for form in (top, *forms[:-1]):
        if form is top:
            form.name = make_class_name(called or project.name, taken)
        else:
            form.name = _name_block(inference.scope.blocks[form.block].name, taken, form.block in named)
            named.add(form.block)
        taken.add(form.name)
    summaries: list[str] = []
    results: list[tuple[Place, ...]] = []
    text = Text()
    for form in forms:
        describe = _describe_network(project, form, form_of, summaries) if form is top else _describe_block(form)
        extra = find_extra_results(project, inference, order) if form is top else ()
        writer = ClassWriter(form, form_of, frozenset(taken), describe, extra)
        if text.lines:
            text.add(["", ""])
        text.append(writer.write())
        results.append(writer.flow.results)
    imports = {("torch", "Tensor", ""), ("torch", "nn", "")}
    imports.update(item for definition in definitions for item in definition.imports)
    whole = "\n".join(text.lines)
    if "torch." in whole:
        imports.add(("torch", "", ""))
    if "F." in whole:
        imports.add(("torch.nn.functional", "", "F"))
    modules = dict(_list_modules(top, inference, form_of)) if len(forms) > 1 else top.modules
    return Network(
        text,
        top.name,
        summaries[0],
        modules,
        results[-1],
        definitions,
        frozenset(imports),
        tuple(_list_learning(top, inference, form_of)),
        any("shared_with" in node.options for form in forms for node in _list_optional(form)),
    )


def _list_optional(form: Form) -> list[Node]:
    """Return the layers of a class that have options."""
    return [known.node for key in form.optional if (known := form.inference.nodes.get(key)) is not None]


def _name_block(name: str, taken: Collection[str], again: bool) -> str:
    """Return the name of a block's class, with a number where the block has a class already."""
    number = 2
    while again:
        given = make_class_name(f"{name}{number}", fallback="Block")
        if given not in taken:
            return given
        number += 1
    return make_class_name(name, taken, "Block")


def _list_modules(
    form: Form, instance: Inference, form_of: Mapping[int, Form], key: str = "", before: str = ""
) -> list[tuple[str, str]]:
    """Return the module path of every node, with those inside the uses of blocks."""
    found = []
    for node, path in form.modules.items():
        known = instance.nodes[node]
        if known.is_off:
            continue
        found.append((key + node, before + path))
        for label, inner_path, inner in _list_inside(form, known, node, path) if known.inside else ():
            there = form_of[id(inner)]
            found += _list_modules(there, inner, form_of, key + label + SEPARATOR, before + inner_path + ".")
    return found


def _list_inside(form: Form, known: Inferred, node: str, path: str) -> list[tuple[str, str, Inference]]:
    """Return the key, the module path and the inside of each repetition of a block."""
    first, _, place = path.rpartition(".")
    spread = place.isdigit() and node not in form.nested  # in an nn.Sequential of several layers
    if len(known.inside) < 2:
        if is_loop(form.known(node)) and not spread:
            path = f"{path}.0"
        return [(node, path, inner) for inner in known.inside]
    if spread:
        paths = [f"{first}.{int(place) + number}" for number in range(len(known.inside))]
    else:
        paths = [f"{path}.{number}" for number in range(len(known.inside))]
    return [(f"{node}[{number}]", paths[number], inner) for number, inner in enumerate(known.inside)]


def _list_learning(form: Form, instance: Inference, form_of: Mapping[int, Form], before: str = "") -> list[Learning]:
    """Return the modules whose options change how they learn, those inside blocks included."""
    found: list[Learning] = []
    nodes = instance.nodes
    if not form.optional and not instance.scope.blocks:
        return found
    for node in [key for key in form.modules if (known := nodes[key]).node.options or known.inside]:
        known, path = nodes[node], form.modules[node]
        options = known.options
        if known.is_off:
            continue
        if known.node.options and (options["lr_factor"] != 1 or options["l1"] or options["l2"]):
            found.append(Learning(before + path, options["lr_factor"], options["l1"], options["l2"]))
        for _, inner_path, inner in _list_inside(form, known, node, path):
            found += _list_learning(form_of[id(inner)], inner, form_of, before + inner_path + ".")
    return found


def _describe_network(project: Project, form: Form, form_of: Mapping[int, Form], summaries: list[str]) -> Describe:
    inference = form.inference

    def describe(flow: Flow) -> tuple[str, str]:
        answer = _join([_describe_result(project, _type_of(inference, place)) for place in flow.results])
        summary = f"{_join_types(inference, flow, '')} -> {answer}, {_count_parameters(form, form_of)}"
        summaries.append(summary)
        batch = _join([f"N x {_describe_result(project, _type_of(inference, place))}" for place in flow.results])
        return f"{summary}.", f"Return {batch} for {_join_types(inference, flow, 'N x ')}."

    return describe


def _describe_block(form: Form) -> Describe:
    """Describe a block by its notes, else by the sizes it takes and gives where those are the same everywhere."""
    inference = form.inference
    title = inference.scope.blocks[form.block].notes.strip().partition("\n")[0].strip()

    def describe(flow: Flow) -> tuple[str, str]:
        sizes = {
            (
                tuple(str(instance.type_at(node)) for node in flow.inputs),
                tuple(str(instance.type_at(*place)) for place in flow.results),
            )
            for instance in form.instances
        }
        given, gives = sizes.pop()
        ways = f"{_join(given)} -> {_join(gives)}"
        if sizes:
            ways = f"Used with {len(sizes) + 1} different sizes"
        if (
            title
            and title.isascii()
            and title.isprintable()
            and '"' not in title
            and "\\" not in title
            and len(title) <= 100
        ):
            return (title if title.endswith(".") else f"{title}."), ""
        return f"{ways}.", ""

    return describe


def _type_of(inference: Inference, place: Place) -> TensorType:
    found = inference.type_at(*place)
    assert found is not None
    return found


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
    objective = objectives.get(project.training.objective.kind)
    if objective is None or objective.form != "plain" or objective.compares == "input":
        return str(kind)
    if loss is None or len(kind.sizes) != 1:
        return str(kind)
    return f"{kind} {loss.outputs.removesuffix('s') if kind.sizes[0] == 1 else loss.outputs}"


def _count_parameters(form: Form, form_of: Mapping[int, Form]) -> str:
    count = _count(form, form.instances[0], form_of)
    return "1 parameter" if count == 1 else f"{count:,} parameters"


def _count(form: Form, instance: Inference, form_of: Mapping[int, Form]) -> int:
    """Return the learned numbers in the modules of one instance of a class; layers that lead nowhere have none."""
    layers = list(map(instance.nodes.__getitem__, form.order))
    found = sum([known.parameters for known in layers if not known.node.options and not known.inside])
    for node in [known.node.id for known in layers if known.node.options or known.inside]:
        known = instance.nodes[node]
        if known.is_off:
            continue
        if find_home(form, node) is None:
            inside = sum([_count(form_of[id(inner)], inner, form_of) for inner in known.inside])
            found += inside if known.inside else known.parameters
        elif not known.inside:
            shared = find_shared(instance, node)
            found += known.parameters - sum(math.prod(known.weights[name]) for name in shared)
    return found
