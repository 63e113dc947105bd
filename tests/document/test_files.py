"""Files: what is saved is what is opened, and whatever a stranger hands us gives one clear message or opens."""

import json
import stat
import sys

import pytest
from hypothesis import given

from designer.document.drawing import PLAIN, Drawing
from designer.document.edits import add_node, set_name
from designer.document.files import FileError, dumps, load, read_project, save
from designer.document.graph import Edge, Graph, Node
from designer.document.project import Choice, Data, Project, Training
from tests.document.hostile_files import GOOD, GOOD_TEXT, Case, all_cases
from tests.strategies import projects

CASES = all_cases()


@given(projects())
def test_what_is_saved_is_what_is_opened(project):
    text = dumps(project)
    again = read_project(text.encode())
    assert again == project
    assert dumps(again) == text
    assert list(again.graph.nodes) == list(project.graph.nodes)
    # 1, 1.0 and True are equal; the file keeps them apart.
    assert [repr(node.parameters) for node in again.graph.nodes.values()] == [
        repr(node.parameters) for node in project.graph.nodes.values()
    ]


@given(projects())
def test_a_file_has_a_line_for_each_node_wire_and_place(project):
    lines = dumps(project).split("\n")
    inner = [line for line in lines if line.startswith("    ")]
    graph = project.graph
    head = 3 + len(project.data.extra) + 7 + len(project.training.extra)
    head += count_later_fields(project.training, LATER_OF_TRAINING) + count_later_fields(project.data, LATER_OF_DATA)
    assert len(inner) == head + len(graph.nodes) + len(graph.edges) + len(project.layout) + count_drawing(
        project.drawing
    )


def count_drawing(drawing: Drawing) -> int:
    """Return how many lines the field `drawing` has between its braces."""
    remarks = len(drawing.remarks) + 2 if drawing.remarks else 0
    return (drawing.flow != PLAIN.flow) + bool(drawing.small) + remarks + len(drawing.extra)


LATER_OF_TRAINING = (
    *("weights", "objective", "warmup", "batch", "accumulate"),
    *("clip", "averaging", "early_stopping", "metrics"),
)
LATER_OF_DATA = ("split", "test", "sampling", "augmentation")


def count_later_fields(part: Training | Data, names: tuple[str, ...]) -> int:
    """Return how many of the fields that came later say something: the others are not in the file."""
    usual = type(part)()
    return sum(getattr(part, name) != getattr(usual, name) for name in names)


def test_a_small_edit_is_a_small_difference():
    project, _ = add_node(read_project(GOOD_TEXT), "ReLU")
    before, after = dumps(read_project(GOOD_TEXT)).split("\n"), dumps(project).split("\n")
    # The node and its place are new lines; the lines before them get a comma.
    assert len(set(after) - set(before)) == 4


def test_there_are_hundreds_of_hostile_files():
    assert len(CASES) > 200
    assert len({case.title for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title.encode("ascii", "replace").decode())
def test_a_hostile_file_gives_one_clear_message_or_opens(case: Case):
    try:
        project = read_project(case.content)
    except FileError as error:
        message = str(error)
        assert case.opens is not True
        assert message.isprintable()
        assert message[-1] == "."
        assert 15 < len(message) < 300
        if case.mentions is not None:
            assert case.mentions in message
    else:
        assert case.opens is not False
        assert read_project(dumps(project)) == project


@pytest.mark.parametrize(
    "change, message",
    [
        (
            {"nodes": {"conv1": {"kind": "Conv2d", "parameters": {"kernel_size": {"a": 1}}}}},
            "`nodes.conv1.parameters.kernel_size` must be a number, a text, true, false, null or a list of those, not an object.",
        ),
        ({"nodes": {"conv1": 3}}, "`nodes.conv1` must be an object in braces, not 3."),
        ({"nodes": {"conv1": {}}}, "`nodes.conv1.kind` is missing: every node says what kind of layer it is."),
        ({"nodes": {"a\nb`": {"kind": 1}}}, "`nodes.a?b?.kind` must be text, not 1."),
        ({"edges": [["a", 0, "b"]]}, "`edges[0]` must be [source, output port, target, input port]."),
        ({"edges": [["a", 0, "b", "0"]]}, "`edges[0][3]` must be a whole number, not '0'."),
        ({"edges": {}}, "`edges` must be a list in brackets, not an object."),
        ({"layout": {"a": [0, None]}}, "`layout.a` must be a number, not null."),
        ({"layout": {"a": [0]}}, "`layout.a` must be a list of two numbers, not a list."),
        ({"data": {"validation": 1}}, "`data.validation` must be at least 0 and below 1, not 1."),
        ({"data": {"source": {}}}, "`data.source.kind` is missing."),
        ({"training": {"epochs": 0}}, "`training.epochs` must lie between 1 and 1,000,000,000, not 0."),
        ({"training": {"device": "tpu"}}, "`training.device` must be auto, cpu, cuda, cuda:0, mps or xpu, not 'tpu'."),
        (
            {"version": 7},
            "This project was written by a newer Designer, version 7; this one reads up to 1.",
        ),
    ],
)
def test_the_place_of_a_fault_is_named(change, message):
    with pytest.raises(FileError) as error:
        read_project(json.dumps({"version": 1} | change))
    assert str(error.value) == message


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "The file is empty."),
        (GOOD_TEXT[:100].encode(), "The file ends too early, at line 7, column 21: it was cut off."),
        (b"hello", "This is not a Designer project: it is no JSON object."),
        (b"\xff\xfe", "This is not a Designer project: it is no UTF-8 text (byte 0)."),
        (b'{"version": 1 "name": 2}', "The file is damaged at line 1, column 15: expecting ',' delimiter."),
        (b'{"version": 1, "version": 1}', "The field 'version' is there twice."),
        (b'{"version": NaN}', "The file holds NaN, which is no number."),
        (b"[" * 100_000, "The file is nested too deep to be a project."),
        (b"{}", "This is not a Designer project: it has no `version`."),
        (b"{" + b" " * (64 * 2**20), "The file is larger than 64 MB, more than any project needs."),
    ],
    ids=["empty", "cut", "text", "utf-16", "damaged", "twice", "nan", "deep", "bare", "large"],
)
def test_what_is_no_project_says_why(content, message):
    with pytest.raises(FileError) as error:
        read_project(content)
    assert str(error.value) == message


