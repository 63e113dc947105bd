"""How looking at a file can end early."""

from collections.abc import Callable

# Called with the share that is done, from 0 to 1, several times a second; returns whether to go on.
Progress = Callable[[float], bool]


class DataError(ValueError):
    """A file that cannot be used. The message is one plain sentence or two: what is wrong, where, what to do."""


class Cancelled(DataError):
    """The progress callback said to stop."""

    def __init__(self) -> None:
        super().__init__("Reading was stopped.")


def report(progress: Progress | None, share: float) -> None:
    """Tell how far the reading has come. Raises Cancelled where the listener wants no more."""
    if progress is not None and not progress(min(share, 1.0)):
        raise Cancelled
