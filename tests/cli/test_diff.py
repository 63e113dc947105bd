"""`designer diff`: what differs, in words and as JSON; 0 for the same, 1 for different, 2 for a file that is none."""

import json

from designer.cli import main
from designer.document.edits import set_parameter
from designer.document.files import load, save
from designer.paths import resource


def test_diff_tells_what_differs(capsys, tmp_path):
    before = resource("templates/digits-cnn.nnd")
    after = tmp_path / "wider.nnd"
    save(after, set_parameter(load(before), "conv1", "kernel_size", 5))
    assert main(["diff", str(before), str(after)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "  parameters     6,138 -> 6,394" in lines
    changed = "  * Conv2d `conv1`: kernel_size 3 -> 5; parameters 144 -> 400; multiply-adds 9,216 -> 25,600"
    assert changed in lines
    assert main(["diff", str(before), str(after), "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    (section,) = record["sections"]
    assert section["title"] == "Network"
    assert section["differences"][0]["details"][0] == {"name": "kernel_size", "before": "3", "after": "5"}


def test_diff_of_the_same_network_is_nothing(capsys):
    path = str(resource("templates/digits-cnn.nnd"))
    assert main(["diff", path, path]) == 0
    assert capsys.readouterr().out.endswith("are the same.\n")


def test_diff_of_no_project_says_so(capsys, tmp_path):
    path = tmp_path / "none.nnd"
    path.write_text("{")
    assert main(["diff", str(resource("templates/digits-cnn.nnd")), str(path)]) == 2
    assert "none.nnd" in capsys.readouterr().err
