"""Problems between the optimizer, the batches and the network."""

from collections.abc import Iterator

from designer.catalogue.check import fixes
from designer.catalogue.check.problem import Problem
from designer.catalogue.check.study import Study
from designer.catalogue.registry import optimizers
from designer.catalogue.training_settings import count_step_rows


def find_part_batches(study: Study) -> Iterator[Problem]:
    """Yield an optimizer that wants all rows at once and gets a part of them."""
    training = study.project.training
    spec, rows = optimizers.get(training.optimizer.kind), study.training_rows
    if spec is None or not spec.full_batch or training.batch == "full" or training.batch_size < 1:
        return
    if rows is not None and rows <= count_step_rows(training, rows):
        return
    message = f"{spec.kind} takes the loss of a batch for that of all rows, so parts of them lead it astray. Use full batches."
    yield Problem("hint", None, message, (fixes.set_training("Use full batches", batch="full"),))


def find_shaken_searches(study: Study) -> Iterator[Problem]:
    """Yield an optimizer that compares losses within a step, under noise that is drawn anew for each."""
    spec = optimizers.get(study.project.training.optimizer.kind)
    if spec is None or not spec.closure:
        return
    for known in study.find("noise"):
        if known.node.id in study.live:
            message = (
                f"{spec.kind} compares losses within a step, but {known.subject} draws new noise for each. "
                "Remove it, or use Adam."
            )
            yield Problem(
                "hint", known.node.id, message, (fixes.remove(known.node.id), fixes.choose("optimizer", "Adam"))
            )
