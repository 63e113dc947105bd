"""What is edited while a run is under way: said beside it, taken over where it is wanted, and what came of it told."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from designer.catalogue.revisions import name_changes
from designer.codegen.source import Source
from designer.document.edits import EditError, set_training
from designer.document.places import walk
from designer.document.project import Project
from designer.document.wording import show_name
from designer.ui.notices import Answer
from designer.ui.words import write_amount, write_count

if TYPE_CHECKING:
    from designer.engine.events import Changed
    from designer.ui.live_run import LiveRun
    from designer.ui.trainer import Trainer
    from designer.ui.window import Window

KEY = "outdated"
MOST_NAMED = 4  # changes or layers that a sentence names
USE, WITHOUT, PROBLEMS = "Use the changes now", "Resume without them", "Show problems"
BACK, KEEP = "Go back to step", "Keep what was learned since"


class Steering(QObject):
    """Keeps the run under way and the project beside it together, as far as the user wants.

    Only the run of the document that is shown is looked at: its edits are those that are made here.
    """

    def __init__(self, window: "Window", trainer: "Trainer") -> None:
        super().__init__(trainer)
        self._window = window
        self._trainer = trainer
        self._asked: Project | None = None  # what the run was asked to go on with, until it says what came of it
        self._quiet = False  # the answer to what was asked needs no words where all went well

    @property
    def run(self) -> "LiveRun | None":
        """The run under way of the document that is shown."""
        trainer = self._trainer
        here = trainer.is_active and trainer.document is self._window.editor.document
        return trainer.bridge.run_under_way if here else None

    @property
    def changes(self) -> tuple[str, ...]:
        """What was changed that the run does not train with, nor was asked to."""
        run, now = self.run, self._window.editor.project
        if run is None or run.state == "stopping":
            return ()
        return (
            () if same_in_training(self._asked or run.project, now) else name_changes(self._asked or run.project, now)
        )

    def refresh(self) -> None:
        """Say what the run under way does not follow, and offer to take it over; say nothing where it follows all."""
        notices, changes = self._window.notices, self.changes
        if not changes:
            notices.dismiss(KEY)
            return
        run = self.run
        assert run is not None
        problem = next((each.message for each in self._window.editor.problems if each.severity == "error"), "")
        show = Answer(PROBLEMS, lambda: self._window.workbench.show("problems"))
        without = Answer(WITHOUT, self._trainer.let_go) if run.held else None
        answers: tuple[Answer | None, ...]
        if problem:
            severity, answers = "warning", (show, without)
            text = f"The run cannot use what you changed yet: {problem}"
        else:
            severity, answers = "note", (*self._offer_use(run), without)
            begin = "Paused. Resume goes on with" if run.held else "The run goes on without"
            text = f"{begin} what you changed: {join_names(changes)}.{self._tell_way_back(run)}"
        offered = tuple(answer for answer in answers if answer is not None)
        shown = next((notice for notice in notices.shown if notice.key == KEY), None)
        if shown is not None and shown.titles == tuple(answer.title for answer in offered):
            shown.say(text)
        else:
            notices.show_notice(severity, text, *offered, key=KEY, stays=True)  # type: ignore[arg-type]

    def _offer_use(self, run: "LiveRun") -> tuple[Answer, ...]:
        """Return the ways to take over what was changed: a network that an undo has brought back is gone back to."""
        step = run.find_left(self._window.editor.project)
        if step is None:
            return (Answer(USE, self.use),)
        return Answer(f"{BACK} {write_count(step)}", self.use), Answer(KEEP, lambda: self.use(go_back=False))

    def _tell_way_back(self, run: "LiveRun") -> str:
        step = run.find_left(self._window.editor.project)
        if step is None:
            return ""
        return (
            f" This network was left at step {write_count(step)}: its weights and the optimizer's state then come back."
        )

    def use(self, *, go_back: bool = True) -> bool:
        """Let the run go on with the present project; return whether it can. What stands in the way is said.

        A network that the run had before, and that an undo has brought back, is as it was then, unless what was learned
        since is to be kept as far as it fits.
        """
        source, run, project = self._trainer.demand_ready(), self.run, self._window.editor.project
        if source is None:
            return False
        back_to = run.find_left(project) if run is not None and go_back else None
        self._ask(project, source, quiet=False, back_to=back_to)
        return True

    def set_rate(self, rate: float) -> None:
        """Train with another learning rate from the next step on: the project gets it too, and nothing else of it."""
        self._set(f"use learning rate {rate:g}", "training.optimizer.lr", lr=rate)

    def set_batch(self, rows: int) -> None:
        """Train with another batch size from the next step on: the project gets it too, and nothing else of it."""
        self._set(f"use batch size {rows}", "training.batch_size", batch_size=rows)

    def set_decay(self, decay: float) -> None:
        """Train with another weight decay from the next step on: the project gets it too, and nothing else of it."""
        self._set(f"use weight decay {decay:g}", "training.optimizer.weight_decay", weight_decay=decay)

    def take(self, event: "Changed") -> None:
        """Say what came of a change."""
        quiet, self._quiet, self._asked = self._quiet, False, None
        notices, where = self._window.notices, f"step {write_count(event.step)}"
        if event.refusal:
            text = f"The run goes on as it was at {where}: {event.refusal}"
            notices.show_notice("warning", text.replace("`", ""), key="changed")
        elif not quiet or event.partly or event.fresh or event.restarted:
            project = event.plan.project if event.plan is not None else self._window.editor.project
            notices.show_notice("note", tell_change(event, project), key="changed", stays=False)
        self.refresh()

    def forget(self) -> None:
        """Begin anew: the run has ended, or another document is shown."""
        self._asked = None
        self.refresh()

    def _set(self, title: str, key: str, **settings: float) -> None:
        """Change the project and the run alike; edits that the run has not taken over stay beside it."""
        editor, run = self._window.editor, self.run
        try:
            editor.apply(title, change_settings(editor.project, **settings), key)
            wanted = change_settings(self._asked or run.project, **settings) if run is not None else None
        except EditError:
            return
        if wanted is None:
            return
        if same_in_training(wanted, editor.project):
            wanted = editor.project
            code = editor.code()
        else:
            from designer.codegen.script import render_script

            code = render_script(wanted)
        if isinstance(code, Source):
            self._ask(wanted, code, quiet=True)

    def _ask(self, project: Project, source: Source, *, quiet: bool, back_to: int | None = None) -> None:
        self._asked, self._quiet = project, quiet
        self._trainer.bridge.change(project, source, back_to)
        self.refresh()


def same_in_training(one: Project, other: Project) -> bool:
    """Return whether a run of either would do the same."""
    return (one.graph, one.blocks, one.data, one.training) == (other.graph, other.blocks, other.data, other.training)


def change_settings(project: Project, *, batch_size: float | None = None, **optimizer: float) -> Project:
    """Return the project with another batch size, or other numbers of its optimizer. Raises EditError."""
    training = project.training
    if optimizer:
        chosen = training.optimizer
        training = replace(training, optimizer=replace(chosen, parameters={**chosen.parameters, **optimizer}))
    if batch_size is not None:
        training = replace(training, batch_size=int(batch_size))
    return set_training(project, training)


def tell_change(event: "Changed", project: Project) -> str:
    """Return what a run keeps and what begins anew, in sentences."""
    sentences = [
        f"From step {write_count(event.step)} on the run goes on with your changes: {join_names(event.changes)}."
    ]
    partly, fresh = (_name_layers(project, nodes) for nodes in (event.partly, event.fresh))
    if event.back_to is not None:
        sentences.append(f"The whole network is as it was at step {write_count(event.back_to)}. Redo goes forth again.")
    elif not partly and not fresh:
        sentences.append("Every layer keeps what it has learned.")
    elif event.kept:
        sentences.append(f"{write_amount(len(event.kept), 'layer')} of {_count_all(event)} kept whole.")
    if partly:
        sentences.append(f"The part in common is kept in {join_names(partly)}.")
    if fresh:
        sentences.append(f"Fresh: {join_names(fresh)}.")
    if event.restarted:
        sentences.append(f"Begins anew: {join_names(event.restarted)}.")
    return " ".join(sentences)


def _count_all(event: "Changed") -> int:
    return len(event.kept) + len(event.partly) + len(event.fresh)


def _name_layers(project: Project, nodes: Iterable[str]) -> list[str]:
    ways = [walk(project, node) for node in nodes]
    return [show_name(way[-1].name) for way in ways if way]


def join_names(names: Iterable[str]) -> str:
    """Return names as a list in a sentence, at most some of them."""
    listed = list(names)
    if len(listed) > MOST_NAMED + 1:
        return f"{', '.join(listed[:MOST_NAMED])} and {len(listed) - MOST_NAMED} more"
    return ", ".join(listed[:-1]) + (" and " if len(listed) > 1 else "") + "".join(listed[-1:])
