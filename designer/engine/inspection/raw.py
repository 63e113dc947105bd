"""Samples as their file has them, each with its class or value and its part: what can be listed, filtered, looked at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from designer.catalogue.facts import facts
from designer.catalogue.parameters import Values, resolve
from designer.catalogue.registry import sources
from designer.document.project import Project
from designer.engine.inspection.reading import Reading

Form = Literal["files", "picture", "text", "row", "encoded", "series", "corpus", "numbers"]
PARTS = ("train", "validation", "test")
OUT = -1  # the part of a sample that is in none, as between two in time


@dataclass(frozen=True, slots=True, eq=False)
class Raw:
    """The samples of a source.

    Those of "files" are pictures below `root`, of a "picture" `read` gives C x H x W bytes; "encoded" are rows of a table
    that is too large to be held.

    `items` are the files, the texts, the table, the numbers of the series, or the text of a corpus. `classes` is the
    place of each one's label among `labels`, or `values` what is to be predicted, N x values in their own unit; where
    these `are_answers` they are 0 or 1, no or yes to each of `labels`.
    """

    form: Form
    count: int
    parts: NDArray[np.int8]
    labels: tuple[str, ...]
    classes: NDArray[np.int64] | None
    values: NDArray[np.float64] | None
    items: Any
    root: Path | None = None
    read: Callable[[int], NDArray[Any]] | None = None
    are_answers: bool = False

    def label(self, place: int) -> str:
        """Return what is to be answered to a sample, in words."""
        if self.classes is not None:
            return self.labels[int(self.classes[place])]
        if self.values is None:
            return ""
        if self.are_answers:
            return ", ".join(name for name, yes in zip(self.labels, self.values[place], strict=True) if yes) or "none"
        return ", ".join(f"{value:.6g}" for value in self.values[place][:4].tolist()).replace("-", "−")

    def part(self, place: int) -> str:
        """Return the part that a sample is in, "" for none."""
        part = int(self.parts[place])
        return PARTS[part] if part >= 0 else ""

    def count_classes(self) -> list[list[int]]:
        """Return for each part how many samples there are of each class."""
        assert self.classes is not None
        size = len(self.labels)
        return [np.bincount(self.classes[self.parts == part], minlength=size).tolist() for part in range(len(PARTS))]


def find_raw(reading: Reading) -> Raw:
    """Return the samples of what was read, which is listed or at its end."""
    project, first = reading.project, reading.first
    listed = any(name in first for name in ("files", "texts", "values", "targets")) and "y" in first
    names = first if listed else reading.names | ({"y": first["y"]} if "y" in first else {})
    form, items, read = _find_form(reading, names)
    count = len(names["y"]) if "y" in names else len(items)
    labels, classes, values = _find_answers(project, names.get("y"), count)
    root = None
    if form == "files" and reading.path is not None:
        root = reading.path if reading.path.is_dir() else reading.path.parent
    known = facts(project)
    are_answers = known is not None and known.target.kind == "labels"
    return Raw(form, count, find_parts(names, count), labels, classes, values, items, root, read, are_answers)


def find_parts(names: Mapping[str, Any], count: int) -> NDArray[np.int8]:
    """Return the part of each sample; those that are for training and for validation are training samples."""
    parts = np.full(count, OUT, np.int8)
    for part in reversed(range(len(PARTS))):
        rows = names.get(PARTS[part])
        if rows is not None:
            parts[rows if isinstance(rows, slice) else np.asarray(rows)] = part
    return parts


def _find_form(reading: Reading, names: Mapping[str, Any]) -> tuple[Form, Any, Callable[[int], NDArray[Any]] | None]:
    """Return what the samples are, and how one of those in memory is read."""
    if "texts" in names:
        return "text", names["texts"], None
    if "files" in names:
        return "files", names["files"], None
    if "series" in names:
        return "series", names.get("history", names["series"]).numpy(), None
    if "text" in names or "characters" in names:
        return "corpus", _find_text(reading), None
    if "table" in names:
        return "row", names["table"], None
    if "targets" in names:
        return "encoded", None, None
    values = read_values(reading)
    numbers = _read_numbers(reading, names)
    shape = numbers(0).shape
    if len(shape) == 3 and shape[0] in (1, 3) and min(shape[1:]) > 1:
        return "picture", names.get("values"), lambda place: to_bytes(numbers(place), values)
    return "numbers", None, numbers


def _find_text(reading: Reading) -> str:
    text = reading.names.get("text")
    if isinstance(text, str):
        return text
    letters = np.frombuffer(str(read_values(reading)["vocabulary"]).encode("utf-32-le"), "<u4")
    codes: NDArray[np.uint32] = letters[reading.names["characters"].numpy()]
    return codes.astype("<u4").tobytes().decode("utf-32-le")


def read_values(reading: Reading) -> Values:
    """Return the values of the source's parameters."""
    source = reading.project.data.source
    assert source is not None
    return resolve(sources[source.kind].parameters, source.parameters)[0]


