"""Repeating a run from its receipt, and the judgement over what came out."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from designer.codegen.source import NotReady
from designer.document.custom import demand_consent, find_code
from designer.document.files import FileError, read_project
from designer.document.project import Project
from designer.engine.events import Event, Failed, Finished, Request, Started
from designer.engine.ownership import hash_content
from designer.engine.plan import Plan
from designer.engine.receipt import (
    TOLERANCE,
    Judgement,
    Receipt,
    ReceiptError,
    judge,
    judge_data,
    read_receipt,
)
from designer.engine.record import read_record


def open_project(receipt: Receipt) -> Project:
    """Return the project of a receipt. Raises ReceiptError."""
    try:
        return read_project(receipt.project)
    except FileError as error:
        raise ReceiptError(f"The project in the receipt cannot be read. {error}") from None


def make_plan(
    receipt: Receipt,
    *,
    data: Path | None = None,
    weights: Path | None = None,
    device: str | None = None,
    out: Path | None = None,
    project: Project | None = None,
) -> Plan:
    """Return the plan that repeats a run; `project` stands in for that of the receipt where its code was tried.

    Data are looked for where they were unless `data` says where they are. Raises ReceiptError, Untrusted.
    """
    if receipt.refusal:
        raise ReceiptError(receipt.refusal)
    project = project or open_project(receipt)
    demand_consent(find_code(project))
    known = receipt.data.get("path", "")
    start = str(weights or "") or project.training.weights
    if receipt.start:
        _demand_weights(Path(start), receipt.start)
    try:
        return Plan.from_project(
            project,
            device=device or receipt.device or None,
            seed=receipt.seed,
            weights=start or None,
            data_path=data or (Path(known) if known else None),
            out=out,
        )
    except NotReady as reason:
        first = reason.problems[0].message if reason.problems else "The network is not complete."
        raise ReceiptError(
            f"The project in the receipt cannot be trained by this version of Designer. {first}"
        ) from None


def rerun(
    receipt: Receipt,
    plan: Plan,
    listen: Callable[[Event], object] = lambda event: None,
    stopped: Callable[[], bool] = lambda: False,
    tolerance: float = TOLERANCE,
) -> Judgement:
    """Repeat a run and judge it. The data are held against the receipt's before the first step.

    Where the plan has no folder of its own nothing is left behind.
    """
    from designer.engine.loop import train

    with tempfile.TemporaryDirectory(prefix="designer-rerun-") as spare:
        folder = plan.out or Path(spare) / "run"
        run = train(replace(plan, out=folder))
        event: Event = next(run)
        other: Judgement | None = None
        while not isinstance(event, Finished | Failed):
            if isinstance(event, Started):
                other = check_data(receipt, folder)
            listen(event)
            event = run.send(Request(stop=True) if stopped() or other is not None else None)
        if other is not None:
            return other
        listen(event)
        if isinstance(event, Failed):
            return Judgement("impossible", f"The run could not be repeated. {event.message}")
        if event.reason == "stopped":
            return Judgement("stopped", "Stopped before the run was repeated.")
        return judge(receipt, read_receipt(folder), tolerance)


def check_data(receipt: Receipt, folder: Path) -> Judgement | None:
    """Return the judgement where a run that has begun in a folder has other data than the receipt; None where it has the same."""
    before, after = receipt.data.get("fingerprint", ""), read_record(folder).data.get("fingerprint", "")
    return judge_data(before, after) if before != after else None


def _demand_weights(path: Path, wanted: str) -> None:
    """Raise ReceiptError where the weights that the run began from are not there as they were."""
    try:
        found = hash_content(path.read_bytes())
    except OSError:
        text = f"The run began from the weights {path}, which cannot be read. Say where they are with --weights."
        raise ReceiptError(text) from None
    if found != wanted:
        text = f"The run began from other weights than those that are in {path} now."
        raise ReceiptError(f"{text} Say where they are with --weights.")
