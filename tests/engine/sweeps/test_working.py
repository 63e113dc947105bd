"""Sweeps with real trainings: what they find, how they stop and go on, and who does which trial."""

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from designer.api.building import new
from designer.document.files import dumps
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.sweeps.definition import Sweep, check_sweep, direction_of, read_axis
from designer.engine.sweeps.folder import Origin, begin_sweep, find_best, read_folder
from designer.engine.sweeps.places import SweepError
from designer.engine.sweeps.storage import JOURNAL
from designer.engine.sweeps.study import MOST_LOST, STALE, open_study
from designer.engine.sweeps.working import SweepEnded, TrialEnded, TrialEpoch, TrialStep, make_project, work

IRIS = new("iris")


def sweep_of(*axes: str, project=IRIS, method="grid", trials=0, epochs=2, goal="val_loss", **more) -> Sweep:
    made = tuple(read_axis(project, text) for text in axes)
    sweep = Sweep(made, method, trials, goal=goal, direction=direction_of(goal), epochs=epochs, **more)
    return check_sweep(sweep, project)


def run(study, project=IRIS, **more):
    return list(work(study, project, **more))


def open_in(path: Path, sweep: Sweep, project=IRIS):
    return open_study(path, "test", sweep, dumps(project))


def test_a_grid_trains_every_point_and_keeps_the_curves(tmp_path):
    sweep = sweep_of("hidden.out_features=2,8", "optimizer.lr=0.001,0.05")
    study = open_in(tmp_path, sweep)
    events = run(study)
    assert events[-1] == SweepEnded("finished", 4)
    trials = study.list()
    assert [dict(trial.values) for trial in trials] == [dict(point) for point in sweep.points]
    assert {trial.state for trial in trials} == {"done"}
    for trial in trials:
        plan = Plan.from_project(make_project(IRIS, sweep, trial.values))
        alone = [event.val_loss for event in train(plan) if hasattr(event, "val_loss")]
        assert [point.val_loss for point in trial.curve] == alone  # a trial is the run that Train would do
        assert trial.goal == min(alone)
    assert find_best(study, trials).goal == min(trial.goal for trial in trials)
    assert not run(study)[:-1]  # nothing is left


def test_an_illegal_combination_is_a_failed_trial_with_its_reason(tmp_path):
    sweep = sweep_of("optimizer=Adam,SGD", "optimizer.momentum=0.9", "hidden.out_features=8")
    study = open_in(tmp_path, sweep)
    ended = [event for event in run(study) if isinstance(event, TrialEnded)]
    assert [(event.state, event.reason) for event in ended] == [("failed", "Adam has no `momentum`."), ("done", "")]
    assert [trial.reason for trial in study.list()] == ["Adam has no `momentum`.", ""]


def test_a_network_that_cannot_be_built_or_diverges_does_not_end_the_sweep(tmp_path):
    sweep = sweep_of("scores.out_features=3,2", "optimizer.lr=0.01,1e30", goal="val_accuracy")
    study = open_in(tmp_path, sweep)
    run(study)
    good, wild, *unfit = study.list()
    assert (good.state, wild.state) == ("done", "failed")
    assert "not a number" in wild.reason or "infinite" in wild.reason
    refusal = "Output `species` gets 2 numbers, but should get 3, one for each class."
    assert [(trial.state, trial.reason) for trial in unfit] == [("failed", refusal)] * 2


def test_seeds_give_mean_and_spread(tmp_path):
    study = open_in(tmp_path, sweep_of("hidden.out_features=4", seeds=(1, 2, 3)))
    run(study)
    (trial,) = study.list()
    assert len(trial.results) == 3 == len(set(trial.results))
    assert trial.goal == pytest.approx(sum(trial.results) / 3)
    assert trial.spread > 0
    assert sorted({point.seed for point in trial.curve}) == [1, 2, 3]


def test_hopeless_trials_are_given_up_early(tmp_path):
    axes = "optimizer.lr=0.05,0.04,0.06,0.05,1e-7,1e-8"
    study = open_in(tmp_path, sweep_of(axes, epochs=8))
    run(study)
    assert [trial.state for trial in study.list()][-1] == "pruned"
    last = study.list()[-1]
    assert last.epochs < 8
    assert "given up after epoch" in last.reason
    whole = open_study(tmp_path / "whole", "test", sweep_of(axes, epochs=8, pruning=False), "")
    run(whole)
    assert {(trial.state, trial.epochs) for trial in whole.list()} == {("done", 8)}


