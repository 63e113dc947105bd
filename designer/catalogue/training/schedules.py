"""Learning-rate schedules, declared as data."""

from frozendict import frozendict

from designer.catalogue.parameters import Flag, Integer, Maybe, Option, Parameter, Real, Several, Values
from designer.catalogue.training_spec import OptimizerSpec, Refusal, ScheduleSpec


def _refuse_momentum(schedule: str, values: Values, optimizer: OptimizerSpec) -> Refusal | None:
    cycled = {"momentum", "betas"}.intersection(parameter.name for parameter in optimizer.parameters)
    if values["cycle_momentum"] and (optimizer.recipe or not cycled):
        why = "which has none" if not cycled else "which has two kinds of it"
        return Refusal(
            f"{schedule} cannot cycle the momentum of {optimizer.kind}, {why}. Set cycle_momentum off.",
            {"cycle_momentum": False},
        )
    return None


def _refuse_one_cycle(values: Values, optimizer: OptimizerSpec) -> Refusal | None:
    if refusal := _refuse_momentum("OneCycleLR", values, optimizer):
        return refusal
    if values["three_phase"] and values["pct_start"] >= 0.5:
        return Refusal(
            f"With three_phase, OneCycleLR falls as long as it rises, so a pct_start of {values['pct_start']:g} leaves no "
            "room for the third phase. Set pct_start below 0.5.",
            {"pct_start": 0.3},
        )
    return None


def _mend_first_phase(values: Values) -> tuple[str, ...]:
    """Return the lines that keep torch from dividing by zero at the one length whose warm-up ends at the first step."""
    share = values["pct_start"]
    length = round(1 / share) if share else 0
    if share * length != 1:
        return ()
    return (
        f"if steps == {length}:",
        "    steps += 1  # torch divides by zero where the warm-up ends at the first step",
    )


def _refuse_cyclic(values: Values, optimizer: OptimizerSpec) -> Refusal | None:
    return _refuse_momentum("CyclicLR", values, optimizer)


def _refuse_milestones(values: Values, optimizer: OptimizerSpec) -> Refusal | None:
    milestones = values["milestones"]
    if list(milestones) == sorted(set(milestones)):
        return None
    return Refusal("The milestones must grow, none of them twice.", {"milestones": tuple(sorted(set(milestones)))})


