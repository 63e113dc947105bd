"""Taking a run away: files for others, written beside their place, tried, and only then put there."""

import contextlib
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from designer.catalogue import registry
from designer.catalogue.parameters import Values, resolve
from designer.document.project import Project
from designer.document.wording import show_name
from designer.engine.answering import Answerer, gather_again, make_answerer, pick_kept, render, write_kept
from designer.engine.build import build
from designer.engine.bundle import Bundle, parts_of
from designer.engine.evaluation.assessing import assess
from designer.engine.evaluation.evaluating import Held, Weights, evaluate, hold, walk
from designer.engine.evaluation.opening import Which, list_looks, open_plan, open_weights
from designer.engine.evaluation.randomness import OwnRandomness
from designer.engine.evaluation.record import EvaluationError
from designer.engine.evaluation.resampling import Cancelled, Report, go_on, share_of
from designer.engine.plan import Plan
from designer.engine.record import read_record
from designer.engine.taking.card import Facts, write_card
from designer.engine.taking.checking import TakingError, compare_outcome
from designer.engine.taking.forms import FEW, FORMS, Luggage
from designer.engine.taking.kinds import KINDS, Kind
from designer.engine.taking.naming import list_requirements, name_files
from designer.engine.taking.sampling import lay_sample
from designer.engine.undoing import find_past

READ, ANSWERED, MEASURED = 0.15, 0.25, 0.35  # shares of the work: data are read, all samples answered, figures drawn


@dataclass(frozen=True, slots=True)
class Taken:
    """One thing that is there now: where, by how much it answers other than here at most, and that in words."""

    kind: str
    path: Path
    difference: float
    told: str


def take(
    folder: Path,
    kinds: Sequence[str],
    out: Path,
    *,
    which: Which = "best",
    data: Path | None = None,
    project: Project | None = None,
    report: Report = go_on,
) -> tuple[Taken, ...]:
    """Write a run in some forms into a folder that is not there yet, each tried in a process of its own.

    All or nothing: where one fails, or the work is given up, the folder is not made. Raises TakingError, EvaluationError,
    Cancelled, OSError.
    """
    wanted, out = (
        [kind for kind in KINDS if kind.kind in kinds],
        out.absolute(),
    )  # processes of their own start elsewhere
    demand_place(out, wanted)
    plan = open_plan(folder, data, project)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".designer-take-", dir=out.parent) as name:
        stage, spare = Path(name) / "stage", Path(name) / "spare"
        stage.mkdir()
        spare.mkdir()
        with OwnRandomness(plan.seed):
            luggage = pack(folder, plan, which, spare, report, measured="package" in kinds)
        taken = []
        for place, kind in enumerate(wanted):
            share = MEASURED + (1 - MEASURED) * place / len(wanted)
            half = (1 - MEASURED) / len(wanted) / 2
            taken.append(_take_one(kind, luggage, stage, out, (share, share + half), report))
        if out.exists():  # empty, as was demanded
            out.rmdir()
        stage.rename(out)
    return tuple(taken)


def demand_place(out: Path, kinds: Sequence[Kind]) -> None:
    """Raise TakingError where there is nothing to write, something in its place, or a package is missing."""
    if not kinds:
        raise TakingError("Choose at least one form to take away.")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise TakingError(f"{show_name(str(out), 200)} is there already. Choose a folder that is new or empty.")
    above = next(place for place in out.absolute().parents if place.exists())
    if not above.is_dir():
        raise TakingError(f"{show_name(str(above), 200)} is a file: no folder can be made in it. Choose another place.")
    for kind in kinds:
        if kind.missing:
            raise TakingError(f"{kind.advice}. Or leave it out.")


