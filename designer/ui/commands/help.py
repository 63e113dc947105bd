"""The commands of the Help menu: pages of help."""

from designer.ui.commands.record import Command

HELP = (
    Command(
        "help.manual",
        "Manual",
        lambda w: w.pages.show_help(),
        "Help",
        1,
        "ph.book-open",
        ("F1",),
        tip="How things are done, and a page for each layer; at the one that is selected",
    ),
    Command("help.layers", "Layers explained", lambda w: w.pages.show_manual("layers:all"), "Help", 1, "ph.stack"),
    Command("help.keys", "Keyboard shortcuts", lambda w: w.pages.show_keys(), "Help", 1, "ph.keyboard", ("Ctrl+/",)),
    Command("help.log", "Show log file", lambda w: w.pages.show_log(), "Help", 2, "ph.list"),
    Command("help.about", "About Designer", lambda w: w.pages.show_about(), "Help", 2, "ph.info"),
)
