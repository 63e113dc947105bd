"""Ablation: every combination of what is marked, the effect of each part, and what cannot be built."""

import pytest

from designer.api.building import new
from designer.document.edits import insert_on_edge
from designer.document.files import dumps, read_project
from designer.engine.sweeps.ablation import describe_combination, find_difference, make_ablation, measure_effects
from designer.engine.sweeps.parts import Part, find_groups, mark
from designer.engine.sweeps.places import SweepError
from designer.engine.sweeps.study import open_study
from designer.engine.sweeps.trials import Trial
from designer.engine.sweeps.working import make_project, work


def marked_moons():
    project = new("moons")
    wire = next(edge for edge in project.graph.edges if edge.source == "relu2")
    project, _ = insert_on_edge(project, wire, "Tanh")
    project = mark(project, ["hidden2", "score"], "optional")
    return mark(project, ["relu2", "tanh_1"], "bend")


def test_every_combination_is_there_the_whole_network_first():
    project = marked_moons()
    sweep = make_ablation(project, seeds=(1, 2))
    words = [describe_combination(project, sweep, point) for point in sweep.points]
    assert words[0] == "the whole network"
    assert len(set(words)) == 8
    assert words[1] == "tanh1 for relu2"
    assert words[-1] == "without hidden2, without score, tanh1 for relu2"
    first = make_project(project, sweep, sweep.points[0])
    assert {key: node.options.get("when", True) for key, node in first.graph.nodes.items()}["tanh_1"] is False
    other = make_project(project, sweep, sweep.points[1]).graph.nodes
    assert (other["relu2"].options.get("when"), other["tanh_1"].options.get("when", True)) == (False, True)


def test_marks_survive_the_file_and_change_no_code():
    from designer.codegen.script import render_script

    project = new("moons")
    made = mark(project, ["hidden2"], "optional")
    assert find_groups(read_project(dumps(mark(made, ["relu1"], "a")))) == {"a": (Part("", ("relu1",)),)}
    assert render_script(made).text == render_script(project).text
    assert mark(made, ["hidden2"], "") == project


def test_combinations_are_trained_and_what_cannot_be_built_says_why(tmp_path):
    project = marked_moons()
    sweep = make_ablation(project, seeds=(1, 2), epochs=2)
    study = open_study(tmp_path, "a", sweep, dumps(project))
    list(work(study, project))
    trials = study.list()
    done = [trial for trial in trials if trial.state == "done"]
    failed = [trial for trial in trials if trial.state == "failed"]
    assert len(done) == len(failed) == 4  # without `score` there are 16 outputs
    assert all("should get 1" in trial.reason for trial in failed)
    assert find_difference(trials, trials[0]) is None
    mean, spread = find_difference(trials, trials[1])
    assert mean == pytest.approx(trials[1].goal - trials[0].goal)
    assert spread > 0
    effects = measure_effects(project, sweep, trials)
    assert [(effect.name, effect.pairs) for effect in effects] == [("without hidden2", 4), ("tanh1 for relu2", 4)]


def test_effects_are_means_over_all_pairs():
    project = mark(new("moons"), ["relu1", "hidden2"], "optional")
    sweep = make_ablation(project, seeds=(1, 2))
    results = [(1.0, 2.0), (2.0, 4.0), (4.0, 5.0), (5.0, 9.0)]  # the first varies slowest
    trials = [
        Trial(slot, "done", point, sum(each) / 2, results=each)
        for slot, (point, each) in enumerate(zip(sweep.points, results, strict=True))
    ]
    first, second = measure_effects(project, sweep, trials)
    assert (first.name, first.change, first.pairs) == ("without relu1", 3.5, 4)
    assert (second.name, second.change, second.pairs) == ("without hidden2", 2.0, 4)
    assert second.spread == pytest.approx(1.4142135)
    assert find_difference(trials, trials[3]) == (5.5, pytest.approx(2.1213203))


def test_what_cannot_be_an_ablation_is_refused():
    project = new("moons")
    with pytest.raises(SweepError, match="Nothing is marked"):
        make_ablation(project)
    with pytest.raises(SweepError, match="relu1 has no alternative"):
        make_ablation(mark(project, ["relu1"], "bend"))
    wide = new("mnist-cnn")
    for number in range(8):
        wide, _ = insert_on_edge(wide, wide.graph.edges[number % 2], "ReLU")
    with pytest.raises(SweepError, match="combinations; at most 4,096"):
        make_ablation(mark(wide, wide.graph.nodes, "optional"))
