"""What is known of a project's data without reading it, as rows of a label and a text."""

from designer.catalogue.parameters import Path, resolve
from designer.catalogue.registry import sources
from designer.catalogue.source_spec import Facts
from designer.catalogue.splits import count_parts, find_need, splits
from designer.document.project import Choice, Data
from designer.document.wording import show_name
from designer.ui.words import write_count, write_sizes

MOST_LABELS = 12


def list_facts(known: Facts, data: Data) -> list[tuple[str, str]]:
    """Return what is known of the data as rows of a label and a text."""
    target = known.target
    labels = ", ".join(show_name(label) for label in target.labels[:MOST_LABELS])
    if len(target.labels) > MOST_LABELS:
        labels += " …"
    kinds = {
        "class": f"one of {target.size} classes: {labels}",
        "binary": f"yes or no: {' or '.join(map(show_name, target.labels)) or 'two classes'}",
        "labels": f"{target.size} questions with yes or no: {labels}",
        "tokens": f"one of {target.size} tokens at each place: {labels}",
        "value": f"{'a number' if target.size == 1 else f'{target.size} numbers'}: {labels}",
    }
    rows = [("Sample", write_sizes(known.input)), ("Target", kinds[target.kind].removesuffix(": "))]
    if known.rows is not None:
        rows.append(("Rows", write_count(known.rows)))
    return [*rows, *_tell_split(known, data)]


def _tell_split(known: Facts, data: Data) -> list[tuple[str, str]]:
    """Return how rows are shared out, as far as that is known without reading them."""
    spec = splits.get(data.split.kind)
    values = resolve(spec.parameters, data.split.parameters)[0] if spec is not None else {}
    counts = ["", "", ""]
    if known.rows is not None and spec is not None and data.validation + data.test < 1:
        about = "about " if find_need(spec.kind, values) in ("group", "alike", "given") else ""
        found = count_parts(data, values, known.rows, known.gap or 0)
        counts = [f"{about}{write_count(count)} rows, " if count else "" for count in found]
    share = f"{100 * data.validation:.3g} %"
    column = show_name(str(values.get("column", "")))
    if known.given_split:
        told = f"the last {share} of the training rows" if data.test else "fixed by the source"
    elif data.split.kind == "Fold":
        told = f"{counts[1]}fold {values['fold']} of {values['folds']}"
    elif data.split.kind == "Given":
        told = f"as {column or 'its folders'} says"
    elif not data.validation:
        told = "the training rows themselves"
    elif known.gap is not None or data.split.kind == "Time":
        told = f"the last {share} in order of {column or 'time'}"
    else:
        ways = {
            "Stratified": ", class by class",
            "Group": f", no {column} in two parts",
            "Alike": ", equal rows together",
        }
        told = f"{counts[1]}{share} drawn by seed {data.split_seed}{ways.get(data.split.kind, '')}"
    rows = [("Validation", told)]
    if data.test:
        kept = "what the source brings as test" if known.given_split else f"{counts[2]}{100 * data.test:.3g} %"
        rows.append(("Test", f"{kept}, kept for the end"))
    return rows


def carry_place(before: Choice | None, after: Choice) -> Choice:
    """Return a source that was just chosen with the file or folder of the one before, where it can take that."""
    place = before.parameters.get("path") if before is not None and before.kind in sources else None
    if before is None or not place or after.parameters:
        return after
    ways = [each.type for kind in (before.kind, after.kind) for each in sources[kind].parameters if each.name == "path"]
    alike = len(ways) == 2 and all(isinstance(way, Path) for way in ways) and ways[0] == ways[1]
    return Choice(after.kind, {"path": place}) if alike and after.kind != "Csv" else after
