"""Comments, frames, small cards and the way data flows: how they follow the nodes they speak of."""

from dataclasses import replace

import pytest
from hypothesis import given

from designer.document import limits
from designer.document.blocks import look_inside
from designer.document.clip import copy_nodes, from_text, paste_clip, to_text
from designer.document.diff import compare
from designer.document.drawing import PLAIN, Remark
from designer.document.edits import EditError, add_node, connect, remove_nodes
from designer.document.files import dumps, read_project
from designer.document.graph import Edge
from designer.document.grouping import dissolve, group
from designer.document.project import Project
from designer.document.remarks import (
    add_remark,
    change_remarks,
    move_remarks,
    name_remarks,
    put_in_frame,
    remove_remarks,
    set_flow,
    set_small,
    write_remarks,
)
from tests.strategies import asks, projects


@pytest.fixture
def four() -> tuple[Project, list[str]]:
    """Input, two layers and Output in a row, with a frame round the two layers."""
    project, ids = Project(), []
    for row, kind in enumerate(("Input", "Linear", "ReLU", "Output")):
        project, new = add_node(project, kind, position=(0.0, 88.0 * row))
        if ids:
            project = connect(project, Edge(ids[-1], 0, new, 0))
        ids.append(new)
    project, _ = add_remark(project, Remark("hidden part", "blue", frozenset(ids[1:3])))
    return project, ids


def frames(project: Project) -> dict[str, frozenset[str]]:
    return {remark.text: remark.nodes for remark in project.drawing.remarks.values() if remark.is_frame}


def test_a_plain_drawing_is_not_in_the_file(four):
    assert '"drawing"' not in dumps(Project())
    assert Project().drawing is PLAIN
    assert '"drawing"' in dumps(four[0])


def test_a_frame_loses_what_is_deleted_and_goes_with_the_last(four):
    project, (_, linear, relu, _) = four
    less = remove_nodes(set_small(project, [linear, relu], True), [linear])
    assert frames(less) == {"hidden part": frozenset({relu})}
    assert less.drawing.small == {relu}
    assert remove_nodes(less, [relu]).drawing.remarks == {}


def test_a_node_goes_from_frame_to_frame_and_stays_in_those_around(four):
    project, (image, linear, relu, digit) = four
    project, outer = add_remark(project, Remark("all", nodes=frozenset({image, linear, relu, digit})))
    project, inner = add_remark(project, Remark("end", nodes=frozenset({digit})))
    joined = put_in_frame(project, inner, [relu])
    assert frames(joined) == {
        "hidden part": {linear},
        "all": {image, linear, relu, digit},
        "end": {relu, digit},
    }
    out = put_in_frame(joined, None, [relu, digit])
    assert frames(out) == {"hidden part": {linear}, "all": {image, linear}}
    assert outer in out.drawing.remarks


def test_comments_move_and_frames_follow_their_nodes(four):
    project, _ = four
    project, comment = add_remark(project, Remark("why", position=(8.0, 8.0)))
    moved = move_remarks(project, project.drawing.remarks, (16.0, -8.0))
    assert moved.drawing.remarks[comment].position == (24.0, 0.0)
    assert frames(moved) == frames(project)
    assert compare(project, moved).drawing
    assert not compare(project, moved).graph


def test_copies_bring_their_frames_and_the_chosen_comments(four):
    project, (image, linear, relu, _) = four
    project, comment = add_remark(project, Remark("why", position=(8.0, 8.0)))
    project = set_small(project, [relu], True)
    clip = from_text(to_text(copy_nodes(project, [linear, relu], [comment])))
    after, (a, b) = paste_clip(project, clip, (40.0, 0.0))
    assert after.drawing.small == {relu, b}
    texts = [(one.text, one.nodes, one.position) for one in after.drawing.remarks.values()]
    assert ("hidden part", frozenset({a, b}), (0.0, 0.0)) in texts
    assert ("why", frozenset(), (48.0, 8.0)) in texts
    half = copy_nodes(project, [image, linear])
    assert half.drawing.remarks == {}


