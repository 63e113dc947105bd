"""How a run ended, said in a bar: what went wrong with the one that is shown, and how that of another document ended."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from designer.document.places import split_definition
from designer.engine.events import Failed, Finished
from designer.ui.notices import Answer
from designer.ui.open_document import OpenDocument

if TYPE_CHECKING:
    from designer.ui.window import Window

ENDS = {
    "finished": "the training is finished.",
    "early stop": "the training stopped early, as nothing improved.",
    "stopped": "the training was stopped.",
    "left": "the run is followed no longer, and goes on.",
}
UNSAVED = "All that was learned is still in memory: free some space and try again, or save it elsewhere."


def tell_failure(window: "Window", event: Failed, answers: Iterable[Answer]) -> None:
    """Say what went wrong with the run that is shown, with what can be done; show the layer at fault."""
    node, offered = event.node, [*window.runs.keeping.offer(event), *answers]
    if node is not None and split_definition(window.editor.project, node)[1]:
        window.guide.show_node(node)
        window.canvas.show_fault(window.editor.find(node))
        offered.append(Answer("Show layer", lambda: window.guide.show_node(node)))
    window.notices.show_notice("error", _write_failure(event), *offered, details=event.trace, key="train")


def tell_elsewhere(window: "Window", document: OpenDocument, event: Failed | Finished) -> None:
    """Say how a run ended whose document is not the one shown."""
    node = getattr(event, "node", None)

    def show() -> None:
        window.documents.show(document)
        if node is not None and split_definition(window.editor.project, node)[1]:
            window.guide.show_node(node)

    window.notices.dismiss("busy")
    show_notice, there = window.notices.show_notice, Answer("Show it", show)
    if isinstance(event, Failed):
        text, answers = f"{document.name}: {_write_failure(event)}", (there, *window.runs.keeping.offer(event))
        show_notice("error", text, *answers, details=event.trace, key="other run")
    else:
        show_notice("note", f"{document.name}: {ENDS[event.reason]}", there, key="other run", stays=False)


def _write_failure(event: Failed) -> str:
    return event.message.replace("`", "") + (f" {UNSAVED}" if event.unsaved is not None else "")
