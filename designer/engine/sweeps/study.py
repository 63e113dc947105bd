"""The trials of a sweep in a storage of optuna: shared by processes and machines, and there again after a kill -9.

A trial has a slot: its number in the sweep. One whose process is gone is repeated under the same slot, with the same
values. What a grid and random numbers give in a slot follows from the slot alone, whoever works on it.
"""

import contextlib
import json
import math
import os
import socket
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from frozendict import frozendict

from designer.document.graph import Value
from designer.document.wording import show_name
from designer.engine.sweeps.definition import Axis, Sweep, read_sweep, write_sweep
from designer.engine.sweeps.places import SweepError
from designer.engine.sweeps.storage import open_storage, quiet
from designer.engine.sweeps.trials import Trial, describe_trial, find_slots, is_own
from designer.engine.sweeps.values import decode, encode

if TYPE_CHECKING:
    import optuna
    from optuna.trial import FrozenTrial

MOST_LOST = 3  # times that a trial is begun whose process is killed
KILLED = f"Its process was killed {MOST_LOST} times in the middle of it: it may need more memory than there is."
STALE = 300.0  # seconds without a word after which a trial on another machine counts as broken off


class Study:
    """The trials of one sweep. Any number of processes may have it open at once."""

    def __init__(self, sweep: Sweep, study: "optuna.Study") -> None:
        self.sweep = sweep
        self._study = study
        self._over: dict[int, Trial] = {}

    def ask(self) -> "optuna.Trial | None":
        """Return the next trial to work on, None where all are done or in the hands of others."""
        with quiet():
            import optuna

            self._release_stale()
            trials = self._study.get_trials(deepcopy=False)
            number = self._take_waiting(trials)
            if number is None:
                if sum(map(is_own, trials)) >= self.sweep.size:
                    return None
                number = self._begin()
            trial = optuna.Trial(self._study, number)
            if self.slot_of(trial) >= self.sweep.size:  # another process was quicker
                trial.set_user_attr("surplus", True)
                self._study.tell(trial, state=_state("FAIL"))
                return None
            for name, distribution in self._distributions().items():
                trial._suggest(name, distribution)
            return trial

    def _take_waiting(self, trials: Sequence["FrozenTrial"]) -> int | None:
        """Take a trial out of the queue, with our name on it before that; return its number in the storage."""
        import optuna

        storage = self._study._storage
        for trial in trials:
            if trial.state.name == "WAITING":
                with contextlib.suppress(optuna.exceptions.UpdateFinishedTrialError):
                    storage.set_trial_user_attr(trial._trial_id, "owner", _sign())
                    if storage.set_trial_state_values(trial._trial_id, _state("RUNNING")):
                        return trial._trial_id
        return None

    def _begin(self) -> int:
        """Make a new trial that is ours from its first moment: whoever finds it later knows whose it was."""
        from optuna.trial import create_trial

        trial = create_trial(state=_state("RUNNING"), user_attrs={"owner": _sign()})
        return self._study._storage.create_new_trial(self._study._study_id, template_trial=trial)

    def values_of(self, trial: "optuna.Trial") -> Mapping[str, Value]:
        """Return what varies in a trial, by key."""
        return frozendict({key: decode(value) for key, value in trial.params.items()})

    def slot_of(self, trial: "optuna.Trial") -> int:
        """Return the number of a trial in the sweep."""
        return find_slots(self._study.get_trials(deepcopy=False))[trial.number]

    def touch(self, trial: "optuna.Trial") -> None:
        """Say that somebody works on a trial."""
        trial.set_user_attr("owner", _sign())

    def tell(
        self,
        trial: "optuna.Trial",
        state: Literal["COMPLETE", "PRUNED", "FAIL"],
        goal: float | None = None,
        **more: object,
    ) -> None:
        """Write down how a trial ended."""
        with quiet():
            for name, value in more.items():
                trial.set_user_attr(name, value)
            # A trial that somebody took for broken off is theirs by now.
            self._study.tell(trial, goal if state == "COMPLETE" else None, _state(state), skip_if_finished=True)

    def give_back(self, trial: "optuna.Trial") -> None:
        """Let a trial that was stopped be done anew by whoever goes on."""
        with quiet():
            self._repeat(trial.number, trial.params, trial.user_attrs)

    def release(self) -> None:
        """Take every trial of a process that is gone back into the queue."""
        with quiet():
            self._release_stale()

    def has_workers(self) -> bool:
        """Return whether somebody is at work on a trial, on whatever machine."""
        with quiet():
            return not all(map(_is_gone, self._list_running()))

    def list(self) -> tuple[Trial, ...]:
        """Return the trials by slot, each as its last repetition stands."""
        with quiet():
            trials = self._study.get_trials(deepcopy=False)
        slots = find_slots(trials)
        found = {slots[trial.number]: trial for trial in trials if not trial.user_attrs.get("surplus")}
        return tuple(self._describe(trial, slot) for slot, trial in sorted(found.items()))

    def _describe(self, trial: "FrozenTrial", slot: int) -> Trial:
        """Return a trial as it stands; one that is over does not change any more."""
        known = self._over.get(trial.number)
        if known is None or known.slot != slot:
            known = describe_trial(trial, slot, lower=self.sweep.is_better_lower)
            if trial.state.is_finished():
                self._over[trial.number] = known
        return known

    def close(self) -> None:
        """Let go of the storage, where it holds a connection."""
        engine = getattr(getattr(self._study._storage, "_backend", self._study._storage), "engine", None)
        self._study._storage.remove_session()
        if engine is not None:
            engine.dispose()

    def importance(self) -> Mapping[str, float]:
        """Return how much of the differences each setting explains, together 1; empty where too little is known."""
        done = [trial for trial in self.list() if trial.state == "done"]
        if len(done) < 4 or len({trial.goal for trial in done}) < 2:
            return {}
        with quiet():
            import optuna

            # Deeper trees tell the same of thousands of trials, and take seconds.
            evaluator = optuna.importance.FanovaImportanceEvaluator(seed=1, n_trees=32, max_depth=8)
            try:
                found = optuna.importance.get_param_importances(self._study, evaluator=evaluator)
            except (RuntimeError, ValueError):
                return {}
        return {name: float(share) for name, share in found.items() if math.isfinite(share)}

    def _distributions(self) -> "dict[str, Any]":
        return {axis.key: _distribute(axis, self.sweep.method) for axis in self.sweep.axes}

    def _release_stale(self) -> None:
        for trial in self._list_running():
            if not _is_gone(trial):
                continue
            lost = trial.user_attrs.get("lost", 0) + 1
            if lost < MOST_LOST:
                self._repeat(trial.number, trial.params, {**trial.user_attrs, "lost": lost})
            else:
                self._give_up(trial)

    def _list_running(self) -> "Sequence[FrozenTrial]":
        return self._study.get_trials(deepcopy=False, states=(_state("RUNNING"),))

    def _give_up(self, trial: "FrozenTrial") -> None:
        """End a trial whose process was killed again and again: whoever goes on would be the next."""
        import optuna

        storage = self._study._storage
        with contextlib.suppress(optuna.exceptions.UpdateFinishedTrialError):
            storage.set_trial_user_attr(trial._trial_id, "reason", KILLED)
            storage.set_trial_state_values(trial._trial_id, _state("FAIL"))

    def _repeat(self, number: int, params: Mapping[str, Any], known: Mapping[str, Any]) -> None:
        """End a trial that broke off, and ask for its values once more; only one process comes to that."""
        import optuna

        storage = self._study._storage
        identifier = storage.get_trial_id_from_study_id_trial_number(self._study._study_id, number)
        with contextlib.suppress(optuna.exceptions.UpdateFinishedTrialError):
            if storage.set_trial_state_values(identifier, _state("FAIL")):
                more = {"repeats": known.get("repeats", number), "lost": known.get("lost", 0)}
                self._study.enqueue_trial(dict(params), user_attrs=more)


