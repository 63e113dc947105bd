"""Problems of the training: its settings, the size of batches, what it needs of memory."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from designer.catalogue.check import fixes
from designer.catalogue.check.fixes import Part
from designer.catalogue.check.nodes import group_objections
from designer.catalogue.check.problem import Fix, Problem, Severity
from designer.catalogue.check.study import Study
from designer.catalogue.parameters import resolve
from designer.catalogue.registry import losses, objectives, optimizers, schedules
from designer.catalogue.shapes import Inferred
from designer.catalogue.spec import Declaration
from designer.catalogue.training_settings import OFF, averagings, clippings, count_step_rows, stoppings, warmups
from designer.catalogue.training_spec import Refusal
from designer.document import limits
from designer.document.edits import set_option
from designer.document.project import Training
from designer.document.wording import show_name

PARTS: tuple[tuple[Part, Mapping[str, Declaration]], ...] = (
    ("objective", objectives),
    ("loss", losses),
    ("optimizer", optimizers),
    ("schedule", schedules),
    ("warmup", warmups),
    ("clip", clippings),
    ("averaging", averagings),
    ("early_stopping", stoppings),
)

# Bytes that training may need before a word is said, and bytes of each part of it: for a weight itself, its gradient
# and two running averages; for a value in a batch itself and its gradient.
AMPLE_MEMORY = 16e9
BYTES_OF_WEIGHT, BYTES_OF_VALUE = 16, 8

# Rows of a validation batch, in scripts and in the engine.
EVALUATION_BATCH = 1024


def find_wrong_settings(study: Study) -> Iterator[Problem]:
    """Yield losses, optimizers and schedules that are not known or cannot be as set, and impossible numbers."""
    training, usual = study.project.training, Training()
    for part, known in PARTS:
        choice = getattr(training, part)
        spec = known.get(choice.kind)
        if spec is None:
            words = part.replace("_", " ")
            message = f"The {words} `{show_name(choice.kind)}` is not known here. Choose another."
            yield Problem("error", None, message, (fixes.choose(part, getattr(usual, part).kind),))
            continue
        _, objections = resolve(spec.parameters, choice.parameters)
        subject = f"`{part}` {choice.kind}" if choice.kind == OFF else choice.kind  # several parts may be off
        for names, message in group_objections(spec.parameters, objections):
            yield Problem("error", None, f"{subject}: {message}", (fixes.reset_choice(part, names),))
    for field in ("epochs", "batch_size", "accumulate", "seed"):
        try:
            limits.accept_whole(getattr(training, field), *limits.WHOLE[field])
        except limits.Refused as reason:
            default = getattr(usual, field)
            fix = fixes.set_training(f"Set {field} to {default}", **{field: default})
            yield Problem("error", None, f"`{field}` {reason}.", (fix,))
    try:
        limits.accept_batch(training.batch)
    except limits.Refused as reason:
        yield Problem("error", None, f"`batch` {reason}.", (fixes.set_training("Use mini-batches", batch="mini"),))
    try:
        limits.accept_device(training.device)
    except limits.Refused as reason:
        yield Problem("error", None, f"`device` {reason}.", (fixes.set_training("Set device to auto", device="auto"),))


def find_clashing_settings(study: Study) -> Iterator[Problem]:
    """Yield settings that are sound one by one but not together, and learning rates that rarely work."""
    training = study.project.training
    optimizer, schedule = optimizers.get(training.optimizer.kind), schedules.get(training.schedule.kind)
    if optimizer is None:
        return
    values, _ = resolve(optimizer.parameters, training.optimizer.parameters)
    if refusal := optimizer.refuse(values):
        yield _object("error", "optimizer", refusal)
    ample = 1.0
    if schedule is not None:
        ample = schedule.lr_factor
        schedule_values, _ = resolve(schedule.parameters, training.schedule.parameters)
        if refusal := schedule.refuse(schedule_values, optimizer):
            yield _object("error", "schedule", refusal)
        if refusal := schedule.doubt_length(schedule_values, training.epochs, study.steps):
            yield _object("hint", "schedule", refusal)
    low, high = optimizer.usual_lr
    rate = values["lr"]
    if not low <= rate <= high * ample:
        default = next(parameter.default for parameter in optimizer.parameters if parameter.name == "lr")
        does = "too small to learn" if rate < low else "so large that the loss will jump or grow"
        message = f"A learning rate of {rate:g} is most likely {does} under {optimizer.kind}. Try {default:g}."
        yield Problem("hint", None, message, (fixes.set_choice("optimizer", {"lr": default}),))


def _object(severity: Severity, part: Part, refusal: Refusal) -> Problem:
    return Problem(severity, None, refusal.message, (fixes.set_choice(part, refusal.settings),))


def find_wrong_batches(study: Study) -> Iterator[Problem]:
    """Yield batches larger than the data, and those that leave a BatchNorm a single value to normalise."""
    training, rows = study.project.training, study.training_rows
    size = {"single": 1, "full": rows or training.batch_size}.get(training.batch, training.batch_size)
    if size < 1 or training.accumulate < 1:
        return
    if rows is not None and 0 < rows < size:
        message = f"A batch of {size} is more than the {rows} training rows there are: each epoch is one step."
        yield Problem("hint", None, message, (fixes.set_training(f"Set batch_size to {rows}", batch_size=rows),))
    last = _count_last(training, rows) if rows else size
    for known in study.find("batch") if size == 1 or last <= 1 else ():
        if known.outputs is None or known.node.id not in study.live:
            continue
        alone = known.outputs[0].elements == known.outputs[0].sizes[0]  # one value a channel and sample
        if size > 1 and (last > 1 or not alone):
            continue
        better = _choose_batch(max(size, 31), rows)
        changes = {"batch_size": better, "batch": "mini", "accumulate": 1}
        fix = (fixes.set_training(f"Set batch_size to {better}", **changes),) if better else ()
        if not alone:
            message = (
                f"With batches of 1, {known.subject} sees a single sample at a time, which is too few. Use larger ones."
            )
            yield Problem("warning", known.node.id, message, fix)
        else:
            which = (
                "With batches of 1" if size == 1 else f"The last of {rows} rows in batches of {size} stands alone, and"
            )
            message = (
                f"{which} {known.subject} has one value to normalise, which torch refuses. Use another batch size."
            )
            yield Problem("error", known.node.id, message, fix)
        return


def find_lone_validation_row(study: Study) -> Iterator[Problem]:
    """Yield a BatchNorm without running statistics that gets a single row as the last batch of the validation."""
    rows = study.validation_rows
    if rows is None or rows % EVALUATION_BATCH != 1:
        return
    for known in study.find("batch"):
        sizes = known.outputs[0].sizes if known.outputs is not None and known.node.id in study.live else ()
        if known.values.get("track_running_stats") is False and sizes and math.prod(sizes[1:]) == 1:
            which = "The only validation row" if rows == 1 else f"The last of {rows} validation rows"
            message = (
                f"{which} stands alone, and {known.subject} has one value to normalise, "
                "which torch refuses. Set `track_running_stats` on."
            )
            yield Problem("error", known.node.id, message, (fixes.reset(known.node.id, ["track_running_stats"]),))


def _count_last(training: Training, rows: int) -> int:
    """Return the rows of the smallest batch: the last step of an epoch has what is left, cut into its parts."""
    together = count_step_rows(training, rows)
    last = rows % together or min(together, rows)
    return last // min(training.accumulate, last)


def _choose_batch(size: int, rows: int | None) -> int:
    """Return a batch size above `size` that leaves no row alone, 0 where there is none."""
    if rows is not None and rows < 2:
        return 0
    return next(better for better in range(size + 1, size + 4) if rows is None or rows % better != 1)


def find_nothing_to_learn(study: Study) -> Iterator[Problem]:
    """Yield that the network has no weights, or that all of them are frozen."""
    nodes = study.inference.nodes
    if any(known.parameters and not known.options["frozen"] and key in study.live for key, known in nodes.items()):
        return  # something learns, which the first layers of a network mostly show
    learners = [known.node.id for known in study.in_order(study.live) if known.parameters]
    if learners:
        message = "Every layer with weights is frozen, so nothing would be learned. Unfreeze the last one, or all."
        yield Problem("error", None, message, tuple(_thaw(study, learners)))
        return
    complete = study.outputs and all(nodes[node].error is None and nodes[node].spec for node in study.live)
    if complete and study.answer is not None:
        message = "The network has nothing to learn. Add a layer with weights, such as Linear."
        yield Problem("error", None, message, tuple(_add_linear(study)))


def _thaw(study: Study, learners: Sequence[str]) -> Iterator[Fix]:
    """Yield what learns again: the last layer, or all."""
    last = learners[-1]
    named = show_name(study.inference.nodes[last].node.name)
    yield Fix(f"Unfreeze {named}", lambda project: set_option(project, [last], "frozen", None))
    yield Fix("Unfreeze all", lambda project: set_option(project, learners, "frozen", None))


def _add_linear(study: Study) -> Iterator[Fix]:
    edge = study.wire_into(study.outputs[0]) if len(study.outputs) == 1 else None
    if edge is not None and study.answer is not None and len(study.answer.sizes) <= 2 and study.answer.dtype == "float":
        yield fixes.insert_plain(edge, "Linear")


def find_too_much_memory(study: Study) -> Iterator[Problem]:
    """Yield that training needs more memory than most machines have."""
    size = study.project.training.batch_size
    weights, values = study.total(_count_weights), study.total(_count_values)
    needed = BYTES_OF_WEIGHT * weights + BYTES_OF_VALUE * values * size
    if needed <= AMPLE_MEMORY:
        return
    message = f"Training needs about {needed / 1e9:,.0f} GB of memory, more than most machines have. "
    room = AMPLE_MEMORY - BYTES_OF_WEIGHT * weights
    fitting = int(room // (BYTES_OF_VALUE * values)) if values else 0
    if fitting >= 1:
        fix = fixes.set_training(f"Set batch_size to {fitting}", batch_size=fitting)
        yield Problem("warning", None, message + "Use smaller batches.", (fix,))
    else:
        yield Problem("warning", None, message + "Use fewer or smaller layers.")


def _count_weights(layers: Iterable[Inferred]) -> int:
    return sum([known.parameters for known in layers])


def _count_values(layers: Iterable[Inferred]) -> int:
    return sum([math.prod(kind.sizes) for known in layers for kind in known.outputs or ()])
