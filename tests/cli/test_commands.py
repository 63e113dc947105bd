"""The command line: what each command prints, its exit codes, and that nothing slow is imported for a quick answer."""

import ast
import json
import re
import subprocess
import sys

import pytest

import designer
from designer.api import build, layer
from designer.api.summary import summarise
from designer.catalogue.check import check
from designer.catalogue.templates import open_template
from designer.cli import main
from designer.data import csv_parameters, inspect_csv
from designer.document import edits
from designer.document.blocks import look_inside, put_back
from designer.document.files import load, save
from designer.document.graph import Graph, Node
from designer.document.project import Choice, Data, Project
from tests.codegen.block_networks import growing
from tests.idx_files import write_folder


@pytest.fixture
def digits(tmp_path):
    project = build(
        "digits net",
        layer("Flatten"),
        layer("Linear", out_features=16, name="hidden"),
        "ReLU",
        layer("Linear", out_features=10, name="head"),
        data="Digits",
    )
    path = tmp_path / "digits.nnd"
    save(path, project)
    return path


@pytest.fixture
def broken(tmp_path):
    path = tmp_path / "broken.nnd"
    save(path, build("broken", "ReLU", layer("Linear", out_features=3), data="Digits"))
    return path


def run(capsys, *words) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    return code, *capsys.readouterr()


def test_check_is_silent_on_a_sound_project(capsys, digits):
    assert run(capsys, "check", digits) == (0, "No problems.\n", "")
    assert run(capsys, "check", digits, "--json") == (0, "[]\n", "")


def test_check_tells_what_leaks_in_the_data_where_it_is_asked(capsys, tmp_path, digits):
    assert run(capsys, "check", digits, "--leaks") == (0, "No problems.\n", "")
    rows = [
        f"{row % 40},{row % 7},{('no', 'yes')[row % 3 == 0]},{('open', 'done')[row % 3 == 0]}" for row in range(120)
    ]
    (tmp_path / "sales.csv").write_text("one,other,sold,state\n" + "\n".join(rows))
    table = inspect_csv(tmp_path / "sales.csv")
    save(tmp_path / "sales.nnd", Project(data=Data(Choice("Csv", csv_parameters(table, "sold", ["one", "state"])))))
    assert "`state`" not in run(capsys, "check", tmp_path / "sales.nnd")[1]
    output = run(capsys, "check", tmp_path / "sales.nnd", "--leaks")[1]
    assert "warning: `state` says the same as the target `sold`." in output
    assert "[Ignore state]" in output


def test_check_lists_problems_with_fixes(capsys, broken):
    code, output, _ = run(capsys, "check", broken, "--json")
    problems = json.loads(output)
    assert code == 1
    assert [list(each) for each in problems] == [["severity", "node", "block", "message", "fix"]] * len(problems)
    found = check(load(broken))
    assert [each["message"] for each in problems] == [each.message for each in found]
    assert any(each["severity"] == "error" and each["node"] == "linear_1" and each["fix"] for each in problems)
    code, output, _ = run(capsys, "check", broken)
    assert code == 1
    assert output.startswith("error: ")
    assert len(output.splitlines()) == len(found)


def test_warnings_alone_exit_with_0(capsys, digits, tmp_path):
    project = load(digits)
    project, _ = edits.insert_on_edge(project, project.graph.edges[1], "Linear")
    save(tmp_path / "straight.nnd", project)
    code, output, _ = run(capsys, "check", tmp_path / "straight.nnd", "--json")
    severities = {each["severity"] for each in json.loads(output)}
    assert severities
    assert "error" not in severities
    assert code == 0


def test_summary_as_json_has_the_promised_keys(capsys, digits):
    code, output, _ = run(capsys, "summary", digits, "--json")
    summary = json.loads(output)
    assert code == 0
    assert list(summary) == ["nodes", "parameters", "multiply_adds", "training"]
    assert ["loss", "CrossEntropyLoss"] in summary["training"]
    assert (summary["parameters"], summary["multiply_adds"]) == (64 * 16 + 16 + 170, 64 * 16 + 160)
    assert summary["nodes"][2] == {
        "id": "linear_1",
        "name": "hidden",
        "kind": "Linear",
        "inputs": [[64]],
        "output": [16],
        "parameters": 1040,
        "multiply_adds": 1024,
        "block": "",
        "repeat": 1,
        "off": False,
        "inside": [],
    }
    assert summary["nodes"][0]["output"] == [1, 8, 8]
    assert summary["nodes"][-1]["output"] == [10]


