"""Folds of rows as a sweep: made of any split, each held out once."""

from dataclasses import replace

import pytest

from designer.api.building import new
from designer.document.edits import set_data
from designer.document.project import Choice
from designer.engine.sweeps.folds import FOLD, fold_rows, make_folds, tell_folds
from designer.engine.sweeps.places import SweepError
from designer.engine.sweeps.setting import set_values
from designer.engine.sweeps.trials import Trial
from tests.engine.plans import make_project


def split(project, kind, **parameters):
    return set_data(project, replace(project.data, split=Choice(kind, parameters)))


def test_rows_are_cut_into_folds_in_the_way_they_were_split():
    iris = new("iris")
    assert fold_rows(iris).data.split == Choice("Fold", {"by": "class"})
    assert fold_rows(make_project("Diabetes", ("Linear", {"out_features": 1}))).data.split == Choice("Fold")
    assert fold_rows(split(iris, "Stratified"), 3).data.split == Choice("Fold", {"by": "class", "folds": 3})
    assert fold_rows(split(iris, "Time")).data.split == Choice("Fold", {"by": "time"})
    again = split(iris, "Fold", folds=4, fold=3, by="class")
    assert fold_rows(again).data.split == Choice("Fold", {"folds": 4, "by": "class"})
    with pytest.raises(SweepError, match="split as given"):
        fold_rows(split(iris, "Given"))
    with pytest.raises(SweepError, match="folds"):
        fold_rows(iris, 1)


def test_the_sweep_holds_each_fold_out_once_and_tells_the_mean():
    folded = fold_rows(new("iris"), 3)
    sweep = make_folds(folded)
    assert (sweep.goal, sweep.size, sweep.method, sweep.pruning) == ("val_accuracy", 3, "grid", False)
    assert [dict(point) for point in sweep.points] == [{FOLD: 1}, {FOLD: 2}, {FOLD: 3}]
    assert set_values(folded, {FOLD: 2}).data.split == Choice("Fold", {"folds": 3, "fold": 2, "by": "class"})
    trials = [Trial(slot, "done", {}, goal=goal) for slot, goal in enumerate((0.9, 0.8, 1.0))]
    assert tell_folds(sweep, trials) == "val_accuracy 0.9 ± 0.1 over 3 of 3 folds"
    assert tell_folds(sweep, ()) == ""
    assert tell_folds(replace(sweep, axes=()), trials) == ""
