"""Budget of tables: how long a CSV file of a million rows takes to be looked at, and to become tensors."""

import importlib
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from designer.data import csv_parameters, inspect_csv
from designer.document.project import Choice
from tests.benchmarks.table import Row
from tests.catalogue.running_sources import load

ROWS = 1_000_000
LOOK, CHOOSE, PREPARE = 3, 3, 10  # seconds
MEMORY = 2.0  # gigabytes, the libraries among them


def measure_tables() -> list[Row]:
    """Measure a look at the file, the choice of its columns, and `load_data` of the script."""
    what = f"CSV of {ROWS:,} rows, 10 columns"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        # In a process of its own, so that what it takes is not counted.
        code = "import sys; from tests.benchmarks.tables import write_table; write_table(sys.argv[1])"
        subprocess.run([sys.executable, "-c", code, str(path)], check=True, timeout=300)
        importlib.import_module("designer.recipes.table")  # torch takes its time, though not for the table
        begin = time.perf_counter()
        table = inspect_csv(path)
        seen = time.perf_counter()
        parameters = csv_parameters(table)
        chosen = time.perf_counter()
        loaded = load(Choice("Csv", parameters), path)
        end = time.perf_counter()
        size = path.stat().st_size / 2**20
    assert table.rows == len(loaded["x"]) == ROWS
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    times = (("looked at, columns typed", seen - begin, LOOK), ("columns chosen", chosen - seen, CHOOSE))
    times = (*times, ("read and preprocessed", end - chosen, PREPARE))
    rows = [
        Row(f"{what} ({size:.0f} MB): {name}", f"{most} s", f"{taken:.1f} s", taken <= most)
        for name, taken, most in times
    ]
    return [*rows, Row(f"{what}: memory at most", f"{MEMORY:g} GB", f"{peak:.1f} GB", peak <= MEMORY)]


def write_table(path: str) -> None:
    """Write numbers with and without gaps, categories, dates and an id."""
    random = np.random.default_rng(0)
    day = pd.Timestamp("2020-01-01") + pd.to_timedelta(random.integers(0, 1500, ROWS), "D")
    table = pd.DataFrame(
        {
            "id": np.arange(ROWS),
            "age": random.integers(18, 90, ROWS),
            "income": np.where(random.random(ROWS) < 0.05, np.nan, random.lognormal(10, 1, ROWS).round(2)),
            "height": random.normal(170, 10, ROWS).round(1),
            "city": random.choice(["Berlin", "Paris", "Rome", "Madrid", "Wien", "Oslo", "Praha", "Kyiv"], ROWS),
            "code": random.choice([f"c{number}" for number in range(40)], ROWS),
            "day": day.strftime("%Y-%m-%d"),
            "score": random.random(ROWS).round(5),
            "visits": random.poisson(3, ROWS),
            "bought": random.choice(["yes", "no"], ROWS),
        }
    )
    table.to_csv(path, index=False)
