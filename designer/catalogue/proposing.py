"""A proposal for data: the task in words, and a first network fitted to it, with how it is trained."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath

from frozendict import frozendict

from designer.catalogue.facts import facts
from designer.catalogue.first_networks import (
    FIRST_NETWORKS,
    GOALS,
    UNKNOWN_ROWS,
    FirstNetwork,
    Layer,
    choose_batch,
)
from designer.catalogue.parameters import resolve
from designer.catalogue.registry import sources
from designer.catalogue.source_spec import Facts, Target
from designer.catalogue.splits import count_held_out
from designer.catalogue.task_words import Task, tell_task
from designer.document.edits import add_node, connect
from designer.document.folding import lay_out
from designer.document.graph import Edge, Graph
from designer.document.project import Choice, Data, Project, Training

ANY_DATA = frozenset({"archive", "data", "dataset", "images", "input", "raw", "test", "text", "train", "training"})

CLASSES = ("class", "binary")
FEW_OF_A_CLASS = 100  # rows up to which they are drawn class by class
HALF = 0.5  # numbers from 0 to beyond this and no further than 1 are shares


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
    if known is None:
        project = _fit_data(project)
        known = facts(project)
    first = next((each for each in FIRST_NETWORKS if known is not None and each.suits(known)), None)
    if known is None or first is None:
        return None
    made = _draw(project, known, (*first.layers(known), *_end(known.target)))
    training = _choose_training(project, known, first)
    data = replace(project.data, augmentation=project.data.augmentation or first.augmentation(known))
    made = replace(made, data=data, training=training, name=name_by_data(project))
    length = f"{training.epochs} epochs in batches of {training.batch_size}"
    reasons = [first.why(known), *_explain_data(data, known), f"It trains for {length}."]
    return Proposal(tell_task(project, known), first.title, " ".join(reasons), made)


def _explain_data(data: Data, known: Facts) -> Iterator[str]:
    if _is_bounded(known.target):
        yield "The target lies between 0 and 1, and a Sigmoid keeps every answer there."
    if data.split.kind == "Stratified":
        yield "Rows are drawn class by class, so that no part lacks one."


def name_by_data(project: Project) -> str:
    """Return the name of a project, and of one without any that of its data: titanic of /home/ada/titanic.csv."""
    source = project.data.source
    spec = sources.get(source.kind) if source is not None else None
    if project.name != Project().name or source is None or spec is None or not spec.path:
        return project.name
    place = PurePath(str(source.parameters.get(spec.path, "")))
    stems = (each.name.partition(".")[0] for each in (place, *place.parents))
    return next((stem for stem in stems if stem and stem.casefold() not in ANY_DATA), project.name)


def _fit_data(project: Project) -> Project:
    """Return the project with its data as a first network has them best, where nobody has set that otherwise."""
    return _keep_bounds(_stratify(project))


def _stratify(project: Project) -> Project:
    """Return the project with rows drawn class by class, where a class has so few that chance would leave a part without."""
    known, data = facts(project), project.data
    few = (
        known is not None
        and known.target.kind in CLASSES
        and (known.rows or UNKNOWN_ROWS) < FEW_OF_A_CLASS * known.target.size
    )
    if known is None or not few or known.given_split or data.split != Data().split:
        return project
    return replace(project, data=replace(data, split=Choice("Stratified")))


def _keep_bounds(project: Project) -> Project:
    """Return the project with a target of shares left as it is, so that answers can be kept between 0 and 1."""
    source = project.data.source
    if source is None or source.kind != "Csv":
        return project
    values = resolve(sources["Csv"].parameters, source.parameters)[0]
    name, bounds = values["target"], values["bounds"]
    treated = any(each[0] == name for each in values["treatments"])
    if treated or values["more"] or len(bounds) != 2 or not (bounds[0] >= 0 and HALF < bounds[1] <= 1):
        return project
    parameters = {**source.parameters, "treatments": (*values["treatments"], (name, "scale", "none"))}
    return replace(project, data=replace(project.data, source=replace(source, parameters=frozendict(parameters))))


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
