"""Problems between the network's answer, the loss and the target."""

from collections.abc import Iterator
from dataclasses import replace

from frozendict import frozendict

from designer.catalogue.check import fixes
from designer.catalogue.check.adapters import offer_chains, pass_through
from designer.catalogue.check.problem import Fix, Problem
from designer.catalogue.check.study import Study
from designer.catalogue.check.upstream import give_units, give_units_inside
from designer.catalogue.registry import losses
from designer.catalogue.shapes import Inferred
from designer.catalogue.source_spec import Target
from designer.catalogue.spec import TensorType
from designer.catalogue.training_spec import LossSpec
from designer.document.project import Choice

LOG_LIKELIHOOD, PROBABILITIES = "NLLLoss", "BCELoss"
CROSS_ENTROPY, BINARY_CROSS_ENTROPY, MEAN_SQUARES = "CrossEntropyLoss", "BCEWithLogitsLoss", "MSELoss"

# The usual loss for each kind of target.
USUAL_LOSS = frozendict({"class": CROSS_ENTROPY, "binary": BINARY_CROSS_ENTROPY, "value": MEAN_SQUARES})
USUAL_LOSS |= {"labels": BINARY_CROSS_ENTROPY, "tokens": CROSS_ENTROPY}

# What the outputs mean under a loss that takes targets of any size.
FOR_NUMBERS = ("values", "rates")


def find_wrong_loss(study: Study) -> Iterator[Problem]:
    """Yield that the loss does not go with the target."""
    loss, target = study.loss, study.target
    if loss is None or target is None:
        return
    usual = (fixes.choose("loss", USUAL_LOSS[target.kind]),)
    if target.kind == "value" and loss.target == "class":
        message = f"{loss.kind} is for classes, but the target is a number. Use MSELoss."
        yield Problem("error", None, message, usual)
    elif target.kind == "value" and loss.outputs not in FOR_NUMBERS:
        message = f"{loss.kind} is for yes or no, but the target is a number. Use MSELoss."
        yield Problem("warning", None, message, usual)
    elif target.kind == "labels" and loss.target == "class":
        message = f"{loss.kind} is for one class out of several, but any number of labels may be right. Use BCEWithLogitsLoss."
        yield Problem("error", None, message, usual)
    elif target.kind == "labels" and loss.outputs == "values" and not _ends_between(study, 0.0, 1.0):
        message = f"{loss.kind} is for numbers, but each label is yes or no. BCEWithLogitsLoss learns it faster."
        yield Problem("hint", None, message, usual)
    elif target.kind == "class" and loss.target != "class":
        if loss.outputs in ("logits", "scores", "distances"):
            message = (
                f"{loss.kind} takes each class by itself, but only one of {target.size} is right. Use CrossEntropyLoss."
            )
            yield Problem("warning", None, message, usual)
        else:
            message = f"{loss.kind} compares with one-hot targets; CrossEntropyLoss usually learns faster."
            yield Problem("hint", None, message, usual)
    elif (
        target.kind == "binary"
        and loss.outputs in FOR_NUMBERS
        and not _ends_between(study, 0.0, 1.0)
        and not _is_adaline(study, loss)
    ):
        message = f"{loss.kind} is for numbers, but the target is yes or no. BCEWithLogitsLoss learns it faster."
        yield Problem("hint", None, message, usual)


def _is_adaline(study: Study, loss: LossSpec) -> bool:
    """Whether the network is one linear unit under the rule of Widrow and Hoff, which is meant for yes and no."""
    kinds = [known.node.kind for known in study.ending]
    plain = loss.kind == MEAN_SQUARES and study.project.training.optimizer.kind == "SGD"
    return plain and [kind for kind in kinds if kind not in ("Input", "Flatten")] == ["Linear"]


def find_wrong_size(study: Study) -> Iterator[Problem]:
    """Yield that the network does not give one number for each class or value."""
    loss, target, answer = study.loss, study.target, study.answer
    if loss is None or target is None or answer is None or (target.kind == "value" and loss.target == "class"):
        return
    output = study.inference.nodes[study.outputs[0]]
    wanted = _count_outputs(target, loss)
    if answer.dtype == "int":
        message = f"{output.subject} gets class indices, which no loss takes. Put a layer before it."
        yield Problem("error", output.node.id, message)
    elif len(answer.sizes) != 1:
        message = f"{output.subject} gets {answer}, but should get a vector of {_say_wanted(target, wanted[0])}. Flatten it first."
        yield Problem("error", output.node.id, message, tuple(_make_vector(study, wanted[0])))
    elif answer.elements not in wanted:
        message = f"{output.subject} gets {answer} numbers, but should get {_say_wanted(target, wanted[0])}."
        remedies = list(_give_units(study, wanted[0]))
        if target.kind == "binary" and loss.target == "class" and answer.elements == 1:
            message = (
                f"{loss.kind} wants two outputs for yes or no, but {output.subject} gets one. "
                "Use BCEWithLogitsLoss, or two outputs."
            )
            remedies.insert(0, fixes.choose("loss", BINARY_CROSS_ENTROPY))
        yield Problem("error", output.node.id, message, tuple(remedies))


def _count_outputs(target: Target, loss: LossSpec) -> tuple[int, ...]:
    """Return how many outputs go with a target under a loss, the usual number first."""
    if target.kind != "binary":
        return (target.size * loss.per_value,)
    return (2,) if loss.target == "class" else (loss.per_value, 2 * loss.per_value)


