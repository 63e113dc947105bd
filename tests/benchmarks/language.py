"""The budget of the tiny GPT: what it learns of Shakespeare in ten minutes of a processor."""

import time
from pathlib import Path

from designer.catalogue.templates import open_template
from designer.data.paths import set_path
from designer.document.edits import set_data
from designer.engine.events import EpochDone, Failed
from designer.engine.loop import train
from designer.engine.plan import Plan
from tests.benchmarks.table import Row

SHAKESPEARE = Path(__file__).resolve().parents[3] / "shared" / "data" / "tiny_shakespeare" / "input.txt"
MINUTES = 10
WANTED = 2.0


def measure_language() -> Row:
    """Train the tiny GPT as its template says, for ten minutes of processor time of all threads at most.

    Measured is the validation loss of the last epoch that ended within them.
    """
    what, budget = "tiny GPT, tiny_shakespeare, CPU", f"validation loss below {WANTED} in {MINUTES} CPU minutes"
    if not SHAKESPEARE.is_file():
        return Row(what, budget, f"no {SHAKESPEARE.name} in ../shared/data/tiny_shakespeare", None)
    template = open_template("tiny-gpt")
    project = set_data(template, set_path(template.data, SHAKESPEARE))
    start = time.process_time()
    figures: list[str] = []
    kept = False
    for event in train(Plan.from_project(project, device="cpu")):
        spent = (time.process_time() - start) / 60
        if isinstance(event, Failed):
            return Row(what, budget, f"failed: {event.message}", None)
        if spent > MINUTES:
            break
        if isinstance(event, EpochDone):
            figures.append(f"{event.val_loss:.3f} after {spent:.1f} minutes")
            kept = kept or event.val_loss < WANTED
    return Row(what, budget, ", ".join(figures) or "no epoch ended", kept)
