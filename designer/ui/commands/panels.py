"""The commands that move the focus: to the canvas, to a panel by its number, and round from one to the next."""

from designer.ui.commands.record import Command, in_menu

# The panels by the number of their key, as they stand in the window from the left.
NUMBERED = (
    ("palette", "Layers"),
    ("outline", "Outline"),
    ("inspector", "Inspector"),
    ("training", "Training"),
    ("weights", "Weights"),
    ("samples", "Samples"),
    ("code", "Code"),
    ("data", "Data"),
    ("problems", "Problems"),
)


def _go_to(number: int, name: str, title: str) -> Command:
    return Command(
        f"go.{name}",
        f"Go to {title}",
        lambda window: window.rounds.go_to(name),
        shortcuts=(f"Alt+{number}",),
        tip=f"Bring {title} into view and the keys to it",
    )


PANELS = in_menu(
    "Go",
    (
        Command(
            "go.next",
            "Next panel",
            lambda w: w.rounds.go_on(1),
            shortcuts=("Ctrl+F6",),
            tip="Bring the keys from the canvas to a panel, from there to the next, and round",
        ),
        Command("go.previous", "Previous panel", lambda w: w.rounds.go_on(-1), shortcuts=("Ctrl+Shift+F6",)),
    ),
    (_go_to(number, name, title) for number, (name, title) in enumerate((("canvas", "the canvas"), *NUMBERED))),
)
