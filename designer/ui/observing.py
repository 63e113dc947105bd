"""What a run says of the layers, brought to their cards on the canvas; a click on the badge of a finding explains it."""

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from designer.document.places import walk
from designer.engine.seeing import Look, Pulse
from designer.engine.symptoms import Finding
from designer.ui.canvas.finding import vitals_at
from designer.ui.canvas.vitals import Vitals

if TYPE_CHECKING:
    from designer.ui.bridge import TrainingBridge
    from designer.ui.window import Window


class Observing(QObject):
    """Keeps the cards in view up to date with the run of the document that is shown."""

    def __init__(self, window: "Window", bridge: "TrainingBridge") -> None:
        super().__init__(bridge)
        self._window, self._bridge = window, bridge
        bridge.happened.connect(self._take)
        bridge.diagnosed.connect(self.refresh)
        bridge.state_changed.connect(self.refresh)
        window.editor.view_changed.connect(self._follow)
        window.canvas.viewport().installEventFilter(self)

    def refresh(self) -> None:
        """Show what is known now."""
        bridge, editor = self._bridge, self._window.editor
        if bridge.state == "idle" or editor.document.compared is not None:
            self._window.canvas.show_vitals({})
            return
        texts: dict[str, list[str]] = {}
        for finding in bridge.findings:
            for card in self._find_cards(finding.node):
                texts.setdefault(card, []).append(write_finding(finding, inside=self._name_inside(finding, card)))
        pulses = {pulse.node: pulse for pulse in bridge.look.pulses} if bridge.look is not None else {}
        shown: dict[str, Vitals] = {}
        for node, pulse in pulses.items():
            for card in self._find_cards(node):
                if editor.key_of(card) == node:
                    trend = tuple(bridge.trends.get(node, ())) if self._window.settings.trends else ()
                    gradients, updates = zip(*trend, strict=True) if trend else ((), ())
                    shown[card] = Vitals(tuple(texts.pop(card, ())), describe_pulse(pulse), gradients, updates)
        shown |= {card: Vitals(tuple(lines)) for card, lines in texts.items()}
        self._window.canvas.show_vitals(shown)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Explain a finding whose badge is clicked: its card is selected, and the Activity panel comes up."""
        if event.type() != QEvent.Type.MouseButtonPress or not isinstance(event, QMouseEvent):
            return False
        if event.button() != Qt.MouseButton.LeftButton or event.modifiers():
            return False
        canvas = self._window.canvas
        place: QPointF = canvas.mapToScene(event.position().toPoint())
        card = vitals_at(canvas.sheet, (place.x(), place.y()))
        if not card:
            return False
        self._window.editor.select([card])
        self._window.workbench.show("activity")
        return True

    def _take(self, event: object) -> None:
        if isinstance(event, Look):
            self.refresh()

    def _follow(self) -> None:
        if self._bridge.state != "idle":
            self.refresh()

    def _find_cards(self, key: str | None) -> Iterator[str]:
        """Yield the card in view that a node of the run is, or lies in."""
        editor = self._window.editor
        nodes = editor.view.graph.nodes
        for node in walk(editor.project, key) if key is not None else ():
            if node.id in nodes:
                there = editor.key_of(node.id)
                if there == key or (there and str(key).startswith((f"{there}/", f"{there}["))):
                    yield node.id

    def _name_inside(self, finding: Finding, card: str) -> str:
        """Return the name of a finding's layer where it lies inside a card, not on it."""
        editor = self._window.editor
        if finding.node is None or editor.key_of(card) == finding.node:
            return ""
        way = walk(editor.project, finding.node)
        return way[-1].name if way else ""


def write_finding(finding: Finding, inside: str = "") -> str:
    """Return a finding as one text: what, the fact, what to try."""
    where = f"{inside}: " if inside else ""
    return f"{where}{finding.kind}. {finding.fact} Try: {finding.advice}"


def describe_pulse(pulse: Pulse) -> str:
    """Return how a layer stands in one line: gradient 0.12 · update 0.05 % · 0.03 ms."""
    parts: Iterable[tuple[float, str]] = (
        (pulse.gradient, f"gradient {pulse.gradient:.2g}"),
        (pulse.update, f"update {100 * pulse.update:.2g} %"),
        (pulse.dead, f"{100 * pulse.dead:.0f} % of its units silent"),
        (pulse.saturated, f"{100 * pulse.saturated:.0f} % saturated"),
        (pulse.seconds, f"forward {1000 * pulse.seconds:.2g} ms"),
    )
    return " · ".join(text for value, text in parts if math.isfinite(value))
