"""Weights in files of others: what a .safetensors or a state_dict of torch.save holds, read without running any of it."""

import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from designer.catalogue.transfer import Entry
from designer.codegen.source import Source
from designer.document.wording import show_name

LARGEST_FILE = 2**37  # bytes: 128 GiB
LARGEST_PICKLE = 2**26  # bytes of names and sizes in a file of torch.save: 64 MiB
MOST_TENSORS = 200_000
DEEPEST = 8  # dicts within dicts

# Where training programs keep the network's state_dict beside the optimizer's and other things, most telling first.
KEYS = ("state_dict", "model_state_dict", "model", "network", "net", "module", "weights", "params", "state", "ema")
NODES = "designer.nodes"  # the metadata in which a file of ours keeps the layer of each tensor

_DTYPES = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "I64": "int64",
    "I32": "int32",
    "I16": "int16",
    "I8": "int8",
    "U8": "uint8",
    "BOOL": "bool",
}
_STRANGERS = (
    (b"\x89HDF", "is an HDF5 file, as Keras writes it"),
    (b"version https://git-lfs", "is only the pointer that Git LFS leaves in place of a file. Fetch the file itself"),
    (b"<", "is a web page, not the file it was to be. Download it again"),
    (b"\x93NUMPY", "is a NumPy array"),
    (b"GGUF", "is a GGUF file"),
)


