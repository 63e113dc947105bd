"""Put another kind of layer in the place of one: which kinds fit there, and the edit that keeps what can be kept."""

from collections.abc import Collection, Iterable

from designer.catalogue.blocks import BlockSpec, find_spec
from designer.catalogue.parameters import Unacceptable
from designer.catalogue.shapes import Inference, Inferred, infer_node
from designer.catalogue.spec import LayerSpec, TensorType
from designer.catalogue.usage import NO_NAMES, fit_ports, resolve_with
from designer.catalogue.wiring import refuse_type
from designer.document.edits import disconnect, replace_kind, set_parameter
from designer.document.expressions import is_expression
from designer.document.graph import NO_PARAMETERS, Edge, Node, Parameters, Value
from designer.document.project import Project
from designer.document.wording import show_name

MOST_ASKED = 6  # of many layers to be replaced, so many are asked


def replace_layers(
    project: Project, ids: Iterable[str], kind: str, settings: Parameters = NO_PARAMETERS
) -> tuple[str, Project]:
    """Return the title of the step and the project with these layers turned into another kind.

    Wires stay where the new kind has a port for them, parameters where it has them too and takes their values; the
    rule of `replace_kind` decides over the name. `settings` are parameters to set as well.
    """
    spec = find_spec(kind, project.blocks)
    chosen = [node for node in ids if node in project.graph.nodes]
    before = project
    for node in chosen:
        kept = keep_parameters(project.graph.nodes[node].parameters, spec)
        project = replace_kind(project, node, kind, keep=())
        for name, value in {**kept, **settings}.items():
            project = set_parameter(project, node, name, value)
    if spec is not None:
        lost = [edge for edge in project.graph.edges_of(chosen) if not _has_ports(project, edge, spec, set(chosen))]
        project = disconnect(project, lost)
    what = show_name(before.graph.nodes[chosen[0]].name) if len(chosen) == 1 else f"{len(chosen)} layers"
    return f"replace {what} by {_name(kind, spec)}", project


def keep_parameters(given: Parameters, spec: LayerSpec | None) -> dict[str, Value]:
    """Return the parameters that a kind has too, with values it takes; the same size for each axis fits any axes."""
    if spec is None:
        return dict(given)
    kept: dict[str, Value] = {}
    declared = {parameter.name: parameter for parameter in spec.parameters}
    for name, value in given.items():
        if name not in declared:
            continue
        if isinstance(value, str) and is_expression(value):
            kept[name] = value
            continue
        alike = (value[0],) if isinstance(value, tuple) and value and len(set(value)) == 1 else ()
        for tried in (value, *alike):
            try:
                declared[name].type.accept(tried)
            except Unacceptable:
                continue
            kept[name] = tried
            break
    return kept


def find_replacements(inference: Inference, ids: Iterable[str], specs: Iterable[LayerSpec]) -> frozenset[str]:
    """Return the kinds that take what these layers take, on as many wires, and give what follows them takes."""
    there = [inference.nodes[node] for node in ids if node in inference.nodes][:MOST_ASKED]
    answers: dict[tuple[Edge, TensorType], bool] = {}
    fitting = set()
    for spec in specs:
        if not isinstance(spec, BlockSpec) or spec.block in inference.scope.blocks:
            if all(_fits(inference, known, spec, answers) for known in there):
                fitting.add(spec.kind)
    return frozenset(fitting)


def _fits(inference: Inference, known: Inferred, spec: LayerSpec, answers: dict[tuple[Edge, TensorType], bool]) -> bool:
    node = Node(known.node.id, spec.kind, known.node.name, keep_parameters(known.node.parameters, spec))
    new = infer_node(node, known.inputs, known.ports, inference.data, inference.scope)
    fitted = new.spec or spec
    onward = inference.graph.outgoing.get(node.id, ())
    if new.error is not None or not _takes_wires(fitted, known.ports):
        return False
    if known.spec is not None and _ends(fitted) != _ends(known.spec):
        return False
    if known.outputs is not None and new.outputs is None:  # it wants more wires than there are
        return False
    if any(edge.source_port >= len(fitted.outputs) for edge in onward):
        return False
    for edge in onward if new.outputs else ():
        assert new.outputs is not None
        asked = (edge, new.outputs[edge.source_port])
        if asked not in answers:
            target = inference.nodes[edge.target]
            answers[asked] = not refuse_type(target, edge.target_port, asked[1], inference.scope)
        if not answers[asked]:
            return False
    return True


def _ends(spec: LayerSpec) -> tuple[bool, bool]:
    """Return whether a kind of layer has inputs and outputs at all."""
    return bool(spec.inputs), bool(spec.outputs)


def _takes_wires(spec: LayerSpec, ports: Collection[int]) -> bool:
    many = bool(spec.inputs) and spec.inputs[-1].many
    return all(port < len(spec.inputs) or many for port in ports)


def _has_ports(project: Project, edge: Edge, spec: LayerSpec, chosen: Collection[str]) -> bool:
    if edge.source in chosen and edge.source_port >= len(_fit(project, edge.source, spec).outputs):
        return False
    return edge.target not in chosen or _takes_wires(_fit(project, edge.target, spec), (edge.target_port,))


def _fit(project: Project, node: str, spec: LayerSpec) -> LayerSpec:
    """Return the declaration with the ports that a node has under its parameters."""
    return fit_ports(spec, resolve_with(spec.parameters, project.graph.nodes[node].parameters, NO_NAMES)[0])


def _name(kind: str, spec: LayerSpec | None) -> str:
    return show_name(spec.definition.name) if isinstance(spec, BlockSpec) else show_name(kind)