def test_unknown_kinds_and_fields_survive():
    document = {
        "version": 1,
        "name": "future",
        "nodes": {
            "a": {"kind": "Quantum9d", "name": "q", "parameters": {"spin": [0.5, [1]]}, "colour": {"r": [1, None]}}
        },
        "data": {"source": {"kind": "Telepathy", "parameters": {}, "range": 3}, "augment": ["flip"]},
        "training": {"precision": "bf16", "loss": {"kind": "Love", "parameters": {}}},
        "views": {"res": {"nodes": {}}},
    }
    saved = json.loads(dumps(read_project(json.dumps(document))))
    for part, key in (("nodes", "a"), ("data", "augment"), ("training", "precision"), ("training", "loss")):
        assert saved[part][key] == document[part][key]
    assert saved["data"]["source"] == document["data"]["source"]
    assert saved["views"] == document["views"]


def test_what_is_missing_takes_its_default():
    assert read_project('{"version": 1}') == Project()


def test_a_project_that_no_file_can_hold_is_refused_before_anything_is_written(tmp_path):
    path = tmp_path / "a.nnd"
    save(path, Project(name="old"))
    bad = Project(graph=Graph({"a": Node("a", "ReLU", "a", {"p": float("nan")})}))
    for project in (bad, Project(name="\ud800"), Project(data=Data(Choice("x", {"p": {1, 2}})))):
        with pytest.raises(FileError, match="no file can hold"):
            save(path, project)
    assert load(path).name == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["a.nnd"]


def test_save_keeps_permissions_and_follows_links(tmp_path):
    target, link = tmp_path / "target.nnd", tmp_path / "link.nnd"
    save(target, Project(name="one"))
    target.chmod(0o640)
    link.symlink_to(target)
    save(link, Project(name="two"))
    assert link.is_symlink()
    assert load(target).name == "two"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert {each.name for each in tmp_path.iterdir()} == {"link.nnd", "target.nnd"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no umask")
def test_a_new_file_gets_the_usual_permissions(tmp_path):
    save(tmp_path / "a.nnd", Project())
    (tmp_path / "b").touch()
    assert stat.S_IMODE((tmp_path / "a.nnd").stat().st_mode) == stat.S_IMODE((tmp_path / "b").stat().st_mode)


def test_what_cannot_be_read_or_written_says_why(tmp_path):
    with pytest.raises(FileError, match=r"Cannot read .*gone.nnd: no such file or directory\."):
        load(tmp_path / "gone.nnd")
    with pytest.raises(FileError, match=r"Cannot read .*: is a directory\."):
        load(tmp_path)
    with pytest.raises(FileError, match=r"Cannot write .*: no such file or directory\."):
        save(tmp_path / "gone" / "a.nnd", Project())


def test_a_long_file_name_can_be_saved_to(tmp_path):
    path = tmp_path / ("a" * 251 + ".nnd")
    save(path, Project(name="long"))
    assert load(path).name == "long"


def test_names_with_newlines_stay_on_their_line():
    project, _ = add_node(set_name(Project(), 'a"\n\u2028b'), "x\ny", name='"""\nimport os')
    assert read_project(dumps(project)) == project
    assert json.loads(dumps(project))["name"] == 'a"\n\u2028b'


def test_the_good_file_is_good():
    project = read_project(GOOD_TEXT)
    assert project.graph.edges[0] == Edge("in", 0, "conv", 0)
    assert project.graph.nodes["conv"].parameters == GOOD["nodes"]["conv"]["parameters"] | {"kernel_size": (3, 3)}
