"""The work of an evaluation, as it is done on a thread beside the window, and what comes of it. Nothing here touches Qt."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from designer.ui.background import Report

if TYPE_CHECKING:
    from designer.engine.evaluation.record import Assessment, Evaluation, Outcome
    from designer.engine.plan import Plan


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """An evaluation with what is worked out of each of its outcomes; one of them is shown.

    `find` gives plan and weights once more, `held` are the data: what else is asked of the same network needs them.
    """

    evaluation: "Evaluation"
    assessments: "tuple[Assessment, ...]"
    find: "Callable[[], tuple[Plan, Any]]"
    held: Any
    shown: int = 0

    @property
    def outcome(self) -> "Outcome":
        """The outcome that is shown."""
        return self.evaluation.outcomes[self.shown]

    @property
    def assessment(self) -> "Assessment":
        """What is worked out of it."""
        return self.assessments[self.shown]


def move(result: Result, threshold: float) -> "Assessment":
    """Return what is worked out of an outcome with another threshold."""
    from designer.engine.evaluation.questions import move_threshold

    return move_threshold(result.outcome, result.assessment, threshold)


def evaluate_beside(
    find: "Callable[[], tuple[Plan, Any]]",
    part: str,
    name: str,
    known: Any,
    *,
    alone: bool,
    beside: bool,
    report: Report,
) -> "tuple[Result, Any]":
    """Evaluate, and work out all there is to say; runs on a thread. `known` are the data that were read last, by their key."""
    from designer.engine.preload import import_torch

    import_torch()
    from designer.engine.evaluation.assessing import assess
    from designer.engine.evaluation.evaluating import evaluate
    from designer.engine.evaluation.resampling import share_of

    plan, weights = find()
    path = plan.data_path
    key = plan.source.text, plan.seed, path, path.stat().st_mtime_ns if path is not None and path.exists() else 0
    held = known[1] if known is not None and known[0] == key else None
    device = "cpu" if beside else ""  # a device that trains has its hands full
    evaluation, held = evaluate(
        plan,
        weights,
        part,  # type: ignore[arg-type]
        held=held,
        device=device,
        alone=alone,
        name=name,
        report=share_of(report, 0.0, 0.6),
    )
    count = len(evaluation.outcomes)
    assessments = tuple(
        assess(outcome, share_of(report, 0.6 + 0.4 * place / count, 0.6 + 0.4 * (place + 1) / count))
        for place, outcome in enumerate(evaluation.outcomes)
    )
    return Result(evaluation, assessments, find, held), (key, held)
