"""The user's library of blocks: a folder with one project file for each block, the blocks it is made of included.

A file's name carries a digest of its content. So two windows that save at once never write the same name with
different content, and nothing of either is lost.
"""

import contextlib
import hashlib
from dataclasses import dataclass
from pathlib import Path

from frozendict import frozendict

from designer.document.atomic import write_file
from designer.document.blocks import bring_blocks, find_block, find_needed
from designer.document.edits import EditError
from designer.document.files import dumps, load
from designer.document.graph import Graph, Node
from designer.document.project import Block, Blocks, Project, block_kind, used_block
from designer.document.reading import FileError
from designer.document.wording import show_name

SUFFIX = ".nnd"
MOST_ENTRIES = 1000

_KIND = "library:"


@dataclass(frozen=True, slots=True)
class Entry:
    """One block of the library: the stem of its file, its id, and the blocks it is made of, itself included."""

    stem: str
    block: str
    blocks: Blocks

    @property
    def definition(self) -> Block:
        """The block itself."""
        return self.blocks[self.block]

    @property
    def kind(self) -> str:
        """What stands for it where kinds of layers are offered."""
        return _KIND + self.stem


@dataclass(frozen=True, slots=True)
class Library:
    """What a folder holds: the blocks by name, and a sentence for each file that could not be read."""

    entries: tuple[Entry, ...] = ()
    faults: tuple[str, ...] = ()

    def find(self, kind: str) -> Entry | None:
        """Return the entry that a kind stands for, None where it stands for none."""
        return next((entry for entry in self.entries if entry.kind == kind), None)


def is_library_kind(kind: str) -> bool:
    """Return whether a kind stands for a block of the library."""
    return kind.startswith(_KIND)


def read_library(folder: Path) -> Library:
    """Return the blocks of a folder; files that are no blocks are left out with a note. Never raises."""
    entries: list[Entry] = []
    faults: list[str] = []
    try:
        paths = sorted(path for path in folder.glob(f"*{SUFFIX}") if not path.name.startswith("."))
    except OSError as error:
        return Library((), (f"The library {show_name(folder.name)} cannot be read: {(error.strerror or '').lower()}.",))
    for path in paths[:MOST_ENTRIES]:
        try:
            entries.append(read_entry(path))
        except FileError as error:
            if not path.exists():
                continue  # another window has just removed it
            faults.append(f"{show_name(path.name)} in the library is left out. {error}")
    if len(paths) > MOST_ENTRIES:
        faults.append(f"The library has more than {MOST_ENTRIES:,} files; only the first are shown.")
    return Library(tuple(sorted(entries, key=lambda entry: (entry.definition.name.lower(), entry.stem))), tuple(faults))


def read_entry(path: Path) -> Entry:
    """Return the block that a file of the library holds. Raise FileError."""
    project = load(path)
    uses = [block for node in project.graph.nodes.values() if (block := used_block(node.kind)) in project.blocks]
    if len(project.graph.nodes) != 1 or len(uses) != 1 or uses[0] is None:
        raise FileError("It is a project, not one block. Save a block into the library from the Network menu.")
    return Entry(path.stem, uses[0], project.blocks)


def keep_block(folder: Path, project: Project, block: str) -> Path:
    """Write a block of a project, and those it is made of, into the library; return its file. Raise EditError, OSError.

    A block that is there already, equal in every part, is not written twice.
    """
    inside = find_block(project, block)
    needed = {key: project.blocks[key] for key in find_needed(project.blocks, inside.graph)} | {block: inside}
    use = Node("use", block_kind(block), "use")
    alone = Project(
        name=inside.name, graph=Graph({use.id: use}), layout={use.id: (0.0, 0.0)}, blocks=frozendict(needed)
    )
    content = dumps(alone).encode()
    digest = hashlib.sha256(content).hexdigest()[:10]
    slug = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in inside.name.lower())
    path = folder / f"{slug[:40].strip('-') or 'block'}-{digest}{SUFFIX}"
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        write_file(path, content)
    return path


def remove_entry(folder: Path, entry: Entry) -> None:
    """Remove a block from the library; gone already is as good. Raise OSError."""
    with contextlib.suppress(FileNotFoundError):
        (folder / f"{entry.stem}{SUFFIX}").unlink()


def take_block(project: Project, entry: Entry) -> tuple[Project, str]:
    """Return the project with a block of the library among its own, and the kind of the nodes that use it."""
    project, kinds = bring_blocks(project, entry.blocks)
    kind = block_kind(entry.block)
    return project, kinds.get(kind, kind)


def take_kind(project: Project, kind: str, library: Library) -> tuple[Project, str]:
    """Return the project ready to use a kind, and the kind to use: a block of the library is brought along.

    Raise EditError where the library has no such block.
    """
    if not is_library_kind(kind):
        return project, kind
    entry = library.find(kind)
    if entry is None:
        raise EditError("This block is no longer in the library.")
    return take_block(project, entry)
