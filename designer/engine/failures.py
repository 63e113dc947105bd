"""From an error to the last event of a run: a plain sentence that says what, where and what to do."""

import math
import re
import traceback
import zlib
from dataclasses import dataclass
from typing import Literal

import torch

from designer.document.custom import Untrusted
from designer.document.places import walk
from designer.document.project import Project, used_block
from designer.document.wording import show_name
from designer.engine.blame import Blame, Measured
from designer.engine.board import BoardError
from designer.engine.build import Script, locate
from designer.engine.device import DeviceError
from designer.engine.events import Failed
from designer.engine.memory import measure_free, spell_size
from designer.engine.ownership import FolderError
from designer.engine.plan import Plan
from designer.engine.state import StateError
from designer.engine.trainer import Trainer
from designer.engine.weights import WeightsError

# How runtimes begin what they say when the device itself has failed: nothing more can be had from it.
LOST = re.compile(
    r"(CUDA|HIP|NCCL|XPU|MPS|SYCL) (driver )?error|CUBLAS_STATUS|CUDNN_STATUS|cuDNN error|device-side assert|device lost",
    re.IGNORECASE,
)

# What is said where another process of a training under torchrun is gone.
PEER = re.compile(r"Connection (closed|reset) by peer|remote process exited|Broken pipe|Connection refused")

Phase = Literal["device", "data", "network", "training", "validation", "files"]

LOSSES_TOLD = 4  # before one that is not finite

# What a file that is gone, unreadable or of another kind raises.
DATA_ERRORS = (OSError, ValueError, EOFError, LookupError, zlib.error, ImportError)

# torch's words, and what they mean in the program's own.
ADVICE = (
    (
        r"Target (\d+) is out of bounds",
        "The data hold class {0}, but the network has fewer outputs. Give it one a class",
    ),
    (
        r"index out of range in self",
        "gets a number that is not below num_embeddings, or is negative. Raise num_embeddings above the largest number",
    ),
    (
        r"Expected more than 1 value per channel when training",
        "needs more than one sample in a batch. Choose a batch size that leaves no single row at the end",
    ),
)


@dataclass(slots=True)
class Place:
    """How far a run has come, for the report of its end."""

    phase: Phase = "device"
    epoch: int = 0
    step: int = 0
    rows: int = 0  # of one step, once that is known


@dataclass(frozen=True, slots=True)
class Before:
    """What a loss that is not finite came after: which batch of its epoch it is, the last losses, a layer measured."""

    batch: int
    losses: tuple[float, ...]
    measured: Measured | None


def explain(error: BaseException, plan: Plan, place: Place, script: Script | None, trainer: Trainer | None) -> Failed:
    """Return the event for an error that ended a run."""
    node = locate(error, script, trainer.layers if trainer else None) if script is not None else None
    reason: Literal["data", "out_of_memory", "device", "exception"] = "exception"
    fits = 0
    if isinstance(error, DeviceError):
        reason, message = "device", str(error)
    elif is_out_of_memory(error):
        reason, (message, fits) = "out_of_memory", _explain_memory(error, plan, place, node)
    elif isinstance(error, RuntimeError) and PEER.search(str(error)):
        message = f"Another process of this training has ended after step {place.step}. What it says tells why."
    elif is_device_lost(error):
        reason, message = "device", _explain_loss(error, plan, place, trainer)
    elif isinstance(error, FolderError | WeightsError | Untrusted | BoardError | StateError):
        message = str(error)
    elif place.phase == "data" and isinstance(error, DATA_ERRORS):
        reason, message = "data", _explain_data(error)
    elif place.phase == "files":
        message = f"The run folder cannot be written. {explain_file(error, 'write')}"
    else:
        message = _explain_error(error, plan.project, place, node)
    trace = "".join(traceback.format_exception(error))
    return Failed(reason, message, node, place.epoch, place.step, trace, batch_size=fits)


