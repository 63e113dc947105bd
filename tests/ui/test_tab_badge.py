"""The number of problems on the tab of their panel."""

from designer.document.edits import set_parameter
from tests.ui.conftest import settle


def shown(window) -> str:
    label = window._problem_badge.label
    return label.text() if label is not None else ""


def test_the_number_comes_and_goes_after_panels_were_put_back(window, chain, qtbot):
    window.filing.show(chain)
    broken = set_parameter(chain, "linear_1", "out_features", 0)
    for project, number in ((broken, "1"), (chain, ""), (broken, "1")):
        window.workbench.reset()  # Qt throws the tabs away, and the number with them
        settle()
        window.editor.apply("change", project)
        settle()
        qtbot.waitUntil(lambda number=number: shown(window) == number)
