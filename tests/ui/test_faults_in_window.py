"""Runs that break in every way, one after the other in one window: each is told, and the next one trains."""

import errno
import os
from dataclasses import replace

from designer.codegen.script import render_script
from designer.engine.events import Failed, Finished
from tests.engine.plans import Plan, spoil
from tests.ui.runs import make_moons, single_thread

STATEMENTS = (
    'raise ValueError("broken")',
    "raise MemoryError",
    "raise AssertionError",
    'raise RuntimeError("CUDA error: unspecified launch failure")',
    "raise SystemExit(3)",
    "raise KeyboardInterrupt",
    "next(network.parameters()).data[0] = float('nan')",
    "torch.empty(10**13)",
)


def test_a_window_lives_through_every_fault(window, qtbot, tmp_path, monkeypatch):
    bridge, project = window.trainer.bridge, make_moons(epochs=2)
    plan = Plan.from_project(project)
    lines = ("    outputs = network(x)", "    value.backward()", "    optimizer.step()")

    def run(source, out):
        with single_thread():
            bridge.start(project, source, out=out)
            qtbot.waitUntil(lambda: bridge.state == "ended", timeout=30_000)
        return bridge.progress.ended

    for number, statement in enumerate(STATEMENTS):
        line = lines[number % len(lines)]
        broken = spoil(plan, line, f"    exec({statement!r});{line}").source
        ended = run(broken, tmp_path / str(number))
        assert isinstance(ended, Failed), statement
        assert ended.message.endswith(".")
    write = os.fsync
    monkeypatch.setattr(os, "fsync", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device")))
    assert "no space left on device" in run(plan.source, tmp_path / "full").message
    monkeypatch.setattr(os, "fsync", write)
    assert isinstance(run(replace(render_script(project)), tmp_path / "last"), Finished)
    assert window.trainer.can_start or not window.editor.project.graph.nodes