def explain_divergence(
    culprit: Blame, plan: Plan, place: Place, loss: float, before: Before, learning_rate: float
) -> Failed:
    """Return the event for a loss that is not finite."""
    layer = name_node(plan.project, culprit.node)
    cause = {
        "input": "The batch itself holds values that are not finite",
        "gradient": f"{layer} got gradients that are not finite in the step before",
        "weights": f"The weights of {layer} are not finite any more",
        "output": f"The output of {layer} is the first that is not finite",
        "loss": "The outputs of all layers are finite, but too large for the loss",
        "nothing": "Looked at again, the same step gives a finite loss",
    }[culprit.what]
    remedy = f"Lower the learning rate (it is {learning_rate:g}), or scale the data"
    if culprit.what == "input":
        remedy = "Remove or fill those rows of the data"
    which = "validation loss" if place.phase == "validation" else "loss"
    word = "not a number" if math.isnan(loss) else "infinite"
    where = f"step {place.step} (batch {before.batch} of epoch {place.epoch})"
    figures = "" if culprit.what == "input" else _tell_before(before, plan.project)
    message = f"The {which} is {word} at {where}. {cause}. {figures}{remedy}."
    return Failed("non_finite_loss", message, culprit.node, place.epoch, place.step, "")


def explain_ruin(culprit: Blame, plan: Plan, place: Place, loss: float, before: Before, learning_rate: float) -> Failed:
    """Return the event for a step whose loss is finite, but not its gradients, or what it made of the weights."""
    layer = name_node(plan.project, culprit.node) or "the network"
    where = f"step {place.step} (batch {before.batch} of epoch {place.epoch})"
    if culprit.what == "gradient":
        what = f"The gradient of {layer} is not finite at {where}, while the loss is finite ({loss:.4g})"
    else:
        what = f"The weights of {layer} are not finite after {where}, while the loss is finite ({loss:.4g})"
    remedy = f"Lower the learning rate (it is {learning_rate:g}), or clip the gradients"
    message = f"{what}. {_tell_before(before, plan.project)}{remedy}."
    return Failed("non_finite_loss", message, culprit.node, place.epoch, place.step, "")


def _tell_before(before: Before, project: Project) -> str:
    """Return what was measured before a loss that is not finite, as sentences."""
    told = ""
    losses = [f"{loss:.4g}" for loss in before.losses]
    if losses:
        told = f"The losses before: {', '.join(losses)}. " if len(losses) > 1 else f"The loss before: {losses[0]}. "
    measured = before.measured
    if measured is None:
        return told
    norm = f", the norm of its gradients {measured.norm:.3g}" if measured.norm is not None else ""
    return f"{told}In {name_node(project, measured.node)} the largest finite weight was {measured.largest:.3g}{norm}. "


def name_node(project: Project, node: str | None) -> str:
    """Return how messages call a node: its kind and its name."""
    way = walk(project, node) if node is not None else ()
    names = []
    for known in reversed(way):
        block = project.blocks.get(used_block(known.kind) or "")
        names.append(f"{show_name(block.name if block is not None else known.kind)} `{show_name(known.name)}`")
    return " in ".join(names)


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether an error says that memory ran out: torch has no one class for it on the CPU and on MPS."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    words = ("can't allocate memory", "not enough memory", "out of memory", "std::bad_alloc")
    return isinstance(error, RuntimeError) and any(word in str(error) for word in words)


def is_device_lost(error: BaseException) -> bool:
    """Return whether an error says that the device itself has failed."""
    return isinstance(error, RuntimeError) and LOST.search(str(error)) is not None


def _explain_loss(error: BaseException, plan: Plan, place: Place, trainer: Trainer | None) -> str:
    """Return what became of the device, and what is left."""
    text = str(error).strip().split("\n")[0].rstrip(".")
    device = str(trainer.device) if trainer is not None else plan.device
    after = f"after step {place.step}" if place.step else "before the first step"
    if "device-side assert" in text:
        remedy = (
            "A number was out of range, such as a class the network has no output for: train on the CPU to see which"
        )
    elif plan.out is not None:
        remedy = "Start Designer anew and go on from the last checkpoint, on this device or another one"
    else:
        remedy = "Start Designer anew and train again, on this device or another one"
    return f"The device {device} failed {after}: {text}. {remedy}."


