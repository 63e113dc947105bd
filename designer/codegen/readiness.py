"""Whether a project can become code, and what stands in the way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from designer.catalogue import registry
from designer.catalogue.facts import facts, source_problem
from designer.catalogue.parameters import Parameter, Values, resolve
from designer.catalogue.shapes import Inference, Inferred
from designer.catalogue.spec import Facts, LossSpec, OptimizerSpec, ScheduleSpec, SourceSpec, TensorType
from designer.codegen.flow import find_outputs, order_nodes
from designer.codegen.source import NotReady
from designer.document.project import Choice, Project
from designer.document.wording import show_name

if TYPE_CHECKING:
    from designer.catalogue.check import Problem


@dataclass(frozen=True, slots=True)
class Setup:
    """What a training script is made of besides the network: declarations with their values, all sound."""

    source: SourceSpec
    source_values: Values
    facts: Facts
    output: TensorType
    loss: LossSpec
    loss_values: Values
    optimizer: OptimizerSpec
    optimizer_values: Values
    schedule: ScheduleSpec
    schedule_values: Values


def require_network(project: Project, inference: Inference) -> list[str]:
    """Return the nodes to write, in the order of flow.order_nodes. Raises NotReady where one of them is not sound."""
    outputs = find_outputs(inference)
    if not outputs:
        raise _refuse(project, inference, "The network has no Output. Add one behind the last layer.")
    order = order_nodes(inference.graph, outputs)
    nodes = inference.nodes
    faulty = frozenset([node for node in order if nodes[node].outputs is None or nodes[node].objections])
    if faulty:
        # A node behind a faulty one only lacks its inputs; what is to be mended comes first.
        first = min(faulty, key=order.index)
        raise _refuse(project, inference, _explain(nodes[first]), faulty, first)
    if not any((spec := nodes[node].spec) and spec.role == "input" for node in order):
        raise _refuse(project, inference, "The network has no Input. Add one before the first layer.")
    return order


def require_setup(project: Project, inference: Inference, order: Sequence[str]) -> Setup:
    """Return what a training script needs besides the network. Raises NotReady where something is missing."""
    problems = _check(project, inference)
    live = frozenset(order)
    blocking = tuple(p for p in problems if p.severity == "error" and (p.node is None or p.node in live))
    if blocking:
        raise NotReady(blocking)
    training = project.training

    def refuse(message: str) -> NotReady:
        return NotReady((_make_problem(message, None),))

    source = registry.sources.get(project.data.source.kind) if project.data.source else None
    if complaint := source_problem(project):
        raise refuse(complaint)
    known = facts(project)
    assert source is not None
    assert project.data.source is not None
    assert known is not None
    roles = [inference.nodes[node].spec for node in order]
    for role, word in (("input", "Inputs"), ("output", "Outputs")):
        if sum(spec is not None and spec.role == role for spec in roles) > 1:
            raise refuse(f"The network has several {word}; training takes one. Remove the others.")
    if not any(inference.nodes[node].weights for node in order):
        raise refuse("The network has nothing to learn. Add a layer with weights, such as Linear.")
    loss, loss_values = _choose("loss", training.loss, registry.losses, refuse)
    optimizer, optimizer_values = _choose("optimizer", training.optimizer, registry.optimizers, refuse)
    schedule, schedule_values = _choose("schedule", training.schedule, registry.schedules, refuse)
    for complaint in (optimizer.refuse(optimizer_values), schedule.refuse(schedule_values, optimizer)):
        if complaint:
            raise refuse(complaint)
    source_values, _ = resolve(source.parameters, project.data.source.parameters)
    place = inference.graph.incoming[find_outputs(inference)[0]][0]
    output = inference.type_at(place.source, place.source_port)
    assert output is not None
    return Setup(
        source, source_values, known, output, loss, loss_values, optimizer, optimizer_values, schedule, schedule_values
    )


class _Choosable(Protocol):
    @property
    def parameters(self) -> tuple[Parameter, ...]: ...


_Spec = TypeVar("_Spec", bound=_Choosable)


def _choose(
    what: str, choice: Choice, known: Mapping[str, _Spec], refuse: Callable[[str], NotReady]
) -> tuple[_Spec, Values]:
    """Return a chosen declaration with its values."""
    spec = known.get(choice.kind)
    if spec is None:
        raise refuse(f"The {what} `{show_name(choice.kind)}` is not known here. Choose another.")
    values, objections = resolve(spec.parameters, choice.parameters)
    if objections:
        raise refuse(f"{choice.kind}: {objections[0].message}")
    return spec, values


def _explain(known: Inferred) -> str:
    """Return in a sentence why a node cannot be written."""
    subject = f"{show_name(known.node.kind)} `{show_name(known.node.name)}`"
    if known.spec is None:
        return f"{subject} is of a kind that is not known here. Replace it."
    if known.objections:
        return f"{subject}: {known.objections[0].message}"
    if known.error is not None:
        return f"{subject} {known.error.message}."
    return f"{subject} lacks an input. Connect it."


def _refuse(
    project: Project,
    inference: Inference,
    message: str,
    nodes: frozenset[str] = frozenset(),
    first: str | None = None,
) -> NotReady:
    """Return what stands in the way at these nodes, as check says it; else `message`."""
    found = tuple(p for p in _check(project, inference) if p.severity == "error" and p.node in nodes)
    return NotReady(found or (_make_problem(message, first),))


def _check(project: Project, inference: Inference) -> "tuple[Problem, ...]":
    try:
        from designer.catalogue.check import check  # not needed to write a network that is sound
    except ImportError:  # until check.py is there
        return ()
    return check(project, inference)


def _make_problem(message: str, node: str | None) -> "Problem":
    try:
        from designer.catalogue.check import Problem
    except ImportError:  # until check.py is there
        from types import SimpleNamespace

        return SimpleNamespace(severity="error", node=node, message=message, fixes=())
    return Problem("error", node, message, ())
