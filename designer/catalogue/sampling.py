"""How often rows of rare classes count, declared as data."""

from collections.abc import Mapping

from frozendict import frozendict

from designer.catalogue.parameters import Parameter, Real
from designer.catalogue.source_spec import Facts
from designer.catalogue.training_settings import SettingSpec
from designer.catalogue.training_spec import LossSpec, ObjectiveSpec

CLASS_WEIGHTS, BALANCED = "ClassWeights", "Balanced"


SAMPLINGS = (
    SettingSpec(
        "None",
        "as they are",
        "Every row is learned once an epoch.",
        help="Right where no class is much rarer than the others, and where a rare mistake is worth no more than another.",
    ),
    SettingSpec(
        CLASS_WEIGHTS,
        "class weights",
        "The loss weighs each class by how rare it is among the training rows.",
        formula="w[c] = rows / (classes · rows of c)",
        help="Every row is learned once an epoch, but a mistake on a rare class costs more. The weights are measured on the "
        "training rows alone. Probabilities are no longer calibrated: rare classes are said too often.",
    ),
    SettingSpec(
        BALANCED,
        "balanced draws",
        "Rows are drawn, those of rare classes more often; an epoch has as many as there are.",
        (
            Parameter(
                "strength",
                Real(0, 1),
                1.0,
                "1 draws all classes equally often, 0 all rows; between them is in between.",
            ),
        ),
        formula="p(row) ∝ (rows of its class)^−strength",
        help="Every batch sees the rare classes. Their rows come several times an epoch, each time the same unless "
        "augmentation changes them, so watch for overfitting; of common classes some rows are left out. Validation and "
        "test stay as they are.",
    ),
)

samplings: Mapping[str, SettingSpec] = frozendict({spec.kind: spec for spec in SAMPLINGS})


def refuse_sampling(kind: str, known: Facts, loss: LossSpec, objective: ObjectiveSpec) -> str | None:
    """Return why rows cannot be weighed or drawn so, in a whole sentence that says what to do; None if they can."""
    spec = samplings[kind]
    if kind == "None":
        return None
    plain = objective.form == "plain" and objective.compares == "target"
    fitting = ("class", "binary", "labels") if kind == CLASS_WEIGHTS else ("class", "binary")
    if not plain or known.target.kind not in fitting:
        return f"There are no classes here that {spec.title} could even out. Take rows as they are."
    if kind == CLASS_WEIGHTS and loss.balance is None:
        return f"{loss.kind} takes no class weights. Choose another loss, or balanced draws."
    return None