@pytest.mark.parametrize("method", ["random", "bayes"])
def test_what_is_drawn_follows_from_the_seed(tmp_path, method):
    sweep = sweep_of("hidden.out_features=1..64", "optimizer.lr=log:1e-4..1e-1", method=method, trials=6, epochs=1)
    drawn = []
    for name, made in (("a", sweep), ("b", sweep), ("c", replace(sweep, seed=2))):
        study = open_in(tmp_path / name, made)
        run(study)
        drawn.append([dict(trial.values) for trial in study.list()])
    assert drawn[0] == drawn[1] != drawn[2]
    assert all(1 <= values["layer.hidden.out_features"] <= 64 for values in drawn[0])
    assert all(1e-4 <= values["optimizer.lr"] <= 1e-1 for values in drawn[0])
    assert len({values["optimizer.lr"] for values in drawn[0]}) == 6


def test_a_stopped_sweep_goes_on_and_ends_as_if_it_had_not_been(tmp_path):
    sweep = sweep_of("hidden.out_features=1..64", method="bayes", trials=8, epochs=2)
    whole = open_in(tmp_path / "whole", sweep)
    run(whole)
    parts = tmp_path / "parts"
    for _ in range(3):  # each time in the middle of the second trial
        work_on, ended = work(open_in(parts, sweep), IRIS), 0
        event = next(work_on)
        while not isinstance(event, SweepEnded):
            ended += isinstance(event, TrialEnded)
            event = work_on.send(ended == 1 and isinstance(event, TrialEpoch | TrialStep))
        assert event == SweepEnded("stopped", 1)
    study = open_in(parts, sweep)
    assert [trial.state for trial in study.list()] == ["done"] * 3 + ["waiting"]
    run(study)
    assert [(dict(t.values), t.goal) for t in study.list()] == [(dict(t.values), t.goal) for t in whole.list()]


def test_two_at_once_divide_the_trials(tmp_path):
    sweep = sweep_of("hidden.out_features=1..64", method="random", trials=7, epochs=1)
    studies = [open_in(tmp_path, sweep) for _ in range(2)]
    runs = [work(study, IRIS) for study in studies]
    ended = [0, 0]
    going = [0, 1]
    while going:  # in turns, each in the middle of a trial of its own
        for one in tuple(going):
            event = next(runs[one])
            ended[one] += isinstance(event, TrialEnded)
            if isinstance(event, SweepEnded):
                going.remove(one)
    trials = studies[0].list()
    assert [trial.slot for trial in trials] == list(range(7))
    assert {trial.state for trial in trials} == {"done"}
    assert sum(ended) == 7
    assert min(ended) >= 3
    assert len({trial.values["layer.hidden.out_features"] for trial in trials}) > 3


@pytest.mark.parametrize("silent, taken", [(STALE + 5, True), (STALE / 2, False)])
def test_the_trial_of_a_machine_that_is_gone_is_done_again_once_it_has_been_silent_long(tmp_path, silent, taken):
    study = open_in(tmp_path, sweep_of("hidden.out_features=2,4,8"))
    lost = study.ask()
    values = dict(study.values_of(lost))
    lost.set_user_attr("owner", ["another-machine", 1, time.time() - silent])
    with contextlib.closing(open_in(tmp_path, study.sweep)) as other:
        ended = [event.slot for event in run(other) if isinstance(event, TrialEnded)]
        trials = other.list()
    assert ended == ([0, 1, 2] if taken else [1, 2])
    assert dict(trials[0].values) == values
    assert [trial.state for trial in trials] == ["done" if taken else "running", "done", "done"]
    study.tell(lost, "COMPLETE", 0.0)  # it was only slow: what another has done in its place stands
    assert [trial.goal == 0.0 for trial in study.list()] == [not taken, False, False]


def test_more_trials_can_be_asked_for_but_nothing_else_changed(tmp_path):
    sweep = sweep_of("hidden.out_features=1..64", method="random", trials=2, epochs=1)
    run(open_in(tmp_path, sweep))
    study = open_in(tmp_path, replace(sweep, trials=3))
    run(study)
    assert len(study.list()) == 3
    with pytest.raises(SweepError, match="another sweep"):
        open_in(tmp_path, replace(sweep, epochs=9))
    with pytest.raises(SweepError, match="another version of the project"):
        open_in(tmp_path, sweep, new("moons"))
    assert open_study(tmp_path, "test", None).sweep.trials == 3
    with pytest.raises(SweepError, match="no sweep called nobody"):
        open_study(tmp_path, "nobody", None)


