"""A loss that goes with the data, where the present one cannot work."""

from dataclasses import replace

from designer.catalogue.check.answer import USUAL_LOSS
from designer.catalogue.check.study import Study
from designer.catalogue.facts import facts, infer_project
from designer.catalogue.spec import LossSpec
from designer.document.edits import set_training
from designer.document.project import Choice, Project


def match_loss(project: Project) -> Project:
    """Return the project with the usual loss for its target, if its own loss cannot learn that target.

    A choice that can work stays: squared error for a class of two, cross entropy for a network with two outputs.
    """
    study = Study(project, infer_project(project), facts(project))
    if study.facts is None or study.loss is None or _can_learn(study, study.loss):
        return project
    usual = Choice(USUAL_LOSS[study.facts.target.kind])
    return set_training(project, replace(project.training, loss=usual))


def _can_learn(study: Study, loss: LossSpec) -> bool:
    assert study.facts is not None
    match study.facts.target.kind:
        case "value":
            return loss.target == "float" and loss.outputs == "values"
        case "class":
            return loss.target == "class"
        case "binary":
            return loss.target == "float" or (study.answer is not None and study.answer.elements == 2)
