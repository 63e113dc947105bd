"""Look-up of declarations by kind and search over layers."""

from collections.abc import Mapping

from frozendict import frozendict

from designer.catalogue.layers import LAYER_FAMILIES
from designer.catalogue.objectives import OBJECTIVES
from designer.catalogue.plugins import load_plugins
from designer.catalogue.source_spec import SourceSpec
from designer.catalogue.sources import SOURCES
from designer.catalogue.spec import LayerSpec
from designer.catalogue.training import LOSSES, METRICS, OPTIMIZERS, SCHEDULES
from designer.catalogue.training_spec import LossSpec, MetricSpec, ObjectiveSpec, OptimizerSpec, ScheduleSpec

own_layers: Mapping[str, LayerSpec] = frozendict({spec.kind: spec for family in LAYER_FAMILIES for spec in family})
plugins = load_plugins(own_layers)
layers: Mapping[str, LayerSpec] = frozendict({**own_layers, **{spec.kind: spec for spec in plugins.specs}})
losses: Mapping[str, LossSpec] = frozendict({spec.kind: spec for spec in LOSSES})
optimizers: Mapping[str, OptimizerSpec] = frozendict({spec.kind: spec for spec in OPTIMIZERS})
schedules: Mapping[str, ScheduleSpec] = frozendict({spec.kind: spec for spec in SCHEDULES})
sources: Mapping[str, SourceSpec] = frozendict({spec.kind: spec for spec in SOURCES})
metrics: Mapping[str, MetricSpec] = frozendict({spec.kind: spec for spec in METRICS})
objectives: Mapping[str, ObjectiveSpec] = frozendict({spec.kind: spec for spec in OBJECTIVES})