def _doubt_late_drop(values: Values, epochs: int, steps: int | None) -> Refusal | None:
    if values["step_size"] < epochs or epochs < 2:
        return None
    return Refusal(
        f"The learning rate first drops after {values['step_size']} epochs, but there are only {epochs}.",
        {"step_size": max(1, epochs // 3)},
    )


def _doubt_late_milestones(values: Values, epochs: int, steps: int | None) -> Refusal | None:
    first = values["milestones"][0]
    if first < epochs or epochs < 3:
        return None
    return Refusal(
        f"The learning rate first drops after {first} epochs, but there are only {epochs}.",
        {"milestones": tuple(sorted({epochs // 2, max(1, epochs * 3 // 4)}))},
    )


def _doubt_late_restart(values: Values, epochs: int, steps: int | None) -> Refusal | None:
    if values["T_0"] < epochs or epochs < 2:
        return None
    return Refusal(
        f"The first restart comes after {values['T_0']} epochs, but there are only {epochs}.",
        {"T_0": max(1, epochs // 3)},
    )


def _doubt_long_cycle(values: Values, epochs: int, steps: int | None) -> Refusal | None:
    down = values["step_size_down"] or values["step_size_up"]
    if steps is None or steps < 4 or values["step_size_up"] + down <= steps:
        return None
    half = max(1, steps // 4)
    return Refusal(
        f"One cycle takes {values['step_size_up'] + down:,} steps, but the run has only {steps:,}.",
        {"step_size_up": half, "step_size_down": None},
    )


def _doubt_long_patience(values: Values, epochs: int, steps: int | None) -> Refusal | None:
    if values["patience"] + 1 < epochs or epochs < 3:
        return None
    return Refusal(
        f"The learning rate first falls after {values['patience'] + 1} epochs without a gain, but there are only {epochs}.",
        {"patience": max(1, epochs // 5)},
    )


SCHEDULES: tuple[ScheduleSpec, ...] = (
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
        kind="MultiStepLR",
        summary="Multiplied by gamma at chosen epochs.",
        constructor="torch.optim.lr_scheduler.MultiStepLR",
        required=("milestones",),
        parameters=(
            Parameter(
                "milestones", Several(Integer(), longest=100, shortest=1), (5, 8), "Epochs after which it drops."
            ),
            Parameter("gamma", Real(0, above=True), 0.1, "Factor at each drop."),
        ),
        refuse=_refuse_milestones,
        doubt_length=_doubt_late_milestones,
        formula="η(e) = η₀ γⁿ, with n the number of milestones up to e",
        help="The schedule of many papers on images: ResNet was trained with drops at about a half and three quarters of "
        "the run (He and others, 2016). Put a drop where the validation loss has come to rest.",
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
        kind="PolynomialLR",
        summary="Falls to 0 over the run, along a straight line or a power of it.",
        constructor="torch.optim.lr_scheduler.PolynomialLR",
        derived=frozendict({"total_iters": "steps"}),
        parameters=(
            Parameter("power", Real(0, above=True), 1.0, "1 is a straight line; 2 falls early, 0.5 falls late."),
        ),
        every="step",
        formula="η(t) = η₀ (1 − t / T)^power",
        help="With power 1 the straight line to 0 that BERT and its kin were trained with, after a warm-up; segmentation "
        "networks take 0.9. About as good as a cosine, and as easy: the only number is the length of the run.",
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
        kind="CosineAnnealingWarmRestarts",
        summary="Falls along half a cosine, jumps back up, and again.",
        constructor="torch.optim.lr_scheduler.CosineAnnealingWarmRestarts",
        required=("T_0",),
        in_epochs=("T_0",),
        parameters=(
            Parameter("T_0", Integer(), 3, "Epochs of the first cycle."),
            Parameter("T_mult", Integer(1, 100), 1, "How many times longer each cycle is than the one before it."),
            Parameter("eta_min", Real(0), 0.0, "Learning rate at the end of a cycle."),
        ),
        every="step",
        doubt_length=_doubt_late_restart,
        formula="η(t) = η_min + ½ (η₀ − η_min)(1 + cos(π s / Tᵢ)), with s the steps since the last restart",
        help="SGDR (Loshchilov and Hutter, 2017). The loss jumps with each restart and ends lower than before. Let the run "
        "end where a cycle ends: after T_0 · (1 + T_mult + T_mult² ...) epochs, else it stops at a high rate.",
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
        refuse=_refuse_one_cycle,
        guard=_mend_first_phase,
        formula="η: lr / div_factor ↗ lr ↘ lr / (div_factor · final_div_factor)",
        help="The warm-up lets you train with a rate several times larger than a constant one would bear, so few epochs "
        "reach far (Smith and Topin, 2018). lr is the peak. With cycle_momentum it sets the momentum itself, of SGD too, "
        "whatever was chosen there.",
    ),
    ScheduleSpec(
        kind="CyclicLR",
        summary="Swings between base_lr and lr.",
        constructor="torch.optim.lr_scheduler.CyclicLR",
        derived=frozendict({"max_lr": "lr"}),
        required=("base_lr",),
        parameters=(
            Parameter(
                "base_lr", Real(0, above=True), 0.0001, "The lowest learning rate, where each cycle begins and ends."
            ),
            Parameter("step_size_up", Integer(), 2000, "Steps from the lowest rate to the highest."),
            Parameter(
                "step_size_down", Maybe(Integer(), none="as up"), None, "Steps from the highest rate to the lowest."
            ),
            Parameter(
                "mode",
                Option(("triangular", "triangular2", "exp_range")),
                "triangular",
                "Whether all cycles are alike, each half as high as the last, or lower by gamma with each step.",
            ),
            Parameter("gamma", Real(0, 1, above=True), 1.0, "Factor at each step, for exp_range."),
            Parameter("cycle_momentum", Flag(), True, "Lower the momentum (beta 1 of Adam) while the rate is high."),
            Parameter("base_momentum", Real(0, 1, below=True), 0.8, "Momentum where the rate is highest."),
            Parameter("max_momentum", Real(0, 1, below=True), 0.9, "Momentum where the rate is lowest."),
        ),
        every="step",
        lr_factor=3.0,
        refuse=_refuse_cyclic,
        doubt_length=_doubt_long_cycle,
        formula="η: base_lr ↗ lr ↘ base_lr ↗ ...",
        help="Smith (2017) found that swinging beats tuning: a cycle of 4 to 20 epochs, between a rate that just learns and "
        "one that just bears it. lr is the peak. With cycle_momentum it sets the momentum itself.",
    ),
    ScheduleSpec(
        kind="ReduceLROnPlateau",
        summary="Falls when the validation loss has not fallen for a while.",
        constructor="torch.optim.lr_scheduler.ReduceLROnPlateau",
        parameters=(
            Parameter("factor", Real(0, 1, above=True, below=True), 0.1, "Factor at each drop."),
            Parameter("patience", Integer(0), 10, "Epochs without a gain that are borne before a drop."),
            Parameter("threshold", Real(0), 0.0001, "What counts as a gain."),
            Parameter(
                "threshold_mode",
                Option(("rel", "abs")),
                "rel",
                "Whether the threshold is a share of the best loss or a difference from it.",
            ),
            Parameter("cooldown", Integer(0), 0, "Epochs after a drop that do not count."),
            Parameter("min_lr", Real(0), 0.0, "The learning rate falls no further than this."),
            Parameter("eps", Real(0), 1e-08, "A drop smaller than this is left out."),
        ),
        monitors="validation loss",
        doubt_length=_doubt_long_patience,
        formula="η ← η · factor after patience + 1 epochs without a lower validation loss",
        help="Needs no plan: it waits for the validation loss to come to rest. A patience of 3 to 10 suits most runs; give "
        "early stopping a longer one, so that a lower rate has its chance first.",
    ),
    ScheduleSpec(
        kind="LinearLR",
        summary="Goes in a straight line from one share of lr to another.",
        constructor="torch.optim.lr_scheduler.LinearLR",
        derived=frozendict({"total_iters": "steps"}),
        parameters=(
            Parameter("start_factor", Real(0, 1, above=True), 1 / 3, "Share of lr at the start."),
            Parameter("end_factor", Real(0, 1), 1.0, "Share of lr at the end of the run."),
        ),
        every="step",
        formula="η(t) = η₀ (start + (end − start) t / T)",
        help="A rise or a fall over the whole run: with a start_factor of 1 and an end_factor of 0.1 it ends at a tenth. For "
        "a rise over the first steps only, use the warm-up of the training settings before another schedule.",
    ),
    ScheduleSpec(
        kind="InverseSquareRootLR",
        summary="Falls with the square root of the steps.",
        constructor="InverseSquareRootLR",
        recipe="schedule",
        parameters=(
            Parameter(
                "timescale", Integer(), 1000, "Steps after which the rate has fallen to 0.71; as long as the warm-up."
            ),
        ),
        every="step",
        formula="η(t) = η₀ √(k / (k + t)), with k the timescale",
        help="The schedule of the first transformer (Vaswani and others, 2017): with a warm-up of k steps before it and a "
        "timescale of k it is exactly theirs. It never ends, so a run can be made longer without changing its start.",
    ),
)
