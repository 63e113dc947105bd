"""Learning-rate schedules, declared as data."""

import itertools

from frozendict import frozendict

from designer.catalogue.parameters import Flag, Integer, Option, Parameter, Real, Values
from designer.catalogue.spec import OptimizerSpec, Refusal, ScheduleSpec


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


def _doubt_late_drop(values: Values, epochs: int, steps: int | None) -> Refusal | None:
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
