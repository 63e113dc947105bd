"""Losses, optimizers and learning-rate schedules, declared as data."""

import itertools

from frozendict import frozendict

from designer.catalogue.parameters import Flag, Integer, Option, Parameter, Real, Several, Values
from designer.catalogue.spec import LossSpec, OptimizerSpec, Refusal, ScheduleSpec

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

_WEIGHT_DECAY = Parameter(
    "weight_decay", Real(0), 0.0, "Strength of the pull of every weight towards 0, added to its gradient (L2 penalty)."
)
_BETAS = Parameter(
    "betas",
    Several(Real(0, 1, below=True), longest=2, shortest=2),
    (0.9, 0.999),
    "How much of the past the running averages of the gradient and of its square keep at each step.",
)
_EPS = Parameter("eps", Real(0, above=True), 1e-08, "Small number that keeps the division from exploding.")
_AMSGRAD = Parameter("amsgrad", Flag(), False, "Divide by the largest average of squares so far, not the present one.")


def _lr(default: float) -> Parameter:
    return Parameter("lr", Real(0, above=True), default, "Learning rate: the size of a step.")


def _refuse_nesterov(values: Values) -> Refusal | None:
    if values["nesterov"] and (values["momentum"] == 0 or values["dampening"] != 0):
        return Refusal(
            "Nesterov's look-ahead needs a momentum above 0 and a dampening of 0. Set momentum to 0.9, or nesterov off.",
            {"nesterov": False},
        )
    return None


OPTIMIZERS = (
    OptimizerSpec(
        kind="SGD",
        summary="A step against the gradient, with momentum if you like.",
        constructor="torch.optim.SGD",
        usual_lr=(1e-5, 2.0),
        parameters=(
            _lr(0.001),
            Parameter(
                "momentum",
                Real(0, 1, below=True),
                0.0,
                "Share of the last step that is kept in the next; 0.9 is usual.",
            ),
            Parameter("dampening", Real(0, 1), 0.0, "Share of the gradient that momentum leaves out."),
            _WEIGHT_DECAY,
            Parameter("nesterov", Flag(), False, "Look ahead: take the gradient after the momentum step."),
        ),
        fused=True,
        refuse=_refuse_nesterov,
        formula="v ← μ v + g,  w ← w − η v",
        help="Stochastic gradient descent, the plainest rule and the one that teaches most. It needs a well chosen "
        "learning rate, often 0.01 to 0.1 with momentum 0.9: too small crawls, too large makes the loss jump or grow. "
        "With a good schedule it still ends best on many image networks.",
    ),
    OptimizerSpec(
        kind="Adam",
        summary="Steps scaled by running averages of the gradient and its square.",
        constructor="torch.optim.Adam",
        usual_lr=(1e-6, 0.1),
        parameters=(_lr(0.001), _BETAS, _EPS, _WEIGHT_DECAY, _AMSGRAD),
        fused=True,
        formula="m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  w ← w − η m̂ / (√v̂ + ε)",
        help="A good first choice: each weight gets a step of its own size, so 0.001 works for most networks "
        "(Kingma and Ba, 2015). For weight decay take AdamW, which keeps the decay out of the averages.",
    ),
    OptimizerSpec(
        kind="AdamW",
        summary="Adam with weight decay done right.",
        constructor="torch.optim.AdamW",
        usual_lr=(1e-6, 0.1),
        parameters=(
            _lr(0.001),
            _BETAS,
            _EPS,
            Parameter("weight_decay", Real(0), 0.01, "Share of each weight, times lr, taken off at every step."),
            _AMSGRAD,
        ),
        fused=True,
        formula="w ← w − η λ w − η m̂ / (√v̂ + ε)",
        help="Adam whose decay shrinks the weights directly instead of passing through the gradient's averages "
        "(Loshchilov and Hutter, 2019). The usual choice for transformers and most of today's networks.",
    ),
    OptimizerSpec(
        kind="RMSprop",
        summary="Steps divided by a running average of the gradient's size.",
        constructor="torch.optim.RMSprop",
        usual_lr=(1e-6, 0.1),
        parameters=(
            _lr(0.01),
            Parameter("alpha", Real(0, 1, below=True), 0.99, "How much of the past the average of squares keeps."),
            _EPS,
            _WEIGHT_DECAY,
            Parameter("momentum", Real(0, 1, below=True), 0.0, "Share of the last step that is kept in the next."),
            Parameter(
                "centered",
                Flag(),
                False,
                "Divide by the root of the gradient's estimated variance instead of that of its mean square.",
            ),
        ),
        formula="v ← α v + (1 − α) g²,  w ← w − η g / (√v + ε)",
        help="Adam's elder, without its first average (Hinton's lecture 6e, 2012). Long the habit for recurrent networks. "
        "Its default of 0.01 is often too large: try 0.001.",
    ),
    OptimizerSpec(
        kind="Adagrad",
        summary="Steps divided by the size of all gradients so far.",
        constructor="torch.optim.Adagrad",
        usual_lr=(1e-5, 1.0),
        parameters=(
            _lr(0.01),
            Parameter("lr_decay", Real(0), 0.0, "Lets the learning rate fall as 1 / (1 + step · lr_decay)."),
            _WEIGHT_DECAY,
            Parameter("initial_accumulator_value", Real(0), 0.0, "What the sum of squares starts from."),
            Parameter("eps", Real(0, above=True), 1e-10, "Small number that keeps the division from exploding."),
        ),
        formula="s ← s + g²,  w ← w − η g / (√s + ε)",
        help="Weights that rarely get a gradient take large steps, which suits sparse features and embeddings (Duchi and "
        "others, 2011). The sum only grows, so its steps shrink for good: on long runs Adam or RMSprop goes further.",
    ),
)


