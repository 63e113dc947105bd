"""From words of the command line to values: each raises ArgumentTypeError where a word means none."""

import argparse
from collections.abc import Callable

from designer.document import limits
from designer.document.limits import Refused


def read_whole(name: str) -> Callable[[str], int]:
    """Return what reads a whole number of a project, with its limits."""
    low, high = limits.WHOLE[name]

    def read(text: str) -> int:
        try:
            return limits.accept_whole(int(text) if text.lstrip("-").isdecimal() else text, low, high)
        except (Refused, ValueError) as reason:
            raise argparse.ArgumentTypeError(str(reason)) from None

    return read


def read_count(text: str) -> int:
    """Return a whole number from 0 on."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 on, not {text!r}")
    return int(text)


def read_seeds(text: str) -> tuple[int, ...]:
    """Return seeds with commas between them."""
    read = read_whole("seed")
    return tuple(read(word.strip()) for word in text.split(",") if word.strip())


def read_share(text: str) -> float:
    """Return a number from 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"must be a number from 0 to 1, such as 0.01, not {text!r}")
    return value


def read_device(text: str) -> str:
    """Return the name of a device."""
    try:
        return limits.accept_device(text)
    except Refused as reason:
        raise argparse.ArgumentTypeError(str(reason)) from None


def read_dpi(text: str) -> int:
    """Return dots to the inch."""
    if not (text.isascii() and text.isdecimal() and len(text) < 5 and 24 <= int(text) <= 1200):
        raise argparse.ArgumentTypeError(f"must be a whole number from 24 to 1200, not {text!r}")
    return int(text)


def read_size(text: str) -> tuple[int, int]:
    """Return a width and a height in pixels."""
    width, cross, height = text.partition("x")
    if not (cross and width.isdecimal() and height.isdecimal() and 100 <= int(width) * int(height) <= 10**8):
        raise argparse.ArgumentTypeError(f"must be two numbers of pixels such as 1680x1050, not {text!r}")
    return int(width), int(height)
