"""Explaining the answer to one sample: from a network and a question to a record of numbers and words."""

import contextlib
import importlib.util
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from designer.catalogue.facts import facts
from designer.engine.bundle import Bundle, count_rows, move_rows, parts_of
from designer.engine.evaluation.randomness import OwnRandomness
from designer.engine.evaluation.resampling import Cancelled, Report, go_on
from designer.engine.explaining.attributing import WORK, Task
from designer.engine.explaining.columns import Column, list_columns
from designer.engine.explaining.methods import METHODS, MISSING, MethodSpec, list_baselines, refuse
from designer.engine.explaining.network import Network
from designer.engine.explaining.probe import Probe, count_numbers
from designer.engine.explaining.questions import list_questions
from designer.engine.explaining.record import Array, Ask, Explained, ExplainError, Floats, Heat
from designer.engine.explaining.traits import Traits, read_traits

FLAT = "All of it is 0: no change at these places moves the answer. A step has no gradient; occlusion sees it."
NO_QUESTION = "The answer of this network is no class, number or token, so there is no one thing to explain."
COVERED = "Covering any one place leaves the answer as it is."


def explain(
    network: Network,
    x: Bundle,
    ask: Ask,
    report: Report = go_on,
    cells: Mapping[str, str] | None = None,
    tokens: int = 0,
) -> Explained:
    """Return why a network answers one sample so; `cells` is what a table has in the sample's row, by column.

    Of a window of tokens the first `tokens` are a text, as `Sample.known` says: asked is what comes behind them.

    The same question gets the same answer, and the network stays as it was: weights, gradients, mode, hooks. Raises
    ExplainError, Cancelled, and what torch raises.
    """
    began = time.perf_counter()
    traits = _demand(network, x, ask)
    if not report(0.0):
        raise Cancelled
    import captum.attr  # noqa: F401 - takes seconds the first time

    spec = METHODS[ask.method]
    with untouched(network.model), OwnRandomness(network.seed):
        outputs, numbers = count_numbers(network, move_rows(x, network.device))
        questions, answer = list_questions(network.project, outputs, network.names, tokens)
        if not questions:
            raise ExplainError(NO_QUESTION)
        asked = answer if ask.question is None or ask.question >= len(questions) else ask.question
        question = questions[asked]
        probe = Probe(network, x, question, report, numbers)
        task, ask = _prepare(network, traits, spec, probe, ask)
        found = WORK[spec.work](task)
        score = float(question.pick(parts_of(outputs), probe.parts)[0])
    factor = question.factor if spec.signed else abs(question.factor)
    heats = tuple(
        _make_heat(network, traits, task, place, values.cpu() * factor, cells or {})
        for place, values in enumerate(found)
    )
    _note_flat(task, heats)
    names = tuple(each.name for each in questions)
    score = score * question.factor + question.shift
    signs = spec.signed, question.is_amount
    seconds = time.perf_counter() - began
    return Explained(ask, spec.title, names, asked, score, question.unit, heats, *signs, tuple(task.notes), seconds)


def _demand(network: Network, x: Bundle, ask: Ask) -> Traits:
    """Return the traits of a network that can be asked so. Raises ExplainError."""
    traits = read_traits(network.project)
    if (text := refuse(ask.method, traits)) or traits is None:
        raise ExplainError(text)
    if importlib.util.find_spec("captum") is None:
        raise ExplainError(MISSING)
    if count_rows(x) != 1:
        raise ExplainError("One sample at a time can be explained.")
    return traits


def _prepare(network: Network, traits: Traits, spec: MethodSpec, probe: Probe, ask: Ask) -> tuple[Task, Ask]:
    """Return the task, and what is asked with nothing left open."""
    columns = list_columns(network.project, network.names) if traits.form == "columns" else ()
    if spec.choose == "layer":
        layer = next((each for each in traits.convolutions if each.id == ask.layer), traits.convolutions[-1])
        task = Task(probe, traits.form, spec, (), "", columns, _find_module(network, layer.id))
        return task, replace(ask, layer=layer.id, baseline="")
    fitting = [each.kind for each in list_baselines(traits)]
    kind = ask.baseline if ask.baseline in fitting else fitting[0]
    if kind in ("mean", "black") and network.ground is None:
        kind = "zero"
    baselines = tuple(_make_baseline(network, probe, kind, place, columns) for place in range(len(probe.parts)))
    return Task(probe, traits.form, spec, baselines, kind, columns), replace(
        ask, baseline=kind if spec.choose else "", layer=""
    )


