"""Wires the Sweep panel and its plots: what is chosen in one is marked in the other, a brush filters the table."""

from PySide6.QtCore import QObject

from designer.engine.sweeps.ablation import measure_effects
from designer.ui.panels.sweep import SweepPanel
from designer.ui.plots.effects import Bar, EffectPlot
from designer.ui.plots.parallel import ParallelPlot
from designer.ui.sweep_draft import Findings, Sweeping


class SweepView(QObject):
    """Keeps the plots of a sweep up to date; lives as long as the panel."""

    def __init__(self, sweeper: Sweeping, panel: SweepPanel, lines: ParallelPlot, bars: EffectPlot) -> None:
        super().__init__(panel)
        self._sweeper, self._lines, self._bars = sweeper, lines, bars
        self._told: tuple[object, ...] = ()
        lines.brushed.connect(panel.model.show_only)
        lines.chosen.connect(panel.choose)
        panel.marked.connect(lines.mark)
        sweeper.changed.connect(self.refresh)
        sweeper.advanced.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Draw the trials of the document that is shown."""
        found = self._sweeper.findings
        if found is None:
            return
        self._lines.show_trials(found.sweep, found.trials)
        known = found, sum(trial.state == "done" for trial in found.trials), found.importance
        if known == self._told:
            return
        self._told = known
        if found.sweep.ablation:
            self._bars.show_bars(list_effects(found), f"change of {found.sweep.goal}, mean ± standard deviation")
        else:
            names = {axis.key: axis.name for axis in found.sweep.axes}
            bars = [Bar(names.get(key, key), share, f"{share:.0%}") for key, share in found.importance.items()]
            self._bars.show_bars(bars, f"importance for {found.sweep.goal}")


def list_effects(found: Findings) -> list[Bar]:
    """Return a bar for each part of an ablation: what the goal becomes without it."""
    bars = []
    for effect in measure_effects(found.folder.project, found.sweep, found.trials):
        better = (effect.change < 0) == found.sweep.is_better_lower
        words = f"{effect.change:+.3g} ± {effect.spread:.2g}"
        bars.append(Bar(effect.name, effect.change, words, effect.spread, better))
    return bars