def test_summary_as_text_is_a_table(capsys, digits):
    code, output, _ = run(capsys, "summary", digits)
    table, training = output.split("\n\n")
    lines = table.splitlines()
    assert code == 0
    assert "loss       CrossEntropyLoss" in training.splitlines()
    assert lines[0].split() == ["layer", "kind", "output", "parameters", "multiply-adds"]
    assert lines[4].split() == ["hidden", "Linear", "16", "1,040", "1,024"]
    assert lines[-1].split() == ["total", "1,210", "1,184"]
    assert len({len(line) for line in (lines[0], lines[1], lines[4], lines[-1])}) == 1


def test_summary_looks_into_blocks_as_deep_as_asked(capsys, tmp_path):
    path = tmp_path / "resnet.nnd"
    save(path, open_template("resnet-50"))
    tables = [run(capsys, "summary", path, "--depth", depth)[1].partition("\n\n")[0] for depth in (0, 1, 2)]
    assert {tuple(table.splitlines()[-1].split()) for table in tables} == {("total", "25,557,032", "4,089,184,256")}
    (stage,) = [line.split() for line in tables[0].splitlines() if line.startswith("layer3 ")]
    assert stage == ["layer3", "Stage", "1024", "x", "14", "x", "14", "7,098,368", "1,464,336,384"]
    assert "  rest x 5 " in tables[1]
    assert "  rest x 5 " not in tables[0]
    assert "    downsample " not in tables[1]
    assert "Conv2d (off)" in tables[2]
    _, output, _ = run(capsys, "summary", path, "--json")
    rows = {row["id"]: row for row in json.loads(output)["nodes"]}
    assert rows["layer3"]["parameters"] == sum(row["parameters"] for row in rows["layer3"]["inside"])
    assert [(row["block"], row["repeat"]) for row in rows["layer3"]["inside"]] == [("Bottleneck", 1), ("Bottleneck", 5)]
    with pytest.raises(SystemExit):
        main(["summary", str(path), "--depth", "-1"])


def test_a_picture_of_a_block_that_is_not_there_is_refused(capsys, tmp_path, digits):
    words = ("screenshot", digits, "-o", tmp_path / "a.png", "--block", "Stage")
    assert run(capsys, *words) == (2, "", "designer: The project has no block called 'Stage'. It has none.\n")


def test_summary_parts_repetitions_that_differ():
    summary = summarise(growing(), depth=1)
    (repeated,) = [row for row in summary.nodes if row.repeat > 1]
    assert sum(row.parameters for row in repeated.inside) == repeated.parameters
    assert sum(row.repeat for row in repeated.inside) == repeated.repeat
    assert f"  {repeated.name}[0] " in str(summary)


def test_check_says_in_which_block_it_is(capsys, tmp_path):
    project = open_template("resnet-50")
    key = next(iter(project.blocks))
    inner = look_inside(project, key)
    node = next(node.id for node in inner.graph.nodes.values() if node.kind == "Conv2d")
    project = put_back(project, key, edits.set_parameter(inner, node, "groups", 7))
    save(tmp_path / "a.nnd", project)
    code, output, _ = run(capsys, "check", tmp_path / "a.nnd", "--json")
    assert code == 1
    assert (key, node) in [(each["block"], each["node"]) for each in json.loads(output)]
    code, output, _ = run(capsys, "check", tmp_path / "a.nnd")
    assert f"error: In block `{project.blocks[key].name}`: Conv2d `{node}`" in output


def test_summary_of_a_wrong_network_says_what_is_known(capsys, broken):
    code, output, _ = run(capsys, "summary", broken, "--json")
    assert code == 0
    assert [node["output"] for node in json.loads(output)["nodes"]] == [[1, 8, 8], [1, 8, 8], None, None]


def test_export_writes_a_script(capsys, digits, tmp_path):
    out = tmp_path / "train.py"
    assert run(capsys, "export", digits, "-o", out) == (0, f"Wrote {out}\n", "")
    text = out.read_text()
    ast.parse(text)
    assert text == designer.export(load(digits))
    assert run(capsys, "export", digits) == (0, text, "")


@pytest.mark.parametrize("command", ["export", "screenshot", "picture"])
def test_a_project_is_not_replaced_by_something_else(capsys, digits, tmp_path, command):
    before = digits.read_bytes()
    (tmp_path / "link.py").symlink_to(digits)
    for name, words in (
        ("digits.nnd", "is the name of a project"),
        ("new.NND", "is the name of a project"),
        ("link.py", "is the project itself"),
    ):
        code, output, error = run(capsys, command, digits, "-o", tmp_path / name)
        assert (code, output) == (2, "")
        assert error.startswith(f"designer: {tmp_path / name} {words}")
    assert digits.read_bytes() == before
    assert not (tmp_path / "new.NND").exists()


