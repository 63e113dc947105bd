"""Where Designer's own resources and a user's files are: in a source tree, in a wheel and in a frozen build."""

import functools
import os
import sys
from pathlib import Path

APP = "designer"


@functools.cache
def resources() -> Path:
    """Return the folder of icons, templates, manual and example data.

    Raises FileNotFoundError where the installation has none.
    """
    package = Path(__file__).resolve().parent
    candidates = [package / "_resources", package.parent / "resources"]
    if frozen := getattr(sys, "_MEIPASS", None):  # set by PyInstaller
        candidates.insert(0, Path(frozen) / "resources")
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"Designer's resources are missing: looked in {', '.join(map(str, candidates))}")


def resource(name: str) -> Path:
    """Return the path of one resource, named from the resources folder with forward slashes.

    Raises FileNotFoundError where there is no such resource, ValueError where the name leads out of the folder.
    """
    root = resources()
    path = root.joinpath(*name.split("/"))
    if ".." in path.parts or root not in path.parents:
        raise ValueError(f"a resource name stays inside the resources folder: {name!r}")
    if not path.exists():
        raise FileNotFoundError(f"no resource {name!r} in {root}")
    return path


def user_blocks() -> Path:
    """Return the folder of the user's library of blocks; it need not be there yet.

    It is the system's own, or `blocks` under DESIGNER_HOME where that is set.
    """
    if home := os.environ.get("DESIGNER_HOME"):
        return Path(home) / "blocks"
    import platformdirs  # kept out of the start of commands that need no user folder

    return platformdirs.user_data_path(APP, appauthor=False) / "blocks"


def user_runs() -> Path:
    """Return the folder that the runs of the window are kept in; it need not be there yet.

    It is DESIGNER_RUNS where that is set, else `runs` under DESIGNER_HOME, else the system's own.
    """
    if runs := os.environ.get("DESIGNER_RUNS"):
        return Path(runs)
    if home := os.environ.get("DESIGNER_HOME"):
        return Path(home) / "runs"
    import platformdirs  # kept out of the start of commands that need no user folder

    return platformdirs.user_data_path(APP, appauthor=False) / "runs"


def user_sweeps() -> Path:
    """Return the folder that sweeps are kept in where no other is chosen: `sweeps` beside the runs; it need not be there."""
    return user_runs().with_name("sweeps")


def user_state() -> Path:
    """Return the folder of what the program remembers: window layout, recent files, autosaves. Made where missing.

    It is the system's own, or `state` under DESIGNER_HOME where that is set (tests, USB sticks).
    """
    if home := os.environ.get("DESIGNER_HOME"):
        folder = Path(home) / "state"
    else:
        import platformdirs  # kept out of the start of commands that need no user folder

        folder = platformdirs.user_state_path(APP, appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