def test_a_frame_goes_into_the_block_and_comes_out_again(four):
    project, (image, linear, relu, _) = four
    project, _ = add_remark(project, Remark("most", nodes=frozenset({image, linear, relu})))
    grouped, use = group(project, [linear, relu], "Part")
    (block,) = grouped.blocks
    assert frames(look_inside(grouped, block)) == {"hidden part": frozenset({linear, relu})}
    assert frames(grouped) == {"most": frozenset({image, use})}
    loose, new = dissolve(grouped, use)
    assert frames(loose) == {"most": frozenset({image, *new}), "hidden part": frozenset(new)}


def test_words_and_colour_of_several_are_changed_and_all_else_stays(four):
    project, (image, linear, *_) = four
    project = remove_remarks(project, project.drawing.remarks)
    project, first = add_remark(project, Remark("one", "blue", frozenset({image})))
    project, second = add_remark(project, Remark("two", "red", frozenset({linear})))
    assert name_remarks(project.drawing.remarks, [first]) == "frame one"
    both = change_remarks(project, [first, second], hue="green")
    assert [(one.text, one.hue) for one in both.drawing.remarks.values()] == [("one", "green"), ("two", "green")]
    assert [one.nodes for one in both.drawing.remarks.values()] == [{image}, {linear}]
    assert name_remarks(both.drawing.remarks, [first, second]) == "2 frames"
    both, comment = add_remark(both, Remark("why"))
    assert name_remarks(both.drawing.remarks, [first, comment]) == "2 comments and frames"
    assert name_remarks(both.drawing.remarks, [comment]) == "comment"
    assert write_remarks(both, [first], "top") == ("title frame top", change_remarks(both, [first], text="top"))
    assert write_remarks(both, [comment], "")[0] == "write comment"
    title, same = write_remarks(both, [first, second], "all")
    assert title == "title 2 frames all"
    assert [one.text for one in same.drawing.remarks.values()] == ["all", "all", "why"]
    assert change_remarks(same, [first], text="all", hue="green") is same


def test_what_cannot_be_is_refused(four):
    project, _ = four
    with pytest.raises(EditError, match="no node"):
        add_remark(project, Remark("x", nodes=frozenset({"missing"})))
    with pytest.raises(EditError, match="no longer there"):
        change_remarks(project, ["missing"], text="x")
    with pytest.raises(EditError, match="no longer there"):
        remove_remarks(project, ["missing"])
    with pytest.raises(EditError, match="`flow` must be down or right"):
        set_flow(project, "up")


def test_pasting_turns_what_flows_the_other_way_and_stays_on_the_canvas(four):
    project, (_, linear, relu, _) = four
    project, comment = add_remark(project, Remark("far", position=(1e8, 1e8)))
    clip = copy_nodes(project, [linear, relu], [comment])
    after, (a, b) = paste_clip(set_flow(Project(), "right"), clip)
    assert after.layout[a][1] == after.layout[b][1]
    assert after.layout[b][0] > after.layout[a][0]
    assert read_project(dumps(after)) == after
    beside, _ = paste_clip(project, clip)
    assert read_project(dumps(beside)) == beside


def test_no_more_remarks_come_together_than_a_file_may_hold(four):
    project, ids = four
    many = {f"c{number}": Remark("x") for number in range(limits.MOST_REMARKS)}
    project = replace(project, drawing=replace(project.drawing, remarks=many))
    assert read_project(dumps(project)) == project
    with pytest.raises(EditError, match="at most"):
        paste_clip(project, copy_nodes(project, ids, many))
    with pytest.raises(EditError, match="at most"):
        add_remark(project, Remark("one more"))


@given(projects(settled=True), asks())
def test_whatever_is_drawn_can_be_saved(project, ask):
    after = ask.apply(project)
    assert read_project(dumps(after)) == after
