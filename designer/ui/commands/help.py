"""The commands of the Help menu: pages of help."""

from designer.ui.commands.record import Command

HELP = (
    Command("help.manual", "Layers explained", lambda w: w.pages.show_layers(), "Help", 1, "ph.book-open", ("F1",)),
    Command("help.keys", "Keyboard shortcuts", lambda w: w.pages.show_keys(), "Help", 1, "ph.keyboard", ("Ctrl+/",)),
    Command("help.log", "Show log file", lambda w: w.pages.show_log(), "Help", 2, "ph.list"),
    Command("help.about", "About Designer", lambda w: w.pages.show_about(), "Help", 2, "ph.info"),
)
