"""Losses, optimizers and learning-rate schedules, declared as data."""

from frozendict import frozendict

from designer.catalogue.parameters import Integer, Parameter, Real
from designer.catalogue.spec import LossSpec, OptimizerSpec, ScheduleSpec

LOSSES = (
    LossSpec(
        kind="CrossEntropyLoss",
        summary="For one class out of several; takes logits.",
        constructor="nn.CrossEntropyLoss",
        target="class",
        outputs="logits",
        parameters=(
            Parameter(
                "label_smoothing", Real(0, 1), 0.0, "Share of the target spread evenly over all classes (0 is off)."
            ),
        ),
        formula="L = −log softmax(z)[y]",
        help="Softmax is inside: put none before the Output.",
    ),
    LossSpec(
        kind="MSELoss",
        summary="Mean of the squared differences.",
        constructor="nn.MSELoss",
        target="float",
        outputs="values",
        formula="L = mean((ŷ − y)²)",
        help="The usual loss for regression.",
    ),
)

OPTIMIZERS = (
    OptimizerSpec(
        kind="Adam",
        summary="Steps scaled by running averages of the gradient and its square.",
        constructor="torch.optim.Adam",
        parameters=(
            Parameter("lr", Real(0, above=True), 0.001, "Learning rate: the size of a step."),
            Parameter("weight_decay", Real(0), 0.0, "L2 penalty added to the gradient."),
        ),
        fused=True,
    ),
)

SCHEDULES = (
    ScheduleSpec(kind="Constant", summary="The learning rate stays as it is.", constructor=""),
    ScheduleSpec(
        kind="StepLR",
        summary="Multiplied by gamma every few epochs.",
        constructor="torch.optim.lr_scheduler.StepLR",
        parameters=(
            Parameter("step_size", Integer(), 10, "Epochs between two steps."),
            Parameter("gamma", Real(0, above=True), 0.1, "Factor at each step."),
        ),
    ),
    ScheduleSpec(
        kind="CosineAnnealingLR",
        summary="Falls along half a cosine to zero over the run.",
        constructor="torch.optim.lr_scheduler.CosineAnnealingLR",
        derived=frozendict({"T_max": "steps"}),
        parameters=(Parameter("eta_min", Real(0), 0.0, "Learning rate at the end."),),
        every="step",
    ),
)
