"""What follows from a fix is told before it is applied, and is what then happens."""

from hypothesis import given, settings

from designer.catalogue.check import check
from designer.catalogue.check.groups import fix_all, group_problems
from designer.catalogue.check.preview import preview
from designer.catalogue.facts import infer_project
from designer.document.grouping import group
from designer.document.project import Project
from tests.catalogue.checking import find_problem
from tests.catalogue.sketches import conv, find, linear, mlp, residual, sketch, typed
from tests.strategies import projects


def see(project: Project, words: str, number: int = 0):
    inference = infer_project(project)
    problem = next(each for each in check(project) if words in each.message)
    return preview(project, inference, problem, problem.fixes[number])


def test_flattening_and_pooling_cost_what_they_cost() -> None:
    project = typed(sketch(conv(512), "ReLU", linear(4096)), (3, 7, 7))
    flat, pooled = (see(project, "expects a vector", number) for number in (0, 1))
    assert (str(flat.gives), flat.found, flat.added) == ("4096", 25_088 * 4096 + 4096, ("Flatten",))
    assert (pooled.found, pooled.added) == (512 * 4096 + 4096, ("AdaptiveAvgPool2d", "Flatten"))
    assert (flat.parameters, flat.multiply_adds) == (0, 0)  # of what was there already and is counted only then
    assert flat.total == flat.found + infer_project(project).parameters


def test_the_cost_of_a_fix_is_that_of_its_own_layers() -> None:
    project = residual("ReLU", conv(32))
    narrowed, widened = (see(project, "adds tensors", number) for number in (0, 1))
    assert (narrowed.parameters, narrowed.added) == ((16 - 32) * (16 * 9 + 1), ())
    assert widened.added == ("Conv2d",)
    assert widened.parameters == 16 * 32 + 32
    assert widened.found == 32 * 8 * 8 * 10 + 10
    assert widened.multiply_adds == 8 * 8 * 16 * 32


def test_a_removal_tells_what_then_reaches_the_layer_behind() -> None:
    seen = see(sketch("Flatten", linear(10), "Softmax"), "has a softmax inside")
    assert (str(seen.gives), seen.parameters, seen.removed, seen.changes) == ("10", 0, ("Softmax",), True)


def test_units_for_the_classes_are_told_at_the_output() -> None:
    seen = see(sketch("Flatten", linear(64)), "one for each class")
    assert (str(seen.gives), seen.parameters) == ("10", (10 - 64) * 65)


def test_another_loss_leaves_the_network_as_it_is() -> None:
    seen = see(sketch("Flatten", linear(1), source="Diabetes", loss="CrossEntropyLoss"), "Use MSELoss")
    assert (seen.gives, seen.parameters, seen.changes) == (None, 0, True)


def test_a_fix_inside_a_block_is_told_from_inside() -> None:
    project = mlp("ReLU")
    project, _ = group(project, [find(project, "relu1"), find(project, "relu2")])
    problem = sketch(linear(8), "ReLU", linear(10))
    problem, _ = group(problem, [find(problem, "linear1"), find(problem, "relu1")])
    found = next(each for each in check(problem) if each.block and "expects a vector" in each.message)
    seen = preview(problem, infer_project(problem), found, found.fixes[0])
    assert (str(seen.gives), seen.added) == ("8", ("Flatten",))
    assert project.blocks


def test_problems_of_one_kind_are_mended_as_one() -> None:
    project = sketch("Flatten", *[linear(8)] * 4, linear(10))
    groups = group_problems(check(project))
    (first,) = [each for each in groups if len(each.alike) > 1]
    assert [len(each.alike) for each in groups] == [4, 1, 1, 1]
    assert check(fix_all(first.alike).apply(project)) == ()
    find_problem(project, "warning", "linear2", "no activation between them")


@settings(max_examples=40)
@given(projects())
def test_a_preview_is_what_follows_whatever_the_project(project: Project) -> None:
    inference = infer_project(project)
    problems = check(project, inference)
    for problem in problems[:6]:
        for fix in problem.fixes[:3]:
            seen = preview(project, inference, problem, fix)
            mended = fix.apply(project)
            assert seen.project == mended
            assert seen.changes
            # A layer whose sizes were not known before is found, not added.
            assert seen.parameters + seen.found == infer_project(mended).parameters - inference.parameters
            if all(known.outputs is not None for known in inference.nodes.values()):
                assert seen.found == 0
    assert sum(1 + len(each.uses) for each in group_problems(problems)) == len(problems)
