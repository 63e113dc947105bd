"""A look at pictures in folders, or listed in a table, for the source ImageFolder."""

from collections import Counter
from pathlib import Path

from designer.catalogue.sources.images import SUFFIXES
from designer.data.columns import is_identifier
from designer.data.errors import Cancelled, DataError, Progress
from designer.data.folders import Layout, find_layout, holds
from designer.data.found import Found, Guess, Preview, Reader, choose, list_names, tell_form
from designer.data.pictures import count_files, guess_size, make_thumbnails, see_pictures, tell_gallery
from designer.data.table import Table, inspect_csv
from designer.document.graph import Parameters

SHOWN = 60
TABLES = (".csv", ".tsv")
MOST_CLASSES = 1_000
SMALL = 2**20  # bytes of a table that is looked at whole, and of the beginning of a larger one


def find_image_folder(path: Path, given: Parameters, progress: Progress | None = None) -> Found:
    """Return what a folder of pictures, or a table that lists some, holds. Raises DataError, Cancelled."""
    if path.is_file():
        found = find_image_table(inspect_csv(path, progress=progress), progress, given)
        if found is None:
            raise DataError(f"{path} has no column that names pictures beside it. Choose a folder of pictures.")
        return found
    layout = find_layout(path, SUFFIXES, progress)
    if not layout.files:
        raise DataError(f"{path} holds no pictures. Choose a folder that holds a folder of pictures for each class.")
    if len(layout.classes) < 2:
        if (found := _find_beside(layout, progress)) is not None:
            return found
        if not layout.classes:
            raise DataError(
                f"{layout.root} holds {len(layout.files):,} pictures but no folders. Put those of each class in a folder of "
                "its own, or choose a CSV file with their names and labels."
            )
        raise DataError(
            f"{layout.root} holds pictures of a single class ({layout.classes[0]}), so there is nothing to learn. Put "
            "those of other classes in folders of their own beside it."
        )
    gallery = see_pictures(layout.root, layout.files, progress)
    size, fit = guess_size(gallery)
    broken = set(gallery.broken)
    counts = Counter(label for file, label in zip(layout.files, layout.labels, strict=True) if file not in broken)
    empty = [name for name in layout.classes if not counts[name]]
    if len(layout.classes) - len(empty) < 2:
        raise DataError(f"{layout.root} has pictures that can be read of one class only. Choose another folder.")
    training = layout.files[: layout.training]
    source = choose(
        "ImageFolder",
        {
            "path": str(layout.root.absolute()),
            "size": size,
            "fit": fit,
            "greyscale": gallery.grey,
            "classes": tuple(name for name in layout.classes if counts[name]),
            "rows": sum(file not in broken for file in training),
            "parts": layout.parts,
        },
    )
    guesses = [*_tell_classes(layout, counts), *tell_gallery(gallery, len(layout.files), size, fit)]
    return Found(source, tuple(guesses), _show(layout.root, layout.files[: layout.training], layout.labels))


def _tell_classes(layout: Layout, counts: Counter[str]) -> list[Guess]:
    fewest, most = min(counts.values()), max(counts.values())
    each = f"{most:,}" if fewest == most else f"{fewest:,} to {most:,}"
    guesses = [Guess(f"{len(layout.classes)} classes, a folder each: {list_names(layout.classes)} ({each} pictures)")]
    if layout.parts:
        train, validation, test = layout.parts
        guesses.append(Guess(f"Parts: folder {train} to train on, {validation or test} to validate with"))
    if layout.foreign:
        others = count_files(len(layout.foreign), "other file")
        guesses.append(Guess(f"{others} left out: {list_names(layout.foreign, 3)}"))
    return guesses


def _show(root: Path, files: tuple[str, ...], labels: tuple[str, ...]) -> Preview:
    """Return small copies of some pictures, a class after the other."""
    seen: Counter[str] = Counter()
    turns: list[tuple[int, int]] = []
    for row, (label, _) in enumerate(zip(labels, files, strict=False)):
        turns.append((seen[label], row))
        seen[label] += 1
    rows = [row for _, row in sorted(turns)[:SHOWN]]
    images, good = make_thumbnails(root, [files[row] for row in rows])
    return Preview(tuple(labels[rows[place]] for place in good), tuple(images))


