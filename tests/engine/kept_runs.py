"""Runs of small networks in a folder, on data of every kind that new samples come in."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import designer
from designer import layer
from designer.catalogue.matching import match_loss
from designer.data import csv_parameters, inspect_csv, look
from designer.document.project import Choice, Project
from designer.engine.loop import train
from designer.engine.plan import Plan
from tests.engine.plans import CONVOLUTION, digits
from tests.engine.test_media_sources import make_arrays, make_pictures, make_texts

PASSENGERS = "sex,age,fare,survived\n" + "".join(
    f"{('male', 'female')[n % 3 == 0]},{'' if n % 7 == 0 else 20 + n % 40},{n % 11 + 0.5},{('no', 'yes')[n % 3 == 0]}\n"
    for n in range(80)
)


@dataclass(frozen=True)
class Kept:
    """A run in a folder, and what it learned from."""

    folder: Path
    data: Path | None
    project: Project


def make_passengers(folder: Path) -> tuple[Path, tuple[object, ...], int]:
    path = folder / "passengers.csv"
    path.write_text(PASSENGERS, "utf-8")
    return path, (), 1


def make_uneven(folder: Path) -> tuple[Path, tuple[object, ...], int]:
    """Make a table with a row of another length in it, line 9 of the file, and one before it that has two lines."""
    path = folder / "uneven.csv"
    lines = PASSENGERS.splitlines()
    lines[2] = lines[2].replace("male", '"ma\nle"')
    path.write_text("\n".join([*lines[:7], "female,30,7.5,yes,and,more", *lines[7:]]) + "\n", "utf-8")
    return path, (), 1


MAKERS: dict[str, Callable[[Path], tuple[Path, tuple[object, ...], int]]] = {
    "table": make_passengers,
    "pictures": make_pictures,
    "texts": make_texts,
    "arrays": make_arrays,
}


def keep_run(folder: Path, kind: str) -> Kept:
    """Train two epochs of a network on data of a kind, "digits", "uneven table" or one of MAKERS, and keep them."""
    if kind == "digits":
        project, path = digits(*CONVOLUTION), None
    else:
        path, layers, outputs = (make_uneven if kind == "uneven table" else MAKERS[kind])(folder)
        if kind == "uneven table":
            source = Choice("Csv", csv_parameters(inspect_csv(path, given={"leave_out": True}), "survived"))
        else:
            source = look(path).source
        project = designer.build(
            "My net", *layers, layer("Linear", out_features=outputs), data=source, epochs=2, batch_size=8
        )
        project = match_loss(designer.with_training(project, optimizer=Choice("Adam", {"lr": 0.01}), device="cpu"))
    run = folder / "run"
    list(train(Plan.from_project(project, out=run)))
    return Kept(run, path, project)
