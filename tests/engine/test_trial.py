"""Code of Custom layers: opened, checked, summarised and exported without a line of it run; tried only after consent."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from designer.catalogue.check import check
from designer.catalogue.facts import infer_project
from designer.catalogue.layers.custom import Finding
from designer.catalogue.trials import find_untried, find_untrusted, record_findings
from designer.cli import main
from designer.codegen.script import render_script
from designer.codegen.source import NotReady
from designer.document.clip import copy_nodes, from_text, paste_clip, to_text
from designer.document.custom import Consent, Untrusted, consent_of_user, find_code
from designer.document.files import dumps, load, read_project, save
from designer.document.graph import Edge, Graph, Node
from designer.document.project import Project
from designer.engine.build import build
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.trial import run_trials, try_project
from tests.engine.plans import digits

GATE = """import torch
from torch import Tensor, nn


class Gate(nn.Module):
    def __init__(self, width: int = 64, *, scale: float = 1.0) -> None:
        super().__init__()
        self.inner = nn.Linear(width, width)
        self.scale = scale

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.sigmoid(self.scale * self.inner(x))
"""


def with_code(code: str, **parameters: object) -> Project:
    """Return a classifier of digits with a layer of this code in it."""
    layer = ("Custom", {"code": code, "arguments": (("scale", 2.0),), **parameters})
    return digits(("Flatten", {}), layer, ("Linear", {"out_features": 10}), epochs=1)


def touching(place: Path) -> str:
    """Return code that leaves a file behind wherever it is run: on import, in the class, when made, when called."""
    touch = f"open({str(place)!r}, 'w').close()"
    code = GATE.replace("class Gate(nn.Module):", f"class Gate(nn.Module):\n    {touch}")
    code = code.replace("        super().__init__()", f"        super().__init__()\n        {touch}")
    return code.replace("        return x", f"        {touch}\n        return x")


def test_what_a_stranger_wrote_runs_only_after_consent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trace, file = tmp_path / "ran", tmp_path / "stranger.nnd"
    project = with_code(touching(trace), output_shape="input_0")
    save(file, project)
    opened = read_project(dumps(load(file)))
    pasted, _ = paste_clip(Project(), from_text(to_text(copy_nodes(opened, opened.graph.nodes))))
    assert find_untrusted(pasted, consent_of_user())
    assert find_code(pasted) == find_code(project)
    check(opened)
    script = render_script(opened)
    assert "class Gate(nn.Module):" in script.text
    for command in ("check", "summary", "export", "train", "verify"):
        code = main([command, str(file)])
        told = capsys.readouterr()
        assert code == (1 if command in ("check", "train", "verify") else 0), (command, told)
        if code:
            assert "is not trusted" in told.out + told.err
    with pytest.raises(Untrusted):
        build(script)
    with pytest.raises(Untrusted):
        try_project(with_code(touching(trace)), Consent())
    *_, failed = train(Plan.from_project(opened))
    assert "is not trusted" in failed.message
    assert not trace.exists()
    assert main(["train", str(file), "--trust", "--epochs", "1"]) == 0
    assert trace.exists()


HOSTILE = {
    "import os\nos.system('true')": "line 2 of its code is neither an import, a class nor a function",
    "while True: pass": "line 1 of its code is neither",
    "x = [0] * 10**12": "line 1 of its code is neither",
    "def f(:\n": "line 1 of its code is not Python",
    "a = 1  # \u202e": "line 1 of its code holds characters that cannot be seen",
    "import torch": "defines no class derived from nn.Module",
    "from os import *": "imports *",
    "from .. import a": "imports from a package around it",
    "from __future__ import annotations": "imports from `__future__`",
    "class A: pass\nreturn 1": "line 2 of its code is not Python",
    "-" * 90_000 + "1": "is not Python that can be read",
    "(" * 90_000: "is not Python",
    "x" * 100_000: "neither",
}


@pytest.mark.parametrize("code", HOSTILE, ids=range(len(HOSTILE)))
def test_text_that_is_no_layer_is_refused_unread(code: str) -> None:
    project = with_code(code)
    (problem,) = [one for one in check(project) if one.node and project.graph.nodes[one.node].kind == "Custom"][:1]
    assert HOSTILE[code] in problem.message
    with pytest.raises(NotReady):
        render_script(project)


def test_trials_find_sizes_or_the_line_at_fault() -> None:
    bodies = {
        "return self.inner(x)": "",
        "return self.inner(x[:, :2])": "line 12 of its code, RuntimeError",
        "while True: pass": "did not come to an end within",
        "return torch.empty(2**34, device='cpu').fill_(1)": "line 12 of its code, RuntimeError",
        "import os; os._exit(3)": "it ended the process",
        "return x.sum()": "its first axis must stay the batch",
        "return x, x": "`forward` gives 2 results, but the layer has 1 outputs",
        "return x.double()": "is of type float64",
        "return x * x.sum().item()": "",
    }
    graph = with_code(GATE).graph
    node = next(key for key, one in graph.nodes.items() if one.kind == "Custom")
    last = "return x * torch.sigmoid(self.scale * self.inner(x))"
    projects = [with_code(GATE.replace(last, body)) for body in bodies]
    untried = [find_untried(one, infer_project(one))[0] for one in projects]
    findings = run_trials(untried, 2.0)
    assert findings[0].multiply_adds == 64 * 64
    assert findings[0].weights == {"inner.weight": (64, 64), "inner.bias": (64,)}
    for project, one, finding, said in zip(projects, untried, findings, bodies.values(), strict=True):
        known = infer_project(record_findings(project, [(one, finding)])).nodes[node]
        if said:
            assert said in known.error.message
        else:
            assert known.outputs == one.inputs
    other = record_findings(projects[0], [(untried[0], Finding(error="\n\x1b[31m"))])
    assert all(problem.message.isprintable() for problem in check(other))


def test_a_tried_layer_opens_trains_and_exports_alike(tmp_path: Path) -> None:
    project = try_project(with_code(GATE), Consent(codes=[GATE]))
    opened = read_project(dumps(project))
    assert not [problem for problem in check(opened) if problem.severity == "error"]
    save(tmp_path / "p.nnd", project)
    assert main(["verify", str(tmp_path / "p.nnd"), "--trust"]) == 0
    script = render_script(opened)
    assert GATE[GATE.index("class Gate") :].rstrip() in script.text
    assert re.search(r"Gate\(scale=2.0\)", script.text)
    assert script.foreign == {GATE}


def test_names_that_the_script_has_are_changed_in_the_code() -> None:
    main_code = GATE.replace("class Gate", "def main(x):\n    return x\n\n\nclass Tensor2").replace(
        "return x *", "return main(x) *"
    )
    other = main_code.replace("return x\n", "return -x\n")
    nodes = {
        "i": Node("i", "Input", "input1", {"shape": (64,)}),
        "a": Node("a", "Custom", "a", {"code": main_code, "output_shape": "input_0"}),
        "b": Node("b", "Custom", "b", {"code": other, "output_shape": "input_0"}),
        "o": Node("o", "Output", "o"),
    }
    edges = (Edge("i", 0, "a", 0), Edge("a", 0, "b", 0), Edge("b", 0, "o", 0))
    from designer.codegen.script import render_module

    text = render_module(Project(graph=Graph(nodes, edges))).text
    for words in (
        "def main2(x)",
        "return main2(x) *",
        "def main3(x)",
        "return main3(x) *",
        "class Tensor22(",
        "Tensor22()",
    ):
        assert words in text
    clash = main_code.replace("    return x\n", "    main = x\n    return main\n")
    nodes["a"] = Node("a", "Custom", "a", {"code": clash, "output_shape": "input_0"})
    with pytest.raises(NotReady, match="calls something `main` within its code"):
        render_module(Project(graph=Graph(nodes, edges)))
    nodes["a"] = Node(
        "a",
        "Custom",
        "a",
        {"code": GATE.replace("torch import Tensor, nn", "os import path as nn"), "output_shape": "input_0"},
    )
    with pytest.raises(NotReady):
        render_module(Project(graph=Graph(nodes, edges)))


def test_reading_code_needs_neither_torch_nor_a_run() -> None:
    program = "import sys; from designer.catalogue.registry import layers; import designer.codegen.script; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout == "False\n"


def test_code_in_a_block_is_found_and_kept_apart() -> None:
    from designer.codegen.script import render_module
    from designer.document.project import Block, block_kind

    ends = {"i": Node("i", "Input", "x"), "o": Node("o", "Output", "y")}
    inside = {**ends, "c": Node("c", "Custom", "gate", {"code": GATE, "output_shape": "input_0"})}
    block = Block("Gated", graph=Graph(inside, (Edge("i", 0, "c", 0), Edge("c", 0, "o", 0))))
    nodes = {
        "i": Node("i", "Input", "input1", {"shape": (64,)}),
        "u": Node("u", block_kind("b1"), "u"),
        "w": Node("w", "Custom", "w", {"code": GATE.replace("sigmoid", "tanh"), "output_shape": "input_0"}),
        "o": Node("o", "Output", "o"),
    }
    edges = (Edge("i", 0, "u", 0), Edge("u", 0, "w", 0), Edge("w", 0, "o", 0))
    project = Project(graph=Graph(nodes, edges), blocks={"b1": block})
    found = find_untried(project, infer_project(project))
    assert {(one.block, one.node) for one in found} == {("b1", "c"), (None, "w")}
    noted = record_findings(project, [(one, Finding(one.inputs, {"inner.bias": (64,)})) for one in found])
    assert infer_project(noted).parameters == 128
    assert len(find_code(project)) == 2
    text = render_module(project).text
    for words in ("self.gate = Gate()", "self.w = Gate2()", "class Gate2(nn.Module):"):
        assert words in text
