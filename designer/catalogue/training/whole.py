"""Optimizers over all rows at once, declared as data: their steps take the loss for the truth, not for a sample of it."""

from designer.catalogue.parameters import Integer, Maybe, Option, Parameter, Real, Several, Values
from designer.catalogue.training_spec import OptimizerSpec, Refusal


def lr(default: float, meaning: str = "Learning rate: the size of a step.") -> Parameter:
    """Return the learning rate, which every optimizer has first."""
    return Parameter("lr", Real(0, above=True), default, meaning)


def _refuse_etas(values: Values) -> Refusal | None:
    shrink, grow = values["etas"]
    least, most = values["step_sizes"]
    if not shrink < 1 < grow:
        message = f"The etas of Rprop must lie below and above 1, not at {shrink:g} and {grow:g}. Set 0.5 and 1.2."
        return Refusal(message, {"etas": (0.5, 1.2)})
    if least > most:
        message = f"The least step of Rprop, {least:g}, is larger than the largest, {most:g}. Turn them round."
        return Refusal(message, {"step_sizes": (most, least)})
    return None


_TRIAL = "Length of the first trial step; the line search takes it from there."

WHOLE: tuple[OptimizerSpec, ...] = (
    OptimizerSpec(
        kind="GradientDescent",
        summary="One step against the gradient over all rows, once an epoch.",
        constructor="torch.optim.SGD",
        usual_lr=(1e-4, 10.0),
        parameters=(
            lr(0.1),
            Parameter("momentum", Real(0, 1, below=True), 0.0, "Share of the last step that is kept in the next."),
            Parameter("weight_decay", Real(0), 0.0, "Strength of the pull of every weight towards 0 (L2 penalty)."),
        ),
        fused=True,
        full_batch=True,
        formula="w ← w − η ∇L(w)",
        help="The textbook's rule (Cauchy, 1847): every step looks at all rows, so the loss falls smoothly where the rate "
        "is small enough. It takes one step an epoch and needs many epochs; set the batch to full. With smaller batches "
        "it is SGD.",
    ),
    OptimizerSpec(
        kind="Rprop",
        summary="Each weight has its own step, which grows while the sign of its gradient stays.",
        constructor="torch.optim.Rprop",
        usual_lr=(1e-5, 1.0),
        parameters=(
            lr(0.01, "Learning rate: the size of the first step."),
            Parameter(
                "etas",
                Several(Real(0, above=True), longest=2, shortest=2),
                (0.5, 1.2),
                "Factors of a step where the sign of the gradient has turned, and where it stays.",
            ),
            Parameter(
                "step_sizes",
                Several(Real(0, above=True), longest=2, shortest=2),
                (1e-06, 50.0),
                "The least and the largest step.",
            ),
        ),
        full_batch=True,
        refuse=_refuse_etas,
        formula="Δ ← 1.2 Δ where g keeps its sign, 0.5 Δ where it turns;  w ← w − sign(g) Δ",
        help="Resilient propagation (Riedmiller and Braun, 1993) looks at the sign of the gradient alone, which only means "
        "something over all rows: set the batch to full. Very fast on small networks. A schedule has no say, as each "
        "weight sets its own step.",
    ),
    OptimizerSpec(
        kind="LBFGS",
        summary="A quasi-Newton method: learns the loss's curvature from past gradients.",
        constructor="torch.optim.LBFGS",
        usual_lr=(1e-3, 2.0),
        parameters=(
            lr(1.0, "Learning rate: share of each step that is taken, or the first trial of the line search."),
            Parameter("max_iter", Integer(), 20, "Iterations within one step."),
            Parameter(
                "max_eval", Maybe(Integer(), none="1.25 · max_iter"), None, "Most evaluations of the loss in a step."
            ),
            Parameter("tolerance_grad", Real(0), 1e-07, "A step ends once no gradient is larger than this."),
            Parameter("tolerance_change", Real(0), 1e-09, "A step ends once weights or loss change by less than this."),
            Parameter(
                "history_size", Integer(1, 10_000), 100, "Past gradients that are kept, each as large as the network."
            ),
            Parameter(
                "line_search_fn",
                Maybe(Option(("strong_wolfe",))),
                None,
                "Search along each direction for a good length; strong_wolfe makes it far steadier.",
            ),
        ),
        closure=True,
        full_batch=True,
        one_group=True,
        formula="w ← w − η H g, with H the inverse curvature from the last gradients and steps",
        help="Limited-memory BFGS (Liu and Nocedal, 1989) finds minima that gradient descent only creeps towards, on small "
        "networks with all rows in one batch and no dropout. Set line_search_fn to strong_wolfe. Each step evaluates "
        "the loss many times, so a few dozen epochs are much.",
    ),
    OptimizerSpec(
        kind="ConjugateGradient",
        summary="Searches along directions that do not undo each other.",
        constructor="ConjugateGradient",
        recipe="descent",
        usual_lr=(1e-4, 100.0),
        parameters=(
            lr(1.0, _TRIAL),
            Parameter(
                "beta",
                Option(("polak_ribiere", "fletcher_reeves")),
                "polak_ribiere",
                "How much of the last direction stays in the next; polak_ribiere starts afresh by itself where it stalls.",
            ),
            Parameter("iterations", Integer(1, 10_000), 1, "Directions searched within one step."),
            Parameter("evaluations", Integer(1, 1000), 20, "Most evaluations of the loss along one direction."),
            Parameter(
                "restart", Integer(0), 0, "Start afresh after this many directions; 0 leaves it to the gradients."
            ),
        ),
        closure=True,
        full_batch=True,
        one_group=True,
        formula="d ← −g + β d,  β = max(0, gᵀ(g − g₀) / g₀ᵀg₀),  w ← w + t d by line search",
        help="Nonlinear conjugate gradient (Fletcher and Reeves, 1964; Polak and Ribière, 1969) needs no learning rate and "
        "keeps two vectors only. It wants all rows in one batch and no dropout, as the search compares losses. On a "
        "quadratic of n weights it is done in n directions.",
    ),
    OptimizerSpec(
        kind="CoordinateDescent",
        summary="Moves a few weights at a time to where the loss is least, the others held.",
        constructor="CoordinateDescent",
        recipe="descent",
        usual_lr=(1e-4, 100.0),
        parameters=(
            lr(1.0, _TRIAL),
            Parameter(
                "block",
                Option(("tensor", "row", "weight")),
                "row",
                "What moves together: a layer's tensor, the weights of one unit, or a single weight.",
            ),
            Parameter(
                "order", Option(("cyclic", "random")), "cyclic", "One block after the other, or drawn at random."
            ),
            Parameter("blocks", Integer(1, 1_000_000), 1, "Blocks moved within one step."),
            Parameter("evaluations", Integer(1, 1000), 20, "Most evaluations of the loss for one block."),
        ),
        closure=True,
        full_batch=True,
        one_group=True,
        formula="w_B ← w_B − t ∇_B L(w), by line search, for one block B after the other",
        help="The oldest idea of all: improve one thing at a time (Wright, 2015, tells its story). Slow on networks, as each "
        "block costs a few evaluations of the whole loss, but it shows how weights depend on each other. Set blocks to "
        "the number of rows for a full sweep in every step, and the batch to full.",
    ),
)
