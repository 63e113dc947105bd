"""What is known of a project's data without reading it, as rows of a label and a text."""

from designer.catalogue.source_spec import Facts
from designer.document.project import Data
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
    held_out = 0
    if known.rows is not None:
        rows.append(("Rows", write_count(known.rows)))
        held_out = min(max(round(known.rows * data.validation), 1), max(known.rows - 1, 0)) if data.validation else 0
    if known.given_split:
        rows.append(("Validation", "fixed by the source"))
    elif not data.validation:
        rows.append(("Validation", "the training rows themselves"))
    elif known.gap is not None:
        rows.append(("Validation", f"the last {100 * data.validation:.3g} % in order of time"))
    else:
        count = f"{write_count(held_out)} rows, " if held_out else ""
        rows.append(("Validation", f"{count}{100 * data.validation:.3g} % drawn by seed {data.split_seed}"))
    return rows
