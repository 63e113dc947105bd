"""A look at arrays: which hold samples and which targets, what the targets are, how the samples lie."""

import re
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from designer.data.array_files import MOST_ARRAYS, Array, is_array, list_arrays, read_values
from designer.data.errors import DataError, Progress, report
from designer.data.found import Found, Guess, Preview, Reader, choose, list_names
from designer.document.graph import Parameters, Value

SHOWN = 60
MOST_CLASSES = 1_000
_MOST_NUMBERED = 20  # different whole numbers of a decimal type that are classes
_SAMPLES = ("x", "data", "images", "image", "features", "inputs", "input", "samples", "arr_0", "idx3", "idx4", "idx2")
_TARGETS = ("y", "labels", "label", "targets", "target", "classes", "answers", "output", "outputs", "arr_1", "idx1")
_PARTS = (("train", "training"), ("val", "valid", "validation", "dev"), ("test", "t10k", "testing"))

Roles = dict[tuple[int, str], Array]


def find_arrays(path: Path, given: Parameters, progress: Progress | None = None) -> Found:
    """Return what the arrays in a file or folder are. `x`, `y` and `column` may be given. Raises DataError, Cancelled."""
    arrays = list_arrays(path)
    if path.is_file() and path.suffix.lower() != ".npz":  # its partner is beside it
        beside = list_arrays(path.parent)
        roles = _find_roles(beside, given)
        if path.name in [each.name for each in roles.values()] and (0, "y") in roles:
            path, arrays = path.parent, beside
    report(progress, 0.2)
    roles = _find_roles(arrays, given)
    if (0, "x") not in roles:
        told = "; ".join(each.tell() for each in list(arrays.values())[:6])
        raise DataError(
            f"{path} has no array that is called as samples are (x, data, images): {told}. Type its name as x."
        )
    x = roles[0, "x"]
    source: dict[str, Value] = {"path": str(path.absolute()), "x": x.name}
    given_column = given.get("column")
    column = given_column if isinstance(given_column, int) else -1
    if (0, "y") in roles:
        source |= _describe_pairs(path, roles)
        answers = _describe_answers(read_values(roles[0, "y"]), roles[0, "y"])
        shape = x.shape[1:] or (1,)
    else:
        source["column"] = column
        answers = _describe_answers(_take_column(x, column), x)
        shape = (x.shape[1] - 1,)
    first = read_values(x, 200)
    if (0, "y") not in roles:
        first = np.delete(first, column, 1)
    looks = _describe_samples(first, shape)
    found = choose("Arrays", {**source, **answers, **looks, "sizes": shape, "rows": x.shape[0]})
    labels = _name_first(roles, x, column)
    return Found(found, tuple(_tell(roles, x, found.parameters)), _show(first, str(looks["layout"]), labels))


def _find_roles(arrays: Mapping[str, Array], given: Parameters) -> Roles:
    """Return which arrays are the samples ("x") and targets ("y") of the training (0), validation and test part."""
    roles: Roles = {}
    for name, array in arrays.items():
        words = [word for word in re.split(r"[^a-z0-9]+|(?<=[a-z])(?=idx\d)", _lower(name)) if word]
        words.append(_lower(name).partition(".")[0])
        part = next((place for place, words_ in enumerate(_PARTS) if any(word in words_ for word in words)), 0)
        for role, known in (("x", _SAMPLES), ("y", _TARGETS)):
            place = min((known.index(word) for word in words if word in known), default=None)
            if place is not None and (role == "x" or not any(word in _SAMPLES[:1] for word in words)):
                roles.setdefault((part, role), array)
                break
    for role in ("x", "y"):
        if given.get(role):
            name = str(given[role])
            if name not in arrays:
                raise DataError(f"There is no array {name}: there are {list_names(list(arrays))}.")
            roles = {key: each for key, each in roles.items() if key[0] == 0 and key[1] != role}
            roles[0, role] = arrays[name]
    if not roles and len(arrays) == 1:
        roles[0, "x"] = next(iter(arrays.values()))
    if (0, "x") in roles and (0, "y") not in roles and len(roles[0, "x"].shape) != 2:
        raise DataError(
            f"{roles[0, 'x'].tell()}: there is no array of targets (y, labels). Type its name as y, or put both into one."
        )
    if (0, "y") in roles and (0, "x") in roles and roles[0, "x"].shape[:1] != roles[0, "y"].shape[:1]:
        raise DataError(f"{roles[0, 'x'].tell()} and {roles[0, 'y'].tell()} have different numbers of rows.")
    return roles


