"""What optuna asks for the values of a trial: those of a slot follow from the slot and from what is known of the others."""

from collections.abc import Mapping
from typing import Any

import optuna
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.trial import FrozenTrial, TrialState

from designer.engine.sweeps.definition import Sweep
from designer.engine.sweeps.values import encode


class SlotSampler(BaseSampler):
    """Begins anew for each trial, with random numbers of its slot: so that two processes never draw the same."""

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep
        self._points = sweep.points if sweep.method == "grid" else ()
        self._inner: BaseSampler = RandomSampler()
        self._slot = 0

    def infer_relative_search_space(self, study: optuna.Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """Take note of the slot, and return what is drawn at one time."""
        from designer.engine.sweeps.trials import find_slots

        self._slot = find_slots(study.get_trials(deepcopy=False))[trial.number]
        seed = (self._sweep.seed * 1_000_003 + self._slot) % 2**32
        if self._sweep.method == "bayes":
            first = max(4, min(10, self._sweep.size // 3))
            self._inner = TPESampler(seed=seed, n_startup_trials=first, multivariate=True, constant_liar=True)
        else:
            self._inner = RandomSampler(seed=seed)
        return {} if self._points else self._inner.infer_relative_search_space(study, trial)

    def sample_relative(
        self, study: optuna.Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Return what is drawn at one time."""
        return {} if self._points else self._inner.sample_relative(study, trial, search_space)

    def sample_independent(
        self, study: optuna.Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """Return one value: of the grid, the one of the slot."""
        if not self._points:
            return self._inner.sample_independent(study, trial, param_name, param_distribution)
        point: Mapping[str, Any] = self._points[self._slot % len(self._points)]
        value = point[param_name]
        listed = any(axis.key == param_name and axis.choices for axis in self._sweep.axes)
        return encode(value) if listed else value

    def after_trial(self, study: optuna.Study, trial: FrozenTrial, state: TrialState, values: "Any") -> None:
        """Nothing follows a trial: the next one may be another process's."""


def make_sampler(sweep: Sweep) -> BaseSampler:
    """Return the sampler of a sweep."""
    return SlotSampler(sweep)
