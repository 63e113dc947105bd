"""Whether a project can become code, and what a training script is made of besides the network."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Protocol, TypeVar

from designer.catalogue import registry
from designer.catalogue.facts import facts
from designer.catalogue.parameters import Parameter, Values, resolve
from designer.catalogue.shapes import Inference, Inferred
from designer.catalogue.source_spec import Facts, SourceSpec
from designer.catalogue.spec import TensorType
from designer.catalogue.training_settings import warmups
from designer.catalogue.training_spec import LossSpec, ObjectiveSpec, OptimizerSpec, ScheduleSpec
from designer.codegen.forms import find_live
from designer.codegen.source import NotReady
from designer.document.blocks import find_needed
from designer.document.graph import Graph
from designer.document.project import OFF, Choice, Data, Project, Training

if TYPE_CHECKING:
    from designer.catalogue.check import Problem
    from designer.codegen.module import Learning


EVALUATION_BATCH = 1024  # rows at most
SHARED_OUT = 2**15  # numbers in a tensor that torch works on with all threads
LARGEST_EVALUATED = 2**26  # numbers at most in one tensor of a batch of evaluation


@dataclass(frozen=True, slots=True)
class Head:
    """One of several Outputs: what arrives there, its loss, how much it counts and what it is compared with."""

    output: TensorType
    loss: LossSpec
    weight: float
    compare: str


@dataclass(frozen=True, slots=True)
class Setup:
    """What a training script is made of besides the network: declarations with their values, all sound.

    `heads` are the Outputs where each has a loss of its own, else none; `output` is what arrives at the first. `learning`
    are the modules that learn unlike the others; `shares` says whether two modules have one weight. `evaluation_batch` are
    the rows of one batch of evaluation. `is_small` says that a step is too little work to share out among threads. `data`
    is where samples come from and what becomes of them. With `channels_last` images come to the network so.
    """

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
    training: Training
    objective: ObjectiveSpec
    objective_values: Values
    warmup_values: Values
    heads: tuple[Head, ...] = ()
    weights: str = ""  # the file the network starts from, "" for fresh weights
    learning: "tuple[Learning, ...]" = ()
    shares: bool = False
    evaluation_batch: int = EVALUATION_BATCH
    is_small: bool = False
    channels_last: bool = False
    data: Data = field(default_factory=Data)

    @property
    def has_test(self) -> bool:
        """Whether there are rows that nobody looks at before the end."""
        return self.data.test > 0

    @property
    def learns_target(self) -> bool:
        """Whether one answer is held against the data's target."""
        return self.objective.form == "plain" and self.objective.compares == "target"

    @property
    def weighs(self) -> bool:
        """Whether each row that is learned from has a weight of its own, which stands beside its target."""
        return self.facts.weighted and self.learns_target

    @property
    def streams(self) -> bool:
        """Whether samples may lie in a file, to be read while the network learns from others."""
        streams = self.source.streams
        streams = streams if isinstance(streams, bool) else streams(self.source_values)
        return streams and self.learns_target and not self.heads

    @property
    def warms_up(self) -> bool:
        """Whether the learning rate rises before the schedule begins."""
        return self.training.warmup.kind != OFF.kind


def demand_network(project: Project, inference: Inference, order: Sequence[str]) -> None:
    """Demand that the nodes to write, those of flow.order_nodes, are sound. Raises NotReady with what is not."""
    nodes = inference.nodes
    layers = list(map(nodes.__getitem__, order))
    faulty = [known.node.id for known in layers if known.outputs is None or known.objections]
    if faulty:
        found = _check(project, inference)
        there = tuple(p for p in found if p.severity == "error" and p.node is not None and p.node in faulty)
        # A node behind a faulty one only lacks its inputs: the first is the one to mend.
        raise NotReady(there) if there else refuse(_explain(nodes[faulty[0]]), faulty[0])
    for known in [known for known in layers if known.inside]:
        for inner in known.inside:
            _demand_inside(known, inner)
    if not order:
        raise refuse("The network has no Output. Add one behind the last layer.")
    if not any(known.spec is not None and known.spec.role == "input" for known in layers):
        raise refuse("The network has no Input. Add one before the first layer.")


def _demand_inside(known: Inferred, inner: Inference) -> None:
    """Demand that the inside of a block is sound where it is used. Raises NotReady."""
    for node in find_live(inner):
        there = inner.nodes[node]
        if there.objections or (there.outputs is None and there.spec is None):
            raise refuse(f"Inside {known.subject}: {_explain(there)}", known.node.id)
        for further in there.inside:
            _demand_inside(known, further)


