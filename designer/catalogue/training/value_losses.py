"""Losses of numbers that are predicted, declared as data; those of classes are in `losses`."""

from designer.catalogue.parameters import Flag, Parameter, Real
from designer.catalogue.training_spec import LossSpec

VALUE_LOSSES = (
    LossSpec(
        kind="MSELoss",
        summary="Mean of the squared differences.",
        constructor="nn.MSELoss",
        target="float",
        outputs="values",
        formula="L = mean((ŷ − y)²)",
        help="The usual loss for predicting numbers. Large errors count most, so a few outliers can rule the fit; "
        "Huber or L1 forgive them. With targets scaled to a standard deviation of 1, always predicting the mean costs "
        "about 1, and 1 − L is close to R². On a linear output, with SGD, it is the rule of the Adaline (Widrow and "
        "Hoff, 1960).",
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
    LossSpec(
        kind="SmoothL1Loss",
        summary="Huber's loss divided by its threshold.",
        constructor="nn.SmoothL1Loss",
        target="float",
        outputs="values",
        parameters=(
            Parameter("beta", Real(0), 1.0, "Difference at which it turns from squared to absolute; 0 is L1."),
        ),
        formula="L = mean(½d²/β if |d| < β, else |d| − ½β),  d = ŷ − y",
        help="L1 with a rounded tip, known from the boxes of object detectors (Girshick, 2015). Far from the target it "
        "pulls with the same force for any beta; with HuberLoss that force is delta.",
    ),
    LossSpec(
        kind="PoissonNLLLoss",
        summary="For counts: how unlikely the target is under a Poisson law.",
        constructor="nn.PoissonNLLLoss",
        target="float",
        outputs="rates",
        parameters=(
            Parameter("log_input", Flag(), True, "The network gives the logarithm of the expected count."),
            Parameter("full", Flag(), False, "Add Stirling's term, which does not depend on the network."),
            Parameter("eps", Real(0, above=True), 1e-08, "Keeps the logarithm from 0 where log_input is off."),
        ),
        formula="L = mean(exp(z) − y z), or mean(λ − y log λ) where log_input is off",
        help="For visits in an hour, cells on a slide: targets that count, whose scatter grows with them. Do not scale the "
        "target. With log_input any output will do; without it the network must end in something positive.",
    ),
    LossSpec(
        kind="GaussianNLLLoss",
        summary="Predicts a number and how sure it is.",
        constructor="GaussianNLL",
        recipe="losses",
        target="float",
        outputs="values",
        per_value=2,
        parameters=(
            Parameter("full", Flag(), False, "Add the constant ½ log 2π."),
            Parameter("eps", Real(0, above=True), 1e-06, "Least variance."),
        ),
        formula="L = mean(½ (log v + (y − m)² / v)),  v = softplus of the second half of the outputs",
        help="The network gives two numbers for each target: first all means, then as many for the variances (Nix and "
        "Weigend, 1994). It learns where it cannot know better. Metrics look at the means.",
    ),
)
