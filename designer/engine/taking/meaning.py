"""What a network tells, and from what: enough for a stranger to write a file that it answers."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pandas as pd

from designer.catalogue import registry
from designer.catalogue.facts import facts
from designer.catalogue.parameters import Values, resolve
from designer.catalogue.source_spec import Facts, Target
from designer.document.project import Project
from designer.engine.evaluation.record import Evaluation
from designer.engine.taking.markdown import plain, write_table

MOST = 50  # classes, or values of a category, that are listed
MOMENT = datetime(2024, 12, 31, 17, 45)  # by which a format of dates is shown
TARGETS = ("target", "label", "column", "y", "number")  # parameters of sources that name what is predicted


def write_meaning(project: Project, evaluation: Evaluation) -> list[str]:
    """Return what a network predicts, and what a file of new samples holds."""
    known, source = facts(project), project.data.source
    if known is None or source is None:
        return []
    values = resolve(registry.sources[source.kind].parameters, source.parameters)[0]
    units = [outcome.unit for outcome in evaluation.outcomes if outcome.unit]
    head = ["## What it tells, and from what", "", *_tell_target(known.target, _name_target(values), units)]
    if source.kind == "Csv":
        return [*head, *_list_columns(values, evaluation.raw)]
    return [*head, f"* From: {_tell_input(source.kind, values, known)}."]


def _name_target(values: Values) -> str:
    answers = [str(name) for name, _ in values.get("answers", ())]
    named = next((values[name] for name in TARGETS if isinstance(values.get(name), str) and values[name]), "")
    return ", ".join(map(plain, answers or ([named] if named and named != "as it looks" else [])))


def _tell_target(target: Target, name: str, units: list[str]) -> Iterator[str]:
    lead, labels = f"{name}: " if name else "", _list(target.labels)
    unit = f", in {plain(units[0])}" if units else ""
    match target.kind:
        case "class" | "binary":
            classes = len(target.labels) or max(target.size, 2)
            yield f"* It predicts {lead}one of {classes:,} classes" + (f": {labels}." if labels else ".")
        case "labels":
            yield f"* It predicts {lead}yes or no for each of {target.size:,}" + (f": {labels}." if labels else ".")
        case "tokens":
            yield f"* It predicts the token that follows, of {target.size:,}."
        case _:
            count = "a number" if target.size == 1 else f"{target.size:,} numbers"
            names = f": {labels}" if labels and (target.size > 1 or not name) else ""
            yield f"* It predicts {lead}{count}{names}{unit}."


def _tell_input(kind: str, values: Values, known: Facts) -> str:
    sizes = known.input.sizes
    if kind == "Texts":
        where = (
            f"a text in the column {plain(values['text'])} of a table" if values["text"] else "texts, each in a file"
        )
        return f"{where}; {sizes[0]:,} tokens ({values['unit']}) of each are read, the rest is cut off"
    if known.target.kind == "tokens":
        return f"a text in UTF-8; it looks back at the last {sizes[0]:,} tokens ({values.get('unit', 'character')})"
    if len(sizes) == 3:
        colour = {1: "one channel of grey", 3: "colour (red, green, blue)"}.get(sizes[0], f"{sizes[0]} channels")
        given = "pictures of any size, brought to" if "size" in values else "pictures of"
        return f"{given} {sizes[1]} x {sizes[2]} (height x width), {colour}"
    many = f"{known.inputs} times " if known.inputs > 1 else ""
    number = f"whole numbers below {known.vocabulary:,}" if known.vocabulary else "numbers"
    return f"{many}{' x '.join(f'{size:,}' for size in sizes) or 'one'} {number} for each sample"


def _list_columns(values: Values, raw: Any) -> list[str]:
    """Return the columns of a table that are read, and a file of one row: no row of the data, but what is usual in them."""
    table = raw if hasattr(raw, "columns") else pd.DataFrame()
    rows, usual = [], {}
    for name in values["numbers"]:
        numbers = pd.to_numeric(table[name], errors="coerce").dropna() if name in table else pd.Series(dtype=float)
        seen = f"{numbers.min():.5g} to {numbers.max():.5g} in the data" if len(numbers) else ""
        rows.append((plain(name), "number", seen))
        usual[name] = f"{numbers.median():.5g}".replace(".", values["decimal"]) if len(numbers) else "0"
    for name, levels in values["categories"]:
        shown = [str(level) for level in levels if str(level)]
        rows.append((plain(name), "category", _list(tuple(shown))))
        usual[name] = shown[0] if shown else ""
    for name, form, _ in values["dates"]:
        usual[name] = MOMENT.strftime(form)
        rows.append((plain(name), "date", f"written as {plain(usual[name])} ({plain(form)})"))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=values["separator"], lineterminator="\n")
    writer.writerows([list(usual), list(usual.values())])
    return [
        "* From the columns below, in any order. A cell may be empty; a category never seen counts as none of its values.",
        "",
        *write_table(("column", "kind", "values"), rows),
        "",
        "A file that it answers:",
        "",
        *(f"    {line}" for line in text.getvalue().splitlines()),
    ]


def _list(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - MOST:,} more" if len(names) > MOST else ""
    return ", ".join(map(plain, names[:MOST])) + more
