"""A look at texts with labels, in a table or in folders, for the source Texts."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from designer.catalogue.sources.texts import LEAST_PAIRS, LONGEST, SUFFIXES, UNITS
from designer.data.chunks import read_chunks
from designer.data.columns import Column, is_identifier
from designer.data.errors import DataError, Progress, report
from designer.data.folders import find_layout, holds
from designer.data.found import Found, Guess, Preview, Reader, choose, list_names, tell_form
from designer.data.sequences import read_plain
from designer.data.table import Table, inspect_csv
from designer.document.graph import Parameters, Value

SHOWN = 100
LONGEST_FILE = 1_000_000  # bytes of a text that are read: as in recipes/texts.py
MOST_CLASSES = 1_000
_MOST_PIECES = 2_000
_PIECE = re.compile(r"\s?\w+|\s?[^\w\s]+|\s")
_WORD = re.compile(r"\w+|[^\w\s]")


def find_text_table(table: Table, given: Parameters, progress: Progress | None = None) -> Found | None:
    """Return the texts with labels in a table, None where it is a table of another kind.

    The columns `text` and `label` may be given. Raises DataError, Cancelled.
    """
    asked = bool(given.get("text") or given.get("label"))
    text = _find_text(table, str(given.get("text") or ""), str(given.get("label") or ""))
    label = _find_label(table, text, str(given.get("label") or "")) if text else None
    others = [each for each in table.columns if each.kind == "number" and each is not label and not is_identifier(each)]
    if text is None or label is None or (len(others) > 2 and not asked):
        return None
    import pandas as pd

    rows = pd.concat([chunk for chunk, _ in read_chunks(table.path, table.form, [text.name, label.name])])
    rows = rows.dropna(subset=[label.name])
    texts, labels = rows[text.name].fillna("").tolist(), rows[label.name].tolist()
    classes = tuple(
        sorted(set(labels), key=lambda each: (each.isdecimal(), len(each) if each.isdecimal() else 0, each))
    )
    lengths, sizes = measure_texts(texts, progress)
    source = choose(
        "Texts",
        {
            "path": str(table.path.absolute()),
            "text": text.name,
            "label": label.name,
            "classes": classes,
            "rows": len(texts),
            "lengths": lengths,
            "sizes": sizes,
            **tell_form(table),
        },
    )
    unsure = [each.name for each in table.columns if each is not text and each is not label]
    more = f"; other columns: {list_names(unsure)}" if unsure else ""
    quotes = "" if table.form.quotes else ", quotes are part of the texts"
    guesses = [
        Guess(f"{len(texts):,} texts in the column {text.name}{quotes}", "likely" if unsure else "seen"),
        Guess(f"Label: {label.name}: {_tell_classes(labels)}{more}", "likely" if unsure else "seen"),
        *_tell_tokens(lengths, sizes),
    ]
    return Found(source, tuple(guesses), Preview(tuple(labels[:SHOWN]), texts=tuple(texts[:SHOWN])))


def _find_text(table: Table, wanted: str, label: str) -> Column | None:
    """Return the column with the longest texts, where they are longer than names are."""
    if wanted:
        return table.column(wanted)
    best, most = None, 20.0
    for place, column in enumerate(table.columns):
        cells = [row[place] for row in table.head if row[place]]
        if column.kind != "text" or column.name == label or not cells:
            continue
        mean = sum(map(len, cells)) / len(cells)
        if mean > most and sum(" " in cell.strip() for cell in cells) > 0.6 * len(cells):
            best, most = column, mean
    return best


def _find_label(table: Table, text: Column | None, wanted: str) -> Column | None:
    """Return the column of the label: the guessed target if it is one of few classes, else the last such column."""
    if wanted:
        label = table.column(wanted)
        if not 1 < label.distinct <= MOST_CLASSES:
            raise DataError(f"Column {wanted!r} has {label.distinct:,} different values, which are no classes.")
        return label
    able = [
        each
        for each in table.columns
        if each is not text
        and 1 < each.distinct <= 50
        and not is_identifier(each)
        and (each.kind == "class" or each.whole)
    ]
    return next((each for each in able if each.name == table.target), able[-1] if able else None)


def measure_texts(
    texts: Sequence[str], progress: Progress | None = None, lowercase: bool = True
) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """Return by unit the length that 95 % of the texts keep to, and how many tokens are not rare."""
    words: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    pieces: set[str] = set()
    counts: list[tuple[int, int, int]] = []
    for number, text in enumerate(texts):
        if number % 1000 == 0:
            report(progress, number / len(texts))
        text = text.lower() if lowercase else text
        found = _WORD.findall(text)
        words.update(found)
        characters.update(text)
        pieces.update(parts := _PIECE.findall(text))
        # A common word is one token, a rare one some four letters each.
        counts.append((len(found), len(text), len(parts) + len(text) // 12))
    lengths = tuple(_cover(each) for each in zip(*counts, strict=True))
    known = sum(count > 1 for count in words.values()) + 2
    return lengths, (
        max(min(known, 20_000), 4),
        max(min(len(characters) + 2, 2_000), 4),
        _count_pairs(pieces),
    )


def _count_pairs(pieces: set[str]) -> int:
    """Return how many byte pairs a vocabulary gets: one for each byte, and fewer than there are words."""
    return LEAST_PAIRS + min(_MOST_PIECES, len(pieces) // 2)


def _cover(lengths: Iterable[int]) -> int:
    """Return a length that 95 % keep to."""
    ordered = sorted(lengths)
    return max(1, min(ordered[min(int(0.95 * len(ordered)), len(ordered) - 1)], LONGEST))


def _tell_classes(labels: Sequence[str]) -> str:
    counts = Counter(labels).most_common()
    return list_names([f"{label} ({count:,})" for label, count in counts], 4)


def _tell_tokens(lengths: tuple[Value, ...], sizes: tuple[Value, ...]) -> list[Guess]:
    told = dict(zip(UNITS, zip(lengths, sizes, strict=True), strict=True))["word"]
    return [
        Guess(f"Cut into words: {told[0]} of them, as long as 95 % of the texts", "open"),
        Guess(f"Vocabulary: {told[1]:,} words, those that come more than once", "open"),
    ]


# --- a text for a language model -------------------------------------------------------------------------------------


def find_language(path: Path, given: Parameters, progress: Progress | None = None) -> Found:
    """Return a text by words or byte pairs, of which the next is to be predicted. Raises DataError, Cancelled."""
    text = read_plain(path)
    words: Counter[str] = Counter()
    for start in range(0, len(text), 1_000_000):
        report(progress, start / len(text))
        words.update(_PIECE.findall(text[start : start + 1_000_000]))
    if words.total() < 3:
        raise DataError(f"{path} has fewer than three words. Choose another text.")
    several = sum(count > 1 for count in words.values()) + 2
    sizes = (LEAST_PAIRS + min(len(words) // 2, 1_024), max(4, min(several, 3_000)))
    source = choose("Language", {"path": str(path.absolute()), "words": words.total(), "sizes": sizes})
    guesses = (
        Guess(f"A text of {words.total():,} words and marks, {len(words):,} different ones"),
        Guess(f"Vocabulary: {sizes[0]:,} byte pairs, or {sizes[1]:,} words", "open"),
    )
    return Found(source, guesses, show_lines(text))


def show_lines(text: str) -> Preview:
    """Return the first lines of a text."""
    lines = tuple(line for line in text[:20_000].splitlines() if line.strip())[:SHOWN]
    return Preview(("",) * len(lines), texts=lines)


# --- folders ----------------------------------------------------------------------------------------------------------


def find_text_folder(path: Path, given: Parameters, progress: Progress | None = None) -> Found:
    """Return what a folder of text files, one class a folder, holds. Raises DataError, Cancelled."""
    if path.is_file():
        found = find_text_table(inspect_csv(path, progress=progress), given, progress)
        if found is None:
            raise DataError(f"{path} has no column of texts with one of labels. Choose both columns, or another file.")
        return found
    layout = find_layout(path, SUFFIXES, progress)
    if len(layout.classes) < 2:
        what = f"a single class ({layout.classes[0]})" if layout.classes else "no folder for each class"
        raise DataError(f"{layout.root} holds texts but {what}. Put the texts of each class in a folder of their own.")
    texts = [_read(layout.root / file) for file in layout.files[: layout.training][:20_000]]
    lengths, sizes = measure_texts(texts, progress)
    source = choose(
        "Texts",
        {
            "path": str(layout.root.absolute()),
            "classes": layout.classes,
            "parts": layout.parts,
            "rows": layout.training,
            "lengths": lengths,
            "sizes": sizes,
        },
    )
    guesses = [
        Guess(f"{len(layout.files):,} texts in {len(layout.classes)} folders: {_tell_classes(layout.labels)}"),
        *_tell_tokens(lengths, sizes),
    ]
    step = max(1, len(texts) // SHOWN)
    shown = range(0, len(texts), step)[:SHOWN]
    preview = Preview(tuple(layout.labels[row] for row in shown), texts=tuple(texts[row] for row in shown))
    return Found(source, tuple(guesses), preview)


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(LONGEST_FILE).decode("utf-8", "replace")
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error


READER = Reader("Texts", lambda path: path.is_dir() and _are_classes(path), find_text_folder)


def _are_classes(path: Path) -> bool:
    """Return whether there are texts in folders below a folder: a lone text beside the data is no such thing."""
    return any(holds(each, SUFFIXES) for each in path.iterdir() if each.is_dir() and not each.name.startswith("."))
