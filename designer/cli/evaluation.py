"""`designer evaluate`: the figures of a run that is kept, with their intervals, as a table or as JSON."""

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from designer.cli.demands import Refusal, demand_trust, open_project
from designer.document.wording import show_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from designer.engine.evaluation.evaluating import Held, Weights
    from designer.engine.evaluation.record import Assessment, Evaluation, Line
    from designer.engine.explaining.record import Importance
    from designer.engine.plan import Plan

OTHER_DATA = "The data have changed since this run was trained: the figures are not those of its own validation."
MOST_LINES = 40  # classes, labels or tokens that are told of in a terminal


def evaluate_run(arguments: Namespace) -> int:
    """Evaluate the weights of a run on a part of its data, and print what was found."""
    folder = find_folder(arguments.run_folder)
    from designer.engine.evaluation.assessing import assess
    from designer.engine.evaluation.evaluating import evaluate
    from designer.engine.evaluation.opening import list_looks, note_look, open_plan, open_weights
    from designer.engine.evaluation.questions import move_threshold
    from designer.engine.evaluation.record import EvaluationError

    try:
        project = demand_trust(open_project(folder / "project.nnd"), trust=arguments.trust)
        plan = open_plan(folder, arguments.data, project)
        weights = open_weights(folder, arguments.weights)
        evaluation, held = evaluate(plan, weights, arguments.part, device=arguments.device or "", name=folder.name)
        importance = _measure(plan, weights, held, arguments) if arguments.importance else None
    except (EvaluationError, ValueError, OSError) as error:
        raise Refusal(str(error)) from None
    if evaluation.other_data:
        sys.stderr.write(f"{OTHER_DATA}\n")
    if arguments.part == "test":
        looks = len(list_looks(folder))
        if looks:
            sys.stderr.write(
                f"The test part of this run was looked at {looks} {'time' if looks == 1 else 'times'} before: it measures less fairly.\n"
            )
        note_look(folder)
    found = [assess(outcome) for outcome in evaluation.outcomes]
    if arguments.threshold is not None:
        pairs = zip(evaluation.outcomes, found, strict=True)
        asked = ("binary", "labels")
        found = [move_threshold(out, each, arguments.threshold) if out.task in asked else each for out, each in pairs]
    if arguments.samples is not None:
        from designer.engine.evaluation.export import write_samples

        text = write_samples(evaluation, evaluation.outcomes[0], found[0].threshold)
        arguments.samples.write_text(text, encoding="utf-8", newline="")
        sys.stderr.write(f"Wrote {arguments.samples}\n")
    if arguments.json:
        from designer.engine.evaluation.export import describe

        more = {"importance": _describe_importance(importance)} if importance is not None else {}
        print(json.dumps(describe(evaluation, found) | more, indent=2, allow_nan=False))
    else:
        print("\n".join(write_report(evaluation, found)))
        if importance is not None:
            print("\n".join(write_importance(importance)))
    return 0


def _measure(plan: "Plan", weights: "Weights", held: "Held", arguments: Namespace) -> "Importance":
    from designer.engine.explaining.importance import measure_importance

    return measure_importance(plan, weights, held, arguments.part, device=arguments.device or "")


def write_importance(importance: "Importance") -> list[str]:
    """Return the lines for a terminal: columns with what is lost without them, most important first."""
    kind = importance.own
    repeats = importance.drops[kind].shape[1]
    head = f"Importance: how much worse {kind} is where a column is shuffled ({repeats} times; mean ± deviation)"
    ranked = [(show_name(name, 40), mean, spread) for name, mean, spread in importance.rank(kind)]
    wide = max(len(name) for name, _, _ in ranked)
    lines = [f"{name:<{wide}}  {mean:>9.4f} ± {spread:.4f}" for name, mean, spread in ranked[:MOST_LINES]]
    more = len(ranked) - MOST_LINES
    return ["", head, *lines, *([f"and {more:,} more: see --json"] if more > 0 else [])]


def _describe_importance(importance: "Importance") -> dict[str, object]:
    kind = importance.own
    rows = [{"column": name, "mean": mean, "deviation": spread} for name, mean, spread in importance.rank(kind)]
    return {"score": kind, "samples": importance.rows, "columns": rows}


def find_folder(words: str) -> Path:
    """Return the folder of a run: a path, or the name of one that is kept. Raises Refusal."""
    from designer.engine.store import Store, StoreError

    if Path(words).is_dir():
        return Path(words)
    try:
        return Store().find(words).folder
    except StoreError as error:
        raise Refusal(str(error), 2) from None


def write_report(evaluation: "Evaluation", found: "Sequence[Assessment]") -> list[str]:
    """Return the lines for a terminal."""
    head = f"{evaluation.name}: {evaluation.weights} (epoch {evaluation.epoch:,})"
    lines = [f"{head} on {len(evaluation.rows):,} {evaluation.part} samples; intervals of 95 %"]
    for outcome, each in zip(evaluation.outcomes, found, strict=True):
        lines.append("")
        if outcome.name:
            lines.append(f"Output {show_name(outcome.name, 60)}")
        if outcome.unit:
            lines.append(f"Values are in {outcome.unit}.")
        if outcome.task in ("binary", "labels"):
            offers = ", ".join(f"{name} at {level:.3f}" for name, level in each.offers.items())
            lines.append(f"yes above {each.threshold:g}" + (f" ({offers})" if offers else ""))
        wide = max(len(figure.title) for figure in each.figures)
        lines += [
            f"{figure.title:<{wide}}  {figure.write():>10}  {figure.write_interval()}".rstrip()
            for figure in each.figures
        ]
        lines += _write_lines(each.lines)
    return lines


def _write_lines(lines: "Sequence[Line]") -> list[str]:
    """Return the table by classes, labels, values or tokens."""
    if not lines:
        return []
    rows = [
        ["", "samples", *(figure.title for figure in lines[0].figures)],
        *(
            [show_name(line.name, 32), f"{line.count:,}", *(figure.write() for figure in line.figures)]
            for line in lines[:MOST_LINES]
        ),
    ]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    table = [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(wide) for cell, wide in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]
    more = len(lines) - MOST_LINES
    return ["", *table, *([f"and {more:,} more: see --json"] if more > 0 else [])]
