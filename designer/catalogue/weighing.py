"""Rows that count for more or less in the loss: what it takes that a column can weigh them."""

from designer.catalogue.augmentation import augmentations
from designer.catalogue.parameters import Values, resolve
from designer.catalogue.sampling import BALANCED, CLASS_WEIGHTS
from designer.catalogue.source_spec import Facts
from designer.catalogue.training_spec import LossSpec, ObjectiveSpec
from designer.document.project import Data


def gives_each(loss: LossSpec) -> bool:
    """Return whether a loss can give one number for each row: those of torch whose mean is over the rows."""
    return loss.constructor.startswith("nn.") and not loss.recipe and "reduction" not in loss.fixed


def refuse_weights(
    data: Data, known: Facts, loss: LossSpec, loss_values: Values, objective: ObjectiveSpec
) -> str | None:
    """Return why rows cannot be weighed as they are to be, in a whole sentence that says what to do; None if they can."""
    if not known.weighted:
        return None
    if objective.form != "plain" or objective.compares != "target":
        return f"{objective.title} holds no answer against the target, so there is nothing that a row could weigh."
    if not gives_each(loss):
        return f"{loss.kind} gives no loss of each row that could be weighed. Choose another loss."
    if data.sampling.kind in (CLASS_WEIGHTS, BALANCED) or loss_values.get("balanced"):
        return "Classes are evened out and each row has a weight of its own. Take one of the two."
    if loss.target == "class" and (loss_values.get("weight") or loss_values.get("ignore_index", -100) != -100):
        return f"{loss.kind} weighs classes, and each row has a weight of its own. Take one of the two."
    for choice in data.augmentation:
        spec = augmentations.get(choice.kind)
        if spec is not None and spec.mixes and resolve(spec.parameters, choice.parameters)[0]["on"]:
            return f"{spec.title.capitalize()} mixes rows, which then have no weight of their own. Take one of the two."
    return None
