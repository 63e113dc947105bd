"""No text of a project file becomes code: it reaches an exported script as a literal or a made identifier, or not at all.

The script of a hostile project has the very syntax tree of a harmless one, names and text constants aside.
"""

import ast
import json
import keyword

import pytest

from designer.api.summary import summarise
from designer.catalogue.check import check
from designer.codegen.script import render_script
from designer.codegen.source import NotReady
from designer.document.files import dumps, read_project
from designer.document.graph import Edge, Graph
from designer.document.project import Choice, Data, Project, Training
from designer.engine.build import build
from tests.document.hostile_files import BOMBS, GOOD_TEXT, TEXT_PLACES, replace_at, spell
from tests.strategies import HOSTILE_TEXTS


class Renaming(dict[str, str]):
    """Which identifier of one script stands for which of the other, one to one."""

    def note(self, ours: str, theirs: str) -> None:
        if "." in ours:  # import torch.distributed
            assert ours == theirs
            return
        assert theirs.isidentifier()
        assert not keyword.iskeyword(theirs)
        assert self.setdefault(ours, theirs) == theirs
        assert sum(value == theirs for value in self.values()) == 1


def compare_code(ours: object, theirs: object, renaming: Renaming, field: str = "") -> None:
    """Assert that two syntax trees differ in names and in the values of text constants only."""
    assert type(ours) is type(theirs)
    if isinstance(ours, ast.Constant):
        assert type(ours.value) is type(theirs.value)
        if not isinstance(ours.value, str):
            assert ours.value == theirs.value
    elif isinstance(ours, ast.AST):
        for name in ours._fields:
            compare_code(getattr(ours, name), getattr(theirs, name), renaming, name)
    elif isinstance(ours, list):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            compare_code(one, other, renaming, field)
    elif isinstance(ours, str) and field in ("id", "attr", "arg", "name", "asname"):
        renaming.note(ours, theirs)
    else:
        assert ours == theirs


def render(project: Project) -> str:
    return render_script(project).text


def poison(project: Project, text: str) -> Project:
    """Return a project with a text in every place that takes one and leaves the network sound."""
    document = json.loads(dumps(project))
    renamed = {key: f"{text}{number}" for number, key in enumerate(document["nodes"])}
    document["name"], document["notes"], document["x"] = text, text, {text[:1000]: [text]}
    document["nodes"] = {
        renamed[key]: {**node, "name": f"{text}{number // 2}", "y": text}
        for number, (key, node) in enumerate(document["nodes"].items())
    }
    document["edges"] = [[renamed[source], a, renamed[target], b] for source, a, target, b in document["edges"]]
    document["layout"] = {}
    source = document["data"]["source"]
    if source["kind"] == "Csv":
        text = text.replace("\0", "")  # refused in the names of columns
        source["parameters"] |= {"path": f"{text}.csv", "target": f"t{text}", "numbers": [f"a{text}", f"b{text}"]}
    return read_project(json.dumps(document))


DIGITS = read_project(GOOD_TEXT)
TABLE = Project(
    graph=Graph(
        {key: node for key, node in DIGITS.graph.nodes.items() if key not in ("conv", "flat")},
        (Edge("in", 0, "head", 0), DIGITS.graph.edges[-1]),
    ),
    data=Data(Choice("Csv", {"path": "a.csv", "target": "t", "numbers": ("a", "b"), "classes": tuple("0123456789")})),
    training=Training(epochs=1),
)


@pytest.mark.parametrize("project", [DIGITS, TABLE], ids=["digits", "table"])
@pytest.mark.parametrize("number", range(len(BOMBS) + len(HOSTILE_TEXTS)))
def test_hostile_texts_change_no_code(project, number, tmp_path):
    place = tmp_path / "owned"
    text = (*(bomb.format(place=place) for bomb in BOMBS), *HOSTILE_TEXTS)[number][:900]
    hostile = poison(project, text)
    check(hostile)
    summarise(hostile)
    script = render(hostile)
    compare_code(ast.parse(render(poison(project, "layer"))), ast.parse(script), Renaming())
    build(render_script(hostile))
    assert not place.exists()


@pytest.mark.parametrize("path", TEXT_PLACES, ids=spell)
def test_a_bomb_in_any_place_goes_off_nowhere(path, tmp_path):
    place = tmp_path / "owned"
    for bomb in BOMBS:
        text = bomb.format(place=place)
        document = json.dumps(replace_at(path, text))
        if path == ("training", "device"):
            continue  # refused when it is read: test_files
        project = read_project(document)
        check(project)
        summarise(project)
        try:
            source = render_script(project)
        except NotReady:
            continue
        compare_code(ast.parse(render(DIGITS)), ast.parse(source.text), Renaming())
        build(source)
    assert not place.exists()


def test_the_bombs_are_live(tmp_path):
    place = tmp_path / "owned"
    exec(BOMBS[0].format(place=place))
    assert place.exists()


def test_the_comparison_sees_code():
    ours, theirs = ast.parse("a = f('x')"), ast.parse("a = f('x'); g()")
    with pytest.raises(AssertionError):
        compare_code(ours, theirs, Renaming())
    with pytest.raises(AssertionError):
        compare_code(ast.parse("a = f('x')"), ast.parse("a = f(x)"), Renaming())
    compare_code(ours, ast.parse("b = h('import os')"), Renaming())
