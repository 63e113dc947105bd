"""One function a command: it takes the parsed arguments and returns the exit code.

What is slow to import is imported by the command that needs it.
"""

import json
import os
import sys
from argparse import Namespace
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from designer.cli.demands import (
    Refusal,
    demand_output,
    demand_run_folder,
    demand_trust,
    open_project,
    refuse_unready,
    try_code,
)
from designer.document.files import save
from designer.document.wording import show_name

if TYPE_CHECKING:
    from designer.engine.plan import Plan


def list_templates(arguments: Namespace) -> int:
    """Print the templates by group, or all that is known of one."""
    from designer.catalogue.templates import TemplateError, find_template
    from designer.cli import gallery

    if arguments.template is None:
        if arguments.json:
            _print_json(gallery.list_records())
        else:
            print(gallery.write_gallery())
        return 0
    try:
        template = find_template(arguments.template)
    except TemplateError as error:
        raise Refusal(str(error), 2) from None
    if arguments.json:
        _print_json(gallery.make_record(template))
    else:
        print(gallery.write_template(template))
    return 0


def make_new(arguments: Namespace) -> int:
    """Save a project made from a template."""
    from designer.api.building import new

    out: Path = arguments.out
    if out.exists() and not arguments.force:
        raise Refusal(f"{out} is there already. Choose another name, or replace it with --force.")
    try:
        save(out, new(arguments.template, arguments.data))
    except ValueError as error:  # no such template, no such data, no such folder
        raise Refusal(str(error), 2) from None
    print(f"Saved {out}")
    return 0


def check_file(arguments: Namespace) -> int:
    """Print the problems of a project; 1 where there are errors."""
    from designer.catalogue.check import Problem, check
    from designer.catalogue.trials import find_untrusted
    from designer.document.custom import consent_of_user
    from designer.engine.plan import find_data_path, find_weights

    project = try_code(open_project(arguments.file), trust=arguments.trust)
    problems = (*find_untrusted(project, consent_of_user()), *check(project))
    weights = find_weights(project, arguments.file.parent)
    if weights is not None and not weights.is_file():
        complaint = f"There is no file {show_name(str(weights), 200)} with the weights to start from. Load them again."
        problems += (Problem("warning", None, complaint),)
    data = find_data_path(project, arguments.file.parent)
    if data is not None and not data.exists():
        complaint = f"There is no file or folder {show_name(str(data), 200)}. Say where the data are with --data."
        problems += (Problem("warning", None, complaint),)
    elif arguments.leaks:
        from designer.cli.leaks import list_leaks

        problems += list_leaks(project, data)
    if arguments.json:
        _print_json(
            [
                {
                    "severity": problem.severity,
                    "node": problem.node,
                    "block": problem.block or None,
                    "message": problem.message,
                    "fix": problem.fixes[0].title if problem.fixes else None,
                }
                for problem in problems
            ]
        )
    else:
        for problem in problems:
            offer = f" [{' | '.join(fix.title for fix in problem.fixes)}]" if problem.fixes else ""
            print(f"{problem.severity}: {problem.message}{offer}")
        if not problems:
            print("No problems.")
    return 1 if any(problem.severity == "error" for problem in problems) else 0


def summarise_file(arguments: Namespace) -> int:
    """Print sizes and counts of every layer."""
    from designer.api.summary import summarise

    summary = summarise(open_project(arguments.file), depth=arguments.depth)
    if arguments.json:
        _print_json(asdict(summary))
    else:
        print(summary)
    return 0


def compare_files(arguments: Namespace) -> int:
    """Print what differs between two projects; 1 where anything does."""
    from designer.api.comparing import compare, write_record

    record = compare(open_project(arguments.file), open_project(arguments.other))
    if arguments.json:
        _print_json(asdict(record))
    else:
        print(write_record(record, str(arguments.file), str(arguments.other)))
    return 0 if record.is_same else 1


def export_script(arguments: Namespace) -> int:
    """Write the training script."""
    from designer.codegen.script import render_script
    from designer.codegen.source import NotReady
    from designer.document.atomic import write_file

    demand_output(arguments.out, arguments.file)
    project = open_project(arguments.file)
    try:
        text = render_script(project).text
    except NotReady as reason:
        raise refuse_unready(reason) from None
    if arguments.out is None:
        sys.stdout.write(text)
        return 0
    try:
        write_file(arguments.out, text.encode())
    except OSError as error:
        raise Refusal(f"Cannot write {arguments.out}: {(error.strerror or str(error)).lower()}.", 2) from None
    print(f"Wrote {arguments.out}")
    return 0