def test_sqlite_serves_as_well(tmp_path):
    study = open_in(f"sqlite:///{tmp_path / 'trials.db'}", sweep_of("hidden.out_features=2,4", epochs=1))
    run(study)
    assert [trial.state for trial in study.list()] == ["done", "done"]
    study.close()


def test_half_a_line_of_a_power_cut_is_cut_off(tmp_path):
    sweep = sweep_of("hidden.out_features=2,4,8", epochs=1)
    run(open_in(tmp_path, sweep), most=2)
    journal = tmp_path / JOURNAL
    with journal.open("ab") as file:
        file.write(b'{"op_code":5,"worker')
    study = open_in(tmp_path, sweep)
    run(study)
    assert [trial.state for trial in study.list()] == ["done"] * 3


def test_a_goal_that_is_not_measured_is_said(tmp_path):
    study = open_in(tmp_path, sweep_of("hidden.out_features=2", goal="val_r2"))
    run(study)
    assert "val_r2 is not measured in this training, but val_accuracy" in study.list()[0].reason


def test_importance_tells_what_mattered(tmp_path):
    sweep = sweep_of("optimizer.lr=1e-6,1e-2,1e-1", "data.split_seed=1", "hidden.out_features=8,9", pruning=False)
    study = open_in(tmp_path, sweep)
    assert study.importance() == {}
    run(study)
    found = study.importance()
    assert max(found, key=found.get) == "optimizer.lr"
    assert sum(found.values()) == pytest.approx(1)


def test_a_folder_holds_all_that_is_needed_to_go_on(tmp_path):
    sweep = sweep_of("hidden.out_features=2,4", epochs=1)
    folder = begin_sweep(tmp_path / "sweep", IRIS, sweep, Origin(beside=tmp_path))
    run(study := folder.open(), most=1)
    folder.write_trials(study)
    again = read_folder(tmp_path / "sweep")
    assert (again.sweep, again.project, again.origin) == (sweep, IRIS, folder.origin)
    run(study := again.open())
    again.write_trials(study)
    lines = (tmp_path / "sweep" / "trials.csv").read_text().splitlines()
    assert lines[0].startswith("trial,state,hidden.out_features,val_loss")
    assert len(lines) == 3
    assert len((tmp_path / "sweep" / "curves.csv").read_text().splitlines()) == 3
    with pytest.raises(SweepError, match="holds another sweep"):
        begin_sweep(tmp_path / "sweep", IRIS, replace(sweep, epochs=2), Origin())
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("dear")
    with pytest.raises(SweepError, match="is not empty"):
        begin_sweep(tmp_path / "full", IRIS, sweep, Origin())
    (tmp_path / "sweep" / "sweep.json").write_text(json.dumps({"sweep": 3}))
    with pytest.raises(SweepError, match="no description of a sweep"):
        read_folder(tmp_path / "sweep")


def test_trials_may_be_listed_while_another_thread_works(tmp_path):
    study = open_in(tmp_path, sweep_of("hidden.out_features=1..64", method="random", trials=6, epochs=1))
    worker = threading.Thread(target=run, args=(study,))
    worker.start()
    counts = []
    while worker.is_alive():
        counts.append(len(study.list()))
        worker.join(0.02)
    assert counts == sorted(counts)
    assert len(study.list()) == 6


def test_a_trial_whose_process_is_killed_again_and_again_is_given_up(tmp_path):
    study = open_in(tmp_path, sweep_of("hidden.out_features=2,4", epochs=1))
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait(timeout=60)
    for _ in range(MOST_LOST):
        trial = study.ask()
        assert study.slot_of(trial) == 0
        trial.set_user_attr("owner", [socket.gethostname(), gone.pid, time.time()])
    run(study)
    first, second = study.list()
    assert (first.state, second.state) == ("failed", "done")
    assert first.reason.startswith("Its process was killed 3 times")


@pytest.mark.skipif(sys.platform != "linux", reason="how much memory is free is known on Linux")
def test_a_network_that_no_memory_holds_is_a_failed_trial(tmp_path):
    study = open_in(tmp_path, sweep_of("hidden.out_features=1000000000,4", epochs=1))
    run(study)
    first, second = study.list()
    assert (first.state, second.state) == ("failed", "done")
    assert first.reason.startswith("Its 8,000,000,003 weights need 119 GiB of memory to learn, and ")