def test_export_of_a_wrong_network_says_why(capsys, broken, tmp_path):
    code, output, error = run(capsys, "export", broken, "-o", tmp_path / "train.py")
    assert (code, output) == (1, "")
    assert error.startswith("designer: Linear `linear1` expects a vector but gets 1 x 8 x 8")
    assert not (tmp_path / "train.py").exists()


@pytest.mark.parametrize("command", ["check", "summary", "export", "train", "verify", "screenshot"])
@pytest.mark.parametrize(
    "content, message",
    [
        (None, r"Cannot read {path}: no such file or directory."),
        ("{", "{path}: The file ends too early, at line 1, column 2: it was cut off."),
        ('{"version": 1, "nodes": []}', "{path}: `nodes` must be an object in braces, not a list."),
        (b"\xff", "{path}: This is not a Designer project: it is no UTF-8 text (byte 0)."),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence_and_2(capsys, tmp_path, command, content, message):
    path = tmp_path / "file.nnd"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    more = ["-o", tmp_path / "out"] if command in ("export", "screenshot") else []
    assert run(capsys, command, path, *more) == (2, "", f"designer: {message.format(path=path)}\n")


@pytest.mark.parametrize(
    "words, message",
    [
        (["bogus"], "there is no command 'bogus'"),
        (["--bogus"], "there is no option --bogus"),
        (["a.nnd", "--bogus"], "the window takes files and no options: --bogus"),
        (["check"], "the following arguments are required: FILE"),
        (["train", "a.nnd", "--epochs", "0"], "argument --epochs: must lie between 1 and 1,000,000,000, not 0"),
        (["train", "a.nnd", "--epochs", "many"], "argument --epochs: must be a whole number, not 'many'"),
        (["train", "a.nnd", "--seed", "-1"], "argument --seed: must lie between 0 and 4,294,967,295, not -1"),
        (
            ["train", "a.nnd", "--device", "x"],
            "argument --device: must be auto, cpu, cuda, cuda:0, mps or xpu, not 'x'",
        ),
        (["screenshot", "a.nnd", "-o", "x", "--size", "3"], "argument --size: must be two numbers of pixels"),
        (["picture", "a.nnd", "-o", "x.png", "--dpi", "9"], "argument --dpi: must be a whole number from 24 to 1200"),
    ],
)
def test_a_wrong_command_line_is_one_sentence_and_2(capsys, words, message):
    with pytest.raises(SystemExit) as exit_:
        main(words)
    output, error = capsys.readouterr()
    assert (exit_.value.code, output) == (2, "")
    assert error.startswith(f"designer: {message}")
    assert error.count("\n") == 1
    assert "--help" in error


def test_help_lists_every_command(capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["--help"])
    assert exit_.value.code == 0
    text = capsys.readouterr().out
    for command in (
        "templates",
        "new",
        "check",
        "summary",
        "export",
        "train",
        "verify",
        "screenshot",
        "picture",
        "tour",
    ):
        assert f"\n    {command} " in text


def test_version(capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["--version"])
    assert (exit_.value.code, capsys.readouterr().out) == (0, f"designer {designer.__version__}\n")


def test_templates_are_listed(capsys):
    code, output, _ = run(capsys, "templates", "--json")
    listed = json.loads(output)
    assert code == 0
    assert {"xor", "and-perceptron", "digits-mlp", "digits-cnn", "mnist-mlp", "iris", "diabetes"} <= {
        each["name"] for each in listed
    }
    assert all(each["summary"] for each in listed)
    code, output, _ = run(capsys, "templates")
    assert max(map(len, output.splitlines())) <= 100
    named = [line.split()[0] for line in output.splitlines() if line[:2] == "  " and line[2] != " "]
    assert named == [each["name"] for each in listed]
    assert {each["group"] for each in listed} <= set(output.splitlines())


def test_a_template_tells_its_story(capsys):
    code, output, _ = run(capsys, "templates", "resnet-18")
    assert code == 0
    assert max(map(len, output.splitlines())) <= 100
    assert re.search(r"^parameters +11,689,512$", output, re.MULTILINE)
    assert re.search(r"^layers +69$", output, re.MULTILINE)
    assert re.search(r"^source +K. He", output, re.MULTILINE)
    code, output, _ = run(capsys, "templates", "XOR 2-4-1", "--json")
    record = json.loads(output)
    assert (code, record["name"], record["parameters"], record["layers"]) == (0, "xor", 17, 3)
    assert run(capsys, "templates", "resnet-19") == (
        2,
        "",
        "designer: There is no template called 'resnet-19'. Did you mean resnet-18, resnet-152 or resnet-50?\n",
    )


def test_new_makes_a_project_and_replaces_nothing(capsys, tmp_path):
    out = tmp_path / "xor.nnd"
    assert run(capsys, "new", "xor", "-o", out) == (0, f"Saved {out}\n", "")
    assert len(load(out).graph.nodes) > 3
    out.write_text("precious")
    code, output, error = run(capsys, "new", "xor", "-o", out)
    assert (code, output) == (1, "")
    assert error == f"designer: {out} is there already. Choose another name, or replace it with --force.\n"
    assert out.read_text() == "precious"
    assert run(capsys, "new", "xor", "-o", out, "--force")[0] == 0
    assert load(out).graph.nodes


def test_new_of_an_unknown_template_offers_those_there_are(capsys, tmp_path):
    code, _, error = run(capsys, "new", "../../etc/passwd", "-o", tmp_path / "a.nnd")
    assert code == 2
    assert error.startswith("designer: There is no template called '../../etc/passwd'. ")
    assert "`designer templates`" in error
    assert not (tmp_path / "a.nnd").exists()


def test_new_takes_the_place_of_the_data(capsys, tmp_path):
    write_folder(tmp_path / "data", classes=4)
    out = tmp_path / "a.nnd"
    assert run(capsys, "new", "mnist-mlp", "--data", tmp_path / "data", "-o", out) == (0, f"Saved {out}\n", "")
    found = load(out).data.source.parameters
    assert (found["path"], found["sizes"], found["classes"]) == (str(tmp_path / "data"), (1, 4, 3), 4)
    code, _, error = run(capsys, "new", "mnist-mlp", "--data", tmp_path / "gone", "-o", tmp_path / "b.nnd")
    assert code == 2
    assert "gone" in error
    assert not (tmp_path / "b.nnd").exists()
    code, _, error = run(capsys, "new", "xor", "--data", tmp_path, "-o", tmp_path / "b.nnd")
    assert (code, error.count("\n")) == (2, 1)


def test_a_window_needs_a_display_and_a_file_that_is_there(capsys, tmp_path, monkeypatch):
    assert run(capsys, tmp_path / "gone.nnd") == (2, "", f"designer: There is no file {tmp_path / 'gone.nnd'}.\n")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    code, _, error = run(capsys)
    assert code == 1
    assert error.startswith("designer: There is no display here")


def test_a_fault_of_ours_is_one_sentence_too(capsys, monkeypatch, digits):
    def fail(*arguments, **options):
        raise RuntimeError("first line\nsecond line")

    monkeypatch.setattr("designer.api.summary.summarise", fail)
    code, _, error = run(capsys, "summary", digits)
    assert code == 3
    assert error.count("\n") == 1
    assert "RuntimeError: first line second line" in error
    monkeypatch.setenv("DESIGNER_DEBUG", "1")
    with pytest.raises(RuntimeError):
        main(["summary", str(digits)])


QUICK = """
import sys
from designer.cli import main

digits, folder = sys.argv[1:]
for words in (
    ["templates"], ["new", "digits-mlp", "-o", folder + "/new.nnd"], ["check", folder + "/new.nnd"], ["summary", digits],
    ["summary", digits, "--json"], ["check", digits, "--json"], ["export", digits, "-o", folder + "/out.py"],
):
    assert main(words) == 0, words
heavy = {"torch", "PySide6", "pandas", "sklearn", "numpy", "scipy", "pyqtgraph", "PIL"} & sys.modules.keys()
assert not heavy, heavy
"""


def test_quick_commands_import_nothing_heavy(digits, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", QUICK, digits, tmp_path], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path):
    nodes = {f"n{number}": Node(f"n{number}", "ReLU", "relu") for number in range(2000)}
    save(tmp_path / "large.nnd", Project(graph=Graph(nodes)))  # its summary is larger than a pipe holds
    script = f"{sys.executable} -m designer summary {tmp_path / 'large.nnd'} --json | head -c 1"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("{", "")


def test_names_in_any_language_and_shape_are_printed(capsys, tmp_path):
    project, _ = edits.add_node(Project(), "Input", name="\x1b[31m名前\n")
    save(tmp_path / "a.nnd", project)
    for words in (["summary"], ["check"], ["summary", "--json"], ["check", "--json"]):
        _, output, error = run(capsys, words[0], tmp_path / "a.nnd", *words[1:])
        assert "\x1b" not in output + error
    assert "?[31m名前?" in run(capsys, "summary", tmp_path / "a.nnd")[1]
