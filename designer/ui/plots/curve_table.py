"""Curves as a table: a line for each point."""

from collections.abc import Iterator, Sequence

from designer.ui.plots.curves import CurvePlot
from designer.ui.plots.series import Series

HEAD = "quantity,part,epoch,step,value\r\n"


def write_curves(plots: Sequence[CurvePlot]) -> Iterator[str]:
    """Yield the lines of a CSV file: every point as it was measured, not smoothed; shares from 0 to 1."""
    yield HEAD
    for plot in plots:
        name = f'"{plot.title}"' if "," in plot.title else plot.title
        for part, series in (("training", plot.training), ("epoch mean", plot.means), ("validation", plot.validation)):
            yield from _write_series(f"{name},{part}", series, plot)


def _write_series(start: str, series: Series, plot: CurvePlot) -> Iterator[str]:
    scale = 100.0 if plot.percent else 1.0
    for epoch, value in zip(series.x.tolist(), series.y.tolist(), strict=True):
        step = round(plot.step_at(epoch)) if len(plot.steps) else ""
        yield f"{start},{epoch:.6g},{step},{value / scale!r}\r\n"
