"""Undo and redo: a list of projects with the title of the step that led to each."""

from dataclasses import dataclass, replace
from typing import Self

from designer.document.project import Project


@dataclass(frozen=True, slots=True)
class Done:
    """One step: what it is called, the project it led to, and the key that lets it grow."""

    title: str
    project: Project
    key: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """Every state of a document since it was opened, as a value; `steps[position]` is the present one."""

    steps: tuple[Done, ...]
    position: int = 0

    @classmethod
    def start(cls, project: Project) -> Self:
        """Return the history of a document just opened."""
        return cls((Done("", project),))

    @property
    def present(self) -> Project:
        """The project as it is now."""
        return self.steps[self.position].project

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
        return History((*past, Done(title, project, key)), len(past))

    def amend(self, project: Project) -> "History":
        """Return the history with another present project under the same step; all others stay."""
        now = replace(self.steps[self.position], project=project)
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