def open_study(place: str | Path, name: str, sweep: Sweep | None, project: str = "") -> Study:
    """Return the study of a sweep in a storage: made where it is new, joined where it is there. Raises SweepError.

    `place` is a folder, or the address of a storage that several machines share: sqlite:///FILE, mysql://..., or the path
    of a file on a disk that they share. Without a `sweep` it is the one that is there. `project` is the text of the
    project, which all that share a storage must have alike.
    """
    with quiet():
        import optuna

        from designer.engine.sweeps.sampler import make_sampler

        try:
            storage = open_storage(place)
            if sweep is None:
                known = optuna.load_study(study_name=name, storage=storage)
                sweep = read_sweep(known.user_attrs.get("sweep"))
            study = optuna.create_study(
                study_name=name,
                storage=storage,
                load_if_exists=True,
                direction=sweep.direction,
                sampler=make_sampler(sweep),
                pruner=optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=max(3, sweep.epochs // 10)),
            )
            known_sweep = study.user_attrs.get("sweep")
            if known_sweep is not None:
                _demand_same(read_sweep(known_sweep), sweep, study.user_attrs.get("project", ""), project, name)
            if known_sweep is None or known_sweep != json.loads(json.dumps(write_sweep(sweep))):
                study.set_user_attr("sweep", write_sweep(sweep))
            if project and study.user_attrs.get("project") != project:
                study.set_user_attr("project", project)
        except SweepError:
            raise
        except KeyError:
            raise SweepError(f"There is no sweep called {show_name(name)} in {place} yet.") from None
        except Exception as error:  # noqa: BLE001 - each kind of storage has errors of its own
            said = " ".join(str(error).split())[:300]
            raise SweepError(f"Cannot open the storage {place}: {type(error).__name__}: {said}") from None
    return Study(sweep, study)


def _demand_same(there: Sweep, ours: Sweep, project_there: str, project: str, name: str) -> None:
    """Refuse to mix two sweeps in one study; how many trials there are may grow."""

    def strip(sweep: Sweep) -> dict[str, Any]:
        fields = write_sweep(sweep)
        del fields["trials"]
        return fields

    if json.dumps(strip(there)) != json.dumps(strip(ours)):
        raise SweepError(
            f"There is another sweep called {show_name(name)} already. Choose another folder, or its values."
        )
    if project and project_there and project != project_there:
        raise SweepError(
            f"The sweep {show_name(name)} was begun with another version of the project. Go on with that one, or begin a new sweep."
        )


def _is_gone(trial: "FrozenTrial") -> bool:
    """Return whether nobody works on a trial any more: its process has ended, or said nothing for long elsewhere."""
    from designer.engine.record import is_younger, lives  # not before the window is painted

    host, process, seen = trial.user_attrs.get("owner", ("", 0, 0.0))
    if host == socket.gethostname():
        return not lives(process) or is_younger(process, seen)
    return bool(time.time() - seen > STALE)


def _distribute(axis: Axis, method: str) -> Any:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if axis.choices:
        return CategoricalDistribution([encode(value) for value in axis.choices])
    if axis.whole:
        return IntDistribution(round(axis.low), round(axis.high), log=axis.log)
    return FloatDistribution(axis.low, axis.high, log=axis.log)


def _sign() -> list[object]:
    """Return who works on a trial, and when that was said."""
    return [socket.gethostname(), os.getpid(), time.time()]


def _state(name: str) -> Any:
    from optuna.trial import TrialState

    return TrialState[name]
