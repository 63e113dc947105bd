"""Problems between the numbers a network gives and what is made of them: the loss, its weights, the metrics."""

from collections.abc import Iterator

from designer.catalogue.check import fixes
from designer.catalogue.check.answer import BINARY_CROSS_ENTROPY, CROSS_ENTROPY, MEAN_SQUARES, last_bend
from designer.catalogue.check.problem import Problem
from designer.catalogue.check.study import Study
from designer.catalogue.parameters import resolve
from designer.catalogue.registry import metrics
from designer.document.wording import show_name


def find_wrong_range(study: Study) -> Iterator[Problem]:
    """Yield that the network can give numbers for which the loss is not defined."""
    loss, last = study.loss, last_bend(study)
    if loss is None or last is None or last.spec is None or study.answer is None or last.spec.family == "custom":
        return
    low, high = last.spec.bounds or (-1.0, 2.0)
    values, _ = resolve(loss.parameters, study.project.training.loss.parameters)
    edge = study.wire_into(study.outputs[0])
    if loss.outputs == "probabilities" and not (low >= 0 and high <= 1):
        message = f"{loss.kind} takes probabilities, but {last.subject} gives other numbers too, at which torch stops."
        remedies = [fixes.choose("loss", BINARY_CROSS_ENTROPY)]
        if edge is not None:
            remedies.append(fixes.insert_plain(edge, "Sigmoid"))
        yield Problem(
            "error", study.outputs[0], f"{message} Use BCEWithLogitsLoss, or end in a Sigmoid.", tuple(remedies)
        )
    elif loss.outputs == "log_probabilities" and last.node.kind not in ("LogSoftmax", "LogSigmoid"):
        message = (
            f"{loss.kind} takes log-probabilities, so the network must end in LogSoftmax. CrossEntropyLoss holds it."
        )
        yield Problem("error", study.outputs[0], message, (fixes.choose("loss", CROSS_ENTROPY),))
    elif loss.outputs == "rates" and not values["log_input"] and low < 0:
        message = f"{loss.kind} without log_input takes rates above 0, but {last.subject} gives other numbers too."
        yield Problem("error", study.outputs[0], message, (fixes.set_choice("loss", {"log_input": True}),))
    elif loss.outputs == "distances" and last.spec.family == "linear":
        message = (
            f"{loss.kind} takes distances, but {last.subject} gives any numbers. End in a distance, or use MSELoss."
        )
        yield Problem("hint", study.outputs[0], message, (fixes.choose("loss", MEAN_SQUARES),))


def find_wrong_weights(study: Study) -> Iterator[Problem]:
    """Yield that a loss has not one weight for each output, or none above 0."""
    loss, answer = study.loss, study.answer
    if loss is None or answer is None or not answer.sizes:
        return
    values, _ = resolve(loss.parameters, study.project.training.loss.parameters)
    if values.get("balanced"):
        return
    for name in loss.tensors:
        given = values[name]
        wanted = answer.sizes[0] if loss.target == "class" else answer.sizes[-1]
        if given is not None and len(given) != wanted and not (name == "pos_weight" and len(given) == 1):
            message = (
                f"{loss.kind} has {len(given)} numbers in `{name}`, but the network gives {wanted}. Set one for each."
            )
            yield Problem("error", None, message, (fixes.reset_choice("loss", [name]),))
        elif given is not None and not any(given):
            message = f"{loss.kind} has nothing but 0 in `{name}`, so nothing counts. Set one of them above 0."
            yield Problem("error", None, message, (fixes.reset_choice("loss", [name]),))


def find_idle_metrics(study: Study) -> Iterator[Problem]:
    """Yield metrics that are not known, or say nothing of what is predicted."""
    chosen, reading = study.project.training.metrics, study.reading
    if unknown := [name for name in chosen if name not in metrics]:
        known = tuple(name for name in chosen if name in metrics)
        subject = f"The metric `{show_name(unknown[0])}` is"
        if len(unknown) > 1:
            subject = f"{len(unknown)} metrics, the first of them `{show_name(unknown[0])}`, are"
        without = fixes.set_training("Leave it out" if len(unknown) == 1 else "Leave them out", metrics=known)
        yield Problem("error", None, f"{subject} not known here. Leave {without.title.split()[1]} out.", (without,))
    for name in dict.fromkeys(name for name in chosen if name in metrics):
        spec = metrics[name]
        without = fixes.set_training("Leave it out", metrics=tuple(each for each in chosen if each != name))
        if reading is None:
            continue
        if reading.task not in spec.tasks:
            message = (
                f"The metric {spec.title} says nothing of what is predicted here, so it is not measured. Leave it out."
            )
            yield Problem("warning", None, message, (without,))
        elif refusal := spec.refuse(reading):
            yield Problem("warning", None, f"The metric {spec.title} is not measured. {refusal}", (without,))
