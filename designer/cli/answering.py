"""`designer predict` and `designer take`: a run that is kept answers new samples, or is taken away."""

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from designer.cli.demands import Refusal, demand_trust, open_project
from designer.cli.evaluation import find_folder

if TYPE_CHECKING:
    from pathlib import Path

    from designer.document.project import Project


def predict_file(arguments: Namespace) -> int:
    """Answer the samples of a file with the weights of a run, into a CSV file or the terminal."""
    folder = find_folder(arguments.run_folder)
    project = _open(folder, trust=arguments.trust)
    from designer.document.atomic import write_file
    from designer.engine.answering import open_answerer
    from designer.engine.device import DeviceError

    try:
        answerer = open_answerer(
            folder, arguments.weights, data=arguments.data, project=project, device=arguments.device or ""
        )
        answers = answerer.answer(arguments.input, arguments.first)
        text = answers.write()
        if arguments.out is None:
            sys.stdout.write(text)
        else:
            write_file(arguments.out, text.encode())
    except (ValueError, OSError, DeviceError) as error:
        raise Refusal(str(error)) from None
    if arguments.out is not None:
        count = len(answers.names)
        sys.stderr.write(f"Wrote {count:,} {'answer' if count == 1 else 'answers'} to {arguments.out}\n")
    return 0


def take_run(arguments: Namespace) -> int:
    """Write a run as files that others can use, each checked in a process of its own."""
    folder = find_folder(arguments.run_folder)
    project = _open(folder, trust=arguments.trust)
    from designer.engine.taking.kinds import KINDS
    from designer.engine.taking.taking import take

    kinds = arguments.form or [kind.kind for kind in KINDS]
    try:
        taken = take(folder, kinds, arguments.out, data=arguments.data, project=project)
    except (ValueError, OSError) as error:
        raise Refusal(str(error)) from None
    for one in taken:
        print(f"{one.path}: {one.told}")
    return 0


def _open(folder: "Path", *, trust: bool) -> "Project":
    try:
        return demand_trust(open_project(folder / "project.nnd"), trust=trust)
    except ValueError as error:
        raise Refusal(str(error)) from None