def _read_numbers(reading: Reading, names: Mapping[str, Any]) -> Callable[[int], NDArray[Any]]:
    """Return what gives the numbers of one sample before they were scaled, of a picture its channels first."""
    if "values" in names:
        layout = read_values(reading).get("layout", "")
        return lambda place: _lay_out(np.asarray(names["values"][place]), layout)
    images = names.get("images")
    if isinstance(images, Tensor) and images.dtype == torch.uint8:
        return lambda place: np.asarray(images[place].numpy())
    x = reading.first["x"]  # before it was scaled
    if isinstance(x, tuple) or len(x) != len(names["x"]):
        x = names["x"]
    scale = find_scale(reading)

    def read(place: int) -> NDArray[Any]:
        parts = [each[place] for each in x] if isinstance(x, tuple) else [x[place]]
        own: NDArray[Any] = torch.cat(parts, -1).numpy()
        return own if scale is None else own * scale[1] + scale[0]

    return read


def find_scale(reading: Reading) -> tuple[float, float] | None:
    """Return mean and deviation that were given for grey values from 0 to 1, where the reader itself scales by them."""
    values = read_values(reading)
    if "scaling" in reading.names or "normalize" in values or not {"mean", "std"} <= set(values):
        return None
    return values["mean"], values["std"]


def _lay_out(numbers: NDArray[Any], layout: str) -> NDArray[Any]:
    if layout == "channels last":
        return np.moveaxis(numbers, -1, 0)
    return numbers[None] if layout == "add a channel" else numbers


def to_bytes(numbers: NDArray[Any], values: Values | None = None) -> NDArray[np.uint8]:
    """Return the numbers of a picture as bytes: 0 to 255 or 0 to 1 as they are, others from their least to their largest."""
    if numbers.dtype == np.uint8:
        return numbers
    low, high = float(numbers.min()), float(numbers.max())
    if low >= -1e-3 and high <= 1.001:
        low, high = 0.0, 1.0
    elif low >= 0 and high <= 255 and high > 2:
        low, high = 0.0, 255.0
    return np.asarray(np.rint(((numbers - low) / ((high - low) or 1.0)).clip(0, 1) * 255), np.uint8)


def _find_answers(
    project: Project, y: Any, count: int
) -> tuple[tuple[str, ...], NDArray[np.int64] | None, NDArray[np.float64] | None]:
    """Return the names of the classes, the class of each sample, and its values where it has those instead."""
    known = facts(project)
    if known is None or not isinstance(y, Tensor) or len(y) != count or known.target.kind == "tokens":
        return (), None, None
    target = known.target
    if target.kind in ("class", "binary"):
        size = target.size if target.kind == "class" else 2
        labels = target.labels if len(target.labels) == size else tuple(map(str, range(size)))
        return labels, y.flatten().long().numpy(), None
    return target.labels, None, y.double().reshape(count, -1).numpy()
