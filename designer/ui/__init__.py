"""The window: Qt shows the project and turns gestures into edits."""

# Before Qt: once PySide6 is there it reads the source text of every module that is imported, to look for its own name.
import designer.catalogue.check
import designer.codegen.source
import designer.document.history  # noqa: F401