def _explain_memory(error: BaseException, plan: Plan, place: Place, node: str | None) -> tuple[str, int]:
    """Return the message, and a batch size that should fit, 0 where a smaller one would not help."""
    asked = _read_size(str(error))
    amount = f"{spell_size(asked)} more" if asked is not None else "more memory"
    free = measure_free(plan.device)
    left = f", and {spell_size(free)} are free" if free is not None and asked is not None and free < asked else ""
    layer = name_node(plan.project, node)
    if place.phase == "data":
        return f"The data do not fit in memory: {amount} was asked for{left}. Choose fewer rows or smaller samples.", 0
    if place.phase == "network":
        return f"{layer or 'The network'} does not fit in memory: {amount} was asked for{left}. Make it smaller.", 0
    where = f"at {layer}" if layer else "in a step"
    rows = place.rows or plan.batch_size
    fits = _suggest_batch(rows, asked, free)
    if fits == 0:
        remedy = f"Make {layer or 'the network'} smaller: a smaller batch is not enough"
    else:
        remedy = f"Choose a batch size of {fits} instead of {rows}"
    return f"Memory ran out {where}: {amount} was asked for{left}. {remedy}.", fits


def _suggest_batch(batch: int, asked: int | None, free: int | None) -> int:
    """Return a power of two below the batch size: half of it, or what leaves half of the free memory; 0 for none."""
    fits = batch / 2
    if asked is not None and free is not None and asked > free:
        fits = min(fits, batch * free / asked / 2)
    return 1 << (int(fits).bit_length() - 1) if fits >= 1 else 0


def _read_size(text: str) -> int | None:
    """Return the bytes that an allocator says it was asked for."""
    found = re.search(r"tried to allocate ([\d.]+) ?(bytes|[KMGT]i?B)", text, re.IGNORECASE)
    if found is None:
        return None
    unit: int = 1024 ** "bkmgt".index(found[2][0].lower())
    return round(float(found[1].rstrip(".")) * unit)


def explain_file(error: BaseException, doing: Literal["read", "write"]) -> str:
    """Return why a file cannot be read or written, in a whole sentence."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"Cannot {doing} {error.filename}: {(error.strerror or 'unknown reason').lower()}."
    text = " ".join(str(error).split()) or type(error).__name__
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _explain_data(error: BaseException) -> str:
    if isinstance(error, ImportError):
        return f"The data need the library {error.name}, which is not installed here."
    text = " ".join(str(error).split()) or type(error).__name__
    if "zero-size array" in text:
        return "The data hold no rows. Choose other data, or mend the file."
    if isinstance(error, EOFError | LookupError | zlib.error):
        return f"The data file ends too early or is damaged ({text})."
    if isinstance(error, OSError):
        return explain_file(error, "read")
    return tidy(text)


def tidy(text: str) -> str:
    """Return what a recipe says as a sentence for people, without what only programmers read."""
    text = " ".join(text.split()).replace("Error tokenizing data. C error: ", "")  # in front of what pandas has to say
    text = re.sub(r"\[Errno \d+\] ([^:]+): '.*'", lambda found: found[1].lower(), text)
    text = re.sub(r"'[\w-]+' codec can't decode .*", "it is no text, or written in another encoding", text)
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _explain_error(error: BaseException, project: Project, place: Place, node: str | None) -> str:
    text = str(error).strip().split("\n")[0].rstrip(".") or type(error).__name__
    layer = name_node(project, node)
    for pattern, advice in ADVICE:
        if found := re.search(pattern, text):
            sentence = advice.format(*found.groups())
            return f"{sentence}." if sentence[0].isupper() else f"{layer or 'A layer'} {sentence}."
    doing = {
        "device": "while the device was made ready",
        "data": "while the data were read",
        "network": "while the network was built",
        "training": f"at step {place.step + 1}",
        "validation": f"in the validation of epoch {place.epoch}",
        "files": "while files were written",
    }[place.phase]
    return f"{layer or 'Training'} failed {doing}: {text}."
