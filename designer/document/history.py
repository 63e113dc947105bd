"""Undo and redo: a list of projects with the title of the step that led to each.

Steps share what they have in common, yet each edit of a large network makes a mapping of all its nodes anew. So only the
newest steps hold their projects; older ones hold what changed, with a whole project every so often.
"""

from dataclasses import dataclass, field
from typing import Self

from designer.document.change import Change, apply_change, find_change
from designer.document.project import Project

RECENT = 100  # steps that hold their projects whole, the newest
STRIDE = 32  # and one in so many of those before them


class Done:
    """One step: what it is called, the project it led to, and the key that lets it grow. A value like any other."""

    __slots__ = ("_kept", "key", "title")

    def __init__(self, title: str, project: Project, key: str | None = None) -> None:
        self.title = title
        self.key = key
        self._kept: Project | tuple[Done, Change | None] = project

    @classmethod
    def after(cls, before: "Done", title: str, change: Change | None, key: str | None = None) -> Self:
        """Return a step that is folded from the start."""
        step = cls(title, Project(), key)
        step._kept = before, change
        return step

    @property
    def project(self) -> Project:
        """The project it led to; of a folded step it is put together anew, from the same parts."""
        changes, kept = [], self._kept
        while not isinstance(kept, Project):
            step, change = kept
            changes.append(change)
            kept = step._kept
        for change in reversed(changes):
            kept = apply_change(kept, change)
        return kept

    @property
    def folded(self) -> bool:
        """Whether it holds but a change."""
        return not isinstance(self._kept, Project)

    def change_since(self, before: "Done") -> Change | None:
        """Return what changed since another step; known already where this one is folded onto that."""
        if not isinstance(self._kept, Project) and self._kept[0] is before:
            return self._kept[1]
        return find_change(before.project, self.project)

    def fold(self, before: "Done") -> None:
        """Hold nothing from now on but what changed since the step before. Nobody can tell, but by the memory."""
        if isinstance(self._kept, Project):
            self._kept = before, find_change(before.project, self._kept)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Done):
            return NotImplemented
        return self is other or (self.title, self.key, self.project) == (other.title, other.key, other.project)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Done({self.title!r}, {self.project!r}, {self.key!r})"


@dataclass(frozen=True, slots=True)
class History:
    """Every state of a document since it was opened, as a value; `steps[position]` is the present one."""

    steps: tuple[Done, ...]
    position: int = 0
    present: Project = field(init=False, compare=False, repr=False)  # the project as it is now

    def __post_init__(self) -> None:
        object.__setattr__(self, "present", self.steps[self.position].project)

    @classmethod
    def start(cls, project: Project) -> Self:
        """Return the history of a document just opened."""
        return cls((Done("", project),))

    @property
    def undo_title(self) -> str:
        """What the step that `undo` takes back is called, empty where there is none."""
        return self.steps[self.position].title if self.position else ""

    @property
    def redo_title(self) -> str:
        """What the step that `redo` brings back is called, empty where there is none."""
        return self.steps[self.position + 1].title if self.position + 1 < len(self.steps) else ""

    @property
    def titles(self) -> tuple[str, ...]:
        """Titles of all steps, oldest first, those that `redo` would bring back included."""
        return tuple(step.title for step in self.steps[1:])

    def commit(self, title: str, project: Project, key: str | None = None) -> "History":
        """Return the history with one more step; what could have been redone is forgotten.

        A step with the same `key` as the newest one becomes part of it, under the new title. The present project
        itself is no step.
        """
        if project is self.present:
            return self
        past = self.steps[: self.position + 1]
        newest = past[-1]
        if key is not None and newest.key == key and self.position == len(self.steps) - 1:
            past = past[:-1]
        old = len(past) - RECENT
        if old > 0 and old % STRIDE:
            past[old].fold(past[old - 1])
        return History((*past, Done(title, project, key)), len(past))

    def amend(self, project: Project) -> "History":
        """Return the history with another present project under the same step; all others stay."""
        step = self.steps[self.position]
        now = Done(step.title, project, step.key)
        return History((*self.steps[: self.position], now, *self.steps[self.position + 1 :]), self.position)

    def undo(self) -> "History":
        """Return the history one step back, or itself where there is none."""
        return self.jump(self.position - 1)

    def redo(self) -> "History":
        """Return the history one step forward, or itself where there is none."""
        return self.jump(self.position + 1)

    def jump(self, position: int) -> "History":
        """Return the history at another of its steps; itself where there is no such step, or it is there already."""
        if position == self.position or not 0 <= position < len(self.steps):
            return self
        return History(self.steps, position)
