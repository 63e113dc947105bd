"""The receipt of a run: all that is needed to repeat it, what came out, and a judgement over two of them."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from designer.document.atomic import write_file
from designer.document.files import dumps
from designer.engine.events import EpochDone, Finished
from designer.engine.ownership import hash_content
from designer.engine.record import Record

if TYPE_CHECKING:
    from torch import Tensor

    from designer.engine.plan import Plan

NAME = "receipt.json"
VERSION = 1
TOLERANCE = 0.01  # relative difference of a loss or metric that rounding may make in a long run
_NOISE = 1e-6  # and the absolute one


class ReceiptError(ValueError):
    """A receipt that cannot be read or repeated. A whole sentence that says why and what to do."""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What was run and what came out. `project` is the whole project as text, so that the receipt is enough.

    Hashes are SHA-256 in hexadecimal. `refusal` says why the run cannot be repeated, "" where it can. `epochs` has
    for each epoch its number, step, losses and metrics by name.
    """

    version: int = VERSION
    name: str
    project_hash: str
    script_hash: str
    data: Mapping[str, str]
    start: str = ""  # hash of the file of weights that the network began from
    seed: int
    device: str
    threads: int = 0
    versions: Mapping[str, str]
    reason: str
    steps: int
    seconds: float
    epochs: tuple[Mapping[str, float | None], ...]
    weights_hash: str
    refusal: str = ""
    project: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a repeated run compares with the first. `epoch` is the first that differs, `largest` the largest difference.

    "identical" is so bit for bit, "close" within the tolerance, "other data" and "impossible" were not compared.
    """

    verdict: Literal["identical", "close", "differs", "other data", "impossible", "stopped"]
    message: str
    epoch: int | None = None
    largest: float = 0.0

    def describe(self) -> dict[str, object]:
        """Return the fields as values of JSON."""
        return asdict(self)


def make_receipt(
    plan: "Plan", record: Record, epochs: Sequence[EpochDone], ended: Finished, weights_hash: str
) -> Receipt:
    """Return the receipt of a run that went to its end."""
    project = dumps(plan.project)
    return Receipt(
        name=record.name,
        project_hash=hash_content(project.encode()),
        script_hash=hash_content(plan.source.text.encode()),
        data=record.data,
        start=hash_content(plan.weights.read_bytes()) if plan.weights is not None else "",
        seed=plan.seed,
        device=record.device,
        threads=record.threads,
        versions=record.versions,
        reason=ended.reason,
        steps=ended.step,
        seconds=ended.seconds,
        epochs=tuple(_list_scores(epoch) for epoch in epochs),
        weights_hash=weights_hash,
        refusal=write_refusal(record),
        project=project,
    )


def write_refusal(record: Record) -> str:
    """Return why a run cannot be repeated from its project alone, "" where it can."""
    if not record.changes:
        return ""
    steps = ", ".join(f"{change.step:,}" for change in record.changes[:5])
    which = f"step {steps}" if len(record.changes) == 1 else f"steps {steps}"
    return (
        f"The run was changed after {which}: its project is not all that led to its result, and it cannot be repeated."
    )


def write_receipt(path: Path, receipt: Receipt) -> None:
    """Write a receipt. Raises OSError."""
    write_file(path, msgspec.json.format(msgspec.json.encode(receipt)))


def read_receipt(path: Path) -> Receipt:
    """Return the receipt in a file or a run folder. Raises ReceiptError."""
    file = path / NAME if path.is_dir() else path
    try:
        receipt = msgspec.json.decode(file.read_bytes(), type=Receipt)
    except FileNotFoundError:
        if path.is_dir():
            raise ReceiptError(f"{path} has no {NAME}: only a run that went to its end has one.") from None
        raise ReceiptError(f"There is no receipt {path}.") from None
    except OSError as error:
        raise ReceiptError(f"Cannot read {file}: {(error.strerror or str(error)).lower()}.") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ReceiptError(f"{file} is no receipt of a run: {error}.") from None
    if receipt.version != VERSION:
        raise ReceiptError(f"{file} is of another version of Designer ({receipt.version}), which can repeat it.")
    if hash_content(receipt.project.encode()) != receipt.project_hash:
        raise ReceiptError(f"The project in {file} was changed after the run, so there is nothing to compare with.")
    return receipt


def hash_weights(tensors: "Mapping[str, Tensor]") -> str:
    """Return the SHA-256 over names, types, shapes and contents of tensors in the CPU's memory."""
    import torch

    digest = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name].contiguous()
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(tensor.flatten().view(torch.uint8).numpy().data)
    return digest.hexdigest()


