"""The model card of a package: what the network is, what it learned from, how good it is, and where that ends."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from designer.catalogue import registry
from designer.codegen.prediction import Prediction
from designer.document.project import Choice, Project
from designer.engine.evaluation.record import Assessment, Evaluation
from designer.engine.receipt import NAME as RECEIPT
from designer.engine.receipt import Receipt, ReceiptError, read_receipt
from designer.engine.record import Record
from designer.engine.taking.markdown import plain, write_table
from designer.engine.taking.meaning import write_meaning

MOST_LINES = 30  # classes that the table lists
LITTLE = 200  # validation samples below which figures are said to be rough


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What a card tells of: a run's project and record, how good its weights are, and the program that answers."""

    project: Project
    record: Record
    folder: Path
    evaluation: Evaluation
    assessments: Sequence[Assessment]
    prediction: Prediction
    requirements: Sequence[str]
    test_looks: int = 0


def write_card(facts: Facts) -> str:
    """Return the card as Markdown."""
    sections = (
        [f"# {plain(facts.project.name)}", "", plain(facts.prediction.text.split('"""')[1].splitlines()[0])],
        write_meaning(facts.project, facts.evaluation),
        _write_use(facts),
        _write_data(facts),
        _write_figures(facts),
        _write_limits(facts),
        _write_training(facts),
        _write_receipt(facts),
    )
    return "\n\n".join("\n".join(section) for section in sections) + "\n"


def _write_use(facts: Facts) -> list[str]:
    return [
        "## Use",
        "",
        "    python -m pip install -r requirements.txt",
        "    python predict.py INPUT -o OUT.csv",
        "",
        f"INPUT is {facts.prediction.takes}. OUT.csv has a line for each sample. Nothing of Designer is needed. `predict.py`",
        "can be imported as well: `encode_file`, `encode`, `load_network`, `predict`, `answer`.",
    ]


def _write_data(facts: Facts) -> list[str]:
    record, data = facts.record, facts.project.data
    source = data.source
    assert source is not None
    spec = registry.sources[source.kind]
    name = Path(record.data.get("path", "")).name
    lines = [
        f"* Source: {spec.title}" + (f", {plain(name)}" if name else "") + f". {spec.summary}",
        f"* Fingerprint of the encoded samples and targets: {record.data.get('fingerprint') or 'not known'}",
        (
            f"* Trained on {record.samples:,} samples; {len(facts.evaluation.rows):,} were held out for validation"
            f" ({data.validation:.0%} asked for)."
        ),
        f"* Split: {_write_choice(data.split)}, seed {data.split_seed}"
        + (f"; {data.test:.0%} set aside for test." if data.test else "; no test part was set aside."),
    ]
    if data.augmentation:
        lines.append(f"* Augmentation of the training part: {', '.join(map(_write_choice, data.augmentation))}.")
    lines.append(
        f"* Fitted to the training part alone, kept in preprocessing.json: {', '.join(facts.prediction.kept) or 'nothing'}."
    )
    return ["## Data", "", *lines]


def _write_choice(choice: Choice) -> str:
    values = ", ".join(f"{name} {plain(str(value))}" for name, value in choice.parameters.items())
    return choice.kind + (f" ({values})" if values else "")


def _write_figures(facts: Facts) -> list[str]:
    evaluation = facts.evaluation
    lines = [
        "## How good it is",
        "",
        (
            f"On the {len(evaluation.rows):,} {evaluation.part} samples, {evaluation.weights} (epoch {evaluation.epoch:,}); "
            "intervals hold 95 % of bootstrap draws."
        ),
    ]
    for outcome, found in zip(evaluation.outcomes, facts.assessments, strict=True):
        if outcome.name:
            lines += ["", f"### Output {plain(outcome.name)}"]
        if outcome.unit:
            lines += ["", f"Values are in {outcome.unit}."]
        rows = [(figure.title, figure.write(), figure.write_interval()) for figure in found.figures]
        lines += ["", *write_table(("figure", "value", "95 % interval"), rows)]
        if found.lines:
            heads = ("", "samples", *(figure.title for figure in found.lines[0].figures))
            each = (
                (plain(line.name), f"{line.count:,}", *(figure.write() for figure in line.figures))
                for line in found.lines[:MOST_LINES]
            )
            lines += ["", *write_table(heads, each)]
    return lines


def _write_limits(facts: Facts) -> list[str]:
    evaluation, data = facts.evaluation, facts.project.data
    count = len(evaluation.rows)
    lines = [
        (
            "* It was measured on samples held out of the same data. On others, from another time, place or device, it may be "
            "worse: nobody has measured that."
        ),
        "* The epoch was chosen by its validation loss, so the figures above are a little too good.",
    ]
    if count < LITTLE:
        lines.append(f"* {count:,} samples are few: look at the intervals, not at the figures.")
    if data.test:
        looks = facts.test_looks
        times = "never" if not looks else "once" if looks == 1 else f"{looks} times"
        lines.append(f"* The test part was looked at {times}.")
    else:
        lines.append("* There was no test part that was never touched.")
    if any(outcome.task in ("class", "binary", "labels") for outcome in evaluation.outcomes):
        lines.append(
            "* A probability is the network's own. How far it can be trusted is the calibration error above; for a sample "
            "unlike all it has seen it says little, and it always answers."
        )
        if not all(outcome.is_chance for outcome in evaluation.outcomes):
            lines.append("* It learned with a loss on margins: its probabilities only order answers.")
    return ["## Limits", "", *lines]


def _write_training(facts: Facts) -> list[str]:
    training, record = facts.project.training, facts.record
    return [
        "## How it was trained",
        "",
        (
            f"* {record.parameters:,} parameters; loss {_write_choice(training.loss)}; optimizer "
            f"{_write_choice(training.optimizer)}; schedule {_write_choice(training.schedule)}."
        ),
        (
            f"* {record.epoch:,} of {record.epochs:,} epochs, {record.step:,} steps, batches of {record.batch_size:,}, seed "
            f"{record.seed}, in {record.seconds:,.1f} s on {record.device or 'an unknown device'}."
        ),
        f"* Begun {record.started}; " + ", ".join(f"{name} {found}" for name, found in record.versions.items()) + ".",
        *(["* It was changed while it trained: its project alone does not lead to it."] if record.changes else []),
    ]


def _write_receipt(facts: Facts) -> list[str]:
    lines = [f"* Packed and tried with Python {platform.python_version()}, {', '.join(facts.requirements)}."]
    try:
        receipt: Receipt | None = read_receipt(facts.folder)
    except ReceiptError:
        receipt = None
    if receipt is None:
        lines.append(f"* The run has no {RECEIPT}: it did not go to its end.")
    else:
        lines += [
            f"* Project {receipt.project_hash}",
            f"* Script {receipt.script_hash}",
            f"* Weights of the last step {receipt.weights_hash}",
            f"* `designer rerun` repeats the run from its {RECEIPT} and says whether the same comes out.",
        ]
    return ["## Receipts", "", *lines]
