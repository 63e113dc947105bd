"""The commands of the Help menu: pages of help."""

from designer.ui.commands.record import Command, in_menu

HELP = in_menu(
    "Help",
    (
        Command(
            "help.manual",
            "Manual",
            lambda w: w.pages.show_help(),
            icon="ph.book-open",
            shortcuts=("F1",),
            tip="How things are done, and a page for each layer; at the one that is selected",
        ),
        Command("help.layers", "Layers explained", lambda w: w.pages.show_manual("layers:all"), icon="ph.stack"),
        Command(
            "help.keys", "Keyboard shortcuts", lambda w: w.pages.show_keys(), icon="ph.keyboard", shortcuts=("Ctrl+/",)
        ),
    ),
    (
        Command("help.log", "Show log file", lambda w: w.pages.show_log(), icon="ph.list"),
        Command("help.about", "About Designer", lambda w: w.pages.show_about(), icon="ph.info"),
    ),
)
