"""The bar of a run is redrawn only where it has moved."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from designer.ui.panels.progress_bar import ProgressBar


def go_on(bar: ProgressBar) -> bool:
    """Return whether an animation of the bar goes on, as Qt asks after each of its pictures."""
    event = QEvent(QEvent.Type.StyleAnimationUpdate)
    event.setAccepted(False)
    QApplication.sendEvent(bar, event)
    return event.isAccepted()


def test_it_moves_by_itself_only_while_nobody_knows_how_far_it_is(qtbot):
    bar = ProgressBar()
    qtbot.addWidget(bar)
    bar.show()
    bar.setRange(0, 0)
    assert go_on(bar)
    bar.setRange(0, 10)
    assert not go_on(bar)
