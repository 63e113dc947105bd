"""The window as a program of its own: start, first paint, pictures, the tour."""

import os
import subprocess
import sys

import pytest
from PySide6.QtGui import QColor, QImage

from designer.catalogue.templates import list_templates
from designer.document.files import FileError, save
from designer.ui.app import seconds_since_start, take_screenshot
from designer.ui.theme import load_theme
from designer.ui.tour import take_tour

# What may not be needed to paint the window: it is all slow to import.
HEAVY = ("torch", "pandas", "sklearn", "scipy", "numpy", "pyqtgraph", "matplotlib", "qtawesome")
# Parts of our own that are shown later, or only when asked for.
LATER = (
    "designer.catalogue.comparing.merging",
    "designer.codegen.script",
    "designer.document.union",
    "designer.ui.figures.picture",
    "designer.ui.panels.code",
    "designer.ui.panels.layer_page",
    "designer.ui.panels.problems",
    "designer.ui.panels.selection_page",
    "designer.ui.safety",
    "msgspec",
    "subprocess",
    "PySide6.QtPrintSupport",
    "PySide6.QtSvg",
)


def run_python(code: str, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    full = os.environ | {"QT_QPA_PLATFORM": "offscreen"} | environment
    return subprocess.run(command, env=full, capture_output=True, text=True, timeout=120, check=False)


def test_the_window_is_painted_before_anything_slow_is_imported(tmp_path, chain):
    save(tmp_path / "chain.nnd", chain)
    code = f"""
import sys
import designer.ui.app as app
app._print_and_quit = lambda window: (print([name for name in {HEAVY + LATER} if name in sys.modules]), window.close_for_good())
app.run_window(sys.argv[1])
"""
    done = run_python(code, tmp_path / "chain.nnd", DESIGNER_QUIT_AFTER_PAINT="1")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_the_first_paint_can_be_timed():
    done = run_python("from designer.ui.app import run_window; run_window()", DESIGNER_QUIT_AFTER_PAINT="1")
    assert done.returncode == 0, done.stderr
    assert 0 < float(done.stdout) < 60


def test_a_process_knows_its_age():
    first = seconds_since_start()
    assert 0 < first <= seconds_since_start()


def test_a_file_that_cannot_be_opened_still_gives_a_window(tmp_path):
    (tmp_path / "bad.nnd").write_text("{")
    code = """
import sys
import designer.ui.app as app
app._print_and_quit = lambda window: (print(window.notices.shown[0].text), window.close_for_good())
app.run_window(sys.argv[1])
"""
    done = run_python(code, tmp_path / "bad.nnd", DESIGNER_QUIT_AFTER_PAINT="1")
    assert done.stdout.startswith("bad.nnd: The file ends too early"), done.stderr


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_screenshot_is_the_real_window(qapp, tmp_path, theme):
    template = next(one for one in list_templates() if one.name == "digits-cnn")
    take_screenshot(template.path, tmp_path / "shot.png", theme, (1280, 800))
    picture = QImage(str(tmp_path / "shot.png"))
    assert (picture.width(), picture.height()) == (1280, 800)
    colours = load_theme(theme)
    shown = {QColor(picture.pixel(x, y)).name() for x in range(0, 1280, 3) for y in range(0, 800, 3)}
    assert {colours.panel, colours.canvas, colours.window, colours.text} <= shown
    assert colours.family["convolution"] in shown


def test_a_screenshot_of_nothing_is_an_error_that_says_so(qapp, tmp_path):
    with pytest.raises(FileError, match="Cannot read"):
        take_screenshot(tmp_path / "none.nnd", tmp_path / "shot.png")


def test_two_screenshots_are_the_same(qapp, tmp_path):
    path = list_templates()[0].path
    take_screenshot(path, tmp_path / "one.png", size=(1000, 700))
    take_screenshot(path, tmp_path / "two.png", size=(1000, 700))
    assert QImage(str(tmp_path / "one.png")) == QImage(str(tmp_path / "two.png"))


def test_the_tour_reaches_every_station(qapp, one_thread, tmp_path):
    said: list[str] = []
    assert take_tour(tmp_path / "tour", said.append, epochs=2) == 0, said
    assert any("bit for bit" in line for line in said)
    made = {path.name for path in (tmp_path / "tour").iterdir()}
    assert {"1-network.png", "2-training.png", "3-weights.png", "4-code.png"} <= made
    assert {"digits-cnn.nnd", "digits_cnn.py", "digits_cnn.safetensors", "digits_cnn.csv"} <= made