def _make_baseline(network: Network, probe: Probe, kind: str, place: int, columns: Sequence[Column]) -> Tensor:
    """Return what stands in the place of an Input."""
    part, ground = probe.parts[place], network.ground
    if ground is None or kind not in ("mean", "black") or not part.is_floating_point():
        return torch.zeros_like(part)
    if kind == "black":
        return torch.full_like(part, ground.lows[place])
    mean = ground.means[place].to(part.dtype)[None].clone()
    for column in columns:
        if column.is_code:  # there is no category between two others
            mean[:, torch.as_tensor(column.places)] = ground.commonest[place][torch.as_tensor(column.places)].to(
                part.dtype
            )
    return mean


def _find_module(network: Network, node: str) -> nn.Module:
    """Return the module of a node; of a block that is repeated, the last."""
    path = network.script.source.modules.get(node)
    if path is not None:
        return network.model.get_submodule(path)
    kinds = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
    found = [module for module in network.model.modules() if isinstance(module, kinds)]
    if not found:
        raise ExplainError("This network has no convolution whose maps could be weighed.")
    return found[-1]


def _make_heat(
    network: Network, traits: Traits, task: Task, place: int, found: Tensor, cells: Mapping[str, str]
) -> Heat:
    values = np.asarray(found[0].double().numpy())
    part = task.probe.parts[place][0].cpu().numpy()
    largest = task.spec.fold == "largest"
    if traits.form == "columns":
        groups = task.columns or (Column("value", np.arange(values.size)),)
        each = np.array([_fold(values.ravel()[column.places][None], largest)[0] for column in groups])
        given = tuple(
            cells.get(column.name, _write_numbers(part.ravel()[column.places])) or "missing" for column in groups
        )
        return Heat("columns", each, tuple(column.name for column in groups), given, part)
    if traits.form == "tokens":
        return _make_tokens(network, values.ravel(), part.ravel())
    if traits.form == "series":
        return Heat("series", _fold(values.reshape(len(values), -1), largest), (), (), part.reshape(len(part), -1))
    flat = values.reshape(-1, *values.shape[-2:])
    folded = _fold(np.moveaxis(flat, 0, -1).reshape(-1, len(flat)), largest).reshape(values.shape[-2:])
    return Heat("picture", folded, (), (), part.reshape(-1, *part.shape[-2:]))


def _fold(values: Array, largest: bool) -> Floats:
    """Return one number for each row."""
    return np.asarray(np.abs(values).max(1) if largest else values.sum(1), np.float64)


def _make_tokens(network: Network, values: Floats, numbers: Array) -> Heat:
    """Return the heat of tokens; what only fills up a short text is one place."""
    vocabulary = network.names.get("vocabulary")
    known = facts(network.project)
    words: Sequence[str] = vocabulary["tokens"] if isinstance(vocabulary, dict) else ()
    pad = words[0] if words else None
    if not words and known is not None and known.target.kind == "tokens":
        words = known.target.labels
    names = [words[number] if 0 <= number < len(words) else str(number) for number in numbers.tolist()]
    if pad is None or pad not in names:
        return Heat("tokens", values, tuple(names), (), numbers)
    kept = numbers != 0
    names = [name for name, keep in zip(names, kept.tolist(), strict=True) if keep]
    filled = int((~kept).sum())
    values = np.append(values[kept], values[~kept].sum())
    return Heat("tokens", values, (*names, f"{pad} × {filled}"), (), np.append(numbers[kept], 0))


def _write_numbers(numbers: Array) -> str:
    shown = ", ".join(f"{number:.4g}" for number in numbers[:4].tolist())
    return (shown + (" …" if len(numbers) > 4 else "")).replace("-", "−")


def _note_flat(task: Task, heats: Sequence[Heat]) -> None:
    """Say where there is nothing, or no number."""
    if not all(np.isfinite(heat.values).all() for heat in heats):
        raise ExplainError("What the network gives for this sample is not a number, so nothing can be said of it.")
    if not any(heat.values.any() for heat in heats):
        task.notes.append(COVERED if task.spec.work == "occlude" else FLAT)


@contextlib.contextmanager
def untouched(model: nn.Module) -> Iterator[None]:
    """Put a network into evaluation, ask no gradient of its weights, and leave all as it was."""
    modes = [(module, module.training) for module in model.modules()]
    wanted = [(weight, weight.requires_grad, weight.grad) for weight in model.parameters()]
    try:
        model.eval()
        for weight, _, _ in wanted:
            weight.requires_grad_(False)
        with _without_cudnn(any(weight.is_cuda for weight, _, _ in wanted)), torch.enable_grad():
            yield
    finally:
        for module, training in modes:
            module.training = training
        for weight, grad_wanted, grad in wanted:
            weight.requires_grad_(grad_wanted)
            weight.grad = grad


def _without_cudnn(there: bool) -> contextlib.AbstractContextManager[None]:
    """Do without cuDNN meanwhile, which gives no gradients of recurrent layers in evaluation.

    That holds for the whole process, so a run on another device is left alone.
    """
    return torch.backends.cudnn.flags(enabled=False) if there else contextlib.nullcontext()
