"""Losses, declared as data."""

from designer.catalogue.parameters import Parameter, Real
from designer.catalogue.spec import LossSpec

LOSSES = (
    LossSpec(
        kind="CrossEntropyLoss",
        summary="For one class out of several; takes logits.",
        constructor="nn.CrossEntropyLoss",
        target="class",
        outputs="logits",
        parameters=(
            Parameter(
                "label_smoothing",
                Real(0, 1),
                0.0,
                "Share of the target that is spread evenly over all classes; 0 is off, 0.1 is usual.",
            ),
        ),
        formula="L = −log softmax(z)[y]",
        help="The usual loss for classification. It wants one output for each class and holds the softmax itself, so put "
        "no Softmax before the Output. An untrained network that guesses among 10 classes starts near log 10 = 2.30: "
        "a first loss far above that is a sign of too large weights or unscaled inputs.",
    ),
    LossSpec(
        kind="BCEWithLogitsLoss",
        summary="For yes or no, each output by itself; takes logits.",
        constructor="nn.BCEWithLogitsLoss",
        target="float",
        outputs="logits",
        formula="L = −mean(y log σ(z) + (1 − y) log(1 − σ(z)))",
        help="The usual loss for a question with two answers (one output), and for several independent ones. The sigmoid "
        "is inside, where it is numerically safe, so put no Sigmoid before the Output. A logit above 0 means yes. "
        "Guessing costs log 2 = 0.69.",
    ),
    LossSpec(
        kind="MSELoss",
        summary="Mean of the squared differences.",
        constructor="nn.MSELoss",
        target="float",
        outputs="values",
        formula="L = mean((ŷ − y)²)",
        help="The usual loss for predicting numbers. Large errors count most, so a few outliers can rule the fit; "
        "Huber or L1 forgive them. With targets scaled to a standard deviation of 1, always predicting the mean costs "
        "about 1, and 1 − L is close to R².",
    ),
    LossSpec(
        kind="L1Loss",
        summary="Mean of the absolute differences.",
        constructor="nn.L1Loss",
        target="float",
        outputs="values",
        formula="L = mean(|ŷ − y|)",
        help="For predicting numbers when outliers should not rule: its best guess is the median, that of MSE the mean. "
        "Every error pulls equally hard however small it is, so a falling learning rate helps it settle.",
    ),
    LossSpec(
        kind="HuberLoss",
        summary="Squared for small differences, absolute for large ones.",
        constructor="nn.HuberLoss",
        target="float",
        outputs="values",
        parameters=(
            Parameter(
                "delta", Real(0, above=True), 1.0, "Difference at which the loss turns from squared to absolute."
            ),
        ),
        formula="L = mean(½d² if |d| ≤ δ, else δ(|d| − ½δ)),  d = ŷ − y",
        help="As smooth as MSE near the target and as calm as L1 about outliers (Huber, 1964). Choose delta as the "
        "largest error that is still ordinary, in the units of the target: standard deviations where the data scales it.",
    ),
)
