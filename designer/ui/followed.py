"""Follow a run that goes on elsewhere: its curves as its folder has them, in the Training panel."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from designer.codegen.source import Source
from designer.document.files import FileError, load
from designer.document.placement import place_missing
from designer.document.wording import show_name
from designer.ui.notices import Answer
from designer.ui.open_document import start_document
from designer.ui.retraining import is_same

if TYPE_CHECKING:
    from designer.ui.window import Window

KEY = "follow"


def ask_followed(window: "Window") -> None:
    """Ask for the folder of a run that goes on elsewhere, and follow it."""
    dialog = QFileDialog(window, "Follow the run in", str(Path.home()))
    dialog.setObjectName("follow")
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda name: follow(window, Path(name)))
    dialog.open()


def follow(window: "Window", folder: Path) -> bool:
    """Show the project of a run folder with its curves, from the first step on; return whether that has begun."""
    from designer.engine.following import Following
    from designer.engine.record import RecordError, read_record

    notices = window.notices
    notices.dismiss(KEY)
    if window.trainer.is_active:
        notices.show_notice("warning", "A run is under way. Stop that one, or wait for its end.", key=KEY)
        return False
    try:
        read_record(folder)
        project = load(folder / "project.nnd")
    except (RecordError, FileError) as error:
        notices.show_notice("error", f"There is no run to follow. {error}", key=KEY)
        return False
    if not is_same(window.editor.project, project):
        window.documents.add(start_document(place_missing(project), saved=False))
    source = window.editor.code()
    if not isinstance(source, Source):
        notices.show_notice("error", "The project of this run cannot be read by this version of Designer.", key=KEY)
        return False
    window.workbench.show("training")
    bridge = window.trainer.bridge
    bridge.follow(project, source, Following(folder), folder)
    name = show_name(str(folder), 200)
    text = f"You follow the run in {name}. Stop ends the following; the run goes on."
    notices.show_notice("note", text, key=KEY)

    def tell_end(owner: object, event: object) -> None:
        from designer.engine.events import Failed, Finished

        if not isinstance(event, Finished | Failed):
            return
        bridge.told.disconnect(connection)
        notices.dismiss(KEY)
        if isinstance(event, Finished) and event.reason == "left":
            again = Answer("Follow it again", lambda: follow(window, folder))
            notices.show_notice("note", f"You follow the run in {name} no longer. It goes on there.", again, key=KEY)

    connection = bridge.told.connect(tell_end)
    return True
