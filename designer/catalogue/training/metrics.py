"""Metrics, declared as data: how good outputs are, in numbers that people read."""

from designer.catalogue.spec import MetricSpec

METRICS: tuple[MetricSpec, ...] = ()
