"""A loss that goes with the data, where the present one cannot work; and all that goes with an objective."""

from dataclasses import replace

from designer.catalogue import registry
from designer.catalogue.check.answer import USUAL_LOSS
from designer.catalogue.check.study import Study
from designer.catalogue.facts import facts, infer_project
from designer.catalogue.training_spec import LossSpec, ObjectiveSpec
from designer.document.edits import insert_on_edge, remove_nodes, replace_kind, set_training
from designer.document.project import Choice, Project


def match_loss(project: Project) -> Project:
    """Return the project with the usual loss for its target, if its own loss cannot learn that target.

    A choice that can work stays: squared error for a class of two, cross entropy for a network with two outputs.
    """
    study = Study(project, infer_project(project), facts(project))
    plain = study.objective.form == "plain" and study.objective.compares == "target"
    if not plain or study.facts is None or study.loss is None or _can_learn(study, study.loss):
        return project
    usual = Choice(USUAL_LOSS[study.facts.target.kind])
    return set_training(project, replace(project.training, loss=usual))


def choose_objective(project: Project, kind: str) -> Project:
    """Return the project with another objective, and the loss and the end of the network that belong to it.

    The loss stays where it suits the objective. An activation before the only Output gives way to the one that the
    objective ends with, if it ends with one; one that the loss has inside is removed. All of it can be changed again.
    Raises EditError where the project holds what no file could.
    """
    spec = registry.objectives[kind]
    training = replace(project.training, objective=Choice(kind))
    if spec.optimizer and spec.optimizer != training.optimizer.kind:
        training = replace(training, optimizer=Choice(spec.optimizer))
    known = facts(project)
    usual = spec.loss or (USUAL_LOSS[known.target.kind] if known is not None else training.loss.kind)
    fitting = spec.losses or ((spec.loss,) if spec.loss else ())
    if usual in registry.losses and fitting and training.loss.kind not in fitting:
        training = replace(training, loss=Choice(usual))
    project = set_training(project, training)
    if not spec.loss:
        project = match_loss(project)
    return _end_with(project, spec)


def _end_with(project: Project, spec: ObjectiveSpec) -> Project:
    """Return the project with the activation before its only Output that the objective wants, or none."""
    study = Study(project, infer_project(project), facts(project))
    squash = next((known for known in study.ending if known.spec is not None and known.spec.bounds is not None), None)
    last = study.ending[0] if study.ending else None
    logits = study.loss is not None and study.loss.outputs == "logits"
    if spec.ending:
        if last is not None and last is squash:
            return replace_kind(project, last.node.id, spec.ending, keep=())
        edge = study.wire_into(study.outputs[0]) if len(study.outputs) == 1 else None
        return insert_on_edge(project, edge, spec.ending)[0] if edge is not None else project
    if last is not None and last is squash and (logits or (spec.loss and spec.compares == "target")):
        return remove_nodes(project, [last.node.id], close_gap=True)
    return project


def _can_learn(study: Study, loss: LossSpec) -> bool:
    assert study.facts is not None
    match study.facts.target.kind:
        case "value":
            return loss.target == "float" and loss.outputs == "values"
        case "class":
            return loss.target == "class"
        case "labels":
            return loss.target == "float"
        case "tokens":
            return loss.target == "class"
        case "binary":
            return loss.target == "float" or (study.answer is not None and study.answer.elements == 2)
