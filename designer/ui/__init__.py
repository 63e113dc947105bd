"""The window: Qt shows the project and turns gestures into edits."""
