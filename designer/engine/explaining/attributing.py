"""The work of each method, by captum: attributions to the entries of a probe, folded to one number a place.

Every function of METHODS takes a task and returns for each Input the numbers that captum gives, of its own shape, and
for vectors one number for each that was looked up. Memory is bounded: so many rows go through the network at a time as
make its layers give MOST_NUMBERS together.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from designer.engine.evaluation.record import write_number
from designer.engine.explaining.columns import Column
from designer.engine.explaining.methods import MethodSpec
from designer.engine.explaining.probe import Entry, Probe
from designer.engine.explaining.record import ExplainError, Form

MOST_NUMBERS = 2**26  # that all layers together give for the samples of one batch
MOST_ROWS = 256
STEPS = (64, 256)  # of the way from a baseline: more where the first leave a gap
GAP = 0.02  # share of the difference that may be lost before more steps are taken
WINDOWS = 7  # that cover a side of a picture, or a series, twice as many with half steps


@dataclass(slots=True, eq=False)
class Task:
    """What is to be worked out. `baselines` are those of the Inputs, `middle` that of vectors; `notes` are added to."""

    probe: Probe
    form: Form
    spec: MethodSpec
    baselines: tuple[Tensor, ...]
    baseline: str
    columns: tuple[Column, ...] = ()
    layer: nn.Module | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def batch(self) -> int:
        """Rows that go through the network at a time."""
        return max(min(MOST_NUMBERS // max(self.probe.numbers, 1), MOST_ROWS), 1)


def integrate(task: Task) -> list[Tensor]:
    """Return integrated gradients, with as many steps as it takes."""
    from captum.attr import IntegratedGradients

    probe, entries = task.probe, _demand_entries(task)
    given = tuple(_begin(probe, entry) for entry in entries)
    baselines = tuple(_begin_baseline(task, entry, values) for entry, values in zip(entries, given, strict=True))
    probe.expected = STEPS[0] + 4
    method = IntegratedGradients(lambda *values: probe.answer(entries, values))
    with torch.no_grad():
        ends = probe.answer(entries, baselines), probe.answer(entries, given)
    whole = float(ends[1] - ends[0])
    for steps in STEPS:
        found = method.attribute(given, baselines=baselines, n_steps=steps, internal_batch_size=task.batch)
        together = sum(float(part.cpu().double().sum()) for part in found)
        lost = abs(whole - together) / max(abs(whole), 1e-9)
        if lost <= GAP:
            break
        probe.expected += STEPS[-1]
    factor = probe.question.factor
    told = f"The baseline gets {_write(float(ends[0]) * factor + probe.question.shift)}, this sample {_write(float(ends[1]) * factor + probe.question.shift)}"
    gap = f"; the places together make {_write(together * factor)} of the difference of {_write(whole * factor)}"
    task.notes.append(f"{told}{gap}{_judge(lost)}.")
    return _join(task, entries, found)


def _judge(lost: float) -> str:
    if lost <= GAP:
        return f" (gap {100 * lost:.1f} %)"
    return f": a gap of {100 * min(lost, 9.99):.0f} %, so take it with care; the network bends too sharply on the way"


def differentiate(task: Task) -> list[Tensor]:
    """Return the size of the gradient."""
    from captum.attr import Saliency

    probe, entries = task.probe, _demand_entries(task)
    given = tuple(_begin(probe, entry).clone().requires_grad_() for entry in entries)
    found = Saliency(lambda *values: probe.answer(entries, values)).attribute(given, abs=True)
    return _join(task, entries, found)


def weigh_maps(task: Task) -> list[Tensor]:
    """Return the maps of a layer, weighed by their gradients, as large as the sample."""
    from captum.attr import LayerGradCam

    probe, entries = task.probe, _demand_entries(task)
    assert task.layer is not None
    given = tuple(_begin(probe, entry).clone().requires_grad_() for entry in entries)
    method = LayerGradCam(lambda *values: probe.answer(entries, values), task.layer)
    found = method.attribute(given, relu_attributions=True)
    found = (found[0] if isinstance(found, tuple) else found).detach()
    if found.ndim < 3 or found.shape[0] != 1:
        raise ExplainError("The layer gives no maps of the sample. Choose another layer, or integrated gradients.")
    maps = _enlarge(found, task.probe.parts[0].shape[1:])
    if len(probe.parts) > 1:
        task.notes.append("The map is that of the first Input.")
    return [maps, *(torch.zeros_like(part, dtype=torch.float32) for part in probe.parts[1:])]


def _enlarge(maps: Tensor, sample: torch.Size) -> Tensor:
    """Return maps as large as a sample; those of a line go along the axis of the sample that is nearest in length."""
    from captum.attr import LayerAttribution

    axes = maps.ndim - 2
    if axes == 1:
        lengths = sample[-2:]
        along = min(range(len(lengths)), key=lambda axis: abs(lengths[axis] - maps.shape[2]))
        line: Tensor = LayerAttribution.interpolate(maps, (lengths[along],), "linear").clamp(min=0)[:, 0]
        return line if len(lengths) == 1 else line.unsqueeze(2 - along).expand(1, *lengths)
    if axes != 2 or len(sample) < 2:
        raise ExplainError("The maps of this layer do not lie as the sample does. Choose another layer.")
    plane: Tensor = LayerAttribution.interpolate(maps, tuple(sample[-2:]), "bilinear").clamp(min=0)[:, 0]
    return plane


def occlude(task: Task) -> list[Tensor]:
    """Return how far the answer falls where a place is covered."""
    from captum.attr import FeatureAblation, Occlusion

    probe = task.probe
    vectors = [entry for entry in probe.find_entries() if entry.layer is not None and entry.columns is None]
    entries = [next((v for v in vectors if v.part == k), Entry(k)) for k in range(len(probe.parts))]
    windows = [_choose_windows(task, part) for part in probe.parts]
    probe.expected = sum(_count_covers(task, part, window) for part, window in zip(probe.parts, windows, strict=True))
    found = []
    for entry, part, window in zip(entries, probe.parts, windows, strict=True):
        given = _begin(probe, entry)
        baseline = _begin_baseline(task, entry, given)

        def ask(values: Tensor, entry: Entry = entry) -> Tensor:
            with torch.no_grad():
                return probe.answer([entry], [values])

        if window is not None:
            size, stride = window
            effect = Occlusion(ask).attribute(
                given, size, strides=stride, baselines=baseline, perturbations_per_eval=task.batch
            )
        else:
            mask = _number_places(task, given).to(given.device)
            effect = FeatureAblation(ask).attribute(
                given, baselines=baseline, feature_mask=mask, perturbations_per_eval=task.batch
            )
            effect = _once(effect.float(), mask) if task.form in ("columns", "tokens") else effect
        found.append(effect.float().reshape(part.shape) if effect.numel() == part.numel() else effect.float().sum(-1))
    return found


def _once(effect: Tensor, mask: Tensor) -> Tensor:
    """Return the effect of what is covered together shared out, so that its sum is the effect."""
    counts = torch.bincount(mask.flatten())
    return effect / counts[mask]


def _choose_windows(task: Task, part: Tensor) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Return size and stride of the window that covers a sample, None where places are covered one by one."""
    sizes = part.shape[1:]
    if task.form == "picture" and part.is_floating_point():
        cover = [max(math.ceil(size / WINDOWS), 1) for size in sizes[-2:]]
        return (*sizes[:-2], *cover), (*sizes[:-2], *(max(size // 2, 1) for size in cover))
    if task.form == "series" and part.is_floating_point():
        length = max(math.ceil(sizes[0] / (4 * WINDOWS)), 1)
        return (length, *sizes[1:]), (max(length // 2, 1), *sizes[1:])
    return None


def _count_covers(task: Task, part: Tensor, window: tuple[tuple[int, ...], tuple[int, ...]] | None) -> int:
    if window is None:
        return 1 + (len(task.columns) if task.form == "columns" else part.numel())
    pairs = zip(part.shape[1:], *window, strict=True)
    return 1 + math.prod(math.ceil(max(whole - size, 0) / stride) + 1 for whole, size, stride in pairs)


def _number_places(task: Task, given: Tensor) -> Tensor:
    """Return which place each number belongs to: all that a column became, all of a token's vector."""
    if task.form == "columns" and task.columns:
        mask = torch.zeros(given.shape, dtype=torch.long)
        for number, column in enumerate(task.columns):
            mask[:, torch.as_tensor(column.places)] = number
        return mask
    if task.form == "tokens" and given.ndim > 2:
        return torch.arange(given.shape[1])[None, :, None].expand(given.shape).contiguous()
    return torch.arange(given.numel()).reshape(given.shape)


def _demand_entries(task: Task) -> tuple[Entry, ...]:
    entries = task.probe.find_entries()
    if not entries:
        raise ExplainError("What the network is given reaches no layer that has a gradient. Choose occlusion.")
    return entries


def _begin(probe: Probe, entry: Entry) -> Tensor:
    return probe.parts[entry.part] if entry.vectors is None else entry.vectors


def _begin_baseline(task: Task, entry: Entry, values: Tensor) -> Tensor:
    """Return what stands in an entry's place in the baseline."""
    if entry.layer is None:
        return task.baselines[entry.part]
    if task.baseline in ("middle", "mean"):
        return entry.layer.weight.detach().mean(0).expand_as(values).contiguous()
    return torch.zeros_like(values)


def _join(task: Task, entries: Sequence[Entry], found: Sequence[Tensor]) -> list[Tensor]:
    """Return attributions to the Inputs: those to vectors are added at the places that were looked up."""
    joined = [torch.zeros(part.shape, dtype=torch.float32, device=part.device) for part in task.probe.parts]
    for entry, values in zip(entries, found, strict=True):
        values = values.detach().float()
        if entry.layer is None:
            joined[entry.part] += values
            continue
        each = values.sum(-1) if task.spec.fold == "sum" else values.abs().amax(-1)
        if entry.columns is None:
            joined[entry.part] += each
        else:
            joined[entry.part][:, entry.columns[0]] += each
    return joined


def _write(value: float) -> str:
    return write_number(value, ".4g")


WORK: dict[str, Callable[[Task], list[Tensor]]] = {
    "integrate": integrate,
    "differentiate": differentiate,
    "weigh_maps": weigh_maps,
    "occlude": occlude,
}
