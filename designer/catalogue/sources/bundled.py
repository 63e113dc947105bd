"""Data sets that come with scikit-learn: nothing to fetch, nothing to choose."""

from designer.catalogue.parameters import Flag, Integer, Parameter, Values
from designer.catalogue.source_spec import Facts, SourceSpec, Step, Target
from designer.catalogue.sources.steps import STANDARDIZE_X, STANDARDIZE_Y, read_split, split_rows
from designer.catalogue.spec import TensorType
from designer.catalogue.splits import count_parts
from designer.document.graph import Value
from designer.document.project import Data

_STANDARDIZE = Parameter(
    "standardize",
    Flag(),
    True,
    "Scale each feature to mean 0 and standard deviation 1, measured on the training rows.",
)
_SCALE_TARGET = Parameter(
    "scale_target",
    Flag(),
    True,
    "Scale the target likewise; loss and errors are then in standard deviations, not in the target's own unit.",
)


def _pair_steps(values: Values, data: Data) -> tuple[Step, ...]:
    *counts, tested = count_parts(data, read_split(data), values["pairs"])
    lines = (
        Step("images, digits", "bundled", "load_digits_images"),
        *split_rows(data, "images", classes="digits"),
        Step(
            "x, y, train, validation",
            "pairs",
            "draw_pairs",
            "images, digits, train, validation",
            {"counts": tuple(counts), "seed": values["seed"]},
        ),
    )
    if not tested:
        return lines
    more: dict[str, Value] = {"count": tested, "seed": values["seed"] + 1}
    return (*lines, Step("x, y, test", "pairs", "append_pairs", "x, y, images, digits, test", more))


def _table(
    kind: str, title: str, summary: str, loader: str, facts: Facts, teaching: str, scale_target: bool = False
) -> SourceSpec:
    """Return the declaration of a table: load, split, scale."""

    def steps(values: Values, data: Data) -> tuple[Step, ...]:
        lines = [Step("x, y", "bundled", loader), *split_rows(data)]
        if values["standardize"]:
            lines.extend(STANDARDIZE_X)
        if scale_target and values["scale_target"]:
            lines.extend(STANDARDIZE_Y)
        return tuple(lines)

    parameters = (_STANDARDIZE, _SCALE_TARGET) if scale_target else (_STANDARDIZE,)
    kept = ("x_scale", "y_scale") if scale_target else ("x_scale",)
    return SourceSpec(kind, title, summary, parameters, lambda values: facts, steps, help=teaching, kept=kept)


_DIGITS = Facts(TensorType((1, 8, 8)), Target("class", 10, tuple(map(str, range(10)))), rows=1797)

SOURCES = (
    SourceSpec(
        kind="Digits",
        title="Digits (8 x 8)",
        summary="1,797 handwritten digits, 8 x 8 grey values (scikit-learn).",
        parameters=(),
        facts=lambda values: _DIGITS,
        steps=lambda values, data: (Step("x, y", "bundled", "load_digits_images"), *split_rows(data)),
        help="MNIST's little brother: large enough that a convolution pays, small enough to train in seconds. Collected "
        "by Alpaydin and Kaynak (1998); grey values are scaled to 0 to 1. A good network gets 98 % right.",
    ),
    SourceSpec(
        kind="DigitPairs",
        title="Pairs of digits",
        summary="Two handwritten digits of 8 x 8, and whether they are the same digit (scikit-learn).",
        parameters=(
            Parameter("pairs", Integer(4, 1_000_000), 4000, "Number of pairs; every other one is of the same digit."),
            Parameter("seed", Integer(0, 2**31 - 1), 0, "Draws the pairs; the same seed gives the same pairs."),
        ),
        facts=lambda values: Facts(
            _DIGITS.input, Target("binary", 1, ("different", "same")), rows=values["pairs"], inputs=2
        ),
        steps=_pair_steps,
        help="For siamese networks (Bromley and others, 1993): two Inputs, one for each image, whose layers share their "
        "weights, and a comparison of what comes out. No image is in a training and in a validation pair.",
    ),
    SourceSpec(
        kind="DigitProperties",
        title="Properties of digits",
        summary="1,797 handwritten digits of 8 x 8 with four questions each: even, prime, five or more, with a loop.",
        parameters=(),
        facts=lambda values: Facts(
            _DIGITS.input, Target("labels", 4, ("even", "prime", "five or more", "with a loop")), rows=1797
        ),
        steps=lambda values, data: (
            Step("x, digits", "bundled", "load_digits_images"),
            Step("y", "bundled", "describe_digits", "digits"),
            *split_rows(data),
        ),
        help="Several independent questions about one sample, as tags of a photograph are. Give the network one output for "
        "each question and BCEWithLogitsLoss, which takes each by itself. Always saying no is right for a bit more than "
        "half of the answers.",
    ),
    _table(
        "Iris",
        "Iris",
        "150 flowers of three species, four lengths each (scikit-learn).",
        "load_iris",
        Facts(TensorType((4,)), Target("class", 3, ("setosa", "versicolor", "virginica")), rows=150),
        "Anderson's flowers, made famous by Fisher (1936). Setosa stands apart, the other two overlap a little: a single "
        "Linear layer gets about 95 % right.",
    ),
    _table(
        "Wine",
        "Wine",
        "178 wines of three growers, 13 measurements each (scikit-learn).",
        "load_wine",
        Facts(TensorType((13,)), Target("class", 3, ("grower 0", "grower 1", "grower 2")), rows=178),
        "Easy once the features are scaled, hard without: proline runs into the thousands, hue stays below 2. Set "
        "standardize off and watch the loss.",
    ),
    _table(
        "BreastCancer",
        "Breast cancer",
        "569 tumours, malignant or benign, 30 measurements each (scikit-learn).",
        "load_breast_cancer",
        Facts(TensorType((30,)), Target("binary", 1, ("malignant", "benign")), rows=569),
        "Measurements of cell nuclei under the microscope (Wolberg and others, 1993). One output with a loss on logits "
        "is enough; 63 % are benign, so an accuracy near 0.63 means that nothing was learned.",
    ),
    _table(
        "Diabetes",
        "Diabetes",
        "442 patients, ten measurements each, and how the disease went on (scikit-learn).",
        "load_diabetes",
        Facts(TensorType((10,)), Target("value", 1, ("progression",)), rows=442),
        "A small, noisy regression (Efron and others, 2004): even good models explain only half of the variance, and a "
        "large network learns the noise. Watch the validation loss turn.",
        scale_target=True,
    ),
)