def _find_beside(layout: Layout, progress: Progress | None) -> Found | None:
    """Return what a folder of pictures holds that has a table beside or among them."""
    for folder in (layout.root, layout.root.parent):
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() not in TABLES or not path.is_file() or not _may_list(path):
                continue
            try:
                found = find_image_table(inspect_csv(path, progress=progress), progress)
            except Cancelled:
                raise
            except DataError:  # of something else
                continue
            if found is not None:
                return found
    return None


def _may_list(path: Path) -> bool:
    """Return whether a table could list pictures; of a large one what it begins with says so, and it is not read whole."""
    if path.stat().st_size <= SMALL:
        return True
    with path.open("rb") as file:
        head = file.read(SMALL).lower()
    return any(suffix.encode() in head for suffix in SUFFIXES)


# --- a table of places and labels -------------------------------------------------------------------------------------


def find_image_table(table: Table, progress: Progress | None = None, given: Parameters | None = None) -> Found | None:
    """Return the pictures that a table lists with their labels, or with a number for each; None where it lists none.

    `target` may be given: "class" or "number". Raises DataError, Cancelled.
    """
    place = find_places(table)
    if place is None:
        return None
    name, folder = place
    label, others, is_number = _find_answer(table, name, str((given or {}).get("target", "")))
    import pandas as pd

    from designer.data.chunks import read_chunks

    rows = pd.concat([chunk for chunk, _ in read_chunks(table.path, table.form, [name, label])]).dropna()
    root = table.path.parent
    files = [f"{folder}/{each}" if folder else each for each in rows[name]]
    gallery = see_pictures(root, files, progress)
    size, fit = guess_size(gallery)
    classes = tuple(sorted(rows[label].unique(), key=lambda text: (len(text), text) if text.isdecimal() else (0, text)))
    source = choose(
        "ImageFolder",
        {
            "path": str(table.path.absolute()),
            "size": size,
            "fit": fit,
            "greyscale": gallery.grey,
            "classes": () if is_number else classes,
            "number": label if is_number else "",
            "rows": len(files) - len(gallery.broken),
            "columns": (name, label),
            "folder": folder,
            **tell_form(table),
        },
    )
    more = f" (or {list_names(others)})" if others else ""
    what = (
        f"Number: the column {label}, to be predicted"
        if is_number
        else f"Label: the column {label}, {len(classes)} classes"
    )
    guesses = (
        Guess(f"Pictures: named in the column {name}{f', in the folder {folder}' if folder else ''}"),
        Guess(f"{what}{more}", "likely" if others else "seen"),
        *tell_gallery(gallery, len(files), size, fit),
    )
    return Found(source, guesses, _show(root, tuple(files), tuple(rows[label])))


def _find_answer(table: Table, name: str, wanted: str) -> tuple[str, list[str], bool]:
    """Return the column beside the names of pictures that is learned, others like it, and whether it is a number."""
    varied = [each for each in table.columns if each.name != name and each.distinct > 1 and not is_identifier(each)]
    numbers = [each for each in varied if each.kind == "number" and not each.missing]
    labels = [each for each in varied if each.distinct <= MOST_CLASSES and (each.kind == "class" or each.whole)]
    is_number = wanted == "number" or (wanted != "class" and not labels)
    found = ([each for each in numbers if not each.whole] or numbers) if is_number else labels
    if not found:
        what = (
            "a column of numbers without gaps" if wanted == "number" else "a column with a class or a number for each"
        )
        raise DataError(f"{table.path} names pictures but has no {what.removeprefix('a ')}. Add one.")
    label = next((each for each in found if each.name == table.target), found[-1]).name
    return label, [each.name for each in found if each.name != label], is_number


def find_places(table: Table) -> tuple[str, str] | None:
    """Return the column of a table that names pictures and the folder beside the table that they are in, or None."""
    if table.form.names:
        return None
    for column in table.columns:
        if not column.examples or not all(each.lower().endswith(SUFFIXES) for each in column.examples):
            continue
        for folder in ("", *sorted(each.name for each in table.path.parent.iterdir() if each.is_dir())):
            if any((table.path.parent / folder / each).is_file() for each in column.examples if "\0" not in each):
                return column.name, folder
        if len(table.columns) == 2 and not table.features:
            raise DataError(
                f"{table.path} names pictures in the column {column.name}, such as {column.examples[0][:100]}, but these are "
                "not beside it. Put the file into the folder from which the names begin."
            )
    return None


READER = Reader("ImageFolder", lambda path: path.is_dir() and holds(path, SUFFIXES), find_image_folder)
