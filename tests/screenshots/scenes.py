"""What is photographed: each scene a project, and what is done in the window before the picture is taken."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.catalogue.templates import open_template
from designer.document.edits import insert_on_edge, remove_nodes, set_parameter, set_training
from designer.document.project import BLOCK, Project, used_block
from designer.ui.gallery.dialog import GalleryDialog
from designer.ui.window import Window
from tests.benchmarks.networks import make_residual

LONGEST_RUN = 120_000  # milliseconds until a scene that trains gives up
LONG = 40  # epochs, so that a run is still under way when its picture is taken


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture to take: of what, after what, and how large. `act` may return another widget than the window."""

    name: str
    make: Callable[[], Project]
    act: Callable[[Window], object] = lambda window: None
    size: tuple[int, int] = (1680, 1050)


def break_digits() -> Project:
    """Return the network of the digits with mistakes: no Flatten before the head, a Softmax before its loss."""
    project = remove_nodes(open_template("digits-cnn"), ["flatten"], close_gap=True)
    edge = next(edge for edge in project.graph.edges if edge.target == "digit")
    project, _ = insert_on_edge(project, edge, "Softmax")
    return set_parameter(project, "drop", "p", 0.95)


def select(*nodes: str) -> Callable[[Window], object]:
    """Return an act that selects layers."""
    return lambda window: window.editor.select(nodes)


def enter_stage(window: Window) -> None:
    """Step into the first block of the network, as Tab on it does."""
    nodes = window.editor.view.graph.nodes
    window.editor.enter(next(key for key, node in nodes.items() if node.kind.startswith(BLOCK)))
    window.canvas.fit_all()


def dissolve_all(window: Window) -> None:
    """Dissolve every block until there is none, then arrange."""
    editor = window.editor
    while used := [key for key, node in editor.view.graph.nodes.items() if used_block(node.kind) in editor.view.blocks]:
        editor.select(used[:1])
        if not window.grouping.selected_block:
            break
        window.grouping.dissolve()
        if used[0] in editor.view.graph.nodes:
            break
    editor.select()
    window.arranging.arrange()
    while window.arranging.working:
        QTest.qWait(10)
    window.canvas.glide.stop()
    window.canvas.fit_all()


def show_problems(window: Window) -> None:
    """Bring the problems to the front, and the card of the worst one beside its layer."""
    window.workbench.show("problems")
    window.editor.select([next(problem.node for problem in window.editor.problems if problem.node)])
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Period)


def train(window: Window, until: float = 0.5, panel: str = "training") -> None:
    """Train until a share of the run is done; the run goes on while the picture is taken."""
    bridge, loop = window.trainer.bridge, QEventLoop()
    window.editor.select(["conv1"])
    bridge.progressed.connect(lambda now: loop.quit() if now.steps and now.step >= until * now.steps else None)
    bridge.state_changed.connect(lambda state: loop.quit() if state == "ended" else None)
    QTimer.singleShot(LONGEST_RUN, loop.quit)
    window.menus.actions["train.start"].trigger()
    assert bridge.active, [notice.text for notice in window.notices.shown]
    window.workbench.show(panel)  # the start has shown the curves
    loop.exec()


def train_to_the_end(window: Window) -> None:
    """Train all of it, and look at the weights."""
    train(window, until=2.0, panel="weights")


def try_a_digit(window: Window) -> None:
    """Train, and ask the network about a digit, with what each layer gives for it along the canvas."""
    train(window, until=2.0, panel="try")
    trying, panel = window.trying, window.workbench.panel("try")
    deadline = time.monotonic() + LONGEST_RUN / 1000
    while trying.bench is None and time.monotonic() < deadline:
        QTest.qWait(50)
    panel.head.along.click()  # type: ignore[attr-defined]
    QTest.qWait(4000)  # the answer, the cards and why


def show_gallery(window: Window) -> GalleryDialog:
    """Open the gallery and wait until its pictures are drawn."""
    window.filing.ask_template()
    dialog = window.findChild(GalleryDialog)
    assert dialog is not None
    QTest.qWait(3000)
    return dialog


def search(window: Window) -> None:
    """Type into the search box over the canvas."""
    window.canvas.setFocus()
    window.editor.select(["relu1"])
    window.asking.ask_layer()
    QApplication.processEvents()
    QTest.keyClicks(window.asking.box.line, "pool")


def show_code(window: Window) -> None:
    """Show the script."""
    window.editor.select(["conv1"])
    window.workbench.show("code")


def _digits(epochs: int = 15) -> Project:
    project = open_template("digits-cnn")
    return set_training(project, replace(project.training, epochs=epochs))


SCENES = (
    Scene("empty", Project),
    Scene("digits", _digits, select("conv1")),
    Scene("search", _digits, search),
    Scene("code", _digits, show_code),
    Scene("training", lambda: _digits(LONG), train),
    Scene("weights", _digits, train_to_the_end),
    Scene("try", _digits, try_a_digit),
    Scene("broken", break_digits, show_problems),
    Scene("resnet", lambda: open_template("resnet-50")),
    Scene("resnet-stage", lambda: open_template("resnet-50"), enter_stage),
    Scene("block", lambda: open_template("resnet-50"), enter_stage, (1400, 1000)),
    Scene("resnet-dissolved", lambda: open_template("resnet-50"), dissolve_all),
    Scene("googlenet", lambda: open_template("googlenet")),
    Scene("ten-thousand", lambda: make_residual(10_000)),
    Scene("gallery", Project, show_gallery),
)

# What README and manual show: the file there, the scene, and the theme it is taken in.
PUBLISHED = (
    ("window-dark", "training", "dark"),
    ("window-light", "training", "light"),
    ("weights", "weights", "dark"),
    ("gallery", "gallery", "dark"),
    ("try", "try", "dark"),
    ("block", "block", "dark"),
)
