from dataclasses import replace

from hypothesis import given, settings

from designer.api.comparing import compare, write_record
from designer.catalogue.comparing import compare_in_words, merge_inferences
from designer.catalogue.facts import infer_project
from designer.document.comparison import compare_projects
from designer.document.edits import remove_nodes, set_parameter
from designer.document.files import load
from designer.document.project import Choice, Project
from designer.document.union import unite
from designer.paths import resource
from tests.strategies import projects

MIRRORED = {"added": "removed", "removed": "added", "changed": "changed", "follows": "follows"}


def template(name):
    return load(resource(f"templates/{name}.nnd"))


@settings(max_examples=40)
@given(projects(), projects())
def test_any_two_projects_have_a_record_with_the_same_values_both_ways(before, after):
    record, mirrored = compare(before, after), compare(after, before)
    assert write_record(record, "a", "b").isprintable() or "\n" in write_record(record, "a", "b")
    counts = {change: record.count(change) for change in MIRRORED}
    assert counts == {change: mirrored.count(other) for change, other in MIRRORED.items()}
    ours = sorted((one.name, one.before, one.after) for each in record.differences for one in each.details)
    theirs = sorted((one.name, one.after, one.before) for each in mirrored.differences for one in each.details)
    assert ours == theirs
    assert [(one.before, one.after) for one in record.totals] == [(one.after, one.before) for one in mirrored.totals]


@given(projects())
def test_a_project_has_no_difference_from_itself(project):
    assert compare(project, project).is_same


def test_changes_are_told_with_both_values_and_what_follows():
    before = template("digits-cnn")
    after = set_parameter(before, "conv1", "kernel_size", 5)
    after = set_parameter(after, "conv1", "out_channels", 24)
    after = remove_nodes(after, ["bn1"], close_gap=True)
    after = replace(after, training=replace(after.training, epochs=20, optimizer=Choice("SGD", {"lr": 0.1})))
    record = compare(before, after)
    lines = {each.write() for each in record.differences}
    assert any(line.startswith("Conv2d `conv1`: out_channels 16 -> 24; kernel_size 3 -> 5; ") for line in lines)
    assert any(line.startswith("BatchNorm2d `bn1`: gives 16 x 8 x 8, 32 parameters, between") for line in lines)
    assert "epochs: 15 -> 20" in lines
    assert any(line.startswith("optimizer: ") and line.endswith("-> SGD") for line in lines)
    (relu,) = (each for each in record.differences if each.node == "relu1")
    assert relu.change == "follows"
    assert [(one.name, one.before, one.after) for one in relu.details] == [("output", "16 x 8 x 8", "24 x 8 x 8")]


def test_a_default_written_out_is_no_difference():
    before = template("digits-cnn")
    assert "stride" not in before.graph.nodes["conv1"].parameters
    assert compare(before, set_parameter(before, "conv1", "stride", 1)).is_same


def test_each_node_of_the_union_is_known_as_on_its_side_blocks_included():
    before, after = template("resnet-18"), template("resnet-50")
    union = unite(compare_projects(before, after))
    one, other = infer_project(before), infer_project(after)
    merged = merge_inferences(union, one, other)
    assert merged.parameters == other.parameters
    assert merged.find_before("layer1").outputs == one.nodes["layer1"].outputs
    inside = merged.nodes["layer1"].inside[0].nodes["rest"].inside[0]
    assert set(inside.nodes) == set(union.project.blocks["bottleneck"].graph.nodes)
    assert inside.find_before("conv1").parameters == 36_864
    record = compare_in_words(union, merged, before, after)
    titles = [section.title for section in record.sections]
    assert titles == ["Network", "Block BasicBlock -> Bottleneck", "Block Stage", "Project"]


def test_a_network_that_is_gone_is_known_as_it_was():
    before = template("resnet-18")
    union = unite(compare_projects(before, Project()))
    merged = merge_inferences(union, infer_project(before), infer_project(Project()))
    assert str(merged.nodes["layer1"].outputs[0]) == "64 x 56 x 56"
    assert merged.nodes["layer1"].inside[0].nodes["first"].inside[0].nodes["conv1"].parameters == 36_864
