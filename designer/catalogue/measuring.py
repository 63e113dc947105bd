"""Which metrics a training measures: those that were chosen and fit the task, else those usual for it."""

from collections.abc import Iterable

from designer.catalogue.registry import metrics
from designer.catalogue.source_spec import Target
from designer.catalogue.training_spec import LossSpec, MetricSpec, Reading


def read_target(target: Target, loss: LossSpec, elements: int) -> Reading:
    """Return what metrics are measured on, where the network gives so many numbers a sample."""
    size = elements if target.kind == "binary" else target.size
    task = "class" if target.kind == "binary" and size == 2 else target.kind
    return Reading(task, size, loss.outputs)


def list_fitting(reading: Reading) -> tuple[MetricSpec, ...]:
    """Return all metrics that can be measured."""
    return tuple(spec for spec in metrics.values() if reading.task in spec.tasks and not spec.refuse(reading))


def choose_metrics(chosen: Iterable[str], reading: Reading) -> tuple[MetricSpec, ...]:
    """Return the metrics that were chosen and can be measured, in that order; else those usual for the task."""
    fitting = list_fitting(reading)
    found = tuple(metrics[name] for name in dict.fromkeys(chosen) if metrics.get(name) in fitting)
    return found or tuple(spec for spec in metrics.values() if reading.task in spec.usual)
