"""The blocks that may be placed beside the layers: those of the project, and those of the user's library."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from designer.catalogue.blocks import BlockSpec, declare_block, declare_blocks
from designer.document.library import Library, is_library_kind, read_library, remove_entry
from designer.paths import user_blocks
from designer.ui.editor import Editor


class Shelf(QObject):
    """What one window offers. The library is read when first asked for and when its files have changed since."""

    changed = Signal()

    def __init__(self, editor: Editor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._library = Library()
        self._kept: tuple[BlockSpec, ...] = ()
        self._stamps: tuple[tuple[str, int, int], ...] = ()
        self._own: tuple[BlockSpec, ...] = ()
        editor.view_changed.connect(self._follow)
        self._follow()

    @property
    def own(self) -> tuple[BlockSpec, ...]:
        """The blocks of the project that may be placed where one stands: not those that would then contain themselves."""
        return self._own

    @property
    def kept(self) -> tuple[BlockSpec, ...]:
        """The blocks of the library; their kinds are those of `document.library`."""
        return self._kept

    @property
    def faults(self) -> tuple[str, ...]:
        """A sentence for each file of the library that was left out."""
        return self._library.faults

    @property
    def specs(self) -> tuple[BlockSpec, ...]:
        """All of them."""
        return (*self._own, *self._kept)

    def refresh(self) -> bool:
        """Read the library anew if its files are others than before; return whether they are."""
        stamps = _read_stamps(user_blocks())
        if stamps == self._stamps:
            return False
        self._stamps = stamps
        self._library = read_library(user_blocks())
        self._kept = tuple(
            replace(declare_block(entry.block, entry.blocks), kind=entry.kind) for entry in self._library.entries
        )
        self.changed.emit()
        return True

    def remove(self, kind: str) -> None:
        """Take a block out of the library. Raise OSError."""
        entry = self._library.find(kind) if is_library_kind(kind) else None
        if entry is not None:
            remove_entry(user_blocks(), entry)
            self.refresh()

    def _follow(self) -> None:
        blocks, here = self._editor.project.blocks, self._editor.where[-1:]
        own = (
            tuple(spec for spec in declare_blocks(blocks).values() if not (here and here[0] in spec.blocks))
            if blocks
            else ()
        )
        if len(own) != len(self._own) or any(a is not b for a, b in zip(own, self._own, strict=True)):
            self._own = own
            self.changed.emit()


def _read_stamps(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what tells whether files of a folder have changed; nothing where there is no folder."""
    try:
        found = [(path.name, path.stat()) for path in folder.iterdir()]
    except OSError:
        return ()
    return tuple(sorted((name, stat.st_mtime_ns, stat.st_size) for name, stat in found))
