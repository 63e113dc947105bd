"""How the words after `designer` are read: as a command, or as files for the window."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from designer import __version__
from designer.cli import showing

DESCRIPTION = "Draw a neural network, train it live, and leave with the PyTorch script that ran."


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and how to learn more; exit with 2."""
        self.exit(2, f"designer: {message.rstrip('.')}. See `{self.prog} --help`.\n")


class CommandLine:
    """The whole command line: subcommands, and the window where there is none."""

    def __init__(self) -> None:
        self._parser = Parser(
            prog="designer",
            description=DESCRIPTION,
            usage="designer [FILE.nnd ...]      the window\n       designer COMMAND [OPTIONS]   see `designer COMMAND --help`",
        )
        self._parser.add_argument("--version", action="version", version=f"designer {__version__}")
        self._commands = self._parser.add_subparsers(title="commands", metavar="COMMAND [OPTIONS]", prog="designer")
        self._names: list[str] = []

    def add(self, name: str, run: Callable[[argparse.Namespace], int], meaning: str) -> argparse.ArgumentParser:
        """Return the parser of a new subcommand."""
        self._names.append(name)
        # No abbreviations: an option added later must not change what a script means.
        parser = self._commands.add_parser(name, help=meaning, description=f"{meaning}.", allow_abbrev=False)
        parser.set_defaults(run=run)
        return parser

    def parse(self, words: Sequence[str]) -> argparse.Namespace:
        """Return the arguments; exits where they are wrong or ask for help."""
        if not words:
            return argparse.Namespace(run=showing.open_window, files=[])
        if words[0] in self._names or words[0] in ("-h", "--help", "--version"):
            return self._parser.parse_args(words)
        if words[0].startswith("-"):
            self._parser.error(f"there is no option {words[0]}")
        if not (Path(words[0]).suffix or Path(words[0]).exists()):
            self._parser.error(f"there is no command {words[0]!r}")
        options = [word for word in words if word.startswith("-")]
        if options:
            self._parser.error(f"the window takes files and no options: {options[0]}")
        return argparse.Namespace(run=showing.open_window, files=[Path(word) for word in words])
