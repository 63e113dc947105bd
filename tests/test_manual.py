"""What the manual and the README say can be done as they say it: commands, options, code, pictures."""

import re
import shlex
import textwrap
from pathlib import Path

import pytest

import designer
from designer.catalogue.options import OPTIONS
from designer.cli.arguments import make_parser

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "resources" / "manual" / "manual.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_can_be_typed_so(page):
    lines = re.findall(r"^    (designer .+?)(?: {2,}.*)?$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) > 5
    for line in lines:
        assert make_parser().parse(shlex.split(line)[1:]).run


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_picture_and_page_is_there(page):
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert all((page.parent / link).exists() for link in links if "://" not in link)


def test_the_block_of_the_manual_can_be_built():
    text = PAGES[1].read_text(encoding="utf-8")
    code = re.search(r"^    residual = designer\.block\(.*?(?=^\S)", text, re.MULTILINE | re.DOTALL)
    names = {"designer": designer}
    exec(textwrap.dedent(code.group()), names)
    project = names["project"]
    assert [problem for problem in designer.check(project) if problem.severity == "error"] == []
    assert [row.repeat for row in designer.summarise(project).nodes if row.block == "Residual"] == [3]


def test_the_manual_tells_of_every_option():
    text = PAGES[1].read_text(encoding="utf-8")
    assert all(f"`{option.name}`" in text for option in OPTIONS if not option.hidden)