def _refuse_cycle(values: Values, optimizer: OptimizerSpec) -> Refusal | None:
    cycled = {"momentum", "betas"}.intersection(parameter.name for parameter in optimizer.parameters)
    if values["cycle_momentum"] and not cycled:
        return Refusal(
            f"OneCycleLR cannot cycle the momentum of {optimizer.kind}, which has none. Set cycle_momentum off.",
            {"cycle_momentum": False},
        )
    if values["three_phase"] and values["pct_start"] >= 0.5:
        return Refusal(
            f"With three_phase, OneCycleLR falls as long as it rises, so a pct_start of {values['pct_start']:g} leaves no "
            "room for the third phase. Set pct_start below 0.5.",
            {"pct_start": 0.3},
        )
    return None


def _refuse_empty_phase(values: Values, steps: int) -> Refusal | None:
    """Return a refusal where a phase would begin and end at the same step, at which torch divides by zero."""
    peak = values["pct_start"] * steps - 1
    ends = [0.0, peak, 2 * peak, steps - 1.0] if values["three_phase"] else [0.0, peak, steps - 1.0]
    if any(start == end for start, end in itertools.pairwise(ends)):
        return Refusal(
            f"OneCycleLR's warm-up of {values['pct_start']:g} leaves no room over a run of {steps} steps. Change pct_start.",
            {"pct_start": values["pct_start"] / 2},
        )
    return None


def _doubt_late_drop(values: Values, epochs: int) -> Refusal | None:
    if values["step_size"] < epochs or epochs < 2:
        return None
    return Refusal(
        f"The learning rate first drops after {values['step_size']} epochs, but there are only {epochs}.",
        {"step_size": max(1, epochs // 3)},
    )


SCHEDULES = (
    ScheduleSpec(
        kind="Constant",
        summary="The learning rate stays as it is.",
        constructor="",
        formula="η(t) = η₀",
        help="The simplest choice, good enough for Adam on small problems. When the loss ends in a jitter, a schedule "
        "that falls to near 0 usually gains the last few tenths of a per cent.",
    ),
    ScheduleSpec(
        kind="StepLR",
        summary="Multiplied by gamma every few epochs.",
        constructor="torch.optim.lr_scheduler.StepLR",
        required=("step_size",),
        parameters=(
            Parameter("step_size", Integer(), 10, "Epochs from one drop to the next."),
            Parameter("gamma", Real(0, above=True), 0.1, "Factor at each drop."),
        ),
        doubt_length=_doubt_late_drop,
        formula="η(e) = η₀ γ^⌊e / step_size⌋",
        help="Long plateaus with sudden drops: the loss falls visibly at each drop. Choose step_size so that two or three "
        "drops fit into the run; a step_size as long as the run does nothing.",
    ),
    ScheduleSpec(
        kind="ExponentialLR",
        summary="Multiplied by gamma after every epoch.",
        constructor="torch.optim.lr_scheduler.ExponentialLR",
        required=("gamma",),
        parameters=(Parameter("gamma", Real(0, above=True), 0.95, "Factor after each epoch."),),
        formula="η(e) = η₀ γᵉ",
        help="A steady fall. With gamma 0.95 the rate halves every 13.5 epochs; for a run of n epochs that ends at a "
        "hundredth, take gamma = 0.01^(1/n).",
    ),
    ScheduleSpec(
        kind="CosineAnnealingLR",
        summary="Falls along half a cosine to eta_min over the run.",
        constructor="torch.optim.lr_scheduler.CosineAnnealingLR",
        derived=frozendict({"T_max": "steps"}),
        parameters=(Parameter("eta_min", Real(0), 0.0, "Learning rate at the end."),),
        every="step",
        formula="η(t) = η_min + ½ (η₀ − η_min)(1 + cos(π t / T))",
        help="Stays high while there is much to learn and lands softly (Loshchilov and Hutter, 2017). It has nothing to "
        "tune but the number of epochs, which is why it is the usual choice.",
    ),
    ScheduleSpec(
        kind="OneCycleLR",
        summary="Warms up to lr, then falls to almost nothing.",
        constructor="torch.optim.lr_scheduler.OneCycleLR",
        derived=frozendict({"max_lr": "lr", "total_steps": "steps"}),
        parameters=(
            Parameter("pct_start", Real(0, 1, below=True), 0.3, "Share of the run that warms up."),
            Parameter("anneal_strategy", Option(("cos", "linear")), "cos", "Form of the rise and of the fall."),
            Parameter("cycle_momentum", Flag(), True, "Lower the momentum (beta 1 of Adam) while the rate is high."),
            Parameter("base_momentum", Real(0, 1, below=True), 0.85, "Momentum where the rate is highest."),
            Parameter("max_momentum", Real(0, 1, below=True), 0.95, "Momentum at both ends."),
            Parameter("div_factor", Real(0, above=True), 25.0, "The run starts at lr divided by this."),
            Parameter("final_div_factor", Real(0, above=True), 10000.0, "It ends at the start's rate divided by this."),
            Parameter("three_phase", Flag(), False, "Fall as long as the rise took, then die out in a third phase."),
        ),
        every="step",
        lr_factor=5.0,
        refuse=_refuse_cycle,
        refuse_length=_refuse_empty_phase,
        formula="η: lr / div_factor ↗ lr ↘ lr / (div_factor · final_div_factor)",
        help="The warm-up lets you train with a rate several times larger than a constant one would bear, so few epochs "
        "reach far (Smith and Topin, 2018). lr is the peak. With cycle_momentum it sets the momentum itself, of SGD too, "
        "whatever was chosen there.",
    ),
)
