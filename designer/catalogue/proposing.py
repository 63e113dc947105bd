"""A proposal for data: the task in words, and a first network fitted to it, with how it is trained."""

from dataclasses import dataclass, replace
from pathlib import PurePath

from designer.catalogue.facts import facts
from designer.catalogue.first_networks import (
    FIRST_NETWORKS,
    GOALS,
    UNKNOWN_ROWS,
    FirstNetwork,
    Layer,
    choose_batch,
)
from designer.catalogue.registry import sources
from designer.catalogue.source_spec import Facts, Target
from designer.catalogue.splits import count_held_out
from designer.catalogue.task_words import Task, tell_task
from designer.document.edits import add_node, connect
from designer.document.folding import lay_out
from designer.document.graph import Edge, Graph
from designer.document.project import Choice, Project, Training

ANY_DATA = frozenset({"archive", "data", "dataset", "images", "input", "raw", "test", "text", "train", "training"})


@dataclass(frozen=True, slots=True)
class Proposal:
    """What could be made of data: the task, the network in words with the reasons for its sizes, the project with it."""

    task: Task
    network: str
    reasons: str
    project: Project


def propose(project: Project, known: Facts | None = None) -> Proposal | None:
    """Return a first network for the data of a project, in place of its own; None where there is none for such data.

    `known` is what is known of the data, where it was worked out already. Device and seed stay as they are set.
    """
    known = facts(project) if known is None else known
    first = next((each for each in FIRST_NETWORKS if known is not None and each.suits(known)), None)
    if known is None or first is None:
        return None
    made = _draw(project, known, (*first.layers(known), *_end(known.target)))
    training = _choose_training(project, known, first)
    data = replace(project.data, augmentation=project.data.augmentation or first.augmentation(known))
    made = replace(made, data=data, training=training, name=name_by_data(project))
    length = f"{training.epochs} epochs in batches of {training.batch_size}"
    return Proposal(tell_task(project, known), first.title, f"{first.why(known)} It trains for {length}.", made)


def name_by_data(project: Project) -> str:
    """Return the name of a project, and of one without any that of its data: titanic of /home/ada/titanic.csv."""
    source = project.data.source
    spec = sources.get(source.kind) if source is not None else None
    if project.name != Project().name or source is None or spec is None or not spec.path:
        return project.name
    place = PurePath(str(source.parameters.get(spec.path, "")))
    stems = (each.name.partition(".")[0] for each in (place, *place.parents))
    return next((stem for stem in stems if stem and stem.casefold() not in ANY_DATA), project.name)


def _end(target: Target) -> tuple[Layer, ...]:
    """Return the layers that make the answer: raw scores for classes, as their losses want, and numbers as they are."""
    head: tuple[Layer, ...] = (("Linear", {"out_features": target.size}),)
    return (*head, ("Sigmoid", {})) if _is_bounded(target) else head


def _is_bounded(target: Target) -> bool:
    return target.kind == "value" and target.bounds is not None and target.bounds[0] >= 0 and target.bounds[1] <= 1


def _draw(project: Project, known: Facts, layers: tuple[Layer, ...]) -> Project:
    """Return a project with a chain of layers in place of its network, laid out. Several Inputs are joined before it."""
    made = replace(project, graph=Graph(), layout={}, drawing=project.drawing.without(project.graph.nodes))
    starts: tuple[Layer, ...] = (("Input", {}),)
    if known.inputs > 1 and len(known.input.sizes) != 1:
        starts = (("Input", {}), ("Flatten", {}))
    ends = []
    for _ in range(known.inputs):
        made, end = _append(made, None, starts)
        ends.append(end)
    before = ends[0]
    if len(ends) > 1:
        made, before = add_node(made, "Concatenate")
        for port, end in enumerate(ends):
            made = connect(made, Edge(end, 0, before, port))
    made, _ = _append(made, before, (*layers, ("Output", {})))
    return replace(made, layout=lay_out(made.graph, made.drawing.flow))


def _append(project: Project, before: str | None, layers: tuple[Layer, ...]) -> tuple[Project, str]:
    """Return a project with a chain of layers behind a node, and the last of them."""
    for kind, parameters in layers:
        project, new = add_node(project, kind, parameters=parameters)
        project = connect(project, Edge(before, 0, new, 0)) if before is not None else project
        before = new
    assert before is not None
    return project, before


def _choose_training(project: Project, known: Facts, first: FirstNetwork) -> Training:
    """Return how a first network is trained: so many epochs that it takes about as many steps as it needs."""
    rows = known.rows or UNKNOWN_ROWS
    batch = choose_batch(rows)
    learned = rows if known.given_split else rows - count_held_out(rows, project.data.validation)
    least, most = first.epochs
    objective, loss = GOALS[known.target.kind]
    if known.target.kind == "value" and known.gap is not None:
        objective = "Forecasting"
    elif _is_bounded(known.target):
        objective = "BoundedRegression"
    return Training(
        loss=Choice(loss),
        objective=Choice(objective),
        epochs=min(max(round(first.steps * batch / max(learned, 1)), least), most),
        batch_size=batch,
        device=project.training.device,
        seed=project.training.seed,
        **first.training,
    )
