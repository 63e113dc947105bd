"""The network linter: what is wrong with a project, each problem with its node, a plain sentence and its fixes."""

from collections.abc import Callable, Iterator

from designer.catalogue.check.answer import find_squashed_answer, find_wrong_loss, find_wrong_size
from designer.catalogue.check.axes import find_swapped_axes
from designer.catalogue.check.blocks import (
    find_block_faults,
    find_idle_initializers,
    find_lone_rates,
    find_option_faults,
)
from designer.catalogue.check.data import find_missing_data, find_other_shape, find_small_vocabulary, find_unembedded
from designer.catalogue.check.loss import find_idle_metrics, find_wrong_range, find_wrong_weights
from designer.catalogue.check.nodes import find_node_faults
from designer.catalogue.check.objective import find_wrong_form, find_wrong_objective
from designer.catalogue.check.optimizer import find_part_batches, find_shaken_searches
from designer.catalogue.check.problem import Fix, Problem, Severity
from designer.catalogue.check.samples import (
    find_wrong_augmentation,
    find_wrong_row_weights,
    find_wrong_sampling,
)
from designer.catalogue.check.settings import find_doubtful_settings
from designer.catalogue.check.stacking import (
    find_doubtful_choices,
    find_misplaced_noise,
    find_needless_bias,
    find_needless_layers,
    find_straight_pairs,
)
from designer.catalogue.check.structure import (
    find_dead_ends,
    find_lost_wires,
    find_missing_ends,
    find_open_inputs,
    find_structure_faults,
)
from designer.catalogue.check.study import Study
from designer.catalogue.check.training import (
    find_clashing_settings,
    find_lone_validation_row,
    find_nothing_to_learn,
    find_too_much_memory,
    find_wrong_batches,
    find_wrong_settings,
)
from designer.catalogue.facts import facts, infer_project
from designer.catalogue.shapes import Inference
from designer.document.project import Data, Project, Training

__all__ = ["Fix", "Problem", "Severity", "check"]

# In the order in which problems of equal weight are listed.
RULES: tuple[Callable[[Study], Iterator[Problem]], ...] = (
    find_structure_faults,
    find_lost_wires,
    find_node_faults,
    find_option_faults,
    find_idle_initializers,
    find_block_faults,
    find_missing_ends,
    find_open_inputs,
    find_missing_data,
    find_other_shape,
    find_small_vocabulary,
    find_unembedded,
    find_wrong_objective,
    find_wrong_form,
    find_wrong_loss,
    find_wrong_size,
    find_wrong_range,
    find_wrong_weights,
    find_idle_metrics,
    find_nothing_to_learn,
    find_lone_rates,
    find_wrong_settings,
    find_clashing_settings,
    find_doubtful_settings,
    find_part_batches,
    find_shaken_searches,
    find_wrong_sampling,
    find_wrong_augmentation,
    find_wrong_row_weights,
    find_wrong_batches,
    find_lone_validation_row,
    find_squashed_answer,
    find_swapped_axes,
    find_straight_pairs,
    find_misplaced_noise,
    find_dead_ends,
    find_too_much_memory,
    find_doubtful_choices,
    find_needless_bias,
    find_needless_layers,
)

_RANK = {"error": 0, "warning": 1, "hint": 2}

# What the projects that were checked last consist of, and what was found, newest first: moving a card or naming a project
# changes nothing of it, and an edit that is undone leads back to one of them.
_recent: tuple[tuple[tuple[Inference, Training, Data], tuple[Problem, ...]], ...] = ()
_MOST_RECENT = 4


def check(project: Project, inference: Inference | None = None) -> tuple[Problem, ...]:
    """Return everything that is wrong with a project, worst first. Never raises, whatever the project.

    `inference` is that of the project's graph with its data, where it is known already.
    """
    if inference is None or inference.graph is not project.graph or inference.scope.blocks is not project.blocks:
        inference = infer_project(project)
    global _recent
    key = (inference, project.training, project.data)
    for found in _recent:
        if all(one is other for one, other in zip(found[0], key, strict=True)):
            _recent = (found, *[other for other in _recent if other is not found])
            return found[1]
    study = Study(project, inference, facts(project))
    problems = tuple(
        sorted([problem for rule in RULES for problem in rule(study)], key=lambda problem: _RANK[problem.severity])
    )
    _recent = ((key, problems), *_recent[: _MOST_RECENT - 1])
    return problems