class WeightsError(ValueError):
    """A file that cannot be taken as weights: whole sentences that say why and what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Archive:
    """An open file of weights. Names and sizes are here; `read` brings one tensor, on the CPU.

    `ordered` says whether the entries stand in the order of the network that was saved.
    """

    path: Path
    entries: tuple[Entry, ...]
    ordered: bool
    read: Callable[[str], Tensor]


def open_weights(path: Path) -> Archive:
    """Return what a file holds, told by its content whatever it is called. Raises WeightsError.

    Of a pickle nothing runs: torch's own reader takes tensors and plain containers and refuses everything else.
    """
    name = show_name(str(path), 200)
    try:
        if path.is_dir():
            raise WeightsError(f"{name} is a folder. Choose the file in it that holds the weights.")
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(64)
    except FileNotFoundError:
        raise WeightsError(f"There is no file {name}.") from None
    except (OSError, ValueError) as error:
        raise WeightsError(f"Cannot read {name}: {(getattr(error, 'strerror', '') or str(error)).lower()}.") from None
    if size > LARGEST_FILE:
        raise WeightsError(f"{name} has {size / 2**30:,.0f} GiB, more than this program reads ({LARGEST_FILE >> 30}).")
    if not head:
        raise WeightsError(f"{name} is empty.")
    if head[8:9] == b"{":
        archive = _open_safetensors(path, name)
    elif head[:4] == b"PK\x03\x04":
        _inspect_zip(path, name)
        archive = _open_state(path, name, mmap=True)
    elif head[:1] == b"\x80":
        archive = _open_state(path, name, mmap=False)
    else:
        raise WeightsError(_describe_stranger(head, name))
    if not archive.entries:
        raise WeightsError(
            f"{name} holds no tensors with names. Save the weights with torch.save(model.state_dict(), ...)."
        )
    if len(archive.entries) > MOST_TENSORS:
        raise WeightsError(f"{name} holds {len(archive.entries):,} tensors, more than any network ({MOST_TENSORS:,}).")
    return archive


def find_nodes(names: Iterable[str], source: Source) -> dict[str, str]:
    """Return the layer of each tensor of a network, where it has one: that of the longest module path before its name."""
    layers = {path: node for node, path in source.modules.items()}
    found = {}
    for name in names:
        path = name
        while path:
            path = path.rpartition(".")[0]
            if path in layers:
                found[name] = layers[path]
                break
    return found


def write_nodes(nodes: Mapping[str, str]) -> dict[str, str]:
    """Return the metadata of a file of ours, which says the layer of each tensor."""
    return {NODES: json.dumps(nodes)}


def demand_same_layers(path: Path, source: Source) -> None:
    """Raise WeightsError where a file of ours was written for the network as it was before layers came, went or moved.

    A file without that knowledge passes: its names must do. So does one that cannot be read, for others to say so.
    """
    try:
        with safe_open(path, framework="pt") as file:
            before = _read_nodes(file.metadata() or {})
    except (OSError, SafetensorError):
        return
    now = find_nodes(before, source)
    if any(now.get(name) != node for name, node in before.items()):
        raise WeightsError(
            f"{show_name(str(path), 200)} was made for this network as it was before layers were added, moved or "
            "renamed. Load the weights again, from the same file."
        )


def _describe_stranger(head: bytes, name: str) -> str:
    for start, what in _STRANGERS:
        if head.lstrip().startswith(start):
            return f"{name} {what}. Weights are read from .safetensors and from files of torch.save."
    return f"{name} holds no weights: it is neither a .safetensors nor a file of torch.save, or its beginning is lost."


# --- safetensors ----------------------------------------------------------------------------------------------------


def _open_safetensors(path: Path, name: str) -> Archive:
    try:
        file: Any = safe_open(path, framework="pt")
        nodes = _read_nodes(file.metadata() or {})
        entries = []
        for key in file.keys():  # noqa: SIM118 - it is no dict
            part = file.get_slice(key)
            dtype = part.get_dtype()
            entries.append(Entry(key, tuple(part.get_shape()), _DTYPES.get(dtype, dtype.lower()), nodes.get(key, "")))
    except (SafetensorError, OSError, ValueError) as error:
        raise WeightsError(_explain_safetensors(error, name)) from None

    def read(key: str) -> Tensor:
        try:
            tensor: Tensor = file.get_tensor(key)
        except (SafetensorError, OSError, ValueError) as error:
            raise WeightsError(_explain_safetensors(error, name)) from None
        return tensor

    return Archive(path, tuple(entries), False, read)


def _read_nodes(metadata: Mapping[str, str]) -> dict[str, str]:
    """Return the layer of each tensor where a file of ours says so."""
    try:
        found = json.loads(metadata.get(NODES, "{}"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) and all(isinstance(node, str) for node in found.values()) else {}


def _explain_safetensors(error: BaseException, name: str) -> str:
    text = str(error)
    if "incomplete" in text or "invalid header length" in text or "header too small" in text:
        return f"{name} is cut off or damaged: it is shorter or longer than its beginning says. Fetch it again."
    return f"{name} is a damaged .safetensors ({' '.join(text.split())[:120]}). Fetch it again."


# --- torch.save -----------------------------------------------------------------------------------------------------


def _inspect_zip(path: Path, name: str) -> None:
    """Raise where a zip file is cut off, no file of torch.save, or packed so that it could unfold without end."""
    try:
        with zipfile.ZipFile(path) as file:
            members = file.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise WeightsError(f"{name} is cut off or damaged: its end is missing. Fetch it again.") from None
    pickles = [member for member in members if member.filename.endswith("data.pkl")]
    if any(member.filename.endswith(".npy") for member in members):
        raise WeightsError(f"{name} is an archive of NumPy arrays. Save them with torch.save or as .safetensors.")
    if not pickles:
        raise WeightsError(f"{name} is a zip file, but none of torch.save.")
    if any(member.filename.endswith("constants.pkl") for member in members):
        raise WeightsError(f"{name} is a TorchScript program, which would have to run. Save its state_dict instead.")
    if any(member.compress_type != zipfile.ZIP_STORED for member in members):
        raise WeightsError(f"{name} was packed again by another program. Unpack the file as torch.save wrote it.")
    if pickles[0].file_size > LARGEST_PICKLE:
        raise WeightsError(f"{name} lists {pickles[0].file_size >> 20:,} MB of names, more than any network has.")


def _open_state(path: Path, name: str, *, mmap: bool) -> Archive:
    try:
        content = torch.load(path, map_location="cpu", weights_only=True, mmap=mmap)
    except Exception as error:  # noqa: BLE001 - a damaged pickle may raise anything
        raise WeightsError(_explain_state(error, name, whole=mmap)) from None
    tensors = dict(_find_tensors(content))
    entries = tuple(Entry(key, tuple(tensor.shape), _name_dtype(tensor)) for key, tensor in tensors.items())
    return Archive(path, entries, True, lambda key: tensors[key].detach())


def _explain_state(error: BaseException, name: str, *, whole: bool) -> str:
    text = " ".join(str(error).split())
    damaged = "" if whole else "is cut off or damaged, or "  # the old form of torch.save has no end to look for
    found = re.search(r"GLOBAL (\S+) (?:was not an allowed|whose module)", text)
    if found is not None:
        what = show_name(found[1], 80)
        return (
            f"{name} {damaged}holds more than weights: reading it would run code (`{what}`). Nothing of it was run. "
            "Ask for a .safetensors, or for a file of torch.save(model.state_dict(), ...)."
        )
    if "Weights only load failed" in text or "WeightsUnpickler" in text:
        return (
            f"{name} is damaged, or holds more than weights. Nothing of it was run. "
            "Ask for a .safetensors, or for a file of torch.save(model.state_dict(), ...)."
        )
    if isinstance(error, MemoryError):
        return f"{name} does not fit in memory."
    return f"{name} is cut off or damaged, or no file of torch.save. Nothing of it was run. Fetch it again."


def _find_tensors(content: object) -> Iterator[tuple[str, Tensor]]:
    """Yield the tensors of a state_dict by name: the network's own where it lies among other things."""
    for _ in range(DEEPEST):
        if not isinstance(content, Mapping) or any(isinstance(value, Tensor) for value in content.values()):
            break
        inner = [content[key] for key in KEYS if _count_tensors(content.get(key))]
        if not inner:
            break
        content = inner[0]
    if isinstance(content, Mapping):
        yield from _flatten(content, "", 0)


def _flatten(content: Mapping[Any, Any], before: str, depth: int) -> Iterator[tuple[str, Tensor]]:
    """Yield the tensors of dicts within dicts, except an optimizer's: several networks in one file keep their names."""
    for key, value in content.items():
        if not isinstance(key, str):
            continue
        if isinstance(value, Tensor):
            yield before + key, value
        elif isinstance(value, Mapping) and depth < DEEPEST and not key.startswith(("optim", "sched", "_metadata")):
            yield from _flatten(value, f"{before}{key}.", depth + 1)


def _count_tensors(content: object) -> int:
    return sum(1 for _ in _flatten(content, "", 0)) if isinstance(content, Mapping) else 0


def _name_dtype(tensor: Tensor) -> str:
    """Return torch's name for the numbers of a tensor, with what else keeps them from being plain ones."""
    name = str(tensor.dtype).removeprefix("torch.")
    if tensor.is_meta:
        return f"missing {name}"
    return name if tensor.layout == torch.strided else f"sparse {name}"