def _say_wanted(target: Target, wanted: int) -> str:
    things = {"value": "value", "labels": "label"}.get(target.kind, "class")
    if target.kind == "binary" and wanted == 1:
        return "1, for yes or no"
    return f"{wanted}, one for each {things}"


def _make_vector(study: Study, wanted: int) -> Iterator[Fix]:
    """Yield how the answer becomes a vector: the last step of a sequence, or all of it in a row."""
    for known in study.ending:
        if known.values.get("output") == "sequence" and known.spec is not None and known.spec.family == "recurrent":
            yield fixes.set_parameters(known.node.id, {"output": "last"}, "Give the last step only")
            return
        if known.outputs is None or len(known.outputs[0].sizes) != 2:
            break
    edge = study.wire_into(study.outputs[0])
    if edge is None or study.answer is None:
        return
    chains = list(offer_chains(study.answer, "linear"))
    whole = [chain for chain in chains if pass_through(chain, study.answer) == TensorType((wanted,))]
    rest = [chain for chain in chains if chain not in whole]
    for chain in whole:
        yield fixes.insert([edge], *chain)
    for chain in rest:
        kind = pass_through(chain, study.answer)
        if kind is not None and len(kind.sizes) == 1 and not whole:
            yield fixes.insert([edge], *chain, ("Linear", {"out_features": wanted}))


def _give_units(study: Study, wanted: int) -> Iterator[Fix]:
    """Yield another size for the last layer that has one, in a block too; another Linear where there is none."""
    output = study.inference.nodes[study.outputs[0]]
    found = list(give_units(study, output, wanted)) or list(give_units_inside(study, output, wanted))
    edge, last = study.wire_into(study.outputs[0]), last_bend(study)
    bent = last is not None and last.spec is not None and last.spec.family == "activation"
    if edge is not None and (bent or not found):  # behind an activation the last layer is most likely still to come
        yield fixes.insert([edge], ("Linear", {"out_features": wanted}))
    yield from found


def find_squashed_answer(study: Study) -> Iterator[Problem]:
    """Yield an activation before the Output that the loss has inside, or that keeps the answer from the target."""
    loss, target, last = study.loss, study.target, last_bend(study)
    if loss is None or last is None or last.spec is None or last.spec.bounds is None:
        return
    node, (low, high) = last.node.id, last.spec.bounds
    if loss.outputs in ("logits", "scores"):
        yield Problem("warning", node, _explain_logits(last, loss), tuple(_unsquash(study, last)))
    elif target is not None and target.bounds is not None and low <= target.bounds[0] and target.bounds[1] <= high:
        return
    elif target is not None and target.kind == "value":
        reach = f"of at least {low:g}" if high > 1 else f"between {low:g} and {high:g}"
        message = f"{last.subject} only gives numbers {reach}, so other targets are out of reach. Remove it."
        yield Problem("warning", node, message, (fixes.remove(node),))
    elif target is not None and (low, high) != (0.0, 1.0):
        message = f"{last.subject} does not end at 0 and 1, which the target is made of. Take Sigmoid."
        yield Problem("hint", node, message, (fixes.turn_into(node, "Sigmoid"),))


def last_bend(study: Study) -> Inferred | None:
    """Return the last layer before the Output that changes values at all."""
    for known in study.ending:
        if known.spec is None or "passes" not in known.spec.traits:
            return known
    return None


def _ends_between(study: Study, low: float, high: float) -> bool:
    last = last_bend(study)
    return last is not None and last.spec is not None and last.spec.bounds == (low, high)


def _explain_logits(last: Inferred, loss: LossSpec) -> str:
    inside = "softmax" if loss.target == "class" else "sigmoid"
    match last.node.kind:
        case "Softmax" | "Sigmoid" if loss.outputs == "logits":
            why = f"which has a {inside} inside: squashed twice, the network learns slowly"
        case "Step":
            why = "which wants scores of any size: 0 or 1 alone hardly tell it anything"
        case _:
            low, high = last.spec.bounds if last.spec is not None and last.spec.bounds is not None else (0.0, 0.0)
            why = f"which wants scores of any size, not only {'positive ones' if high > 1 else f'{low:g} to {high:g}'}"
    return f"{last.subject} stands before {loss.kind}, {why}. Remove it."


def _unsquash(study: Study, last: Inferred) -> Iterator[Fix]:
    """Yield the removal of the activation, and losses that want it where it is."""
    if last.node.kind == "Step":
        yield fixes.choose("loss", MEAN_SQUARES)
    yield fixes.remove(last.node.id)
    if study.loss is None or study.loss.outputs != "logits":
        return
    if last.node.kind == "Softmax" and last.values["dim"] == -1 and _is_quiet(study, LOG_LIKELIHOOD):
        turn = fixes.turn_into(last.node.id, "LogSoftmax")
        yield fixes.join(f"Make it LogSoftmax and use {LOG_LIKELIHOOD}", [turn, fixes.choose("loss", LOG_LIKELIHOOD)])
    elif last.node.kind == "Sigmoid" and _says_yes_or_no(study) and _is_quiet(study, PROBABILITIES):
        yield fixes.choose("loss", PROBABILITIES)


def _is_quiet(study: Study, loss: str) -> bool:
    """Whether the target goes with another loss: nothing is then said of the choice but hints."""
    training = replace(study.project.training, loss=Choice(loss))
    other = Study(replace(study.project, training=training), study.inference, study.facts)
    found = [*find_wrong_loss(other), *find_wrong_size(other)]
    return loss in losses and all(problem.severity == "hint" for problem in found)


def _says_yes_or_no(study: Study) -> bool:
    return study.target is not None and study.target.kind in ("binary", "labels")
