"""The items on the canvas are those of the document, whatever was done to it and undone."""

import gc
import weakref
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.catalogue.check import check
from designer.catalogue.facts import data_type, facts
from designer.catalogue.shapes import Inference, infer
from designer.catalogue.templates import open_template
from designer.document.edits import disconnect, move_nodes, remove_nodes, set_parameter
from designer.document.folding import lay_out
from designer.document.graph import Edge
from designer.document.grouping import dissolve
from designer.document.project import Project, used_block
from designer.document.remarks import set_flow
from designer.ui.canvas.finding import hit_test
from designer.ui.canvas.geometry import line_meets_box
from designer.ui.canvas.labels import Labels
from designer.ui.canvas.sheet import Sheet
from tests.strategies import asks, projects
from tests.ui.canvas.networks import Builder, chain, digits_cnn

pytestmark = pytest.mark.usefixtures("qapp")  # comments are measured by their font


class Reader:
    """Shows one project after another on a sheet, as the window does."""

    def __init__(self) -> None:
        self.sheet = Sheet()
        self.inference: Inference | None = None

    def show(self, project: Project) -> Sheet:
        self.inference = infer(project.graph, data_type(project), self.inference)
        known = facts(project)
        problems = check(project, self.inference)
        self.sheet.show(project, self.inference, problems, None if known is None else known.target)
        return self.sheet


def describe(sheet: Sheet) -> object:
    """Return everything a sheet shows, as plain values."""
    cards = {
        key: (
            (item.position, item.box, item.small, item.turned),
            (item.order, item.inputs, item.outputs, item.badge, sheet.face(item)),
        )
        for key, item in sheet.nodes.items()
    }
    rects = {key: (item.rect.x(), item.rect.y()) for key, item in sheet.nodes.items()}
    wires = {edge: (item.route, item.shift, item.type, item.refusal) for edge, item in sheet.edges.items()}
    places = ({key: sheet.cards._boxes[key] for key in sheet.cards._boxes}, set(sheet.wires._boxes))
    remarks = {key: (item.remark, item.box) for key, item in sheet.remarks.items()}
    return cards, rects, wires, places, remarks


@settings(max_examples=60)
@given(projects(settled=True), st.lists(asks(), max_size=6), st.randoms())
def test_the_sheet_is_the_document_after_any_edits_and_undo(project, edits, random):
    reader, past = Reader(), [project]
    reader.show(project)
    for ask in edits:
        past.append(ask.apply(past[-1]))
        reader.show(past[-1])
    for project in [past[-1], random.choice(past), past[0]]:
        assert describe(reader.show(project)) == describe(Reader().show(project))


@settings(max_examples=60)
@given(projects(settled=True), st.lists(asks(), max_size=6), st.randoms())
def test_a_layout_that_comes_again_is_taken_up_as_it_was(project, edits, random):
    """As when an Arrange of thousands is undone, here with the few cards that there are."""
    reader, past = Reader(), [project]
    labels = Labels(reader.show(project))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("designer.ui.canvas.sheet.MANY", 0)
        for ask in edits:
            past.append(ask.apply(past[-1]))
            spread = {
                key: (random.randint(-500, 500) * 1.0, 90.0 * row) for row, key in enumerate(past[-1].graph.nodes)
            }
            past.append(move_nodes(past[-1], spread))
        for project in [*past, *reversed(past), *past[-2:], random.choice(past)]:
            sheet = reader.show(project)
            assert describe(sheet) == describe(Reader().show(project))
            assert place_labels(labels) == place_labels(Labels(sheet))


@settings(max_examples=40)
@given(projects(settled=True), st.integers(0, 255), st.tuples(st.integers(-400, 400), st.integers(-400, 400)))
def test_a_preview_leaves_no_trace(project, chosen, delta):
    reader = Reader()
    sheet = reader.show(project)
    before = describe(sheet)
    ids = [key for index, key in enumerate(project.graph.nodes) if chosen >> index & 1]
    sheet.preview(
        {key: (sheet.nodes[key].position[0] + delta[0], sheet.nodes[key].position[1] + delta[1]) for key in ids}
    )
    sheet.preview({})
    assert describe(sheet) == before


def place_labels(labels: Labels) -> dict[tuple[str, int], object]:
    """Return where each label of a sheet goes."""
    items = labels.sheet.nodes.items()
    return {(key, port): labels.place(item, port, (76.0, 14.0)) for key, item in items for port in range(item.outputs)}


@settings(max_examples=60)
@given(
    projects(settled=True),
    st.lists(asks(), max_size=6),
    st.integers(0, 255),
    st.tuples(st.integers(-400, 400), st.integers(-400, 400)),
)
def test_labels_that_are_kept_stand_where_new_ones_would(project, edits, chosen, delta):
    reader = Reader()
    labels = Labels(reader.show(project))
    place_labels(labels)
    for ask in edits:
        project = ask.apply(project)
        sheet = reader.show(project)
        assert place_labels(labels) == place_labels(Labels(sheet))
        ids = [key for index, key in enumerate(project.graph.nodes) if chosen >> index & 1]
        sheet.preview(
            {key: tuple(at + by for at, by in zip(sheet.nodes[key].position, delta, strict=True)) for key in ids}
        )
        assert place_labels(labels) == place_labels(Labels(sheet))