def pack(folder: Path, plan: Plan, which: Which, spare: Path, report: Report, *, measured: bool) -> Luggage:
    """Return what is taken away: the network, samples and answers to compare, the card. Raises as `take` does."""
    weights = open_weights(folder, which)
    prediction = render(plan.project)
    script = build(plan.source)
    names = gather_again(folder, plan, script)
    _ask(report, READ)
    kept = pick_kept(names, prediction)
    if prediction.kept:
        with contextlib.suppress(OSError):  # of a folder that can only be read
            write_kept(folder, plan, kept)
    answerer = make_answerer(prediction, script, weights, kept, torch.device("cpu"))
    held = hold(names)
    some = [part[:FEW].clone() for part in parts_of(held.parts["validation"][0])]
    x: Bundle = some[0] if len(some) == 1 else tuple(some)
    outputs = walk(script, answerer.model, x, answerer.device)
    sample = lay_sample(plan.data_path, answerer, names, x, spare, _read_values(plan))
    card = write_measured(folder, plan, weights, held, answerer, outputs, report) if measured else ""
    return Luggage(name_files(plan.project), answerer, tuple(some), outputs, sample, card, spare)


def _read_values(plan: Plan) -> Values:
    """Return the parameters of the source of the data."""
    source = plan.project.data.source
    return resolve(registry.sources[source.kind].parameters, source.parameters)[0] if source is not None else {}


def write_measured(
    folder: Path, plan: Plan, weights: Weights, held: Held, answerer: Answerer, outputs: Bundle, report: Report
) -> str:
    """Return the card of a network, whose answers are held against those that are evaluated. Raises as `take` does."""
    evaluation, _ = evaluate(
        plan,
        weights,
        held=held,
        device="cpu",
        alone=False,
        name=folder.name,
        report=share_of(report, READ, ANSWERED),
    )
    past = find_past(plan.project, held.names, int(evaluation.rows[0]))
    alike = bool(answerer.prediction.past) or not past  # else one tells changes, the other what they lead to
    if alike and len(evaluation.outcomes) == 1 and evaluation.outcomes[0].rows == len(evaluation.rows):
        try:
            compare_outcome(answerer.tell(outputs, *past), evaluation.outcomes[0])
        except TakingError as error:
            raise TakingError(f"predict.py and the Evaluate tab disagree. {error} Nothing was written.") from None
    assessments = [assess(outcome, share_of(report, ANSWERED, MEASURED)) for outcome in evaluation.outcomes]
    prediction = answerer.prediction
    requirements, looks = list_requirements(prediction.packages), len(list_looks(folder))
    record = read_record(folder)
    return write_card(Facts(plan.project, record, folder, evaluation, assessments, prediction, requirements, looks))


def _take_one(
    kind: Kind, luggage: Luggage, stage: Path, out: Path, shares: tuple[float, float], report: Report
) -> Taken:
    """Write and try one form. Raises TakingError with its name in it, Cancelled."""
    writing, trying = shares
    _ask(report, writing)
    try:
        form = FORMS[kind.kind]
        path = form.write(luggage, stage)
        _ask(report, trying)
        apart = form.check(luggage, path, report, trying)
    except (Cancelled, OSError):
        raise
    except (TakingError, EvaluationError) as error:
        raise TakingError(f"{kind.title}: {error} Nothing was written.") from None
    except Exception as error:  # noqa: BLE001 - the exporters of torch raise of everything
        text = f"{kind.title}: torch cannot write this network so: {find_reason(error)} Nothing was written."
        raise TakingError(text) from None
    told = (
        "the same answers in a fresh process"
        if not apart
        else f"answers in a fresh process differ by at most {apart:.1e}"
    )
    return Taken(kind.kind, out / path.relative_to(stage), apart, told)


def find_reason(error: BaseException) -> str:
    """Return the first line of what led to an error, without the colours of a terminal."""
    while error.__cause__ is not None:
        error = error.__cause__
    lines = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip().splitlines() or [type(error).__name__]
    reason = show_name(lines[0], 300)
    return reason if reason.endswith(".") else f"{reason}."


def _ask(report: Any, share: float) -> None:
    if not report(share):
        raise Cancelled
