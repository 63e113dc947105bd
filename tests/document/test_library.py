"""The library of blocks: what is saved comes back, bad files are left out, two windows at once lose nothing."""

import multiprocessing
from dataclasses import replace
from pathlib import Path

import pytest

from designer.document.blocks import find_uses, rename_block
from designer.document.edits import EditError, add_node, connect
from designer.document.graph import Edge
from designer.document.grouping import group
from designer.document.library import (
    is_library_kind,
    keep_block,
    read_library,
    remove_entry,
    take_block,
    take_kind,
)
from designer.document.project import Project, used_block
from tests.codegen.block_networks import resnet


def make_project(name: str = "Unit") -> tuple[Project, str]:
    project, linear = add_node(Project(), "Linear")
    project, relu = add_node(project, "ReLU")
    project, use = group(connect(project, Edge(linear, 0, relu, 0)), [linear, relu], name)
    block = used_block(project.graph.nodes[use].kind)
    assert block is not None
    return project, block


def test_a_block_comes_back_with_those_it_is_made_of(tmp_path):
    project = resnet()
    path = keep_block(tmp_path / "blocks", project, "stage")
    (entry,) = read_library(path.parent).entries
    assert (entry.definition, set(entry.blocks)) == (project.blocks["stage"], {"stage", "bottleneck"})
    taken, kind = take_kind(Project(), entry.kind, read_library(path.parent))
    assert kind == "block:stage"
    assert taken.blocks == project.blocks
    again, same = take_block(taken, entry)
    assert (again.blocks, same) == (taken.blocks, kind)  # known already: not brought twice
    other = rename_block(project, "stage", "Stage of mine")
    both, new = take_block(other, entry)
    assert new != kind
    assert both.blocks["stage"] == other.blocks["stage"]
    assert not list(find_uses(both, used_block(new) or ""))


def test_the_same_block_is_kept_once_and_a_changed_one_beside_it(tmp_path):
    project, block = make_project()
    first = keep_block(tmp_path, project, block)
    assert keep_block(tmp_path, project, block) == first
    changed = replace(project, blocks={block: replace(project.blocks[block], notes="Better.")})
    assert keep_block(tmp_path, changed, block) != first
    library = read_library(tmp_path)
    assert [entry.definition.name for entry in library.entries] == ["Unit", "Unit"]
    for entry in library.entries:
        remove_entry(tmp_path, entry)
        remove_entry(tmp_path, entry)  # gone already
    assert read_library(tmp_path).entries == ()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"version": 1}', "\x00\x01", '{"version": 1, "nodes": {}, "blocks": 3}']
)
def test_bad_files_are_left_out_with_a_note(tmp_path, text):
    project, block = make_project()
    keep_block(tmp_path, project, block)
    (tmp_path / "bad.nnd").write_text(text)
    (tmp_path / "folder.nnd").mkdir()
    library = read_library(tmp_path)
    assert [entry.block for entry in library.entries] == [block]
    assert len(library.faults) == 2
    assert all(fault.endswith(".") and " in the library is left out. " in fault for fault in library.faults)


def test_no_folder_is_an_empty_library(tmp_path):
    assert read_library(tmp_path / "nowhere").entries == ()


def test_a_block_that_is_gone_from_the_library_is_refused(tmp_path):
    project, block = make_project()
    keep_block(tmp_path, project, block)
    (entry,) = read_library(tmp_path).entries
    assert is_library_kind(entry.kind)
    remove_entry(tmp_path, entry)
    with pytest.raises(EditError, match="no longer in the library"):
        take_kind(Project(), entry.kind, read_library(tmp_path))


def keep_many(folder: Path, window: int) -> None:
    for number in range(20):
        keep_block(folder, *make_project(f"Unit {number} of {window}"))
        keep_block(folder, *make_project("The same in both"))


def test_two_windows_at_once_lose_nothing(tmp_path):
    context = multiprocessing.get_context("fork")
    windows = [context.Process(target=keep_many, args=(tmp_path, number)) for number in range(2)]
    for window in windows:
        window.start()
    for window in windows:
        window.join(60)
        window.kill()  # where it hangs
    library = read_library(tmp_path)
    assert len(library.entries) == 41
    assert library.faults == ()
    assert not [path for path in tmp_path.iterdir() if path.suffix != ".nnd"]
