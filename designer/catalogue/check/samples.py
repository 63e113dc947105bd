"""Problems of what becomes of samples while the network learns: how often they come, and how they are changed."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from designer.catalogue.augmentation import augmentations, refuse_augmentation
from designer.catalogue.check.problem import Fix, Problem
from designer.catalogue.check.study import Study
from designer.catalogue.parameters import resolve
from designer.catalogue.sampling import refuse_sampling, samplings
from designer.catalogue.weighing import refuse_weights
from designer.document.edits import set_data
from designer.document.project import OFF
from designer.document.wording import show_name


def find_wrong_sampling(study: Study) -> Iterator[Problem]:
    """Yield a sampling that is not known, is not set right or does not suit data and loss."""
    choice = study.project.data.sampling
    spec, fix = samplings.get(choice.kind), _change("Take rows as they are", sampling=OFF)
    if spec is None:
        yield Problem(
            "error", None, f"The sampling `{show_name(choice.kind)}` is not known here. Choose another.", (fix,)
        )
        return
    for objection in resolve(spec.parameters, choice.parameters)[1]:
        yield Problem("error", None, f"Sampling {spec.title}: {objection.message}", (fix,))
    if study.facts is None or study.loss is None:
        return
    if (reason := refuse_sampling(spec.kind, study.facts, study.loss, study.objective)) is not None:
        yield Problem("error", None, reason, (fix,))


def find_wrong_augmentation(study: Study) -> Iterator[Problem]:
    """Yield changes to samples that are not known, are not set right or do not suit data and loss."""
    steps = study.project.data.augmentation
    for place, choice in enumerate(steps):
        fix = _change("Take it out", augmentation=(*steps[:place], *steps[place + 1 :]))
        spec = augmentations.get(choice.kind)
        if spec is None:
            message = f"The augmentation `{show_name(choice.kind)}` is not known here. Take it out."
            yield Problem("error", None, message, (fix,))
            continue
        values, objections = resolve(spec.parameters, choice.parameters)
        for objection in objections:
            yield Problem("error", None, f"Augmentation {spec.title}: {objection.message}", (fix,))
        if not values["on"] or study.facts is None or study.loss is None:
            continue
        reason = refuse_augmentation(spec, study.facts, study.loss, study.objective)
        if reason is None and spec.mixes and study.project.training.loss.parameters.get("ignore_index", -100) != -100:
            reason = f"{spec.title.capitalize()} mixes classes, and the loss ignores one. Take one of the two out."
        if reason is not None:
            yield Problem("error", None, reason, (fix,))


def find_wrong_row_weights(study: Study) -> Iterator[Problem]:
    """Yield why rows cannot count for as much as a column of theirs says."""
    data, loss = study.project.data, study.loss
    if study.facts is None or loss is None or data.source is None:
        return
    values = resolve(loss.parameters, study.project.training.loss.parameters)[0]
    if (reason := refuse_weights(data, study.facts, loss, values, study.objective)) is not None:
        plain = replace(data.source, parameters={**data.source.parameters, "weight": ""})
        yield Problem("error", None, reason, (_change("Count every row the same", source=plain),))


def _change(title: str, **fields: Any) -> Fix:
    return Fix(title, lambda project: set_data(project, replace(project.data, **fields)))
