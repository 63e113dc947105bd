"""The objective a network is trained for: chosen from a list, with all that belongs to it set in one step."""

from dataclasses import replace

from designer.catalogue.matching import choose_objective
from designer.catalogue.registry import objectives
from designer.document.edits import EditError, set_training
from designer.document.project import Choice
from designer.document.wording import show_name
from designer.ui.editor import Editor
from designer.ui.panels.choice import ChoiceForm
from designer.ui.words import write_message


class ObjectiveForm(ChoiceForm):
    """Shows `project.training.objective`. Another one brings its loss and the end of the network along: one undo step."""

    def __init__(self, editor: Editor) -> None:
        super().__init__("objective", objectives, {kind: spec.title for kind, spec in objectives.items()}, varies=True)
        self._editor = editor
        self.chosen.connect(self._choose)
        editor.project_changed.connect(self._follow)
        self.refresh()

    def refresh(self) -> None:
        """Show the objective of the present project."""
        self.show_choice(self._editor.project.training.objective)

    def _follow(self) -> None:
        if self._editor.project.training.objective is not self.choice:
            self.refresh()

    def _choose(self, choice: Choice, key: str) -> None:
        project = self._editor.project
        before = project.training.objective
        try:
            if choice.kind != before.kind:
                title = f"choose the objective {write_message(objectives[choice.kind].title)}"
                changed = choose_objective(project, choice.kind)
            else:
                names = dict(choice.parameters.items() ^ before.parameters.items())
                title = f"set {', '.join(map(show_name, names))} of the objective"
                changed = set_training(project, replace(project.training, objective=choice))
        except EditError:
            self.refresh()  # what no file could hold is put back
            return
        self._editor.apply(title, changed, f"training.objective.{key}" if key else None)
