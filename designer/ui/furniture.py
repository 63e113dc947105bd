"""The panels of a window: how each is made, and what it is connected with."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from designer.ui.docks import Panel
from designer.ui.panels.inspector import Inspector
from designer.ui.panels.palette import Palette

if TYPE_CHECKING:
    from designer.ui.window import Window

LEFT, RIGHT, BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)


class Furniture:
    """Makes the panels of one window, each when it is asked for."""

    def __init__(self, window: "Window") -> None:
        self._window = window

    def list_panels(self) -> tuple[Panel, ...]:
        """Return all panels, those of one side in the order of their tabs."""
        return (
            Panel("palette", "Layers", LEFT, self._make_palette),
            Panel("outline", "Outline", LEFT, self._make_outline),
            Panel("inspector", "Inspector", RIGHT, self._make_inspector),
            Panel("training", "Training", BOTTOM, self._make_training),
            Panel("weights", "Weights", BOTTOM, self._make_weights),
            Panel("activity", "Activity", BOTTOM, self._make_activity),
            Panel("evaluate", "Evaluate", BOTTOM, self._make_evaluate),
            Panel("try", "Try it", BOTTOM, self._make_try),
            Panel("samples", "Samples", BOTTOM, self._make_samples),
            Panel("runs", "Runs", BOTTOM, self._make_runs),
            Panel("sweep", "Sweep", BOTTOM, self._make_sweep),
            Panel("code", "Code", BOTTOM, self._make_code),
            Panel("data", "Data", BOTTOM, self._make_data),
            Panel("problems", "Problems", BOTTOM, self._make_problems),
            Panel("history", "History", BOTTOM, self._make_history),
            Panel("comparison", "Comparison", BOTTOM, self._make_comparison),
        )

    def _make_palette(self) -> QWidget:
        palette = Palette(self._window.theme)
        palette.add_requested.connect(self._window.asking.add)
        palette.menu_requested.connect(self._window.grouping.show_menu)
        palette.help_requested.connect(self._window.pages.show_layer)
        shelf = self._window.shelf
        shelf.changed.connect(lambda: palette.show_blocks(shelf.own, shelf.kept))
        palette.show_blocks(shelf.own, shelf.kept)
        return palette

    def _make_outline(self) -> QWidget:
        from designer.ui.panels.outline import Outline

        window = self._window
        outline = Outline(window.editor, window.theme)
        outline.node_chosen.connect(window.guide.show_node)
        outline.node_entered.connect(window.guide.go_to_node)
        outline.remarks.chosen.connect(window.annotations.show)
        outline.remarks.entered_row.connect(window.canvas.setFocus)
        outline.delete_requested.connect(window.hands.delete)
        outline.menu_requested.connect(window.show_menu)
        outline.refused.connect(lambda text: window.notices.show_notice("note", text, key="name"))
        return outline

    def _make_inspector(self) -> QWidget:
        inspector = Inspector(self._window.editor, self._window.theme)
        inspector.help_requested.connect(self._window.pages.show_layer)
        inspector.vary_requested.connect(lambda key: self._window.sweeper.offer(key))  # which is made later
        inspector.name_left.connect(lambda: self._window.canvas.setFocus())
        return inspector

    # What follows needs numpy or more: imported here, so that nothing of it delays the first paint.

    def _make_training(self) -> QWidget:
        from designer.ui.panels.findings import FindingLine
        from designer.ui.panels.training import TrainingPanel
        from designer.ui.plots.curve_pair import CurvePair

        curves = CurvePair(self._window.theme)
        panel = TrainingPanel(self._window.editor, self._window.trainer.bridge, curves)
        kinds = {"csv": "Table (*.csv)", "png": "Picture (*.png)"}
        curves.save_wanted.connect(
            lambda kind: self._window.filing.ask_file("Save curves", kinds[kind], kind, curves.save)
        )
        line = FindingLine(self._window.guide.name_layer, self._window.theme)
        line.clicked.connect(lambda: self._window.workbench.show("activity"))
        self._window.trainer.bridge.diagnosed.connect(line.show_findings)
        line.show_findings(self._window.trainer.bridge.findings)
        panel.add_line(line)
        self._window.baselines.draw_on(curves)
        panel.settings.rate_wanted.connect(lambda: self._window.trials.find_rate(panel.settings.use_rate))
        panel.settings.fit_wanted.connect(self._window.trials.measure_fit)
        panel.settings.vary_wanted.connect(self._window.sweeper.offer)
        rescue = self._window.trainer.rescue
        panel.again.find_checkpoints = lambda: rescue.checkpoints
        panel.again.find_more = lambda: rescue.more
        panel.again.more_wanted.connect(rescue.train_more)
        panel.again.from_wanted.connect(rescue.go_on)
        panel.live.rate_wanted.connect(self._window.trainer.steering.set_rate)
        panel.live.batch_wanted.connect(self._window.trainer.steering.set_batch)
        panel.live.decay_wanted.connect(self._window.trainer.steering.set_decay)
        return panel

    def _make_weights(self) -> QWidget:
        from designer.ui.plots.weights import WeightsPanel

        return WeightsPanel(self._window.editor, self._window.trainer.bridge, self._window.theme)

    def _make_activity(self) -> QWidget:
        from designer.ui.along import serve_activity
        from designer.ui.panels.findings import FindingList
        from designer.ui.plots.activity import ActivityPanel

        window, bridge = self._window, self._window.trainer.bridge
        findings = FindingList(window.guide.name_layer)

        def list_findings() -> None:
            findings.show_findings(bridge.findings, begun=bridge.state != "idle")

        findings.node_chosen.connect(window.guide.show_node)
        panel = ActivityPanel(window.editor, bridge, window.theme, findings)
        panel.node_chosen.connect(window.guide.show_node)
        serve_activity(panel, window.trying)
        for signal in (bridge.diagnosed, bridge.state_changed):
            signal.connect(list_findings)
        list_findings()
        return panel

    def _make_evaluate(self) -> QWidget:
        from designer.ui.evaluate_view import EvaluateView

        return EvaluateView(self._window, self._window.evaluating).panel

    def _make_try(self) -> QWidget:
        from designer.ui.try_why import TryWhy
        from designer.ui.trying_view import TryView

        panel = TryView(self._window, self._window.trying).panel
        panel.put_why(TryWhy(self._window, self._window.trying).view)
        return panel

    def _make_samples(self) -> QWidget:
        from designer.ui.panels.samples import SamplesPanel

        return SamplesPanel(self._window.trainer.bridge, self._window.theme)

    def _make_runs(self) -> QWidget:
        from designer.ui.panels.runs import RunsPanel
        from designer.ui.plots.run_curves import RunCurvePlot

        window = self._window
        panel = RunsPanel(window.runs, window.theme, RunCurvePlot(window.theme))
        panel.menu_requested.connect(lambda place: window.show_menu("run", place))
        return panel

    def _make_sweep(self) -> QWidget:
        from designer.ui.panels.sweep import SweepPanel
        from designer.ui.plots.effects import EffectPlot
        from designer.ui.plots.parallel import ParallelPlot
        from designer.ui.sweep_view import SweepView

        sweeper, theme = self._window.sweeper, self._window.theme
        lines, bars = ParallelPlot(theme), EffectPlot(theme)
        panel = SweepPanel(self._window.editor, sweeper, theme, (lines, bars))
        SweepView(sweeper, panel, lines, bars)
        return panel

    def _make_data(self) -> QWidget:
        from designer.ui.panels.data import DataPanel

        panel = DataPanel(self._window.editor, self._window.theme)
        self._window.proposals.serve(panel)
        panel.vary_wanted.connect(self._window.sweeper.offer)
        return panel

    def _make_code(self) -> QWidget:
        from designer.ui.panels.code import Code

        code = Code(self._window.editor, self._window.theme)
        code.export_requested.connect(self._window.filing.ask_export)
        code.node_chosen.connect(self._window.guide.show_node)
        return code

    def _make_history(self) -> QWidget:
        from designer.ui.panels.history import HistoryPanel

        history = HistoryPanel(self._window.editor, self._window.theme)
        history.compare_wanted.connect(self._window.comparing.with_step)
        return history

    def _make_comparison(self) -> QWidget:
        from designer.ui.panels.comparison import ComparisonPanel

        window = self._window
        panel = ComparisonPanel(window.editor, window.theme)
        panel.chosen.connect(window.comparing.go)
        panel.swap_wanted.connect(window.comparing.swap)
        return panel

    def _make_problems(self) -> QWidget:
        from designer.ui.panels.problems import Problems

        problems = Problems(self._window.editor)
        problems.node_chosen.connect(self._window.guide.show_node)
        return problems
