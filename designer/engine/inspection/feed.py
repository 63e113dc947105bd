"""What the network gets of one sample, beside the sample as its file has it: as the script's own `load_data` made both."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from designer.document.wording import show_name
from designer.engine.inspection.fitted import tell_fitted, write_number
from designer.engine.inspection.raw import Raw, read_values
from designer.engine.inspection.reading import Reading
from designer.engine.inspection.tokens import Token, list_next, list_tokens

ROUNDING = 1e-6  # below which what single precision leaves of a number is 0
MOST_NUMBERS = 400  # of a sample that are listed


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of a sample: as the file has it, the features that it became, each with its number, and how."""

    name: str
    raw: str
    features: tuple[tuple[str, float], ...] = ()
    how: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Feed:
    """A sample and what the network gets of it.

    `cells` are the columns of a table or the steps of a series, `tokens` those of a text, `beyond` how many more it has
    that are cut off; `tensor` is what the network gets. `reason` says why it gets nothing.
    """

    place: int
    title: str
    text: str = ""
    cells: tuple[Cell, ...] = ()
    tokens: tuple[Token, ...] = ()
    beyond: int = 0
    tensor: NDArray[Any] | None = None
    facts: tuple[tuple[str, str], ...] = ()
    fitted: tuple[str, ...] = ()
    reason: str = ""
    heads: tuple[str, str] = field(default=("column", "as it is"))

    def write(self) -> str:
        """Return all of it as plain text."""
        lines = [self.title, *(f"{name}: {value}" for name, value in self.facts)]
        if self.reason:
            lines.append(self.reason)
        if self.text:
            lines += ["", self.text]
        for cell in self.cells:
            given = ", ".join(f"{name} = {write_number(value)}" for name, value in cell.features)
            lines.append(f"{cell.name}: {cell.raw} -> {given or 'not used'}")
        lines += [f"{token.text!r} {token.number} {token.kind}".rstrip() for token in self.tokens]
        return "\n".join([*lines, "", *self.fitted])


def feed(reading: Reading, raw: Raw, place: int) -> Feed:
    """Return what the network gets of a sample; `reading` is at its end."""
    row = find_row(reading, raw, place)
    label = raw.label(place)
    where = {"train": "training", "": "in no part"}.get(raw.part(place), raw.part(place))
    noun = {"series": "Window", "corpus": "Window", "row": "Row", "encoded": "Row"}.get(raw.form, "Sample")
    name = show_name(str(raw.items[place]), 80) if raw.form == "files" else f"{noun} {place + 1:,}"
    given = Feed(place, " · ".join(word for word in (name, where, show_name(label, 60)) if word))
    if row is None:
        return replace(given, reason="This file cannot be read as a picture, so it is left out.")
    x = reading.names["x"]
    parts = [each[row] for each in x] if isinstance(x, tuple) else [x[row]]
    given = replace(given, facts=tuple(_tell_tensor(parts)), fitted=tuple(tell_fitted(reading)))
    given = replace(given, tensor=torch.cat(parts, -1).numpy() if parts[0].ndim else None)
    return FEEDERS[raw.form](given, reading, raw, row)


def find_row(reading: Reading, raw: Raw, place: int) -> int | None:
    """Return the row of `x` that a sample became, None where it was left out."""
    names, first = reading.names, reading.first
    if raw.form == "files":
        file = raw.items[place]
        return next((row for row, other in enumerate(names["files"]) if other == file), None)
    if isinstance(names["train"], slice) and isinstance(first["train"], Tensor):
        parts = [first[name] for name in ("train", "validation", "test") if name in first]
        alike = torch.equal(parts[0], parts[1])
        order = torch.cat(parts[1:] if alike else parts)
        found = (order == place).nonzero()
        return int(found[0, 0]) if len(found) else None
    return place


def _tell_tensor(parts: Sequence[Tensor]) -> Iterator[tuple[str, str]]:
    """Yield what a tensor of one sample is."""
    sizes = " and ".join(" × ".join(map(str, part.shape)) or "a number" for part in parts)
    yield "Shape", sizes
    yield "Type", str(parts[0].dtype).removeprefix("torch.")
    numbers = torch.cat([part.flatten() for part in parts]).double()
    if not len(numbers):
        return
    if parts[0].is_floating_point():
        yield "Range", f"{write_number(float(numbers.min()))} to {write_number(float(numbers.max()))}"
        yield "Mean, sd", f"{write_number(float(numbers.mean()))}, {write_number(float(numbers.std(correction=0)))}"
    else:
        yield "Range", f"{int(numbers.min())} to {int(numbers.max())}"


# --- forms --------------------------------------------------------------------------------------------------------


def _feed_row(given: Feed, reading: Reading, raw: Raw, row: int) -> Feed:
    """Fill in each column of a table beside the features that it became."""
    table, columns = raw.items, reading.names["columns"]
    line, x = table.iloc[row], reading.names["x"][row].tolist()
    sentences = dict(zip(columns, given.fitted, strict=False))
    cells, place = [], 0
    for name, known in columns.items():
        titles = name_features(name, known)
        features = tuple(zip(titles, x[place : place + len(titles)], strict=True))
        how = sentences[name].removeprefix(f"{show_name(name)}: ")
        cells.append(Cell(show_name(name), _write(line[name]), features, how))
        place += len(titles)
    values = read_values(reading)
    targets = [one for one in (values["target"], *values["more"], *(name for name, _ in values["answers"])) if one]
    y = reading.names["y"][row].flatten().tolist()
    for number, name in enumerate(dict.fromkeys(targets)):
        if name in table and number < len(y):
            cells.append(
                Cell(show_name(name), _write(line[name]), (("target", float(y[number])),), "what is predicted")
            )
    used = {*columns, *targets}
    cells += [Cell(show_name(str(name)), _write(line[name])) for name in table.columns if name not in used]
    return replace(given, cells=tuple(cells))


