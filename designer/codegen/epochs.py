"""What the training script does between steps and epochs: averaged weights, early stopping, the schedule's turn."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from designer.codegen.choices import find_pace, has_several_rates
from designer.codegen.evaluation import has_own_scores, list_scores
from designer.codegen.imports import Import
from designer.codegen.layout import STEP, Group, Piece, lay_out
from designer.codegen.metrics import find_metrics
from designer.codegen.readiness import Setup
from designer.codegen.recipes import Definition, collect_definitions
from designer.codegen.source import write_literal, write_piece
from designer.codegen.step import resolve_part

# What a schedule goes by must be the same in every process; statistics of batch normalization are not.
SHARE_LOSS = (
    "if world > 1:  # all go by what the first process sees",
    f'{STEP}seen = torch.tensor(scores["loss"], device=device)',
    f"{STEP}dist.broadcast(seen, 0)",
    f'{STEP}scores["loss"] = seen.item()',
)


@dataclass(frozen=True, slots=True)
class Turns:
    """Lines of `train`, each indented for its place and ending in a newline, or empty.

    `note` come behind the optimizer, `before` before the first epoch, `begin` at the start of each, `after_step` and `after_epoch` speak for
    themselves; `watch` and `evaluate` find the scores, in every process or in the first alone; `decide` comes where the scores of an epoch are known to the first process, `stop` where all go on;
    `behind` after the last epoch. `trained` is the network that is validated and saved.
    """

    note: str = ""
    before: str = ""
    begin: str = ""
    after_step: str = ""
    after_epoch: str = ""
    watch: str = ""
    evaluate: str = ""
    open_decision: str = ""
    decide: str = ""
    stop: str = ""
    behind: str = ""
    trained: str = "model"


def write_turns(setup: Setup, has_statistics: bool) -> Turns:
    """Return the lines; `has_statistics` says that the network has batch normalization."""
    averaging, values = setup.training.averaging.kind, resolve_part(setup, "averaging")
    before, begin, after_epoch = [], [], []
    pace, start = find_pace(setup.schedule, setup.training), ""
    after_step = ["schedule.step()"] if pace.each_step else []
    advance = ["schedule.step()"] if pace.each_epoch == "epoch" else []
    trained = {"EMA": "average.module", "SWA": "trained"}.get(averaging, "model")
    if averaging != "None":
        before.append("average = make_average(model)")
    if averaging == "EMA":
        after_step.append("average.update_parameters(model)")
    if averaging == "SWA":
        start = write_literal(values["start"])
        before.append("trained = model")
        if values["lr"] is not None:
            begin += _write_rate(setup, start, write_literal(values["lr"]))
        after_step = _guard(f"epoch < {start}", after_step)
        advance = _guard(f"epoch < {start}", advance)
        body = ["average.update_parameters(model)", "trained = average.module"]
        if has_statistics:
            body.append(f"update_bn(x.tensor_split(-(-len(x) // {setup.evaluation_batch})), trained)")
        after_epoch = _guard(f"epoch >= {start}", body)
    watch, evaluate = _write_evaluation(setup, trained, start and f"epoch < {start}")
    note = [_write_shares(setup)] if begin and has_several_rates(setup) else []
    turns = Turns(
        note=_join(note, 1),
        before=_join(before, 1),
        begin=_join(begin, 2),
        after_step=_join(after_step, 3),
        after_epoch=_join([*advance, *after_epoch], 2),
        watch=watch,
        evaluate=evaluate,
        trained=trained,
    )
    if setup.training.early_stopping.kind == "None":
        return turns
    return replace(
        turns,
        before=_join(["stopping = make_early_stopping()"], 1) + turns.before,
        open_decision=_join(["over = torch.zeros((), device=device)"], 2),
        decide=_join([f"over += stopping.is_over(scores, {trained})"], 3),
        stop=_join(["if world > 1:", f"{STEP}dist.broadcast(over, 0)", "if over:", f"{STEP}break"], 2),
        behind=_join([f"stopping.restore({trained})"], 1),
    )


def _write_evaluation(setup: Setup, trained: str, is_guarded: str) -> tuple[str, str]:
    """Return the lines that evaluate where a schedule watches the validation, so on every process, and where it does not."""
    line = f"scores = evaluate({trained}, loss, *validation)"
    if find_pace(setup.schedule, setup.training).each_epoch != "validation loss":
        return "", _join([line], 3)
    step = ['schedule.step(scores["loss"])']
    return _join([line, *SHARE_LOSS, *(_guard(is_guarded, step) if is_guarded else step)], 2), ""


def _write_shares(setup: Setup) -> str:
    """Return the line that notes how the learning rates of groups of weights stand to each other."""
    rate = write_literal(setup.optimizer_values.get("lr", 1.0))
    return f'shares = [group["lr"] / {rate} for group in optimizer.param_groups]'


def _write_rate(setup: Setup, epoch: str, rate: str) -> list[str]:
    """Return the lines that give a learning rate to all weights in an epoch; groups keep their proportions."""
    condition = f"if epoch == {epoch}:"
    if has_several_rates(setup):
        groups = f"{STEP}for group, share in zip(optimizer.param_groups, shares, strict=True):"
        return [condition, groups, f'{STEP * 2}group["lr"] = share * {rate}']
    return [condition, f"{STEP}for group in optimizer.param_groups:", f'{STEP * 2}group["lr"] = {rate}']


def write_average(setup: Setup) -> list[str]:
    """Return `make_average`, nothing where the weights are not averaged."""
    kind = setup.training.averaging.kind
    if kind == "None":
        return []
    signature = "def make_average(model: nn.Module) -> AveragedModel:"
    if kind == "SWA":
        return [
            signature,
            f'{STEP}"""Return a copy of the network that holds the mean of the weights it is shown."""',
            f"{STEP}return AveragedModel(model)",
        ]
    decay = write_literal(resolve_part(setup, "averaging")["decay"])
    return [
        signature,
        f'{STEP}"""Return a copy of the network whose weights follow as an exponential moving average."""',
        f"{STEP}return AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn({decay}))",
    ]


def write_early_stopping(setup: Setup) -> list[str]:
    """Return `make_early_stopping`, nothing where all epochs are trained."""
    if setup.training.early_stopping.kind == "None":
        return []
    values = resolve_part(setup, "early_stopping")
    score, higher = find_watched(setup, values["monitor"])
    items: list[tuple[str, Piece]] = [("", write_piece(score)), ("patience=", write_piece(values["patience"]))]
    if values["min_delta"]:
        items.append(("min_delta=", write_piece(values["min_delta"])))
    if higher:
        items.append(("higher_is_better=", "True"))
    if not values["restore_best"]:
        items.append(("restore_best=", "False"))
    return [
        "def make_early_stopping() -> EarlyStopping:",
        f'{STEP}"""Return what ends the run when the validation no longer becomes better."""',
        *lay_out("return ", Group("EarlyStopping(", tuple(items)), "", STEP),
    ]


def find_watched(setup: Setup, monitor: str) -> tuple[str, bool]:
    """Return the name of a score in what `evaluate` returns, and whether higher is better.

    `monitor` is "loss", "metric" for the first of them, or the name of one that is measured.
    """
    if monitor == "loss":
        return monitor, False
    if has_own_scores(setup):
        name = list_scores(setup)[0][0]
        return name, name.partition("_")[0] in ("accuracy", "r2")
    measured = find_metrics(setup)
    found = next((spec for spec in measured if spec.kind == monitor), measured[0])
    return found.kind, found.better == "higher"


def collect_epochs(setup: Setup) -> tuple[Definition, ...]:
    """Return the definitions of recipes that are needed."""
    wanted = setup.training.early_stopping.kind != "None"
    return collect_definitions("early_stopping", ["EarlyStopping"]) if wanted else ()


def import_epochs(setup: Setup, has_statistics: bool) -> tuple[Import, ...]:
    """Return the imports that are needed."""
    names = {"EMA": ["AveragedModel", "get_ema_multi_avg_fn"], "SWA": ["AveragedModel"]}
    wanted = names.get(setup.training.averaging.kind, [])
    if setup.training.averaging.kind == "SWA" and has_statistics:
        wanted.append("update_bn")
    return tuple(("torch.optim.swa_utils", name, "") for name in wanted)


def _guard(condition: str, lines: Iterable[str]) -> list[str]:
    body = [STEP + line for line in lines]
    return [f"if {condition}:", *body] if body else []


def _join(lines: Iterable[str], depth: int) -> str:
    return "".join(f"{STEP * depth}{line}\n" for line in lines)
