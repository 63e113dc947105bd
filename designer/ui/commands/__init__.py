"""Every command of the window, as one list of records, a module for each menu."""

from designer.ui.commands.edit import EDIT
from designer.ui.commands.file import FILE
from designer.ui.commands.help import HELP
from designer.ui.commands.network import NETWORK
from designer.ui.commands.panels import PANELS
from designer.ui.commands.record import MENUS, Command
from designer.ui.commands.runs import RUNS
from designer.ui.commands.train import TRAIN
from designer.ui.commands.view import VIEW

__all__ = ["COMMANDS", "MENUS", "Command"]

COMMANDS: tuple[Command, ...] = (*FILE, *EDIT, *VIEW, *PANELS, *NETWORK, *TRAIN, *RUNS, *HELP)
