"""Problems between the objective, the data and the network: what a task needs and does not find."""

from collections.abc import Iterator
from dataclasses import replace

from designer.catalogue.check import fixes
from designer.catalogue.check.problem import Fix, Problem
from designer.catalogue.check.study import Study
from designer.catalogue.duel import find_duel
from designer.catalogue.registry import losses, objectives, optimizers
from designer.catalogue.shapes import Inferred
from designer.catalogue.spec import TensorType
from designer.catalogue.training_spec import LossSpec, ObjectiveSpec
from designer.document.edits import set_data
from designer.document.graph import Edge
from designer.document.project import Project

_KINDS = {
    "class": "one of several classes",
    "binary": "yes or no",
    "value": "numbers",
    "labels": "several questions with yes or no each",
    "tokens": "a token at every place",
}


def find_wrong_objective(study: Study) -> Iterator[Problem]:
    """Yield that the objective does not go with the data or with the loss."""
    objective, facts, loss = study.objective, study.facts, study.loss
    if facts is not None:
        target = facts.target
        if objective.targets and target.kind not in objective.targets:
            message = (
                f"The objective {objective.title} does not go with this data, whose target is {_KINDS[target.kind]}."
            )
            yield Problem("error", None, f"{message} Choose another of the two.", tuple(_offer_fitting(study)))
        elif objective.bounded and (target.bounds is None or target.bounds[0] < 0 or target.bounds[1] > 1):
            known = target.bounds
            reach = "may lie outside" if known is None else f"run from {known[0]:g} to {known[1]:g}"
            message = f"The objective {objective.title} reaches 0 to 1 only, and the targets {reach}."
            yield Problem(
                "warning",
                None,
                f"{message} Scale them, or predict a number without bounds.",
                (*_scale_targets(study), *_use("Regression")),
            )
        elif objective.ordered and facts.gap is None:
            message = "The rows of this data are drawn at random, so that a forecast would be measured on its own past."
            yield Problem("warning", None, f"{message} Choose a time series.", _use("Regression"))
        if objective.compares == "input" and (facts.input.dtype == "int" or facts.inputs > 1):
            message = f"The objective {objective.title} needs samples of one tensor of numbers, which this data does not give."
            yield Problem("error", None, f"{message} Choose other data.", _use("Supervised"))
    if loss is not None and objective.losses and loss.kind not in objective.losses:
        message = f"{loss.kind} does not go with the objective {objective.title}. Use {objective.loss}."
        yield Problem("error", None, message, (fixes.choose("loss", objective.loss),))
    elif loss is not None and objective.compares == "input" and not _takes_numbers(loss):
        message = (
            f"{loss.kind} does not compare numbers, as the objective {objective.title} does. Use {objective.loss}."
        )
        yield Problem("error", None, message, (fixes.choose("loss", objective.loss),))


def _scale_targets(study: Study) -> tuple[Fix, ...]:
    """Return the offer to scale the targets of a table to 0 to 1."""
    source = study.project.data.source
    if source is None or source.kind != "Csv" or not source.parameters.get("target"):
        return ()

    def edit(project: Project) -> Project:
        source = project.data.source
        assert source is not None
        before = source.parameters.get("treatments", ())
        treated = (*(before if isinstance(before, tuple) else ()), (source.parameters["target"], "scale", "minmax"))
        parameters = {**source.parameters, "treatments": treated}
        return set_data(project, replace(project.data, source=replace(source, parameters=parameters)))

    return (Fix("Scale the targets to 0 to 1", edit),)


def _takes_numbers(loss: LossSpec) -> bool:
    return loss.target == "float" and loss.per_value == 1


def _use(kind: str) -> tuple[Fix, ...]:
    return (fixes.use_objective(kind),)


def _offer_fitting(study: Study) -> Iterator[Fix]:
    assert study.facts is not None
    for spec in objectives.values():
        if study.facts.target.kind in spec.targets and not spec.optimizer and not (spec.bounded or spec.ordered):
            yield fixes.use_objective(spec.kind)
            return


def find_wrong_form(study: Study) -> Iterator[Problem]:
    """Yield that the network lacks what its objective is made of."""
    objective = study.objective
    if objective.form != "adversarial":
        for node in study.noises:
            if node in study.live:
                subject = study.inference.nodes[node].subject
                message = f"{subject} is for a generator. Use the objective GAN, or take an Input."
                yield Problem("error", node, message, _use("GAN"))
    match objective.form:
        case "variational":
            yield from _find_wrong_draws(study)
        case "adversarial":
            yield from _find_wrong_duel(study)
        case "weighted":
            yield from _find_wrong_outputs(study)
        case "plain" if study.answer is not None:
            if wanted := _find_wanted(study, objective):
                yield from _compare(study, study.outputs[0], study.answer, wanted)


def _find_wanted(study: Study, objective: ObjectiveSpec) -> tuple[int, ...] | None:
    """Return the sizes the answer must have where they are those of a sample or of a sequence of logits."""
    facts = study.facts
    if facts is None:
        return None
    if objective.compares == "input":
        return facts.input.sizes
    return (facts.target.length, facts.target.size) if facts.target.kind == "tokens" else None


