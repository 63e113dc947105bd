"""What was fitted to the training rows, in sentences."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from torch import Tensor

from designer.catalogue.sources.tables import scale_targets
from designer.catalogue.sources.treatments import read_treatments
from designer.document.wording import show_name
from designer.engine.inspection.raw import find_scale, read_values
from designer.engine.inspection.reading import Reading

MOST_LEVELS = 8
BYTES = 256
FILLS = {"median": "the median", "mean": "the mean", "frequent": "the most frequent", "mark": "the median"}


def tell_fitted(reading: Reading) -> list[str]:
    """Return a sentence for each thing that was fitted, none where samples are taken as they are."""
    if "fitted" not in reading.notes:
        reading.notes["fitted"] = _tell_all(reading)
    told: list[str] = reading.notes["fitted"]
    return told


def _tell_all(reading: Reading) -> list[str]:
    names = reading.names
    told: list[str] = []
    for name, tell in TELLERS.items():
        if name in names and isinstance(names[name], dict):
            told += tell(reading, names[name])
    given = find_scale(reading)
    if given is not None:
        mean, std = map(write_number, given)
        told.append(
            f"grey values are divided by 255, then {mean} is taken off and they are divided by {std} (given, not fitted)"
        )
    return told


def write_number(value: float) -> str:
    """Return a number in four digits, with a sign that is as wide as a figure."""
    return f"{value:.4g}".replace("-", "−")


def tell_column(name: str, known: Mapping[str, Any], ways: tuple[str, str], rows: int, missing: int) -> str:
    """Return what is done to a column, how it is filled and scaled, with what was fitted for it on so many rows."""
    fill, scale = ways
    if "levels" in known:
        return f"{show_name(name)}: {_tell_levels(known)}"
    source = f"{FILLS[fill]} of {rows:,} training rows" if fill in FILLS else "given"
    filled = f"{write_number(_undo_log(known))} ({source})"
    words = [f"{missing:,} missing filled with {filled}" if missing else f"a missing one would be {filled}"]
    if known.get("mark"):
        words.append("whether it was missing is a feature of its own")
    return f"{show_name(name)}: {', '.join([*words, *_tell_scale(known, scale)])}"


def _undo_log(known: Mapping[str, Any]) -> float:
    fill = float(known["fill"])
    return math.copysign(math.expm1(abs(fill)), fill) if known.get("log") else fill


def _tell_scale(known: Mapping[str, Any], scale: str) -> Iterator[str]:
    shift, divide = write_number(known["shift"]), write_number(known["divide"])
    if scale == "minmax":
        yield f"brought to 0 to 1: {shift} taken off, divided by {divide}"
    elif scale == "robust":
        yield f"the median {shift} taken off, divided by {divide}, the distance of the quartiles"
    elif scale in ("standardize", "log"):
        yield f"{'logarithm, ' if scale == 'log' else ''}standardised by mean {shift}, sd {divide}"
    else:
        yield "not scaled"


def _tell_levels(known: Mapping[str, Any]) -> str:
    levels = [show_name(str(level)) or "missing" for level in known["levels"]]
    shown = ", ".join(levels[:MOST_LEVELS]) + (f" and {len(levels) - MOST_LEVELS:,} more" if len(levels) > MOST_LEVELS else "")  # fmt: skip
    many = f"{len(levels):,} values ({shown})"
    fill = f", missing filled with {show_name(str(known['fill']))}" if "fill" in known else ""
    unseen = f"; {len(known['unseen']):,} of them in no training row" if known.get("unseen") else ""
    if "codes" not in known:
        return f"one feature of 0 and 1 for each of {many}{fill}{unseen}"
    scaled = "" if (known["shift"], known["divide"]) == (0.0, 1.0) else f", {', '.join(_tell_scale(known, 'standardize'))}"  # fmt: skip
    return f"the place among {many}{fill}{unseen}{scaled}"


def _tell_columns(reading: Reading, columns: Mapping[str, Any]) -> list[str]:
    values, names = read_values(reading), reading.names
    table = names["table"] if "table" in names else names["sample"]  # of one that is not held, what it was fitted on
    rows = len(names["train"] if "table" in names else names["known"])
    chosen = read_treatments(values)
    usual = "standardize" if values["standardize"] else "none"
    return [
        tell_column(
            name,
            known,
            (str(chosen.get(name, {}).get("fill", "median")), str(chosen.get(name, {}).get("scale", usual))),
            rows,
            int(table[name].isna().sum()),
        )
        for name, known in columns.items()
    ]


def _tell_target(reading: Reading, scale: Mapping[str, Any]) -> list[str]:
    values = read_values(reading)
    pairs = zip(scale["mean"], scale["deviation"], strict=True)
    numbers = "; ".join(f"{write_number(mean)} taken off, divided by {write_number(sd)}" for mean, sd in pairs)
    if "series" in reading.names:
        return [f"numbers of the series: standardised by mean and sd of the training windows: {numbers}"]
    how = "brought to 0 to 1" if "target" in values and "answers" in values and scale_targets(values) == "minmax" else "standardised"  # fmt: skip
    return [f"target: {how} on the training rows: {numbers}; undone for display"]


def _tell_numbers(reading: Reading, scale: Mapping[str, Any]) -> list[str]:
    deviations = scale["deviation"] if "deviation" in scale else scale["std"]
    if len(deviations) == 1:
        return [f"all numbers: {write_number(scale['mean'][0])} taken off, divided by {write_number(deviations[0])}"]
    noun = "channel" if isinstance(reading.names["x"], Tensor) and reading.names["x"].ndim > 2 else "number"
    pairs = enumerate(zip(scale["mean"], deviations, strict=True))
    return [
        f"{noun} {place}: standardised by mean {write_number(mean)}, sd {write_number(deviation)}"
        for place, (mean, deviation) in pairs
    ]


def _tell_channels(reading: Reading, scaling: Mapping[str, Any]) -> list[str]:
    colours = ("grey",) if len(scaling["mean"]) == 1 else ("red", "green", "blue")
    way = read_values(reading).get("normalize", "")
    train = reading.names["train"]
    count = train.stop - (train.start or 0) if isinstance(train, slice) else len(train)
    source = f"measured on {count:,} training pictures" if way == "fitted" else f"{way}, not fitted"
    return [f"values from 0 to 255 are divided by 255, then scaled by mean and sd of each channel ({source})"] + [
        f"{colour}: mean {write_number(mean)}, sd {write_number(std)}"
        for colour, mean, std in zip(colours, scaling["mean"], scaling["std"], strict=False)
    ]


def _tell_vocabulary(reading: Reading, vocabulary: Mapping[str, Any]) -> list[str]:
    tokens = vocabulary["tokens"]
    many = {"word": "words and marks", "character": "characters", "byte pair": "byte pairs", "piece": "words and marks"}
    begin = BYTES + 2 if "tokenizer" in vocabulary else 2  # bytes say little
    first = ", ".join(show_name(token) if token.strip() else repr(token) for token in tokens[begin : begin + 8])
    what = many.get(vocabulary["unit"], "tokens")
    lower = "capital letters taken for small ones; " if vocabulary["lowercase"] else ""
    return [
        f"vocabulary: {len(tokens):,} {what} of the training part; {lower}0 fills up, 1 is unknown; the commonest are {first} …"
    ]


TELLERS = {
    "columns": _tell_columns,
    "scaling": _tell_channels,
    "x_scale": _tell_numbers,
    "vocabulary": _tell_vocabulary,
    "y_scale": _tell_target,
}