def train_file(arguments: Namespace) -> int:
    """Train; one line an epoch."""
    if arguments.folds is not None:
        from designer.cli.folds import train_folds

        return train_folds(arguments)
    from designer.cli import runs
    from designer.cli.training import follow_training, is_first

    if arguments.fsdp and "WORLD_SIZE" not in os.environ:
        complaint = "--fsdp shares the network out over processes. Start them with torchrun --nproc-per-node 2 -m designer train."
        raise Refusal(complaint, 2)
    resume, out = runs.find_start(arguments)
    if not is_first():
        out, arguments.keep, arguments.tensorboard = None, False, False
    if out is not None:
        demand_run_folder(out, arguments.file, resume)
    plan = _make_plan(arguments, arguments.device, out)
    plan = replace(plan, resume=resume, every=arguments.every, tensorboard=runs.demand_board(arguments))
    plan = replace(plan, sharded=arguments.fsdp)
    if not arguments.keep:
        return follow_training(plan, as_json=arguments.json)
    return runs.keep_run(plan, lambda kept: follow_training(kept, as_json=arguments.json))


def verify_file(arguments: Namespace) -> int:
    """Compare the training here with the exported script's; 0 only where they are equal bit for bit."""
    plan = _make_plan(arguments, "cpu", None)
    from designer.cli.training import follow_verification

    return follow_verification(plan, as_json=arguments.json)


def find_rate(arguments: Namespace) -> int:
    """Try learning rates from tiny to huge in one short run; print the losses and a proposal."""
    plan = _make_plan(arguments, arguments.device, None)
    from designer.cli.training import follow_range

    return follow_range(plan, as_json=arguments.json)


def measure_file(arguments: Namespace) -> int:
    """Measure what training takes of memory and time; 1 where the batch that is set does not fit."""
    plan = _make_plan(arguments, arguments.device, None)
    from designer.cli.training import follow_fit

    return follow_fit(plan, as_json=arguments.json)


def transfer_weights(arguments: Namespace) -> int:
    """Let a project start from the weights in a file; print what of it went where."""
    from designer.api.transferring import transfer
    from designer.codegen.source import NotReady

    file: Path = arguments.file
    out: Path = arguments.out or file.with_name(f"{file.stem}_start.safetensors")
    demand_output(out, file)
    opened = open_project(file, to_change=True)
    project = demand_trust(opened, trust=arguments.trust)
    try:
        target = None if arguments.dry_run else out
        report = transfer(project, arguments.weights, target, fresh=arguments.fresh, beside=file.parent)
    except NotReady as reason:
        raise refuse_unready(reason) from None
    except ValueError as error:  # no such file, no weights, nothing that fits
        raise Refusal(str(error), 2) from None
    if arguments.json:
        _print_json({"summary": report.summary, "rows": [asdict(line) for line in report.lines]})
    else:
        print(report)
    if target is not None:
        save(file, replace(opened, training=report.project.training))
        sys.stderr.write(f"Wrote {out}; {file} starts from it.\n")
    return 0


def _make_plan(arguments: Namespace, device: str | None, out: Path | None) -> "Plan":
    from designer.api.running import make_plan
    from designer.codegen.source import NotReady

    project = demand_trust(open_project(arguments.file), trust=arguments.trust)
    node = None
    try:
        return make_plan(
            project,
            epochs=arguments.epochs,
            device=device,
            seed=arguments.seed,
            weights=arguments.weights,
            data=arguments.data,
            out=out,
            beside=arguments.file.parent,
        )
    except NotReady as reason:
        refusal = refuse_unready(reason)
        node = reason.problems[0].node if reason.problems else None
    except ValueError as error:  # --data
        refusal = Refusal(str(error))
    if arguments.json and arguments.run is train_file:
        print(json.dumps({"event": "failed", "reason": "not_ready", "message": str(refusal), "node": node}))
    raise refusal


def _print_json(value: object) -> None:
    print(json.dumps(value, indent=2, allow_nan=False))