def _compare(study: Study, node: str, answer: TensorType, sizes: tuple[int, ...]) -> Iterator[Problem]:
    wanted = TensorType(sizes)
    if answer == wanted:
        return
    output = study.inference.nodes[node]
    tokens = study.objective.compares == "target"
    why = "a logit for each token at each place" if tokens else "the sizes of a sample, which it is compared with"
    remedies: list[Fix] = []
    edge = study.wire_into(node)
    if edge is not None and answer.elements == wanted.elements and answer.dtype == "float":
        remedies = [_reshape(edge, sizes)]
    elif edge is not None and len(answer.sizes) == len(sizes) and answer.sizes[:-1] == sizes[:-1]:
        remedies = [fixes.insert([edge], ("Linear", {"out_features": sizes[-1]}))]
    elif edge is not None and len(answer.sizes) == 1 and not tokens:
        units = fixes.insert([edge], ("Linear", {"out_features": wanted.elements}))
        remedies = [units]
    message = f"{output.subject} gets {answer}, but should get {wanted}: {why}."
    yield Problem("error", node, message, tuple(remedies))


def _reshape(edge: Edge, sizes: tuple[int, ...]) -> Fix:
    if len(sizes) == 1:
        return fixes.insert_plain(edge, "Flatten")
    return fixes.insert([edge], ("Reshape", {"shape": sizes}))


def _find_wrong_draws(study: Study) -> Iterator[Problem]:
    draws = [known for known in study.of_kind("Reparameterize") if known.node.id in study.live]
    if len(draws) != 1:
        has = "has none" if not draws else f"has {len(draws)}"
        message = f"A variational autoencoder needs one Reparameterize in its middle; this network {has}."
        yield Problem("error", draws[1].node.id if draws else None, message, _use("Autoencoder"))
    if study.answer is not None and study.facts is not None:
        yield from _compare(study, study.outputs[0], study.answer, study.facts.input.sizes)


def _find_wrong_duel(study: Study) -> Iterator[Problem]:
    duel = find_duel(study.inference)
    if duel is None:
        message = (
            "A GAN needs two networks side by side: a generator from Noise to an Output, and a discriminator from an Input "
            "to another Output. Draw both."
        )
        yield Problem("error", None, message, _use("Supervised"))
        return
    yield from _find_wrong_pace(study)
    facts, nodes = study.facts, study.inference.nodes
    made, verdict = _arriving(nodes[duel.sample]), _arriving(nodes[duel.verdict])
    if made is not None and facts is not None:
        yield from _compare(study, duel.sample, made, facts.input.sizes)
    if verdict is not None and verdict != TensorType((1,)):
        message = (
            f"{nodes[duel.verdict].subject} gets {verdict}, but the discriminator should give 1 number: real or not."
        )
        edge = study.wire_into(duel.verdict)
        vector = edge is not None and len(verdict.sizes) == 1
        remedy = (fixes.insert([edge], ("Linear", {"out_features": 1})),) if vector and edge is not None else ()
        yield Problem("error", duel.verdict, message, remedy)


def _find_wrong_pace(study: Study) -> Iterator[Problem]:
    """Yield settings under which two networks cannot learn in turn."""
    training = study.project.training
    optimizer = optimizers.get(training.optimizer.kind)
    if optimizer is not None and (optimizer.closure or optimizer.full_batch):
        message = f"{optimizer.kind} works on one loss, and a GAN has two that pull against each other. Use Adam."
        yield Problem("error", None, message, (fixes.choose("optimizer", "Adam"),))
    if training.accumulate > 1:
        message = "Both networks of a GAN learn from every batch, so gradients cannot be gathered over several."
        yield Problem("error", None, message, (fixes.set_training("Set accumulate to 1", accumulate=1),))


def _arriving(known: Inferred) -> TensorType | None:
    return known.inputs[0] if len(known.inputs) == 1 else None


def _find_wrong_outputs(study: Study) -> Iterator[Problem]:
    facts, nodes = study.facts, study.inference.nodes
    if len(study.outputs) == 1:
        yield Problem("hint", None, "There is one Output only, so there is nothing to weigh.", _use("Supervised"))
    forms = set()
    for node in study.outputs:
        known = nodes[node]
        loss, answer = losses.get(known.values["loss"]) or study.loss, _arriving(known)
        if loss is None or answer is None or facts is None:
            continue
        if known.values["compare"] == "input":
            if not _takes_numbers(loss):
                message = (
                    f"{known.subject} is compared with the input by {loss.kind}, which is not for numbers. Use MSELoss."
                )
                yield Problem("error", node, message, (fixes.set_parameters(node, {"loss": "MSELoss"}),))
            elif answer != facts.input:
                yield from _compare_with_input(study, node, answer)
            continue
        forms.add((loss.target, answer.sizes))
        sizes = _list_sizes(study, loss)
        if answer.sizes not in sizes or answer.dtype == "int":
            message = f"{known.subject} gets {answer}, but should get {TensorType(sizes[0])} for {loss.kind}."
            yield Problem("error", node, message)
    if len(forms) > 1:
        message = "Outputs that are compared with the target need it in one form. Give them losses of one kind, and equal sizes."
        yield Problem("error", None, message)


def _compare_with_input(study: Study, node: str, answer: TensorType) -> Iterator[Problem]:
    assert study.facts is not None
    wanted = study.facts.input
    message = (
        f"{study.inference.nodes[node].subject} gets {answer}, but should get {wanted}: it is compared with the input."
    )
    edge = study.wire_into(node)
    fits = edge is not None and answer.elements == wanted.elements and wanted.dtype == answer.dtype
    yield Problem("error", node, message, (_reshape(edge, wanted.sizes),) if fits and edge is not None else ())


def _list_sizes(study: Study, loss: LossSpec) -> tuple[tuple[int, ...], ...]:
    """Return the sizes of an answer that go with the data's target under a loss, the usual ones first."""
    assert study.facts is not None
    target = study.facts.target
    if target.kind == "tokens":
        return ((target.length, target.size),)
    if target.kind != "binary":
        return ((target.size,),)
    return ((2,),) if loss.target == "class" else ((1,), (2,))
