"""Runs that are kept, on the command line: list them, go on with one, repeat one from its receipt."""

import json
import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from designer.cli.demands import Refusal, demand_run_folder, demand_trust
from designer.document.wording import show_name

if TYPE_CHECKING:
    from designer.engine.plan import Plan
    from designer.engine.runs import Run

LONGEST_NAME = 32
HEAD = ("", "name", "state", "started", "epochs", "val_loss", "rate", "batch", "seed", "seconds", "folder")


def list_runs(arguments: Namespace) -> int:
    """Print the runs of the store."""
    from designer.engine.runs import write_list
    from designer.engine.store import Store

    store = Store(arguments.folder) if arguments.folder is not None else Store()
    listing = store.list()
    for fault in listing.faults:
        sys.stderr.write(f"designer: {fault}\n")
    if arguments.json:
        print(json.dumps(write_list(listing), indent=2))
        return 0
    if not listing.runs:
        print(f"No runs in {store.root}. The window keeps each one; `designer train FILE --keep` does, too.")
        return 0
    rows = [HEAD, *(_write_row(run) for run in listing.runs)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
    right = {"epochs", "val_loss", "rate", "batch", "seed", "seconds"}
    for row in rows:
        cells = [
            text.rjust(width) if head in right else text.ljust(width)
            for text, width, head in zip(row, widths, HEAD, strict=True)
        ]
        print("  ".join(cells).rstrip())
    print(f"in {store.root}")
    return 0


def rerun_receipt(arguments: Namespace) -> int:
    """Repeat a run and judge it; 0 where it is the same, 1 where it is not, or cannot be told."""
    from designer.cli.telling import OTHER_DATA
    from designer.cli.training import STOPPED, listening
    from designer.document.custom import Untrusted
    from designer.engine.receipt import ReceiptError, read_receipt
    from designer.engine.rerun import make_plan, open_project, rerun

    try:
        receipt = read_receipt(arguments.receipt)
        project = demand_trust(open_project(receipt), trust=arguments.trust)
    except ReceiptError as error:
        raise Refusal(str(error), 2) from None
    try:
        plan = make_plan(
            receipt,
            data=arguments.data,
            weights=arguments.weights,
            device=arguments.device,
            out=arguments.out,
            project=project,
        )
    except (ReceiptError, Untrusted) as error:
        if arguments.json:
            print(json.dumps({"verdict": "impossible", "message": str(error), "epoch": None, "largest": None}))
        raise Refusal(str(error)) from None
    if arguments.out is not None:
        demand_run_folder(arguments.out)
    with listening(arguments.json, whole=False) as (tell, stopped):
        judgement = rerun(receipt, plan, tell, stopped, arguments.tolerance)
    if arguments.json:
        fields = judgement.describe()
        if fields["largest"] == float("inf"):
            fields["largest"] = None
        print(json.dumps(fields, allow_nan=False))
    else:
        print(judgement.message, *([OTHER_DATA] if judgement.verdict == "other data" else []))
    if judgement.verdict == "stopped":
        return STOPPED
    return 0 if judgement.verdict in ("identical", *(() if arguments.exact else ("close",))) else 1


def find_start(arguments: Namespace) -> tuple[Path | None, Path | None]:
    """Return the checkpoint that a run goes on from, and its folder; a folder to go on from is both."""
    resume, out = arguments.resume, arguments.out
    if resume is None:
        return None, out
    if resume.is_dir():
        if out is None and not arguments.keep:
            out = resume
        resume = resume / "last.state"
    if not resume.is_file():
        raise Refusal(f"There is no checkpoint {resume}. Choose a file that ends in .state, or the folder of a run.", 2)
    return resume, out


def demand_board(arguments: Namespace) -> bool:
    """Return whether logs for TensorBoard are wanted; refuse where they cannot be written."""
    if not arguments.tensorboard:
        return False
    from designer.engine.board import MISSING, is_installed

    if not is_installed():
        raise Refusal(MISSING)
    if arguments.out is None and arguments.resume is None and not arguments.keep:
        raise Refusal("TensorBoard logs are written into the run's folder. Say which with --out, or --keep the run.", 2)
    return True


def keep_run(plan: "Plan", follow: "Callable[[Plan], int]") -> int:
    """Follow a run in a new folder of the store; one that takes no step leaves nothing there."""
    from designer.engine.record import RecordError, read_record
    from designer.engine.store import Store

    store = Store()
    folder = store.new_folder(plan.project.name)
    try:
        return follow(replace(plan, out=folder))
    finally:
        try:
            if not read_record(folder).step:
                store.discard(folder)
        except RecordError:
            store.discard(folder)


def _write_row(run: "Run") -> tuple[str, ...]:
    from designer.engine.runs import local_time

    record = run.record
    loss = record.best.get("val_loss")
    return (
        "*" if record.starred else "",
        show_name(run.name, LONGEST_NAME),
        run.told_state,
        local_time(record.started),
        f"{record.epoch:,}/{record.epochs:,}",
        f"{loss:.4g}" if loss is not None else "",
        f"{record.learning_rate:g}" if record.learning_rate else "",
        f"{record.batch_size:,}" if record.batch_size else "",
        str(record.seed),
        f"{record.seconds:,.1f}",
        run.folder.name,
    )
