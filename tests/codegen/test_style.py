"""Generated code is as ruff leaves it, whatever the project: one run over a folder of many files."""

import subprocess
import sys
from pathlib import Path

from hypothesis import given, settings

from designer.codegen.script import render_module, render_script
from designer.document.project import Project
from tests.codegen.drawn_projects import draw_projects
from tests.codegen.drawn_trainings import draw_trainings
from tests.codegen.networks import NETWORKS, digits_mlp, long_lines, long_table, wide

ROOT = Path(__file__).parents[2]


def run_ruff(*arguments: str) -> None:
    """Run ruff with the repository's settings and demand that it finds nothing."""
    # sys.executable's ruff, not one that happens to be on the path.
    command = [sys.executable, "-m", "ruff", *arguments, "--no-cache", "--config", str(ROOT / "pyproject.toml")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_has_nothing_to_say(tmp_path: Path) -> None:
    texts = {render_module(make()).text for make in (*NETWORKS, long_lines)}
    texts |= {render_module(wide(branches)).text for branches in (2, 3, 4, 5, 9, 300)}
    texts |= {render_script(make()).text for make in (digits_mlp, long_table)}

    @settings(max_examples=150)
    @given(draw_projects())
    def draw_modules(project: Project) -> None:
        texts.add(render_module(project).text)

    @settings(max_examples=100)
    @given(draw_trainings())
    def draw_scripts(project: Project) -> None:
        texts.add(render_script(project).text)

    draw_modules()
    draw_scripts()
    for number, text in enumerate(sorted(texts)):
        (tmp_path / f"generated_{number}.py").write_text(text, "utf-8", newline="\n")
    run_ruff("format", "--diff", str(tmp_path))
    # A script speaks to the command line, as designer/cli.py does, which may print as well.
    run_ruff("check", "--output-format", "concise", "--ignore", "T201", str(tmp_path))