def _feed_encoded(given: Feed, reading: Reading, raw: Raw, row: int) -> Feed:
    """Fill in the features of a row that is not held, each column as it is told by them."""
    x, cells, place = reading.names["x"][row].tolist(), [], 0
    sentences = dict(zip(reading.names["columns"], given.fitted, strict=False))
    for name, known in reading.names["columns"].items():
        titles = name_features(name, known)
        values = x[place : place + len(titles)]
        how = sentences[name].removeprefix(f"{show_name(name)}: ")
        cells.append(Cell(show_name(name), undo(known, values), tuple(zip(titles, values, strict=True)), how))
        place += len(titles)
    y = reading.names["y"][row].flatten().tolist()
    cells += [
        Cell("target", raw.label(given.place) if not n else "", (("target", float(each)),)) for n, each in enumerate(y)
    ]
    return replace(given, cells=tuple(cells), heads=("column", "undone"))


def undo(known: Mapping[str, Any], values: Sequence[float]) -> str:
    """Return what features tell of the column that they were made of."""
    if "levels" in known and "codes" not in known:
        return next(
            (show_name(str(level)) or "missing" for level, on in zip(known["levels"], values, strict=True) if on),
            "another",
        )
    if known.get("mark") and values[1]:
        return "missing"
    number = values[0] * known["divide"] + known["shift"]
    number = 0.0 if abs(number) < ROUNDING * known["divide"] else number
    if "levels" in known:
        place = round(number)
        return show_name(str(known["levels"][place])) or "missing" if place < len(known["levels"]) else "another"
    return write_number(math.copysign(math.expm1(abs(number)), number) if known.get("log") else number)


def name_features(name: str, known: Mapping[str, Any]) -> list[str]:
    """Return the names of the features that a column becomes, in their order."""
    if "levels" in known and "codes" not in known:
        return [f"= {show_name(str(level)) or 'missing'}" for level in known["levels"]]
    return [show_name(name), "was missing"] if known.get("mark") else [show_name(name)]


def _write(value: Any) -> str:
    """Return a cell of a table as text, "missing" where there is nothing."""
    if value is None or value != value:
        return "missing"
    text = f"{value:.10g}" if isinstance(value, float) else str(value)
    return show_name(text, 120)


def _feed_text(given: Feed, reading: Reading, raw: Raw, row: int) -> Feed:
    """Fill in the tokens of a text."""
    tokens, beyond = list_tokens(raw.items[row], reading.names["x"][row].tolist(), reading.names["vocabulary"])
    return replace(given, text=raw.items[row], tokens=tokens, beyond=beyond)


def _feed_corpus(given: Feed, reading: Reading, raw: Raw, row: int) -> Feed:
    """Fill in the tokens of a window, each with the one that is to be predicted after it."""
    tokens, text = list_next(reading, read_values(reading), row)
    return replace(given, text=text, tokens=tokens)


def _feed_series(given: Feed, reading: Reading, raw: Raw, row: int) -> Feed:
    """Fill in the numbers of a window and those after it, as they are and scaled."""
    names, first = reading.names, reading.first
    values = read_values(reading)
    back = int(values.get("difference", 0))
    is_prepared = bool(back or values.get("log"))
    window, later = first["x"][row].flatten().tolist(), first["y"][row].flatten().tolist()
    x, y = names["x"][row].flatten().tolist(), names["y"][row].flatten().tolist()
    cells = []
    for step, (own, scaled) in enumerate(zip([*window, *later], [*x, *y], strict=True)):
        place = row + back + step
        ahead = step - len(window) + 1
        title = f"step {step + 1}" if ahead < 1 else f"to predict +{ahead}"
        prepared = (("prepared", own),) if is_prepared else ()
        cells.append(Cell(title, write_number(float(raw.items[place])), (*prepared, ("scaled", scaled))))
    return replace(given, cells=tuple(cells), heads=("step", "in the series"))


def _feed_numbers(given: Feed, reading: Reading, raw: Raw, row: int) -> Feed:
    """Fill in each number of a sample as it was, and as it is given."""
    assert raw.read is not None
    before = raw.read(given.place).reshape(-1)[:MOST_NUMBERS].tolist()
    assert given.tensor is not None
    after = given.tensor.reshape(-1)[:MOST_NUMBERS].tolist()
    pairs = zip(before, after, strict=False)
    cells = [Cell(f"number {n}", write_number(own), (("given", float(one)),)) for n, (own, one) in enumerate(pairs)]
    y = reading.names.get("y")
    if isinstance(y, Tensor) and y[row].numel() <= MOST_NUMBERS:
        told = y[row].double().flatten().tolist()
        cells += [
            Cell("target", raw.label(given.place) if not n else "", (("target", one),)) for n, one in enumerate(told)
        ]
    return replace(given, cells=tuple(cells), heads=("number", "as it is"))


def _feed_picture(given: Feed, reading: Reading, raw: Raw, row: int) -> Feed:
    return given


FEEDERS: Mapping[str, Callable[[Feed, Reading, Raw, int], Feed]] = {
    "files": _feed_picture,
    "picture": _feed_picture,
    "text": _feed_text,
    "corpus": _feed_corpus,
    "row": _feed_row,
    "encoded": _feed_encoded,
    "series": _feed_series,
    "numbers": _feed_numbers,
}
