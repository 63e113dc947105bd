"""Budget of the rows of a table: a million of them scroll, jump, sort and are searched within frames of the window."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QApplication

from designer.data import csv_parameters, inspect_csv
from designer.document.project import Choice, Data
from designer.engine.parting import find_parts
from designer.ui.panels.rows_page import RowsPage
from designer.ui.theme import load_theme
from tests.benchmarks.table import Row, percentile
from tests.benchmarks.tables import ROWS

FRAME, STALL = 16, 33  # milliseconds
PATIENCE = 60.0  # seconds


def measure_rows() -> list[Row]:
    """Measure what the window's own thread is busy with, in processor time: others may work beside it."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    page = RowsPage(load_theme("dark"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        code = "import sys; from tests.benchmarks.tables import write_table; write_table(sys.argv[1])"
        subprocess.run([sys.executable, "-c", code, str(path)], check=True, timeout=300)
        table = inspect_csv(path)
        data = Data(Choice("Csv", csv_parameters(table)))
    parts = find_parts(data, table.frame)
    page.resize(1400, 500)
    page.show()
    shown = [*_busy(page, lambda: page.show_table(table, data)), *_busy(page, lambda: page.show_parts(parts))]
    bar = page.view.verticalScrollBar()
    scrolled = [_time(lambda: bar.setValue(bar.value() + 3)) for _ in range(100)]
    jumped = [_time(lambda place=place: bar.setValue(bar.maximum() * place // 50)) for place in range(50)]  # type: ignore[misc]
    sorts = [("income", True), ("city", False), ("day", True), ("", True)]
    names = [column.name for column in table.columns]
    ordered: list[float] = []
    for name, rises in sorts:
        way = Qt.SortOrder.AscendingOrder if rises else Qt.SortOrder.DescendingOrder
        place = 1 + names.index(name) if name else 0
        ordered += _busy(page, lambda place=place, way=way: page.view.head.setSortIndicator(place, way))  # type: ignore[misc]
    for words in ("ber", "?", ""):
        ordered += _busy(page, lambda words=words: page.words.setText(words))  # type: ignore[misc]
    page.stop(5)
    page.deleteLater()
    what = f"rows of a table, {ROWS:,} by 10"
    figures = (
        ("shown, longest stall of the window", max(shown), STALL),
        ("a scroll, 95th percentile", percentile(scrolled, 0.95), FRAME),
        ("a jump, 95th percentile", percentile(jumped, 0.95), FRAME),
        ("sorted, filtered and searched, longest stall", max(ordered), STALL),
    )
    return [Row(f"{what}: {name}", f"{most} ms", f"{taken:.1f} ms", taken <= most) for name, taken, most in figures]


def _time(act: Callable[[], object]) -> float:
    """Return the milliseconds that this thread is busy with something and all that it makes the window paint."""
    begin = time.thread_time()
    act()
    QCoreApplication.processEvents()
    return 1000 * (time.thread_time() - begin)


def _busy(page: RowsPage, act: Callable[[], object]) -> list[float]:
    """Return the milliseconds of each turn of the window until all that was asked for is shown."""
    turns, end = [_time(act)], time.monotonic() + PATIENCE
    while page.busy and time.monotonic() < end:
        turns.append(_time(lambda: time.sleep(0.002)))
    turns.append(_time(QCoreApplication.processEvents))
    return turns
