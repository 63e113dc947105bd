"""The budget table of architecture.md: one row a budget, with what was measured on this machine in this run."""

import os
import platform
import statistics
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One budget: what, how much is allowed, what was measured, and whether that is kept (None: not measured)."""

    what: str
    budget: str
    measured: str
    kept: bool | None


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` of them lie, 0 < share <= 1."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * len(ordered)))]


def median(measure: Callable[[], float], times: int = 5) -> float:
    """Return the median of some measurements."""
    return statistics.median(measure() for _ in range(times))


def write_table(rows: list[Row]) -> str:
    """Return the rows as a Markdown table, with what machine they were measured on."""
    marks = {True: "kept", False: "MISSED", None: "not measured"}
    lines = ["| what | budget | measured | |", "| --- | --- | --- | --- |"]
    lines += [f"| {row.what} | {row.budget} | {row.measured} | {marks[row.kept]} |" for row in rows]
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load}"
    return "\n".join([*lines, "", f"Measured on {platform.system()}, {machine}."])
