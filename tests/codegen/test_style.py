"""Generated code is as ruff leaves it, whatever the project: one run over a folder of many files."""

from pathlib import Path

from hypothesis import given, settings

from designer.codegen.script import render_module, render_script
from designer.document.project import Project
from tests.codegen.drawn_projects import draw_projects
from tests.codegen.drawn_trainings import draw_trainings
from tests.codegen.networks import NETWORKS, digits_mlp, long_lines, long_table, wide
from tests.codegen.ruff_run import demand_style
from tests.engine.objective_projects import OBJECTIVES


def test_ruff_has_nothing_to_say(tmp_path: Path) -> None:
    texts = {render_module(make()).text for make in (*NETWORKS, long_lines)}
    texts |= {render_module(wide(branches)).text for branches in (2, 3, 4, 5, 9, 300)}
    texts |= {render_script(make()).text for make in (digits_mlp, long_table)}
    texts |= {render_script(make()).text for make, _, _ in OBJECTIVES.values()}

    @settings(max_examples=100)
    @given(draw_projects())
    def draw_modules(project: Project) -> None:
        texts.add(render_module(project).text)

    @settings(max_examples=100)
    @given(draw_trainings())
    def draw_scripts(project: Project) -> None:
        texts.add(render_script(project).text)

    draw_modules()
    draw_scripts()
    demand_style(tmp_path, texts)
