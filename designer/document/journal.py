"""The history of a document on the disk beside its autosave: one line of JSON a step, appended as steps are made.

The first line holds the oldest project; each further one a step, by what it changed, or that another step is the present
one. Every line is sealed with a key of this user's own, over itself and the seal before it, so what was damaged, cut off
or not written here ends the reading: a journal can lose history and nothing else. Reading one runs nothing.
"""

import contextlib
from pathlib import Path
from typing import Any

from designer.document.atomic import write_file
from designer.document.change import apply_change, read_change, write_change
from designer.document.diff import count_same
from designer.document.files import dumps, read_project
from designer.document.history import STRIDE, Done, History
from designer.document.project import Project
from designer.document.reading import FileError
from designer.document.seals import read_sealed, seal_lines

VERSION = 1
LARGEST = 64 * 2**20  # bytes, if four whole projects are not more; then the older half of the steps is let go
MOST_READ = 2**29  # bytes
_DAMAGE = (FileError, LookupError, TypeError, ValueError, AttributeError, RecursionError)


class Journal:
    """Writes the history of one document. Not for two threads at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._steps: tuple[Done, ...] = ()  # what stands in the file
        self._position = 0
        self._seal = b""
        self._size = self._most = 0
        self._cut = 0  # how many of the oldest steps were left out

    def keep(self, history: History) -> None:
        """Bring the file up to a history: what is new is appended, each step written once. Raises OSError, FileError.

        After a failure nobody knows what stands in the file: the next call writes it anew.
        """
        try:
            self._keep(history)
        except BaseException:
            self._steps, self._cut = (), 0
            raise

    def _keep(self, history: History) -> None:
        steps = history.steps
        same = count_same(self._steps, steps, min(len(self._steps), len(steps)))
        if same <= self._cut or not self.path.exists():
            self._begin(history, 0)
            return
        lines = self._list_news(steps, same)
        at = len(steps) - 1 if lines and "step" in lines[-1] else self._position
        if history.position != at:
            lines.append({"at": max(history.position - self._cut, 0)})
        if lines:
            self._append(lines)
        self._steps, self._position = steps, history.position
        if self._size > self._most:
            self._begin(history, min((self._cut + len(steps)) // 2, history.position))

    def _list_news(self, steps: tuple[Done, ...], same: int) -> list[dict[str, Any]]:
        """Return the lines that lead from the steps in the file, of which so many hold, to these."""
        before, cut = self._steps, self._cut
        after = len(steps) - same - 1
        # A step amended in the middle leaves those after it as they were.
        if same < len(before) == len(steps) and after and count_same(before[::-1], steps[::-1], after) == after:
            return [_write_step("amend", same - cut, before[same], steps[same])]
        if same == len(steps) < len(before):
            return [{"end": same - cut}]
        return [_write_step("step", place - cut, steps[place - 1], steps[place]) for place in range(same, len(steps))]

    def remove(self) -> None:
        """Delete the file."""
        self._steps = ()
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)

    def _begin(self, history: History, cut: int) -> None:
        """Write the file anew, without so many of the oldest steps."""
        steps = history.steps
        self._seal, self._cut = b"", cut
        base = steps[cut]
        records: list[dict[str, Any]] = [
            {"journal": VERSION, "title": base.title if cut else "", "project": dumps(base.project)}
        ]
        records += [
            _write_step("step", place - cut, steps[place - 1], steps[place]) for place in range(cut + 1, len(steps))
        ]
        records.append({"at": history.position - cut})
        content, self._seal = seal_lines(self.path.parent, records, self._seal)
        write_file(self.path, content)
        self._most = max(LARGEST, 4 * len(records[0]["project"]))
        self._steps, self._position, self._size = steps, history.position, len(content)

    def _append(self, records: list[dict[str, Any]]) -> None:
        content, self._seal = seal_lines(self.path.parent, records, self._seal)
        with self.path.open("ab") as file:
            file.write(content)
        self._size += len(content)


def read_journal(path: Path) -> History | None:
    """Return the history that a journal holds, as much of it as is whole; None where there is none."""
    replay = _Replay()
    for record in read_sealed(path, MOST_READ):
        try:
            replay.take(record)
        except _DAMAGE:
            break
    return History(tuple(replay.steps), replay.position) if replay.steps else None


def read_start(path: Path) -> Project | None:
    """Return the oldest project that a journal holds, None where not even that can be read."""
    replay = _Replay()
    for record in read_sealed(path, MOST_READ):
        try:
            replay.take(record)
        except _DAMAGE:
            return None
        return replay.steps[0].project
    return None


class _Replay:
    """Does again what the lines of a journal say."""

    def __init__(self) -> None:
        self.steps: list[Done] = []
        self.position = 0
        self._newest = Project()  # what the last step led to: it need not be put together for each one that follows

    def take(self, record: dict[str, Any]) -> None:
        """Do what one line says. Raises something of _DAMAGE, with nothing done, where that cannot be."""
        steps = self.steps
        if not steps:
            if record["journal"] != VERSION:
                raise ValueError("another version")
            self._newest = read_project(record["project"])
            steps.append(Done(str(record["title"]), self._newest))
        elif "at" in record:
            self.position = _check_place(record["at"], len(steps) - 1)
        elif "end" in record:
            del steps[_check_place(record["end"], len(steps), 1) :]
            self._newest, self.position = steps[-1].project, min(self.position, len(steps) - 1)
        elif "amend" in record:
            place = _check_place(record["amend"], len(steps) - 1)
            steps[place], project = self._make(record, place, steps[place])
            self._newest = project if place == len(steps) - 1 else self._newest
        else:
            place = _check_place(record["step"], len(steps), 1)
            step, self._newest = self._make(record, place, steps[place - 1])
            steps[place:] = [step]
            self.position = place

    def _make(self, record: dict[str, Any], place: int, base: Done) -> tuple[Done, Project]:
        change, key = read_change(record["change"]), record["key"]
        project = apply_change(self._newest if base is self.steps[-1] else base.project, change)
        if not isinstance(project, Project):
            raise TypeError("no project")
        title, key = str(record["title"]), None if key is None else str(key)
        return Done.after(base, title, change, key) if place % STRIDE else Done(title, project, key), project


def _write_step(name: str, place: int, before: Done, after: Done) -> dict[str, Any]:
    change = write_change(after.change_since(before))
    return {name: place, "title": after.title, "key": after.key, "change": change}


def _check_place(place: object, last: int, first: int = 0) -> int:
    if not isinstance(place, int) or not first <= place <= last:
        raise ValueError("a step that is not there")
    return place
