"""Optimizers, declared as data."""

from designer.catalogue.parameters import Flag, Parameter, Real, Several, Values
from designer.catalogue.spec import OptimizerSpec, Refusal

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