def _lower(name: str) -> str:
    """Return a name in small letters, with its words apart: X_train.npy, xTrain, train-images-idx3-ubyte.gz."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.sub(r"\b(x|y)(?=(train|val|valid|test)\b)", r"\1 ", parted.lower())


def _describe_pairs(path: Path, roles: Roles) -> dict[str, Value]:
    pairs = []
    for part in (1, 2):
        both = [roles.get((part, role)) for role in ("x", "y")]
        whole = all(both) and both[0] is not None and both[0].shape[1:] == roles[0, "x"].shape[1:]
        pairs += [each.name if whole and each is not None else "" for each in both]
    return {"y": roles[0, "y"].name, "pairs": tuple(pairs) if any(pairs) else ()}


def _take_column(array: Array, column: int) -> NDArray[np.generic]:
    if not -array.shape[1] <= column < array.shape[1] or array.shape[1] < 2:
        raise DataError(f"{array.tell()} has no column {column} beside columns of features.")
    if array.path.suffix.lower() == ".npy":
        values: NDArray[np.generic] = np.array(np.load(array.path, mmap_mode="r", allow_pickle=False)[:, column])
        return values
    return read_values(array)[:, column]


def _describe_answers(labels: NDArray[np.generic], array: Array) -> dict[str, Value]:
    """Return what targets are: classes by number or word, one-hot, several questions, or numbers."""
    if labels.ndim > 1 and labels.shape[1:] != (1,):
        if labels.ndim > 2 or labels.dtype.kind in "US":
            raise DataError(f"{array.tell()}: targets of so many axes cannot be learned. Choose another array as y.")
        count = labels.shape[1]
        if not np.isin(labels, (0, 1)).all():
            return {"answer": "value", "targets": count}
        if (labels.sum(1) == 1).all():
            return {"answer": "one-hot", "classes": tuple(map(str, range(count)))}
        return {"answer": "labels", "targets": count}
    values = np.unique(labels)
    whole = values.dtype.kind != "f" or bool((np.isfinite(values) & (values == np.floor(values))).all())
    most = _MOST_NUMBERED if values.dtype.kind == "f" else MOST_CLASSES
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise DataError(f"{array.tell()}: some targets are not finite. Leave those rows out.")
    if not whole or (len(values) > most or len(values) > max(2, len(labels) // 2)):
        if values.dtype.kind in "US":
            raise DataError(f"{array.tell()} has {len(values):,} different words, which are no classes.")
        return {"answer": "value", "targets": 1}
    if len(values) < 2:
        raise DataError(f"{array.tell()}: all targets are the same, so there is nothing to learn.")
    return {"answer": "class", "classes": _name(values)}


def _name(values: NDArray[np.generic]) -> tuple[str, ...]:
    """Return the names of labels, as recipes/arrays.py writes them."""
    return tuple(
        value.decode("utf-8", "replace")
        if isinstance(value, bytes)
        else str(value)
        if isinstance(value, str | np.bool_)
        else f"{value:.15g}"
        for value in values
    )


def _describe_samples(first: NDArray[np.generic], shape: tuple[int, ...]) -> dict[str, Value]:
    """Return how samples lie and are scaled, by the first of them."""
    if first.dtype.kind in "US":
        raise DataError("The samples are words. Save them as a table or as text files.")
    layout = "as they are"
    if len(shape) == 3 and shape[-1] in (1, 3) and shape[0] not in (1, 3):
        layout = "channels last"
    elif len(shape) == 2 and (first.dtype == np.uint8 or shape[0] == shape[1]) and min(shape) > 1:
        layout = "add a channel"
    tokens = first.dtype.kind in "iu" and first.dtype.itemsize > 1 and len(shape) == 1 and shape[0] >= 8
    tokens = tokens and int(first.min()) >= 0 and 100 < int(first.max()) < 1_000_000 and len(np.unique(first)) > 100
    tokens = tokens and bool((first.max(0) > 0.05 * int(first.max())).all())
    return {"layout": layout, "tokens": tokens, "numbers": int(first.max()) + 1 if tokens else 0}


def _name_first(roles: Roles, x: Array, column: int) -> tuple[str, ...]:
    if (0, "y") in roles:
        labels = read_values(roles[0, "y"], SHOWN)
    else:
        labels = read_values(x, SHOWN).T[column]
    labels = labels.argmax(1) if labels.ndim == 2 and labels.shape[1] > 1 and labels.dtype.kind not in "US" else labels
    return _name(labels.reshape(len(labels)))


def _show(first: NDArray[np.generic], layout: str, labels: tuple[str, ...]) -> Preview:
    first = first[:SHOWN]
    pictures = first if layout == "channels last" else first[..., None] if layout == "add a channel" else None
    if first.ndim == 4 and layout == "as they are" and first.shape[1] in (1, 3):
        pictures = np.moveaxis(first, 1, -1)
    if pictures is None:
        rows = tuple(", ".join(f"{value:.4g}" for value in row.reshape(-1)[:12].tolist()) for row in first)
        return Preview(labels, texts=rows)
    low, high = float(pictures.min()), float(pictures.max())
    low, high = (0.0, 255.0) if first.dtype == np.uint8 else (low, max(high, low + 1e-9))
    scaled = (255 * (pictures.astype(np.float64) - low) / (high - low)).round().astype(np.uint8)
    return Preview(labels, tuple(np.repeat(each, 3, 2) if each.shape[2] == 1 else each for each in scaled))


def _tell(roles: Roles, x: Array, source: Mapping[str, Value]) -> list[Guess]:
    guesses = [Guess(f"Samples: {x.tell()}", "likely")]
    if (0, "y") in roles:
        guesses.append(Guess(f"Targets: {roles[0, 'y'].tell()}", "likely"))
    else:
        guesses.append(Guess(f"Target: column {source.get('column', -1)} of the array, the last being -1", "open"))
    classes = source.get("classes", ())
    assert isinstance(classes, tuple)
    kinds = {"value": "numbers", "labels": "questions with yes or no", "one-hot": f"{len(classes)} classes, one-hot"}
    kind = kinds.get(
        str(source.get("answer")), f"{len(classes)} classes: {list_names([str(each) for each in classes])}"
    )
    guesses.append(Guess(f"To be predicted: {kind}", "likely"))
    if source.get("layout") == "channels last":
        guesses.append(Guess("Pictures with their channels last, which are put first", "likely"))
    if source.get("tokens"):
        guesses.append(Guess("Whole numbers that stand for words: Embedding takes them", "open"))
    if source.get("pairs"):
        guesses.append(Guess("Parts: the arrays say which samples are held out"))
    return guesses


def _suits(path: Path) -> bool:
    return is_array(path) or (path.is_dir() and any(map(is_array, islice(path.iterdir(), MOST_ARRAYS))))


READER = Reader("Arrays", _suits, find_arrays)
