"""Cross-validation in the window: rows are cut into folds, and a sweep holds each of them out once."""

from typing import TYPE_CHECKING

from designer.engine.sweeps.folds import FOLD, find_goal, fold_rows
from designer.engine.sweeps.places import SweepError
from designer.ui.sweep_draft import Draft

if TYPE_CHECKING:
    from designer.ui.window import Window


def train_folds(window: "Window") -> None:
    """Show the Sweep panel with a sweep over all folds of the rows, and begin it.

    Rows that are split in another way are cut into folds first, which is a step to undo.
    """
    project = window.editor.project
    try:
        folded = fold_rows(project)
    except SweepError as error:
        window.notices.show_notice("warning", str(error).replace("`", ""), key="sweep")
        return
    split, folds = folded.data.split, folded.data.split.parameters.get("folds", 5)
    if project.data.split.kind != split.kind:
        window.editor.apply("cut rows into folds", folded)
    draft: Draft = window.sweeper.draft
    words = ",".join(str(fold) for fold in range(1, int(str(folds)) + 1))
    draft.rows, draft.method, draft.goal, draft.pruning = {FOLD: words}, "grid", find_goal(folded), False
    window.sweeper.draft_changed.emit()
    window.workbench.show("sweep")
    window.sweeper.start()
