"""Budget of data that do not fit into memory: how fast a run goes that reads its images from a file."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from designer.catalogue.templates import open_template
from designer.document.project import Choice, Project
from designer.engine.plan import Plan
from tests.benchmarks.table import Row
from tests.benchmarks.training import NO_DATA, compare, make_convolution, run_session

LEAST = 0.9  # of the speed from memory
TINY = 1e-3  # gigabytes, less than MNIST takes


def measure_streaming(mnist: Path | None) -> list[Row]:
    """Measure steps a second of sessions whose images lie in a file, against the same ones in memory."""
    way, rows = "the same images in memory", []
    for what, make, steps in (("mnist-mlp", _open, 300), ("three-block CNN on MNIST", make_convolution, 20)):
        title = f"{what} from a file, batch 64, CPU"
        if mnist is None:
            rows.append(Row(title, f"{LEAST:g} times {way}", NO_DATA, None))
            continue
        project = make(mnist)
        kept, stored = (Plan.from_project(each, device="cpu") for each in (project, _store(project)))
        ways = {"ours": partial(run_session, stored, steps), way: partial(run_session, kept, steps)}
        rows += compare(title, ways, steps, {way: LEAST})
    return rows


def _open(mnist: Path) -> Project:
    return open_template("mnist-mlp", mnist)


def _store(project: Project) -> Project:
    """Return a project whose images have no room in memory."""
    source = project.data.source
    assert source is not None
    parameters = {**source.parameters, "memory": TINY}
    return replace(project, data=replace(project.data, source=Choice(source.kind, parameters)))
