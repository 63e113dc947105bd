"""Optimizers, declared as data: those that learn from batch to batch. For those over all rows see whole.py."""

from frozendict import frozendict

from designer.catalogue.parameters import Flag, Integer, Maybe, Option, Parameter, Real, Several, Values
from designer.catalogue.training.whole import WHOLE, lr
from designer.catalogue.training_spec import OptimizerSpec, Refusal

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


_DECOUPLED = Parameter(
    "decoupled_weight_decay",
    Flag(),
    False,
    "Take weight decay off the weights directly, as AdamW does, instead of adding it to the gradient.",
)


def _refuse_nesterov(values: Values) -> Refusal | None:
    if values["nesterov"] and (values["momentum"] == 0 or values["dampening"] != 0):
        return Refusal(
            "Nesterov's look-ahead needs a momentum above 0 and a dampening of 0. Set momentum to 0.9, or nesterov off.",
            {"nesterov": False},
        )
    return None


def _refuse_least_scale(values: Values) -> Refusal | None:
    if values["eps"][1] is None:
        message = (
            "The second eps of Adafactor, the least size of weights to scale by, must be a number. 0.001 is usual."
        )
        return Refusal(message, {"eps": (values["eps"][0], 0.001)})
    return None


OPTIMIZERS: tuple[OptimizerSpec, ...] = (
    OptimizerSpec(
        kind="SGD",
        summary="A step against the gradient, with momentum if you like.",
        constructor="torch.optim.SGD",
        usual_lr=(1e-5, 2.0),
        parameters=(
            lr(0.001),
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
        parameters=(lr(0.001), _BETAS, _EPS, _WEIGHT_DECAY, _AMSGRAD),
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
            lr(0.001),
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
            lr(0.01),
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
            lr(0.01),
            Parameter("lr_decay", Real(0), 0.0, "Lets the learning rate fall as 1 / (1 + step · lr_decay)."),
            _WEIGHT_DECAY,
            Parameter("initial_accumulator_value", Real(0), 0.0, "What the sum of squares starts from."),
            Parameter("eps", Real(0, above=True), 1e-10, "Small number that keeps the division from exploding."),
        ),
        formula="s ← s + g²,  w ← w − η g / (√s + ε)",
        help="Weights that rarely get a gradient take large steps, which suits sparse features and embeddings (Duchi and "
        "others, 2011). The sum only grows, so its steps shrink for good: on long runs Adam or RMSprop goes further.",
    ),
    OptimizerSpec(
        kind="NAdam",
        summary="Adam with Nesterov's look-ahead.",
        constructor="torch.optim.NAdam",
        usual_lr=(1e-6, 0.1),
        parameters=(
            lr(0.002),
            _BETAS,
            _EPS,
            _WEIGHT_DECAY,
            Parameter("momentum_decay", Real(0), 0.004, "How fast the momentum grows to beta 1 over the first steps."),
            _DECOUPLED,
        ),
        formula="w ← w − η (μ m̂ + (1 − μ) ĝ) / (√v̂ + ε)",
        help="Adam that already looks where the momentum is about to carry it (Dozat, 2016). Often a little faster than "
        "Adam at the start; use it as you would Adam.",
    ),
    OptimizerSpec(
        kind="RAdam",
        summary="Adam that holds back until its averages can be trusted.",
        constructor="torch.optim.RAdam",
        usual_lr=(1e-6, 0.1),
        parameters=(lr(0.001), _BETAS, _EPS, _WEIGHT_DECAY, _DECOUPLED),
        formula="w ← w − η r m̂ / (√v̂ + ε), with r the rectification; momentum alone while r is undefined",
        help="The first steps of Adam divide by an average of few squares, which is why it often wants a warm-up. RAdam "
        "works the warm-up out from that variance (Liu and others, 2020). Try it where Adam is unsteady at the start.",
    ),
    OptimizerSpec(
        kind="Adamax",
        summary="Adam that divides by the largest recent gradient.",
        constructor="torch.optim.Adamax",
        usual_lr=(1e-6, 0.1),
        parameters=(lr(0.002), _BETAS, _EPS, _WEIGHT_DECAY),
        formula="u ← max(β₂ u, |g| + ε),  w ← w − η m̂ / u",
        help="From the same paper as Adam (Kingma and Ba, 2015), with the maximum in place of the mean square. No single "
        "huge gradient can make a huge step, which suits embeddings and noisy gradients.",
    ),
    OptimizerSpec(
        kind="Adadelta",
        summary="Steps in the proportion of past steps to past gradients.",
        constructor="torch.optim.Adadelta",
        usual_lr=(1e-2, 10.0),
        parameters=(
            lr(1.0),
            Parameter("rho", Real(0, 1), 0.9, "How much of the past the averages of squares keep."),
            Parameter(
                "eps", Real(0, above=True), 1e-06, "Sets the size of the very first steps; larger starts faster."
            ),
            _WEIGHT_DECAY,
        ),
        formula="Δ ← √(u + ε) / √(v + ε) · g,  w ← w − η Δ",
        help="Needs no learning rate of its own: leave it at 1 (Zeiler, 2012). It starts slowly, as its first steps come "
        "from eps alone. Mostly met in older code.",
    ),
    OptimizerSpec(
        kind="ASGD",
        summary="SGD that also keeps the average of the weights.",
        constructor="torch.optim.ASGD",
        usual_lr=(1e-5, 2.0),
        parameters=(
            lr(0.01),
            Parameter("lambd", Real(0), 0.0001, "How fast the learning rate and the weights decay."),
            Parameter("alpha", Real(0), 0.75, "Power with which the learning rate falls."),
            Parameter("t0", Real(0), 1000000.0, "Step at which the averaging begins."),
            _WEIGHT_DECAY,
        ),
        formula="w ← (1 − λ η) w − η g,  η ← η₀ / (1 + λ η₀ t)^α,  a ← a + (w − a) / max(1, t − t₀)",
        help="Averaged stochastic gradient descent (Polyak and Juditsky, 1992). Torch keeps the average beside the weights "
        "and trains and saves the weights themselves; for the averaged ones turn on weight averaging in the training "
        "settings. A schedule has no say, as it sets its learning rate itself.",
    ),
    OptimizerSpec(
        kind="Adafactor",
        summary="Adam's idea with a fraction of its memory.",
        constructor="torch.optim.Adafactor",
        usual_lr=(1e-5, 0.5),
        parameters=(
            lr(0.01),
            Parameter(
                "beta2_decay", Real(high=0), -0.8, "Power with which the average of squares comes to keep the past."
            ),
            Parameter(
                "eps",
                Several(Maybe(Real(0, above=True), none="the type's"), longest=2, shortest=2),
                (None, 0.001),
                "Least mean square of a gradient (none: that of the number type), and least size of weights to scale by.",
            ),
            Parameter("d", Real(1), 1.0, "Largest root mean square of a step before scaling; beyond it steps are cut."),
            Parameter("weight_decay", Real(0), 0.0, "Share of each weight, times lr, taken off at every step."),
        ),
        refuse=_refuse_least_scale,
        formula="v ≈ r cᵀ / Σr (row and column means of g²),  w ← w − max(ε₂, rms w) min(η, 1/√t) ĝ / √v",
        help="Keeps one number for each row and column of a matrix instead of one for each weight (Shazeer and Stern, "
        "2018), which is how large transformers were trained when memory was short. Steps are in proportion to the "
        "weights they change.",
    ),
    OptimizerSpec(
        kind="Muon",
        summary="Steps made orthogonal for matrices, AdamW for all other weights.",
        constructor="MuonWithAdamW",
        recipe="muon",
        since="2.9",
        several_rates=True,
        usual_lr=(1e-4, 0.2),
        parameters=(
            lr(0.001),
            Parameter("weight_decay", Real(0), 0.1, "Share of each weight, times lr, taken off at every step."),
            Parameter("momentum", Real(0, 1, below=True), 0.95, "Share of the running gradient kept at each step."),
            Parameter("nesterov", Flag(), True, "Look ahead: mix the gradient of the moment into the running one."),
            Parameter(
                "ns_coefficients",
                Several(Real(), longest=3, shortest=3),
                (3.4445, -4.775, 2.0315),
                "The three coefficients of the Newton-Schulz iteration.",
            ),
            Parameter("eps", Real(0, above=True), 1e-07, "Small number that keeps the division from exploding."),
            Parameter("ns_steps", Integer(1, 99), 5, "Newton-Schulz iterations of each step."),
            Parameter(
                "adjust_lr_fn",
                Maybe(Option(("original", "match_rms_adamw")), none="original"),
                None,
                "How the rate follows the form of a matrix; match_rms_adamw makes steps as long as AdamW's.",
            ),
            Parameter("adamw_lr", Real(0, above=True), 0.001, "Learning rate of all weights that are no matrices."),
            Parameter(
                "adamw_betas",
                Several(Real(0, 1, below=True), longest=2, shortest=2),
                (0.9, 0.999),
                "The betas of AdamW, for those weights.",
            ),
        ),
        code=frozendict({"apart": "[layer.weight for layer in model.modules() if isinstance(layer, nn.Embedding)]"}),
        formula="M ← μ M + G,  W ← (1 − η λ) W − η √max(1, rows / columns) · UVᵀ, where M = U S Vᵀ",
        help="Replaces the running gradient of a matrix by the orthogonal matrix nearest to it (Jordan and others, 2024), "
        "so that all directions learn alike. A strong choice for transformers, with lr near 0.02. Biases, scales, "
        "convolution kernels and embeddings are no matrices to it: those learn by AdamW at a rate of their own.",
    ),
    *WHOLE,
)