def demand_training(
    project: Project, inference: Inference, order: Sequence[str], problems: "Sequence[Problem] | None"
) -> None:
    """Demand that check finds no error in what is written. Raises NotReady with those it finds."""
    found = _check(project, inference) if problems is None else problems
    if not any(problem.severity == "error" for problem in found):
        return
    live = frozenset(order)
    used = {"", *find_needed(project.blocks, Graph({node: project.graph.nodes[node] for node in order}))}
    blocking = tuple(
        p for p in found if p.severity == "error" and p.block in used and (p.node is None or p.block or p.node in live)
    )
    if blocking:
        raise NotReady(blocking)


def find_setup(project: Project, inference: Inference, result: tuple[str, int]) -> Setup:
    """Return what a script of a project without errors needs; `result` is the value that reaches the Output."""
    source, known, output = project.data.source, facts(project), inference.type_at(*result)
    assert source is not None  # check has seen to all three
    assert known is not None
    assert output is not None
    training, largest = project.training, _find_largest(inference, set())
    return Setup(
        *_resolve(source, registry.sources),
        known,
        output,
        *_resolve(training.loss, registry.losses),
        *_resolve(training.optimizer, registry.optimizers),
        *_resolve(training.schedule, registry.schedules),
        training,
        *_resolve(training.objective, registry.objectives),
        _resolve(training.warmup, warmups)[1],
        find_heads(project, inference),
        weights=training.weights,
        evaluation_batch=choose_evaluation_batch(largest),
        is_small=is_small(training, inference.parameters, largest, known.rows),
        data=project.data,
    )


def choose_evaluation_batch(largest: int) -> int:
    """Return the rows of one batch of evaluation: many, as nothing is kept for a backward pass, unless samples are large.

    A power of two, at which the largest tensor, of so many numbers a sample, stays within 256 MiB.
    """
    return min(EVALUATION_BATCH, 1 << max(0, (LARGEST_EVALUATED // max(1, largest)).bit_length() - 1))


def is_small(training: Training, parameters: int, largest: int, samples: int | None) -> bool:
    """Return whether every tensor of a step is smaller than what torch itself would share out among threads.

    `largest` are the most numbers of one sample between two layers, `samples` those that are trained on.
    Some of its operations wake all threads even so, and wait for the last: one alone is several times faster.
    """
    rows = training.batch_size if training.batch == "mini" else 1 if training.batch == "single" else samples
    return rows is not None and parameters < SHARED_OUT and rows * largest < SHARED_OUT


def _find_largest(inference: Inference, seen: set[int]) -> int:
    """Return the most numbers that one sample takes between two layers."""
    given = list(chain.from_iterable([known.outputs or () for known in inference.nodes.values()]))
    kinds = dict(zip(map(id, given), given, strict=True))
    largest = max(map(math.prod, {kind.sizes for kind in kinds.values()}), default=0)  # most layers give what they take
    for known in inference.nodes.values() if inference.scope.blocks else ():
        for inner in known.inside:
            if id(inner) not in seen:
                seen.add(id(inner))
                largest = max(largest, _find_largest(inner, seen))
    return largest


def find_heads(project: Project, inference: Inference) -> tuple[Head, ...]:
    """Return the Outputs in the order of the graph, where the objective weighs them."""
    if registry.objectives[project.training.objective.kind].form != "weighted":
        return ()
    heads = []
    for known in map(inference.nodes.__getitem__, inference.graph.nodes):
        if known.spec is not None and known.spec.role == "output" and known.inputs[0] is not None:
            loss = registry.losses[known.values["loss"] or project.training.loss.kind]
            heads.append(Head(known.inputs[0], loss, known.values["weight"], known.values["compare"]))
    return tuple(heads)


class _Choosable(Protocol):
    @property
    def parameters(self) -> tuple[Parameter, ...]: ...


_Spec = TypeVar("_Spec", bound=_Choosable)


def _resolve(choice: Choice, known: Mapping[str, _Spec]) -> tuple[_Spec, Values]:
    """Return a chosen declaration with its values."""
    spec = known[choice.kind]
    return spec, resolve(spec.parameters, choice.parameters)[0]


def _explain(known: Inferred) -> str:
    """Return in a sentence why a node cannot be written."""
    if known.spec is None:
        return f"{known.subject} is of a kind that is not known here. Replace it."
    if known.objections:
        return f"{known.subject}: {known.objections[0].message}"
    if known.error is not None:
        return f"{known.subject} {known.error.message}."
    return f"{known.subject} lacks an input. Connect it."


def refuse(message: str, node: str | None = None) -> NotReady:
    """Return the exception for one problem that check does not know."""
    from designer.catalogue.check import Problem

    return NotReady((Problem("error", node, message),))


def _check(project: Project, inference: Inference) -> "tuple[Problem, ...]":
    from designer.catalogue.check import check  # a sound network is written without it

    return check(project, inference)
