"""Settings of the training step and of the run beside loss, optimizer and schedule, declared as data.

Batches, gradient clipping, warm-up, averaged weights and early stopping: forms, checks, summaries and the manual are
derived from these tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from frozendict import frozendict

from designer.catalogue.parameters import Flag, Integer, Maybe, Option, Parameter, Real
from designer.catalogue.training.metrics import METRICS
from designer.document import limits
from designer.document.project import Training

# The kind that leaves a setting off.
OFF = "None"


@dataclass(frozen=True, slots=True)
class SettingSpec:
    """One way to go about a part of the training; `title` is what people read in a list."""

    kind: str
    title: str
    summary: str
    parameters: tuple[Parameter, ...] = ()
    formula: str = ""
    help: str = ""


BATCHES = (
    Parameter(
        "batch",
        Option(limits.BATCHES),
        "mini",
        "Rows of one batch: batch_size of them, all rows at once (exact gradients), or a single one.",
    ),
    Parameter(
        "accumulate",
        Integer(*limits.WHOLE["accumulate"]),
        1,
        "Batches whose gradients are gathered before a step: large steps in little memory.",
    ),
)

CLIPPINGS = (
    SettingSpec(
        OFF,
        "none",
        "Gradients are used as they are.",
        help="Right for most networks. Where the loss suddenly jumps or becomes NaN, clip by norm first.",
    ),
    SettingSpec(
        "Norm",
        "by norm",
        "All gradients together are shortened to a largest norm, their direction kept.",
        (
            Parameter("max_norm", Real(0, above=True), 1.0, "Largest norm of all gradients together."),
            Parameter("norm_type", Real(0, above=True), 2.0, "Which norm: 2 is the length, 1 the sum of sizes."),
        ),
        formula="g ← g · min(1, max_norm / ‖g‖)",
        help="The usual guard of recurrent networks and transformers against exploding gradients (Pascanu, Mikolov and "
        "Bengio, 2013); 1 is common. A bound far below the usual norm acts like a smaller learning rate.",
    ),
    SettingSpec(
        "Value",
        "by value",
        "Every number of a gradient is cut off at a bound.",
        (Parameter("clip_value", Real(0, above=True), 0.5, "Largest size of one number of a gradient."),),
        formula="g ← max(−clip_value, min(clip_value, g))",
        help="Simpler than clipping by norm, but it turns the direction of the step. DQN and older recurrent networks "
        "used it.",
    ),
)

WARMUPS = (
    SettingSpec(
        OFF, "none", "The learning rate starts where the schedule starts.", help="Enough for small networks and Adam."
    ),
    SettingSpec(
        "Linear",
        "linear",
        "The learning rate rises in a straight line to what the schedule begins with.",
        (
            Parameter("length", Integer(), 1, "How long the rise takes, in the unit below."),
            Parameter("unit", Option(("epochs", "steps")), "epochs", "What the length counts."),
            Parameter("start_factor", Real(0, 1, above=True), 0.01, "Share of the learning rate to start with."),
        ),
        formula="η(t) = η₀ (s + (1 − s) t / T)",
        help="The first steps of a fresh network are the wildest, and Adam's averages are not settled yet. Transformers "
        "and large batches (Goyal and others, 2017) want a rise over the first 1 to 10 per cent of the run.",
    ),
)

AVERAGINGS = (
    SettingSpec(
        OFF,
        "none",
        "The weights of the last step are what is validated and saved.",
        help="Simple, and best for a first look.",
    ),
    SettingSpec(
        "EMA",
        "EMA",
        "A second set of weights follows the trained ones as a moving average; it is validated and saved.",
        (
            Parameter(
                "decay",
                Real(0, 1, below=True),
                0.999,
                "Share of the average that is kept at each step: 0.999 looks back over about 1,000 steps.",
            ),
        ),
        formula="w̄ ← d w̄ + (1 − d) w  after every step",
        help="The exponential moving average smooths out the jitter of the last steps and often gains a few tenths of a "
        "per cent for nothing (Polyak and Juditsky, 1992). It should look back over no more than a tenth of the run: "
        "take 0.99 or less for short ones, or the average still holds the first weights.",
    ),
    SettingSpec(
        "SWA",
        "SWA",
        "From an epoch on, the weights at the end of each epoch are averaged; the average is validated and saved.",
        (
            Parameter("start", Integer(), 8, "First epoch whose weights count."),
            Parameter(
                "lr",
                Maybe(Real(0, above=True), "as it is then"),
                None,
                "Learning rate from that epoch on, held constant; fairly large, so that the weights move about.",
            ),
        ),
        formula="w̄ = mean of w at the ends of epochs start, start + 1, …",
        help="Stochastic weight averaging finds the middle of a flat valley (Izmailov and others, 2018). Start in the "
        "last quarter of the run. Where there is batch normalization, its statistics are measured anew for the averaged "
        "weights, by one pass over the training rows before each validation.",
    ),
)

STOPPINGS = (
    SettingSpec(
        OFF,
        "none",
        "All epochs are trained.",
        help="The best epoch by validation loss is kept in the run's folder anyway.",
    ),
    SettingSpec(
        "EarlyStopping",
        "early stopping",
        "Stop when the validation has not become better for some epochs.",
        (
            Parameter(
                "monitor",
                Option(("loss", "metric", *(spec.kind for spec in METRICS))),
                "loss",
                "The validation loss, the first metric, or a metric by name. Which way is better is known of each.",
            ),
            Parameter("patience", Integer(), 5, "Epochs without a better score after which the run ends."),
            Parameter("min_delta", Real(0), 0.0, "A score is better only if it beats the best by more than this."),
            Parameter("restore_best", Flag(), True, "End with the weights of the best epoch, not of the last."),
        ),
        help="Ends a run that has begun to overfit, or has nothing left to learn. Give it patience: the validation of "
        "small data jitters, and a learning-rate schedule may still be about to fall.",
    ),
)

clippings: Mapping[str, SettingSpec] = frozendict({spec.kind: spec for spec in CLIPPINGS})
warmups: Mapping[str, SettingSpec] = frozendict({spec.kind: spec for spec in WARMUPS})
averagings: Mapping[str, SettingSpec] = frozendict({spec.kind: spec for spec in AVERAGINGS})
stoppings: Mapping[str, SettingSpec] = frozendict({spec.kind: spec for spec in STOPPINGS})

# The fields of a training that hold one of these, what people call each, and what there is to choose.
SETTINGS: Mapping[str, tuple[str, Mapping[str, SettingSpec]]] = frozendict(
    {
        "warmup": ("warm-up", warmups),
        "clip": ("clipping", clippings),
        "averaging": ("averaging", averagings),
        "early_stopping": ("stopping", stoppings),
    }
)


def count_step_rows(training: Training, rows: int) -> int:
    """Return how many of `rows` training rows one step of the optimizer learns from."""
    if training.batch == "full":
        return max(1, rows)
    return training.accumulate * (1 if training.batch == "single" else training.batch_size)


def count_steps(training: Training, rows: int) -> int:
    """Return the steps in an epoch over `rows` training rows."""
    return -(-rows // count_step_rows(training, rows))