def judge(first: Receipt, second: Receipt, tolerance: float = TOLERANCE) -> Judgement:
    """Return how a repeated run compares with the first."""
    ours, theirs = first.data.get("fingerprint", ""), second.data.get("fingerprint", "")
    if ours != theirs:
        return judge_data(ours, theirs)
    largest, place = 0.0, None
    for epoch, (before, after) in enumerate(zip(first.epochs, second.epochs, strict=False), 1):
        for name in before:
            if name == "seconds":
                continue
            apart = _distance(before[name], after.get(name))
            if apart and place is None:
                place = epoch, name, before[name], after.get(name)
            if apart > tolerance:
                reason = f"{_write(after.get(name))} now, {_write(before[name])} then"
                told = f"Differs at epoch {epoch:,}: {name} is {reason}.{_suspect(first, second)}"
                return Judgement("differs", told, epoch, apart)
            largest = max(largest, apart)
    if len(first.epochs) != len(second.epochs):
        epoch = min(len(first.epochs), len(second.epochs)) + 1
        told = f"Differs at epoch {epoch:,}: {len(second.epochs):,} epochs now, {len(first.epochs):,} then."
        return Judgement("differs", told + _suspect(first, second), epoch, math.inf)
    epochs = "1 epoch" if len(first.epochs) == 1 else f"{len(first.epochs):,} epochs"
    if place is None and first.weights_hash == second.weights_hash:
        return Judgement("identical", f"Identical bit for bit: {epochs}, {first.steps:,} steps and the final weights.")
    if place is None:
        told = f"Within tolerance: all figures of {epochs} are the same, the final weights differ by rounding."
        return Judgement("close", told + _suspect(first, second))
    told = (
        f"Within tolerance: over {epochs} no figure differs by more than {largest:.2g} of its size; "
        f"the first to differ is {place[1]} of epoch {place[0]:,}."
    )
    return Judgement("close", told + _suspect(first, second), place[0], largest)


def judge_data(before: str, after: str) -> Judgement:
    """Return the judgement over a run with other data than the first had."""
    told = f"The data are not those of the run: their fingerprint is {after}, and was {before}. Nothing was compared."
    return Judgement("other data", told + " Choose the data of the run.")


def _suspect(first: Receipt, second: Receipt) -> str:
    """Return a sentence on what was not the same around the two runs, "" where all was."""
    found = [
        f"{name} {second.versions.get(name, 'none')} instead of {version}"
        for name, version in first.versions.items()
        if second.versions.get(name) != version
    ]
    if first.script_hash != second.script_hash:
        found.append("another script from the same project")
    if first.device != second.device:
        found.append(f"{second.device} instead of {first.device}")
    if first.threads != second.threads:
        found.append(f"{second.threads} threads instead of {first.threads}")
    return f" Not the same were: {'; '.join(found)}." if found else ""


def _list_scores(epoch: EpochDone) -> dict[str, float | None]:
    scores: dict[str, float | None] = {
        "epoch": epoch.epoch,
        "step": epoch.step,
        "train_loss": _finite(epoch.train_loss),
        "val_loss": _finite(epoch.val_loss),
        "learning_rate": epoch.learning_rate,
    }
    scores |= {f"train_{name}": _finite(value) for name, value in epoch.train_metrics.items()}
    return scores | {f"val_{name}": _finite(value) for name, value in epoch.val_metrics.items()}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _distance(before: float | None, after: float | None) -> float:
    """Return how far two figures are apart, relative to their size; 0 only where they are the same."""
    if before == after:
        return 0.0
    if before is None or after is None:
        return math.inf
    return max(abs(before - after) / max(abs(before), abs(after), _NOISE), 1e-300)


def _write(value: float | None) -> str:
    return "no number" if value is None else f"{value:.9g}"