def test_a_label_makes_way_for_a_new_wire_and_comes_back():
    build = Builder()
    for kind, name in (("Input", "image"), ("ReLU", "relu"), ("Add", "add")):
        build.add(kind, name)
    reader = Reader()
    labels = Labels(reader.show(build.project))
    before = place_labels(labels)
    skip = build.wire("image", "add", 1)
    reader.show(build.project)
    assert place_labels(labels)["image", 0] != before["image", 0]
    reader.show(disconnect(build.project, [skip]))
    assert place_labels(labels) == before


def test_a_preview_becomes_the_document():
    reader = Reader()
    sheet = reader.show(digits_cnn())
    sheet.preview({"conv2": (480.0, 300.0)})
    wire = sheet.edges[Edge("relu1", 0, "conv2", 0)]
    assert wire.route.end == (480.0 + 104, 300.0)
    moved = move_nodes(digits_cnn(), {"conv2": (480.0, 300.0)})
    assert describe(reader.show(moved)) == describe(Reader().show(moved))


def test_only_what_changed_is_touched():
    project = digits_cnn()
    reader = Reader()
    sheet = reader.show(project)
    items = dict(sheet.nodes), dict(sheet.edges)
    faces = {key: sheet.face(item) for key, item in sheet.nodes.items()}
    reader.show(set_parameter(project, "head", "out_features", 11))
    assert all(sheet.nodes[key] is item for key, item in items[0].items())
    assert all(sheet.edges[edge] is item for edge, item in items[1].items())
    renewed = {key for key, item in sheet.nodes.items() if item.face is not faces[key]}
    assert renewed == {"head", "digit"}


def test_wires_of_other_cards_make_way_for_a_card_put_on_them():
    reader = Reader()
    project = chain()
    sheet = reader.show(move_nodes(project, {"digit": (0.0, 700.0), "flatten": (600.0, 0.0)}))
    wire = Edge("relu", 0, "digit", 0)
    assert sheet.edges[wire].route.lane is None
    reader.show(move_nodes(project, {"digit": (0.0, 700.0), "flatten": (0.0, 500.0)}))
    assert sheet.edges[wire].route.lane is not None


def test_removed_items_are_let_go():
    reader = Reader()
    project = digits_cnn()
    sheet = reader.show(project)
    edges = tuple(sheet.edges)
    gone = [weakref.ref(item) for item in (*sheet.nodes.values(), *sheet.edges.values())]
    reader.show(remove_nodes(disconnect(project, edges), tuple(project.graph.nodes)))
    gc.collect()
    assert not sheet.nodes
    assert not sheet.edges
    assert len(sheet.cards) == len(sheet.wires) == len(sheet._places.reaches) == len(sheet._places.lanes) == 0
    assert [ref() for ref in gone] == [None] * len(gone)


def test_wires_say_why_they_do_not_fit():
    project = remove_nodes(chain(), ["flatten"], close_gap=True)
    sheet = Reader().show(project)
    wire = sheet.edges[Edge("image", 0, "hidden", 0)]
    assert "expects a vector but gets 1\u00a0×\u00a08\u00a0×\u00a08" in wire.refusal
    assert sheet.nodes["hidden"].badge == "error"
    assert not sheet.edges[Edge("relu", 0, "digit", 0)].refusal


def test_a_badge_goes_when_the_last_problem_goes():
    whole = open_template("digits-mlp")
    assert check(whole) == ()
    reader = Reader()
    sheet = reader.show(whole)
    clean = {key: item.badge for key, item in sheet.nodes.items()}
    reader.show(disconnect(whole, whole.graph.edges[3:4]))
    assert {key: item.badge for key, item in sheet.nodes.items()} != clean
    reader.show(whole)
    assert {key: item.badge for key, item in sheet.nodes.items()} == clean


def test_a_click_finds_ports_before_cards_before_wires():
    sheet = Reader().show(chain())
    x, y = sheet.nodes["flatten"].output_point(0)
    assert hit_test(sheet, (x, y), 1.0).port is not None
    assert hit_test(sheet, (x, y), 0.2).port is None
    assert hit_test(sheet, (x + 60, y - 20), 1.0).node == "flatten"
    assert hit_test(sheet, (x + 5, y + 22), 1.0).edge == Edge("flatten", 0, "hidden", 0)
    assert hit_test(sheet, (x + 60, y + 22), 1.0).edge is None


@pytest.mark.parametrize("flow", ["down", "right"])
def test_no_wire_of_a_network_that_is_written_out_runs_behind_a_card(flow):
    """As its blocks are dissolved, and arranged in columns or lines: wires lead a long way back between the cards."""
    project = set_flow(open_template("googlenet"), flow)
    while used := [key for key, node in project.graph.nodes.items() if used_block(node.kind)]:
        project, _ = dissolve(project, used[0])
    reader = Reader()
    for layout in (project.layout, lay_out(project.graph, flow)):
        sheet = reader.show(replace(project, layout=layout))
        for edge, wire in sheet.edges.items():
            for key in sheet.cards.find(wire.bounds):
                if key not in (edge.source, edge.target):
                    assert not line_meets_box(wire.line, sheet.nodes[key].box.grow(-1, -1)), (edge, key)
