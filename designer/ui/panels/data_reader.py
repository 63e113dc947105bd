"""A project's data, read once for all pages of the Data tab that show samples: on a thread, by the script's own lines."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from designer.catalogue import facts as known_facts
from designer.document.project import OFF, Project
from designer.ui.background import Report

if TYPE_CHECKING:
    from designer.engine.inspection import Feed, Raw, Reading
    from designer.engine.repeats import Repeats


class DataReader:
    """What was read of the data of a project so far. What it returns to be run is for a thread."""

    def __init__(self) -> None:
        self._project = Project()
        self._beside: Path | None = None
        self._path: Path | None = None
        self._key: object = None
        self._reading: Reading | None = None
        self._raw: Raw | None = None
        self._lock = threading.Lock()

    @property
    def key(self) -> object:
        """What says which samples there are, with what they hold."""
        return self._key

    @property
    def project(self) -> Project:
        """The project whose data are read."""
        return self._project

    def show_project(self, project: Project, beside: Path | None) -> bool:
        """Take over a project, a relative path of which starts from `beside`; return whether there are other samples."""
        key = replace(project.data, sampling=OFF, augmentation=()), beside
        changed = key != self._key
        self._project, self._beside = project, beside
        if changed:
            self.let_go()
            self._key = key
        return changed

    def let_go(self) -> None:
        """Forget what was read, so that its memory is free."""
        self._key = None
        self._reading, self._raw = None, None

    def weigh(self) -> int:
        """Return how many bytes the arrays take that were read."""
        return self._reading.weigh() if self._reading is not None else 0

    def find_problem(self) -> str:
        """Return why nothing can be read, "" where something can."""
        problem = known_facts.source_problem(self._project) or known_facts.missing_path(self._project)
        return (problem or "").replace("`", "")

    def list_samples(self) -> "Callable[[Report], Raw | None]":
        """Return what finds the samples as their file has them; None comes where it is given up."""
        return self._work(lambda reading, raw, report: raw)

    def feed(self, place: int) -> "Callable[[Report], tuple[Feed, Raw] | None]":
        """Return what finds what the network gets of a sample, with all samples."""

        def find(reading: "Reading", raw: "Raw") -> "tuple[Feed, Raw]":
            from designer.engine.inspection import feed

            return feed(reading, raw, max(0, min(place, raw.count - 1))), raw

        return self.finish(find)

    def compare(self) -> "Callable[[Report], Repeats | None]":
        """Return what finds which samples are equal; None comes where there is nothing to compare."""

        def find(reading: "Reading", raw: "Raw", report: Report) -> "Repeats | None":
            from designer.engine.repeats import find_repeats

            return find_repeats(reading.project, reading.path, reading.names)

        return self._work(find)

    def finish(self, then: "Callable[[Reading, Raw], Any]") -> Callable[[Report], Any]:
        """Return what reads all and returns what `then` makes of it."""

        def find(reading: "Reading", raw: "Raw", report: Report) -> Any:
            return then(reading, raw) if reading.go_on(report) else None

        return self._work(find)

    @contextlib.contextmanager
    def _forget_failure(self) -> Iterator[None]:
        """Let what could not be read be tried again the next time: a file may have come."""
        try:
            yield
        except Exception:
            self._reading = self._raw = None
            raise

    def _work(self, find: "Callable[[Reading, Raw, Report], Any]") -> Callable[[Report], Any]:
        from designer.engine.plan import find_data_path  # brings all of code generation with it

        project, path, key = self._project, find_data_path(self._project, self._beside), self._key

        def work(report: Report) -> Any:
            from designer.engine.preload import import_torch

            import_torch()
            from designer.engine.inspection import Reading, find_raw, is_listed

            with self._lock, self._forget_failure():  # two pages may ask at once; what one has read serves the other
                same = key == self._key
                reading = self._reading if same and self._reading is not None else Reading(project, path)
                raw = self._raw if same else None
                if raw is None:
                    if not reading.go_on(report, is_listed):
                        return None
                    raw = find_raw(reading)
                if key == self._key:
                    self._reading, self._raw = reading, raw
                return find(reading, raw, report)

        return work
